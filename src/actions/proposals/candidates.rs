//! Whom a proposal may be about, by name for members alone; and that no text which stays for ever names anybody.

use manyhands_domain::ids::MemberId;
use manyhands_domain::proposals::naming;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_store::proposals::Proposal;
pub use manyhands_store::proposals::candidates::Candidate;
use manyhands_store::proposals::candidates::{self as rows, Name};
use manyhands_store::{Sql, people};
use serde_json::{Map, Value};

use crate::actions::proposals::act_of;
use crate::actions::rights::Member;
use crate::actions::{Error, rules};
use crate::deps::Deps;

/// Every member who can sign in, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Member) -> Result<Vec<Candidate>, Error> {
    Ok(rows::list(&deps.db.read()).await?)
}

/// The name of whoever is or was this member; empty where it is not kept any more.
///
/// # Errors
/// When the database fails.
pub async fn find_name(deps: &Deps, _by: &Member, member: &MemberId) -> Result<String, Error> {
    Ok(rows::find_name(&deps.db.read(), member).await?.unwrap_or_default())
}

/// What is wrong with a title and a text that name somebody. What `stood` in the draft already was held against the names of that moment,
/// and is not held against later ones: nobody stops a draft by what they call themselves.
pub(crate) async fn named(on: &impl Sql, act: &Act, [title, text]: [&str; 2], stood: Option<&Proposal>) -> Result<Vec<Refusal>, Error> {
    let (_, book) = rules::current(on).await?;
    let stood = stood.map(|row| Stood::of(row, book.value())).transpose()?;
    let members = rows::list_names(on, naming::CARRIED_SECS).await?;
    let is_named = |words: &str, member: &Name, about: bool| {
        naming::names(words, &member.name, about) && !stood.as_ref().is_some_and(|stood| stood.has(member))
    };
    let about = act.member();
    let address = match about {
        Some(member) => email_of(on, member).await?,
        None => String::new(),
    };
    let mut refusals = Vec::new();
    let another = |field: &'static str, words: &str| Refusal::new("proposal-names").field(field).with("words", words);
    for (field, text) in [("title", title), ("text", text)] {
        let is_about = |member: &Name| about.is_some_and(|about| about.as_str() == member.member_id);
        let (subject, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| is_about(member));
        let has_address = !address.is_empty() && text.to_lowercase().contains(&address);
        if about.is_some() && (has_address || subject.iter().any(|member| is_named(text, member, true))) {
            refusals.push(Refusal::new("proposal-names-member").field(field));
        } else if let Some(member) = others.iter().find(|member| is_named(text, member, false)) {
            refusals.push(another(field, &member.name));
        }
    }
    if let Act::Rules(patch) = act {
        // A fund or a skill is called by one word: a part of a name is a name there.
        let has_stood = |word: &str| stood.as_ref().is_some_and(|stood| stood.added.iter().any(|added| added == word));
        for (field, word) in added_words(book.value(), patch) {
            if !has_stood(word) && members.iter().any(|member| naming::names(word, &member.name, true)) {
                refusals.push(another(field, word));
            }
        }
    }
    Ok(refusals)
}

/// A draft as it was saved last.
struct Stood {
    words: String,
    added: Vec<String>,
    about: Option<MemberId>,
}

impl Stood {
    fn of(row: &Proposal, book: &Value) -> Result<Stood, Error> {
        let act = act_of(row)?;
        let added = match &act {
            Act::Rules(patch) => added_words(book, patch).into_iter().map(|(_, word)| word.to_owned()).collect(),
            _ => Vec::new(),
        };
        Ok(Stood { words: format!("{}\n{}", row.title, row.text), added, about: act.member().cloned() })
    }

    /// Whether it has this name, by what was asked of it then: a part of a name was none in a draft that was about nobody.
    fn has(&self, member: &Name) -> bool {
        let was_about = self.about.as_ref().is_some_and(|about| about.as_str() == member.member_id);
        naming::names(&self.words, &member.name, was_about)
    }
}

/// The funds and skills that a change adds to a book, each with the field in which its name is typed.
fn added_words<'p>(book: &Value, patch: &'p Map<String, Value>) -> Vec<(&'static str, &'p str)> {
    let words_of = |part: &str, field: &'static str| {
        let known = book.get(part).and_then(Value::as_object);
        let named = patch.get(part).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let added = named.filter(|word| !known.is_some_and(|known| known.contains_key(*word)));
        added.map(|word| (field, word.as_str())).collect::<Vec<_>>()
    };
    [words_of("split", "new/fund"), words_of("floor", "new/skill")].concat()
}

/// The address of whoever is this member, in small letters; empty where nobody is any more.
async fn email_of(on: &impl Sql, member: &MemberId) -> Result<String, Error> {
    let Some(person) = people::person_of_member(on, member).await? else { return Ok(String::new()) };
    Ok(people::find_standing(on, &person).await?.map(|standing| standing.email.to_lowercase()).unwrap_or_default())
}
