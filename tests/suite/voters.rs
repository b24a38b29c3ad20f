//! Members who vote, for the tests of votes: who proposes, signs, votes and waits.

use std::collections::BTreeMap;

use manyhands::actions::proposals::drafting::{self, DraftForm};
use manyhands::actions::proposals::{self, Proposal, ballots, closing, opening};
use manyhands::actions::signing::{self, Outcome};
use manyhands::actions::{Error, receipts};
use manyhands::jobs::outbox;
use manyhands_domain::ids::{PersonId, ProposalId};
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::time::Timestamp;

use crate::signers::{member, note_over, texts_to};
use crate::support::{World, once};

/// A change of the floor in dollars, as a member types it.
pub fn floor(usd: &str) -> DraftForm {
    rules("rate-change", &[("floor/general/USD", usd)])
}

/// Rules as typed.
pub fn rules(kind: &str, typed: &[(&str, &str)]) -> DraftForm {
    DraftForm {
        kind: kind.to_owned(),
        act: "rules".to_owned(),
        title: "A new rule".to_owned(),
        text: "Because the old one does not feed us.".to_owned(),
        rules: typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        ..DraftForm::default()
    }
}

/// A question in words.
pub fn question() -> DraftForm {
    DraftForm {
        kind: "ordinary".to_owned(),
        act: "text".to_owned(),
        title: "A paid rest day".to_owned(),
        text: "After five nights of work.".to_owned(),
        ..DraftForm::default()
    }
}

/// The worker's draft, signed by the reviewer and the treasurer.
pub async fn signed_draft(world: &World, form: &DraftForm) -> String {
    let author = member(world, &world.worker).await;
    let id = drafting::draft(&world.deps, &author, &once(), form).await.unwrap();
    for person in [&world.reviewer, &world.treasurer] {
        cosign(world, person, &id).await.unwrap();
    }
    id
}

pub async fn cosign(world: &World, person: &PersonId, id: &str) -> Result<(), Error> {
    let by = member(world, person).await;
    let row = proposals::find_draft(&world.deps, &by, id).await.unwrap();
    drafting::cosign(&world.deps, &by, &once(), id, &drafting::content_sha256(&row)).await
}

/// The same, put to the vote by its author.
pub async fn put_to_the_vote(world: &World, form: &DraftForm) -> ProposalId {
    let id = signed_draft(world, form).await;
    opening::open(&world.deps, &member(world, &world.worker).await, &once(), &id).await.unwrap()
}

pub async fn row(world: &World, id: &ProposalId) -> Proposal {
    proposals::find(&world.deps, &member(world, &world.coordinator).await, id).await.unwrap()
}

/// The code in the newest mail to this person that has one: what is told at the same second stands in any order.
pub async fn code(world: &World, person: &PersonId) -> String {
    let address = world.signed_in(person).await.standing().email.clone();
    let texts = texts_to(world, &address).await;
    let digits = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = |word: &str| word.starts_with("202");
    let found = texts.iter().find_map(|text| {
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.windows(2).find(|pair| digits(pair[0]) && digits(pair[1]) && !year(pair[0]) && !year(pair[1])).map(<[&str]>::concat)
    });
    found.unwrap_or_else(|| panic!("no code in: {texts:?}"))
}

/// Signed in, with a code asked for now.
pub async fn vote(world: &World, person: &PersonId, id: &ProposalId, choice: &str) -> Result<u64, Error> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    world.deps.clock.advance(1);
    let by = member(world, person).await;
    ballots::ask_code(&world.deps, &by, &once(), id).await?;
    let code = code(world, person).await;
    ballots::cast(&world.deps, &by, &once(), id, (choice, ""), &code).await
}

/// Signed by their key.
pub async fn vote_by_key(world: &World, person: &PersonId, id: &ProposalId, choice: &str, key: &SigningKey) -> Result<u64, Error> {
    let by = member(world, person).await;
    let nonce = ballots::prepare(&world.deps, &by, &once(), id, (choice, "")).await?;
    let (text, _) = signing::find_text(&world.deps, &by, &nonce).await?;
    match signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&text.line, key)).await? {
        Outcome::Done(index) => Ok(index),
        Outcome::Waits => panic!("a ballot waits for nobody"),
    }
}

/// The moment at which the vote closes, and the jobs that close it.
pub async fn close(world: &World, id: &ProposalId) -> Proposal {
    let closes = row(world, id).await.closes_at.unwrap();
    until(world, closes);
    closing::close_due(&world.deps).await.unwrap();
    row(world, id).await
}

/// The clock stands at this moment, or later.
pub fn until(world: &World, secs: i64) {
    let wait = Timestamp::from_secs(secs).since(world.deps.clock.now());
    if wait > 0 {
        world.deps.clock.advance(wait);
    }
}

/// The exported log, and what was said of it.
pub async fn verified(world: &World) -> (tempfile::TempDir, manyhands_verify::Report) {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
    (place, report)
}
