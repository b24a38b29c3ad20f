//! Casting ballots: signed by the member's own key, or signed in with a mailed code. What a ballot says is shown to nobody but its voter
//! before the vote is closed; then members open all of them.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::books::personal::Statement;
use manyhands_domain::ids::{MemberId, ProposalId};
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::ballots::{self as rule, Ground, How, Voter};
use manyhands_domain::proposals::sealing::{Opening, read_salt};
use manyhands_domain::proposals::tally::Choice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::ballots::{self as ballot_rows, Ballot, BallotDraft, NewBallot};
use manyhands_store::proposals::{self as rows, Proposal};
use manyhands_store::{Sql, Tx, contracts, ledger, signing as text_rows};
use serde_json::Value;

use crate::actions::proposals::closing::may_be_closed_now;
use crate::actions::proposals::{Frozen, frozen, telling};
use crate::actions::rights::Member;
use crate::actions::sessions::{self, subject};
use crate::actions::signing::{self, Subject};
use crate::actions::{Error, Once, Work, begin, new_uuid};
use crate::deps::Deps;

/// A member's own ballot, with what opens it.
#[derive(Clone, Debug)]
pub struct OwnBallot {
    /// Its `ballot.cast`.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// `key` or `session`.
    pub how: String,
    /// Its seal.
    pub sealed: String,
    /// What opens it; nothing where the server does not have it.
    pub opening: Option<Opening>,
}

/// A ballot of a closed vote, as whoever recounts needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedBallot {
    /// Its `ballot.cast`.
    pub index: u64,
    /// Whose, in the ledger.
    pub member: String,
    /// `key` or `session`.
    pub how: String,
    /// Its seal, as its entry has it.
    pub sealed: String,
    /// What it says.
    pub choice: String,
    /// Its salt, hex.
    pub salt: String,
    /// Whether both open the seal in the log.
    pub opens: bool,
}

impl OwnBallot {
    /// What opens it, where the server has it and it does: a damaged one opens nothing.
    #[must_use]
    pub fn opened(&self, id: &ProposalId, member: &MemberId) -> Option<Opening> {
        self.opening.filter(|opening| opening.seal(id.as_str(), member.as_str()) == self.sealed)
    }
}

/// How a member stands to a vote.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whether they are on its roll.
    pub on_roll: bool,
    /// Their ballots, the one that counts first, and so many earlier ones.
    pub own: Vec<OwnBallot>,
    /// Whether there are more.
    pub more: bool,
    /// Why they cannot cast one signed in, if they cannot; nothing if they can.
    pub obstacle: Option<Refusal>,
    /// The moment by which the vote is not open yet, open, or over: never earlier than the last entry's.
    pub now: Timestamp,
}

/// Casts a ballot signed in, confirmed with a mailed code; the index of its entry. `salt` is the browser's own, or empty.
///
/// # Errors
/// `ballot-code-none` and `ballot-code-digits` for what is no code, which counts as no attempt; `ballot-code-wrong` for any code but one
/// that was mailed to this member for this vote; `vote-closed` and the other reasons why
/// nobody, or not this member, may vote now; too many wrong codes.
pub async fn cast(deps: &Deps, by: &Member, once: &Once, id: &ProposalId, (choice, salt): (&str, &str), code: &str) -> Result<u64, Error> {
    let opening = read(deps, choice, salt)?;
    let attempts = [subject("code", &format!("{} {id}", by.actor()))];
    let code = match rule::read_code(code) {
        Ok(code) => code,
        Err(refusal) => {
            // Whoever may not vote hears that first. Nothing is held for it: what is no code is not counted, either.
            let moment = deps.db.snapshot().await?;
            let row = rows::find_proposal(&moment, id).await?.ok_or(Error::NotFound)?;
            let (frozen, now) = (frozen(&row)?.ok_or(Error::NotFound)?, super::moment(&moment, deps.clock.now()).await?);
            may_cast(&row, &frozen, &voter(&moment, &row, &frozen, by.id(), now).await?, How::Session, now)?;
            return Err(refusal.into());
        }
    };
    sessions::throttle(deps, &attempts).await?;
    let mut work = begin!(deps, by.actor(), once);
    let (row, frozen) = load(&work, id).await?;
    check(&mut work, &row, &frozen, by.id(), How::Session).await?;
    let number = row.number.unwrap_or_default();
    let known = telling::code_sha256(number, by.person(), &code);
    if !ballot_rows::use_code(&work.tx, number, by.person(), &known, work.now()).await? {
        return Err(Refusal::new("ballot-code-wrong").field("code").into());
    }
    let index = put(&mut work, (id, number), by.id(), How::Session, &opening, Vec::new()).await?;
    // Whoever did not cast it reads of it.
    work.notify(by.person(), &Notice::BallotCast { proposal: id.to_string(), title: row.title, index }).await?;
    let index = work.commit(index).await?;
    sessions::forgive(deps, &attempts).await?;
    Ok(index)
}

/// Prepares the text of a ballot for this member's key; its nonce. It is signed like any other text (`signing::sign`), until the vote
/// closes. `salt` is the browser's own, or empty.
///
/// # Errors
/// As [`cast`]; `signature-no-key-ballot` for whoever has no key in force.
pub async fn prepare(deps: &Deps, by: &Member, once: &Once, id: &ProposalId, (choice, salt): (&str, &str)) -> Result<String, Error> {
    let opening = read(deps, choice, salt)?;
    let draft = keep_draft(deps, by, once, id, &opening).await?;
    let once = Once { key: format!("{}-sign", once.key), ..once.clone() };
    signing::offer(deps, by, &once, &Subject::Ballot(draft)).await
}

async fn keep_draft(deps: &Deps, by: &Member, once: &Once, id: &ProposalId, opening: &Opening) -> Result<String, Error> {
    let work = begin!(deps, by.actor(), once);
    let (row, frozen) = load(&work, id).await?;
    // Its log is the one that stands when the text is prepared, after everything that is there now.
    let head = ledger::head(&work.tx).await?;
    let (how, at) = (How::Key(head.size), work.now().max(head.last_at));
    may_cast(&row, &frozen, &voter(&work.tx, &row, &frozen, by.id(), at).await?, how, at)?;
    let draft = BallotDraft {
        id: new_uuid(deps),
        number: row.number.unwrap_or_default(),
        member_id: by.id().to_string(),
        choice: opening.choice.word().to_owned(),
        salt: opening.salt.to_vec(),
    };
    if let Some(replaced) = ballot_rows::put_draft(&work.tx, &draft, work.now()).await? {
        text_rows::delete_unused(&work.tx, Subject::Ballot(replaced).about(), frozen.window.closes).await?;
    }
    work.commit(draft.id).await
}

/// Mails another code for this vote.
///
/// # Errors
/// Why this member may not vote now; too many codes.
pub async fn ask_code(deps: &Deps, by: &Member, once: &Once, id: &ProposalId) -> Result<(), Error> {
    sessions::throttle(deps, &[subject("codes", by.actor())]).await?;
    let mut work = begin!(deps, by.actor(), once);
    let (row, frozen) = load(&work, id).await?;
    let at = super::moment(&work.tx, work.now()).await?;
    may_cast(&row, &frozen, &voter(&work.tx, &row, &frozen, by.id(), at).await?, How::Session, at)?;
    let code = telling::new_code(&work, row.number.unwrap_or_default(), by.person(), frozen.window.closes).await?;
    work.notify(by.person(), &Notice::VoteCode { proposal: id.to_string(), title: row.title, code }).await?;
    work.commit(()).await
}

/// How this member stands to a vote: whether they may vote, and their own ballots with what opens them.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub async fn standing(deps: &Deps, by: &Member, row: &Proposal) -> Result<Standing, Error> {
    let moment = deps.db.snapshot().await?;
    let frozen = frozen(row)?.ok_or(Error::NotFound)?;
    let mut own = ballot_rows::list_of(&moment, row.number.unwrap_or_default(), by.id(), EARLIER.saturating_add(2)).await?;
    let most = usize::try_from(EARLIER.saturating_add(1)).map_err(Error::broken)?;
    let more = own.len() > most;
    own.truncate(most);
    let now = super::moment(&moment, deps.clock.now()).await?;
    let voter = voter(&moment, row, &frozen, by.id(), now).await?;
    let obstacle = match may_cast(row, &frozen, &voter, How::Session, now) {
        // Their key may have been used too often, too.
        Err(refusal) if refusal.code == "ballot-key-before" => rule::check_often(voter.1).err().or(Some(refusal)),
        other => other.err(),
    };
    Ok(Standing { on_roll: voter.0.on_roll, own: own.iter().map(own_ballot).collect::<Result<_, _>>()?, more, obstacle, now })
}

/// Opens one's own last ballot, which the server could not: with what its voter kept.
///
/// # Errors
/// [`Error::NotFound`] without a ballot; `ballot-not-it` where both do not open it; `vote-counted` once the vote is closed.
pub async fn open_own(deps: &Deps, by: &Member, once: &Once, id: &ProposalId, (choice, salt): (&str, &str)) -> Result<(), Error> {
    let choice = read_choice(choice)?;
    let opening = Opening { choice, salt: typed_salt(salt.trim())? };
    let work = begin!(deps, by.actor(), once);
    let (row, _) = load(&work, id).await?;
    if row.state != "open" {
        return Err(Refusal::new("vote-counted").into());
    }
    let own = ballot_rows::list_of(&work.tx, row.number.unwrap_or_default(), by.id(), 1).await?;
    let last = own.first().ok_or(Error::NotFound)?;
    if opening.seal(id.as_str(), by.id().as_str()) != last.sealed {
        return Err(Refusal::new("ballot-not-it").field("salt").into());
    }
    ballot_rows::set_opening(&work.tx, last.entry_index, choice.word(), &opening.salt).await?;
    may_be_closed_now(&work, &row).await?;
    work.commit(()).await
}

/// The document of a closed vote's openings as `proposal.closed` names it, for members who recount.
///
/// # Errors
/// [`Error::NotFound`] before the vote is closed, and where its openings are not here.
pub async fn find_openings(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Vec<u8>, Error> {
    openings_of(&deps.db.read(), row).await
}

async fn openings_of(on: &impl Sql, row: &Proposal) -> Result<Vec<u8>, Error> {
    let calc: Value = serde_json::from_str(row.tally.as_deref().ok_or(Error::NotFound)?).map_err(Error::broken)?;
    let sha256 = calc.get("openings").and_then(Value::as_str).unwrap_or_default();
    contracts::find_document(on, sha256).await?.ok_or(Error::NotFound)
}

/// Every ballot of a closed vote with what opens it, for members who recount.
///
/// # Errors
/// As [`find_openings`].
pub async fn list_openings(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Vec<OpenedBallot>, Error> {
    let moment = deps.db.snapshot().await?;
    let number = row.number.ok_or(Error::NotFound)?;
    let document = openings_of(&moment, row).await?;
    let openings: Vec<(i64, String, String)> = serde_json::from_slice(&document).map_err(Error::broken)?;
    let last = ballot_rows::list_last(&moment, number).await?;
    let mut opened = Vec::with_capacity(openings.len());
    for (index, choice, salt) in openings {
        let ballot = last.iter().find(|ballot| ballot.entry_index == index);
        let ballot = ballot.ok_or_else(|| Error::broken(format!("an opening of P-{number} opens no last ballot")))?;
        let opening = Choice::parse(&choice).zip(read_salt(&salt).ok()).map(|(choice, salt)| Opening { choice, salt });
        opened.push(OpenedBallot {
            index: u64::try_from(index).map_err(Error::broken)?,
            member: ballot.member_id.clone(),
            how: ballot.how.clone(),
            sealed: ballot.sealed.clone(),
            opens: opening.is_some_and(|opening| opening.seal(&format!("P-{number}"), &ballot.member_id) == ballot.sealed),
            choice,
            salt,
        });
    }
    Ok(opened)
}

/// A ballot whose text is prepared, and the entry that is signed: its own member's alone.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, draft: &str) -> Result<(BallotDraft, Proposal, Draft), Error> {
    let draft = ballot_rows::find_draft(on, draft).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    if draft.member_id != by.id().as_str() {
        return Err(Error::NotFound);
    }
    let id = ProposalId::from_number(u64::try_from(draft.number).map_err(Error::broken)?);
    let row = rows::find_proposal(on, &id).await?.ok_or(Error::NotFound)?;
    let sealed = opening_of(&draft.choice, &draft.salt)?.seal(id.as_str(), by.id().as_str());
    Ok((draft, row, rule::cast(&id, by.id(), "key", &sealed)))
}

/// Casts a ballot that its member's key signed.
pub(crate) async fn cast_signed(work: &mut Work<'_>, by: &Member, draft: &str, notes: Vec<String>) -> Result<u64, Error> {
    let (draft, row, _) = to_sign(&work.tx, by, draft).await?;
    let note = notes.first().ok_or_else(|| Error::broken("a ballot without its note"))?;
    let saw = Statement::open(note).map_err(Error::broken)?.1.log.size;
    let id = super::id_of(&row)?;
    let (row, frozen) = load(work, &id).await?;
    check(work, &row, &frozen, by.id(), How::Key(saw)).await?;
    let opening = opening_of(&draft.choice, &draft.salt)?;
    let index = put(work, (&id, draft.number), by.id(), How::Key(saw), &opening, notes).await?;
    ballot_rows::delete_draft(&work.tx, &draft.id).await?;
    Ok(index)
}

async fn put(
    work: &mut Work<'_>,
    (id, number): (&ProposalId, i64),
    member: &MemberId,
    how: How,
    opening: &Opening,
    notes: Vec<String>,
) -> Result<u64, Error> {
    let sealed = opening.seal(id.as_str(), member.as_str());
    let index = work.append(rule::cast(id, member, how.word(), &sealed).signed(notes)).await?;
    let saw = if let How::Key(saw) = how { Some(saw) } else { None };
    let ballot = NewBallot {
        index,
        number,
        member: member.as_str(),
        how: how.word(),
        sealed: &sealed,
        saw,
        opening: Some((opening.choice.word(), &opening.salt)),
    };
    ballot_rows::insert(&work.tx, &ballot, work.entry_at()).await?;
    Ok(index)
}

/// Whether this ballot may be the next entry, at the moment that the entry would have.
async fn check(work: &mut Work<'_>, row: &Proposal, frozen: &Frozen, member: &MemberId, how: How) -> Result<(), Error> {
    let size = work.ledger_size().await?;
    let mut voter = voter(&work.tx, row, frozen, member, work.entry_at()).await?;
    // Whoever has left since they signed in casts nothing any more.
    voter.0.on_roll = voter.0.on_roll && rows::is_on_roll(&work.tx, size, member).await?;
    Ok(may_cast(row, frozen, &voter, how, work.entry_at())?)
}

/// By what replays know, and by how often the same member did within a day.
fn may_cast(row: &Proposal, frozen: &Frozen, (voter, recent): &(Voter, u64), how: How, at: Timestamp) -> Result<(), Refusal> {
    rule::check(&ground(row, frozen), voter, how, at)?;
    rule::check_often(*recent)
}

fn ground(row: &Proposal, frozen: &Frozen) -> Ground {
    Ground { opened: frozen.opened, window: frozen.window, closed: row.state != "open" }
}

/// A member before a vote, with how many ballots they cast in it within 24 hours.
async fn voter(on: &impl Sql, row: &Proposal, frozen: &Frozen, member: &MemberId, at: Timestamp) -> Result<(Voter, u64), Error> {
    let own = ballot_rows::count_of(on, row.number.unwrap_or_default(), member, at.plus_days(-1)).await?;
    // A note of theirs, however long ago: after it the later ones are by key.
    let by_key = own.saw.map(u64::try_from).transpose().map_err(Error::broken)?;
    let before = (own.ballots > 0).then_some(by_key);
    let recent = u64::try_from(own.recent).map_err(Error::broken)?;
    Ok((Voter { on_roll: rows::is_on_roll(on, frozen.opened, member).await?, before }, recent))
}

/// Holds the vote of a ballot whose text is prepared: of two preparations at once one comes first.
pub(crate) async fn hold(tx: &Tx, draft: &str) -> Result<(), Error> {
    let Some(draft) = ballot_rows::find_draft(tx, draft).await? else { return Ok(()) };
    rows::load_held(tx, &ProposalId::from_number(u64::try_from(draft.number).map_err(Error::broken)?)).await?;
    Ok(())
}

/// A vote, held until the transaction ends.
async fn load(work: &Work<'_>, id: &ProposalId) -> Result<(Proposal, Frozen), Error> {
    let row = rows::load_held(&work.tx, id).await?;
    let frozen = frozen(&row)?.ok_or(Error::NotFound)?;
    Ok((row, frozen))
}

fn read(deps: &Deps, choice: &str, salt: &str) -> Result<Opening, Refusal> {
    let choice = read_choice(choice)?;
    let salt = match salt.trim() {
        "" => deps.random.bytes(),
        typed => typed_salt(typed)?,
    };
    Ok(Opening { choice, salt })
}

fn typed_salt(typed: &str) -> Result<[u8; 32], Refusal> {
    read_salt(typed).map_err(|refusal| refusal.field("salt"))
}

fn read_choice(choice: &str) -> Result<Choice, Refusal> {
    Choice::parse(choice).ok_or_else(|| Refusal::new("ballot-choice").field("choice"))
}

pub(crate) fn opening_of(choice: &str, salt: &[u8]) -> Result<Opening, Error> {
    let choice = Choice::parse(choice).ok_or_else(|| Error::broken("a ballot of no choice"))?;
    Ok(Opening { choice, salt: salt.try_into().map_err(|_| Error::broken("a salt of another length"))? })
}

fn own_ballot(ballot: &Ballot) -> Result<OwnBallot, Error> {
    let opening = ballot.choice.as_deref().zip(ballot.salt.as_deref()).map(|(choice, salt)| opening_of(choice, salt)).transpose()?;
    Ok(OwnBallot {
        index: u64::try_from(ballot.entry_index).map_err(Error::broken)?,
        at: Timestamp::from_secs(ballot.at),
        how: ballot.how.clone(),
        sealed: ballot.sealed.clone(),
        opening,
    })
}

/// Earlier ballots of one's own that are shown.
pub const EARLIER: u64 = 20;
