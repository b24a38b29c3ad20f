//! Rights are values: an action that needs a treasurer takes a [`Treasurer`], and only [`identify`] makes one,
//! from what the database says now. Roles add up; a member's roles are theirs only while they are a member.

use manyhands_domain::ids::{ClaimId, ClientId, HolderId, MemberId, PersonId};
use manyhands_domain::time::Timestamp;
use manyhands_store::people::{self, Standing};
use manyhands_store::{Sql, external};

use crate::actions::Error;

/// Somebody with an active account. Derefs from every other right.
#[derive(Clone, Debug)]
pub struct SignedIn {
    person: PersonId,
    standing: Standing,
}

/// A member of the co-op who has not left.
#[derive(Clone, Debug)]
pub struct Member {
    who: KeyHolder,
    id: MemberId,
}

/// Whoever is or was a member, for what they earned: it stays theirs when they leave.
#[derive(Clone, Debug)]
pub struct Payee {
    who: SignedIn,
    id: MemberId,
}

/// A member who reviews other members' work.
#[derive(Clone, Debug)]
pub struct Reviewer(Member);

/// Records deposits, prepares and approves payouts and expenses.
#[derive(Clone, Debug)]
pub struct Treasurer(Member);

/// Approves contracts, invites people, admits members.
#[derive(Clone, Debug)]
pub struct Coordinator(Member);

/// A user of a client organisation.
#[derive(Clone, Debug)]
pub struct ClientUser {
    who: KeyHolder,
    client: ClientId,
}

/// Whoever may hold a key in the ledger: a member, or a client's user.
#[derive(Clone, Debug)]
pub struct KeyHolder(SignedIn);

/// The second of two people: a treasurer or a coordinator.
#[derive(Clone, Debug)]
pub struct Officer(Member);

/// The tool in which one claim is worked on, by the secret that its member gave it. It hands in that claim's result and reads how the
/// claim stands; it is nobody's account and opens nothing else.
#[derive(Clone, Debug)]
pub struct Tool(ClaimId);

/// Which claim a tool's token is good for now; nothing once that was submitted, given back, or its time is up.
///
/// # Errors
/// When the database fails.
pub async fn identify_tool(on: &impl Sql, token_sha256: &[u8], now: Timestamp) -> Result<Option<Tool>, Error> {
    Ok(external::find_claim_of(on, token_sha256, now).await?.map(Tool))
}

impl Tool {
    /// The claim.
    #[must_use]
    pub fn claim(&self) -> &ClaimId {
        &self.0
    }
}

/// Who this person is now; nothing if the account is not active.
///
/// # Errors
/// When the database fails.
pub async fn identify(on: &impl Sql, person: &PersonId) -> Result<Option<SignedIn>, Error> {
    let standing = people::find_standing(on, person).await?;
    Ok(standing.map(|standing| SignedIn { person: person.clone(), standing }))
}

impl SignedIn {
    /// The account.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// The key under which this person's forms are idempotent.
    #[must_use]
    pub fn actor(&self) -> &str {
        self.person.as_str()
    }

    /// Name, language, zone and roles.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The right of a member, if this is one.
    #[must_use]
    pub fn member(&self) -> Option<Member> {
        let id = self.standing.member.clone()?;
        Some(Member { who: KeyHolder(self.clone()), id })
    }

    /// The right to be paid what was earned, if this is or was a member.
    #[must_use]
    pub fn payee(&self) -> Option<Payee> {
        let id = self.standing.member.clone().or_else(|| self.standing.former.clone())?;
        Some(Payee { who: self.clone(), id })
    }

    /// The right of a reviewer, if held.
    #[must_use]
    pub fn reviewer(&self) -> Option<Reviewer> {
        self.member().filter(|_| self.standing.reviewer).map(Reviewer)
    }

    /// The right of a treasurer, if held.
    #[must_use]
    pub fn treasurer(&self) -> Option<Treasurer> {
        self.member().filter(|_| self.standing.treasurer).map(Treasurer)
    }

    /// The right of a coordinator, if held.
    #[must_use]
    pub fn coordinator(&self) -> Option<Coordinator> {
        self.member().filter(|_| self.standing.coordinator).map(Coordinator)
    }

    /// The right of a second person, if this is a treasurer or a coordinator.
    #[must_use]
    pub fn officer(&self) -> Option<Officer> {
        self.member().filter(|_| self.standing.treasurer || self.standing.coordinator).map(Officer)
    }

    /// The right to have a key in the ledger, if this is a member or a client's user.
    #[must_use]
    pub fn key_holder(&self) -> Option<KeyHolder> {
        (self.standing.member.is_some() || self.standing.client.is_some()).then(|| KeyHolder(self.clone()))
    }

    /// The right of a client's user, if this is one.
    #[must_use]
    pub fn client_user(&self) -> Option<ClientUser> {
        let client = self.standing.client.clone()?;
        Some(ClientUser { who: KeyHolder(self.clone()), client })
    }
}

impl Member {
    /// The id in the ledger. Never shown to a client or the public beside a name.
    #[must_use]
    pub fn id(&self) -> &MemberId {
        &self.id
    }

    /// What a member has earned is theirs.
    #[must_use]
    pub fn as_payee(&self) -> Payee {
        Payee { who: SignedIn::clone(self), id: self.id.clone() }
    }
}

impl Payee {
    /// The id in the ledger.
    #[must_use]
    pub fn id(&self) -> &MemberId {
        &self.id
    }
}

impl KeyHolder {
    /// The id in the ledger; a client's user has none before they first ask for a key.
    #[must_use]
    pub fn id(&self) -> Option<HolderId> {
        let user = || self.standing().user.clone().map(HolderId::User);
        self.standing().member.clone().map(HolderId::Member).or_else(user)
    }
}

impl ClientUser {
    /// The organisation this user belongs to.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.client
    }
}

macro_rules! holds {
    ($($right:ident -> $inner:ident . $field:tt),* $(,)?) => {$(
        impl std::ops::Deref for $right {
            type Target = $inner;
            fn deref(&self) -> &$inner {
                &self.$field
            }
        }
    )*};
}
holds!(
    KeyHolder -> SignedIn.0,
    Payee -> SignedIn.who,
    Member -> KeyHolder.who,
    ClientUser -> KeyHolder.who,
    Reviewer -> Member.0,
    Treasurer -> Member.0,
    Coordinator -> Member.0,
    Officer -> Member.0,
);
