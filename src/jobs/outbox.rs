//! The outbox: notices become messages once, their exact bytes are kept, and those are sent until they leave.
//!
//! A crash between sending and noting it sends once more, with the same Message-ID: at least once, never nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use manyhands_domain::ids::PersonId;
use manyhands_domain::notices::Notice;
use manyhands_store::outbox::{self, Message, WaitingNotice};
use tokio::sync::watch;

use crate::actions::{Error, Work, new_uuid, receipts, sessions};
use crate::deps::Deps;
use crate::mail::transport::Transport;
use crate::mail::{Letter, render as render_letter};

/// Renders what waits; how many messages. Several acceptances of one person become one message.
///
/// A notice that cannot be rendered is given up, by itself.
///
/// # Errors
/// When the database fails.
pub async fn render(deps: &Deps, from: &str) -> Result<usize, Error> {
    let work = Work::begin_job(deps).await?;
    let taken = outbox::take_notices(&work.tx, A_PASS).await?;
    if taken.waiting.is_empty() && taken.unreadable.is_empty() {
        return Ok(0);
    }
    for (notice, person, recipient) in taken.unreadable {
        give_up(&work, &[notice], &person, recipient, "it cannot be read").await?;
    }
    let lines = receipts::checkpoint_lines(&work.tx).await?;
    let groups = group(taken.waiting);
    let count = groups.len();
    for group in groups {
        write(&work, &group, from, &lines).await?;
    }
    work.commit(count).await
}

/// Notices that one message carries.
struct Group {
    first: WaitingNotice,
    notices: Vec<Notice>,
    ids: Vec<String>,
}

/// All acceptances of a person together, each batch once; everything else one by one, in order.
fn group(waiting: Vec<WaitingNotice>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
    for waiting in waiting {
        let is_acceptance = matches!(waiting.notice, Notice::WorkAccepted { .. });
        let known = accepted.get(&waiting.person).copied().filter(|_| is_acceptance);
        match known.and_then(|place| groups.get_mut(place)) {
            Some(group) => {
                let merged = group.notices.iter().position(|notice| notice.merged(&waiting.notice).is_some());
                match merged.and_then(|place| group.notices.get_mut(place)) {
                    Some(notice) => *notice = notice.merged(&waiting.notice).unwrap_or_else(|| notice.clone()),
                    None => group.notices.push(waiting.notice),
                }
                group.ids.push(waiting.id);
            }
            None => {
                if is_acceptance {
                    accepted.insert(waiting.person.clone(), groups.len());
                }
                groups.push(Group { notices: vec![waiting.notice.clone()], ids: vec![waiting.id.clone()], first: waiting });
            }
        }
    }
    groups
}

async fn write(work: &Work<'_>, group: &Group, from: &str, checkpoint: &str) -> Result<(), Error> {
    let deps = work.deps();
    let now = work.now();
    let id = new_uuid(deps);
    let person = &group.first;
    let stream = person.notice.stream();
    let unsubscribe = match stream {
        Some(_) => Some(sessions::unsubscribe_link(work, &PersonId::parse(&person.person).map_err(Error::broken)?).await?),
        None => None,
    };
    let letter = Letter {
        name: &person.name,
        email: &person.email,
        language: &person.language,
        zone: &person.zone,
        notices: &group.notices,
        coop: &deps.coop.name,
        from,
        address: &deps.coop.address,
        id: &id,
        now,
        checkpoint,
        unsubscribe: unsubscribe.as_deref(),
    };
    let rendered = match render_letter(&letter) {
        Ok(rendered) => rendered,
        Err(error) => return give_up(work, &group.ids, &person.person, person.email.clone(), &error.to_string()).await,
    };
    let message = Message {
        id,
        recipient: person.email.clone(),
        subject: rendered.subject,
        bytes: rendered.bytes,
        tries: 0,
        created_at: now.secs(),
        state: "waiting".to_owned(),
    };
    outbox::insert_message(&work.tx, &message, &person.person, &group.ids, now).await?;
    Ok(())
}

/// One person's message must not hold up everybody's: it is kept as given up, and the log says so.
async fn give_up(work: &Work<'_>, notices: &[String], person: &str, recipient: String, fault: &str) -> Result<(), Error> {
    let (id, now) = (new_uuid(work.deps()), work.now());
    let (subject, bytes) = (String::new(), Vec::new());
    tracing::error!(message = id, fault, "a notice cannot become a message and is given up");
    let message = Message { id, recipient, subject, bytes, tries: 0, created_at: now.secs(), state: "waiting".to_owned() };
    outbox::insert_message(&work.tx, &message, person, notices, now).await?;
    outbox::set_message_delayed(&work.tx, &message.id, fault, None).await?;
    Ok(())
}

/// Sends what is due; how many left. What does not leave is tried again later, for three days. It ends when the server turns out to be
/// away: it is away for the others, too, which stay due.
///
/// # Errors
/// When the database fails; a server that refuses is no error here.
pub async fn send(deps: &Deps, transport: &Transport) -> Result<u64, Error> {
    let (_kept, never) = watch::channel(false);
    Ok(send_until(deps, transport, &never).await?.left)
}

/// How a pass of sending ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    /// So many left.
    pub(super) left: u64,
    /// The server is away.
    pub(super) is_away: bool,
}

/// The same, until somebody stops it, who waits a little for the message under way, and for none behind it.
pub(super) async fn send_until(deps: &Deps, transport: &Transport, stopped: &watch::Receiver<bool>) -> Result<Sent, Error> {
    let mut sent = Sent::default();
    for _ in 0..A_PASS {
        if *stopped.borrow() {
            break;
        }
        // One by one: what was erased meanwhile does not leave any more.
        let Some(message) = outbox::due_messages(&deps.db.read(), deps.clock.now(), 1).await?.pop() else { break };
        // Nothing of the database is cut, only the waiting for an answer.
        let outcome = tokio::select! {
            outcome = transport.send(&message.id, &message.recipient, &message.bytes) => outcome,
            () = cut(stopped.clone()) => {
                tracing::warn!(message = message.id, "a mail server did not answer before the stop: the message is sent again");
                break;
            }
        };
        match outcome {
            Ok(()) => {
                // The server has it: until that is noted nothing else is looked for, or the same would leave again and again while the
                // database is busy or its disk is full.
                while let Err(error) = note_sent(deps, &message).await {
                    if *stopped.borrow() {
                        return Err(error);
                    }
                    tracing::error!(message = message.id, %error, "mail left, and that could not be noted; it is tried again");
                    tokio::time::sleep(NOTED_AGAIN).await;
                }
                sent.left += 1;
            }
            Err(error) => {
                tracing::warn!(message = message.id, %error, "mail did not leave");
                if error.is_away {
                    note_away(deps, &message, &error.words).await?;
                    sent.is_away = true;
                    break;
                }
                note_delayed(deps, &message, &error.words).await?;
            }
        }
    }
    transport.hang_up().await;
    Ok(sent)
}

async fn cut(mut stopped: watch::Receiver<bool>) {
    // Whoever could have told has gone: that is a stop, too.
    let _ = stopped.wait_for(|stop| *stop).await;
    tokio::time::sleep(LAST_MESSAGE).await;
}

async fn note_sent(deps: &Deps, message: &Message) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    outbox::set_message_sent(&work.tx, &message.id, work.now()).await?;
    if !deps.coop.demo {
        outbox::forget_secrets(&work.tx, &message.id).await?;
    }
    work.commit(()).await
}

async fn note_delayed(deps: &Deps, message: &Message, fault: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    let tries = usize::try_from(message.tries).unwrap_or(usize::MAX);
    let next = RETRY_SECS.get(tries).map(|secs| work.now().plus_secs(*secs));
    outbox::set_message_delayed(&work.tx, &message.id, fault, next).await?;
    work.commit(()).await
}

/// A server that is away says nothing of this message: it leaves soon after the server is back, whatever the time, unless it is so old by
/// then that nobody waits for it.
async fn note_away(deps: &Deps, message: &Message, fault: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    let is_old = work.now().secs().saturating_sub(message.created_at) >= MOST_SECS;
    let next = (!is_old).then(|| work.now().plus_secs(AWAY_SECS));
    outbox::set_message_put_off(&work.tx, &message.id, fault, next).await?;
    work.commit(()).await
}

const A_PASS: u64 = 500;
/// How long a server that is away is left alone.
pub(super) const AWAY_SECS: i64 = 60;
/// Three days, and somewhat more.
const MOST_SECS: i64 = 4 * 86_400;
/// How long until what left is tried to be noted again.
const NOTED_AGAIN: Duration = Duration::from_secs(1);
/// How long a stop waits for the message under way.
const LAST_MESSAGE: Duration = Duration::from_secs(10);
/// A minute, five, half an hour, two hours, then twice a day for three days.
const RETRY_SECS: &[i64] = &[60, 300, 1_800, 7_200, 43_200, 43_200, 43_200, 43_200, 43_200];
