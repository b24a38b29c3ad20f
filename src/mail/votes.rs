//! What stands in the sentences about votes.

use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Arg;

use super::spaced;
use crate::i18n::Say;

/// The values of a notice about a vote; none of any other.
pub(super) fn args(say: &Say, notice: &Notice) -> Vec<(&'static str, Arg)> {
    match notice {
        Notice::VoteOpened { proposal, title, opens, closes, again, code } => vec![
            ("proposal", proposal.as_str().into()),
            ("title", title.as_str().into()),
            ("opens", (*opens).into()),
            ("closes", (*closes).into()),
            ("call", if again.is_empty() { "first" } else { "second" }.into()),
            ("again", again.as_str().into()),
            ("code", spaced(code).into()),
        ],
        Notice::VoteReminder { proposal, title, closes, code } => vec![
            ("proposal", proposal.as_str().into()),
            ("title", title.as_str().into()),
            ("closes", (*closes).into()),
            ("code", spaced(code).into()),
        ],
        Notice::VoteCode { proposal, title, code } => {
            vec![("proposal", proposal.as_str().into()), ("title", title.as_str().into()), ("code", spaced(code).into())]
        }
        Notice::VoteClosed { proposal, title, result, counts: [yes, no, abstain], cast: [cast, eligible], enacts } => [
            ("proposal", proposal.as_str().into()),
            ("title", title.as_str().into()),
            ("result", result.as_str().into()),
            ("yes", (*yes).into()),
            ("no", (*no).into()),
            ("abstain", (*abstain).into()),
            ("cast", (*cast).into()),
            ("eligible", (*eligible).into()),
            ("holds", if enacts.is_some() { "yes" } else { "no" }.into()),
        ]
        .into_iter()
        .chain(enacts.map(|enacts| ("enacts", enacts.into())))
        .collect(),
        Notice::BallotCast { proposal, title, index } => {
            vec![("proposal", proposal.as_str().into()), ("title", title.as_str().into()), ("index", (*index).into())]
        }
        Notice::VoteEnacted { proposal, title, what } => {
            vec![("proposal", proposal.as_str().into()), ("title", title.as_str().into()), ("what", what.as_str().into())]
        }
        Notice::VoteLapsed { proposal, title, reason } => vec![
            ("proposal", proposal.as_str().into()),
            ("title", title.as_str().into()),
            ("reason", say.t(&format!("vote-lapsed-{reason}")).into()),
        ],
        Notice::BallotUnopened { proposal, title, until } => {
            vec![("proposal", proposal.as_str().into()), ("title", title.as_str().into()), ("until", (*until).into())]
        }
        Notice::DraftReady { title, .. } => vec![("title", title.as_str().into())],
        Notice::PriceAsked { proposal, title, price, currency, from, at_once, .. } => vec![
            ("proposal", proposal.as_str().into()),
            ("title", title.as_str().into()),
            ("price", (*price, *currency).into()),
            ("from", (*from).into()),
            ("ends", if *at_once { "at-once" } else { "notice" }.into()),
        ],
        Notice::BatchUnderFloor { title, least, currency, .. } => {
            vec![("title", title.as_str().into()), ("least", (*least, *currency).into())]
        }
        _ => Vec::new(),
    }
}
