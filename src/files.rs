//! Files of tasks and results, by the SHA-256 of their bytes. Whole or not there: received beside the data folder's other files, and
//! put in their place when they are whole, which is the data folder or an object store. The only place that knows where they lie; what
//! they are and who may see them is not known here.

pub mod bucket;
mod folder;
pub mod moving;
mod opened;
mod received;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

use self::bucket::Bucket;
use self::folder::{make_folder, name};
pub use self::opened::Opened;
pub use self::received::{Incoming, Stage};
use crate::looking::Looking;
use crate::random::Random;
use crate::turns::Turns;

/// How much is kept, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes that one contract may keep.
    pub contract_bytes: u64,
    /// Days after the last piece of a batch was accepted, or its contract ended.
    pub keep_days: i64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { contract_bytes: 10_000_000_000, keep_days: 30 }
    }
}

/// The files of a co-op.
#[derive(Debug)]
pub struct Files {
    /// Where they lie, and where they are received in any case.
    folder: PathBuf,
    /// Where they lie instead, if the settings name one.
    bucket: Option<Bucket>,
    limits: Limits,
    fetching: Arc<Semaphore>,
    decoding: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    looking: Looking,
    results: Turns,
    downloads: Turns,
    packing: Turns,
}

/// What became of files that were to be removed.
#[derive(Debug, Default)]
pub struct Removed {
    /// Those that are gone, or were not there.
    pub gone: Vec<String>,
    /// Why another one may still be there: the first reason of all.
    pub failed: Option<io::Error>,
}

/// Which of the bytes under a hash are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As kept.
    Whole,
    /// A copy of this width.
    Copy(u32),
}

/// The object store does not answer, or not as it should: nothing can be brought there or read from there now. Inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("the object store: {0}")]
pub struct Away(pub String);

/// Whether it is the object store that failed.
#[must_use]
pub fn is_away(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Away>())
}

impl Files {
    /// The files below a data folder, which are made when the first one comes.
    #[must_use]
    pub fn below(data: &Path, limits: Limits) -> Files {
        let [fetching, decoding, reading] = [FETCHED_AT_ONCE, DECODED_AT_ONCE, READ_AT_ONCE].map(|most| Arc::new(Semaphore::new(most)));
        let [results, downloads, packing] = [RESULTS_AT_ONCE, DOWNLOADS_AT_ONCE, PACKED_AT_ONCE].map(Turns::new);
        let looking = Looking::default();
        Files { folder: data.join("files"), bucket: None, limits, fetching, decoding, reading, looking, results, downloads, packing }
    }

    /// The files in an object store; what is received lies below the data folder until it is whole.
    #[must_use]
    pub fn in_bucket(data: &Path, limits: Limits, bucket: Bucket) -> Files {
        Files { bucket: Some(bucket), ..Files::below(data, limits) }
    }

    /// Where they lie, if that is an object store.
    #[must_use]
    pub fn bucket(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
    }

    /// How much is kept, and how long.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Uploads that are being looked through.
    #[must_use]
    pub fn looking(&self) -> &Looking {
        &self.looking
    }

    /// Bounds the results that other tools send at once.
    #[must_use]
    pub fn results(&self) -> &Turns {
        &self.results
    }

    /// Bounds the files that are taken away at once.
    #[must_use]
    pub fn downloads(&self) -> &Turns {
        &self.downloads
    }

    /// Bounds the ZIPs that are made at once.
    #[must_use]
    pub fn packing(&self) -> &Turns {
        &self.packing
    }

    /// Bounds the pictures that are fetched to be decoded: each lies in memory until its turn comes.
    #[must_use]
    pub fn fetching(&self) -> Arc<Semaphore> {
        self.fetching.clone()
    }

    /// Bounds the pictures that are decoded at once: each takes up to two hundred megabytes.
    #[must_use]
    pub fn decoding(&self) -> Arc<Semaphore> {
        self.decoding.clone()
    }

    /// Bounds the tables that are read and checked at once: each takes several times its bytes, and a core.
    #[must_use]
    pub fn reading(&self) -> Arc<Semaphore> {
        self.reading.clone()
    }

    /// A file to receive into.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn receive(&self, random: &Random) -> io::Result<Incoming> {
        let path = self.fresh(random)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Incoming { path, file: tokio::fs::File::from_std(file) })
    }

    /// A file without a name, for what is made, sent once and gone with its handle.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn scratch(&self, random: &Random) -> io::Result<File> {
        let path = self.fresh(random)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        fs::remove_file(&path)?;
        Ok(file)
    }

    /// A place where files wait until what they belong to is certain.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn stage(&self, random: &Random) -> io::Result<Stage> {
        let path = self.fresh(random)?;
        make_folder(&path)?;
        Ok(Stage { path, names: Vec::new(), bytes: 0, stays: self.bucket.is_none() })
    }

    /// Puts everything of a stage in its place. What is there already is the same.
    ///
    /// # Errors
    /// When it cannot be put there, or the object store is away. Some may then be in its place: it is removed like whatever nobody
    /// keeps.
    pub async fn settle(&self, stage: Stage) -> io::Result<()> {
        let Some(bucket) = &self.bucket else {
            let home = self.folder.clone();
            return blocking(move || folder::settle(&home, &stage)).await;
        };
        let put = |(sha256, size): (String, Size)| {
            let (bucket, path) = (bucket.clone(), stage.path.join(name(&sha256, size)));
            async move { bucket.put(&sha256, size, &path).await }
        };
        each(stage.names.iter().cloned(), put, |()| Ok(())).await
    }

    /// Opens a file for reading, if it is there.
    ///
    /// # Errors
    /// When it is there and cannot be opened, or the object store is away.
    pub async fn open(&self, sha256: &str, size: Size) -> io::Result<Option<Opened>> {
        match &self.bucket {
            Some(bucket) => bucket.open(sha256, size).await,
            None => folder::open(&self.folder, sha256, size).await,
        }
    }

    /// The first of these files that is not there.
    ///
    /// # Errors
    /// As [`Files::open`].
    pub async fn find_missing(&self, hashes: Vec<String>) -> io::Result<Option<String>> {
        let look = |sha256: String| {
            let (folder, bucket) = (self.folder.clone(), self.bucket.clone());
            async move {
                let there = match &bucket {
                    Some(bucket) => bucket.holds(&sha256).await?,
                    None => folder::open(&folder, &sha256, Size::Whole).await?.is_some(),
                };
                Ok((!there).then_some(sha256))
            }
        };
        let mut missing: Option<String> = None;
        each(hashes, look, |found| {
            missing = found.into_iter().chain(missing.take()).min();
            Ok(())
        })
        .await?;
        Ok(missing)
    }

    /// Removes these files and every copy of them, as far as that can be done: one that cannot be removed keeps no other from going. Where
    /// several in a row cannot, the object store is away, and the rest is not tried.
    pub async fn remove(&self, hashes: &[String]) -> Removed {
        let remove = |sha256: String| {
            let (folder, bucket) = (self.folder.clone(), self.bucket.clone());
            async move {
                let done = match &bucket {
                    Some(bucket) => bucket.remove(&sha256).await,
                    None => {
                        let sha256 = sha256.clone();
                        blocking(move || folder::remove(&folder, &sha256)).await
                    }
                };
                Ok((sha256, done))
            }
        };
        let (mut removed, mut in_a_row) = (Removed::default(), 0);
        let ended = each(hashes.iter().cloned(), remove, |(sha256, done): (String, io::Result<()>)| match done {
            Ok(()) => {
                in_a_row = 0;
                removed.gone.push(sha256);
                Ok(())
            }
            Err(error) => {
                in_a_row += 1;
                removed.failed.get_or_insert(error);
                if in_a_row < MOVED_AT_ONCE { Ok(()) } else { Err(ErrorKind::Interrupted.into()) }
            }
        });
        let ended = ended.await;
        if let Err(error) = ended {
            removed.failed.get_or_insert(error);
        }
        removed
    }

    /// The hashes of every file here, or of whose copies one is, in order.
    ///
    /// # Errors
    /// When the folder cannot be read, or the object store is away.
    pub async fn list(&self) -> io::Result<Vec<String>> {
        match &self.bucket {
            Some(bucket) => bucket.list().await,
            None => {
                let folder = self.folder.clone();
                blocking(move || folder::list(&folder)).await
            }
        }
    }

    /// How many files lie in the data folder, whatever the settings say of their home.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn count_in_folder(&self) -> io::Result<usize> {
        let folder = self.folder.clone();
        blocking(move || folder::list(&folder)).await.map(|hashes| hashes.len())
    }

    /// Removes what a crash left half received: nobody may be receiving.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn sweep(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.folder.join(INCOMING)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn fresh(&self, random: &Random) -> io::Result<PathBuf> {
        let folder = self.folder.join(INCOMING);
        make_folder(&folder)?;
        Ok(folder.join(hex::encode(random.bytes::<16>())))
    }
}

/// Away from the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Does the same for each, a few at once, and hands over what came of it; the first that fails ends it.
async fn each<I, T: Send + 'static, F>(
    all: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> F,
    mut done: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()>
where
    F: Future<Output = io::Result<T>> + Send + 'static,
{
    let mut running = JoinSet::new();
    for one in all {
        if running.len() >= MOVED_AT_ONCE
            && let Some(ended) = running.join_next().await
        {
            done(ended.map_err(io::Error::other)??)?;
        }
        running.spawn(work(one));
    }
    while let Some(ended) = running.join_next().await {
        done(ended.map_err(io::Error::other)??)?;
    }
    Ok(())
}

/// Files that are brought, looked for or removed at once.
const MOVED_AT_ONCE: usize = 8;
const INCOMING: &str = "incoming";
const RESULTS_AT_ONCE: usize = 8;
const DOWNLOADS_AT_ONCE: usize = 32;
const PACKED_AT_ONCE: usize = 4;
const FETCHED_AT_ONCE: usize = 8;
const DECODED_AT_ONCE: usize = 2;
const READ_AT_ONCE: usize = 2;

#[cfg(test)]
mod tests;
