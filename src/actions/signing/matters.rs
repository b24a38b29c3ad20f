//! What people sign: each thing with the entry that it will be, its words, and what is done once enough have signed.
//!
//! To add a thing: a variant of [`Subject`] with its word, one of [`Shown`] with what a person must read, what [`load`] reads and
//! what [`complete`] does; its sentences `signing-what-<word>` and `signing-says-<word>`, and its facts in `web/signing.rs`.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::books::two_people::{Held, LATER_KEY, Takes};
use manyhands_domain::ids::{ClaimId, ExpenseId, HolderId, MemberId, PayoutId};
use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::time::Timestamp;
use manyhands_store::Sql;
use manyhands_store::admissions::Admission;
use manyhands_store::claims::Claim;
use manyhands_store::corrections::Correction;
use manyhands_store::departures::Departure;
use manyhands_store::keys::KeyRequest;
use manyhands_store::payouts::{Expense, Payout};
use manyhands_store::proposals::Proposal;
use manyhands_store::returns::Return;
use manyhands_store::signing::{About, Signature};

use crate::actions::contracts::lowering::{self, Lowering};
use crate::actions::contracts::returns;
use crate::actions::erasure::Mail;
use crate::actions::proposals::ballots;
use crate::actions::rights::KeyHolder;
use crate::actions::signing::{Outcome, TEXT_SECS};
use crate::actions::{Error, Work, admissions, corrections, erasure, keys, leaving, payouts, reviews, two_people};
use crate::deps::Deps;

/// Something that people sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A payout run.
    Payout(PayoutId),
    /// An expense.
    Expense(ExpenseId),
    /// A correction.
    Correction(String),
    /// A part of a deposit that goes back.
    Return(String),
    /// A lower hazard level, by the id of its amendment.
    Lowering(String),
    /// Somebody to be a member.
    Admission(String),
    /// A member who leaves.
    Departure(String),
    /// A person's further key.
    Key(String),
    /// The acceptance of a piece of work, which its reviewer or a user of its client may sign.
    Acceptance(ClaimId),
    /// A ballot, by the id of its draft.
    Ballot(String),
}

/// What stands behind a subject, for saying it in plain words.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A payout run.
    Payout(Payout),
    /// An expense.
    Expense(Expense),
    /// A correction.
    Correction(Correction),
    /// A part of a deposit that goes back.
    Return(Return),
    /// A lower hazard level.
    Lowering(Box<Lowering>),
    /// Somebody to be a member.
    Admission(Admission),
    /// A member who leaves.
    Departure(Departure),
    /// A person's further key.
    Key(KeyRequest),
    /// A piece of work.
    Acceptance(Box<Claim>),
    /// A ballot: what it says and what seals that, and the vote.
    Ballot(Opening, Box<Proposal>),
}

/// A subject with the entry that it will be.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Which.
    pub subject: Subject,
    /// In words.
    pub shown: Shown,
    pub(super) entry: Draft,
}

/// What a subject will be, and its words.
pub(super) async fn load(on: &impl Sql, by: &KeyHolder, subject: &Subject) -> Result<Matter, Error> {
    // A client's user signs their own further key, and what their client accepts.
    let member = by.member();
    let member = member.as_ref().ok_or(Error::NotFound);
    let (shown, entry) = match subject {
        Subject::Payout(id) => payouts::to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Payout(row), entry))?,
        Subject::Expense(id) => payouts::expense_to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Expense(row), entry))?,
        Subject::Correction(id) => corrections::to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Correction(row), entry))?,
        Subject::Return(id) => returns::to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Return(row), entry))?,
        Subject::Lowering(id) => lowering::to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Lowering(Box::new(row)), entry))?,
        Subject::Admission(id) => admissions::to_sign(on, member.and(Ok(id))?).await.map(|(row, entry)| (Shown::Admission(row), entry))?,
        Subject::Departure(id) => leaving::to_sign(on, member?, id).await.map(|(row, entry)| (Shown::Departure(row), entry))?,
        Subject::Key(id) => keys::to_sign(on, by, id).await.map(|(row, entry)| (Shown::Key(row), entry))?,
        Subject::Acceptance(id) => {
            let judge = reviews::Judging::of(by).ok_or(Error::NotFound)?;
            reviews::to_sign(on, &judge, id).await.map(|(row, entry)| (Shown::Acceptance(Box::new(row)), entry))?
        }
        Subject::Ballot(id) => {
            let (draft, vote, entry) = ballots::to_sign(on, member?, id).await?;
            (Shown::Ballot(ballots::opening_of(&draft.choice, &draft.salt)?, Box::new(vote)), entry)
        }
    };
    Ok(Matter { subject: subject.clone(), shown, entry })
}

/// What takes long to read and is read before the transaction in which somebody signs this.
pub(super) async fn read_ahead(deps: &Deps, subject: Option<&Subject>) -> Result<Mail, Error> {
    match subject {
        Some(Subject::Departure(id)) => leaving::read_mail(deps, id).await,
        _ => Ok(Mail::default()),
    }
}

/// Does what enough people have signed.
pub(super) async fn complete(
    work: &mut Work<'_>,
    by: &KeyHolder,
    matter: &Matter,
    gathered: &[(Signature, Held)],
    mail: &Mail,
) -> Result<Outcome, Error> {
    let notes: Vec<String> = gathered.iter().map(|(signature, _)| signature.note.clone()).collect();
    let signers: Vec<HolderId> = gathered.iter().map(|(_, held)| held.holder.clone()).collect();
    let members: Vec<MemberId> = signers.iter().filter_map(HolderId::member).cloned().collect();
    let index = match &matter.subject {
        Subject::Payout(id) => payouts::send_signed(work, id, &members, notes).await?,
        Subject::Expense(id) => payouts::pay_signed(work, id, &members, notes).await?,
        Subject::Correction(id) => corrections::post_signed(work, id, &members, notes).await?,
        Subject::Return(id) => returns::post_signed(work, id, &members, notes).await?,
        Subject::Lowering(id) => lowering::post_signed(work, id, &members, notes).await?,
        Subject::Admission(id) => admissions::admit(work, id, notes).await?,
        Subject::Departure(id) => leaving::leave_signed(work, &by.member().ok_or(Error::NotFound)?, id, notes, mail).await?,
        Subject::Key(id) => keys::add_signed(work, id, &signers, notes).await?,
        Subject::Acceptance(id) => {
            let judge = reviews::Judging::of(by).ok_or(Error::NotFound)?;
            reviews::accept_signed(work, &judge, id, notes).await?
        }
        Subject::Ballot(id) => ballots::cast_signed(work, &by.member().ok_or(Error::NotFound)?, id, notes).await?,
    };
    manyhands_store::signing::delete(&work.tx, matter.subject.about()).await?;
    Ok(Outcome::Done(index))
}

impl Subject {
    /// From the word and the id of an address.
    #[must_use]
    pub fn parse(word: &str, id: &str) -> Option<Subject> {
        // Both are ours, random; what is not there is not found.
        let own = || Some(id.to_owned()).filter(|id| id.len() == 36);
        match word {
            "payout" => PayoutId::parse(id).ok().map(Subject::Payout),
            "expense" => ExpenseId::parse(id).ok().map(Subject::Expense),
            "correction" => own().map(Subject::Correction),
            "return" => own().map(Subject::Return),
            "lowering" => own().map(Subject::Lowering),
            "admission" => own().map(Subject::Admission),
            "departure" => own().map(Subject::Departure),
            "key" => own().map(Subject::Key),
            "acceptance" => ClaimId::parse(id).ok().map(Subject::Acceptance),
            "ballot" => own().map(Subject::Ballot),
            _ => None,
        }
    }

    /// In addresses and sentences.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Subject::Payout(_) => "payout",
            Subject::Expense(_) => "expense",
            Subject::Correction(_) => "correction",
            Subject::Return(_) => "return",
            Subject::Lowering(_) => "lowering",
            Subject::Admission(_) => "admission",
            Subject::Departure(_) => "departure",
            Subject::Key(_) => "key",
            Subject::Acceptance(_) => "acceptance",
            Subject::Ballot(_) => "ballot",
        }
    }

    /// Which one.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Subject::Payout(id) => id.as_str(),
            Subject::Expense(id) => id.as_str(),
            Subject::Correction(id)
            | Subject::Return(id)
            | Subject::Lowering(id)
            | Subject::Admission(id)
            | Subject::Departure(id)
            | Subject::Key(id)
            | Subject::Ballot(id) => id,
            Subject::Acceptance(id) => id.as_str(),
        }
    }

    /// Whether its text is prepared only after the password again.
    #[must_use]
    pub fn asks_password(&self) -> bool {
        !matches!(self, Subject::Acceptance(_) | Subject::Ballot(_))
    }

    pub(in crate::actions) fn about(&self) -> About<'_> {
        About { word: self.word(), id: self.id() }
    }
}

impl Matter {
    /// What is signed, as the hash of the text is of it.
    #[must_use]
    pub fn signable_text(&self) -> String {
        self.entry.signable_text()
    }

    /// What its entry takes; nothing where one note suffices.
    pub(super) fn takes(&self) -> Result<Option<Takes>, Error> {
        match &self.subject {
            Subject::Acceptance(_) | Subject::Ballot(_) => Ok(None),
            Subject::Key(_) => Ok(Some(LATER_KEY)),
            _ => two_people::takes(self.entry.kind()).map(Some),
        }
    }

    /// The person whom its entry names, if that matters to who may sign.
    pub(super) fn named(&self) -> Result<Option<HolderId>, Error> {
        match &self.shown {
            Shown::Key(row) => HolderId::parse(&row.holder_id).map(Some).map_err(Error::broken),
            Shown::Departure(row) => HolderId::parse(&row.member_id).map(Some).map_err(Error::broken),
            _ => Ok(None),
        }
    }

    /// What its being done leaves to do outside the database, after the commit.
    pub(super) fn finish(&self, deps: &Deps) {
        match &self.shown {
            Shown::Departure(row) if row.reason == leaving::NEVER_CAME => erasure::remember_person(deps, &row.person_id),
            _ => {}
        }
    }

    /// What it is called in a mail.
    pub(super) fn called(&self) -> String {
        match &self.shown {
            Shown::Payout(row) => row.id.clone(),
            Shown::Expense(row) => row.name.clone(),
            Shown::Correction(row) => format!("№ {}", row.corrects),
            Shown::Return(row) => row.contract_id.clone(),
            Shown::Lowering(row) => row.contract.id.clone(),
            Shown::Admission(row) => row.name.clone(),
            Shown::Departure(row) => row.name.clone(),
            Shown::Key(row) => row.name.clone(),
            Shown::Acceptance(row) => row.title.clone(),
            Shown::Ballot(_, row) => row.title.clone(),
        }
    }

    /// Until when its text can be signed: a ballot's until the vote closes.
    pub(super) fn expires(&self, now: Timestamp) -> Timestamp {
        match &self.shown {
            Shown::Ballot(_, row) => row.closes_at.map_or(now, Timestamp::from_secs),
            _ => now.plus_secs(TEXT_SECS),
        }
    }
}
