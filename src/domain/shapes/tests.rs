//! Shapes on a picture: what is read and refused, canonical bytes, and areas against slower ways of counting.

use super::*;
use crate::log::json;
use proptest::prelude::*;

fn point(x: i64, y: i64) -> Point {
    Point { x, y }
}

fn labels(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A polygon through these points, in whole pixels.
fn polygon(points: &[(i64, i64)]) -> Shape {
    Shape::polygon("a".to_owned(), points.iter().map(|(x, y)| point(x * 10, y * 10)).collect()).unwrap()
}

fn rectangle(from: (i64, i64), to: (i64, i64)) -> Shape {
    Shape::rectangle("a".to_owned(), point(from.0 * 10, from.1 * 10), point(to.0 * 10, to.1 * 10)).unwrap()
}

#[test]
fn what_is_typed_is_read_or_refused_as_the_fixture_says() {
    let cases: Value = serde_json::from_str(include_str!("../../../tests/fixtures/shapes.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let typed = case["text"].as_str().unwrap();
        let words = |name: &str, default: &[&str]| match case.get(name).and_then(Value::as_array) {
            Some(words) => words.iter().map(|word| word.as_str().unwrap().to_owned()).collect(),
            None => labels(default),
        };
        let known = words("labels", &["car", "tree", "sign: stop"]);
        let tools: Vec<Tool> = words("tools", &["box", "polygon"]).iter().map(|word| Tool::of(word).unwrap()).collect();
        let size = if case.get("size").is_some() { None } else { Some((640, 480)) };
        match (read(typed, &Allowed { tools: &tools, labels: &known, size }), case.get("canonical")) {
            (Ok(shapes), Some(canonical)) => assert_eq!(to_text(&shapes), canonical.as_str().unwrap(), "{typed}"),
            (Err(refusals), None) => {
                let line = |refusal: &crate::refusal::Refusal| match refusal.args.last() {
                    Some(("line", crate::refusal::Arg::Count(line))) => *line,
                    other => panic!("{typed}: {other:?}"),
                };
                let found: Value = refusals.iter().map(|refusal| json!([refusal.code, line(refusal)])).collect();
                assert_eq!(found, case["refused"], "{typed}");
            }
            (read, _) => panic!("{typed}: {read:?}"),
        }
    }
}

#[test]
fn the_canonical_answer_is_the_same_bytes_however_it_was_drawn() {
    let known = labels(&["car", "tree"]);
    let allowed = Allowed { tools: &[Tool::Box, Tool::Polygon], labels: &known, size: None };
    let one = read("tree: 0,0 9,0 9,9\ncar: 1,2 to 3,4.5", &allowed).unwrap();
    let other = read("car: 3,4.5 to 1,2\ntree: 9,9 9,0 0,0", &allowed).unwrap();
    let bytes = json::write(&to_json(&one));
    assert_eq!(bytes, json::write(&to_json(&other)));
    assert_eq!(
        bytes,
        r#"[{"corners_tenths":[[10,20],[30,45]],"label":"car","shape":"box"},{"label":"tree","points_tenths":[[0,0],[90,0],[90,90]],"shape":"polygon"}]"#
    );
    assert_eq!(of_json(&serde_json::from_str(&bytes).unwrap()).unwrap(), one);
}

#[test]
fn too_much_is_refused_before_it_is_counted_through() {
    let known = labels(&["car"]);
    let allowed = Allowed { tools: &[Tool::Box, Tool::Polygon], labels: &known, size: None };
    let code = |text: &str| read(text, &allowed).unwrap_err()[0].code;
    let boxes = |count: usize| (0..count).map(|n| format!("{n},0 to {},9\n", n + 1)).collect::<String>();
    assert_eq!(read(&boxes(SHAPES_LIMIT), &allowed).unwrap().len(), SHAPES_LIMIT);
    assert_eq!(code(&boxes(SHAPES_LIMIT + 1)), "shapes-too-many");
    // A fan: along the upper edge, and back to one point below.
    let fan = |points: usize, y: usize| {
        let along = (0..points - 1).map(|n| format!("{n},{y} ")).collect::<String>();
        format!("car: {along} 0,{}\n", y + 1)
    };
    assert!(read(&fan(POINTS_LIMIT, 0), &allowed).is_ok());
    assert_eq!(code(&fan(POINTS_LIMIT + 1, 0)), "shape-points-many");
    let many = |count: usize| (0..count).map(|n| fan(POINTS_LIMIT, 2 * n)).collect::<String>();
    assert!(read(&many(ALL_POINTS_LIMIT / POINTS_LIMIT), &allowed).is_ok());
    assert_eq!(code(&many(ALL_POINTS_LIMIT / POINTS_LIMIT + 1)), "shapes-too-many");
    assert_eq!(read(&"x\n".repeat(100), &allowed).unwrap_err().len(), 10);
}

#[test]
fn areas_are_what_a_ruler_says() {
    assert_eq!(rectangle((0, 0), (10, 5)).twice_area(), 200 * 50);
    assert_eq!(polygon(&[(0, 0), (10, 0), (0, 10)]).twice_area(), 200 * 50);
    // An L of three squares, from any point and in any direction.
    assert_eq!(polygon(&[(0, 2), (0, 0), (1, 0), (1, 1), (2, 1), (2, 2)]).twice_area(), 200 * 3);
    assert_eq!(polygon(&[(2, 2), (2, 1), (1, 1), (1, 0), (0, 0), (0, 2)]).twice_area(), 200 * 3);
}

#[test]
fn what_two_shapes_share_is_what_a_ruler_says() {
    let square = rectangle((0, 0), (10, 10));
    for (other, shared, whole) in [
        (rectangle((5, 0), (15, 10)), 50, 150),
        (rectangle((10, 0), (20, 10)), 0, 200),
        (rectangle((2, 2), (4, 4)), 4, 100),
        // Half of the square.
        (polygon(&[(0, 0), (10, 0), (0, 10)]), 50, 100),
        // A comb of two teeth: two squares of 10 in it.
        (polygon(&[(0, 0), (2, 0), (2, 5), (4, 5), (4, 0), (6, 0), (6, 8), (0, 8)]), 38, 100),
    ] {
        let overlap = square.overlap(&other);
        assert_eq!((overlap.shared, overlap.whole), (200 * shared, 200 * whole), "{other:?}");
    }
    let diamond = polygon(&[(7, 0), (14, 7), (7, 14), (0, 7)]);
    // The square from 2 to 12 cuts four corners of 2 × 2 off the diamond of 98: each 4 square pixels.
    let overlap = rectangle((2, 2), (12, 12)).overlap(&diamond);
    assert_eq!((overlap.shared, overlap.whole), (200 * 82, 200 * 116));
    assert_eq!(overlap.per_ten_thousand(), 7_068);
    assert!(overlap.is_at_least(7_068) && !overlap.is_at_least(7_069));
}

#[test]
fn the_largest_rings_neither_overflow_nor_lose_more_than_is_said() {
    // A zigzag of 248 uneven teeth parts the whole reach in two; a comb of other teeth lies across it.
    let step = REACH / 248;
    let uneven = |n: i64, by: i64| 1 + n * by % 997;
    let zigzag = |up: i64, down: i64| -> Vec<Point> {
        (0..248).flat_map(|n| [point(n * step, uneven(n, up)), point(n * step + step / 2, REACH - uneven(n, down))]).collect()
    };
    let closed =
        |ring: Vec<Point>, y: i64| -> Vec<Point> { ring.into_iter().chain([point(REACH, 1), point(REACH, y), point(0, y)]).collect() };
    let turned = |ring: &[Point]| -> Vec<Point> { ring.iter().map(|p| point(p.y, p.x)).collect() };
    let (below, above) = (closed(zigzag(7_919, 104_729), REACH), closed(zigzag(7_919, 104_729), 0));
    let lying = turned(&closed(zigzag(5_081, 3_571), REACH));
    let [below, above, lying] = [below, above, lying].map(|ring| Shape::polygon("a".to_owned(), ring).unwrap());
    assert_eq!(below.overlap(&below), Overlap { shared: below.twice_area(), whole: below.twice_area() });
    assert_eq!((below.overlap(&above).shared, below.twice_area() + above.twice_area()), (0, 2 * REACH * REACH));
    // What it shares with both is all of it: each part is rounded once. And across the diagonal everything else is added up.
    let (one, other) = (lying.overlap(&below).shared, lying.overlap(&above).shared);
    assert!((one + other - lying.twice_area()).abs() <= 1, "{one} and {other} of {}", lying.twice_area());
    let across = plane::twice_shared(&turned(&lying.outline()), &turned(&above.outline()));
    assert!((across - other).abs() <= 1, "{across} and {other}");
}

/// A ring that does not cross itself: points around a centre, sorted by direction, each at its own distance.
fn star() -> impl Strategy<Value = Vec<Point>> {
    let spoke = prop::array::uniform2(1_i64..40);
    (prop::collection::vec(spoke, 8), 0_i64..60, 0_i64..60).prop_map(|(spokes, x, y)| {
        let directions = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
        let along = |((dx, dy), [far, _]): ((i64, i64), [i64; 2])| point(40 + x + dx * far, 40 + y + dy * far);
        directions.into_iter().zip(spokes).map(along).collect()
    })
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let corner = || (0_i64..100, 0_i64..100).prop_map(|(x, y)| point(x, y));
    let boxes = (corner(), corner()).prop_filter_map("no area", |(a, b)| Shape::rectangle("a".to_owned(), a, b));
    prop_oneof![boxes, star().prop_filter_map("crosses", |ring| Shape::polygon("a".to_owned(), ring))]
}

/// Shared area counted by cells of a quarter, each in or out by its middle.
fn counted(a: &Shape, b: &Shape) -> i64 {
    let cells = 4;
    let inside = |ring: &[Point], x: i64, y: i64| {
        let mut odd = false;
        for (p, q) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (px, py, qx, qy) = (p.x * 2 * cells, p.y * 2 * cells, q.x * 2 * cells, q.y * 2 * cells);
            if (py > y) != (qy > y) {
                let cross = (x - px) * (qy - py) - (qx - px) * (y - py);
                odd ^= (cross < 0) == (qy > py);
            }
        }
        odd
    };
    let (a, b) = (a.outline(), b.outline());
    let middles = || (0..180 * cells).map(|n| 2 * n + 1);
    let count = middles().flat_map(|y| middles().map(move |x| (x, y))).filter(|(x, y)| inside(&a, *x, *y) && inside(&b, *x, *y)).count();
    2 * i64::try_from(count).unwrap() / (cells * cells)
}

proptest! {
    #[test]
    fn what_two_shapes_share_does_not_depend_on_which_comes_first(a in any_shape(), b in any_shape()) {
        let overlap = a.overlap(&b);
        prop_assert_eq!(overlap, b.overlap(&a));
        prop_assert!(overlap.shared <= a.twice_area().min(b.twice_area()));
        prop_assert!(overlap.whole >= a.twice_area().max(b.twice_area()));
        prop_assert_eq!(overlap.per_ten_thousand() == 10_000, overlap.shared == overlap.whole);
    }

    #[test]
    fn a_shape_shares_all_with_itself_and_nothing_with_one_apart(a in any_shape(), b in any_shape()) {
        prop_assert_eq!(a.overlap(&a).per_ten_thousand(), 10_000);
        // Moved beside it: their boxes touch at most.
        let moved = b.outline().into_iter().map(|p| point(p.x + 200, p.y)).collect();
        prop_assert_eq!(a.overlap(&Shape::polygon("a".to_owned(), moved).unwrap()).shared, 0);
    }

    #[test]
    fn rings_are_the_same_from_any_point_and_in_any_direction(ring in star(), turns in 0_usize..8, back in any::<bool>(), b in any_shape()) {
        let Some(shape) = Shape::polygon("a".to_owned(), ring.clone()) else { return Ok(()) };
        let mut other = ring;
        other.rotate_left(turns);
        if back {
            other.reverse();
        }
        prop_assert_eq!(plane::twice_shared(&other, &b.outline()), shape.overlap(&b).shared);
        prop_assert_eq!(plane::twice_area(&other).abs(), shape.twice_area());
        prop_assert_eq!(Shape::polygon("a".to_owned(), other).unwrap(), shape);
    }

    #[test]
    fn shapes_apart_whose_boxes_meet_share_exactly_nothing(far in 1_i64..500, gap in 1_i64..9, x in 0_i64..99) {
        // Two triangles on both sides of a slanting line.
        let upper = Shape::polygon("a".to_owned(), vec![point(x, 0), point(x + far, 0), point(x + far, 3 * far)]).unwrap();
        let lower = Shape::polygon("a".to_owned(), vec![point(x, gap), point(x + far, 3 * far + gap), point(x, 3 * far + gap)]).unwrap();
        prop_assert_eq!(upper.overlap(&lower).shared, 0);
    }

    #[test]
    fn what_is_written_is_read_again(shapes in prop::collection::vec(any_shape(), 0..5)) {
        let known = labels(&["a"]);
        let allowed = Allowed { tools: &[Tool::Box, Tool::Polygon], labels: &known, size: Some((20, 20)) };
        let Ok(read_once) = read(&to_text(&shapes), &allowed) else { return Ok(()) };
        prop_assert_eq!(&read(&to_text(&read_once), &allowed).unwrap(), &read_once);
        prop_assert_eq!(of_json(&to_json(&read_once)).unwrap(), read_once);
    }

    #[test]
    fn nothing_that_is_typed_makes_it_fail(typed in "([a: 0-9.,to…-]{0,30}\n){0,4}") {
        let known = labels(&["a"]);
        let _ = read(&typed, &Allowed { tools: &[Tool::Box, Tool::Polygon], labels: &known, size: None });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn what_two_shapes_share_is_what_counting_small_cells_finds(a in any_shape(), b in any_shape()) {
        let (exact, counted) = (a.overlap(&b).shared, counted(&a, &b));
        // Cells on the outline are wrong by half at most: a part of the outline's length.
        prop_assert!((exact - counted).abs() <= 400, "{} and {}", exact, counted);
    }
}
