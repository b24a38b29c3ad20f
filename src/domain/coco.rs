//! Shapes as COCO's object detection format has them (cocodataset.org, "Data format"): one JSON document of images,
//! annotations and categories, coordinates in pixels. Numbers are written as decimals from whole tenths, so nothing is a float
//! and the same shapes are the same bytes.

use crate::log::json;
use crate::shapes::{Point, Shape, decimal};

/// A picture with the shapes of one answer.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// What the client calls it: the item's id, or its file's name.
    pub name: &'a str,
    /// Width and height in pixels, where they are known. Else the smallest size that holds all shapes is written: readers of the
    /// format cannot do without.
    pub size: Option<(u32, u32)>,
    /// The shapes of the answer.
    pub shapes: &'a [Shape],
}

/// A document in its three parts, picture by picture, so that none need be held whole. Categories are numbered from 1 in the order of the
/// labels, pictures and annotations from 1 in the order given; a box has the polygon of its four corners as segmentation, so that every
/// annotation has one. A shape whose label is not among the labels is left out: no form allows one.
#[derive(Clone, Debug)]
pub struct Writer {
    labels: Vec<String>,
    pictures: usize,
    annotations: usize,
}

/// What a picture adds to the document.
#[derive(Clone, Debug)]
pub struct Part {
    /// To the annotations.
    pub annotations: String,
    /// To the images.
    pub image: String,
}

impl Writer {
    /// A document with these labels.
    #[must_use]
    pub fn new(labels: Vec<String>) -> Writer {
        Writer { labels, pictures: 0, annotations: 0 }
    }

    /// What the next picture adds, commas included.
    pub fn picture(&mut self, picture: &Picture<'_>) -> Part {
        let comma = |before: usize| if before == 0 { "" } else { "," };
        let (width, height) = picture.size.map_or_else(|| size_around(picture.shapes), |(width, height)| (width.into(), height.into()));
        let (first, name) = (comma(self.pictures), text(picture.name));
        self.pictures = self.pictures.saturating_add(1);
        let image = format!("{first}{{\"file_name\":{name},\"height\":{height},\"id\":{},\"width\":{width}}}", self.pictures);
        let mut annotations = String::new();
        for shape in picture.shapes {
            if let Some(category) = self.labels.iter().position(|label| label == shape.label()) {
                annotations.push_str(comma(self.annotations));
                self.annotations = self.annotations.saturating_add(1);
                annotations.push_str(&annotation(self.annotations, self.pictures, category.saturating_add(1), shape));
            }
        }
        Part { annotations, image }
    }

    /// What stands between the annotations and the images.
    #[must_use]
    pub fn categories(&self) -> String {
        let category = |(place, label): (usize, &String)| {
            format!("{{\"id\":{},\"name\":{},\"supercategory\":\"\"}}", place.saturating_add(1), text(label))
        };
        let categories: Vec<String> = self.labels.iter().enumerate().map(category).collect();
        format!("],\"categories\":[{}],\"images\":[", categories.join(","))
    }
}

/// With what a document begins, before the annotations.
pub const BEGIN: &str = "{\"annotations\":[";
/// With what it ends, after the images.
pub const END: &str = "]}\n";

/// One annotation: `area` in square pixels, `bbox` as x, y, width, height, `segmentation` as one ring of x and y.
fn annotation(id: usize, image: usize, category: usize, shape: &Shape) -> String {
    let (from, to) = shape.bounds();
    let bounds = [from.x, from.y, to.x.saturating_sub(from.x), to.y.saturating_sub(from.y)].map(decimal).join(",");
    let ring: Vec<String> = shape.outline().iter().flat_map(|Point { x, y }| [decimal(*x), decimal(*y)]).collect();
    let area = square_pixels(shape.twice_area());
    format!(
        "{{\"area\":{area},\"bbox\":[{bounds}],\"category_id\":{category},\"id\":{id},\"image_id\":{image},\"iscrowd\":0,\
         \"segmentation\":[[{}]]}}",
        ring.join(",")
    )
}

/// Two-hundredths of a square pixel as a decimal number: at most three decimals.
fn square_pixels(twice: i64) -> String {
    let thousandths = twice.unsigned_abs().saturating_mul(5);
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// Whole pixels that hold all shapes.
fn size_around(shapes: &[Shape]) -> (i64, i64) {
    let pixels = |tenths: i64| tenths.saturating_add(9) / 10;
    let far = |of: fn(Point) -> i64| shapes.iter().map(|shape| of(shape.bounds().1)).max().map_or(1, pixels);
    (far(|point| point.x), far(|point| point.y))
}

fn text(words: &str) -> String {
    json::write(&serde_json::Value::from(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::{Allowed, Tool, read};

    fn document(labels: &[String], pictures: &[Picture<'_>]) -> String {
        let mut writer = Writer::new(labels.to_vec());
        let parts: Vec<Part> = pictures.iter().map(|picture| writer.picture(picture)).collect();
        let annotations: String = parts.iter().map(|part| part.annotations.as_str()).collect();
        let images: String = parts.iter().map(|part| part.image.as_str()).collect();
        format!("{BEGIN}{annotations}{}{images}{END}", writer.categories())
    }

    fn shapes(typed: &str) -> Vec<Shape> {
        let labels = ["car".to_owned(), "tree \"x\"".to_owned()];
        read(typed, &Allowed { tools: &[Tool::Box, Tool::Polygon], labels: &labels, size: None }).unwrap()
    }

    #[test]
    fn a_document_has_boxes_rings_and_areas_in_pixels() {
        let labels = ["car".to_owned(), "tree \"x\"".to_owned()];
        let (one, two) = (shapes("tree \"x\": 0,0 10,0 10.5,10.5\ncar: 10,20 to 110,90"), shapes("car: 1,1 to 2.5,3.1"));
        let pictures = [
            Picture { name: "a.jpg", size: Some((640, 480)), shapes: &one },
            Picture { name: "b.jpg", size: None, shapes: &two },
            Picture { name: "none.jpg", size: None, shapes: &[] },
        ];
        let expected = concat!(
            r#"{"annotations":[{"area":7000,"bbox":[10,20,100,70],"category_id":1,"id":1,"image_id":1,"iscrowd":0,"#,
            r#""segmentation":[[10,20,110,20,110,90,10,90]]},"#,
            r#"{"area":52.5,"bbox":[0,0,10.5,10.5],"category_id":2,"id":2,"image_id":1,"iscrowd":0,"#,
            r#""segmentation":[[0,0,10,0,10.5,10.5]]},"#,
            r#"{"area":3.15,"bbox":[1,1,1.5,2.1],"category_id":1,"id":3,"image_id":2,"iscrowd":0,"#,
            r#""segmentation":[[1,1,2.5,1,2.5,3.1,1,3.1]]}],"#,
            r#""categories":[{"id":1,"name":"car","supercategory":""},{"id":2,"name":"tree \"x\"","supercategory":""}],"#,
            r#""images":[{"file_name":"a.jpg","height":480,"id":1,"width":640},{"file_name":"b.jpg","height":4,"id":2,"width":3},"#,
            r#"{"file_name":"none.jpg","height":1,"id":3,"width":1}]}"#,
            "\n"
        );
        assert_eq!(document(&labels, &pictures), expected);
        assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
    }

    /// What `tests/coco/check.py` reads with pycocotools: larger shapes, some of which overlap.
    #[test]
    fn the_document_that_pycocotools_reads_is_the_one_that_is_written() {
        let labels = ["car".to_owned(), "tree \"x\"".to_owned()];
        let drawn = shapes(
            "car: 100,100 to 500,400\ncar: 200.5,150 to 600,450.5\ntree \"x\": 300,50 550.5,300 300,470 60,260.5\n\
             tree \"x\": 20,20 620,20 620,460 420,460 420,120 220,120 220,460 20,460",
        );
        let pictures = [Picture { name: "street.jpg", size: Some((640, 480)), shapes: &drawn }];
        assert_eq!(document(&labels, &pictures), include_str!("../../tests/fixtures/shapes.coco.json"));
        let numbered = || drawn.iter().zip(1_usize..);
        let pairs = numbered().flat_map(|(a, one)| numbered().map(move |(b, other)| (one, other, a.overlap(b).per_ten_thousand())));
        let overlaps = serde_json::to_string(&pairs.filter(|(one, other, _)| one <= other).collect::<Vec<_>>()).unwrap();
        assert_eq!(overlaps + "\n", include_str!("../../tests/fixtures/shapes.overlaps.json"));
    }

    #[test]
    fn areas_keep_their_thousandths() {
        for (twice, words) in [(1, "0.005"), (20, "0.1"), (200, "1"), (30_001, "150.005"), (0, "0")] {
            assert_eq!(square_pixels(twice), words);
        }
    }
}
