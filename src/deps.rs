//! What every action and page is given: database, clock, dice, keys, the head outside the database.

use std::sync::Arc;

use manyhands_domain::agreement::Agreement;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::time::Weekday;
use manyhands_store::Db;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::files::Files;
use crate::head::Head;
use crate::random::Random;
use crate::remembered::Remembered;
use crate::turns::Turns;

/// Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct Deps {
    /// The database.
    pub db: Db,
    /// The only clock.
    pub clock: Clock,
    /// The only dice.
    pub random: Random,
    /// The co-op's keys that sign now.
    pub signers: Arc<Signers>,
    /// The last signed size and root, kept outside the database.
    pub head: Arc<Head>,
    /// Who this co-op is.
    pub coop: Arc<Coop>,
    /// The files that tasks show and tools send, wherever they lie.
    pub files: Arc<Files>,
    /// Bounds the files that clients send at once.
    pub uploads: Arc<Uploads>,
    /// How far the answers to contracts agree, as it was worked out last.
    pub agreements: Arc<Remembered<Vec<Agreement>>>,
    /// Bounds the password hashes computed at once: each takes 46 MiB.
    pub hashing: Arc<Semaphore>,
}

/// Turns to send a file. Each client has a few of them, so that no line, however slow, holds up anybody else's.
#[derive(Debug)]
pub struct Uploads {
    /// Tables, and labelling configurations.
    pub tables: Turns,
    /// Pictures: each upload may leave 2 GB beside the data folder until it is looked through.
    pub pictures: Turns,
    /// Results of other tools from members' hands: 20 MB each, on the disk while they come. What the tools themselves send has turns of
    /// its own.
    pub results: Turns,
}

impl Default for Uploads {
    fn default() -> Uploads {
        Uploads { tables: Turns::new(TABLES_AT_ONCE), pictures: Turns::new(PICTURES_AT_ONCE), results: Turns::new(RESULTS_AT_ONCE) }
    }
}

const TABLES_AT_ONCE: usize = 8;
const PICTURES_AT_ONCE: usize = 6;
const RESULTS_AT_ONCE: usize = 32;

/// The keys that sign for the co-op now: of those in force, of each role the newest that lies in the data folder. Kept apart:
/// the entry key is lost more easily (LEDGER.md section 4).
pub struct Signers {
    /// Signs entries; named `<origin>/entry`.
    pub entry: SigningKey,
    /// Signs checkpoints; named `<origin>`.
    pub checkpoint: SigningKey,
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signers(secret)")
    }
}

/// What the co-op is called and where it is found.
#[derive(Clone, Debug)]
pub struct Coop {
    /// As entry 0 has it.
    pub name: String,
    /// The log's origin, a schema-less URL.
    pub origin: String,
    /// The public address of the pages, `https://…` without a slash at the end.
    pub address: String,
    /// Whether this is the demonstration: sign-in by one press, a clock that can be moved.
    pub demo: bool,
    /// The day of the week on which members are paid, if the co-op has one.
    pub payday: Option<Weekday>,
    /// Who may read the ledger's entries.
    pub entries: Entries,
}

/// Who may read the ledger's entries: bundles, pages, notes, documents. Checkpoints, hashes and receipts are everybody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entries {
    /// Anybody.
    #[default]
    Public,
    /// People with an account.
    SignedIn,
}

impl std::str::FromStr for Entries {
    type Err = ();

    fn from_str(text: &str) -> Result<Entries, ()> {
        match text {
            "public" => Ok(Entries::Public),
            "signed-in" => Ok(Entries::SignedIn),
            _ => Err(()),
        }
    }
}
