//! People as strokes: who voted of those who may, or who said yes of those who said yes or no, and the post that they must reach.

use crate::web::sheet::Block;

/// Strokes side by side; above about two dozen people a bar.
#[derive(Debug)]
pub struct Tally {
    /// In words, for those who do not see it.
    pub aria: String,
    /// Place in percent, and how it is drawn: 0 thin, 1 to 3 thick by one of three hands.
    pub strokes: Vec<(String, u8)>,
    /// How far the bar goes, percent.
    pub bar: Option<String>,
    /// Where the post stands, percent.
    pub post: String,
    /// Beside it.
    pub post_words: String,
    /// Whether these stand before it, since there is no room behind.
    pub before: bool,
    /// Below, at the left and at the right.
    pub below: (String, String),
}

/// What stands around the strokes.
pub(super) struct Words {
    /// All of it in one sentence.
    pub(super) aria: String,
    /// Beside the post.
    pub(super) post: String,
    /// Below the strokes that count.
    pub(super) left: String,
    /// Below the end.
    pub(super) right: String,
}

/// So many of all, with a post at `n` of `d`.
pub(super) fn tally(words: Words, thick: u64, all: u64, (n, d): (u64, u64)) -> Block {
    let at = |n: u64, d: u64| {
        let points = u128::from(n).saturating_mul(10_000).checked_div(u128::from(d)).unwrap_or(0).min(10_000);
        format!("{}.{:02}", points / 100, points % 100)
    };
    let is_many = all > MOST_STROKES;
    let hand = |place: u64| if place >= thick { 0 } else { u8::try_from(place % 3).unwrap_or(0) + 1 };
    let strokes = if is_many { 0 } else { all };
    Block::Tally(Box::new(Tally {
        aria: words.aria,
        strokes: (0..strokes).map(|place| (at(2 * place + 1, 2 * all), hand(place))).collect(),
        bar: is_many.then(|| at(thick, all)),
        post: at(n, d),
        post_words: words.post,
        before: u128::from(n) * 2 > u128::from(d),
        below: (words.left, words.right),
    }))
}

/// More strokes than these nobody counts at a glance.
const MOST_STROKES: u64 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(thick: u64, all: u64, post: (u64, u64)) -> Tally {
        let words = Words { aria: String::new(), post: String::new(), left: String::new(), right: String::new() };
        match tally(words, thick, all, post) {
            Block::Tally(tally) => *tally,
            _ => panic!("no tally"),
        }
    }

    #[test]
    fn each_person_is_a_stroke_and_the_post_stands_behind_the_last_that_is_needed() {
        let three = drawn(3, 11, (4, 11));
        assert_eq!(three.strokes.iter().filter(|stroke| stroke.1 > 0).count(), 3);
        assert_eq!((three.strokes.len(), three.strokes[0].0.as_str(), three.post.as_str()), (11, "4.54", "36.36"));
        assert!(!three.before && drawn(5, 8, (2, 3)).before);
        let many = drawn(250, 1_000, (334, 1_000));
        assert_eq!((many.strokes.len(), many.bar.as_deref(), many.post.as_str()), (0, Some("25.00"), "33.40"));
        assert_eq!(drawn(0, 0, (0, 0)).post, "0.00");
    }
}
