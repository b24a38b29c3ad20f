//! What only the demonstration can do: doors for signing in by one press, and a look into the mail.

use mail_parser::MessageParser;
use manyhands_domain::ids::PersonId;
use manyhands_store::outbox::{self, Message};
use manyhands_store::people;

use crate::actions::Error;
use crate::deps::Deps;

/// Somebody one can look around as.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// In addresses and sentences.
    pub word: &'static str,
    /// As shown.
    pub name: &'static str,
    /// Their account.
    pub email: &'static str,
}

/// A member, a reviewer, a treasurer, a coordinator, a client's buyer.
pub const DOORS: &[Door] = &[
    Door { word: "member", name: "Nathalie R.", email: "m-04@demo.example" },
    Door { word: "reviewer", name: "Otieno B.", email: "m-02@demo.example" },
    Door { word: "treasurer", name: "Astro N.", email: "m-09@demo.example" },
    Door { word: "coordinator", name: "Wanjiru K.", email: "m-01@demo.example" },
    Door { word: "client", name: "Nordsee Mobility AG", email: "k-1@demo.example" },
];

/// Everybody's password in the demonstration: sums that leave ask for it.
pub const PASSWORD: &str = "open account book";

/// The person behind a door.
///
/// # Errors
/// [`Error::NotFound`] for a door that there is not, or outside the demonstration.
pub async fn find_door(deps: &Deps, word: &str) -> Result<PersonId, Error> {
    let door = DOORS.iter().find(|door| door.word == word).filter(|_| deps.coop.demo).ok_or(Error::NotFound)?;
    let found = people::find_by_email(&deps.db.read(), door.email).await?;
    found.map(|(person, _)| person).ok_or(Error::NotFound)
}

/// The newest mail.
///
/// # Errors
/// When the database fails.
pub async fn list_mail(deps: &Deps) -> Result<Vec<Message>, Error> {
    Ok(outbox::list_messages(&deps.db.read(), 100).await?)
}

/// One message, and its text as a mail program shows it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_mail(deps: &Deps, id: &str) -> Result<(Message, String), Error> {
    let message = outbox::find_message(&deps.db.read(), id).await?.ok_or(Error::NotFound)?;
    let parsed = MessageParser::default().parse(&message.bytes).ok_or_else(|| Error::broken("a message of ours cannot be read"))?;
    let text = parsed.body_text(0).unwrap_or_default().into_owned();
    Ok((message, text))
}
