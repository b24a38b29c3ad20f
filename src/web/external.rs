//! Work in another tool, on our pages: the link that leads there, the result that came, and who takes it away. Files are sent as files,
//! never shown: whatever they are, they come from elsewhere.

use manyhands_domain::external::Given;
use manyhands_domain::forms::Form;
use manyhands_domain::time::Timestamp;
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};
use rocket::{Request, get};

use crate::actions::external::{self, Download};
use crate::actions::files::{Received, Receiving};
use crate::actions::{Batch, Claim, Error, batches};
use crate::deps::Deps;
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::claims::today;
use crate::web::contracts::contract_id;
use crate::web::files::megabytes;
use crate::web::page::Page;
use crate::web::post::Fields;
use crate::web::reviews::{claim_id, judging};
use crate::web::sheet::Block;

/// What the workbench shows of a tool.
pub(super) struct Tool {
    /// Where the press leads.
    pub(super) href: String,
    /// The press's words.
    pub(super) open: String,
    /// Where that is, and what goes along.
    pub(super) words: String,
    /// What came: a sentence, or that nothing did.
    pub(super) came: String,
    /// That it took the place of another.
    pub(super) replaced: String,
    /// The link to what came, and its words.
    pub(super) download: Option<(String, String)>,
    /// What can be sent by hand, and how.
    pub(super) own: Own,
}

/// The fixed words of a result sent by hand.
pub(super) struct Own {
    pub(super) look: String,
    pub(super) summary: String,
    pub(super) file: String,
    pub(super) paste: String,
    pub(super) send: String,
}

/// The tool of a claim's form, if it has one. A client who only looks gets a link without a token of any claim.
pub(super) async fn tool(page: &Page, form: &Form, claim: &Claim, preview: bool) -> Result<Option<Tool>> {
    let Some((_, link)) = form.external() else { return Ok(None) };
    let say = &page.say;
    let host = link.host(&claim.payload);
    let result = if preview { None } else { external::find_result(&page.deps, claim).await? };
    let came = match &result {
        None if preview => say.t("external-preview"),
        None => say.t("external-none"),
        Some(file) => {
            let at = say.clock(Timestamp::from_secs(file.at), page.now());
            let values = [
                ("name", file.name.as_str().into()),
                ("size", megabytes(page, file.bytes).into()),
                ("at", format!("{at} ({})", say.place()).into()),
                today(page, file.at),
            ];
            say.with(&format!("external-came-{}", file.came), &values)
        }
    };
    let replaced = result.as_ref().filter(|file| file.replaced > 0).map(|_| say.t("external-replaced")).unwrap_or_default();
    Ok(Some(Tool {
        href: if preview { external::fill(&page.deps.coop.address, link, claim, "preview") } else { format!("/claims/{}/tool", claim.id) },
        open: say.t("external-open"),
        words: say.with("external-words", &[("host", host.into())]),
        came,
        replaced,
        download: result.map(|_| (format!("/claims/{}/result", claim.id), say.t("external-download"))),
        own: Own {
            look: say.t("external-look"),
            summary: say.t("external-own"),
            file: say.t("external-file"),
            paste: say.t("external-paste"),
            send: say.t("external-send"),
        },
    }))
}

/// What came by hand with a form of the workbench: its file, else what was pasted.
pub(super) async fn sent(page: &Page, fields: &mut Fields) -> Result<Option<Received>> {
    if let Some(file) = fields.take_file() {
        return Ok(Some(file));
    }
    let pasted = fields.text(PASTED);
    if pasted.trim().is_empty() {
        return Ok(None);
    }
    let mut receiving = Receiving::begin(&page.deps)?;
    receiving.write(pasted.as_bytes()).await?;
    Ok(Some(receiving.finish(page.say.t("external-pasted-name")).await?))
}

/// A result in words.
pub(super) fn words(say: &Say, given: &Given) -> String {
    let bytes = i64::try_from(given.bytes).unwrap_or(i64::MAX);
    say.with(
        "external-given",
        &[("name", given.name.as_str().into()), ("bytes", crate::i18n::count(bytes).into()), ("sha256", given.sha256.as_str().into())],
    )
}

/// The way to what was handed in, for whoever judges it; that it was deleted, once it was.
pub(super) async fn judged(page: &Page, claim: &Claim) -> Result<Block> {
    let kept = external::find_taken(&page.deps, claim).await?;
    Ok(match kept {
        Some(_) => Block::Links(vec![(format!("/reviews/{}/result", claim.id), page.say.t("external-download"))]),
        None => Block::Small(page.say.t("external-gone")),
    })
}

/// What a client takes away of tools' results, where a batch asks for some.
pub(super) fn taken(page: &Page, id: &str, all: &[Batch]) -> Result<Vec<Block>> {
    let asks = |batch: &Batch| Ok::<bool, Error>(batches::form_of(batch)?.external().is_some());
    let any = all.iter().map(asks).collect::<std::result::Result<Vec<_>, Error>>()?.contains(&true);
    if !any {
        return Ok(Vec::new());
    }
    let words = page.say.with("external-taken", &[("days", page.deps.files.limits().keep_days.into())]);
    Ok(vec![Block::Text(words), Block::Links(vec![(format!("/desk/{id}/results.zip"), page.say.t("external-zip"))])])
}

/// The co-op's address. The demonstration takes any free port, so its own is what the browser calls it.
pub(super) struct Base(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Base {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Base, ()> {
        let Some(deps) = request.rocket().state::<Deps>() else { return Outcome::Error((Status::InternalServerError, ())) };
        let host = request.host().filter(|_| deps.coop.demo).map(|host| format!("http://{host}"));
        Outcome::Success(Base(host.unwrap_or_else(|| deps.coop.address.clone())))
    }
}

/// To the tool, with a fresh token: a page of ours never holds one.
#[get("/claims/<id>/tool")]
pub(super) async fn open(page: Page, base: Base, id: &str) -> Result {
    let member = page.member()?;
    match external::open(&page.deps, &member, &claim_id(id)?, &base.0).await {
        Ok(address) => Ok(Answer::Redirect(address)),
        // Handed in or over meanwhile: its own page says so.
        Err(Error::Refused(_)) => Ok(Answer::Redirect(format!("/claims/{id}"))),
        Err(error) => Err(error.into()),
    }
}

#[get("/claims/<id>/result")]
pub(super) async fn own(page: Page, id: &str) -> Result {
    answer(external::of_claim(&page.deps, &page.member()?, &claim_id(id)?).await?)
}

#[get("/reviews/<id>/result")]
pub(super) async fn review(page: Page, id: &str) -> Result {
    let by = judging(&page)?;
    answer(external::of_review(&page.deps, &by, &claim_id(id)?).await?)
}

#[get("/desk/<id>/results/<sha256>")]
pub(super) async fn one(page: Page, id: &str, sha256: &str) -> Result {
    answer(external::of_contract(&page.deps, &page.client_user()?, &contract_id(id)?, sha256).await?)
}

#[get("/desk/<id>/results.zip")]
pub(super) async fn zip(page: Page, id: &str) -> Result {
    let zip = external::zip(&page.deps, &page.client_user()?, &contract_id(id)?).await?;
    Ok(Answer::Zip { name: format!("{id}-results.zip"), zip })
}

fn answer(download: Download) -> Result {
    Ok(Answer::Download(download))
}

/// The field of a result's file. No question is called so.
pub(super) const FILE: &str = "result-file";
/// The field of a pasted result.
pub(super) const PASTED: &str = "result-text";
