//! The people and clients of the demonstration, from its file.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use manyhands_domain::ids::PersonId;
use serde::Deserialize;

use crate::actions::demo::PASSWORD;
use crate::actions::founding::{Founder, found as found_coop};
use crate::actions::people::{Invitation, Profile, add_active, change_profile, set_payout_to};
use crate::actions::rights::{SignedIn, identify};
use crate::actions::{Once, sessions};
use crate::deps::Deps;
use crate::i18n::Language;

/// The demonstration's file, as far as this version's actions can load it.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) clients: Vec<Client>,
    pub(super) members: Vec<Member>,
    pub(super) contracts: Vec<Contract>,
    pub(super) proposals: Vec<Proposal>,
}

/// A client organisation.
#[derive(Debug, Deserialize)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) lei: String,
}

/// A member, or a candidate.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    id: String,
    name: String,
    country: String,
    languages: String,
    zone: String,
    role: String,
    rail: String,
}

/// A contract.
#[derive(Debug, Deserialize)]
pub(super) struct Contract {
    pub(super) id: String,
    pub(super) client: String,
    #[serde(default)]
    pub(super) via: Vec<Via>,
    pub(super) title: String,
    pub(super) end_use: String,
    pub(super) currency: String,
    pub(super) price: String,
    pub(super) unit: String,
    pub(super) est_seconds: i64,
    pub(super) hazard: Vec<Hazard>,
    #[serde(default)]
    pub(super) paid_instructions_minutes: i64,
}

/// An intermediary.
#[derive(Debug, Deserialize)]
pub(super) struct Via {
    pub(super) name: String,
    pub(super) country: String,
}

/// A hazard.
#[derive(Debug, Deserialize)]
pub(super) struct Hazard {
    pub(super) cat: String,
    pub(super) level: u8,
    pub(super) form: String,
}

/// What members vote on.
#[derive(Debug, Deserialize)]
pub(super) struct Proposal {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) text: Words,
    /// From when to when, counted in days from today.
    pub(super) opened: Day,
    pub(super) closes: Day,
    pub(super) client_accepted: Option<Day>,
    pub(super) contract: Option<String>,
    pub(super) price: Option<String>,
    pub(super) member: Option<String>,
    pub(super) role: Option<String>,
    /// By currency.
    #[serde(default)]
    pub(super) floor: BTreeMap<String, String>,
    /// By share, percent.
    #[serde(default)]
    pub(super) split: BTreeMap<String, String>,
}

/// Words in the one language in which members of the demonstration propose.
#[derive(Debug, Deserialize)]
pub(super) struct Words {
    pub(super) en: String,
}

/// A day, counted from today.
#[derive(Debug, Deserialize)]
pub(super) struct Day {
    pub(super) day: i64,
}

/// Everybody, by the file's ids.
#[derive(Debug)]
pub(super) struct People {
    pub(super) file: File,
    ids: BTreeMap<String, PersonId>,
}

impl People {
    /// Somebody, signed in.
    pub(super) async fn of(&self, deps: &Deps, id: &str) -> Result<SignedIn> {
        let person = self.ids.get(id).with_context(|| format!("no {id} in the demonstration"))?;
        identify(&deps.db.read(), person).await?.with_context(|| format!("{id} has no account"))
    }
}

/// Reads the file.
///
/// # Errors
/// When it is damaged.
pub(super) fn read() -> Result<File> {
    Ok(serde_json::from_str(include_str!("../demo.json"))?)
}

/// Founds the co-op and adds its people. Candidates wait for an action that admits them by vouching.
pub(super) async fn found(deps: &Deps) -> Result<People> {
    let file = read()?;
    let hash = sessions::hash(deps, PASSWORD).await?;
    let mut ids = BTreeMap::new();
    for member in file.members.iter().filter(|member| !member.role.starts_with("candidate")) {
        let email = format!("{}@demo.example", member.id.to_lowercase());
        let language = member.languages.split(',').find_map(Language::best).unwrap_or(Language::En).tag().to_owned();
        let roles = member.role.split(',').map(str::trim).filter(|role| *role != "member").map(str::to_owned).collect();
        let person = if ids.is_empty() {
            let founder = Founder {
                name: member.name.clone(),
                email,
                country: member.country.clone(),
                language,
                zone: member.zone.clone(),
                password_hash: Some(hash.clone()),
            };
            found_coop(deps, &founder).await?
        } else {
            let invitation = Invitation {
                name: member.name.clone(),
                email,
                language,
                zone: member.zone.clone(),
                country: member.country.clone(),
                client: None,
                roles,
            };
            add_active(deps, &invitation, &hash).await?
        };
        ids.insert(member.id.clone(), person);
        deps.clock.advance(60);
    }
    for client in &file.clients {
        let invitation = Invitation {
            name: client.name.clone(),
            email: format!("{}@demo.example", client.id.to_lowercase()),
            language: if client.country == "FR" { "fr" } else { "en" }.to_owned(),
            zone: if client.country == "JP" { "Asia/Tokyo" } else { "Europe/Berlin" }.to_owned(),
            country: client.country.clone(),
            client: Some(client.name.clone()),
            roles: Vec::new(),
        };
        ids.insert(client.id.clone(), add_active(deps, &invitation, &hash).await?);
    }
    let people = People { file, ids };
    subscribe(deps, &people).await?;
    say_where_pay_goes(deps, &people).await?;
    Ok(people)
}

/// Each member says where their pay goes. Accounts are invented, and look it.
async fn say_where_pay_goes(deps: &Deps, people: &People) -> Result<()> {
    for row in people.file.members.iter().filter(|row| people.ids.contains_key(&row.id)) {
        let member = people.of(deps, &row.id).await?.member().context("a member")?;
        set_payout_to(deps, &member.as_payee(), &once(deps), &format!("demonstration account {} ({})", row.id, row.rail), PASSWORD).await?;
    }
    Ok(())
}

/// Two members want to hear of new contracts.
async fn subscribe(deps: &Deps, people: &People) -> Result<()> {
    for id in ["M-03", "M-07"] {
        let who = people.of(deps, id).await?;
        let standing = who.standing();
        let profile =
            Profile { name: standing.name.clone(), language: standing.language.clone(), zone: standing.zone.clone(), subscribed: true };
        change_profile(deps, &who, &once(deps), &profile).await?;
    }
    Ok(())
}

/// A form's key that was never used.
pub(super) fn once(deps: &Deps) -> Once {
    Once { key: hex::encode(deps.random.bytes::<16>()), request_sha256: "demo".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// What of the demonstration's file no action can load yet. Later work shortens this list.
    const LEFT: &[&str] = &["events", "fx_demo"];

    #[test]
    fn what_is_left_of_the_demonstration_is_listed() {
        let whole: serde_json::Value = serde_json::from_str(include_str!("../demo.json")).unwrap();
        let known = ["note", "coop", "clients", "members", "contracts", "proposals"];
        let left: BTreeSet<&str> = whole.as_object().unwrap().keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
        assert_eq!(left, LEFT.iter().copied().collect());
        assert_eq!(super::read().unwrap().contracts.len(), 6);
    }
}
