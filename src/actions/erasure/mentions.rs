//! Mail to others that names somebody who is erased, or says what they wrote. There may be years of it: it is read before the transaction,
//! which looks at what came since and deletes.

use mail_parser::MessageParser;
use manyhands_domain::ids::{self, PersonId};
use manyhands_domain::time::Timestamp;
use manyhands_store::Sql;
use manyhands_store::erasure::{self as rows, Kept, Unsent};
use serde_json::Value;

use crate::actions::{Error, Work};
use crate::deps::Deps;

/// What was read of all mail before a transaction; by default nothing was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    /// What was looked for.
    words: Vec<String>,
    /// The messages that hold any of it, by id.
    naming: Vec<String>,
    /// When it began.
    began: Timestamp,
}

/// Reads all mail there is, a page at a time.
pub(super) async fn read(deps: &Deps, person: &PersonId, kept: &Kept) -> Result<Mail, Error> {
    let (reader, began) = (deps.db.read(), deps.clock.now());
    let words = words_of(&reader, person, kept).await?;
    let naming = find(&reader, String::new(), &words).await?;
    Ok(Mail { words, naming, began })
}

impl Mail {
    /// The id after which a message may have come since it was read: ids tell the second, and whoever renders makes them before they
    /// commit. Everything, if other words are looked for by now, or the clock was set back.
    fn mark(&self, words: &[String], now: Timestamp) -> String {
        let knows = !self.words.is_empty() && words.iter().all(|word| self.words.contains(word));
        if knows && now >= self.began { ids::uuid_v7(self.began.plus_secs(-MARGIN_SECS), [0; 16]) } else { String::new() }
    }
}

/// Mail to others that names them goes: what left is of no use any more, and what did not leave speaks of somebody who is gone. What they
/// wrote goes before, so that whoever is told something is told it all the same without their words. Comes before the ledger is taken.
pub(super) async fn forget(work: &Work<'_>, person: &PersonId, kept: &Kept, mail: &Mail) -> Result<(), Error> {
    let tx = &work.tx;
    rows::lock_mail(tx).await?;
    rows::forget_reasons(tx, person).await?;
    let words = words_of(tx, person, kept).await?;
    for notice in rows::list_unrendered(tx).await?.iter().filter(|notice| is_named_in(&notice.params, &words)) {
        // Somebody else's words may name them, too: what was done is told without these.
        match told_without(notice, &words)? {
            Some(params) => rows::set_unsent(tx, &notice.id, &params).await?,
            None => rows::delete_notice(tx, &notice.id).await?,
        }
    }
    // The clock as it stands under the locks: whoever was waited for may have taken long.
    let since = find(tx, mail.mark(&words, work.deps().clock.now()), &words).await?;
    for id in mail.naming.iter().chain(&since) {
        for notice in rows::list_unsent_of(tx, id).await? {
            if let Some(params) = told_without(&notice, &words)? {
                rows::set_unsent(tx, &notice.id, &params).await?;
            }
        }
        rows::delete_message(tx, id).await?;
    }
    Ok(())
}

/// What a notice still says without anybody's words; nothing where it names them all the same, or is of no kind that has words.
fn told_without(notice: &Unsent, words: &[String]) -> Result<Option<String>, Error> {
    let params = rows::kept_of(&notice.kind, &notice.params)?;
    Ok(Some(params).filter(|params| params != rows::SAID && !is_named_in(params, words)))
}

/// Every name they had, and their address.
async fn words_of(on: &impl Sql, person: &PersonId, kept: &Kept) -> Result<Vec<String>, Error> {
    let mut words = rows::list_former_names(on, person).await?;
    words.extend([kept.name.clone(), kept.email.clone()]);
    Ok(words)
}

/// The messages after this id that hold any of these words.
async fn find(on: &impl Sql, mut after: String, words: &[String]) -> Result<Vec<String>, Error> {
    let mut naming = Vec::new();
    loop {
        let page = rows::messages_after(on, &after, A_PAGE).await?;
        let Some(last) = page.last() else { return Ok(naming) };
        after.clone_from(&last.id);
        let named = page.into_iter().filter(|message| {
            let text = text_of(&message.bytes);
            words.iter().any(|word| mentions(&text, word))
        });
        naming.extend(named.map(|message| message.id));
    }
}

/// Everything in a message that a person reads, decoded.
fn text_of(bytes: &[u8]) -> String {
    let Some(message) = MessageParser::default().parse(bytes) else { return String::from_utf8_lossy(bytes).into_owned() };
    let bodies = (0..message.text_body_count()).filter_map(|place| message.body_text(place));
    let addresses = message.to().into_iter().flat_map(|to| to.iter()).flat_map(|to| [to.name(), to.address()]).flatten();
    let mut text: String = bodies.map(|body| format!("{body}\n")).collect();
    for part in message.subject().into_iter().chain(addresses) {
        text.push_str(part);
        text.push('\n');
    }
    text
}

/// Whether any of these words stands in what a notice will say: in its texts, not in the marks in which JSON writes them.
fn is_named_in(params: &str, words: &[String]) -> bool {
    let Ok(params) = serde_json::from_str::<Value>(params) else { return words.iter().any(|word| mentions(params, word)) };
    holds(&params, words)
}

fn holds(value: &Value, words: &[String]) -> bool {
    match value {
        Value::String(text) => words.iter().any(|word| mentions(text, word)),
        Value::Array(values) => values.iter().any(|value| holds(value, words)),
        Value::Object(members) => members.values().any(|value| holds(value, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text holds these words as words, not inside others.
fn mentions(text: &str, words: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + words.len()..).and_then(|text| text.chars().next());
            !inside(before) && !inside(after)
        })
}

const A_PAGE: i64 = 200;
/// Far longer than a pass of rendering, and short enough that little mail comes in it.
const MARGIN_SECS: i64 = 600;

#[cfg(test)]
mod tests {
    use super::{is_named_in, mentions};

    #[test]
    fn a_name_is_found_as_a_word_and_not_inside_another() {
        for (text, found) in
            [("Li invited you.", true), ("invited by Li", true), ("«Li», treasurer", true), ("delivery of Livres", false), ("", false)]
        {
            assert_eq!(mentions(text, "Li"), found, "{text}");
        }
        assert!(mentions("Zoë R., trésorière", "Zoë R."));
        assert!(!mentions("anything", ""));
    }

    #[test]
    fn a_name_is_found_in_a_notice_wherever_it_stands_and_however_json_writes_it() {
        let words = [r#"Ann "Ace" O\Neil"#.to_owned()];
        for (params, found) in [
            (r#"{"kind":"role-granted","name":"Ann \"Ace\" O\\Neil","by":"B"}"#, true),
            (r#"{"told":[{"by":"told by Ann \u0022Ace\u0022 O\\Neil."}]}"#, true),
            (r#"{"by":"Ann Ace O Neil","count":3,"left":false,"at":null}"#, false),
            ("not JSON, of Ann \"Ace\" O\\Neil", true),
        ] {
            assert_eq!(is_named_in(params, &words), found, "{params}");
        }
    }
}
