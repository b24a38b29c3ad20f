//! The workbench: only the task. Its questions, what was typed, and what is to be mended stand together.

use askama::Template;
use manyhands_domain::forms::{Form, Given, Kind, NOTHING, TEXT_LIMIT};
use manyhands_domain::ids::ClaimId;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::http::Status;
use rocket::{get, post};

use crate::actions::claims::{Submitted, Typed};
use crate::actions::rights::Member;
use crate::actions::{self, Claim, Error, appeals, claims, gold, hazards, rules, suggestions as suggested};
use crate::i18n::{Say, amount};
use crate::web::answer::{Answer, Result};
use crate::web::appeals as web_appeals;
use crate::web::asked::{Asked, Input, asked, capital};
use crate::web::claims::{MET, today};
use crate::web::external;
use crate::web::files;
use crate::web::flow;
use crate::web::gold as web_gold;
use crate::web::kept::Script;
use crate::web::page::Page;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Sheet};
use crate::web::suggestions;
use crate::web::veil;
use crate::web::view::{Shell, book, html};

#[derive(Template)]
#[template(path = "claims/workbench.html")]
struct Workbench {
    shell: Shell,
    id: String,
    key: String,
    title: String,
    payload: String,
    payload_kind: String,
    /// What it shows, where that is a picture that is kept here.
    picture: Option<files::Shown>,
    /// What stands instead of a picture that was not asked for.
    blind: Option<veil::Blind>,
    /// What is said and can be done above a task that may hurt.
    warned: Option<veil::Warned>,
    /// Letter and text.
    candidates: Vec<(char, String)>,
    /// Whether the page needs the script of what is ordered, written in pairs or marked.
    tools: bool,
    questions: Vec<Asked>,
    /// What is said where a model suggests answers.
    suggested: Option<suggestions::Above>,
    /// Whether this answers a form, and has what was typed.
    typed: bool,
    /// Whether something is drawn on the picture.
    draws: bool,
    /// The tool in which it is done, where that is another one.
    tool: Option<external::Tool>,
    /// Whether this follows a result that was sent by hand: what was typed is saved.
    fresh: bool,
    active_seconds: i64,
    seconds_left: i64,
    left: String,
    left_words: String,
    until: String,
    share: String,
    yours: String,
    guidelines: String,
    after: String,
    /// The claim that was submitted before, if it can be taken back.
    back: String,
    /// Whether the picture of the next task can come ahead.
    ahead: bool,
    /// For its client, who only looks: where that leads back to, and its words.
    preview: Option<(String, String)>,
    returned: String,
    /// That the contract changed since it was taken, where that leads, and its words.
    amended: Option<(String, String, String)>,
    /// What is wrong with no question in particular.
    error: String,
    /// Links to the questions that are to be mended: name, sentence.
    faults: Vec<(String, String)>,
    extended: bool,
    saved: String,
    words: Words,
}

/// The workbench's fixed words.
struct Words {
    guidelines: String,
    release: String,
    submit: String,
    back: String,
    save: String,
    extend: String,
    open_link: String,
    just_saved: String,
    optional: String,
    number: String,
    place: String,
    rank: String,
    again: String,
    pair_question: String,
    pair_answer: String,
    pair_more: String,
    spans: String,
    spans_how: String,
    nothing: String,
    unmark: String,
    choose_text: String,
}

impl Workbench {
    /// Whether its text is folded away until it is asked for.
    fn is_folded(&self) -> bool {
        self.warned.is_some() && (self.payload_kind == "text" || !self.candidates.is_empty())
    }

    /// Whether the picture among it was asked for.
    fn is_lifted(&self) -> bool {
        self.warned.as_ref().is_some_and(|warned| warned.ask.as_ref().is_some_and(|ask| ask.clear.is_empty()))
    }

    /// What lifts the veil of a text, and what lets it fall again.
    fn veil_words(&self) -> (&str, &str) {
        self.warned.as_ref().map_or(("", ""), |warned| (warned.show.as_str(), warned.again.as_str()))
    }
}

impl Words {
    fn new(say: &Say) -> Words {
        Words {
            guidelines: say.t("claim-guidelines"),
            release: say.t("claim-release"),
            submit: say.t("claim-submit"),
            back: say.t("claim-back"),
            save: say.t("claim-save"),
            extend: say.t("claim-extend"),
            open_link: say.t("claim-open-link"),
            just_saved: say.t("claim-just-saved"),
            optional: say.t("claim-optional"),
            number: say.t("claim-number"),
            place: say.t("claim-place"),
            rank: say.t("claim-rank"),
            again: say.t("claim-rank-again"),
            pair_question: say.t("claim-pair-question"),
            pair_answer: say.t("claim-pair-answer"),
            pair_more: say.t("claim-pair-more"),
            spans: say.t("claim-spans"),
            spans_how: say.t("claim-spans-how"),
            nothing: say.t("claim-spans-nothing"),
            unmark: say.t("claim-spans-unmark"),
            choose_text: say.t("claim-spans-choose"),
        }
    }
}

/// `fresh`: after what was typed was saved with a result sent by hand.
#[get("/claims/<id>?<sent>&<fresh>")]
pub(super) async fn workbench(page: Page, id: &str, sent: Option<&str>, fresh: Option<u8>) -> Result {
    page_of(&page, id, None, &[], Came { sent, fresh: fresh.is_some() }).await
}

/// Where somebody comes from: the claim that was submitted before this one, and whether a result was sent by hand.
#[derive(Clone, Copy, Default)]
struct Came<'a> {
    sent: Option<&'a str>,
    fresh: bool,
}

async fn page_of(page: &Page, id: &str, typed: Option<&Given>, refusals: &[Refusal], from: Came<'_>) -> Result {
    let sent = from.sent;
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let (claim, returned) = claims::find_own(&page.deps, &member, &parsed).await?;
    let say = &page.say;
    if !matches!(claim.state.as_str(), "claimed" | "sent_back") && refusals.is_empty() {
        if let Some(rejection) = appeals::find_own(&page.deps, &member, &parsed).await? {
            return page.show(web_appeals::own(page, &claim, &rejection, None)?).await;
        }
        if let Some(told) = gold::find_told(&page.deps, &member, &parsed).await? {
            return page.show(web_gold::told(page, &claim, told).await?).await;
        }
        let word = say.t(&format!("claim-state-{}", claim.state.replace('_', "-")));
        let sheet = Sheet::new(claim.end_client.clone(), claim.title.clone()).lede(word);
        let links = Block::Links(vec![
            ("/work".to_owned(), say.t("place-work")),
            (format!("/batches/{}/sample", claim.batch_id), say.t("sample-way")),
        ]);
        let back = flow::form(page, &member, &parsed).await?;
        return page.show(sheet.leaf("", back.into_iter().chain([links]).collect())).await;
    }
    let given = typed.cloned().map_or_else(|| claims::draft_of(&claim), Ok)?;
    let reason = returned.filter(|_| claim.state == "sent_back").map(|back| {
        let code = say.t(&format!("review-code-{}", back.code));
        say.with("claim-returned", &[("code", code.into()), ("reason", back.reason.into()), ("clause", back.clause.into())])
    });
    let address = format!("/claims/{}", claim.id);
    let mut workbench = bench(page, &claim, &given, refusals, &address).await?;
    workbench.returned = reason.unwrap_or_default();
    workbench.after = sent.map(|sent| say.t(if sent == MET { "claim-after-met" } else { "claim-after-another" })).unwrap_or_default();
    workbench.typed = typed.is_some();
    workbench.fresh = from.fresh;
    workbench.tool = external::tool(page, &claims::form_of(&claim)?, &claim, false).await?;
    workbench.back = flow::sent(page, &member, sent).await?.map(|claim| claim.id).unwrap_or_default();
    workbench.ahead = flow::comes_ahead(&claim);
    let status = if refusals.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
    Ok(Answer::Html(status, html(&workbench)))
}

/// The first item of a batch as a member sees it, for its client: nothing is written, whatever is typed and sent. What was sent as an
/// answer was read, and has its refusals.
pub(super) async fn preview(page: &Page, claim: &Claim, typed: Option<&Given>, read: Option<&[Refusal]>) -> Result {
    let say = &page.say;
    let given = typed.cloned().unwrap_or_default();
    let address = format!("/batches/{}/items/{}", claim.batch_id, claim.position);
    let refusals = read.unwrap_or_default();
    let mut workbench = bench(page, claim, &given, refusals, &address).await?;
    workbench.after = say.t(if read.is_some_and(<[Refusal]>::is_empty) { "preview-taken" } else { "preview-words" });
    workbench.tool = external::tool(page, &claims::form_of(claim)?, claim, true).await?;
    workbench.preview = Some((format!("/batches/{}", claim.batch_id), say.t("preview-back")));
    workbench.saved = say.t("preview-not-saved");
    let status = if refusals.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
    Ok(Answer::Html(status, html(&workbench)))
}

/// A task in hand, whose picture is at an address such as `/claims/7`.
async fn bench(page: &Page, claim: &Claim, given: &Given, refusals: &[Refusal], address: &str) -> Result<Workbench> {
    let say = &page.say;
    let form = claims::form_of(claim)?;
    let task = claims::task_of(claim)?;
    let (_, rule_book) = rules::at_size(&page.deps.db.read(), claim.claimed_size).await?;
    let seconds_left = (claim.due_at - page.now().secs()).max(0);
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    let picture = files::shown(page, claim, address, title.clone()).await?;
    let veiled = hazards::is_veiled(claim);
    let client = say.with("claim-for", &[("client", claim.end_client.as_str().into())]);
    let suggestion = suggested::find_of(&page.deps, claim).await?;
    let of = |question| Asked {
        suggested: suggestions::beside(say, claim, (question, &task), veiled, suggestion.as_ref()),
        ..asked(say, question, (&task, veiled), given, refusals)
    };
    let general = refusals.iter().filter(|refusal| refusal.field.is_none());
    Ok(Workbench {
        shell: Shell::narrow(page, Some(book(page).await?), (format!("/contracts/{}", claim.contract_id), client)),
        id: claim.id.clone(),
        key: page.key.clone(),
        blind: veil::at_bench(page, claim, picture.as_ref(), &task.prompt, &title),
        warned: veil::warned(page, claim, picture.as_ref(), &task.prompt, &title)?,
        picture,
        title,
        candidates: task.candidates.iter().enumerate().map(|(place, text)| (capital(place), text.clone())).collect(),
        tools: form.questions.iter().any(|question| matches!(question.answer, Kind::Ranking(_) | Kind::Pairs(_) | Kind::Spans(_))),
        questions: form.questions.iter().map(of).collect(),
        suggested: suggestions::above(say, claim, suggestion.as_ref()),
        typed: false,
        payload: task.prompt,
        payload_kind: claim.payload_kind.clone(),
        draws: form.questions.iter().any(|question| matches!(question.answer, Kind::Shapes(_))),
        tool: None,
        fresh: false,
        active_seconds: claim.active_seconds,
        seconds_left,
        left_words: say.with("claim-left", &[("time", "%".into())]),
        left: say.with("claim-left", &[("time", Arg::Duration(seconds_left / 60 * 60))]),
        until: until(page, claim),
        share: format!("{} {}", amount(say.language, claims::share_of(&rule_book, claim)), claim.currency),
        yours: say.t("claim-yours"),
        guidelines: terms.guidelines,
        after: String::new(),
        back: String::new(),
        ahead: false,
        preview: None,
        returned: String::new(),
        amended: amended(say, claim),
        error: general.map(|refusal| say.refusal(refusal)).collect::<Vec<_>>().join(" "),
        faults: faults(say, &form, refusals),
        extended: claim.extended != 0,
        saved: match claim.draft_at {
            Some(at) => say.with("claim-saved", &[("at", say.clock(Timestamp::from_secs(at), page.now()).into()), today(page, at)]),
            None => say.t("claim-draft-stays"),
        },
        words: Words::new(say),
    })
}

/// Whoever took a task under an older version hears so where they work, and that they may leave.
fn amended(say: &Say, claim: &Claim) -> Option<(String, String, String)> {
    let versions = [("version", Arg::Count(claim.version)), ("newest", Arg::Count(claim.newest_version))];
    let words = || (say.with("claim-amended", &versions), format!("/contracts/{}/versions", claim.contract_id), say.t("claim-amended-way"));
    (claim.version < claim.newest_version).then(words)
}

fn until(page: &Page, claim: &Claim) -> String {
    let due = format!("{} ({})", page.say.clock(Timestamp::from_secs(claim.due_at), page.now()), page.say.place());
    page.say.with("claim-until", &[("due", due.into()), today(page, claim.due_at)])
}

/// Links to what is to be mended, where there is more than one question to look through.
fn faults(say: &Say, form: &Form, refusals: &[Refusal]) -> Vec<(String, String)> {
    if form.questions.len() < 2 {
        return Vec::new();
    }
    let named = refusals.iter().filter_map(|refusal| Some((refusal.field.as_deref()?.to_owned(), say.refusal(refusal))));
    named.collect()
}

fn claim_id(id: &str) -> Result<ClaimId> {
    ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// What was typed into a claim's form: no field but those of its questions.
async fn fields_of(page: &Page, id: &ClaimId, post: Post) -> Result<(Fields, Typed)> {
    let (claim, _) = claims::find_own(&page.deps, &page.member()?, id).await?;
    typed_into(&claim, post)
}

/// The same, of a claim that is there.
pub(super) fn typed_into(claim: &Claim, post: Post) -> Result<(Fields, Typed)> {
    let form = claims::form_of(claim)?;
    // Without a script, a file that is not sent along stands there by its name.
    let by_hand = form.external().map(|_| [external::FILE, external::PASTED]).into_iter().flatten();
    let names: Vec<&str> = form.names().chain(["active_seconds"]).chain(by_hand).collect();
    let fields = post.only(&names)?;
    let answers = form.names().map(|name| (name.to_owned(), fields.all(name))).collect();
    let active_seconds = fields.text("active_seconds").parse().unwrap_or(0).clamp(0, 604_800);
    Ok((fields, Typed { answers, active_seconds }))
}

/// `show`: the picture behind the veil is asked for, and what was typed is safe. `take`: what a model suggests for this question is
/// taken over, beside what was typed for the others.
#[post("/claims/<id>/draft?<show>&<take>", data = "<post>")]
pub(super) async fn draft(page: Page, id: &str, show: Option<u8>, take: Option<&str>, script: Script, post: Post) -> Result {
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let (mut fields, mut typed) = fields_of(&page, &parsed, post).await?;
    let mut to = None;
    if let Some(name) = take {
        let (claim, _) = claims::find_own(&page.deps, &member, &parsed).await?;
        to = claims::form_of(&claim)?.names().find(|known| *known == name).map(|name| format!("/claims/{id}#f-{name}"));
        typed.answers = taken(&page, &claim, name, typed.answers).await?;
    }
    claims::save_draft(&page.deps, &member, &parsed, &typed).await?;
    let at = format!("/claims/{id}");
    match hand_over(&page, &member, &parsed, &mut fields).await {
        Ok(true) => Ok(script.lead(format!("{at}?fresh=1"))),
        Ok(false) if show.is_some() => Ok(script.lead(veil::lifted(&at))),
        Ok(false) => Ok(script.lead(to.unwrap_or(at))),
        Err(Answer::Error(Error::Refused(refusals))) => match script.refuse(&page, &refusals) {
            Some(told) => Ok(told),
            None => page_of(&page, id, Some(&typed.answers), &refusals, Came::default()).await,
        },
        Err(other) => Err(other),
    }
}

/// What was typed into a claim's form, with what this press takes over from its model.
pub(super) async fn taken(page: &Page, claim: &Claim, name: &str, typed: Given) -> Result<Given> {
    let suggestion = suggested::find_of(&page.deps, claim).await?;
    Ok(suggestions::taken(suggestion.as_ref(), (&claims::form_of(claim)?, &claims::task_of(claim)?), name, typed))
}

/// Takes the result of another tool that came with a form, if one did.
async fn hand_over(page: &Page, member: &Member, id: &ClaimId, fields: &mut Fields) -> Result<bool> {
    let Some(received) = external::sent(page, fields).await? else { return Ok(false) };
    actions::external::take_from_member(&page.deps, member, id, &received).await?;
    Ok(true)
}

/// `stay`: sent from another page, by the script that kept it; nobody waits for the next task.
#[post("/claims/<id>/submit?<stay>", data = "<post>")]
pub(super) async fn submit(page: Page, id: &str, stay: Option<u8>, script: Script, post: Post) -> Result {
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let (mut fields, typed) = fields_of(&page, &parsed, post).await?;
    let once = fields.once();
    // A result that came along belongs to the answer. Where the claim is handed in already, the form is an old one: that is said below.
    if claims::is_held(&page.deps, &member, &parsed).await? {
        match hand_over(&page, &member, &parsed, &mut fields).await {
            Ok(_) => {}
            Err(Answer::Error(Error::Refused(refusals))) => {
                claims::save_draft(&page.deps, &member, &parsed, &typed).await?;
                return page_of(&page, id, Some(&typed.answers), &refusals, Came::default()).await;
            }
            Err(other) => return Err(other),
        }
    }
    match claims::submit(&page.deps, &member, &once, &parsed, &typed).await {
        Ok(_) if stay.is_some() => Ok(script.lead("/work?sent=1".to_owned())),
        // What the work may show was said anew: nobody goes on without reading it.
        Ok(submitted) if submitted.stop => Ok(script.lead(format!("/work?sent={id}"))),
        // Whoever missed what is known reads why before they go on: no other task's time runs meanwhile.
        Ok(Submitted { met: Some(false), .. }) => Ok(script.lead(format!("/claims/{id}"))),
        Ok(submitted) => {
            let sent = if submitted.met == Some(true) { MET } else { id };
            // Straight to the next task, if there is one and the member may hold it; else to the board.
            let next = actions::Once { key: format!("{}-next", once.key), ..once };
            match claims::claim(&page.deps, &member, &next, &submitted.batch).await {
                Ok(claim) => Ok(script.lead(format!("/claims/{claim}?sent={sent}"))),
                Err(Error::Refused(_)) => Ok(script.lead(format!("/work?sent={sent}"))),
                Err(error) => Err(error.into()),
            }
        }
        Err(Error::Refused(refusals)) => match script.refuse(&page, &refusals) {
            Some(told) => Ok(told),
            None => page_of(&page, id, Some(&typed.answers), &refusals, Came::default()).await,
        },
        Err(error) => Err(error.into()),
    }
}

#[post("/claims/<id>/release", data = "<post>")]
pub(super) async fn release(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    claims::release(&page.deps, &member, &fields.once(), &claim_id(id)?).await?;
    Ok(Answer::Redirect("/work".to_owned()))
}

#[post("/claims/<id>/extend", data = "<post>")]
pub(super) async fn extend(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    claims::extend(&page.deps, &member, &fields.once(), &claim_id(id)?).await?;
    Ok(Answer::Redirect(format!("/claims/{id}")))
}
