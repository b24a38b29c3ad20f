//! Who takes a result away: whoever works on its claim, whoever judges it, and the users of the client whose it is. To anybody else it
//! is not there.

use std::io::{self, BufReader, Write};
use std::time::Duration;

use manyhands_domain::external::{Given, Kind};
use manyhands_domain::ids::{ClaimId, ContractId};
use manyhands_domain::results::to_json_line;
use manyhands_store::claims;
use manyhands_store::external::{self as rows, Taken};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
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

/// A ZIP as it is made.
#[derive(Debug)]
pub struct Zip(pub DuplexStream);

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
/// The same bytes for the same state; made as it is sent, so that no size is too large.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `results-busy` while others are taken away.
pub async fn zip(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Zip, Error> {
    find_own(deps, by, id).await?;
    let turn = downloads::packing(deps, by).await?;
    let mut answers = Lines::beside(deps)?;
    results::list(deps, by, id, |row| answers.push(&to_json_line(&row))).await?;
    let answers = answers.finish()?.file.into_std().await;
    let mut taken = Vec::new();
    loop {
        let after = taken.last().map_or("", |last: &Taken| last.sha256.as_str());
        let page = rows::list_taken(&deps.db.read(), id, after, FILES_A_PAGE).await?;
        if page.is_empty() {
            break;
        }
        taken.extend(page);
    }
    // What is missing is found before the first byte is sent.
    if let Some(gone) = deps.files.find_missing(taken.iter().map(|taken| taken.sha256.clone()).collect()).await? {
        return Err(Error::broken(format!("the result {gone} is not where files lie")));
    }
    let (reader, writer) = duplex(BUFFER);
    let (files, out) = (deps.files.clone(), Bridge { writer, runtime: Handle::current(), _turn: turn });
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(&files, out, answers, &taken) {
            tracing::warn!(%error, "a ZIP of results was not sent to its end");
        }
    });
    Ok(Zip(reader))
}

fn write(files: &Files, out: Bridge, answers: std::fs::File, taken: &[Taken]) -> io::Result<()> {
    let runtime = out.runtime.clone();
    let mut zip = ZipWriter::new_stream(out);
    let options =
        |method| SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default()).unix_permissions(0o644);
    // More than four gigabytes of lines are beyond any contract, and take a form of their own.
    zip.start_file("results.jsonl", options(CompressionMethod::Deflated).large_file(true))?;
    io::copy(&mut BufReader::new(answers), &mut zip)?;
    for one in taken {
        let method = if one.kind == Kind::Zip.word() { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(format!("files/{}.{}", one.sha256, Kind::ending(&one.kind)), options(method))?;
        let mut file = runtime.block_on(files.open(&one.sha256, Size::Whole))?.ok_or(io::ErrorKind::NotFound)?;
        let mut piece = vec![0; BUFFER];
        loop {
            let read = runtime.block_on(file.read(&mut piece))?;
            let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { break };
            zip.write_all(read)?;
        }
    }
    zip.finish()?.into_inner().end()
}

/// Writes from a thread of its own what somebody reads at their own pace.
struct Bridge {
    writer: DuplexStream,
    runtime: Handle,
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
        self.runtime.block_on(self.writer.shutdown())
    }
}

const READER_WAIT: Duration = Duration::from_secs(120);
const FILES_A_PAGE: u64 = 1_000;
const BUFFER: usize = 65_536;
