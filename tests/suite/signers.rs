//! People with keys, for the tests of what they sign: how they enrol, and how they sign outside a browser.

use mail_parser::MessageParser;
use manyhands::actions::rights::{KeyHolder, Member};
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{Error, keys};
use manyhands::jobs::outbox;
use manyhands_domain::ids::{ExpenseId, PersonId};
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::note;
use manyhands_store::outbox as rows;

use crate::cells::tables;
use crate::support::{ORIGIN, PASSWORD, World, once};

/// So long until a key counts among two people.
pub const AGE_SECS: i64 = 72 * 3_600;

/// The newest message to an address: subject and text.
pub async fn mail_to(world: &World, address: &str) -> (String, String) {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 200).await.unwrap();
    let message = messages.into_iter().find(|message| message.recipient == address).unwrap();
    let parsed = MessageParser::default().parse(&message.bytes).unwrap();
    (message.subject, parsed.body_text(0).unwrap().into_owned())
}

/// The subjects of all mail to an address, newest first.
pub async fn subjects_to(world: &World, address: &str) -> Vec<String> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 500).await.unwrap();
    messages.into_iter().filter(|message| message.recipient == address).map(|message| message.subject).collect()
}

/// The words of all mail to an address, newest first, each on one line.
pub async fn texts_to(world: &World, address: &str) -> Vec<String> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 500).await.unwrap();
    let text = |bytes: &[u8]| MessageParser::default().parse(bytes).unwrap().body_text(0).unwrap().into_owned();
    let own = messages.iter().filter(|message| message.recipient == address);
    own.map(|message| text(&message.bytes).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// A key of this person, which nobody knows yet.
pub fn key_of(holder: &KeyHolder, seed: u8) -> SigningKey {
    SigningKey::from_seed(&holder.id().unwrap().key_name(ORIGIN), [seed; 32]).unwrap()
}

/// What the code mailed to this person is.
pub async fn code_of(world: &World, person: &PersonId) -> String {
    let address = world.signed_in(person).await.standing().email.clone();
    let (_, text) = mail_to(world, &address).await;
    // Four digits, a space, and four more, before anything else that is a number.
    let first = text.find(|c: char| c.is_ascii_digit()).unwrap();
    text[first..first + 9].replace(' ', "")
}

pub async fn member(world: &World, person: &PersonId) -> Member {
    world.signed_in(person).await.member().unwrap()
}

/// A member, or a client's user.
pub async fn holder(world: &World, person: &PersonId) -> KeyHolder {
    world.signed_in(person).await.key_holder().unwrap()
}

/// A second user of the buyer's client.
pub async fn colleague(world: &World) -> PersonId {
    let other = world.other_buyer().await;
    let same = format!(
        "UPDATE client_users SET client_id = (SELECT client_id FROM client_users WHERE person_id = '{}') WHERE person_id = '{other}'",
        world.buyer
    );
    tables::run(&world.database, &same).await;
    other
}

/// Makes this person's first key as they would.
pub async fn enrol(world: &World, person: &PersonId, seed: u8) -> SigningKey {
    // What was told before has left a second ago: the code is the newest mail.
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    world.deps.clock.advance(1);
    keys::ask_code(&world.deps, &holder(world, person).await, &once(), PASSWORD).await.unwrap();
    let code = code_of(world, person).await;
    let by = holder(world, person).await;
    let key = key_of(&by, seed);
    keys::enrol(&world.deps, &by, &once(), &code, &key.verifying_key().to_string()).await.unwrap();
    key
}

/// A co-op whose coordinator and treasurer have keys that count.
pub async fn with_keys(world: &World) -> (SigningKey, SigningKey) {
    let keys = (enrol(world, &world.coordinator, 1).await, enrol(world, &world.treasurer, 2).await);
    world.deps.clock.advance(AGE_SECS);
    keys
}

/// The text that is prepared for this person.
pub async fn prepared(world: &World, person: &PersonId, subject: &Subject) -> Result<(String, String), Error> {
    let by = holder(world, person).await;
    let nonce = signing::prepare(&world.deps, &by, &once(), subject, PASSWORD).await?;
    let (text, _) = signing::find_text(&world.deps, &by, &nonce).await?;
    Ok((nonce, text.line))
}

/// The note that `manyhands sign` prints.
pub fn note_over(line: &str, key: &SigningKey) -> String {
    note::sign(&format!("{line}\n"), key)
}

/// This person signs, with this key.
pub async fn sign(world: &World, person: &PersonId, subject: &Subject, key: &SigningKey) -> Result<Outcome, Error> {
    let (nonce, line) = prepared(world, person, subject).await?;
    signing::sign(&world.deps, &holder(world, person).await, &once(), &nonce, &note_over(&line, key)).await
}

/// A prepared expense of 1.20 USD; the bank has a deposit.
pub async fn expense(world: &World) -> (String, Subject) {
    let form = manyhands::actions::payouts::ExpenseForm {
        name: "Hosting".to_owned(),
        currency: "USD".to_owned(),
        amount: "1.20".to_owned(),
        what: "A small server.".to_owned(),
    };
    let treasurer = world.treasurer().await;
    let id = manyhands::actions::payouts::prepare_expense(&world.deps, &treasurer, &once(), &form, PASSWORD).await.unwrap();
    let subject = Subject::Expense(ExpenseId::parse(&id).unwrap());
    (id, subject)
}

/// The code of a refusal; whatever else happened is the test's failure.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(refusals)) => refusals[0].code,
        Err(Error::NotFound) => "not found",
        other => panic!("not refused: {other:?}"),
    }
}
