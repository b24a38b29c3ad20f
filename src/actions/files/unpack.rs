//! A ZIP of pictures, or one picture, made ready beside the others: entry by entry, one in memory at a time.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use manyhands_domain::files::{
    MOST_ENTRIES, MOST_RATIO, PICTURE_BYTES, SMALL_BYTES, UNPACKED_BYTES, check_room, is_passed_over, is_zip, item_id, shown,
};
use manyhands_domain::pictures::{Fault, strip};
use manyhands_domain::refusal::Refusal;
use manyhands_pictures::{self as pictures, FIRST};
use manyhands_store::files as rows;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

use crate::actions::Error;
use crate::files::{Size, Stage};
use crate::looking::Look;

/// What is to be unpacked, and where to.
pub(super) struct Task {
    pub(super) upload: File,
    /// The same, opened once more: a ZIP is read at two places in turn.
    pub(super) again: File,
    /// As its sender calls it.
    pub(super) name: String,
    pub(super) stage: Stage,
    /// Bytes that the contract may keep in all: no more is made ready.
    pub(super) most: u64,
    pub(super) decoding: Arc<Semaphore>,
    /// Told how far it is.
    pub(super) look: Look,
    /// Set when nobody waits any more.
    pub(super) stopped: Arc<AtomicBool>,
}

/// Pictures that lie ready.
pub(super) struct Unpacked {
    pub(super) pictures: Vec<Ready>,
    /// Until they are put in their place.
    pub(super) stage: Option<Stage>,
}

/// A picture that lies ready.
pub(super) struct Ready {
    /// The item's.
    pub(super) id: String,
    pub(super) file: rows::File,
}

impl Task {
    /// All of them.
    ///
    /// # Errors
    /// At most twenty refusals, each naming its file.
    pub(super) fn run(mut self, runtime: &Handle) -> Result<Unpacked, Error> {
        let mut head = Vec::new();
        self.upload.by_ref().take(16).read_to_end(&mut head)?;
        self.upload.rewind()?;
        let pictures = if is_zip(&head) { self.zip(runtime)? } else { vec![self.single(runtime)?] };
        self.stage.sync()?;
        Ok(Unpacked { pictures, stage: Some(self.stage) })
    }

    fn single(&mut self, runtime: &Handle) -> Result<Ready, Error> {
        // Browsers of old send the path with it.
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let id = item_id(&name)?;
        let mut bytes = Vec::new();
        self.upload.by_ref().take(PICTURE_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > PICTURE_BYTES {
            return Err(heavy(&name).into());
        }
        self.ready(id, &name, &bytes, runtime)
    }

    fn zip(&mut self, runtime: &Handle) -> Result<Vec<Ready>, Error> {
        let directory = self.again.try_clone()?;
        let mut archive = ZipIterable::try_new(BufReader::new(directory), Config::default()).map_err(|_| unreadable())?;
        if archive.len() > MOST_ENTRIES {
            return Err(refuse("files-too-many").with("most", MOST_ENTRIES as u64).into());
        }
        // First every name and size, as the directory at the end says them; nothing is unpacked of a ZIP with a fault there.
        let mut refusals = Vec::new();
        let mut directory = Directory::default();
        let entries = archive.files().map_err(|_| unreadable())?;
        let mut read = Vec::new();
        for entry in entries.by_ref() {
            let entry = entry.map_err(|_| unreadable())?;
            match directory.look(&entry) {
                Ok(Some(id)) => read.push(id),
                Ok(None) => read.push(String::new()),
                Err(refusal) => refusals.push(refusal),
            }
            if refusals.len() >= ERRORS_SHOWN {
                break;
            }
        }
        if refusals.is_empty() && directory.pictures == 0 {
            refusals.push(refuse("files-none"));
        }
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        self.look.expect(directory.pictures);
        self.unpack(&mut archive, read, runtime)
    }

    /// The second time round, with the ids that were found in the first.
    fn unpack(&mut self, archive: &mut ZipIterable<BufReader<File>>, ids: Vec<String>, runtime: &Handle) -> Result<Vec<Ready>, Error> {
        let (mut ready, mut refusals, mut unpacked) = (Vec::new(), Vec::new(), 0_u64);
        let mut body = BufReader::new(self.upload.try_clone()?);
        let entries = archive.files().map_err(|_| unreadable())?;
        for id in ids {
            let entry = entries.next().ok_or_else(unreadable)?.map_err(|_| unreadable())?;
            if id.is_empty() {
                continue;
            }
            if self.stopped.load(Ordering::Relaxed) {
                return Err(Error::broken("nobody waits for the pictures any more"));
            }
            match contents(entry, &id, &mut body) {
                Ok(bytes) => {
                    unpacked = unpacked.saturating_add(bytes.len() as u64);
                    if unpacked > UNPACKED_BYTES {
                        return Err(refuse("files-bomb").with("file", shown(&id)).into());
                    }
                    match self.ready(id.clone(), &id, &bytes, runtime) {
                        Ok(picture) => ready.push(picture),
                        Err(Error::Refused(mut found)) => refusals.append(&mut found),
                        Err(error) => return Err(error),
                    }
                    self.look.step();
                }
                Err(Error::Refused(mut found)) => refusals.append(&mut found),
                Err(error) => return Err(error),
            }
            if refusals.len() >= ERRORS_SHOWN {
                break;
            }
        }
        if refusals.is_empty() { Ok(ready) } else { Err(refusals.into()) }
    }

    /// Looks at a picture, takes out what it tells, and puts it beside the others with its first view.
    fn ready(&mut self, id: String, name: &str, bytes: &[u8], runtime: &Handle) -> Result<Ready, Error> {
        if is_zip(bytes) {
            return Err(refuse("files-nested").with("file", shown(name)).into());
        }
        let fault = |fault: Fault| Error::from(fault.refusal(&shown(name)));
        let kept = strip(bytes).map_err(fault)?;
        let size = kept.bytes.len() as u64;
        let sha256 = hex::encode(Sha256::digest(&kept.bytes));
        let view = {
            let _turn = runtime.block_on(self.decoding.acquire()).map_err(Error::broken)?;
            let decoded = pictures::decode(kept.kind, &kept.bytes).map_err(fault)?;
            if FIRST.holds(kept.width, size) { None } else { Some(decoded.shrink(FIRST).map_err(fault)?) }
        };
        check_room(self.stage.bytes(), size, self.most)?;
        self.stage.put(&sha256, Size::Whole, &kept.bytes)?;
        if let Some(view) = &view {
            self.stage.put(&sha256, Size::Copy(FIRST.width), view)?;
        }
        let count = |bytes: u64| i64::try_from(bytes).map_err(Error::broken);
        let file = rows::File {
            sha256,
            kind: kept.kind.word().to_owned(),
            width: kept.width.into(),
            height: kept.height.into(),
            bytes: count(size)?,
            view_bytes: count(view.map_or(size, |view| view.len() as u64))?,
        };
        Ok(Ready { id, file })
    }
}

/// What the directory of a ZIP said so far.
#[derive(Default)]
struct Directory {
    ids: BTreeSet<String>,
    pictures: u64,
    unpacked: u64,
}

impl Directory {
    /// The id of an entry that is to be unpacked; nothing for one that is passed over.
    fn look(&mut self, entry: &ZipFileEntry<'_>) -> Result<Option<String>, Refusal> {
        let name = entry.name().map_err(|_| refuse("files-name-unfit").with("file", shown(&String::from_utf8_lossy(entry.name_raw()))))?;
        if is_passed_over(&name) && !name.contains("..") {
            return Ok(None);
        }
        let id = item_id(&name)?;
        let about = |code: &'static str| refuse(code).with("file", shown(&name));
        if entry.encrypted() {
            return Err(about("files-encrypted"));
        }
        if entry.is_symlink() {
            return Err(about("files-other"));
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(about("files-packed"));
        }
        if entry.size() > SMALL_BYTES && entry.size() / MOST_RATIO > entry.compressed_size() {
            return Err(about("files-bomb"));
        }
        if entry.size() > PICTURE_BYTES {
            return Err(heavy(&name));
        }
        self.unpacked = self.unpacked.saturating_add(entry.size());
        if self.unpacked > UNPACKED_BYTES {
            return Err(about("files-bomb"));
        }
        if !self.ids.insert(id.clone()) {
            return Err(about("files-twice"));
        }
        self.pictures += 1;
        Ok(Some(id))
    }
}

/// An entry unpacked: never more than it said, nor than a picture may have.
fn contents(entry: ZipFileEntry<'_>, name: &str, body: &mut BufReader<File>) -> Result<Vec<u8>, Error> {
    let broken = || Error::from(refuse("files-zip-entry").with("file", shown(name)));
    let said = entry.size().min(PICTURE_BYTES);
    let file = entry.with_reader(body, ZipReadOptions::new()).map_err(|_| broken())?;
    let mut bytes = Vec::new();
    match file.take(said + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > said => Err(refuse("files-bomb").with("file", shown(name)).into()),
        Ok(_) => Ok(bytes),
        // The check of an entry, or its packing: what failed on the disk is not of this kind.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other
            ) =>
        {
            Err(broken())
        }
        Err(error) => Err(error.into()),
    }
}

fn unreadable() -> Error {
    refuse("files-zip").into()
}

fn heavy(name: &str) -> Refusal {
    refuse("files-heavy").with("file", shown(name)).with("most", PICTURE_BYTES / 1_000_000)
}

fn refuse(code: &'static str) -> Refusal {
    Refusal::new(code).field("items")
}

const ERRORS_SHOWN: usize = 20;
