//! Whom a proposal may be about, by name for members alone; and that no text which stays for ever names anybody.

use manyhands_domain::ids::MemberId;
use manyhands_domain::proposals::naming;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_store::Sql;
use manyhands_store::proposals::candidates as rows;
pub use manyhands_store::proposals::candidates::Candidate;

use crate::actions::Error;
use crate::actions::rights::Member;
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

/// What is wrong with a title and a text that name somebody.
pub(crate) async fn named(on: &impl Sql, act: &Act, title: &str, text: &str) -> Result<Vec<Refusal>, Error> {
    let about = match act {
        Act::Mandate(member, _) | Act::Recall(member, _) | Act::Exclusion(member) => Some(member.as_str()),
        _ => None,
    };
    let members = rows::list(on).await?;
    let names = |text: &str| members.iter().any(|member| naming::names(text, &member.name, about == Some(member.member_id.as_str())));
    let fields = [("title", title), ("text", text)];
    Ok(fields.into_iter().filter(|(_, text)| names(text)).map(|(field, _)| Refusal::new("proposal-names").field(field)).collect())
}
