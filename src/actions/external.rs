//! Work in another tool: the token that lets it hand in the result of one claim, and the result, from the tool or from the member's
//! own hands. The member submits it themselves, as any answer.

mod taking;

use std::io::Read;
use std::time::Duration;

use manyhands_domain::claims as rule;
use manyhands_domain::external::{self as domain, Filling, Given, Link};
use manyhands_domain::ids::{ClaimId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::external::{self as rows, ResultFile};
use manyhands_store::files as folder;
use manyhands_store::{Sql, claims as claim_rows, contracts, sessions};

pub use self::taking::{Download, Zip, find_taken, of_claim, of_contract, of_review, zip};
use crate::actions::claims::{form_of, own, state_of};
use crate::actions::files::{Coming, Received, let_go};
use crate::actions::rights::{self, Member, Tool};
use crate::actions::sessions::{new_token, sha256, subject};
use crate::actions::{Claim, Error, Work};
use crate::deps::Deps;
use crate::files::Size;
use crate::turns::Whose;

/// A result as it stands in an answer.
#[must_use]
pub fn given(file: &ResultFile) -> Given {
    Given { name: file.name.clone(), bytes: u64::try_from(file.bytes).unwrap_or(0), sha256: file.sha256.clone() }
}

/// What a tool, or a page, is told of a result that came.
#[derive(Clone, Debug)]
pub struct Came {
    /// It.
    pub file: ResultFile,
    /// Whether it is another than the one that was there.
    pub fresh: bool,
}

/// How a claim stands, for its tool.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The claim: at work.
    pub claim: Claim,
    /// What came for it so far.
    pub result: Option<ResultFile>,
}

/// The claim's own way into its tool: a fresh token in the link. Only the token's hash is kept. `base` is the co-op's address.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's, and where nothing is asked of a tool; a claim that is not held any more.
pub async fn open(deps: &Deps, by: &Member, id: &ClaimId, base: &str) -> Result<String, Error> {
    let work = Work::begin_job(deps).await?;
    let claim = own(&work, by, id).await?;
    let link = link_of(&claim)?.ok_or(Error::NotFound)?;
    rule::check_held(&state_of(&claim)?, work.now())?;
    let (token, hash) = new_token(deps);
    rows::insert_token(&work.tx, &hash, id, domain::TOKENS_A_CLAIM, work.now()).await?;
    let address = fill(base, &link, &claim, &token);
    work.commit(address).await
}

/// Where a claim's tool is, with this in the place of a token.
#[must_use]
pub fn fill(base: &str, link: &Link, claim: &Claim, token: &str) -> String {
    let post = format!("{base}{POST}");
    link.fill(&Filling { token, post: &post, item: &claim.item_id, link: &claim.payload })
}

fn link_of(claim: &Claim) -> Result<Option<Link>, Error> {
    Ok(form_of(claim)?.external().map(|(_, link)| link.clone()))
}

/// Whose token this is, while it is good.
///
/// # Errors
/// When the database fails.
pub async fn identify(deps: &Deps, token: &str) -> Result<Option<Tool>, Error> {
    rights::identify_tool(&deps.db.read(), &sha256(token), deps.clock.now()).await
}

/// How the claim of a tool stands.
///
/// # Errors
/// [`Error::NotFound`] when it is gone meanwhile.
pub async fn standing(deps: &Deps, by: &Tool) -> Result<Standing, Error> {
    let reader = deps.db.read();
    let claim = claim_rows::find_claim(&reader, by.claim()).await?.ok_or(Error::NotFound)?;
    let result = rows::find_result(&reader, &claim.id).await?;
    Ok(Standing { claim, result })
}

/// The result of a claim, while it is kept.
///
/// # Errors
/// When the database fails.
pub async fn find_result(deps: &Deps, claim: &Claim) -> Result<Option<ResultFile>, Error> {
    Ok(rows::find_result(&deps.db.read(), &claim.id).await?)
}

/// Whose turn it is, before a tool sends anything: `too-many-results` past the limit of an hour, which nobody need wait for.
///
/// # Errors
/// That refusal; [`Error::NotFound`] when the claim is gone meanwhile; when the database fails.
pub async fn turn_of(deps: &Deps, by: &Tool) -> Result<Whose, Error> {
    let reader = deps.db.read();
    let claim = claim_rows::find_claim(&reader, by.claim()).await?.ok_or(Error::NotFound)?;
    check_count(&reader, by.claim(), deps.clock.now()).await?;
    Ok(whose_turn(by.claim(), &claim.member_id))
}

/// Counts what a tool sends, once its turn has come and before it is read: whoever only waited has sent nothing.
///
/// # Errors
/// `too-many-results` past the limit of an hour; when the database fails.
pub async fn count(deps: &Deps, by: &Tool) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    count_one(&work, by.claim()).await?;
    work.commit(()).await
}

async fn count_one(work: &Work<'_>, claim: &ClaimId) -> Result<(), Error> {
    sessions::hold_attempts(&work.tx, &[subject("tool", claim.as_str())]).await?;
    check_count(&work.tx, claim, work.now()).await?;
    Ok(sessions::insert_attempt(&work.tx, &subject("tool", claim.as_str()), work.now()).await?)
}

async fn check_count(on: &impl Sql, claim: &ClaimId, now: Timestamp) -> Result<(), Error> {
    let sent = sessions::count_attempts(on, &subject("tool", claim.as_str()), now.plus_secs(-HOUR)).await?;
    if sent < domain::POSTS_AN_HOUR { Ok(()) } else { Err(Refusal::new("too-many-results").with("most", domain::POSTS_AN_HOUR).into()) }
}

/// Whose turn it is to send a result: one at once for a claim, whoever sends it, and two for its member.
#[must_use]
pub fn whose_turn(claim: &ClaimId, member: &str) -> Whose {
    vec![(format!("claim {claim}"), 1), (format!("member {member}"), RESULTS_OF_A_MEMBER)]
}

/// Takes what a tool sent, in the place of what it sent before. The same once more changes nothing.
///
/// # Errors
/// Nothing or too much; a contract that keeps too much; a claim that is not at work any more.
pub async fn take_from_tool(deps: &Deps, by: &Tool, name: &str, received: &Received) -> Result<Came, Error> {
    take(deps, Sender::Tool(by), Incoming { name, received, bytes: read(received)? }).await
}

/// Takes a result from the hands of the claim's member.
///
/// # Errors
/// As [`take_from_tool`].
pub async fn take_from_member(deps: &Deps, by: &Member, id: &ClaimId, received: &Received) -> Result<Came, Error> {
    take(deps, Sender::Member(by, id), Incoming { name: received.name(), received, bytes: read(received)? }).await
}

/// Whose hands a result comes from.
enum Sender<'a> {
    Tool(&'a Tool),
    Member(&'a Member, &'a ClaimId),
}

struct Incoming<'a> {
    name: &'a str,
    received: &'a Received,
    bytes: Vec<u8>,
}

/// All of it: no more than a result may have.
fn read(received: &Received) -> Result<Vec<u8>, Error> {
    domain::check_size(received.bytes())?;
    let mut bytes = Vec::new();
    received.open()?.take(domain::RESULT_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

async fn take(deps: &Deps, sender: Sender<'_>, incoming: Incoming<'_>) -> Result<Came, Error> {
    let sha256 = incoming.received.sha256().to_owned();
    let mut stage = deps.files.stage(&deps.random)?;
    stage.put(&sha256, Size::Whole, &incoming.bytes)?;
    stage.sync()?;
    let coming = Coming::bring_within(deps, stage, vec![sha256], BRING_WAIT).await?;
    match note(deps, &sender, &incoming, &coming).await {
        Ok((came, before)) => {
            let_go(deps, &before).await;
            Ok(came)
        }
        Err(error) => {
            coming.given_up(deps).await;
            Err(error)
        }
    }
}

/// Notes what came, and what it took the place of.
async fn note(deps: &Deps, sender: &Sender<'_>, incoming: &Incoming<'_>, coming: &Coming) -> Result<(Came, Vec<String>), Error> {
    let sha256 = incoming.received.sha256();
    let work = Work::begin_job(deps).await?;
    let claim = match sender {
        Sender::Member(by, id) => own(&work, by, id).await?,
        Sender::Tool(by) => held_by(&work, by).await?,
    };
    if link_of(&claim)?.is_none() {
        return Err(Error::NotFound);
    }
    rule::check_held(&state_of(&claim)?, work.now())?;
    folder::hold_folder(&work.tx).await?;
    coming.arrived(&work).await?;
    let before = rows::find_result(&work.tx, &claim.id).await?;
    if let Some(same) = before.as_ref().filter(|before| before.sha256 == sha256) {
        let came = Came { file: same.clone(), fresh: false };
        return work.commit(()).await.map(|()| (came, Vec::new()));
    }
    if let Sender::Member(_, id) = sender {
        count_one(&work, id).await?;
    }
    if before.as_ref().is_some_and(|before| before.replaced + 1 >= domain::RESULTS_A_CLAIM) {
        return Err(Refusal::new("results-of-claim").with("most", domain::RESULTS_A_CLAIM).into());
    }
    let kept = folder::sum_kept(&work.tx, &claim.contract_id).await?;
    let freed = before.as_ref().map_or(0, |before| u64::try_from(before.bytes).unwrap_or(0));
    domain::check_room(kept.saturating_sub(freed), incoming.received.bytes(), deps.files.limits().contract_bytes)?;
    let kind = domain::Kind::of(&incoming.bytes).word();
    // How somebody calls a file of theirs may tell who they are.
    let name = match sender {
        Sender::Tool(_) => incoming.name.to_owned(),
        Sender::Member(..) => format!("{}.{}", claim.item_id.replace(['/', '\\'], "-"), domain::Kind::ending(kind)),
    };
    let file = ResultFile {
        kind: kind.to_owned(),
        name: domain::name_of(&name),
        bytes: i64::try_from(incoming.received.bytes()).map_err(Error::broken)?,
        came: if matches!(sender, Sender::Tool(_)) { "tool" } else { "member" }.to_owned(),
        at: work.now().secs(),
        replaced: before.as_ref().map_or(0, |before| before.replaced + 1),
        sha256: sha256.to_owned(),
    };
    rows::put_result(&work.tx, (&claim.id, &claim.contract_id), &file).await?;
    work.commit(()).await?;
    Ok((Came { file, fresh: true }, before.into_iter().map(|before| before.sha256).collect()))
}

/// The claim of a tool, under its contract's lock.
async fn held_by(work: &Work<'_>, by: &Tool) -> Result<Claim, Error> {
    let claim = claim_rows::find_claim(&work.tx, by.claim()).await?.ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&claim.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract).await?;
    claim_rows::find_claim(&work.tx, by.claim()).await?.ok_or(Error::NotFound)
}

/// Where results go, below the co-op's address.
pub const POST: &str = "/tool/result";
const HOUR: i64 = 3_600;
/// How long whoever sends a result waits for where files lie: 20 MB in that time are 700 kB a second.
const BRING_WAIT: Duration = Duration::from_secs(30);
const RESULTS_OF_A_MEMBER: usize = 2;
