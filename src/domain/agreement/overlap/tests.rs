use proptest::prelude::*;

use super::*;
use crate::shapes::Point;

fn rectangle(label: &str, from: (i64, i64), to: (i64, i64)) -> Shape {
    let point = |(x, y): (i64, i64)| Point { x: x * 10, y: y * 10 };
    Shape::rectangle(label.to_owned(), point(from), point(to)).unwrap()
}

fn triangle(label: &str, points: [(i64, i64); 3]) -> Shape {
    Shape::polygon(label.to_owned(), points.map(|(x, y)| Point { x: x * 10, y: y * 10 }).to_vec()).unwrap()
}

fn passage(label: &str, start: i64, end: i64) -> Passage {
    Passage { label: label.to_owned(), start, end }
}

fn of<M: Marked>(answers: &[Vec<M>]) -> Option<Millionths> {
    let mut tally = Tally::default();
    tally.add(answers);
    tally.mean()
}

#[test]
fn two_boxes_agree_by_what_they_share_of_what_they_cover() {
    // 10 × 10 each, 5 × 10 shared: 50 of 150.
    let (left, right) = (rectangle("car", (0, 0), (10, 10)), rectangle("car", (5, 0), (15, 10)));
    assert_eq!(of(&[vec![left.clone()], vec![right.clone()]]), Some(333_333));
    assert_eq!(of(&[vec![left.clone()], vec![left.clone()]]), Some(1_000_000));
    let below = rectangle("car", (0, 10), (10, 20));
    assert_eq!(of(&[vec![left.clone()], vec![below]]), Some(0), "an edge in common is no area");
    let tree = rectangle("tree", (0, 0), (10, 10));
    assert_eq!(of(&[vec![left], vec![tree]]), Some(0), "of another label");
}

#[test]
fn a_polygon_is_held_against_a_box_by_its_area() {
    // Half of a square: 50 of 100.
    let square = rectangle("car", (0, 0), (10, 10));
    let half = triangle("car", [(0, 0), (10, 0), (0, 10)]);
    assert_eq!(of(&[vec![square], vec![half]]), Some(500_000));
}

#[test]
fn what_is_left_over_counts_nothing_and_nothing_agrees_with_nothing() {
    let (one, other) = (rectangle("car", (0, 0), (10, 10)), rectangle("car", (50, 50), (60, 60)));
    assert_eq!(of(&[vec![one.clone()], vec![one.clone(), other.clone()]]), Some(500_000));
    assert_eq!(of(&[vec![one.clone()], vec![]]), Some(0));
    assert_eq!(of::<Shape>(&[vec![], vec![]]), Some(1_000_000));
    assert_eq!(of(&[vec![one.clone()]]), None, "one answer agrees with nobody");
    assert_eq!(of::<Shape>(&[]), None);
    // A car that both found, a car that one found, a tree that one found: 1 of 3.
    let tree = rectangle("tree", (0, 0), (10, 10));
    assert_eq!(of(&[vec![one.clone(), other, tree], vec![one]]), Some(333_333));
}

#[test]
fn marks_are_paired_so_that_the_sum_is_the_largest_not_one_by_one() {
    // The first pair alone has 6 of 10 in common; crosswise it is 4 of 8 twice.
    let one = vec![passage("who", 0, 8), passage("who", 6, 10)];
    let other = vec![passage("who", 2, 10), passage("who", 0, 4)];
    assert_eq!(one[0].overlap(&other[0]), 600_000);
    assert_eq!(of(&[one, other]), Some(500_000));
}

#[test]
fn an_item_is_the_mean_of_its_pairs_a_batch_of_all_pairs_and_a_label_of_its_own() {
    let (a, b) = (passage("who", 0, 10), passage("who", 5, 15));
    // Equal, a third, a third: 5 of 9.
    let item = [vec![a.clone()], vec![a.clone()], vec![b]];
    assert_eq!(of(&item), Some(555_555), "three figures of millionths, rounded to the nearest");
    let mut tally = Tally::default();
    tally.add(&item);
    tally.add(&[vec![a.clone(), passage("where", 0, 5)], vec![a, passage("where", 5, 9)]]);
    // The four pairs: 1, 1/3, 1/3, and 1 of 2.
    assert_eq!((tally.mean(), tally.items()), (Some(541_667), 2));
    assert_eq!(tally.labels().collect::<Vec<_>>(), [("where", 0), ("who", 666_667)]);
}

#[test]
fn passages_are_read_from_canonical_answers() {
    let answer = serde_json::json!([{"start": 2, "end": 5, "label": "who", "text": "Ann"}]);
    assert_eq!(passages(&answer), Some(vec![passage("who", 2, 5)]));
    assert_eq!(passages(&serde_json::json!([{"start": 2}])), None);
    assert_eq!(passages(&serde_json::json!("who")), None);
}

#[test]
fn what_it_would_cost_is_known_before_and_shapes_apart_cost_a_look() {
    let apart: Vec<Shape> = (0..200).map(|place| rectangle("car", (place * 20, 0), (place * 20 + 10, 10))).collect();
    // 200 × 200 looks, and 200 pairs that meet: four sides by four, and one step each.
    assert_eq!(effort(&[apart.clone(), apart]), 40_000 + 200 * 17);
    let heap: Vec<Shape> = (0..200).map(|place| rectangle("car", (0, 0), (1_000 + place, 1_000))).collect();
    let nine: Vec<Vec<Shape>> = (0..9).map(|_| heap.clone()).collect();
    assert_eq!(effort(&nine), 36 * (40_000 + 40_000 * 16 + 200 * 200 * 200), "nine answers of two hundred in a heap");
    let many: Vec<Passage> = (0..500).map(|place| passage("who", place, place + 1)).collect();
    assert_eq!(of(&[many.clone(), many]), Some(1_000_000));
}

/// Every way to pair them.
fn tried(gains: &[Vec<i64>], row: usize, taken: &mut Vec<bool>) -> i64 {
    if row == gains.len() {
        return 0;
    }
    let mut most = tried(gains, row + 1, taken);
    for column in 0..taken.len() {
        if !taken[column] {
            taken[column] = true;
            most = most.max(gains[row][column] + tried(gains, row + 1, taken));
            taken[column] = false;
        }
    }
    most
}

fn gains() -> impl Strategy<Value = Vec<Vec<i64>>> {
    (1_usize..6, 1_usize..6).prop_flat_map(|(rows, columns)| prop::collection::vec(prop::collection::vec(0_i64..7, columns), rows))
}

proptest! {
    #[test]
    fn the_pairing_is_the_best_of_all(values in gains()) {
        let (rows, columns) = (values.len(), values[0].len());
        let mut matrix = Gains::new(rows, columns);
        for (row, gains) in values.iter().enumerate() {
            gains.iter().enumerate().for_each(|(column, gain)| matrix.set(row, column, *gain));
        }
        prop_assert_eq!(matrix.best(), tried(&values, 0, &mut vec![false; columns]));
    }

    /// Neither the order of answers nor that of marks means anything.
    #[test]
    fn order_means_nothing(spans in prop::collection::vec(prop::collection::vec((0_i64..20, 1_i64..9, 0_u8..2), 0..6), 2..5)) {
        let answers: Vec<Vec<Passage>> = spans
            .iter()
            .map(|answer| answer.iter().map(|(start, length, label)| passage(&label.to_string(), *start, start + length)).collect())
            .collect();
        let turned: Vec<Vec<Passage>> = answers.iter().rev().map(|answer| answer.iter().rev().cloned().collect()).collect();
        prop_assert_eq!(of(&answers), of(&turned));
    }
}
