//! One's own key: made with one press, replaced, retired. A lost key is the normal case, and the page says so.

use manyhands_domain::books::two_people::AGE_SECS;
use manyhands_domain::ids::ProposalId;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::keys::{self, Own, REASONS};
use crate::actions::rights::KeyHolder;
use crate::actions::{Error, KeyRequest, PersonKey};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Row, Sheet};

/// The vote from whose ballot somebody came to make a key, if they did: it goes along until they go back. Its number alone is taken from an
/// address, so that none leads anywhere else.
struct Came(Option<ProposalId>);

impl Came {
    fn read(vote: Option<&str>) -> Came {
        Came(vote.and_then(|id| ProposalId::parse(id).ok()))
    }

    /// An address of these pages that still knows it.
    fn along(&self, path: &str) -> String {
        self.0.as_ref().map_or_else(|| path.to_owned(), |id| format!("{path}?vote={id}"))
    }

    /// The way back.
    fn back(&self, page: &Page) -> Option<(String, String)> {
        let id = self.0.as_ref()?;
        Some((format!("/proposals/{id}/ballot"), page.say.with("keys-back", &[("proposal", id.as_str().into())])))
    }
}

#[get("/account/key?<vote>")]
pub(super) async fn key(page: Page, vote: Option<&str>) -> Result {
    let holder = page.key_holder()?;
    let from = Came::read(vote);
    let own = keys::find_own(&page.deps, &holder).await?;
    let say = &page.say;
    let mut sheet = Sheet::new(say.t("people-account"), say.t("keys-title")).lede(say.t(what(&holder))).lede(say.t("keys-what-not"));
    let mut links = vec![("/sign".to_owned(), say.t("keys-waiting"))];
    // With a key in force there is nothing left to do here first.
    match from.back(&page) {
        Some((to, words)) if own.keys.iter().any(|key| key.retired_index.is_none()) => sheet = sheet.go(to, words),
        way => links.extend(way),
    }
    let sheet = if own.keys.is_empty() { first(&page, &own, &from, sheet) } else { held(&page, &own, &from, sheet) };
    page.show(sheet.with_script("keys.js").leaf(say.t("signing-title"), vec![Block::Links(links)])).await
}

/// What a key is good for.
pub(super) fn what(holder: &KeyHolder) -> &'static str {
    if holder.member().is_some() { "keys-what" } else { "keys-what-client" }
}

/// Before there is a key: the code by mail, then the key.
fn first(page: &Page, own: &Own, from: &Came, sheet: Sheet) -> Sheet {
    let say = &page.say;
    if let Some(refusal) = &own.first {
        return sheet.leaf(say.t("keys-first"), vec![Block::Text(say.refusal(refusal))]);
    }
    match own.code_until {
        None => sheet.leaf(say.t("keys-first"), vec![Block::Text(say.t("keys-code-words")), form(code_form(page, from))]),
        Some(until) => {
            let words = say.with("keys-enrol-words", &[("until", say.clock(until, page.now()).into())]);
            sheet
                .leaf(say.t("keys-first"), vec![Block::Text(words), form(enrol_form(page, own, from)), by_hand(page, own)])
                .leaf(say.t("keys-code-again"), vec![form(code_form(page, from).beside_others("code").quiet())])
        }
    }
}

/// With a key, or after one.
fn held(page: &Page, own: &Own, from: &Came, sheet: Sheet) -> Sheet {
    let say = &page.say;
    let in_force: Vec<&PersonKey> = own.keys.iter().filter(|key| key.retired_index.is_none()).collect();
    let rows = own.keys.iter().rev().map(|key| row(page, key)).collect();
    let mut yours = vec![Block::Rows(rows), here(page, own)];
    if !in_force.is_empty() {
        yours.push(Block::Text(say.t("keys-lost-words")));
    }
    let mut sheet = sheet.leaf(say.t("keys-yours"), yours);
    match &own.request {
        Some(request) => sheet = sheet.leaf(say.t("keys-request"), waits(page, request, in_force.is_empty())),
        None => {
            let words = say.t(if in_force.is_empty() { "keys-another-vouched" } else { "keys-another-words" });
            sheet = sheet.leaf(
                say.t("keys-another"),
                vec![Block::Text(words), form(another_form(page, own, from).beside_others("another")), by_hand(page, own)],
            );
        }
    }
    if !in_force.is_empty() {
        sheet = sheet.leaf(
            say.t("keys-retire"),
            vec![Block::Text(say.t("keys-retire-words")), form(retire_form(page, own).beside_others("retire"))],
        );
    }
    sheet
}

fn form(form: Form) -> Block {
    Block::Form(Box::new(form))
}

fn row(page: &Page, key: &PersonKey) -> Row {
    let say = &page.say;
    let added = Timestamp::from_secs(key.added_at);
    let counts = added.plus_secs(if page.member().is_ok() { AGE_SECS } else { 0 });
    let state = match (key.retired_at, key.reason.as_deref()) {
        (Some(at), reason) => say.with(
            "keys-retired",
            &[("at", Timestamp::from_secs(at).into()), ("reason", say.t(&format!("key-reason-{}", reason.unwrap_or("unused"))).into())],
        ),
        (None, _) if counts <= page.now() => say.t("keys-counts"),
        (None, _) => say.with("keys-counts-from", &[("when", counts.into())]),
    };
    Row { title: say.with("keys-key", &[("key", key.key_id.as_str().into())]), strong: state, steps: steps(page, key), ..Row::default() }
}

/// The entries of a key: how it came, and how it went.
fn steps(page: &Page, key: &PersonKey) -> Vec<(String, (String, String))> {
    let say = &page.say;
    let added = Timestamp::from_secs(key.added_at);
    let retired = key.retired_index.map(|index| (say.t("entry-key-retired"), seal(page, index)));
    std::iter::once((say.with("keys-since", &[("at", added.into())]), seal(page, key.added_index))).chain(retired).collect()
}

/// What the script says here: whether this browser holds one of the keys in force.
pub(super) fn here(page: &Page, own: &Own) -> Block {
    let ids: Vec<&str> = own.keys.iter().filter(|key| key.retired_index.is_none()).map(|key| key.key_id.as_str()).collect();
    Block::Status(vec![
        ("name", own.name.clone()),
        ("held", ids.join(",")),
        ("here", page.say.t("keys-here")),
        ("away", page.say.t("keys-away")),
    ])
}

/// A further key that waits: by whom it can be signed for.
fn waits(page: &Page, request: &KeyRequest, vouched: bool) -> Vec<Block> {
    let say = &page.say;
    let path = format!("/sign/key/{}", request.id);
    let address = format!("{}{path}", page.deps.coop.address);
    let id = request.vkey.split('+').nth(1).unwrap_or_default();
    let words = say.with(if vouched { "keys-request-vouched" } else { "keys-request-own" }, &[("key", id.into())]);
    let withdraw = Form::new(page, "/account/key/withdraw", say.t("keys-request-withdraw")).quiet();
    let mut blocks = vec![Block::Text(words), Block::Facts(vec![(say.t("keys-request-address"), address)])];
    if !vouched {
        blocks.push(Block::Links(vec![(path, say.t("signing-look"))]));
    }
    blocks.push(form(withdraw));
    blocks
}

/// For whoever keeps their key elsewhere than in a browser.
fn by_hand(page: &Page, own: &Own) -> Block {
    let command = format!("manyhands sign --new {} --key my.key", own.name);
    Block::Folded(page.say.t("keys-by-hand"), page.say.with("keys-by-hand-words", &[("command", command.into())]))
}

fn code_form(page: &Page, from: &Came) -> Form {
    let say = &page.say;
    Form::new(page, from.along("/account/key/code"), say.t("keys-code-send")).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("current-password"),
    )
}

fn enrol_form(page: &Page, own: &Own, from: &Came) -> Form {
    let say = &page.say;
    let form = Form::new(page, from.along("/account/key"), say.t("keys-make")).field(say, "keys", "code", "", Kind::Figure);
    made_here(page, own, form.field(say, "keys", "vkey", "", Kind::Text))
}

fn another_form(page: &Page, own: &Own, from: &Came) -> Form {
    let say = &page.say;
    let form = Form::new(page, from.along("/account/key/another"), say.t("keys-make-another")).field(say, "keys", "vkey", "", Kind::Text);
    made_here(page, own, form.field(say, "people", "password", "", Kind::Password("current-password")))
}

/// The script fills in a public key made in this browser, and makes none again that was entered before.
fn made_here(page: &Page, own: &Own, form: Form) -> Form {
    let known: Vec<&str> = own.keys.iter().map(|key| key.key_id.as_str()).collect();
    form.mark("make", own.name.clone())
        .mark("known", known.join(","))
        .mark("own", page.say.t("keys-paste"))
        .mark("failed", page.say.t("keys-make-failed"))
}

fn retire_form(page: &Page, own: &Own) -> Form {
    let say = &page.say;
    let in_force = own.keys.iter().filter(|key| key.retired_index.is_none());
    let ids = in_force.map(|key| (key.key_id.clone(), say.with("keys-key", &[("key", key.key_id.as_str().into())]))).collect();
    let reasons = REASONS.iter().map(|reason| ((*reason).to_owned(), say.t(&format!("key-reason-{reason}")))).collect();
    Form::new(page, "/account/key/retire", say.t("keys-retire"))
        .field(say, "keys", "key_id", "", Kind::Select(ids))
        .field(say, "keys", "reason", "", Kind::Select(reasons))
        .field(say, "people", "password", "", Kind::Password("current-password"))
        .quiet()
}

/// The one form that was refused, with what was typed: never a secret that somebody pasted by mistake.
async fn again(page: &Page, from: &Came, typed: &Fields, refusals: &[Refusal], of: impl Fn(&Page, &Own, &Came) -> Form) -> Result {
    let holder = page.key_holder()?;
    let own = keys::find_own(&page.deps, &holder).await?;
    let mut form = of(page, &own, from).typed(&page.say, typed, refusals);
    if refusals.iter().any(|refusal| refusal.code == "key-private") {
        form.fields.iter_mut().filter(|field| field.name == "vkey").for_each(|field| field.value.clear());
    }
    let back = Block::Links(vec![(from.along("/account/key"), page.say.t("keys-title"))]);
    let sheet = Sheet::new(page.say.t("people-account"), page.say.t("keys-title")).with_script("keys.js");
    page.show(refused(page, sheet.leaf(page.say.t("keys-again"), vec![Block::Form(Box::new(form)), back]), refusals)).await
}

fn to_key(from: &Came) -> Answer {
    Answer::Redirect(from.along("/account/key"))
}

#[post("/account/key/code?<vote>", data = "<post>")]
pub(super) async fn code(page: Page, vote: Option<&str>, post: Post) -> Result {
    let (holder, from) = (page.key_holder()?, Came::read(vote));
    let fields = post.only(&["password"])?;
    match keys::ask_code(&page.deps, &holder, &fields.once(), &fields.text("password")).await {
        Ok(()) => Ok(to_key(&from)),
        Err(Error::Refused(refusals)) => again(&page, &from, &fields, &refusals, |page, _, from| code_form(page, from)).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/account/key?<vote>", data = "<post>")]
pub(super) async fn enrol(page: Page, vote: Option<&str>, post: Post) -> Result {
    let (holder, from) = (page.key_holder()?, Came::read(vote));
    let fields = post.only(&["code", "vkey"])?;
    match keys::enrol(&page.deps, &holder, &fields.once(), &fields.text("code"), &fields.text("vkey")).await {
        Ok(_) => Ok(to_key(&from)),
        Err(Error::Refused(refusals)) => again(&page, &from, &fields, &refusals, enrol_form).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/account/key/another?<vote>", data = "<post>")]
pub(super) async fn another(page: Page, vote: Option<&str>, post: Post) -> Result {
    let (holder, from) = (page.key_holder()?, Came::read(vote));
    let fields = post.only(&["vkey", "password"])?;
    match keys::ask_another(&page.deps, &holder, &fields.once(), &fields.text("vkey"), &fields.text("password")).await {
        Ok(_) => Ok(to_key(&from)),
        Err(Error::Refused(refusals)) => again(&page, &from, &fields, &refusals, another_form).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/account/key/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, post: Post) -> Result {
    let holder = page.key_holder()?;
    let fields = post.only(&[])?;
    keys::withdraw(&page.deps, &holder, &fields.once()).await?;
    Ok(to_key(&Came(None)))
}

#[post("/account/key/retire", data = "<post>")]
pub(super) async fn retire(page: Page, post: Post) -> Result {
    let holder = page.key_holder()?;
    let fields = post.only(&["key_id", "reason", "password"])?;
    let text = |name: &str| fields.text(name);
    match keys::retire(&page.deps, &holder, &fields.once(), &text("key_id"), &text("reason"), &text("password")).await {
        Ok(_) => Ok(to_key(&Came(None))),
        Err(Error::Refused(refusals)) => again(&page, &Came(None), &fields, &refusals, |page, own, _| retire_form(page, own)).await,
        Err(error) => Err(error.into()),
    }
}
