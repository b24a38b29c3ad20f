//! Boxes and polygons on a picture, from the client's form to what the client takes away.

use manyhands::actions::batches::{self, NewBatchForm};
use manyhands::actions::reviews::{self, Judging};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};

use crate::forms::results;
use crate::http::Site;
use crate::support::{World, databases, once, world};

const QUESTION: &str = "Outline each car and each tree.";

fn form(answer_kind: &str, payload_kind: &str, choices: &str) -> NewBatchForm {
    NewBatchForm {
        title: "Street scenes".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: "1".to_owned(),
        review_share: String::new(),
        payload_kind: payload_kind.to_owned(),
        answer_kind: answer_kind.to_owned(),
        question: QUESTION.to_owned(),
        choices: choices.to_owned(),
    }
}

/// An open batch of pictures on which shapes are drawn.
async fn open_batch(world: &World, contract: &ContractId) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = batches::draft(deps, &buyer, &once(), contract, &form("shapes", "image", "car\ntree [t]")).await.unwrap();
    let items = "id,payload\nstreet-1.jpg,https://pictures.example/1.jpg\nstreet-2.jpg,https://pictures.example/2.jpg\n";
    batches::import(deps, &buyer, &once(), &batch, items.as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

#[tokio::test]
async fn shapes_that_do_not_fit_are_refused_at_their_field_and_kept_as_typed() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract).await;
        let site = Site::as_person(&world, &world.worker).await;
        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let page = site.get(&claim).await;
        for words in ["Labels: car, tree", "“car: 10,20 110,20 110,90”", "data-shapes", "/shapes.js", "data-tools=\"box polygon\""] {
            page.says(words);
        }
        for (typed, words) in [
            ("car: 10,20 110,20", "Line 1: a polygon needs at least three points."),
            (
                "car: 0,0 100,100 100,0 0,100",
                "Line 1: the outline crosses or touches itself: the side after point 1 meets the side after point 3.",
            ),
            ("tree: 1,1 9,1 9,9\ncar: -5,0 to 9,9", "Line 2: the point -5,0 lies outside every picture."),
            ("bus: 1,1 to 9,9", "Line 1: “bus” is not one of the labels."),
            ("car: 10,20 110,20 110,90 …", "Line 1: the polygon is not closed yet."),
            ("car: 1,1 to 9,9\ncar: 9,9 to 1,1", "Line 2: the same shape is there twice."),
            ("car: 5,5 to 5,9\nx", "Line 1: the shape has no area. Move a point, or delete the shape. Line 2 cannot be read."),
        ] {
            let answer = site.post(&format!("{claim}/submit"), &[("answer", typed)]).await;
            answer.refuses(words);
            answer.says("aria-describedby=\"e-answer\"");
            for text in [&answer.text, &site.get(&claim).await.text] {
                assert!(text.contains(&format!(">{typed}</textarea>")), "{database}: {typed} is kept");
            }
        }
        site.post(&format!("{claim}/submit"), &[("answer", " ")]).await.refuses("has no answer yet");
        world.reads(&world.worker, "fr").await;
        let answer = site.post(&format!("{claim}/submit"), &[("answer", "car: 10,20 110,20")]).await;
        answer.refuses("Ligne 1 : un polygone a besoin d’au moins trois points.");
    }
}

#[tokio::test]
async fn shapes_are_reviewed_on_their_picture_and_taken_away_in_every_form() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.reviewer, "en").await;
        let contract = world.plain_contract().await;
        let batch = open_batch(&world, &contract).await;
        let site = Site::as_person(&world, &world.worker).await;
        let mut claims = vec![site.post(&format!("/batches/{batch}/claim"), &[]).await.to];
        let draft = site.post(&format!("{}/draft", claims[0]), &[("answer", "car: 1,1 2,2 …")]).await;
        draft.redirects();
        site.get(&claims[0]).await.says(">car: 1,1 2,2 …</textarea>");
        // The same shapes, drawn in another order, from another point, in another direction.
        for typed in ["tree: 0,0 10,0 10.5,10.5\ncar: 110,90 to 10,20", "CAR: (10,20) à (110,90)\r\ntree: 10.5,10.5 10,0 0,0"] {
            let at = claims.last().unwrap().split('?').next().unwrap().to_owned();
            claims.push(site.post(&format!("{at}/submit"), &[("answer", typed)]).await.to);
        }
        let by = Judging::Reviewer(world.reviewer().await);
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        for (n, claim) in claims[..2].iter().enumerate() {
            let id = claim.split('?').next().unwrap().rsplit('/').next().unwrap();
            let page = reviewer.get(&format!("/reviews/{id}")).await;
            for words in [QUESTION, "src=\"https://pictures.example/", "data-shapes", ">car: 10,20 to 110,90\ntree: 0,0 10,0 10.5,10.5</p>"]
            {
                page.says(words);
            }
            assert!(!page.text.contains("<textarea class=\"mono\""), "{n}");
            reviews::accept(&world.deps, &by, &once(), &ClaimId::parse(id).unwrap()).await.unwrap();
        }
        let answer = r#"{"answer":[{"corners_tenths":[[100,200],[1100,900]],"label":"car","shape":"box"},{"label":"tree","points_tenths":[[0,0],[100,0],[105,105]],"shape":"polygon"}]}"#;
        let lines = results(&world, &contract, "jsonl").await;
        let answers: Vec<&str> = lines.lines().map(|line| line.split(",\"guidelines\"").next().unwrap()).collect();
        assert_eq!(answers, [answer, answer].map(|answer| format!("{{\"answer\":{answer}")), "{database}: equal answers are equal bytes");
        let csv = results(&world, &contract, "csv").await;
        assert!(csv.contains("street-1.jpg,\"car: 10,20 to 110,90\ntree: 0,0 10,0 10.5,10.5\","), "{database}: {csv}");
        let coco = results(&world, &contract, "coco.json").await;
        for words in [
            r#""file_name":"street-1.jpg""#,
            r#"{"area":7000,"bbox":[10,20,100,70],"category_id":1,"id":1,"image_id":1,"#,
            r#""segmentation":[[0,0,10,0,10.5,10.5]]"#,
            r#"{"id":2,"name":"tree","supercategory":""}"#,
        ] {
            assert!(coco.contains(words), "{database}: {words} in {coco}");
        }
        Site::as_person(&world, &world.buyer).await.get(&format!("/desk/{contract}")).await.says("results.coco.json");
    }
}

#[tokio::test]
async fn a_form_that_draws_needs_labels_and_pictures() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let buyer = world.buyer().await;
        for (kind, payload, choices, code) in [
            ("polygons", "image", " \n", "labels-too-few"),
            ("boxes", "text", "face", "shapes-need-picture"),
            ("boxes", "link", "face", "shapes-need-picture"),
            ("shapes", "image", "car\ncar", "choice-unfit"),
        ] {
            let refused = batches::draft(&world.deps, &buyer, &once(), &contract, &form(kind, payload, choices)).await.unwrap_err();
            assert!(format!("{refused:?}").contains(code), "{database}: {refused:?}");
        }
        let site = Site::as_person(&world, &world.buyer).await;
        assert_eq!(site.get(&format!("/desk/{contract}/results.coco.json")).await.status, 404, "{database}: nothing is drawn here");
        assert!(!site.get(&format!("/desk/{contract}")).await.text.contains("coco"), "{database}");
        world.reads(&world.buyer, "en").await;
        let pictures = batches::draft(&world.deps, &buyer, &once(), &contract, &form("boxes", "image", "face")).await.unwrap();
        for (code, words) in [("contours", "Outline each object"), ("face", "Outline each face")] {
            site.post(&format!("/batches/{pictures}/template/{code}"), &[]).await.redirects();
            let page = site.get(&format!("/batches/{pictures}/questions")).await;
            page.says(words);
            page.says("polygons on a picture");
        }
        let texts = batches::draft(&world.deps, &buyer, &once(), &contract, &form("text", "text", "")).await.unwrap();
        site.post(&format!("/batches/{texts}/template/face"), &[]).await.refuses("Shapes are drawn on a picture.");
    }
}

#[tokio::test]
async fn the_desk_tells_how_far_drawings_agree_and_the_files_tell_it_of_each_item() {
    for database in databases() {
        let world = world(database).await;
        let (deps, contract) = (&world.deps, world.funded_contract("100.00").await);
        let buyer = world.buyer().await;
        let twice = NewBatchForm { copies: "2".to_owned(), ..form("shapes", "image", "car\ntree [t]") };
        let batch = batches::draft(deps, &buyer, &once(), &contract, &twice).await.unwrap();
        let items = "id,payload\nstreet-1.jpg,https://pictures.example/1.jpg\nstreet-2.jpg,https://pictures.example/2.jpg\n";
        batches::import(deps, &buyer, &once(), &batch, items.as_bytes()).await.unwrap();
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        let mut claims = Vec::new();
        for (person, answers) in [
            (&world.worker, ["car: 0,0 to 10,10", "car: 0,0 to 10,10\ntree: 50,50 to 60,60"]),
            (&world.treasurer, ["car: 5,0 to 15,10", "car: 0,0 to 10,10"]),
        ] {
            let site = Site::as_person(&world, person).await;
            let mut claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
            for typed in answers {
                let at = claim.split('?').next().unwrap().to_owned();
                claim = site.post(&format!("{at}/submit"), &[("answer", typed)]).await.to;
                claims.push(at.rsplit('/').next().unwrap().to_owned());
            }
        }
        for claim in &claims {
            reviews::accept(deps, &Judging::Client(buyer.clone()), &once(), &ClaimId::parse(claim).unwrap()).await.unwrap();
        }
        // Of the first picture a third is common; of the second one of two shapes, the other being nowhere else.
        let agreed = manyhands::actions::results::agreement(deps, &buyer, &contract).await.unwrap().remove(0);
        let overlap = agreed.overlap.unwrap();
        assert_eq!((agreed.items, agreed.share, overlap.items, overlap.mean), (2, None, 2, 416_667), "{database}");
        assert_eq!(overlap.labels, [("car".to_owned(), 666_667), ("tree".to_owned(), 0)], "{database}");
        let site = Site::as_person(&world, &world.buyer).await;
        let desk = site.get(&format!("/desk/{contract}")).await;
        for words in
            ["overlap", "Question answer, over 2 items", "0.41", "of which car", "0.66", "of which tree", "intersection over union"]
        {
            desk.says(words);
        }
        let csv = site.get(&format!("/desk/{contract}/consensus.csv")).await.text;
        for line in ["street-1.jpg,answer,,0.000000,2,0.333333,0\r\n", "street-2.jpg,answer,,0.000000,2,0.500000,0\r\n"] {
            assert!(csv.contains(line), "{database}: {csv}");
        }
        let lines = site.get(&format!("/desk/{contract}/consensus.jsonl")).await.text;
        assert!(lines.contains("\"overlap\":{\"answer\":\"0.333333\"}"), "{database}: {lines}");
    }
}
