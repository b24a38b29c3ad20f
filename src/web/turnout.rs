//! How far a vote is and how it ended, in the words and strokes that the list and the page of a vote share.

use manyhands_domain::proposals::tally::Verdict;

use crate::actions::proposals::Turnout;
use crate::i18n::Say;
use crate::web::sheet::Block;
use crate::web::tally::{Words, tally};

/// How a member stands to an open vote.
pub(super) fn own_words(voted: bool, on_roll: bool) -> &'static str {
    match (voted, on_roll) {
        (true, _) => "proposals-voted",
        (false, true) => "proposals-not-voted",
        (false, false) => "proposals-not-on-roll",
    }
}

/// `3 of 11 have voted, the quorum is 4.`
pub(super) fn turnout_words(say: &Say, turnout: &Turnout) -> String {
    let numbers = [("cast", turnout.cast.into()), ("eligible", turnout.eligible.into()), ("needed", turnout.needed.into())];
    say.with("proposals-turnout", &numbers)
}

/// The roll as strokes, those who voted thick, with the post of the quorum.
pub(super) fn how_far(say: &Say, turnout: &Turnout) -> Block {
    let words = Words {
        aria: say.with(
            "vote-tally-aria",
            &[("cast", turnout.cast.into()), ("eligible", turnout.eligible.into()), ("needed", turnout.needed.into())],
        ),
        post: say.with("vote-tally-quorum", &[("needed", turnout.needed.into())]),
        left: say.with("vote-tally-cast", &[("cast", turnout.cast.into())]),
        right: say.with("vote-tally-roll", &[("eligible", turnout.eligible.into())]),
    };
    tally(words, turnout.cast, turnout.eligible, (turnout.needed, turnout.eligible))
}

/// `Passed.`
pub(super) fn verdict_words(say: &Say, verdict: Verdict) -> String {
    say.t(&format!("verdict-{}", verdict.word()))
}
