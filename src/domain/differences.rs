//! What changed between two texts, line by line: the longest common subsequence of their lines (Wagner and Fischer's table, 1974),
//! after what both begin and end with.

/// A line of two texts laid beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// It stands in both.
    Kept(&'a str),
    /// It stood in the old one.
    Gone(&'a str),
    /// It stands in the new one.
    New(&'a str),
}

/// The lines of both texts in their order, what is gone before what is new. Read without the new ones they are the old text, without
/// the gone ones the new text.
///
/// ```
/// use manyhands_domain::differences::{Line, lines};
///
/// let all = lines("1 Read it.\n2 Doubt it.", "1 Read it.\n2 Mark it.");
/// assert_eq!(all, [Line::Kept("1 Read it."), Line::Gone("2 Doubt it."), Line::New("2 Mark it.")]);
/// ```
#[must_use]
pub fn lines<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let middle = |rest: &'_ [&'a str]| -> Vec<&'a str> { rest.iter().take(rest.len().saturating_sub(tail)).copied().collect() };
    let (old_middle, new_middle) = (middle(old_rest), middle(new_rest));
    let mut all: Vec<Line<'a>> = old.iter().take(head).map(|line| Line::Kept(line)).collect();
    if old_middle.len().saturating_mul(new_middle.len()) > MOST_CELLS {
        all.extend(old_middle.into_iter().map(Line::Gone));
        all.extend(new_middle.into_iter().map(Line::New));
    } else {
        all.extend(compare(&old_middle, &new_middle));
    }
    all.extend(old.iter().skip(old.len().saturating_sub(tail)).map(|line| Line::Kept(line)));
    all
}

fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    // table[i][j]: the longest common subsequence of old[i..] and new[j..].
    let mut table: Vec<Vec<u32>> = vec![vec![0; new.len().saturating_add(1)]];
    for line in old.iter().rev() {
        let below = table.last().cloned().unwrap_or_default();
        let mut row = vec![0; below.len()];
        let mut right = 0;
        for (place, other) in new.iter().enumerate().rev() {
            let down = below.get(place).copied().unwrap_or(0);
            let across = below.get(place.saturating_add(1)).copied().unwrap_or(0);
            right = if line == other { across.saturating_add(1) } else { down.max(right) };
            if let Some(cell) = row.get_mut(place) {
                *cell = right;
            }
        }
        table.push(row);
    }
    table.reverse();
    let at = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j, mut all) = (0_usize, 0_usize, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(gone), Some(fresh)) if gone == fresh => {
                all.push(Line::Kept(gone));
                (i, j) = (i.saturating_add(1), j.saturating_add(1));
            }
            (Some(gone), fresh) if fresh.is_none() || at(i.saturating_add(1), j) >= at(i, j.saturating_add(1)) => {
                all.push(Line::Gone(gone));
                i = i.saturating_add(1);
            }
            (_, Some(fresh)) => {
                all.push(Line::New(fresh));
                j = j.saturating_add(1);
            }
            (_, None) => return all,
        }
    }
}

/// Lines times lines that are compared one by one; longer changes are told as a whole.
const MOST_CELLS: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stays_is_kept_and_what_moved_is_told_once() {
        let all = lines("a\nb\nc\nd", "a\nc\nx\nd");
        assert_eq!(all, [Line::Kept("a"), Line::Gone("b"), Line::Kept("c"), Line::New("x"), Line::Kept("d")]);
        assert_eq!(lines("", "a"), [Line::New("a")]);
        assert_eq!(lines("a", ""), [Line::Gone("a")]);
        assert_eq!(lines("a\na", "a"), [Line::Kept("a"), Line::Gone("a")]);
        assert_eq!(lines("", ""), []);
    }

    #[test]
    fn a_change_too_long_to_compare_is_told_as_a_whole() {
        let of = |word: &str| (0..1_100).map(|n| format!("{word} {n}\n")).collect::<String>();
        let (old, new) = (of("old"), of("new"));
        let all = lines(&old, &new);
        assert_eq!(all.len(), 2_200);
        assert_eq!((all[0], all[2_199]), (Line::Gone("old 0"), Line::New("new 1099")));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_it(old in "[abc\n]{0,40}", new in "[abc\n]{0,40}") {
            let all = lines(&old, &new);
            let read = |skipped: fn(&Line<'_>) -> bool| {
                let text = |line: &Line<'_>| match line { Line::Kept(text) | Line::Gone(text) | Line::New(text) => (*text).to_owned() };
                all.iter().filter(|line| !skipped(line)).map(text).collect::<Vec<_>>()
            };
            prop_assert_eq!(read(|line| matches!(line, Line::New(_))), old.lines().collect::<Vec<_>>());
            prop_assert_eq!(read(|line| matches!(line, Line::Gone(_))), new.lines().collect::<Vec<_>>());
        }
    }
}
