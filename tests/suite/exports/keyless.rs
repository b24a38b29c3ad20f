//! Whoever has lost every key, or never had one, can still give the whole book away. On both databases.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use tempfile::TempDir;

use super::{FORMATS, export, exported, filled};
use crate::backup::bytes_of;
use crate::program::said;
use crate::support::databases;

#[tokio::test]
async fn everything_is_given_away_without_a_key_a_passphrase_or_a_write() {
    for database in databases() {
        let world = filled(database, 2, 3).await;
        let (data, place) = (world.folder.path(), TempDir::new().unwrap());
        let forms = || FORMATS.into_iter().map(Some).chain([None]);
        let before: Vec<_> = forms().map(|form| content(&exported(data, form, &place.path().join(format!("with {form:?}"))))).collect();
        fs::rename(data.join("keys"), place.path().join("keys")).unwrap();
        let census = world.deps.db.census().await.unwrap();
        for (form, before) in forms().zip(before) {
            let done = exported(data, form, &place.path().join(format!("without {form:?}")));
            assert_eq!(content(&done), before, "{database}: {form:?}");
        }
        assert_eq!(world.deps.db.census().await.unwrap(), census, "{database}");
        // Whose book it is, the head says: another root over as many entries is another history.
        let head = fs::read_to_string(data.join("head")).unwrap();
        let size = head.split(' ').next().unwrap();
        fs::write(data.join("head"), format!("{size} {}\n", BASE64_STANDARD.encode([7; 32]))).unwrap();
        for form in FORMATS {
            let refused = export(data, Some(form), &place.path().join("another"));
            let words = format!("the first {size} entries are not those that the head outside the database says were signed");
            assert!(!refused.status.success() && said(&refused).contains(&words), "{database}: {form}: {}", said(&refused));
        }
    }
}

/// A file's bytes, or those of every file in a folder.
fn content(path: &Path) -> BTreeMap<String, Vec<u8>> {
    if path.is_dir() { bytes_of(path) } else { BTreeMap::from([(String::new(), fs::read(path).unwrap())]) }
}
