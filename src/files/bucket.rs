//! An object store as the home of files: a bucket of anything that speaks S3. Whole files are `<prefix>/files/<sha256>`, one object
//! each, and their smaller copies `<prefix>/copies/<sha256>/w960`, which may go at any time. Nothing there is public, and no link to it
//! is ever made: whoever may see a file gets it from this server. The only place that names the crate.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ClientOptions, Error, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::{Away, Opened, Size};
use crate::random::Random;

/// Where files lie in an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The store, `https://…`.
    pub endpoint: String,
    /// What it calls its region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What every key begins with; empty: nothing.
    pub prefix: String,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bucket {} at {}", self.bucket, self.endpoint)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, ", below {}/", self.prefix) }
    }
}

/// What opens an object store: never printed.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Whose it is.
    pub access_key: String,
    /// Signs what is asked.
    pub secret_key: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(secret)")
    }
}

/// Why an object store cannot be the home of files, in a sentence for its operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(String);

/// How long an object store is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For a connection.
    pub connect: Duration,
    /// For the next sign of life on it: a part of a file in that time is 350 kB a second.
    pub answer: Duration,
    /// While the same is tried again before somebody is told.
    pub retried: Duration,
    /// For anything that is asked, however often it was tried.
    pub call: Duration,
}

/// Whoever waits for a page waits behind a proxy that gives up after a minute (`docs/running.md`): they hear of it before.
impl Default for Waits {
    fn default() -> Waits {
        let [connect, answer, retried, call] = [5, 15, 15, 30].map(Duration::from_secs);
        Waits { connect, answer, retried, call }
    }
}

/// A bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    address: Address,
    waits: Waits,
}

impl Bucket {
    /// The bucket at this address; nothing is asked of it yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn at(address: Address, keys: &Keys) -> Result<Bucket, Unfit> {
        Bucket::waiting(address, keys, Waits::default())
    }

    /// The same, waiting as long as this.
    ///
    /// # Errors
    /// When the address is none.
    pub fn waiting(address: Address, keys: &Keys, waits: Waits) -> Result<Bucket, Unfit> {
        // The same as mail's, whoever comes first: then it is there already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(waits.connect)
            .with_read_timeout(waits.answer)
            .with_allow_http(address.endpoint.starts_with("http://"));
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: waits.retried, ..RetryConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(&address.endpoint)
            .with_region(&address.region)
            .with_bucket_name(&address.bucket)
            .with_access_key_id(&keys.access_key)
            .with_secret_access_key(&keys.secret_key)
            // The one request that not every store knows.
            .with_disable_bulk_delete(true)
            .with_client_options(client)
            .with_retry(retry)
            .build()
            .map_err(|error| Unfit(format!("the object store {address} cannot be used: {error}")))?;
        Ok(Bucket { store: Arc::new(store), address, waits })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Writes, reads and deletes a small object.
    ///
    /// # Errors
    /// With a sentence that says what failed and what to look at.
    pub async fn check(&self, random: &Random) -> Result<(), Unfit> {
        let (words, key) = (hex::encode(random.bytes::<16>()), self.key_of(&["check", &hex::encode(random.bytes::<16>())]));
        let failed = |doing: &str, error: &Error| Unfit(self.explain(doing, error));
        self.store.put(&key, words.clone().into()).await.map_err(|error| failed("written", &error))?;
        let read = async { self.store.get(&key).await?.bytes().await };
        let read = read.await.map_err(|error| failed("read", &error))?;
        if read != words {
            return Err(Unfit(format!("the object store {} gave back something else than what was written there", self.address)));
        }
        // Without the right to list, some stores refuse what is missing instead of saying that it is, and nothing could be removed.
        let listed: Result<Vec<_>, Error> = self.store.list(Some(&self.key_of(&["check"]))).try_collect().await;
        listed.map_err(|error| failed("listed", &error))?;
        self.store.delete(&key).await.map_err(|error| failed("deleted", &error))?;
        match self.store.head(&key).await {
            Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("looked for", &error)),
            Ok(_) => Err(Unfit(format!("the object store {} still has what was deleted there", self.address))),
        }
    }

    /// The mark of whose data folder these files are; nothing where nobody's lies there yet.
    ///
    /// # Errors
    /// With a sentence that says what failed.
    pub async fn owner(&self) -> Result<Option<String>, Unfit> {
        let read = async { self.store.get(&self.key_of(&[OWNER])).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Unfit(self.explain("read", &error))),
        }
    }

    /// Lays this mark there, in place of any other.
    ///
    /// # Errors
    /// With a sentence that says what failed.
    pub async fn set_owner(&self, mark: &str) -> Result<(), Unfit> {
        let put = self.store.put(&self.key_of(&[OWNER]), mark.to_owned().into()).await;
        put.map(drop).map_err(|error| Unfit(self.explain("written", &error)))
    }

    /// Takes the mark away: these files are nobody's.
    ///
    /// # Errors
    /// With a sentence that says what failed.
    pub async fn clear_owner(&self) -> Result<(), Unfit> {
        match self.store.delete(&self.key_of(&[OWNER])).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Unfit(self.explain("deleted", &error))),
        }
    }

    fn explain(&self, doing: &str, error: &Error) -> String {
        let Address { endpoint, bucket, .. } = &self.address;
        match error {
            Error::NotFound { .. } => format!(
                "there is no bucket {bucket} at {endpoint}, as an object was to be {doing}: make it there, or set files.bucket to one that is there"
            ),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => format!(
                "{endpoint} refuses the access key, as an object was to be {doing} in bucket {bucket}: the keys are not right, or they may not do \
                 that there. They need to write, read, list and delete objects"
            ),
            other => format!("the object store {} fails, as an object was to be {doing}: {other}", self.address),
        }
    }

    /// Brings a file of the disk there.
    pub(super) async fn put(&self, sha256: &str, size: Size, file: &Path) -> io::Result<()> {
        let (key, mut file) = (self.key(sha256, size), File::open(file).await?);
        if file.metadata().await?.len() <= PART_BYTES {
            let all = part(&mut file).await?;
            return self.within(self.store.put(&key, all.into())).await.map(drop).map_err(away);
        }
        let mut upload = self.within(self.store.put_multipart(&key)).await.map_err(away)?;
        let sent = self.send(upload.as_mut(), &mut file).await;
        if sent.is_err() {
            // Nobody waits for it: the store may be away for that as well.
            tokio::spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "parts of a file that was not brought to the object store may lie there; its rules for such parts remove them");
                }
            });
        }
        sent
    }

    async fn send(&self, upload: &mut dyn MultipartUpload, file: &mut File) -> io::Result<()> {
        loop {
            let part = part(file).await?;
            if part.is_empty() {
                return self.within(upload.complete()).await.map(drop).map_err(away);
            }
            self.within(upload.put_part(part.into())).await.map_err(away)?;
        }
    }

    /// What is asked of the store, as long as anybody waits for that.
    async fn within<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let late = |_| Error::Generic { store: "S3", source: format!("no answer within {} s", self.waits.call.as_secs()).into() };
        timeout(self.waits.call, asked).await.map_err(late)?
    }

    /// Opens a file for reading, if it is there.
    pub(super) async fn open(&self, sha256: &str, size: Size) -> io::Result<Option<Opened>> {
        match self.within(self.store.get(&self.key(sha256, size))).await {
            Ok(found) => Ok(Some(Opened::object(found.meta.size, found.into_stream()))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(error)),
        }
    }

    /// Whether a file is there.
    pub(super) async fn holds(&self, sha256: &str) -> io::Result<bool> {
        match self.within(self.store.head(&self.key(sha256, Size::Whole))).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(away(error)),
        }
    }

    /// Removes a file and every copy of it.
    pub(super) async fn remove(&self, sha256: &str) -> io::Result<()> {
        let copies = self.store.list(Some(&self.key_of(&[COPIES, sha256]))).try_collect();
        let copies: Vec<_> = self.within(copies).await.map_err(away)?;
        for copy in copies {
            self.delete(&copy.location).await?;
        }
        self.delete(&self.key(sha256, Size::Whole)).await
    }

    async fn delete(&self, key: &Key) -> io::Result<()> {
        match self.within(self.store.delete(key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }

    /// The hashes of every file there, or of whose copies one is, in order.
    pub(super) async fn list(&self) -> io::Result<Vec<String>> {
        let mut hashes = BTreeSet::new();
        for folder in [FILES, COPIES] {
            let below = self.key_of(&[folder]);
            let mut found = self.store.list(Some(&below));
            while let Some(object) = found.try_next().await.map_err(away)? {
                // Whatever else somebody puts there is not ours to touch.
                let hash = object.location.prefix_match(&below).and_then(|mut parts| parts.next()).map(|part| part.as_ref().to_owned());
                hashes.extend(hash.filter(|hash| hash.len() == HASH_CHARS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())));
            }
        }
        Ok(hashes.into_iter().collect())
    }

    fn key(&self, sha256: &str, size: Size) -> Key {
        match size {
            Size::Whole => self.key_of(&[FILES, sha256]),
            Size::Copy(width) => self.key_of(&[COPIES, sha256, &format!("w{width}")]),
        }
    }

    fn key_of(&self, parts: &[&str]) -> Key {
        parts.iter().fold(Key::from(self.address.prefix.as_str()), |key, part| key.join(*part))
    }
}

/// What could not be done at the object store, as an error of the disk would be.
pub(super) fn away(error: Error) -> io::Error {
    io::Error::other(Away(error.to_string()))
}

/// What comes next of a file: no more of it is ever held.
async fn part(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(PART_BYTES).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Whose data folder the files are.
const OWNER: &str = "owner";
const FILES: &str = "files";
const COPIES: &str = "copies";
const HASH_CHARS: usize = 64;
/// At least 5 MiB, by the rules of S3.
const PART_BYTES: u64 = 5_242_880;
/// How often the same is tried again before somebody is told.
const RETRIES: usize = 4;
