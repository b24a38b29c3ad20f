//! Who takes a result away: whoever works on its claim, whoever judges it, and the users of the client whose it is. To anybody else it
//! is not there.

use std::io::{self, BufReader, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use manyhands_domain::external::{Given, Kind};
use manyhands_domain::ids::{ClaimId, ContractId};
use manyhands_domain::results::to_json_line;
use manyhands_store::claims;
use manyhands_store::external::{self as rows, Taken};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::runtime::Handle;
use tokio::time::timeout;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::actions::claims::{answers_of, form_of};
use crate::actions::contracts::find_own;
use crate::actions::files::is_with_its_member;
use crate::actions::results::Lines;
use crate::actions::reviews::{self, Judging};
use crate::actions::rights::{ClientUser, Member, SignedIn};
use crate::actions::{Claim, Error, downloads, results};
use crate::deps::Deps;
use crate::files::{Files, Opened, Size};
use crate::turns::Turn;

/// A file to be sent, as a file and never as a page.
#[derive(Debug)]
pub struct Download {
    /// As the tool or the member called it.
    pub name: String,
    /// It.
    pub file: Opened,
    /// Held while it is sent.
    pub turn: Turn,
}

/// A ZIP as it is made. What breaks off in the middle ends in an error, so that nobody takes a part of it for all.
#[derive(Debug)]
pub struct Zip {
    reader: DuplexStream,
    is_whole: Arc<AtomicBool>,
}

impl AsyncRead for Zip {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        ready!(Pin::new(&mut self.reader).poll_read(cx, buffer))?;
        let ended = room > 0 && buffer.filled().len() == before;
        if ended && !self.is_whole.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        Poll::Ready(Ok(()))
    }
}

/// The result of a claim that is with this member.
///
/// # Errors
/// [`Error::NotFound`] for anybody else, and once the claim is accepted, left or run out.
pub async fn of_claim(deps: &Deps, by: &Member, id: &ClaimId) -> Result<Download, Error> {
    let claim = claims::find_claim(&deps.db.read(), id).await?;
    let theirs = claim.filter(|claim| claim.member_id == by.id().as_str() && is_with_its_member(claim, deps.clock.now().secs()));
    let file = rows::find_result(&deps.db.read(), &theirs.ok_or(Error::NotFound)?.id).await?.ok_or(Error::NotFound)?;
    open(deps, by, &file.sha256, file.name).await
}

/// The result that was handed in with work which this judge may see.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's, and where another came since.
pub async fn of_review(deps: &Deps, by: &Judging, id: &ClaimId) -> Result<Download, Error> {
    let claim = reviews::find(deps, by, id).await?;
    if !reviews::may_look(by, &claim) {
        return Err(Error::NotFound);
    }
    let file = find_taken(deps, &claim).await?.ok_or(Error::NotFound)?;
    open(deps, by.who(), &file.sha256, file.name).await
}

/// The result that stands in a claim's answer, while it is kept.
///
/// # Errors
/// When the database fails, or a row is damaged.
pub async fn find_taken(deps: &Deps, claim: &Claim) -> Result<Option<Given>, Error> {
    let form = form_of(claim)?;
    let Some((question, _)) = form.external() else { return Ok(None) };
    let Some(given) = answers_of(claim)?.get(&question.name).and_then(Given::of_value) else { return Ok(None) };
    let kept = rows::find_result(&deps.db.read(), &claim.id).await?;
    Ok(kept.filter(|kept| kept.sha256 == given.sha256).map(|_| given))
}

/// A file of the accepted answers to a client's contract, by its hash.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and once it is deleted.
pub async fn of_contract(deps: &Deps, by: &ClientUser, id: &ContractId, sha256: &str) -> Result<Download, Error> {
    find_own(deps, by, id).await?;
    let taken = rows::find_taken(&deps.db.read(), id, sha256).await?.ok_or(Error::NotFound)?;
    open(deps, by, &taken.sha256, taken.name).await
}

async fn open(deps: &Deps, by: &SignedIn, sha256: &str, name: String) -> Result<Download, Error> {
    let turn = downloads::turn(deps, by).await?;
    let file = deps.files.open(sha256, Size::Whole).await?;
    let file = file.ok_or_else(|| Error::broken(format!("the result {sha256} is not where files lie")))?;
    Ok(Download { name, file, turn })
}

/// The accepted answers to a client's contract with every file in them: `results.jsonl`, and each file once as `files/<sha256>.<ending>`.
/// The same bytes for the same state; made as it is sent, so that no size is too large and nobody waits for its beginning.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `results-busy` while others are taken away; where one of the first files is missing.
pub async fn zip(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Zip, Error> {
    find_own(deps, by, id).await?;
    let turn = downloads::packing(deps, by).await?;
    // A store that is away, or was emptied, is said on a page. Each file that comes later is looked for as it is sent.
    let first = rows::list_taken(&deps.db.read(), id, "", LOOKED_FOR).await?;
    if let Some(gone) = deps.files.find_missing(first.into_iter().map(|taken| taken.sha256).collect()).await? {
        return Err(gone_missing(&gone));
    }
    let (reader, writer) = duplex(BUFFER);
    let is_whole = Arc::new(AtomicBool::new(false));
    let out = Bridge { writer, runtime: Handle::current(), is_whole: is_whole.clone(), _turn: turn };
    let (deps, by, id) = (deps.clone(), by.clone(), id.clone());
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(&deps, &by, &id, out) {
            tracing::warn!(%error, "a ZIP of results was not sent to its end");
        }
    });
    Ok(Zip { reader, is_whole })
}

fn gone_missing(sha256: &str) -> Error {
    Error::broken(format!("the result {sha256} is not where files lie"))
}

fn write(deps: &Deps, by: &ClientUser, id: &ContractId, out: Bridge) -> Result<(), Error> {
    let runtime = out.runtime.clone();
    let mut zip = ZipWriter::new_stream(out);
    let options =
        |method| SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default()).unix_permissions(0o644);
    // More than four gigabytes of lines are beyond any contract, and take a form of their own. The head goes before any is read.
    zip.start_file("results.jsonl", options(CompressionMethod::Deflated).large_file(true)).map_err(io::Error::from)?;
    let mut answers = Lines::beside(deps)?;
    runtime.block_on(results::list(deps, by, id, |row| answers.push(&to_json_line(&row))))?;
    let answers = runtime.block_on(answers.finish()?.file.into_std());
    io::copy(&mut BufReader::new(answers), &mut zip)?;
    let mut after = String::new();
    loop {
        let page = runtime.block_on(rows::list_taken(&deps.db.read(), id, &after, FILES_A_PAGE))?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.sha256);
        for one in &page {
            let method = if one.kind == Kind::Zip.word() { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            let name = format!("files/{}.{}", one.sha256, Kind::ending(&one.kind));
            zip.start_file(name, options(method)).map_err(io::Error::from)?;
            copy(&runtime, &deps.files, one, &mut zip)?;
        }
    }
    Ok(zip.finish().map_err(io::Error::from)?.into_inner().end()?)
}

fn copy(runtime: &Handle, files: &Files, one: &Taken, out: &mut impl Write) -> Result<(), Error> {
    let mut file = runtime.block_on(files.open(&one.sha256, Size::Whole))?.ok_or_else(|| gone_missing(&one.sha256))?;
    let mut piece = vec![0; BUFFER];
    loop {
        let read = runtime.block_on(file.read(&mut piece))?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { return Ok(()) };
        out.write_all(read)?;
    }
}

/// Writes from a thread of its own what somebody reads at their own pace.
struct Bridge {
    writer: DuplexStream,
    runtime: Handle,
    /// Set at the end.
    is_whole: Arc<AtomicBool>,
    /// Held while somebody reads.
    _turn: Turn,
}

impl Write for Bridge {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Bridge { writer, runtime, .. } = self;
        // Whoever reads nothing for so long has gone.
        let wait = async { timeout(READER_WAIT, writer.write(bytes)).await.map_err(|_| io::ErrorKind::TimedOut)? };
        runtime.block_on(wait)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Bridge {
    fn end(mut self) -> io::Result<()> {
        self.is_whole.store(true, Ordering::Release);
        self.runtime.block_on(self.writer.shutdown())
    }
}

const READER_WAIT: Duration = Duration::from_secs(120);
const FILES_A_PAGE: u64 = 1_000;
/// Files that are looked for before anything is sent: one round of what is asked at once.
const LOOKED_FOR: u64 = 8;
const BUFFER: usize = 65_536;
