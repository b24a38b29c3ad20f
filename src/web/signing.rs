//! What waits for signatures, and the page on which a person reads what they sign: in plain words, with the exact text folded
//! away. The same page signs in the browser and takes a note that was signed elsewhere.

use manyhands_domain::log::note::Note;
use manyhands_domain::money::Amount;
use manyhands_domain::proposals::sealing::Unsealed;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::proposals;
use crate::actions::rights::{KeyHolder, Member, Officer};
use crate::actions::signing::{self, Matter, Outcome, Shown, Subject, WaitingSubject};
use crate::actions::{Error, Once, PreparedText, Signature, corrections, keys, reviews};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::ballots::choice_words;
use crate::web::entry::account_words;
use crate::web::forms::{Form, Kind};
use crate::web::keys::here;
use crate::web::leaving::{departure_facts, departure_says, keep_leaf};
use crate::web::lowering;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::returns;
use crate::web::sheet::{Block, Row, Sheet};

#[get("/sign")]
pub(super) async fn waiting(page: Page) -> Result {
    let holder = page.key_holder()?;
    let say = &page.say;
    let rows: Vec<Row> = signing::list_waiting(&page.deps, &holder).await?.iter().map(|waiting| row(&page, waiting)).collect();
    let block = if rows.is_empty() { Block::Text(say.t("signing-none")) } else { Block::Rows(rows) };
    let sheet = Sheet::new("", say.t("signing-title")).lede(say.t("signing-lede")).leaf(say.t("signing-waiting"), vec![block]);
    page.show(sheet.leaf(say.t("keys-title"), vec![Block::Links(vec![("/account/key".to_owned(), say.t("keys-title"))])])).await
}

fn row(page: &Page, waiting: &WaitingSubject) -> Row {
    let say = &page.say;
    let said = words(page, &waiting.matter);
    let to = format!("/sign/{}/{}", waiting.matter.subject.word(), waiting.matter.subject.id());
    let mut facts: Vec<String> = waiting.signed.iter().map(|signature| signed_words(page, signature)).collect();
    if waiting.mine {
        facts.push(say.t("signing-mine"));
    }
    let (per, figure) = said.big.unwrap_or_default();
    Row {
        title: said.title,
        href: to.clone(),
        strong: said.what,
        facts,
        figure,
        per,
        go: (!waiting.mine).then(|| (to, say.t("signing-look"))),
        ..Row::default()
    }
}

/// A matter in plain words.
struct Words {
    /// What kind of thing it is.
    what: String,
    /// Which.
    title: String,
    /// Its sum: currency and figure.
    big: Option<(String, String)>,
    /// What a signature says.
    says: String,
    facts: Vec<(String, String)>,
}

fn words(page: &Page, matter: &Matter) -> Words {
    let say = &page.say;
    let word = matter.subject.word();
    let sum = |currency: &str, micros: i64| Some((currency.to_owned(), amount(say.language, Amount::from_micros(micros))));
    let fact = |id: &str, value: &str| (say.t(id), value.to_owned());
    let when = |secs: i64| say.moment(Timestamp::from_secs(secs));
    let (title, big, facts) = match &matter.shown {
        Shown::Payout(run) => {
            let facts = vec![
                (say.t("signing-people"), say.with("signing-people-count", &[("count", run.count.into())])),
                fact("signing-rail", &say.t("signing-rail-manual")),
                fact("payout-prepared-by", &run.prepared_name),
                fact("signing-prepared-at", &when(run.prepared_at)),
            ];
            (say.with("pay-run", &[("payout", run.id.as_str().into())]), sum(&run.currency, run.total), facts)
        }
        Shown::Expense(expense) => {
            let facts = vec![
                fact("expense-what", &expense.what),
                fact("payout-prepared-by", &expense.prepared_name),
                fact("signing-prepared-at", &when(expense.prepared_at)),
            ];
            (expense.name.clone(), sum(&expense.currency, expense.amount), facts)
        }
        Shown::Correction(correction) => {
            let mut facts = vec![
                fact("correction-reason", &say.t(&format!("correction-reason-{}", correction.reason))),
                fact("payout-prepared-by", &correction.prepared_name),
                fact("signing-prepared-at", &when(correction.prepared_at)),
            ];
            for line in corrections::lines_of(correction).unwrap_or_default() {
                let sum = format!("{} {}", amount(say.language, line.amount), line.unit);
                facts.push((account_words(page, line.account.as_str()), sum));
            }
            (say.with("correction-of", &[("index", Arg::Count(correction.corrects))]), None, facts)
        }
        Shown::Return(row) => {
            let mut facts = returns::facts(page, row);
            facts.push(fact("signing-prepared-at", &when(row.prepared_at)));
            (say.with("return-from", &[("contract", row.contract_id.as_str().into())]), sum(&row.currency, row.amount), facts)
        }
        Shown::Lowering(row) => (row.contract.title.clone(), None, lowering::facts(page, row).unwrap_or_default()),
        Shown::Admission(person) => {
            let roles: Vec<String> =
                person.roles.split(',').filter(|role| !role.is_empty()).map(|role| say.t(&format!("role-{role}"))).collect();
            let role = if roles.is_empty() { say.t("role-member") } else { roles.join(", ") };
            let facts = vec![
                fact("people-country", &say.country(&person.country)),
                fact("people-role", &role),
                fact("signing-invited-by", &person.invited_name),
                fact("signing-prepared-at", &when(person.invited_at)),
            ];
            (person.name.clone(), None, facts)
        }
        Shown::Departure(row) => (row.name.clone(), None, departure_facts(page, row)),
        Shown::Key(request) => {
            let id = request.vkey.split('+').nth(1).unwrap_or_default();
            let mut facts = vec![fact("keys-id", id), fact("signing-asked-at", &when(request.asked_at))];
            facts.extend(request.client_name.as_deref().map(|client| fact("signing-acts-for", client)));
            (request.name.clone(), None, facts)
        }
        Shown::Acceptance(claim) => {
            let facts = vec![fact("contract-end-client", &claim.end_client), fact("signing-item", &claim.item_id)];
            (claim.title.clone(), sum(&claim.currency, claim.price), facts)
        }
        Shown::Ballot(opening, vote) => {
            let number = format!("P-{}", vote.number.unwrap_or_default());
            let facts = vec![
                fact("signing-vote", &number),
                fact("signing-choice", &choice_words(page, opening.choice)),
                fact("signing-vote-closes", &when(vote.closes_at.unwrap_or_default())),
            ];
            (vote.title.clone(), None, facts)
        }
    };
    let reader = page.who.as_ref().and_then(|who| who.key_holder()).and_then(|holder| holder.id());
    let own = |id: &str| reader.as_ref().is_some_and(|reader| reader.as_str() == id);
    let says = match &matter.shown {
        Shown::Key(request) if own(&request.holder_id) => say.t("signing-says-key-own"),
        Shown::Key(request) if request.client_id.is_some() => say.t("signing-says-key-user"),
        Shown::Acceptance(_) if page.client_user().is_ok() => say.t("signing-says-acceptance-client"),
        Shown::Departure(row) => departure_says(page, row, own(&row.member_id)),
        _ => say.t(&format!("signing-says-{word}")),
    };
    Words { what: say.t(&format!("signing-what-{word}")), title, big, says, facts }
}

fn signed_words(page: &Page, signature: &Signature) -> String {
    let at = Timestamp::from_secs(signature.signed_at);
    page.say.with("signing-signed", &[("name", signature.name.as_str().into()), ("at", at.into())])
}

fn subject(word: &str, id: &str) -> Result<Subject> {
    Subject::parse(word, id).ok_or(Answer::Error(Error::NotFound))
}

#[get("/sign/<word>/<id>")]
pub(super) async fn one(page: Page, word: &str, id: &str) -> Result {
    let holder = page.key_holder()?;
    let subject = subject(word, id)?;
    let sheet = subject_sheet(&page, &holder, &subject).await?;
    page.show(sheet).await
}

async fn subject_sheet(page: &Page, holder: &KeyHolder, subject: &Subject) -> Result<Sheet> {
    let say = &page.say;
    let matter = signing::find(&page.deps, holder, subject).await?;
    let said = words(page, &matter);
    let mut sheet = Sheet::new(said.what, said.title).lede(said.says);
    sheet.big = said.big;
    sheet = sheet.leaf(say.t("signing-about"), vec![Block::Facts(said.facts)]);
    sheet = sheet.leaf(say.t("signing-sign"), blocks(page, holder, subject).await?);
    if let (Subject::Admission(id), Ok(_)) = (subject, page.coordinator()) {
        let withdraw = Form::new(page, format!("/office/admissions/{id}/withdraw"), say.t("signing-admission-withdraw")).quiet();
        sheet = sheet.leaf(say.t("signing-admission-withdraw"), vec![Block::Form(Box::new(withdraw))]);
    }
    if let Shown::Departure(row) = &matter.shown {
        sheet = keep_leaf(page, row, sheet);
    }
    Ok(sheet)
}

/// Who signed so far, and how this reader does. For the page of whatever waits for signatures.
async fn blocks(page: &Page, holder: &KeyHolder, subject: &Subject) -> Result<Vec<Block>> {
    let say = &page.say;
    let signed = signing::list_signed(&page.deps, holder, subject).await?;
    let mut blocks: Vec<Block> = signed.iter().map(|signature| Block::Text(signed_words(page, signature))).collect();
    if holder.id().is_some_and(|id| signed.iter().any(|signature| signature.holder_id == id.as_str())) {
        blocks.push(Block::Text(say.t("signing-mine")));
        return Ok(blocks);
    }
    // Who has no key that counts reads what to do, instead of a form that would only say so.
    if let Some(refusal) = signing::find_obstacle(&page.deps, holder, subject).await? {
        blocks.push(Block::Text(say.refusal(&refusal)));
        blocks.push(Block::Links(vec![("/account/key".to_owned(), say.t("keys-title"))]));
        return Ok(blocks);
    }
    blocks.push(Block::Text(say.t("signing-how")));
    blocks.push(Block::Form(Box::new(prepare_form(page, subject).beside_others("sign"))));
    Ok(blocks)
}

/// How a sum leaves: what the second person's approval needs, before and after two people sign.
pub(super) struct Second {
    /// The kind of entry.
    pub(super) kind: &'static str,
    /// Whether the reader prepared it.
    pub(super) mine: bool,
    /// What approving does.
    pub(super) words: String,
    /// With the password, while no signatures are needed.
    pub(super) approve: Form,
    /// For whoever prepared it.
    pub(super) withdraw: Form,
}

impl Second {
    /// By two people's signatures once these are needed; before, by a second person's password.
    pub(super) async fn blocks(self, page: &Page, officer: &Officer, subject: &Subject) -> Result<Vec<Block>> {
        let mut blocks = match (signing::is_signed_for(&page.deps, self.kind).await?, self.mine) {
            (true, _) => [vec![Block::Text(self.words)], blocks(page, officer, subject).await?].into_iter().flatten().collect(),
            (false, true) => vec![Block::Text(page.say.t("payout-waits"))],
            (false, false) => vec![Block::Text(self.words), Block::Form(Box::new(self.approve))],
        };
        if self.mine {
            blocks.push(Block::Form(Box::new(self.withdraw)));
        }
        Ok(blocks)
    }
}

/// Straight on to the signature of whoever prepared something just now, with their password. Nothing where no signature is
/// needed, or they have no key that counts: the page of what they prepared says so.
pub(super) async fn straight_on(page: &Page, member: &Member, subject: &Subject, once: Once) -> Result<Option<Answer>> {
    let once = Once { key: format!("{}-sign", once.key), ..once };
    match signing::offer(&page.deps, member, &once, subject).await {
        Ok(nonce) => Ok(Some(to_text(&nonce))),
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn prepare_form(page: &Page, subject: &Subject) -> Form {
    let say = &page.say;
    let form = Form::new(page, format!("/sign/{}/{}", subject.word(), subject.id()), say.t("signing-read"));
    if subject.asks_password() { form.field(say, "people", "password", "", Kind::Password("current-password")) } else { form }
}

#[post("/sign/<word>/<id>", data = "<post>")]
pub(super) async fn prepare(page: Page, word: &str, id: &str, post: Post) -> Result {
    let holder = page.key_holder()?;
    let subject = subject(word, id)?;
    let fields = post.only(&["password"])?;
    match signing::prepare(&page.deps, &holder, &fields.once(), &subject, &fields.text("password")).await {
        Ok(nonce) => Ok(to_text(&nonce)),
        Err(Error::Refused(refusals)) => match subject_sheet(&page, &holder, &subject).await {
            Ok(sheet) => page.show(refused(&page, sheet, &refusals)).await,
            // It waits no more: the refusal alone says so.
            Err(_) => Err(Answer::Error(Error::Refused(refusals))),
        },
        Err(error) => Err(error.into()),
    }
}

/// To the page on which a prepared text is signed.
pub(super) fn to_text(nonce: &str) -> Answer {
    Answer::Redirect(format!("/texts/{nonce}"))
}

#[get("/texts/<nonce>")]
pub(super) async fn text(page: Page, nonce: &str) -> Result {
    let holder = page.key_holder()?;
    match signing::find_text(&page.deps, &holder, nonce).await {
        Ok((text, matter)) => {
            let sheet = text_sheet(&page, &holder, &text, &matter).await?;
            page.show(sheet).await
        }
        Err(Error::Refused(refusals)) => gone(&page, &holder, nonce, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// A text that can be signed no more: what to do instead.
async fn gone(page: &Page, holder: &KeyHolder, nonce: &str, refusals: &[Refusal]) -> Result {
    let say = &page.say;
    let mut sheet = Sheet::new("", say.t("signing-title"));
    if let Some(vote) = signing::find_vote(&page.deps, holder, nonce).await? {
        // A ballot is chosen anew, on the page of its vote.
        let links = vec![(format!("/proposals/{vote}/ballot"), say.t("ballots-again"))];
        sheet = sheet.leaf(say.t("signing-sign"), vec![Block::Links(links)]);
    } else if let Some(subject) = signing::find_subject(&page.deps, holder, nonce).await? {
        let to = format!("/sign/{}/{}", subject.word(), subject.id());
        let links = vec![(to, say.t("signing-again")), ("/sign".to_owned(), say.t("signing-title"))];
        sheet = sheet.leaf(say.t("signing-sign"), vec![Block::Links(links)]);
    }
    page.show(refused(page, sheet, refusals)).await
}

async fn text_sheet(page: &Page, holder: &KeyHolder, text: &PreparedText, matter: &Matter) -> Result<Sheet> {
    let say = &page.say;
    let mut said = words(page, matter);
    // Who sees a ballot afterwards is the book's matter: it is said before anybody signs.
    if let (Shown::Ballot(_, vote), Ok(member)) = (&matter.shown, page.member())
        && proposals::is_open_to_all(&page.deps, &member, vote).await?
    {
        said.says = say.t("signing-says-ballot-all");
    }
    let own = keys::find_own(&page.deps, holder).await?;
    let until = say.clock(Timestamp::from_secs(text.expires_at), page.now());
    let mut facts = said.facts;
    // A ballot's text can be signed as long as its vote is open, which stands there already.
    if !matches!(matter.shown, Shown::Ballot(..)) {
        facts.push((say.t("signing-until"), until));
    }
    let mut exact = format!("{}\n{}", text.line, text.signable);
    let mut button = "signing-sign";
    let mut form = Form::new(page, format!("/texts/{}", text.nonce), "").field(say, "signing", "note", "", Kind::Area);
    if let Shown::Ballot(opening, vote) = &matter.shown {
        // The entry says the seal alone: with the third line whoever signs elsewhere reads what is in it, and so does this page's script.
        let read = Unsealed { choice: opening.choice.word(), salt: &hex::encode(opening.salt), title: &vote.title }.line();
        exact = format!("{exact}\n{read}");
        form = form.mark("unsealed", read);
        button = "ballots-sign";
    }
    form.button = say.t(button);
    let form = form
        .mark("sign", own.name.clone())
        .mark("line", text.line.clone())
        .mark("body", text.signable.clone())
        .mark("own", say.t("keys-paste"))
        .mark("failed", say.t("signing-failed"));
    let mut sheet = Sheet::new(said.what, said.title).lede(said.says);
    sheet.big = said.big;
    let about = vec![Block::Facts(facts), Block::Folded(say.t("signing-exact"), exact)];
    let sign = vec![here(page, &own), Block::Form(Box::new(form)), Block::Folded(say.t("signing-by-hand"), say.t("signing-by-hand-words"))];
    Ok(sheet.with_script("keys.js").leaf(say.t("signing-about"), about).leaf(say.t("signing-sign"), sign))
}

#[post("/texts/<nonce>", data = "<post>")]
pub(super) async fn sign(page: Page, nonce: &str, post: Post) -> Result {
    let holder = page.key_holder()?;
    let fields = post.only(&["note"])?;
    let before = signing::find_text(&page.deps, &holder, nonce).await;
    match signing::sign(&page.deps, &holder, &fields.once(), nonce, &fields.text("note")).await {
        Ok(outcome) => done(&page, before.ok().map(|(_, matter)| matter), outcome).await,
        Err(Error::Refused(refusals)) => match signing::find_text(&page.deps, &holder, nonce).await {
            Ok((text, matter)) => {
                let mut sheet = text_sheet(&page, &holder, &text, &matter).await?;
                // What was pasted is kept.
                for block in sheet.leaves.iter_mut().flat_map(|leaf| &mut leaf.blocks) {
                    if let Block::Form(form) = block {
                        form.fields.iter_mut().for_each(|field| field.value = fields.text(&field.name));
                    }
                }
                page.show(refused(&page, sheet, &refusals)).await
            }
            Err(_) => gone(&page, &holder, nonce, &refusals).await,
        },
        Err(error) => Err(error.into()),
    }
}

/// Where one goes on after signing.
async fn done(page: &Page, matter: Option<Matter>, outcome: Outcome) -> Result {
    let home = match matter.map(|matter| (matter.subject, matter.shown)) {
        Some((Subject::Payout(id), _)) => format!("/treasury/payouts/{id}"),
        Some((Subject::Acceptance(_), Shown::Acceptance(claim))) => {
            let judging = page.right(reviews::Judging::of)?;
            let next = reviews::find_next(&page.deps, &judging, &claim.batch_id).await?;
            next.map_or("/reviews".to_owned(), |claim| format!("/reviews/{}", claim.id))
        }
        Some((Subject::Ballot(_), Shown::Ballot(_, vote))) => format!("/proposals/P-{}/ballot", vote.number.unwrap_or_default()),
        _ => match outcome {
            Outcome::Done(index) => format!("/ledger/{index}"),
            Outcome::Waits => "/sign".to_owned(),
        },
    };
    Ok(Answer::Redirect(home))
}

/// Who signed an entry: the pseudonymous ids that their keys are named for.
pub(super) fn signers(page: &Page, notes: &[String]) -> Vec<(String, String)> {
    let marks = ["m", "c"].map(|kind| format!("{}/{kind}/", page.deps.coop.origin));
    let of = |note: &String| {
        let note = Note::parse(note.as_bytes()).ok()?;
        let signature = note.signatures.first()?;
        let id = marks.iter().find_map(|mark| signature.name.strip_prefix(mark)).unwrap_or(signature.name).to_owned();
        Some((id, page.say.with("keys-key", &[("key", Arg::Text(signature.id.to_string()))])))
    };
    notes.iter().filter_map(of).collect()
}
