//! `manyhands-verify`: checks an exported ledger, a server's, or one receipt. Exit 0: all levels hold; 1: one fails; 2: something needed
//! is absent or cannot be read, or openings that were given are of no vote of the log.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use lexopt::prelude::{Long, Short, Value, ValueExt};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::log::policy::Policy;
use manyhands_domain::log::receipt::{BareReceipt, Receipt};
use manyhands_domain::time::Timestamp;
use manyhands_verify::{Seen, Source, Wanted};

/// What was asked.
#[derive(Debug, Default)]
struct Arguments {
    log: String,
    vkey: PathBuf,
    seen: Vec<PathBuf>,
    json: bool,
    balances: bool,
    balances_at: Option<u64>,
    policy: Option<PathBuf>,
    note: Option<PathBuf>,
    openings: Vec<PathBuf>,
}

/// How a check ended, where it came to an end.
#[derive(Clone, Copy, Debug)]
enum Found {
    /// Everything holds.
    Holds,
    /// Something does not.
    Fails,
    /// All holds, and something that was given to be counted belongs to no vote of the log: what was asked was not answered.
    Unused,
}

impl Found {
    fn of(holds: bool) -> Found {
        if holds { Found::Holds } else { Found::Fails }
    }

    fn code(self) -> u8 {
        match self {
            Found::Holds => 0,
            Found::Fails => 1,
            Found::Unused => 2,
        }
    }
}

/// What is done instead of checking.
enum Asked {
    Check(Arguments),
    Help,
    Version,
}

fn main() -> ExitCode {
    let mut failed = false;
    let mut fail = |text: String| {
        failed = true;
        (text, 2)
    };
    let (text, code) = match parse() {
        Ok(Asked::Check(arguments)) => match check(&arguments) {
            Ok((text, found)) => (text, found.code()),
            Err(text) => fail(format!("{text}\n")),
        },
        Ok(Asked::Help) => (HELP.to_owned(), 0),
        Ok(Asked::Version) => (format!("manyhands-verify {}\n", env!("CARGO_PKG_VERSION")), 0),
        Err(error) => fail(format!("{error}\n\n{HELP}")),
    };
    // Nobody to tell if the terminal is gone; the exit code still says it.
    let _ = if failed { io::stderr().write_all(text.as_bytes()) } else { io::stdout().write_all(text.as_bytes()) };
    ExitCode::from(code)
}

fn parse() -> Result<Asked, lexopt::Error> {
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("vkey") => arguments.vkey = parser.value()?.into(),
            Long("seen") => arguments.seen.push(parser.value()?.into()),
            Long("json") => arguments.json = true,
            Long("balances") => arguments.balances = true,
            Long("balances-at") => arguments.balances_at = Some(parser.value()?.parse()?),
            Long("note") => arguments.note = Some(parser.value()?.into()),
            Long("openings") => arguments.openings.push(parser.value()?.into()),
            Long("policy") => arguments.policy = Some(parser.value()?.into()),
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => return Ok(Asked::Version),
            Value(log) if arguments.log.is_empty() => arguments.log = log.string()?,
            other => return Err(other.unexpected()),
        }
    }
    if arguments.log.is_empty() || arguments.vkey.as_os_str().is_empty() {
        return Err("what to check and --vkey are needed".into());
    }
    Ok(Asked::Check(arguments))
}

fn check(arguments: &Arguments) -> Result<(String, Found), String> {
    let key = read_key(&arguments.vkey)?;
    if let Some(text) = receipt_text(Path::new(&arguments.log))? {
        let note = arguments.note.as_deref().map(read_note).transpose()?;
        return check_receipt(&text, note.as_deref(), &key).map(|(text, holds)| (text, Found::of(holds)));
    }
    if arguments.note.is_some() {
        return Err("--note goes with a receipt. Beside a log, give the note with --seen".to_owned());
    }
    let openings = arguments.openings.iter().map(|file| read_note(file)).collect::<Result<Vec<_>, _>>()?;
    let source = Source::open(&arguments.log).map_err(|absent| absent.to_string())?.with_documents(openings);
    let policy = arguments.policy.as_deref().map(read_policy).transpose()?;
    let mut wanted = Wanted { seen: Seen::default(), balances_at: arguments.balances_at, policy };
    let seen = &mut wanted.seen;
    for file in &arguments.seen {
        // A checkpoint key is named for the log's origin.
        seen.add_file(file, key.name()).map_err(|absent| absent.to_string())?;
    }
    if !arguments.seen.is_empty() && seen.is_empty() {
        return Err(format!("nothing of the log {} was found in what was given with --seen", key.name()));
    }
    let progress = Progress::new();
    let report = manyhands_verify::verify_source(&source, &key, &wanted, |read, size| progress.show(read, size));
    progress.clear();
    let report = report.map_err(|absent| absent.to_string())?;
    if let Some(size) = arguments.balances_at.filter(|size| *size > report.size) {
        return Err(format!("the log holds {} entries, not {size}: there are no balances after so many", report.size));
    }
    let mut text = if arguments.json { report.to_json() } else { report.to_text() };
    if let Some(words) = report.ahead_of(now()).filter(|_| !arguments.json) {
        text.push_str(&words);
    }
    if arguments.balances || arguments.balances_at.is_some() {
        text.push_str(&report.balances_csv());
    }
    let found = if report.holds() && report.strange > 0 { Found::Unused } else { Found::of(report.holds()) };
    Ok((text, found))
}

#[expect(clippy::disallowed_methods, reason = "only the sentence about a log that is dated ahead knows a clock")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_secs(since.ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or(0))
}

fn read_policy(file: &Path) -> Result<Policy, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    Policy::parse(&text).map_err(|error| format!("{} is no policy: {error}", file.display()))
}

/// The key in a file, or given as it is.
fn read_key(file: &Path) -> Result<VerifyingKey, String> {
    if let Some(key) = file.to_str().filter(|_| !file.exists()).and_then(|text| VerifyingKey::parse(text.trim()).ok()) {
        return Ok(key);
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    VerifyingKey::parse(text.trim()).map_err(|_| {
        format!(
            "{} holds no key of the form name+id+base64. The base64 may hold `+` itself: copy the whole line, up to its end",
            file.display()
        )
    })
}

/// The text of a file that begins like a receipt.
fn receipt_text(file: &Path) -> Result<Option<String>, String> {
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let is_receipt = bytes.starts_with(b"c2sp.org/tlog-proof");
    Ok(if is_receipt { String::from_utf8(bytes).ok() } else { None })
}

/// One entry, offline: is it in the log that the key signed? A bare receipt says so of the note beside it.
fn check_receipt(text: &str, note: Option<&[u8]>, key: &VerifyingKey) -> Result<(String, bool), String> {
    let receipt = match (BareReceipt::parse(text), note) {
        (Ok(bare), None) => return check_bare(&bare, key),
        (Ok(bare), Some(note)) => Ok(bare.beside(note)),
        (Err(_), note) => match Receipt::parse(text) {
            Ok(receipt) if note.is_some_and(|note| note != receipt.note) => {
                return Ok(("the receipt does NOT hold for this note: another entry's is in it\n".to_owned(), false));
            }
            receipt => receipt,
        },
    };
    let outcome = receipt.and_then(|receipt| Ok((receipt.index, receipt.verify(std::slice::from_ref(key))?.size)));
    Ok(match outcome {
        Ok((index, size)) => (format!("the receipt holds: entry {index} is in the signed log of {size} entries\n"), true),
        Err(error) => (format!("the receipt does NOT hold: {error}\n"), false),
    })
}

/// Without the note nobody can say of which entry it is: only its checkpoint can be wrong by itself.
fn check_bare(bare: &BareReceipt, key: &VerifyingKey) -> Result<(String, bool), String> {
    match Checkpoint::open(&bare.checkpoint, std::slice::from_ref(key)) {
        Ok(said) => Err(format!(
            "this is a bare receipt of entry {}. Its checkpoint of {} entries is signed by the key; of which entry it is, only the note says: \
             give it with --note, or hold both against the log with --seen",
            bare.index, said.size
        )),
        Err(_) => Ok(("the receipt does NOT hold: its checkpoint is not signed by this key\n".to_owned(), false)),
    }
}

fn read_note(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// A line that tells how far long work is; only on a terminal.
struct Progress {
    shown: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { shown: io::stderr().is_terminal() }
    }

    fn show(&self, read: u64, size: u64) {
        if !self.shown || size < LONG || !read.is_multiple_of(STEP) {
            return;
        }
        let done = usize::try_from(read * BAR / size).unwrap_or(0);
        let left = usize::try_from(BAR).unwrap_or(0).saturating_sub(done);
        let line = format!("\r[{}{}] {read} of {size} entries", "=".repeat(done), " ".repeat(left));
        // A bar that cannot be drawn is not missed.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn clear(&self) {
        if self.shown {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

const HELP: &str = "\
Checks a co-op's ledger without its server: bytes and signatures, the log, the books, the rules.

Usage: manyhands-verify LOG --vkey KEY [--seen FILE]... [--policy FILE] [--openings FILE]...
                       [--json | --balances | --balances-at SIZE]
       manyhands-verify RECEIPT --vkey KEY [--note FILE]

  LOG                 an exported folder, a .tar of one, or a server's log (https://.../log)
  RECEIPT             one entry's receipt (.tlog-proof)
  --vkey KEY          the co-op's public key, or a file that holds it: a checkpoint key that ever was. Have it from somebody you trust,
                      not from the server
  --note FILE         the note of a bare receipt's entry: one that goes without it proves nothing alone
  --seen FILE         what was seen of the log: an older checkpoint, a receipt (a bare one too), an entry's note, a mailbox, a folder
                      of mails, or any text with its footers; may be repeated
  --policy FILE       which witnesses must have cosigned the checkpoint (C2SP tlog-policy)
  --openings FILE     what opens the ballots of a closed vote, as members save it from its page: their tally is counted again; may be
                      repeated
  --json              one JSON object instead of lines
  --balances          the balances after the last entry too, as CSV
  --balances-at SIZE  the same after so many entries
  -h, --help          this text
  -V, --version       the version

Exit code: 0 all levels hold, 1 one fails (its first index is named), 2 something needed is absent or cannot be read, or what was given with
--openings belongs to no vote of the log.
";
/// Entries from which the work is long.
const LONG: u64 = 10_000;
const STEP: u64 = 2_560;
const BAR: u64 = 40;
