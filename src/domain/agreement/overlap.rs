//! How far several answers that mark places agree: shapes on a picture, passages in a text. Nobody draws the same to the pixel, so
//! equality says nothing of them; how much of what they mark is the same does.
//!
//! Two marks of the same label have in common their intersection over their union, the Jaccard index (M. Everingham et al., "The PASCAL
//! Visual Object Classes Challenge", IJCV 88, 2010, section 4.2). Of two answers to an item, each mark of the one is paired with at most
//! one mark of the other, of the same label, so that the sum is the largest (the assignment problem: H. W. Kuhn, "The Hungarian method
//! for the assignment problem", Naval Research Logistics Quarterly 2, 1955, 83–97; here by shortest augmenting paths, R. Jonker and
//! A. Volgenant, Computing 38, 1987, 325–340). The two agree by that sum over the number of pairs and of marks left over: of a label with
//! m marks here and n there, the larger of m and n. Where both mark nothing they agree completely.
//!
//! An item's figure is the mean over all pairs of its answers, a batch's over all pairs of answers to the same item, a label's over those
//! pairs in which it occurs, of its marks alone. Whole numbers throughout: an overlap is in millionths, rounded to the nearest.

mod pairing;

use std::collections::BTreeMap;

use serde_json::Value;

use self::pairing::Gains;
use super::{Millionths, ratio};
use crate::shapes::Shape;

/// Something that an answer marks.
pub trait Marked {
    /// Its label.
    fn label(&self) -> &str;
    /// How much comparing it with another costs, in pairs of sides; 0 where a look at their bounds says that they are apart.
    fn effort(&self, other: &Self) -> u64;
    /// How much it has in common with another.
    fn overlap(&self, other: &Self) -> Millionths;
}

impl Marked for Shape {
    fn label(&self) -> &str {
        Shape::label(self)
    }

    fn effort(&self, other: &Shape) -> u64 {
        let (a, b) = (self.bounds(), other.bounds());
        let apart = a.1.x <= b.0.x || b.1.x <= a.0.x || a.1.y <= b.0.y || b.1.y <= a.0.y;
        if apart { 0 } else { count(self.sides()).saturating_mul(count(other.sides())) }
    }

    fn overlap(&self, other: &Shape) -> Millionths {
        let overlap = Shape::overlap(self, other);
        ratio(i128::from(overlap.shared), i128::from(overlap.whole)).unwrap_or(0)
    }
}

/// A passage marked in a text, from character to character, the last not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its label.
    pub label: String,
    /// The first character.
    pub start: i64,
    /// The one after the last.
    pub end: i64,
}

impl Marked for Passage {
    fn label(&self) -> &str {
        &self.label
    }

    fn effort(&self, other: &Passage) -> u64 {
        u64::from(self.start < other.end && other.start < self.end)
    }

    fn overlap(&self, other: &Passage) -> Millionths {
        let shared = i128::from(self.end.min(other.end)).saturating_sub(i128::from(self.start.max(other.start))).max(0);
        let whole = i128::from(self.end.max(other.end)).saturating_sub(i128::from(self.start.min(other.start)));
        ratio(shared, whole).unwrap_or(0)
    }
}

/// The passages of a canonical answer; none if it is no answer of that kind.
#[must_use]
pub fn passages(answer: &Value) -> Option<Vec<Passage>> {
    let number = |span: &Value, name: &str| span.get(name).and_then(Value::as_i64);
    let passage = |span: &Value| {
        let label = span.get("label")?.as_str()?.to_owned();
        Some(Passage { label, start: number(span, "start")?, end: number(span, "end")? })
    };
    answer.as_array()?.iter().map(passage).collect()
}

/// Figures that are added up pair by pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    all: Mean,
    labels: BTreeMap<String, Mean>,
    items: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mean {
    sum: i128,
    pairs: i128,
}

impl Mean {
    fn add(&mut self, figure: Option<Millionths>) {
        let Some(figure) = figure else { return };
        self.sum = self.sum.saturating_add(i128::from(figure));
        self.pairs = self.pairs.saturating_add(1);
    }

    /// To the nearest millionth.
    fn value(self) -> Option<Millionths> {
        let doubled = self.sum.checked_mul(2)?.checked_add(self.pairs)?;
        i64::try_from(doubled.checked_div(self.pairs.checked_mul(2)?)?).ok()
    }
}

impl Tally {
    /// Adds the answers to one item. Nothing where there are fewer than two.
    pub fn add<M: Marked>(&mut self, answers: &[Vec<M>]) {
        if answers.len() < 2 {
            return;
        }
        self.items = self.items.saturating_add(1);
        for (one, other) in pairs(answers) {
            let (mut sum, mut most) = (0_i64, 0_i64);
            for (label, (here, there)) in by_label(one, other) {
                let (matched, of) = (best(&here, &there), i64::try_from(here.len().max(there.len())).unwrap_or(i64::MAX));
                sum = sum.saturating_add(matched);
                most = most.saturating_add(of);
                self.labels.entry(label.to_owned()).or_default().add(share_of(matched, of));
            }
            // Both mark nothing: they agree.
            self.all.add(if most == 0 { Some(1_000_000) } else { share_of(sum, most) });
        }
    }

    /// The mean over all pairs; nothing without any.
    #[must_use]
    pub fn mean(&self) -> Option<Millionths> {
        self.all.value()
    }

    /// Each label that anybody marked, with the mean of its own marks.
    pub fn labels(&self) -> impl Iterator<Item = (&str, Millionths)> {
        self.labels.iter().filter_map(|(label, mean)| Some((label.as_str(), mean.value()?)))
    }

    /// Items that it rests on.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }
}

/// What comparing the answers to one item costs, in pairs of sides and steps of matching: whoever serves a page bounds it.
#[must_use]
pub fn effort<M: Marked>(answers: &[Vec<M>]) -> u64 {
    let mut effort = 0_u64;
    for (one, other) in pairs(answers) {
        for (here, there) in by_label(one, other).into_values() {
            effort = effort.saturating_add(count(here.len()).saturating_mul(count(there.len())));
            for group in groups(&here, &there) {
                effort = effort.saturating_add(group.edges.iter().fold(0, |sum: u64, edge| sum.saturating_add(edge.effort)));
                let (small, large) = (count(group.here.len().min(group.there.len())), count(group.here.len().max(group.there.len())));
                effort = effort.saturating_add(small.saturating_mul(small).saturating_mul(large));
            }
        }
    }
    effort
}

fn share_of(matched: Millionths, of: i64) -> Option<Millionths> {
    let doubled = matched.checked_mul(2)?.checked_add(of)?;
    doubled.checked_div(of.checked_mul(2)?)
}

fn pairs<T>(all: &[T]) -> impl Iterator<Item = (&T, &T)> {
    all.iter().enumerate().flat_map(|(place, one)| all.iter().skip(place.saturating_add(1)).map(move |other| (one, other)))
}

type Sides<'a, M> = (Vec<&'a M>, Vec<&'a M>);

/// The marks of two answers, label by label.
fn by_label<'a, M: Marked>(one: &'a [M], other: &'a [M]) -> BTreeMap<&'a str, Sides<'a, M>> {
    let mut labels: BTreeMap<&str, Sides<'_, M>> = BTreeMap::new();
    one.iter().for_each(|mark| labels.entry(mark.label()).or_default().0.push(mark));
    other.iter().for_each(|mark| labels.entry(mark.label()).or_default().1.push(mark));
    labels
}

/// Two marks that may have something in common.
#[derive(Clone, Copy, Debug)]
struct Edge {
    here: usize,
    there: usize,
    effort: u64,
}

/// Marks that hang together: nothing outside can be paired with any of them.
#[derive(Debug, Default)]
struct Group {
    here: Vec<usize>,
    there: Vec<usize>,
    edges: Vec<Edge>,
}

fn groups<M: Marked>(here: &[&M], there: &[&M]) -> Vec<Group> {
    let mut edges: Vec<Vec<Edge>> = Vec::new();
    let mut back: Vec<Vec<usize>> = there.iter().map(|_| Vec::new()).collect();
    for (place, mark) in here.iter().enumerate() {
        let mut own = Vec::new();
        for (other_place, other) in there.iter().enumerate() {
            let effort = mark.effort(other);
            if effort > 0 {
                own.push(Edge { here: place, there: other_place, effort });
                if let Some(list) = back.get_mut(other_place) {
                    list.push(place);
                }
            }
        }
        edges.push(own);
    }
    let mut seen: Vec<bool> = here.iter().map(|_| false).collect();
    let mut seen_there: Vec<bool> = there.iter().map(|_| false).collect();
    let mut groups = Vec::new();
    for start in 0..here.len() {
        let (mut group, mut next) = (Group::default(), vec![start]);
        while let Some(place) = next.pop() {
            if seen.get_mut(place).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            group.here.push(place);
            for edge in edges.get(place).into_iter().flatten() {
                group.edges.push(*edge);
                if seen_there.get_mut(edge.there).is_some_and(|seen| !std::mem::replace(seen, true)) {
                    group.there.push(edge.there);
                    next.extend(back.get(edge.there).into_iter().flatten());
                }
            }
        }
        if !group.there.is_empty() {
            groups.push(group);
        }
    }
    groups
}

/// The largest sum of overlaps that pairing marks one to one gives.
fn best<M: Marked>(here: &[&M], there: &[&M]) -> Millionths {
    let of_group = |group: &Group| {
        let mut gains = Gains::new(group.here.len(), group.there.len());
        for edge in &group.edges {
            let places =
                group.here.iter().position(|place| *place == edge.here).zip(group.there.iter().position(|place| *place == edge.there));
            if let (Some((row, column)), Some(one), Some(other)) = (places, here.get(edge.here), there.get(edge.there)) {
                gains.set(row, column, one.overlap(other));
            }
        }
        gains.best()
    };
    groups(here, there).iter().fold(0, |sum: i64, group| sum.saturating_add(of_group(group)))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
