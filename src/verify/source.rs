//! Where a log is read from: an exported folder, a `.tar` of one, or a server's address. The paths are those of tlog-tiles everywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// A log that can be read.
#[derive(Debug)]
pub enum Source {
    /// A folder as `manyhands export` writes it.
    Folder(PathBuf),
    /// The same in one file.
    Tar(Tar),
    /// A server that serves its log.
    Server(Server),
    /// One of these with documents beside it, by path: what is for members only, and given by one of them.
    With(Box<Source>, BTreeMap<String, Vec<u8>>),
}

/// A `.tar` of an exported folder, looked through once.
#[derive(Debug)]
pub struct Tar {
    path: PathBuf,
    file: Mutex<fs::File>,
    /// Where each file's bytes begin, and how many there are.
    places: BTreeMap<String, (u64, u64)>,
}

/// A log over HTTP.
#[derive(Debug)]
pub struct Server {
    address: String,
    agent: ureq::Agent,
}

/// Something needed is absent or cannot be read: nothing can be said.
#[derive(Debug)]
pub struct Absent {
    /// Which file or address.
    pub path: PathBuf,
    /// Why it cannot be read.
    pub cause: io::Error,
}

impl Source {
    /// What is meant by an argument: an address if it begins with `http`, a `.tar` if it is a file, else a folder.
    ///
    /// # Errors
    /// [`Absent`] for a file that is no `.tar` of an export.
    pub fn open(argument: &str) -> Result<Source, Absent> {
        if argument.starts_with("https://") || argument.starts_with("http://") {
            return Ok(Source::Server(Server::at(argument)));
        }
        let path = PathBuf::from(argument);
        if path.is_file() { Tar::open(path).map(Source::Tar) } else { Ok(Source::Folder(path)) }
    }

    /// The same log with documents beside it, each called after its own hash: they answer where the log has none.
    #[must_use]
    pub fn with_documents(self, documents: impl IntoIterator<Item = Vec<u8>>) -> Source {
        let named = documents.into_iter().map(|bytes| (format!("documents/{}.json", hex::encode(Sha256::digest(&bytes))), bytes));
        Source::With(Box::new(self), named.collect())
    }

    /// The bytes at a path of the log.
    ///
    /// # Errors
    /// [`Absent`] when there is nothing to read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Absent> {
        match self {
            Source::Folder(folder) => fs::read(folder.join(path)).map_err(|cause| self.absent(path, cause)),
            Source::Tar(tar) => tar.read(path),
            Source::Server(server) => server.read(path),
            Source::With(source, documents) => documents.get(path).map_or_else(|| source.read(path), |bytes| Ok(bytes.clone())),
        }
    }

    /// Why nothing can be said: what must be at this path of the log is not.
    pub(crate) fn absent(&self, path: &str, cause: io::Error) -> Absent {
        match self {
            Source::Folder(folder) => Absent { path: folder.join(path), cause },
            Source::Tar(tar) => Absent { path: tar.path.join(path), cause },
            Source::Server(server) => server.absent(path, cause),
            Source::With(source, _) => source.absent(path, cause),
        }
    }

    /// The bytes at a path that may be absent: a document that is for members only.
    ///
    /// # Errors
    /// [`Absent`] when it is there and cannot be read.
    pub fn find(&self, path: &str) -> Result<Option<Vec<u8>>, Absent> {
        match self.read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(absent) if absent.cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(absent) => Err(absent),
        }
    }

    /// Paths of the documents that were given beside the log.
    pub(crate) fn given(&self) -> impl Iterator<Item = &str> {
        let given = if let Source::With(_, documents) = self { Some(documents.keys()) } else { None };
        given.into_iter().flatten().map(String::as_str)
    }

    /// Names of the documents that are there, where a folder can be looked through; a server's cannot.
    ///
    /// # Errors
    /// [`Absent`] when the folder is there and cannot be read.
    pub fn list_documents(&self) -> Result<Vec<String>, Absent> {
        match self {
            Source::Folder(folder) => {
                let path = folder.join("documents");
                if !path.exists() {
                    return Ok(Vec::new());
                }
                let mut names = Vec::new();
                let absent = |cause| Absent { path: path.clone(), cause };
                for file in fs::read_dir(&path).map_err(absent)? {
                    let file = file.map_err(absent)?;
                    if !file.file_type().map_err(absent)?.is_dir() {
                        names.push(file.file_name().to_string_lossy().into_owned());
                    }
                }
                Ok(names)
            }
            Source::Tar(tar) => Ok(tar.places.keys().filter_map(|path| path.strip_prefix("documents/")).map(str::to_owned).collect()),
            Source::Server(_) => Ok(Vec::new()),
            // What is beside it is named by hash: there is nothing about its name to check.
            Source::With(source, _) => source.list_documents(),
        }
    }
}

impl Tar {
    fn open(path: PathBuf) -> Result<Tar, Absent> {
        let absent = |cause| Absent { path: path.clone(), cause };
        let mut file = fs::File::open(&path).map_err(absent)?;
        let mut magic = [0; 2];
        if file.read(&mut magic).map_err(absent)? == 2 && magic == GZIP {
            let sentence = "it is compressed; unpack it first (`gunzip FILE` leaves a .tar)";
            return Err(absent(io::Error::new(io::ErrorKind::InvalidData, sentence)));
        }
        file.rewind().map_err(absent)?;
        let mut archive = tar::Archive::new(&file);
        let mut places = BTreeMap::new();
        for entry in archive.entries().map_err(absent)? {
            let entry = entry.map_err(absent)?;
            if entry.header().entry_type().is_file() {
                let name = entry.path().map_err(absent)?.to_string_lossy().trim_start_matches("./").to_owned();
                places.insert(name, (entry.raw_file_position(), entry.size()));
            }
        }
        // The folder's own name may stand before each path.
        let root = places.keys().filter_map(|name| name.strip_suffix("checkpoint")).min_by_key(|root| root.len()).map(str::to_owned);
        let none = || io::Error::new(io::ErrorKind::InvalidData, "it is no .tar of an exported log: no checkpoint is in it");
        let root = root.ok_or_else(none).map_err(absent)?;
        let places = places.into_iter().filter_map(|(name, place)| Some((name.strip_prefix(&root)?.to_owned(), place))).collect();
        Ok(Tar { file: Mutex::new(file), places, path })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Absent> {
        let absent = |cause| Absent { path: self.path.join(path), cause };
        let (from, length) = *self.places.get(path).ok_or_else(|| absent(io::ErrorKind::NotFound.into()))?;
        let mut file = self.file.lock().map_err(|_| absent(io::Error::other("another reader failed")))?;
        file.seek(SeekFrom::Start(from)).map_err(absent)?;
        let mut bytes = Vec::new();
        (&mut *file).take(length).read_to_end(&mut bytes).map_err(absent)?;
        Ok(bytes)
    }
}

impl Server {
    /// The log served at an address: its own prefix, such as `https://work.example.coop/log`.
    #[must_use]
    pub fn at(address: &str) -> Server {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build();
        Server { address: address.trim_end_matches('/').to_owned(), agent: config.into() }
    }

    /// A partial tile may be gone once it is full: then the full one is read, whose first hashes are the same.
    fn read(&self, path: &str) -> Result<Vec<u8>, Absent> {
        match (self.fetch(path), path.split_once(".p/")) {
            (Err(absent), Some((full, width))) if absent.cause.kind() == io::ErrorKind::NotFound => {
                let bytes = self.fetch(full)?;
                let kept = width.parse().ok().and_then(|width| first_of(&bytes, width, path.starts_with("tile/entries/")));
                kept.ok_or_else(|| self.absent(full, io::Error::new(io::ErrorKind::InvalidData, "it is shorter than it must be")))
            }
            (outcome, _) => outcome,
        }
    }

    fn fetch(&self, path: &str) -> Result<Vec<u8>, Absent> {
        let answer = self.agent.get(format!("{}/{path}", self.address)).call();
        let mut answer = answer.map_err(|error| self.absent(path, cause_of(error)))?;
        answer.body_mut().with_config().limit(LONGEST_FILE).read_to_vec().map_err(|error| self.absent(path, cause_of(error)))
    }

    fn absent(&self, path: &str, cause: io::Error) -> Absent {
        Absent { path: Path::new(&format!("{}/{path}", self.address)).to_path_buf(), cause }
    }
}

/// The first hashes of a tile, or entries of a bundle.
fn first_of(bytes: &[u8], width: usize, entries: bool) -> Option<Vec<u8>> {
    if !entries {
        return bytes.get(..width.checked_mul(32)?).map(<[u8]>::to_vec);
    }
    let mut end = 0_usize;
    for _ in 0..width {
        let length = bytes.get(end..end.checked_add(2)?)?;
        end = end.checked_add(2)?.checked_add(usize::from(u16::from_be_bytes(length.try_into().ok()?)))?;
    }
    bytes.get(..end).map(<[u8]>::to_vec)
}

fn cause_of(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::StatusCode(404) => io::ErrorKind::NotFound.into(),
        ureq::Error::Io(cause) => cause,
        other => io::Error::other(other),
    }
}

impl Clone for Absent {
    fn clone(&self) -> Absent {
        Absent { path: self.path.clone(), cause: io::Error::new(self.cause.kind(), self.cause.to_string()) }
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is needed and cannot be read: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for Absent {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// How a gzip file begins (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// For one file. A thin line carries the longest bundle in that time.
const PATIENCE: Duration = Duration::from_secs(120);
/// A bundle of 256 entries of 65,535 bytes, and a little more.
const LONGEST_FILE: u64 = 17 * 1024 * 1024;
