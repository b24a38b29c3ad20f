//! One real SMTP server (Debian's python3-aiosmtpd): what leaves arrives, once, as it was rendered.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mail_parser::{Message, MessageParser};
use manyhands::actions::claims::Typed;
use manyhands::actions::people::{Profile, change_profile};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, demo, reviews};
use manyhands::jobs::outbox;
use manyhands::mail::transport::{Security, Transport};

use crate::program::{free_port, manyhands, said, wait_until, write_settings};
use crate::support::{World, databases, once, world};

const FROM: &str = "office@example.coop";

#[tokio::test]
async fn mail_waits_for_a_server_that_is_down_and_arrives_once_with_the_bytes_it_was_given() {
    if !has_server() {
        return;
    }
    for database in databases() {
        let world = world(database).await;
        subscribe_reviewer(&world).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 5).await;
        let accept = async || {
            let claim = claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
            world.deps.clock.advance(150);
            let typed = Typed::one("Harmful", 150);
            claims::submit(&world.deps, &world.worker().await, &once(), &claim, &typed).await.unwrap();
            reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        };
        accept().await;
        let port = free_port();
        let transport = Transport::smtp("127.0.0.1", port, Security::None, None, FROM).unwrap();
        assert_eq!(outbox::render(&world.deps, FROM).await.unwrap(), 5, "submitted, approved, listed, deposited, accepted");
        let kept = kept(&world).await;

        // Down: nothing leaves, nothing is lost. The first message alone was tried, and is not tried again before a minute.
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0);
        let server = Smtp::start(port);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 4);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0);
        world.deps.clock.advance(61);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 1);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0);
        let arrived = server.arrived(5);
        for bytes in &arrived {
            let id = parsed(bytes).message_id().unwrap().to_owned();
            assert_eq!(kept.get(&id), Some(bytes), "{id} arrived as it was kept");
        }

        let french = find(&arrived, "nathalie@example.coop");
        insta::assert_snapshot!("work_accepted_french", masked(&parsed(&french)));
        assert!(parsed(&french).header("List-Unsubscribe").is_none(), "service mail has no way out of pay");
        insta::assert_snapshot!("contract_listed_english", masked(&parsed(&find(&arrived, "otieno@example.coop"))));

        // A crash between sending and noting: it is sent again, the same message.
        accept().await;
        assert_eq!(outbox::render(&world.deps, FROM).await.unwrap(), 1);
        let waiting = demo::list_mail(&world.deps).await.unwrap().into_iter().find(|message| message.state == "waiting").unwrap();
        transport.send(&waiting.id, &waiting.recipient, &waiting.bytes).await.unwrap();
        assert_eq!(outbox::render(&world.deps, FROM).await.unwrap(), 0);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 1);
        let arrived = server.arrived(7);
        let twice: Vec<_> =
            arrived.iter().filter(|bytes| parsed(bytes).message_id() == Some(&format!("{}@127.0.0.1", waiting.id))).collect();
        assert_eq!(twice.len(), 2);
        assert_eq!(twice[0], twice[1]);
    }
}

#[test]
fn mail_test_says_whether_the_server_of_the_settings_took_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let unset = manyhands(&["mail", "test", "you@example.coop", "--data", data], "");
    assert!(!unset.status.success() && said(&unset).contains("mail.host and mail.from are not set"), "{}", said(&unset));
    let port = free_port();
    write_settings(folder.path(), &format!("sqlite://{data}/coop.db"), port);
    let down = manyhands(&["mail", "test", "you@example.coop", "--data", data], "");
    assert!(!down.status.success() && said(&down).to_lowercase().contains("connection"), "{}", said(&down));
    if !has_server() {
        return;
    }
    let server = Smtp::start(port);
    let up = manyhands(&["mail", "test", "you@example.coop", "--data", data], "");
    assert!(up.status.success(), "{}", said(&up));
    assert_eq!(said(&up), "The server 127.0.0.1 took the message for you@example.coop.\n");
    let arrived = server.arrived(1);
    let message = parsed(&arrived[0]);
    assert!(message.message_id().is_some() && message.date().is_some() && message.body_text(0).unwrap().contains("arrives"));
}

/// A server of this test alone, that keeps what it takes in a Maildir.
struct Smtp {
    child: Child,
    folder: tempfile::TempDir,
}

impl Smtp {
    fn start(port: u16) -> Smtp {
        let folder = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{port}");
        let mailbox = folder.path().join("mail");
        let child = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "-n", "-l", &listen, "-c", "aiosmtpd.handlers.Mailbox", mailbox.to_str().unwrap()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the SMTP server listens", || std::net::TcpStream::connect(&listen).is_ok());
        Smtp { child, folder }
    }

    /// Everything taken so far, which must be so many messages.
    fn arrived(&self, count: usize) -> Vec<Vec<u8>> {
        let new: PathBuf = self.folder.path().join("mail/new");
        let files: Vec<_> = fs::read_dir(new).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), count);
        files.iter().map(|path| without_trace(path)).collect()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as it was sent: this server adds three lines of its own and keeps lines ending in LF.
fn without_trace(path: &Path) -> Vec<u8> {
    let text = fs::read_to_string(path).unwrap();
    let ours = text.lines().filter(|line| !["X-Peer:", "X-MailFrom:", "X-RcptTo:"].iter().any(|mark| line.starts_with(mark)));
    ours.map(|line| format!("{line}\r\n")).collect::<String>().trim_end().as_bytes().to_vec()
}

/// The bytes in the outbox, by Message-ID.
async fn kept(world: &World) -> BTreeMap<String, Vec<u8>> {
    let mail = demo::list_mail(&world.deps).await.unwrap();
    mail.into_iter().map(|message| (format!("{}@127.0.0.1", message.id), message.bytes.trim_ascii_end().to_vec())).collect()
}

async fn subscribe_reviewer(world: &World) {
    let who = world.signed_in(&world.reviewer).await;
    let profile = Profile { name: "Otieno B.".to_owned(), language: "en".to_owned(), zone: "Africa/Nairobi".to_owned(), subscribed: true };
    change_profile(&world.deps, &who, &once(), &profile).await.unwrap();
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

fn find(arrived: &[Vec<u8>], recipient: &str) -> Vec<u8> {
    let to = |bytes: &Vec<u8>| parsed(bytes).to().unwrap().first().unwrap().address().unwrap() == recipient;
    arrived.iter().find(|bytes| to(bytes)).unwrap().clone()
}

/// What a person and their mail program see, with ids, tokens, dates and the book's numbers masked.
fn masked(message: &Message<'_>) -> String {
    let mut shown = String::new();
    for name in ["From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"] {
        if let Some(value) = message.header_raw(name) {
            shown.push_str(&format!("{name}: {}\n", value.trim()));
        }
    }
    shown.push_str(&format!(
        "Subject in words: {}\n\n{}\n\n{}",
        message.subject().unwrap(),
        message.body_text(0).unwrap(),
        message.body_html(0).unwrap()
    ));
    let root = |run: &str| run.len() == 44 && run.ends_with('=');
    let token = |run: &str| run.len() == 43;
    let id = |run: &str| run.len() == 36 && run.matches('-').count() == 4;
    let shown = mask(&shown.replace('\r', ""), "+/=", root, "[root]");
    mask(&mask(&shown, "-_", token, "[token]"), "-_", id, "[id]")
}

/// Replaces runs of letters, digits and `also` that are secret or change each time.
fn mask(text: &str, also: &str, is: impl Fn(&str) -> bool, with: &str) -> String {
    let inside = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (run, after) = rest.split_at(rest.find(|c| !inside(c)).unwrap_or(rest.len()));
        masked.push_str(if is(run) { with } else { run });
        let (between, next) = after.split_at(after.find(inside).unwrap_or(after.len()));
        masked.push_str(between);
        rest = next;
    }
    masked
}

fn has_server() -> bool {
    let there = Command::new(PYTHON).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !there {
        crate::support::left_out(&format!("real SMTP, since {PYTHON} has no aiosmtpd (Debian: python3-aiosmtpd)"));
    }
    there
}

const PYTHON: &str = "/usr/bin/python3";
