//! Members' keys as the entries `key.added` and `key.retired` give them, held against the rows of `member_keys`: who may sign what
//! is read from there.

use std::collections::BTreeMap;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_store::Sql;
use manyhands_store::keys::MemberKey;
use manyhands_store::ledger;

use super::{Difference, difference};
use crate::actions::Error;

/// Every member's key that the entries gave so far, by member and key id.
#[derive(Default)]
pub(super) struct MemberKeys(BTreeMap<(String, String), Due>);

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

impl MemberKeys {
    /// As they stood after the first `size` entries; nothing if one of these cannot be read: whoever looks at all of them says which.
    pub(super) async fn before(on: &impl Sql, size: u64) -> Result<Option<MemberKeys>, Error> {
        let mut rows = ledger::notes_of_kind(on, "key.added").await?;
        rows.extend(ledger::notes_of_kind(on, "key.retired").await?);
        rows.retain(|row| row.index < size);
        rows.sort_by_key(|row| row.index);
        let mut keys = MemberKeys::default();
        for row in rows {
            let Ok(entry) = Entry::read(&row.note) else { return Ok(None) };
            keys.take(row.index, &entry);
        }
        Ok(Some(keys))
    }

    /// What an entry says of a member's key, if it is about one.
    pub(super) fn take(&mut self, index: u64, entry: &Entry) {
        let Some(member) = entry.reference("member") else { return };
        let moment = Moment { index: i64::try_from(index).unwrap_or(i64::MAX), at: entry.at.secs() };
        let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
        match entry.kind.name {
            "key.added" => {
                let vkey = text("vkey");
                let id = VerifyingKey::parse(&vkey).map(|key| key.id().to_string()).unwrap_or_default();
                self.0.insert((member.to_owned(), id), Due { vkey, added: moment, retired: None });
            }
            "key.retired" => {
                if let Some(due) = self.0.get_mut(&(member.to_owned(), text("key_id"))) {
                    due.retired.get_or_insert((moment, text("reason")));
                }
            }
            _ => {}
        }
    }

    /// Whether the rows are these keys, no more and no fewer.
    pub(super) fn compare(&self, stored: &[MemberKey]) -> Result<(), Difference> {
        let mut rows: BTreeMap<(&str, &str), &MemberKey> =
            stored.iter().map(|row| ((row.member_id.as_str(), row.key_id.as_str()), row)).collect();
        for ((member, id), due) in &self.0 {
            let Some(row) = rows.remove(&(member.as_str(), id.as_str())) else {
                return Err(wrong(member, id, "there is no such row".to_owned()));
            };
            if let Some((name, stored, due)) = due.columns(row).into_iter().find(|(_, stored, due)| stored != due) {
                return Err(wrong(member, id, format!("{name} is {stored}, the notes give {due}")));
            }
        }
        match rows.pop_first() {
            Some(((member, id), _)) => Err(wrong(member, id, "no entry adds this key".to_owned())),
            None => Ok(()),
        }
    }
}

impl Due {
    /// Each column with what stands in it and what must.
    fn columns(&self, row: &MemberKey) -> [(&'static str, String, String); 6] {
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

fn wrong(member: &str, id: &str, what: String) -> Difference {
    difference("member_keys", format!("{member} {id}"), what)
}
