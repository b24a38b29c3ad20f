//! One canonical JSON object a line: what each entry says, and the signed note itself in base64, from which everything
//! else of the line can be made again.

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::months::{Closing, Months};
use super::{Form, Logged, Texts};
use crate::books::lines;
use crate::log::checkpoint::Checkpoint;
use crate::log::json;
use crate::money::Amount;

/// Lines as they come.
pub(super) struct Jsonl;

impl Form for Jsonl {
    fn begin(&mut self, _: &mut Texts) {}

    /// Fields that the entry does not have are absent, as in the note.
    fn entry(&mut self, logged: &Logged<'_>, _: Date, _: &[Amount], out: &mut Texts) {
        let out = &mut out.journal;
        let entry = logged.entry;
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("index", json!(logged.index));
        put("leaf", json!(hex::encode(logged.leaf)));
        put("at", json!(entry.at.to_string()));
        put("kind", json!(entry.kind_word()));
        put("refs", Value::Object(entry.refs.clone()));
        if !entry.calc.is_empty() {
            put("calc", Value::Object(entry.calc.clone()));
        }
        if let Some(rule) = entry.rule {
            put("rule", json!(rule));
        }
        if !entry.signed.is_empty() {
            put("signed", json!(entry.signed));
        }
        if !entry.lines.is_empty() {
            put("lines", lines::to_json(&entry.lines));
        }
        put("note", json!(BASE64_STANDARD.encode(logged.note)));
        out.push_str(&json::write(&Value::Object(object)));
        out.push('\n');
    }

    fn month(&mut self, _: &Closing<'_>, _: &mut Texts) {}

    fn end(&mut self, _: &Months, _: &Checkpoint, _: &mut Texts) {}
}
