//! Founding a co-op: the first two entries, and the first member, who is its coordinator.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::rules::Book;
use manyhands_store::{ledger, people};

use crate::actions::{Error, Work, new_uuid};
use crate::deps::Deps;

/// The first person of a co-op.
#[derive(Clone, Debug)]
pub struct Founder {
    /// As shown.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// One of ours.
    pub language: String,
    /// IANA.
    pub zone: String,
    /// argon2id hash of their password; without one they are sent a link.
    pub password_hash: Option<String>,
}

/// Writes `coop.founded` (index 0), `rule.enacted` (index 1) and the first `member.admitted`.
///
/// # Errors
/// When the database holds a co-op already.
pub async fn found(deps: &Deps, founder: &Founder) -> Result<PersonId, Error> {
    let mut work = Work::begin_job(deps).await?;
    if ledger::head(&work.tx).await?.size > 0 {
        return Err(Error::broken("this database holds a co-op already"));
    }
    let signers = &deps.signers;
    let founded = Draft::new("coop.founded")
        .calc("origin", deps.coop.origin.as_str())
        .calc("name", deps.coop.name.as_str())
        .calc("checkpoint_key", signers.checkpoint.verifying_key().to_string())
        .calc("entry_key", signers.entry.verifying_key().to_string());
    work.append(founded).await?;
    work.append(Draft::new("rule.enacted").calc("book", Book::founding())).await?;
    let member = MemberId::from_random(deps.random.bytes());
    let index = work.append(Draft::new("member.admitted").about("member", &member)).await?;
    let id = PersonId::parse(&new_uuid(deps)).map_err(Error::broken)?;
    let person = people::NewPerson {
        id: &id,
        email: &founder.email,
        name: &founder.name,
        language: &founder.language,
        zone: &founder.zone,
        password_hash: founder.password_hash.as_deref(),
        state: "active",
    };
    let now = work.now();
    people::insert(&work.tx, &person, now).await?;
    people::insert_member(&work.tx, &people::NewMember { id: &member, person: &id, country: &founder.country, rail: "Manual", index }, now).await?;
    people::grant_role(&work.tx, &id, "coordinator", now).await?;
    work.commit(id).await
}
