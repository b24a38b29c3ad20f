//! Signing in and out, links from mail, one's own account.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::{get, post};

use crate::actions::rights::{Payee, SignedIn};
use crate::actions::sessions::SESSION_DAYS;
use crate::actions::{Error, payouts, people, receipts, sessions};
use crate::deps::Deps;
use crate::i18n::Language;
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::keys;
use crate::web::ledger::entry_row;
use crate::web::page::{Page, cookie_name, token};
use crate::web::post::Post;
use crate::web::public::{home_of, language_cookie, local};
use crate::web::sheet::{Block, Sheet};

#[get("/signin?<next>")]
pub(super) async fn sign_in(page: Page, next: Option<String>) -> Result {
    page.show(sign_in_sheet(&page, sign_in_form(&page, &next.unwrap_or_default()))).await
}

fn sign_in_form(page: &Page, next: &str) -> Form {
    let say = &page.say;
    Form::new(page, "/signin", say.t("sign-in"))
        .field(say, "people", "email", "", Kind::Email)
        .field(say, "people", "password", "", Kind::Password("current-password"))
        .hidden("next", next)
}

fn sign_in_sheet(page: &Page, form: Form) -> Sheet {
    let say = &page.say;
    let links = Block::Links(vec![("/reset".to_owned(), say.t("people-forgot"))]);
    let to_ballot = form.fields.iter().any(|field| field.name == "next" && field.value.ends_with("/ballot"));
    let sheet = Sheet::new("", say.t("sign-in")).leaf(say.t("people-account"), vec![Block::Form(Box::new(form)), links]);
    // Whoever comes from a mail about a vote has its code behind `#`: it goes on with them.
    if to_ballot { sheet.with_script("mailed.js") } else { sheet }
}

#[post("/signin", data = "<post>")]
pub(super) async fn sign_in_post(page: Page, post: Post, cookies: &CookieJar<'_>) -> Result {
    let fields = post.only(&["email", "password", "next"])?;
    match sessions::sign_in(&page.deps, &fields.text("email"), &fields.text("password"), &page.network).await {
        Ok(token) => {
            let to = match local(&fields.text("next")).as_str() {
                "/" => home_of(sessions::identify(&page.deps, &token).await?.as_ref()),
                next => next.to_owned(),
            };
            cookies.add(cookie(&page.deps, token));
            Ok(Answer::Redirect(to))
        }
        Err(Error::Refused(refusals)) => {
            let form = sign_in_form(&page, &fields.text("next")).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, sign_in_sheet(&page, form), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A name as lists show it: of whoever was erased, that it is not kept.
pub(super) fn name_of(page: &Page, name: &str) -> String {
    if name.is_empty() { page.say.t("person-name-gone") } else { name.to_owned() }
}

/// Marks a sheet refused, with a link to each field, and what is wrong beside it.
pub(super) fn refused(page: &Page, mut sheet: Sheet, refusals: &[Refusal]) -> Sheet {
    sheet.refused = true;
    sheet.wait = refusals.iter().any(|refusal| refusal.code == "too-many-attempts");
    for block in sheet.leaves.iter_mut().flat_map(|leaf| &mut leaf.blocks) {
        if let Block::Form(form) = block {
            form.mark_wrong(&page.say, refusals);
        }
    }
    sheet.faults = refusals
        .iter()
        .map(|refusal| (refusal.field.as_ref().map_or("#main".to_owned(), |field| format!("#f-{field}")), page.say.refusal(refusal)))
        .collect();
    sheet
}

/// The session's cookie.
pub(super) fn cookie(deps: &Deps, token: String) -> Cookie<'static> {
    let https = deps.coop.address.starts_with("https://");
    Cookie::build((cookie_name(deps), token)).path("/").http_only(true).secure(https).same_site(SameSite::Lax).max_age(SESSION).build()
}

#[post("/signout", data = "<post>")]
pub(super) async fn sign_out(page: Page, post: Post, cookies: &CookieJar<'_>) -> Result {
    post.only(&[])?;
    if let Some(token) = token(&page.deps, cookies) {
        sessions::sign_out(&page.deps, &token).await?;
    }
    cookies.remove(Cookie::build(cookie_name(&page.deps)).path("/"));
    Ok(Answer::Redirect("/".to_owned()))
}

#[get("/reset")]
pub(super) async fn reset(page: Page) -> Result {
    let say = &page.say;
    let form = Form::new(&page, "/reset", say.t("people-reset-send")).field(say, "people", "email", "", Kind::Email);
    page.show(Sheet::new("", say.t("people-reset-title")).leaf(say.t("people-account"), vec![Block::Form(Box::new(form))])).await
}

#[post("/reset", data = "<post>")]
pub(super) async fn reset_post(page: Page, post: Post) -> Result {
    let fields = post.only(&["email"])?;
    sessions::ask_reset(&page.deps, &fields.text("email"), &page.network).await?;
    let say = &page.say;
    page.show(Sheet::new("", say.t("people-reset-title")).lede(say.t("people-reset-sent"))).await
}

#[get("/reset/<token>")]
pub(super) async fn reset_link(page: Page, token: &str) -> Result {
    password_page(&page, token, "reset", &[]).await
}

#[post("/reset/<token>", data = "<post>")]
pub(super) async fn reset_link_post(page: Page, token: &str, post: Post, cookies: &CookieJar<'_>) -> Result {
    set_password(&page, token, "reset", post, cookies).await
}

#[get("/invitation/<token>")]
pub(super) async fn invitation(page: Page, token: &str) -> Result {
    password_page(&page, token, "invitation", &[]).await
}

#[post("/invitation/<token>", data = "<post>")]
pub(super) async fn invitation_post(page: Page, token: &str, post: Post, cookies: &CookieJar<'_>) -> Result {
    set_password(&page, token, "invitation", post, cookies).await
}

async fn password_page(page: &Page, token: &str, purpose: &str, refusals: &[Refusal]) -> Result {
    let say = &page.say;
    if !sessions::is_link_open(&page.deps, token, purpose).await? {
        return Err(Error::from(Refusal::new("link-used-up")).into());
    }
    let mut form = Form::new(page, format!("/{purpose}/{token}"), say.t("people-password-set")).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("new-password"),
    );
    for field in &mut form.fields {
        field.hint = say.t("people-password-new-hint");
    }
    let title = if purpose == "reset" { "people-reset-title" } else { "people-invitation-title" };
    let sheet = Sheet::new("", say.with(title, &[("coop", page.deps.coop.name.as_str().into())]))
        .leaf(say.t("people-account"), vec![Block::Form(Box::new(form))]);
    let sheet = if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) };
    page.show(sheet).await
}

async fn set_password(page: &Page, token: &str, purpose: &str, post: Post, cookies: &CookieJar<'_>) -> Result {
    let fields = post.only(&["password"])?;
    match sessions::set_password(&page.deps, token, purpose, &fields.text("password")).await {
        Ok(session) => {
            let home = home_of(sessions::identify(&page.deps, &session).await?.as_ref());
            cookies.add(cookie(&page.deps, session));
            Ok(Answer::Redirect(home))
        }
        Err(Error::Refused(refusals)) => password_page(page, token, purpose, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

#[get("/account")]
pub(super) async fn account(page: Page) -> Result {
    let who = page.signed_in()?;
    let subscribed = people::is_subscribed(&page.deps, &who).await?;
    let sheet = account_page(&page, &who, account_form(&page, &who, subscribed)).await?;
    page.show(sheet).await
}

fn account_form(page: &Page, who: &SignedIn, subscribed: bool) -> Form {
    let say = &page.say;
    let standing = who.standing();
    let languages = Language::ALL.iter().map(|language| (language.tag().to_owned(), language.name().to_owned())).collect();
    let current = Language::best(&standing.language).unwrap_or(Language::En);
    Form::new(page, "/account", say.t("save"))
        .field(say, "people", "name", standing.name.clone(), Kind::Text)
        .field(say, "people", "language", current.tag(), Kind::Select(languages))
        .field(say, "people", "zone", standing.zone.clone(), Kind::Text)
        .field(say, "people", "subscribed", if subscribed { "on" } else { "" }, Kind::Check)
}

fn payout_form(page: &Page, to: &str) -> Form {
    let say = &page.say;
    Form::new(page, "/account/payout", say.t("save")).field(say, "people", "payout_to", to, Kind::Text).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("current-password"),
    )
}

/// Where pay goes; of whoever has left, what is still theirs.
async fn payout_blocks(page: &Page, payee: &Payee) -> Result<Vec<Block>> {
    let say = &page.say;
    let to = people::payout_to(&page.deps, payee).await?;
    let mut blocks = Vec::new();
    if payee.member().is_none() {
        let word = if to.is_empty() { "people-left-owed-nowhere" } else { "people-left-owed" };
        let owed = payouts::owed(&page.deps, payee).await?;
        let words = |(currency, amount): (Currency, Amount)| Block::Text(say.with(word, &[("amount", (amount, currency).into())]));
        blocks.extend(owed.into_iter().filter(|(_, amount)| amount.is_positive()).map(words));
    }
    blocks.extend([Block::Text(say.t("people-payout-words")), Block::Form(Box::new(payout_form(page, &to)))]);
    Ok(blocks)
}

async fn account_page(page: &Page, who: &SignedIn, form: Form) -> Result<Sheet> {
    let mut sheet = account_sheet(page, who, form);
    if let Some(payee) = who.payee() {
        sheet = sheet.leaf(page.say.t("people-payout"), payout_blocks(page, &payee).await?);
    }
    if who.client_user().is_some() {
        let links = vec![("/account/colleagues".to_owned(), page.say.t("colleagues-link"))];
        sheet = sheet.leaf(page.say.t("colleagues-title"), vec![Block::Links(links)]);
    }
    if let Some(holder) = who.key_holder() {
        let key = Block::Links(vec![("/account/key".to_owned(), page.say.t("keys-title"))]);
        sheet = sheet.leaf(page.say.t("keys-title"), vec![Block::Text(page.say.t(keys::what(&holder))), key]);
    }
    if let Some(member) = who.member() {
        let entries = receipts::list_own(&page.deps, &member).await?;
        let entries = Block::Rows(entries.iter().map(|entry| entry_row(page, entry)).collect());
        sheet = sheet.leaf(page.say.t("in-the-book"), vec![Block::Text(page.say.t("people-in-the-book")), entries]);
        sheet = sheet.leaf(page.say.t("leave"), vec![Block::Links(vec![("/account/leave".to_owned(), page.say.t("leave"))])]);
    }
    let out = Form::new(page, "/signout", page.say.t("sign-out")).quiet();
    Ok(sheet.leaf(page.say.t("sign-out"), vec![Block::Form(Box::new(out))]))
}

#[post("/account/payout", data = "<post>")]
pub(super) async fn payout_post(page: Page, post: Post) -> Result {
    let payee = page.payee()?;
    let fields = post.only(&["payout_to", "password"])?;
    match people::set_payout_to(&page.deps, &payee, &fields.once(), &fields.text("payout_to"), &fields.text("password")).await {
        Ok(()) => Ok(Answer::Redirect("/account".to_owned())),
        Err(Error::Refused(refusals)) => {
            let form = payout_form(&page, "").typed(&page.say, &fields, &refusals);
            let sheet = Sheet::new("", page.say.t("people-account")).leaf(page.say.t("people-payout"), vec![Block::Form(Box::new(form))]);
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn account_sheet(page: &Page, who: &SignedIn, form: Form) -> Sheet {
    let say = &page.say;
    Sheet::new("", say.t("people-account"))
        .lede(who.standing().email.clone())
        .leaf(say.t("people-profile"), vec![Block::Form(Box::new(form))])
}

#[post("/account", data = "<post>")]
pub(super) async fn account_post(page: Page, post: Post, cookies: &CookieJar<'_>) -> Result {
    let who = page.signed_in()?;
    let fields = post.only(&["name", "language", "zone", "subscribed"])?;
    let language = Language::best(&fields.text("language")).unwrap_or(Language::En);
    let profile = people::Profile {
        name: fields.text("name"),
        language: language.tag().to_owned(),
        zone: fields.text("zone"),
        subscribed: !fields.text("subscribed").is_empty(),
    };
    match people::change_profile(&page.deps, &who, &fields.once(), &profile).await {
        Ok(()) => {
            cookies.add(language_cookie(language));
            Ok(Answer::Redirect("/account".to_owned()))
        }
        Err(Error::Refused(refusals)) => {
            let form = account_form(&page, &who, profile.subscribed).typed(&page.say, &fields, &refusals);
            let sheet = account_page(&page, &who, form).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/unsubscribe/<token>")]
pub(super) async fn unsubscribe(page: Page, token: &str) -> Result {
    let say = &page.say;
    let form = Form::new(&page, format!("/unsubscribe/{token}"), say.t("people-unsubscribe"));
    let sheet = Sheet::new("", say.t("people-unsubscribe-title")).lede(say.t("people-unsubscribe-words"));
    page.show(sheet.leaf("", vec![Block::Form(Box::new(form))])).await
}

#[post("/unsubscribe/<token>", data = "<post>")]
pub(super) async fn unsubscribe_post(page: Page, token: &str, post: Post) -> Result {
    post.only(&["List-Unsubscribe"])?;
    people::unsubscribe(&page.deps, token).await?;
    page.show(Sheet::new("", page.say.t("people-unsubscribe-title")).lede(page.say.t("people-unsubscribed"))).await
}

/// As long as the session itself.
const SESSION: rocket::time::Duration = rocket::time::Duration::days(SESSION_DAYS);
