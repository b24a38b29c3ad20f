//! Boxes and polygons on a picture, as answers: how they are typed, what makes them fit, their one canonical form, and how much
//! two of them have in common.
//!
//! One shape stands on each line, its label first; points are x,y in pixels of the original picture from its upper left corner,
//! a point before the tenth:
//!
//! ```text
//! car: 10,20 to 110,90
//! tree: 10,20 110,20 110,90.5
//! ```
//!
//! The first is a box by two opposite corners, the second a polygon. The drawing script writes the same lines into the same
//! field. A line that ends in `…` is a polygon that is not closed yet: it is kept as a draft and refused as an answer.
//!
//! Coordinates are whole tenths of a pixel: nothing here is a float, and equal answers are equal bytes.

mod plane;
mod typed;

use serde_json::{Value, json};

pub use typed::{decimal, read, to_text};

/// A point, in tenths of a pixel from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// To the right.
    pub x: i64,
    /// Downwards.
    pub y: i64,
}

/// With what a shape is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// A rectangle along the picture's edges.
    Box,
    /// Points in a ring.
    Polygon,
}

/// One shape: of canonical form, so that shapes drawn from another point or in the other direction are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    label: String,
    tool: Tool,
    /// Of a box its upper left and lower right corner. Of a polygon all points, clockwise on a screen, from the topmost one,
    /// of several the leftmost.
    points: Vec<Point>,
}

/// What a form allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed<'a> {
    /// The tools.
    pub tools: &'a [Tool],
    /// The labels, in the form's order.
    pub labels: &'a [String],
    /// Width and height of the picture in pixels, where they are known.
    pub size: Option<(u32, u32)>,
}

/// How much two shapes have in common, as a fraction of what they cover together: the intersection over union, or Jaccard index
/// (M. Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 88, 2010, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Twice the shared area, in tenths of a pixel squared. Exact for boxes, for equal shapes and for shapes apart; for others
    /// rounded to a whole number, which is less than 0.005 square pixels.
    pub shared: i64,
    /// Twice the area of both together, in the same unit; above zero.
    pub whole: i64,
}

impl Tool {
    /// Its word: `box` or `polygon`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Tool::Box => "box",
            Tool::Polygon => "polygon",
        }
    }

    /// The tool of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Tool> {
        [Tool::Box, Tool::Polygon].into_iter().find(|tool| tool.word() == word)
    }
}

impl Shape {
    /// A box between two opposite corners; none if it has no area.
    #[must_use]
    pub fn rectangle(label: String, a: Point, b: Point) -> Option<Shape> {
        let (from, to) = (Point { x: a.x.min(b.x), y: a.y.min(b.y) }, Point { x: a.x.max(b.x), y: a.y.max(b.y) });
        (from.x < to.x && from.y < to.y).then(|| Shape { label, tool: Tool::Box, points: vec![from, to] })
    }

    /// A polygon of these points; none if they enclose no one piece of the picture.
    #[must_use]
    pub fn polygon(label: String, mut ring: Vec<Point>) -> Option<Shape> {
        if plane::is_flat(&ring) || plane::crossing(&ring).is_some() {
            return None;
        }
        if plane::twice_area(&ring) < 0 {
            ring.reverse();
        }
        let first = ring.iter().enumerate().min_by_key(|(_, point)| (point.y, point.x)).map_or(0, |(place, _)| place);
        ring.rotate_left(first);
        Some(Shape { label, tool: Tool::Polygon, points: ring })
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its tool.
    #[must_use]
    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// Its outline, clockwise on a screen: four points of a box, all of a polygon.
    #[must_use]
    pub fn outline(&self) -> Vec<Point> {
        match (self.tool, self.points.as_slice()) {
            (Tool::Box, [from, to]) => vec![*from, Point { x: to.x, y: from.y }, *to, Point { x: from.x, y: to.y }],
            (_, points) => points.to_vec(),
        }
    }

    /// How many sides its outline has.
    #[must_use]
    pub fn sides(&self) -> usize {
        if self.tool == Tool::Box { 4 } else { self.points.len() }
    }

    /// The smallest box around it: upper left and lower right corner.
    #[must_use]
    pub fn bounds(&self) -> (Point, Point) {
        let least = |of: fn(&Point) -> i64| self.points.iter().map(of).min().unwrap_or(0);
        let most = |of: fn(&Point) -> i64| self.points.iter().map(of).max().unwrap_or(0);
        (Point { x: least(|p| p.x), y: least(|p| p.y) }, Point { x: most(|p| p.x), y: most(|p| p.y) })
    }

    /// Twice its area, in tenths of a pixel squared (200 are one square pixel); exact.
    ///
    /// ```
    /// use manyhands_domain::shapes::{Point, Shape};
    /// let (a, b) = (Point { x: 0, y: 0 }, Point { x: 100, y: 50 });
    /// assert_eq!(Shape::rectangle("car".to_owned(), a, b).map(|shape| shape.twice_area()), Some(10_000));
    /// ```
    #[must_use]
    pub fn twice_area(&self) -> i64 {
        plane::twice_area(&self.outline())
    }

    /// How much it has in common with another, whatever their labels and tools.
    #[must_use]
    pub fn overlap(&self, other: &Shape) -> Overlap {
        let (a, b) = (self.bounds(), other.bounds());
        let apart = a.1.x <= b.0.x || b.1.x <= a.0.x || a.1.y <= b.0.y || b.1.y <= a.0.y;
        let shared = if apart { 0 } else { plane::twice_shared(&self.outline(), &other.outline()) };
        let both = self.twice_area().saturating_add(other.twice_area());
        Overlap { shared, whole: both.saturating_sub(shared) }
    }

    /// As the canonical answer has it: `corners_tenths` of a box, `points_tenths` of a polygon.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let points: Vec<[i64; 2]> = self.points.iter().map(|point| [point.x, point.y]).collect();
        match self.tool {
            Tool::Box => json!({"corners_tenths": points, "label": self.label, "shape": "box"}),
            Tool::Polygon => json!({"label": self.label, "points_tenths": points, "shape": "polygon"}),
        }
    }

    /// A shape of a canonical answer; none if this is not one.
    #[must_use]
    pub fn of_json(value: &Value) -> Option<Shape> {
        let label = value.get("label")?.as_str()?.to_owned();
        let tool = Tool::of(value.get("shape")?.as_str()?)?;
        let name = if tool == Tool::Box { "corners_tenths" } else { "points_tenths" };
        let points: Option<Vec<Point>> = value.get(name)?.as_array()?.iter().map(point_of).collect();
        match (tool, points?.as_slice()) {
            (Tool::Box, [from, to]) => Shape::rectangle(label, *from, *to),
            (Tool::Box, _) => None,
            (Tool::Polygon, points) if points.len() <= POINTS_LIMIT => Shape::polygon(label, points.to_vec()),
            (Tool::Polygon, _) => None,
        }
    }
}

fn point_of(value: &Value) -> Option<Point> {
    match value.as_array()?.as_slice() {
        [x, y] => {
            let within = |value: &Value| value.as_i64().filter(|tenths| (0..=REACH).contains(tenths));
            Some(Point { x: within(x)?, y: within(y)? })
        }
        _ => None,
    }
}

/// All shapes of one picture as an answer. [`read`] sorts them, so equal answers are equal bytes.
#[must_use]
pub fn to_json(shapes: &[Shape]) -> Value {
    shapes.iter().map(Shape::to_json).collect()
}

/// The shapes of an answer; none if it is no answer of this kind.
#[must_use]
pub fn of_json(answer: &Value) -> Option<Vec<Shape>> {
    answer.as_array()?.iter().map(Shape::of_json).collect()
}

impl Overlap {
    /// The fraction in ten-thousandths, rounded down: 10,000 only where the shapes are equal, as far as this can tell.
    #[must_use]
    pub fn per_ten_thousand(&self) -> u16 {
        let share = i128::from(self.shared).saturating_mul(10_000).checked_div(i128::from(self.whole));
        share.and_then(|share| u16::try_from(share).ok()).unwrap_or(0).min(10_000)
    }

    /// Whether it is at least this many ten-thousandths, by whole numbers.
    #[must_use]
    pub fn is_at_least(&self, per_ten_thousand: u16) -> bool {
        let (shared, whole) = (i128::from(self.shared), i128::from(self.whole));
        shared.saturating_mul(10_000) >= whole.saturating_mul(i128::from(per_ten_thousand))
    }
}

/// The largest coordinate, in tenths: 100,000 pixels.
pub const REACH: i64 = 1_000_000;
/// Points of one polygon.
pub const POINTS_LIMIT: usize = 500;
/// Points of all shapes on one picture: what is checked in a moment, and drawn by a cheap phone.
pub const ALL_POINTS_LIMIT: usize = 5_000;
/// Shapes on one picture.
pub const SHAPES_LIMIT: usize = 200;

#[cfg(test)]
mod tests;
