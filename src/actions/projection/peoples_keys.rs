//! People's keys as the entries `key.added` and `key.retired` give them, held against the rows of `member_keys` and `user_keys`:
//! who may sign what is read from there.

use std::collections::BTreeMap;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::ids::UserId;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_store::Sql;
use manyhands_store::keys::PersonKey;
use manyhands_store::ledger;

use super::{Difference, difference};
use crate::actions::Error;

/// Every person's key that the entries gave so far, by person and key id.
#[derive(Default)]
pub(super) struct PeoplesKeys(BTreeMap<(String, String), Due>);

/// What the row of a key must be beside its name.
struct Due {
    vkey: String,
    added: Moment,
    retired: Option<(Moment, String)>,
}

/// An entry's index and time.
#[derive(Clone, Copy)]
struct Moment {
    index: i64,
    at: i64,
}

impl PeoplesKeys {
    /// As they stood after the first `size` entries; nothing if one of these cannot be read: whoever looks at all of them says which.
    pub(super) async fn before(on: &impl Sql, size: u64) -> Result<Option<PeoplesKeys>, Error> {
        let mut rows = ledger::notes_of_kind(on, "key.added").await?;
        rows.extend(ledger::notes_of_kind(on, "key.retired").await?);
        rows.retain(|row| row.index < size);
        rows.sort_by_key(|row| row.index);
        let mut keys = PeoplesKeys::default();
        for row in rows {
            let Ok(entry) = Entry::read(&row.note) else { return Ok(None) };
            keys.take(row.index, &entry);
        }
        Ok(Some(keys))
    }

    /// What an entry says of a person's key, if it is about one.
    pub(super) fn take(&mut self, index: u64, entry: &Entry) {
        let Some(holder) = entry.reference("member").or_else(|| entry.reference("user")) else { return };
        let moment = Moment { index: i64::try_from(index).unwrap_or(i64::MAX), at: entry.at.secs() };
        let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
        match entry.kind.name {
            "key.added" => {
                let vkey = text("vkey");
                let id = VerifyingKey::parse(&vkey).map(|key| key.id().to_string()).unwrap_or_default();
                self.0.insert((holder.to_owned(), id), Due { vkey, added: moment, retired: None });
            }
            "key.retired" => {
                if let Some(due) = self.0.get_mut(&(holder.to_owned(), text("key_id"))) {
                    due.retired.get_or_insert((moment, text("reason")));
                }
            }
            _ => {}
        }
    }

    /// Whether the rows are these keys, no more and no fewer.
    pub(super) fn compare(&self, [members, users]: &[Vec<PersonKey>; 2]) -> Result<(), Difference> {
        let mut rows: BTreeMap<(&str, &str, &str), &PersonKey> = BTreeMap::new();
        for (table, stored) in [(MEMBERS, members), (USERS, users)] {
            rows.extend(stored.iter().map(|row| ((table, row.holder_id.as_str(), row.key_id.as_str()), row)));
        }
        for ((holder, id), due) in &self.0 {
            let Some(row) = rows.remove(&(table_of(holder), holder.as_str(), id.as_str())) else {
                return Err(wrong(table_of(holder), holder, id, "there is no such row".to_owned()));
            };
            if let Some((name, stored, due)) = due.columns(row).into_iter().find(|(_, stored, due)| stored != due) {
                return Err(wrong(table_of(holder), holder, id, format!("{name} is {stored}, the notes give {due}")));
            }
        }
        match rows.pop_first() {
            Some(((table, holder, id), _)) => Err(wrong(table, holder, id, "no entry adds this key".to_owned())),
            None => Ok(()),
        }
    }
}

impl Due {
    /// Each column with what stands in it and what must.
    fn columns(&self, row: &PersonKey) -> [(&'static str, String, String); 6] {
        let retired = self.retired.as_ref();
        [
            ("vkey", format!("‘{}’", row.vkey), format!("‘{}’", self.vkey)),
            ("added_index", row.added_index.to_string(), self.added.index.to_string()),
            ("added_at", row.added_at.to_string(), self.added.at.to_string()),
            ("retired_index", shown(row.retired_index), shown(retired.map(|(moment, _)| moment.index))),
            ("retired_at", shown(row.retired_at), shown(retired.map(|(moment, _)| moment.at))),
            ("reason", shown(row.reason.as_deref()), shown(retired.map(|(_, reason)| reason.as_str()))),
        ]
    }
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
}

fn wrong(table: &'static str, holder: &str, id: &str, what: String) -> Difference {
    difference(table, format!("{holder} {id}"), what)
}

/// The table in which this person's keys stand.
fn table_of(holder: &str) -> &'static str {
    if UserId::parse(holder).is_ok() { USERS } else { MEMBERS }
}

const MEMBERS: &str = "member_keys";
const USERS: &str = "user_keys";
