//! Plane geometry in whole numbers: area, whether a ring of points crosses itself, and how much two rings share. Coordinates
//! are tenths of a pixel from 0 to [`super::REACH`], y downwards; the products of two of them and a few hundred sums stay far
//! inside the types, so saturating arithmetic never saturates here.

use super::Point;

/// Twice the area of a ring of points, in tenths of a pixel squared: positive where the points go clockwise on a screen.
///
/// The shoelace formula (B. Braden, "The Surveyor's Area Formula", The College Mathematics Journal 17, 1986, 326-337).
#[must_use]
pub fn twice_area(ring: &[Point]) -> i64 {
    edges(ring).fold(0, |sum: i64, (a, b)| sum.saturating_add(a.x.saturating_mul(b.y)).saturating_sub(b.x.saturating_mul(a.y)))
}

/// Whether all points lie on one line.
#[must_use]
pub fn is_flat(ring: &[Point]) -> bool {
    let Some((first, rest)) = ring.split_first() else { return true };
    let Some(second) = rest.iter().find(|point| *point != first) else { return true };
    rest.iter().all(|point| turn(*first, *second, *point) == 0)
}

/// The first two sides of a ring that meet where they should not, each by the place of its first point from 0: they cross or
/// touch, or one runs back over another. A ring without such a pair encloses one piece of the plane.
///
/// Two segments meet as orientation tests tell (Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", section 33.1).
#[must_use]
pub fn crossing(ring: &[Point]) -> Option<(usize, usize)> {
    let sides: Vec<(Point, Point)> = edges(ring).collect();
    let last = sides.len().saturating_sub(1);
    for (i, (a, b)) in sides.iter().enumerate() {
        for (j, (c, d)) in sides.iter().enumerate().skip(i.saturating_add(1)) {
            // Neighbours share a point. Where one runs back over the other, the side after it begins on it, or it ends there.
            let neighbours = j == i.saturating_add(1) || (i == 0 && j == last);
            if !neighbours && meet((*a, *b), (*c, *d)) {
                return Some((i, j));
            }
        }
    }
    None
}

/// Twice the area that two rings share, in tenths of a pixel squared, rounded to a whole number. Neither may cross itself;
/// their directions do not matter.
///
/// A ring is the signed sum of the areas between its sides and the picture's upper edge (the integral behind the shoelace
/// formula), so what two rings share is the signed sum, over all pairs of sides, of the area under the lower of both. Of each
/// pair that is a trapezoid, less a triangle where the sides cross. Both are kept in units of 2^-40: a trapezoid is short by less
/// than one unit, a triangle by less than 10^6 of them, together less than 0.3 for the largest rings ([`super::POINTS_LIMIT`]).
/// Rounding therefore gives the exact value wherever that is a whole number: always for boxes, for a ring with itself, and for
/// rings apart.
#[must_use]
pub fn twice_shared(a: &[Point], b: &[Point]) -> i64 {
    let mut sum = 0_i128;
    for (side, forward) in edges(a).filter_map(rightward) {
        for (other, along) in edges(b).filter_map(rightward) {
            let part = under_both(side, other);
            sum = if forward == along { sum.saturating_add(part) } else { sum.saturating_sub(part) };
        }
    }
    let same = (twice_area(a) < 0) == (twice_area(b) < 0);
    let sum = if same { sum } else { sum.saturating_neg() };
    let rounded = sum.saturating_add(ONE.saturating_div(2)).div_euclid(ONE);
    i64::try_from(rounded).unwrap_or(0).max(0)
}

/// A side as it goes from left to right, and whether the ring goes so; none if it is upright, where nothing lies below it.
fn rightward((a, b): (Point, Point)) -> Option<((Point, Point), bool)> {
    match a.x.cmp(&b.x) {
        std::cmp::Ordering::Less => Some(((a, b), true)),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(((b, a), false)),
    }
}

/// Twice the area between the upper edge and the lower-valued of two sides, over the widths that both have, in units of 2^-40.
fn under_both(a: (Point, Point), b: (Point, Point)) -> i128 {
    let (left, right) = (a.0.x.max(b.0.x), a.1.x.min(b.1.x));
    if left >= right {
        return 0;
    }
    let (run_a, run_b) = (run(a), run(b));
    // Heights times the run of their own side: whole numbers.
    let (a_left, a_right) = (height(a, left), height(a, right));
    let (b_left, b_right) = (height(b, left), height(b, right));
    // How far a lies above b, times both runs.
    let over_left = a_left.saturating_mul(run_b).saturating_sub(b_left.saturating_mul(run_a));
    let over_right = a_right.saturating_mul(run_b).saturating_sub(b_right.saturating_mul(run_a));
    let width = i128::from(right.saturating_sub(left)).saturating_mul(ONE);
    let trapezoid = |left: i128, right: i128, run: i128| left.saturating_add(right).saturating_mul(width).checked_div(run).unwrap_or(0);
    // The one that is lower at the right end, less the triangle by which it rises above the other at the left end.
    let (whole, rises) = if over_right <= 0 {
        (trapezoid(a_left, a_right, run_a), over_left.max(0))
    } else {
        (trapezoid(b_left, b_right, run_b), over_left.saturating_neg().max(0))
    };
    let span = rises.saturating_add(over_right.saturating_abs());
    let base = rises.saturating_mul(width).checked_div(span).unwrap_or(0);
    let triangle = rises.saturating_mul(base).checked_div(run_a.saturating_mul(run_b)).unwrap_or(0);
    whole.saturating_sub(triangle)
}

fn run(side: (Point, Point)) -> i128 {
    i128::from(side.1.x.saturating_sub(side.0.x))
}

/// The height of a side at `x`, times its run.
fn height(side: (Point, Point), x: i64) -> i128 {
    let rise = i128::from(side.1.y.saturating_sub(side.0.y));
    let way = i128::from(x.saturating_sub(side.0.x));
    i128::from(side.0.y).saturating_mul(run(side)).saturating_add(rise.saturating_mul(way))
}

/// The sides of a ring, the last one leading back.
fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Positive if c lies clockwise of the way from a to b on a screen, 0 if on its line.
fn turn(a: Point, b: Point, c: Point) -> i64 {
    let (ab, ac) = (way(a, b), way(a, c));
    ab.0.saturating_mul(ac.1).saturating_sub(ab.1.saturating_mul(ac.0))
}

fn way(a: Point, b: Point) -> (i64, i64) {
    (b.x.saturating_sub(a.x), b.y.saturating_sub(a.y))
}

/// Whether two segments have a point in common.
fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let sides = [turn(a, b, c).signum(), turn(a, b, d).signum(), turn(c, d, a).signum(), turn(c, d, b).signum()];
    let [ends_c, ends_d, ends_a, ends_b] = sides;
    if ends_c != ends_d && ends_a != ends_b {
        return true;
    }
    let on = |side: i64, (a, b): (Point, Point), c: Point| {
        side == 0 && (a.x.min(b.x)..=a.x.max(b.x)).contains(&c.x) && (a.y.min(b.y)..=a.y.max(b.y)).contains(&c.y)
    };
    on(ends_c, (a, b), c) || on(ends_d, (a, b), d) || on(ends_a, (c, d), a) || on(ends_b, (c, d), b)
}

/// The unit in which parts of areas are kept.
const ONE: i128 = 1 << 40;
