//! All files of a co-op from the data folder into its object store, or back. Each is held against its hash where it is taken and where
//! it is brought, and leaves only then: cut short, the rest moves the next time. Smaller copies are made again when they are missing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::bucket::Bucket;
use super::folder::{self, make_folder, place};
use super::{Files, INCOMING, Opened, Size, blocking, each};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the data folder into the object store.
    Out,
    /// From the object store into the data folder.
    Back,
}

/// What became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Brought there now.
    pub brought: u64,
    /// There before, and found whole.
    pub there: u64,
    /// Bytes brought.
    pub bytes: u64,
    /// Not what their hashes say, by these: they stay where they are.
    pub damaged: Vec<String>,
}

/// What became of one.
enum Outcome {
    Brought(u64),
    There,
    Damaged(String),
    /// Copies of a file that is gone.
    Rest,
}

/// Moves all of them; with `keep` they stay where they were as well. `told` hears how far it is.
///
/// # Errors
/// When the disk or the object store fails: what was moved until then is moved. When there is no object store.
pub async fn move_all(files: &Files, way: Way, keep: bool, mut told: impl FnMut(u64, u64)) -> io::Result<Moved> {
    let bucket = files.bucket().cloned().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?;
    let home = files.folder.clone();
    let hashes = match way {
        Way::Out => {
            let home = home.clone();
            blocking(move || folder::list(&home)).await?
        }
        Way::Back => bucket.list().await?,
    };
    let (mut moved, mut done, all) = (Moved::default(), 0, hashes.len() as u64);
    told(0, all);
    let one = |hash: String| {
        let (home, bucket) = (home.clone(), bucket.clone());
        async move { move_one(&home, &bucket, hash, way, keep).await }
    };
    each(hashes, one, |outcome| {
        match outcome {
            Outcome::Brought(bytes) => {
                moved.brought += 1;
                moved.bytes = moved.bytes.saturating_add(bytes);
            }
            Outcome::There => moved.there += 1,
            Outcome::Damaged(hash) => moved.damaged.push(hash),
            Outcome::Rest => {}
        }
        done += 1;
        told(done, all);
        Ok(())
    })
    .await?;
    moved.damaged.sort();
    Ok(moved)
}

async fn move_one(home: &Path, bucket: &Bucket, hash: String, way: Way, keep: bool) -> io::Result<Outcome> {
    let there = match way {
        Way::Out => bucket.open(&hash, Size::Whole).await?,
        Way::Back => folder::open(home, &hash, Size::Whole).await?,
    };
    let whole_there = match there {
        Some(opened) => hash_of(opened).await? == hash,
        None => false,
    };
    let outcome = if whole_there {
        Outcome::There
    } else {
        match way {
            Way::Out => put_out(home, bucket, &hash).await?,
            Way::Back => take_back(home, bucket, &hash).await?,
        }
    };
    if keep || matches!(outcome, Outcome::Damaged(_)) {
        return Ok(outcome);
    }
    match way {
        Way::Out => {
            let home = home.to_owned();
            blocking(move || folder::remove(&home, &hash)).await?;
        }
        Way::Back => {
            // What an earlier run brought may have been cut off before it was on the disk.
            if matches!(outcome, Outcome::There) {
                keep_on_disk(home, place(home, &hash)).await?;
            }
            bucket.remove(&hash).await?;
        }
    }
    Ok(outcome)
}

async fn put_out(home: &Path, bucket: &Bucket, hash: &str) -> io::Result<Outcome> {
    let Some(opened) = folder::open(home, hash, Size::Whole).await? else { return Ok(Outcome::Rest) };
    let bytes = opened.bytes();
    if hash_of(opened).await? != hash {
        return Ok(Outcome::Damaged(hash.to_owned()));
    }
    bucket.put(hash, Size::Whole, &place(home, hash)).await?;
    check(bucket.open(hash, Size::Whole).await?, hash).await?;
    Ok(Outcome::Brought(bytes))
}

async fn take_back(home: &Path, bucket: &Bucket, hash: &str) -> io::Result<Outcome> {
    let Some(mut opened) = bucket.open(hash, Size::Whole).await? else { return Ok(Outcome::Rest) };
    let bytes = opened.bytes();
    let beside = Beside::new(home, hash).await?;
    let mut file = tokio::fs::File::create(&beside.0).await?;
    let (mut sum, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = opened.read(&mut piece).await?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { break };
        sum.update(read);
        file.write_all(read).await?;
    }
    file.sync_all().await?;
    if hex::encode(sum.finalize()) != hash {
        return Ok(Outcome::Damaged(hash.to_owned()));
    }
    let place = place(home, hash);
    let from = beside.0.clone();
    let settled = place.clone();
    blocking(move || {
        make_folder(settled.parent().unwrap_or(&settled))?;
        fs::rename(&from, &settled)
    })
    .await?;
    keep_on_disk(home, place).await?;
    check(folder::open(home, hash, Size::Whole).await?, hash).await?;
    Ok(Outcome::Brought(bytes))
}

/// The bytes of a file, its name and its folder's are on the disk: only then may the other copy go.
async fn keep_on_disk(home: &Path, place: PathBuf) -> io::Result<()> {
    let home = home.to_owned();
    blocking(move || {
        fs::File::open(&place)?.sync_all()?;
        fs::File::open(place.parent().unwrap_or(&place))?.sync_all()?;
        fs::File::open(&home)?.sync_all()
    })
    .await
}

/// Whether what was brought is what it should be.
async fn check(opened: Option<Opened>, hash: &str) -> io::Result<()> {
    let is_same = match opened {
        Some(opened) => hash_of(opened).await? == hash,
        None => false,
    };
    let changed = || io::Error::new(io::ErrorKind::InvalidData, format!("{hash} was brought there, and is not what it was"));
    is_same.then_some(()).ok_or_else(changed)
}

async fn hash_of(mut opened: Opened) -> io::Result<String> {
    let (mut sum, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = opened.read(&mut piece).await?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { return Ok(hex::encode(sum.finalize())) };
        sum.update(read);
    }
}

/// A file that is being written: gone when this is dropped, if it was not renamed.
struct Beside(PathBuf);

impl Beside {
    async fn new(home: &Path, hash: &str) -> io::Result<Beside> {
        let folder = home.join(INCOMING);
        blocking(move || make_folder(&folder)).await?;
        Ok(Beside(home.join(INCOMING).join(format!("{hash}.moving"))))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Renamed, it is not there; left behind, it is swept at the next start.
        let _ = fs::remove_file(&self.0);
    }
}

const PIECE: usize = 65_536;
