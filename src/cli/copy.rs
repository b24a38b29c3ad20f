//! A whole copy of a database, looked through at every level before anybody trusts it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::time::Timestamp;
use manyhands_store::{Db, ledger};

use super::progress::Bar;
use super::say;
use crate::actions::receipts::Openings;
use crate::actions::{projection, receipts, server_keys};

/// What a copy holds.
pub(super) struct Looked {
    /// Entries.
    pub(super) size: u64,
    /// When the last was recorded.
    pub(super) last_at: Timestamp,
}

/// Looks through everything: the file, the rows beside the notes, and the ledger as `manyhands-verify` sees it. `scratch` is
/// a folder on the disk where there is room for the log once more.
pub(super) async fn look_through(db: &Db, scratch: &Path) -> Result<Looked> {
    db.check_integrity().await?;
    let mut bar = Bar::new("entries");
    let agreed = match projection::check_all(db, &mut |done, of| bar.show(done, of)).await? {
        Ok(agreed) => agreed,
        Err(difference) => bail!("what this copy keeps beside the signed notes is not what they give: {difference}"),
    };
    let place = tempfile::tempdir_in(scratch).context("there is no room to look through the copy")?;
    let out = place.path().join("log");
    let size = receipts::export_from(db, &out, Openings::ForMembers).await?;
    verify(&out, &vkey(db).await?)?;
    let head = ledger::stored_head(&db.read()).await?.context("this copy holds no co-op")?;
    if size != agreed.checked.size {
        bail!("this copy changed while it was looked through");
    }
    Ok(Looked { size, last_at: Timestamp::from_secs(head.last_at) })
}

/// The checkpoint key in force, from the ledger itself.
pub(super) async fn vkey(db: &Db) -> Result<VerifyingKey> {
    let size = ledger::head(&db.read()).await?.size;
    server_keys::ring(&db.read()).await?.checkpoint_keys(size).pop().context("no checkpoint key is in force")
}

/// Verifies a log folder at every level; its size.
pub(super) fn verify(folder: &Path, vkey: &VerifyingKey) -> Result<u64> {
    say("Verifying the ledger, every signature.");
    let report = manyhands_verify::verify(folder, vkey)?;
    if report.holds() {
        return Ok(report.size);
    }
    let failed = (1..).zip(&report.failures).filter_map(|(level, failure)| failure.as_ref().map(|failure| (level, failure)));
    let words: Vec<String> = failed.map(|(level, failure)| format!("level {level} fails at {}: {}", failure.at, failure.why)).collect();
    bail!("the ledger does not verify: {}", words.join("; "))
}
