//! Shapes as people type them, and as the drawing script writes them: one a line. `static/shapes.js` reads them by the same
//! rules, and `tests/fixtures/shapes.json` holds both to them.

use std::collections::BTreeSet;

use super::{ALL_POINTS_LIMIT, Allowed, POINTS_LIMIT, Point, REACH, SHAPES_LIMIT, Shape, Tool, plane};
use crate::refusal::Refusal;
use crate::text;

/// The shapes that these lines say, sorted: by label in the form's order, boxes first, then by their points.
///
/// Marks between numbers may be spaces, commas, semicolons or brackets; `à` is read for `to`; capitals of a label do not
/// matter, and a form with one label needs none. A first point that is repeated at the end closes the ring and is not counted.
///
/// # Errors
/// At most ten refusals, each with its line and what is wrong there: what cannot be read, an unknown label or tool, two points,
/// a point outside, twice the same point, no area, sides that cross, too much of anything. The text is kept by the caller.
pub fn read(typed: &str, allowed: &Allowed<'_>) -> Result<Vec<Shape>, Vec<Refusal>> {
    let (mut shapes, mut refusals, mut points) = (Vec::new(), Vec::new(), 0_usize);
    let (mut seen, mut count) = (BTreeSet::new(), 0_usize);
    for (place, line) in typed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        count = count.saturating_add(1);
        let at = |refusal: Refusal| refusal.with("line", place.saturating_add(1));
        match read_line(line, allowed) {
            Ok(shape) => {
                points = points.saturating_add(shape.points.len());
                let key = key_of(&shape, allowed);
                match seen.insert(key.clone()) {
                    true => shapes.push((key, shape)),
                    false => refusals.push(at(Refusal::new("shape-twice"))),
                }
            }
            Err(refusal) => refusals.push(at(refusal)),
        }
        if points > ALL_POINTS_LIMIT || count > SHAPES_LIMIT {
            let much = Refusal::new("shapes-too-many").with("shapes", SHAPES_LIMIT).with("points", ALL_POINTS_LIMIT);
            return Err(vec![much]);
        }
        if refusals.len() >= REFUSALS_SHOWN {
            break;
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    shapes.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(shapes.into_iter().map(|(_, shape)| shape).collect())
}

type Key = (usize, Tool, Vec<Point>);

fn key_of(shape: &Shape, allowed: &Allowed<'_>) -> Key {
    let label = allowed.labels.iter().position(|label| *label == shape.label);
    (label.unwrap_or(usize::MAX), shape.tool, shape.points.clone())
}

fn read_line(line: &str, allowed: &Allowed<'_>) -> Result<Shape, Refusal> {
    let (label, outline) = match line.rsplit_once(':') {
        Some((label, outline)) => (label_of(label, allowed.labels)?, outline),
        // With one label there is nothing to choose.
        None => match allowed.labels {
            [only] => (only.clone(), line),
            _ => return Err(Refusal::new("shape-unread")),
        },
    };
    let outline = outline.trim();
    if outline.ends_with('…') || outline.ends_with("...") {
        return Err(Refusal::new("shape-open"));
    }
    match corners_of(outline) {
        Some((from, to)) => {
            let (from, to) = (points_of(from, allowed)?, points_of(to, allowed)?);
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return Err(Refusal::new("shape-corners")) };
            check_tool(Tool::Box, allowed)?;
            Shape::rectangle(label, *from, *to).ok_or_else(|| Refusal::new("shape-flat"))
        }
        None => {
            let ring = ring_of(points_of(outline, allowed)?)?;
            check_tool(Tool::Polygon, allowed)?;
            if plane::is_flat(&ring) {
                return Err(Refusal::new("shape-flat"));
            }
            if let Some((one, other)) = plane::crossing(&ring) {
                let (one, other) = (one.saturating_add(1), other.saturating_add(1));
                return Err(Refusal::new("shape-crosses").with("one", one).with("other", other));
            }
            Shape::polygon(label, ring).ok_or_else(|| Refusal::new("shape-flat"))
        }
    }
}

fn label_of(typed: &str, labels: &[String]) -> Result<String, Refusal> {
    let typed = text::line(typed, 80).unwrap_or_default();
    let same = labels.iter().find(|label| **label == typed);
    let close = || labels.iter().find(|label| label.to_lowercase() == typed.to_lowercase());
    same.or_else(close).cloned().ok_or_else(|| Refusal::new("shape-label").with("label", typed))
}

fn check_tool(tool: Tool, allowed: &Allowed<'_>) -> Result<(), Refusal> {
    let code = match tool {
        Tool::Box => "shape-no-boxes",
        Tool::Polygon => "shape-no-polygons",
    };
    if allowed.tools.contains(&tool) { Ok(()) } else { Err(Refusal::new(code)) }
}

/// Both sides of the word between two corners, if it is there.
fn corners_of(outline: &str) -> Option<(&str, &str)> {
    BETWEEN.iter().find_map(|word| outline.split_once(word))
}

/// A ring as it was meant: a first point repeated at the end only closes it.
fn ring_of(mut ring: Vec<Point>) -> Result<Vec<Point>, Refusal> {
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 {
        return Err(Refusal::new("shape-points-few"));
    }
    if ring.len() > POINTS_LIMIT {
        return Err(Refusal::new("shape-points-many").with("most", POINTS_LIMIT));
    }
    let mut seen = BTreeSet::new();
    match ring.iter().find(|point| !seen.insert(**point)) {
        Some(point) => Err(Refusal::new("shape-point-twice").with("point", words_of(*point))),
        None => Ok(ring),
    }
}

fn points_of(text: &str, allowed: &Allowed<'_>) -> Result<Vec<Point>, Refusal> {
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']');
    let numbers: Result<Vec<i64>, Refusal> = text.split(apart).filter(|word| !word.is_empty()).map(tenths_of).collect();
    let numbers = numbers?;
    let pairs = numbers.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(Refusal::new("shape-half-point"));
    }
    pairs.map(|pair| if let [x, y] = pair { within(Point { x: *x, y: *y }, allowed) } else { Err(Refusal::new("shape-unread")) }).collect()
}

/// The point itself, if the picture has it.
fn within(point: Point, allowed: &Allowed<'_>) -> Result<Point, Refusal> {
    let (width, height) = allowed.size.map_or((REACH, REACH), |(width, height)| {
        let tenths = |pixels: u32| i64::from(pixels).saturating_mul(10).min(REACH);
        (tenths(width), tenths(height))
    });
    if (0..=width).contains(&point.x) && (0..=height).contains(&point.y) {
        return Ok(point);
    }
    Err(match allowed.size {
        Some((width, height)) => {
            Refusal::new("shape-outside").with("point", words_of(point)).with("width", width.to_string()).with("height", height.to_string())
        }
        None => Refusal::new("shape-beyond").with("point", words_of(point)),
    })
}

/// `12` or `12.5`, also below zero, in tenths.
fn tenths_of(word: &str) -> Result<i64, Refusal> {
    let refuse = || Refusal::new("shape-number").with("number", word.chars().take(20).collect::<String>());
    let (sign, digits) = match word.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1_i64, digits),
        None => (1, word),
    };
    let (whole, tenth) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(tenth) || tenth.len() > 1 || whole.len() > 9 {
        return Err(refuse());
    }
    let (whole, tenth) = (whole.parse::<i64>().map_err(|_| refuse())?, tenth.parse::<i64>().map_err(|_| refuse())?);
    Ok(whole.saturating_mul(10).saturating_add(tenth).saturating_mul(sign))
}

/// The lines that [`read`] reads as these shapes: how an answer is shown, and put back into its field.
#[must_use]
pub fn to_text(shapes: &[Shape]) -> String {
    let line = |shape: &Shape| {
        let between = if shape.tool == Tool::Box { " to " } else { " " };
        let points: Vec<String> = shape.points.iter().copied().map(words_of).collect();
        format!("{}: {}", shape.label, points.join(between))
    };
    shapes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `12,30.5`.
fn words_of(point: Point) -> String {
    format!("{},{}", decimal(point.x), decimal(point.y))
}

/// Tenths as a decimal number of pixels: `12`, `30.5`.
#[must_use]
pub fn decimal(tenths: i64) -> String {
    let size = tenths.unsigned_abs();
    let sign = if tenths < 0 { "-" } else { "" };
    match (size / 10, size % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

/// Between the corners of a box, as English and French have it.
const BETWEEN: &[&str] = &["to", "TO", "To", "à", "À"];
const REFUSALS_SHOWN: usize = 10;
