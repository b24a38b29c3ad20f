//! How far several answers to the same item agree: share, kappa, majority; of what marks places, `overlap`. Exact in whole numbers; ratios are millionths, rounded to the
//! nearest.
//!
//! Fleiss' kappa: J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971) 378–382. It suits
//! raters who differ from item to item. Cohen's kappa: J. Cohen, A coefficient of agreement for nominal scales, Educational and
//! Psychological Measurement 20 (1960) 37–46, where the same two raters answered every item.

pub mod overlap;

use std::collections::BTreeMap;

/// A ratio in millionths: 1,000,000 is complete agreement, 0 of a kappa what chance alone would give, less than 0 even less.
pub type Millionths = i64;

/// How far the answers to one item agree: the share of pairs of answers that are equal. Nothing with fewer than two answers.
#[must_use]
pub fn share<A: Ord>(answers: &[A]) -> Option<Millionths> {
    let given = i128::try_from(answers.len()).ok()?;
    ratio(agreeing_pairs(answers)?, given.checked_mul(given.checked_sub(1)?)?)
}

/// The same over a batch: of all pairs of answers to the same item, how many are equal.
#[must_use]
pub fn share_of_all<A: Ord>(items: &[Vec<A>]) -> Option<Millionths> {
    let (mut equal, mut all) = (0_i128, 0_i128);
    for answers in items {
        let given = i128::try_from(answers.len()).ok()?;
        equal = equal.checked_add(agreeing_pairs(answers)?)?;
        all = all.checked_add(given.checked_mul(given.checked_sub(1)?)?)?;
    }
    ratio(equal, all)
}

/// How far the first answers to items agree with the others to the same items: of all pairs of a first answer and another, how many
/// are equal. Nothing where no item has another.
#[must_use]
pub fn with_first<A: Eq>(items: &[Vec<A>]) -> Option<Millionths> {
    let (mut equal, mut all) = (0_i128, 0_i128);
    for answers in items {
        let Some((first, others)) = answers.split_first() else { continue };
        equal = equal.checked_add(i128::try_from(others.iter().filter(|other| *other == first).count()).ok()?)?;
        all = all.checked_add(i128::try_from(others.len()).ok()?)?;
    }
    ratio(equal, all)
}

/// Fleiss' kappa over items that have the same number of answers each, two at least. Nothing otherwise, or where everybody always
/// gave the same answer: chance would then agree as completely, and kappa is not defined.
#[must_use]
pub fn fleiss<A: Ord>(items: &[Vec<A>]) -> Option<Millionths> {
    let raters = items.first()?.len();
    if raters < 2 || items.iter().any(|answers| answers.len() != raters) {
        return None;
    }
    let (raters, subjects) = (i128::try_from(raters).ok()?, i128::try_from(items.len()).ok()?);
    let all = raters.checked_mul(subjects)?;
    let mut squares = 0_i128;
    let mut of_category: BTreeMap<&A, i128> = BTreeMap::new();
    for answers in items {
        for (category, count) in count(answers) {
            squares = squares.checked_add(count.checked_mul(count)?)?;
            let sum = of_category.entry(category).or_default();
            *sum = sum.checked_add(count)?;
        }
    }
    let by_chance = sum_of(of_category.values().map(|count| count.checked_mul(*count)))?;
    // (P - Pe) / (1 - Pe), both multiplied by (raters - 1) * all^2.
    let others = raters.checked_sub(1)?;
    let above = squares.checked_sub(all)?.checked_mul(all)?.checked_sub(others.checked_mul(by_chance)?)?;
    let below = all.checked_mul(all)?.checked_sub(by_chance)?.checked_mul(others)?;
    ratio(above, below)
}

/// Cohen's kappa of two raters who both answered each of these items. Nothing without items, or where chance would agree completely.
#[must_use]
pub fn cohen<A: Ord>(pairs: &[(A, A)]) -> Option<Millionths> {
    let items = i128::try_from(pairs.len()).ok()?;
    let agreed = i128::try_from(pairs.iter().filter(|(first, second)| first == second).count()).ok()?;
    let first: Vec<&A> = pairs.iter().map(|(first, _)| first).collect();
    let second: Vec<&A> = pairs.iter().map(|(_, second)| second).collect();
    let seconds = count(&second);
    let by_chance =
        sum_of(count(&first).iter().map(|(category, count)| count.checked_mul(seconds.get(category).copied().unwrap_or_default())))?;
    ratio(items.checked_mul(agreed)?.checked_sub(by_chance)?, items.checked_mul(items)?.checked_sub(by_chance)?)
}

/// The answer that more than half gave. Nothing where none did: somebody must decide.
#[must_use]
pub fn majority<A: Ord>(answers: &[A]) -> Option<&A> {
    let half = i128::try_from(answers.len()).ok()?.checked_div(2)?;
    count(answers).into_iter().find(|(_, count)| *count > half).map(|(answer, _)| answer)
}

fn count<A: Ord>(answers: &[A]) -> BTreeMap<&A, i128> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let count: &mut i128 = counts.entry(answer).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Ordered pairs of different answers that are equal.
fn agreeing_pairs<A: Ord>(answers: &[A]) -> Option<i128> {
    sum_of(count(answers).values().map(|count| count.checked_mul(count.checked_sub(1)?)))
}

fn sum_of(mut terms: impl Iterator<Item = Option<i128>>) -> Option<i128> {
    terms.try_fold(0_i128, |sum, term| sum.checked_add(term?))
}

/// To the nearest millionth, halves away from zero.
fn ratio(above: i128, below: i128) -> Option<Millionths> {
    let scaled = above.checked_mul(2_000_000)?.checked_div(below)?;
    let rounded = scaled.checked_add(scaled.signum())?.checked_div(2)?;
    i64::try_from(rounded).ok()
}

/// How far the answers of a batch agree on one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Of the batch.
    pub title: String,
    /// The question's name.
    pub question: String,
    /// Items that it rests on.
    pub items: usize,
    /// Of all pairs of answers to one item, those that are equal.
    pub share: Option<Millionths>,
    /// Fleiss' kappa; nothing where it is not defined.
    pub kappa: Option<Millionths>,
    /// Of what marks places: how far what was marked overlaps.
    pub overlap: Option<Overlap>,
}

/// How far what the answers of a batch mark overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The mean over all pairs of answers to one item.
    pub mean: Millionths,
    /// Items that it rests on.
    pub items: usize,
    /// The same for each label alone, in the order of their names.
    pub labels: Vec<(String, Millionths)>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `counts[j]` answers of category `j`.
    fn rated(counts: &[usize]) -> Vec<usize> {
        counts.iter().enumerate().flat_map(|(category, count)| std::iter::repeat_n(category, *count)).collect()
    }

    #[test]
    fn fleiss_kappa_is_that_of_the_published_example() {
        // Ten subjects, fourteen raters, five categories; 0.210 in the literature.
        let counts = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let items: Vec<Vec<usize>> = counts.iter().map(|counts| rated(counts)).collect();
        assert_eq!(fleiss(&items), Some(209_931));
        // The mean of the ten shares, all items having as many answers.
        assert_eq!(share_of_all(&items), Some(378_022));
        assert_eq!(share(&items[1]), Some(252_747));
    }

    #[test]
    fn cohens_kappa_is_that_of_the_textbook() {
        // Both yes 20, both no 15, yes and no 5, no and yes 10: 0.4.
        let pairs: Vec<(bool, bool)> = [(true, true, 20), (true, false, 5), (false, true, 10), (false, false, 15)]
            .into_iter()
            .flat_map(|(first, second, count)| std::iter::repeat_n((first, second), count))
            .collect();
        assert_eq!(cohen(&pairs), Some(400_000));
    }

    #[test]
    fn a_majority_is_more_than_half_and_a_tie_is_nobodys() {
        assert_eq!(majority(&["a", "b", "a"]), Some(&"a"));
        assert_eq!(majority(&["a", "b"]), None);
        assert_eq!(majority(&["a", "b", "c"]), None);
        assert_eq!(majority(&["a"]), Some(&"a"));
        assert_eq!(majority::<&str>(&[]), None);
    }

    #[test]
    fn the_first_answers_are_held_against_the_others_alone() {
        assert_eq!(with_first(&[vec!["a", "a", "b"], vec!["b", "a"], vec!["c"]]), Some(333_333));
        assert_eq!(with_first(&[vec!["a", "b", "b"]]), Some(0), "that the others agree says nothing of the first");
        assert_eq!(with_first(&[vec!["a"], vec![]]), None);
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        assert_eq!(share(&["a"]), None);
        assert_eq!(share::<&str>(&[]), None);
        assert_eq!(share_of_all(&[vec!["a"], vec!["b"]]), None);
        assert_eq!(fleiss(&[vec!["a", "a"], vec!["a", "a"]]), None, "chance would agree as completely");
        assert_eq!(fleiss(&[vec!["a", "b"], vec!["a"]]), None);
        assert_eq!(fleiss::<&str>(&[]), None);
        assert_eq!(cohen::<&str>(&[]), None);
        assert_eq!(cohen(&[("a", "a")]), None);
    }

    fn answered() -> impl Strategy<Value = Vec<Vec<u8>>> {
        (2_usize..6).prop_flat_map(|raters| prop::collection::vec(prop::collection::vec(0_u8..4, raters), 1..30))
    }

    proptest! {
        /// Floats of another formulation of the same definition say the same, to a millionth.
        #[test]
        #[allow(clippy::float_arithmetic, clippy::cast_precision_loss, clippy::as_conversions, reason = "the peer to compare with")]
        fn fleiss_kappa_agrees_with_its_definition_in_floats(items in answered()) {
            let (n, raters) = (items.len() as f64, items[0].len() as f64);
            let count = |answers: &[u8], category: u8| answers.iter().filter(|answer| **answer == category).count() as f64;
            let mean: f64 = items
                .iter()
                .map(|answers| (0..4).map(|c| count(answers, c) * (count(answers, c) - 1.0)).sum::<f64>() / (raters * (raters - 1.0)))
                .sum::<f64>() / n;
            let chance: f64 = (0..4).map(|c| (items.iter().map(|answers| count(answers, c)).sum::<f64>() / (n * raters)).powi(2)).sum();
            match fleiss(&items) {
                Some(kappa) => prop_assert!((kappa as f64 / 1e6 - (mean - chance) / (1.0 - chance)).abs() < 1e-6),
                None => prop_assert!((1.0 - chance).abs() < 1e-9),
            }
            prop_assert!((share_of_all(&items).unwrap() as f64 / 1e6 - mean).abs() < 1e-6);
        }

        #[test]
        fn names_of_categories_and_the_order_of_answers_mean_nothing(items in answered()) {
            let mut other: Vec<Vec<u8>> = items.iter().map(|answers| answers.iter().map(|answer| 9 - answer).rev().collect()).collect();
            other.reverse();
            prop_assert_eq!(fleiss(&items), fleiss(&other));
            prop_assert_eq!(share_of_all(&items), share_of_all(&other));
        }
    }
}
