//! A client drafts a contract: six short pages, and submission.

use manyhands_domain::contracts::{Terms, UnderFloor, under_floor};
use manyhands_domain::drafting::{BETWEEN_FIELDS, HAZARD_FIELDS, STEPS, step_of};
use manyhands_domain::hazards::{CATEGORIES, FORMS};
use manyhands_domain::ids::ContractId;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::units::UNITS;
use rocket::{get, post};

use crate::actions::{Contract, Error, contracts, rules};
use crate::i18n::{Language, hundredths};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Beside, Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Sheet};

pub(super) fn contract_id(id: &str) -> Result<ContractId> {
    ContractId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

#[post("/desk/new", data = "<post>")]
pub(super) async fn new(page: Page, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    let id = contracts::draft(&page.deps, &user, &fields.once()).await?;
    Ok(Answer::Redirect(format!("/desk/{id}/who")))
}

#[get("/desk/<id>/<step>", rank = 2)]
pub(super) async fn step(page: Page, id: &str, step: &str) -> Result {
    let user = page.client_user()?;
    let contract = contracts::find_own(&page.deps, &user, &contract_id(id)?).await?;
    if contract.state != "draft" {
        return Ok(Answer::Redirect(format!("/desk/{id}")));
    }
    let terms = contracts::terms_of(&contract)?;
    let step = known(step)?;
    let mut form = step_form(&page, &contract.id, step, &terms);
    if step == "price" {
        offer_least(&page, &contract, &terms, &mut form).await?;
    }
    page.show(step_sheet(&page, &contract, &terms, step, form)).await
}

fn known(step: &str) -> Result<&'static str> {
    STEPS.iter().find(|known| **known == step).copied().ok_or(Answer::Error(Error::NotFound))
}

#[post("/desk/<id>/<step>", data = "<post>", rank = 2)]
pub(super) async fn step_post(page: Page, id: &str, step: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let (parsed, step) = (contract_id(id)?, known(step)?);
    let fields = post.only(&names(step))?;
    match contracts::save(&page.deps, &user, &fields.once(), &parsed, step, |name| fields.text(name)).await {
        Ok(()) => {
            let next = STEPS.iter().skip_while(|known| **known != step).nth(1).copied().unwrap_or("submit");
            Ok(Answer::Redirect(format!("/desk/{id}/{next}")))
        }
        Err(Error::Refused(refusals)) => {
            let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
            let terms = contracts::terms_of(&contract)?;
            let form = step_form(&page, id, step, &terms).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, step_sheet(&page, &contract, &terms, step, form), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The fields of a page.
pub(super) fn names(step: &str) -> Vec<&'static str> {
    match step {
        "who" => vec!["title", "end_client", "country", "lei", "register", "number", "website"]
            .into_iter()
            .chain(BETWEEN_FIELDS.iter().flat_map(|(name, country, keeps)| [*name, *country, *keeps]))
            .collect(),
        "what-for" => vec!["purpose", "provenance", "consent"],
        "task" => vec!["guidelines", "unit_noun", "reading_minutes"],
        "price" => vec!["currency", "price", "seconds"],
        "hazards" => HAZARD_FIELDS.iter().flat_map(|(a, b, c, d)| [*a, *b, *c, *d]).collect(),
        _ => vec!["rejection", "notice_days", "kill_fee"],
    }
}

fn step_sheet(page: &Page, contract: &Contract, terms: &Terms, step: &str, form: Form) -> Sheet {
    let say = &page.say;
    let place = STEPS.iter().position(|known| *known == step).unwrap_or(0) + 1;
    let margin = say.with("contract-step-margin", &[("place", place.into()), ("of", STEPS.len().into())]);
    Sheet::new(margin, say.t(&format!("contract-step-{step}")))
        .lede(say.t(&format!("contract-step-{step}-words")))
        .leaf(say.t("contract-step-fields"), vec![Block::Form(Box::new(form))])
        .leaf(say.t("contract-so-far"), vec![Block::Ways(so_far(page, contract, terms))])
}

/// Each page with what stands on it, and submission.
fn so_far(page: &Page, contract: &Contract, terms: &Terms) -> Vec<[String; 3]> {
    let say = &page.say;
    let words = |step: &str| match step {
        "who" if !terms.end_client.name.is_empty() => format!("{}, {}", terms.end_client.name, say.country(&terms.end_client.country)),
        "what-for" => terms.purpose.clone(),
        "task" if !terms.unit_noun.is_empty() => say.with("unit-a", &[("unit", terms.unit_noun.as_str().into())]),
        "price" if terms.seconds > 0 => {
            let price = terms.currency.map(|currency| (terms.price, currency).into());
            price.map_or_else(String::new, |price| {
                say.with("contract-so-far-price", &[("price", price), ("time", Arg::Duration(terms.seconds))])
            })
        }
        "hazards" if terms.hazards_said => {
            let level = i64::from(manyhands_domain::hazards::level(&terms.hazards));
            if terms.hazards.is_empty() {
                say.t("hazard-none-named")
            } else {
                say.with("hazard-level-most", &[("level", Arg::Count(level))])
            }
        }
        "terms" if !terms.rejection.is_empty() => say.with("contract-so-far-notice", &[("days", Arg::Count(terms.notice_days))]),
        _ => String::new(),
    };
    let or_missing = |words: String| if words.is_empty() { say.t("contract-so-far-missing") } else { words };
    let way = |(place, step): (usize, &&str)| {
        let name =
            say.with("contract-so-far-page", &[("place", (place + 1).into()), ("name", say.t(&format!("contract-step-{step}")).into())]);
        [format!("/desk/{}/{step}", contract.id), name, or_missing(words(step))]
    };
    let submit = [format!("/desk/{}/submit", contract.id), say.t("contract-submit"), say.t("contract-so-far-draft")];
    STEPS.iter().enumerate().map(way).chain([submit]).collect()
}

fn step_form(page: &Page, id: &str, step: &str, terms: &Terms) -> Form {
    fields_form(page, &format!("/desk/{id}/{step}"), page.say.t("save-and-go-on"), &names(step), terms)
}

/// These fields of the contract's pages, with what stands in them.
pub(super) fn fields_form(page: &Page, action: &str, button: String, names: &[&str], terms: &Terms) -> Form {
    let say = &page.say;
    let mut form = Form::new(page, action, button);
    for name in names {
        // Most contracts have nobody between, and one hazard at most.
        match *name {
            "between_name_1" => form = form.fold_rest(say.t("contract-between-fold")),
            "category_2" => form = form.fold_rest(say.t("contract-hazards-fold")),
            _ => {}
        }
        let (value, kind) = step_field(page, name, terms);
        form = form.field(say, "contract", name.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit()), value, kind);
        if let Some(field) = form.fields.last_mut() {
            field.name = (*name).to_owned();
        }
    }
    form
}

/// A price under the floor is told on its page, with the least that would do one press away.
async fn offer_least(page: &Page, contract: &Contract, terms: &Terms, form: &mut Form) -> Result<()> {
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let Some(UnderFloor { currency, least, hours: Some(_) }) = under_floor(terms, &book) else { return Ok(()) };
    if let Some(field) = form.fields.iter_mut().find(|field| field.name == "price") {
        field.error = say.with("batch-least-now", &[("least", (least, currency).into())]);
        field.beside = Some(Beside {
            action: format!("/desk/{}/price", contract.id),
            fields: vec![
                ("currency", currency.to_string()),
                ("price", least.to_decimal().normalize().to_string()),
                ("seconds", terms.seconds.to_string()),
            ],
            words: say.with("batch-take", &[("least", (least, currency).into())]),
        });
    }
    Ok(())
}

/// What stands in a field of the form, and how it is filled in.
fn step_field(page: &Page, name: &str, terms: &Terms) -> (String, Kind) {
    let say = &page.say;
    let end = &terms.end_client;
    let between =
        BETWEEN_FIELDS.iter().position(|fields| [fields.0, fields.1, fields.2].contains(&name)).and_then(|row| terms.chain.get(row));
    let figure = |number: i64| (if number == 0 { String::new() } else { number.to_string() }, Kind::Figure);
    match name {
        "title" => (terms.title.clone(), Kind::Text),
        "end_client" => (end.name.clone(), Kind::Text),
        "country" => (end.country.clone(), Kind::Country),
        "lei" => (end.lei.clone(), Kind::Text),
        "register" => (end.register.clone(), Kind::Text),
        "number" => (end.number.clone(), Kind::Text),
        "website" => (end.website.clone(), Kind::Text),
        "between_name_1" | "between_name_2" | "between_name_3" => (between.map(|party| party.name.clone()).unwrap_or_default(), Kind::Text),
        "between_country_1" | "between_country_2" | "between_country_3" => {
            (between.map(|party| party.country.clone()).unwrap_or_default(), Kind::Country)
        }
        "between_keeps_1" | "between_keeps_2" | "between_keeps_3" => {
            (between.map(|party| hundredths(Language::En, party.keeps_bp)).unwrap_or_default(), Kind::Figure)
        }
        "purpose" => (terms.purpose.clone(), Kind::Text),
        "provenance" => (terms.provenance.clone(), Kind::Area),
        "consent" => (terms.consent.clone(), Kind::Area),
        "guidelines" => (terms.guidelines.clone(), Kind::Area),
        "unit_noun" => {
            let none = (String::new(), say.t("unit-choose"));
            let codes = UNITS.iter().map(|code| ((*code).to_owned(), say.with("unit-a", &[("unit", (*code).into())])));
            (terms.unit_noun.clone(), Kind::Select([none].into_iter().chain(codes).collect()))
        }
        "reading_minutes" => (terms.reading_minutes.to_string(), Kind::Figure),
        "currency" => {
            let codes = ["EUR", "USD"].map(|code| (code.to_owned(), code.to_owned())).to_vec();
            (terms.currency.map(|currency| currency.to_string()).unwrap_or_default(), Kind::Select(codes))
        }
        "price" => (if terms.price.is_positive() { terms.price.to_decimal().normalize().to_string() } else { String::new() }, Kind::Figure),
        "seconds" => figure(terms.seconds),
        "rejection" => (terms.rejection.clone(), Kind::Area),
        "notice_days" => (terms.notice_days.to_string(), Kind::Figure),
        "kill_fee" => ((terms.kill_fee_bp / 100).to_string(), Kind::Figure),
        hazard => hazard_field(say, hazard, terms),
    }
}

fn hazard_field(say: &crate::i18n::Say, name: &str, terms: &Terms) -> (String, Kind) {
    let row = HAZARD_FIELDS.iter().position(|(a, b, c, d)| [*a, *b, *c, *d].contains(&name)).unwrap_or(0);
    let hazard = terms.hazards.get(row);
    let none = (String::new(), say.t("hazard-no-row"));
    if name.starts_with("category") {
        let codes = CATEGORIES.iter().map(|code| ((*code).to_owned(), say.t(&format!("hazard-{code}"))));
        return (hazard.map(|hazard| hazard.category.clone()).unwrap_or_default(), Kind::Select([none].into_iter().chain(codes).collect()));
    }
    if name.starts_with("form") {
        let codes = FORMS.iter().map(|code| ((*code).to_owned(), say.t(&format!("hazard-form-{code}"))));
        return (hazard.map(|hazard| hazard.form.clone()).unwrap_or_default(), Kind::Select(codes.collect()));
    }
    if name.starts_with("level") {
        let levels = (0..=3).map(|level| (level.to_string(), level.to_string()));
        return (hazard.map(|hazard| hazard.level.to_string()).unwrap_or_default(), Kind::Select(levels.collect()));
    }
    (hazard.map(|hazard| (hazard.share_bp / 100).to_string()).unwrap_or_default(), Kind::Figure)
}

#[get("/desk/<id>/submit")]
pub(super) async fn submit(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let contract = contracts::find_own(&page.deps, &user, &contract_id(id)?).await?;
    let terms = contracts::terms_of(&contract)?;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let refusals = manyhands_domain::contracts::submit(&terms, &book).err().unwrap_or_default();
    page.show(submit_sheet(&page, &contract, &terms, &refusals)).await
}

fn submit_sheet(page: &Page, contract: &Contract, terms: &Terms, refusals: &[Refusal]) -> Sheet {
    let say = &page.say;
    let id = &contract.id;
    let mut sheet = Sheet::new(say.with("contract-margin", &[("id", id.as_str().into())]), say.t("contract-submit"));
    if refusals.is_empty() {
        let form = Form::new(page, format!("/desk/{id}/submit"), say.t("contract-submit"));
        let words = say.with("contract-submit-words", &[("client", terms.end_client.name.as_str().into())]);
        let quote = Block::Links(vec![(format!("/desk/{id}/quote"), say.t("quote-way"))]);
        return sheet.lede(words).leaf("", vec![Block::Form(Box::new(form)), quote]);
    }
    sheet.title = say.t("contract-not-ready");
    sheet.refused = true;
    let (floor, missing): (Vec<&Refusal>, Vec<&Refusal>) = refusals.iter().partition(|refusal| refusal.code == "contract-under-floor");
    if missing.is_empty() {
        sheet.title = say.t("batch-under-floor");
    }
    for refusal in floor {
        sheet.ledes.push(say.refusal(refusal));
        sheet.faults.push((format!("/desk/{id}/price#f-price"), say.t("batch-change-price")));
        sheet.faults.push((format!("/desk/{id}/price#f-seconds"), say.t("batch-change-seconds")));
    }
    let missing = missing
        .into_iter()
        .map(|refusal| {
            let field = refusal.field.as_deref().unwrap_or_default();
            let label = say.t(&format!("contract-{}", field.replace('_', "-")));
            let words = refusal.clone().with("label", label);
            (format!("/desk/{id}/{}#f-{field}", step_of(field)), say.refusal(&words))
        })
        .collect::<Vec<_>>();
    sheet.faults.extend(missing);
    sheet.leaf(say.t("contract-so-far"), vec![Block::Ways(so_far(page, contract, terms))])
}

#[post("/desk/<id>/submit", data = "<post>")]
pub(super) async fn submit_post(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let fields = post.only(&[])?;
    match contracts::submit(&page.deps, &user, &fields.once(), &parsed).await {
        Ok(()) => Ok(Answer::Redirect(format!("/desk/{id}"))),
        Err(Error::Refused(refusals)) => {
            let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
            let terms = contracts::terms_of(&contract)?;
            page.show(submit_sheet(&page, &contract, &terms, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows a page again as it was typed.
pub(super) async fn again(page: &Page, sheet: Sheet, form: Form, fields: &Fields, refusals: &[Refusal], label: String) -> Result {
    let form = form.typed(&page.say, fields, refusals);
    page.show(refused(page, sheet.leaf(label, vec![Block::Form(Box::new(form))]), refusals)).await
}
