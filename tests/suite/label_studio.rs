//! Label Studio: a configuration becomes a form, tasks become items, and form and answers go back, over our own pages.
//! `tests/label-studio/` holds the same to the program itself.

use manyhands::actions::batches;
use manyhands::actions::reviews::{self, Judging};
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::label_studio::read;
use rocket::http::Method;
use serde_json::{Value, json};

use crate::files::{draft_of_pictures, jpeg, zipped};
use crate::http::Site;
use crate::support::{World, databases, once, world};

const TEXTS: &str = r#"<View>
  <Text name="passage" value="$body"/>
  <Header value="What is it?"/>
  <Choices name="Kind" toName="passage" required="true">
    <Choice value="Praise" hotkey="p" alias="pos"/>
    <Choice value="Blame" alias="neg"/>
  </Choices>
  <Labels name="names" toName="passage"><Label value="Person"/></Labels>
</View>"#;

const PICTURES: &str = r#"<View>
  <Image name="picture" value="$photo"/>
  <Taxonomy name="kind" toName="picture"><Choice value="Animal"/></Taxonomy>
  <RectangleLabels name="signs" toName="picture" required="true"><Label value="Sign" background="red"/></RectangleLabels>
  <TextArea name="remark" toName="picture" maxUsages="2"/>
</View>"#;

/// What a client's user sends to import this.
fn taking(config: &str) -> [(&str, &str); 2] {
    [("config", config), ("take", "on")]
}

async fn open(site: &Site, batch: &BatchId, tasks: &Value) {
    site.upload_called(&format!("/batches/{batch}/items"), "items", "tasks.json", tasks.to_string().as_bytes()).await.redirects();
    site.post(&format!("/batches/{batch}/open"), &[]).await.redirects();
}

/// Somebody answers the tasks of a batch one after the other, and a reviewer accepts each.
async fn answer(world: &World, batch: &BatchId, tasks: &[&[(&str, &str)]]) {
    let site = Site::as_person(world, &world.worker).await;
    let mut claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
    for typed in tasks {
        let at = claim.split('?').next().unwrap().to_owned();
        let submitted = site.post(&format!("{at}/submit"), typed).await;
        submitted.redirects();
        claim = submitted.to;
        let id = ClaimId::parse(at.rsplit('/').next().unwrap()).unwrap();
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id).await.unwrap();
    }
}

#[tokio::test]
async fn a_configuration_is_shown_as_a_form_and_taken_whole_or_not_at_all() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/label-studio");
        site.get(&format!("/batches/{batch}/questions")).await.says(&path);
        site.get(&path).await.says("Import a labelling configuration");
        site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\n1,a\n").await.redirects();

        let before = world.rows().await;
        let page = site.post(&path, &[("config", PICTURES)]).await;
        assert_eq!(page.status, 200, "{database}");
        for words in [
            "Line 3: &#60;Taxonomy&#62; has no counterpart here.",
            "Line 5: maxUsages=“2” of &#60;TextArea&#62; changes what is asked.",
            "These 2 have no counterpart here",
            "<h3>Signs</h3>",
            "Column signs in the results<",
            "Each task shows a picture.",
            "Import without these",
        ] {
            page.says(words);
        }
        for (config, words) in [
            ("", "Paste a configuration or choose its file."),
            ("<View>", "This is no XML: line 1"),
            ("<!DOCTYPE a><View/>", "document type"),
            ("<View><Text name='a' value='$a'/></View>", "No question of this configuration can be asked here."),
        ] {
            site.post(&path, &[("config", config)]).await.refuses(words);
            site.post(&path, &taking(config)).await.refuses(words);
        }
        // With something left out, only who saw it can take the rest.
        let answer = site.post(&path, &taking(PICTURES)).await;
        answer.refuses("Line 3: &#60;Taxonomy&#62; has no counterpart here.");
        answer.says("&#60;RectangleLabels name=");
        let wide = format!("<View>{}</View>", " ".repeat(100_001));
        site.upload_called(&path, "file", "wide.xml", wide.as_bytes()).await.refuses("A configuration has 100 KB at most.");
        site.upload_called(&path, "file", "latin.xml", b"<View>\xe9</View>").await.refuses("The file is not UTF-8.");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        site.upload_called(&path, "file", "view.xml", TEXTS.as_bytes()).await.says("Line 4: Kind is called kind here, in results too.");

        site.post(&path, &[&taking(PICTURES)[..], &[("without", "on")]].concat()).await.redirects();
        let changed = batches::find_own(&world.deps, &world.buyer().await, &batch).await.unwrap();
        assert_eq!((changed.payload_kind.as_str(), changed.tasks_total), ("image", 0), "{database}: its items were texts");
        let form = batches::form_of(&changed).unwrap();
        assert_eq!(form.names().collect::<Vec<_>>(), ["signs", "remark"], "{database}");
        site.get(&format!("/batches/{batch}/questions/signs")).await.says("Sign\n</textarea>");
        site.post(&path, &taking(TEXTS)).await.redirects();
        let page = site.get(&format!("/batches/{batch}/questions/kind")).await;
        page.says("Praise [p] {pos}\nBlame {neg}\n</textarea>");
        // A question that is saved as it stands keeps its keys and words.
        let choices = [("question", "What is it?"), ("choices", "Praise [p] {pos}\nBlame {neg}"), ("name", "kind")];
        site.post(&format!("/batches/{batch}/questions/kind"), &choices).await.redirects();
        site.get(&format!("{path}.xml")).await.says("<Choice value=\"Praise\" alias=\"pos\" hotkey=\"p\"/>");

        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        for ending in ["", ".xml", ".json"] {
            assert_eq!(stranger.get(&format!("{path}{ending}")).await.status, 404, "{database}: {ending}");
        }
        let before = world.rows().await;
        for fields in [&[("config", TEXTS)][..], &taking(TEXTS)] {
            assert_eq!(stranger.post(&path, fields).await.status, 404, "{database}");
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        open(&site, &batch, &json!([{"data": {"body": "One"}}])).await;
        site.get(&path).await.redirects();
        for fields in [&[("config", TEXTS)][..], &taking(TEXTS)] {
            site.post(&path, fields).await.refuses("The batch is open already");
        }
    }
}

#[tokio::test]
async fn tasks_are_items_and_answers_come_back_under_the_projects_own_names() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/label-studio");
        site.post(&path, &taking(TEXTS)).await.redirects();

        let items = format!("/batches/{batch}/items");
        let before = world.rows().await;
        for (tasks, words) in [
            (r#"[{"id": 1, "data": {"body": "a"}}, {"id": 1, "data": {"body": "b"}}]"#, "Task 2: the id 1 is there twice."),
            (r#"[{"id": 1, "data": {"text": "a"}}]"#, "Task 1: the field body is missing"),
            (r#"[{"id": 1, "data": {"body": "a"}}"#, "this is no list of tasks in JSON"),
            (r#"["a"]"#, "Task 1 is no task: it needs an object named data."),
        ] {
            site.upload_called(&items, "items", "tasks.json", tasks.as_bytes()).await.refuses(words);
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        let tasks = json!([
            {"id": 41, "data": {"body": "😀 Zoë is good", "more": 1}, "annotations": [{"result": [{"value": {"x": 1.5}}]}], "predictions": []},
            {"id": 42, "data": {"body": "Bad, Ade\u{301} says"}},
        ]);
        open(&site, &batch, &tasks).await;
        assert_eq!(site.get(&format!("{path}.json")).await.text, "[\n]\n", "{database}: nothing is accepted yet");
        let blame = [("kind", "Blame"), ("names", "Person: Adé")];
        answer(&world, &batch, &[&[("kind", "Praise"), ("names", "Person: Zoë")], &blame]).await;

        let answers = site.get(&format!("{path}.json")).await.text;
        assert_eq!(answers, site.get(&format!("{path}.json")).await.text, "{database}: the same bytes for the same state");
        let answers: Value = serde_json::from_str(&answers).unwrap();
        assert_eq!(answers.as_array().unwrap().len(), 2, "{database}");
        let data = |at: usize| (&answers[at]["data"]["manyhands_item"], &answers[at]["data"]["body"]);
        assert_eq!(data(0), (&json!("41"), &json!("😀 Zoë is good")), "{database}");
        // As it is shown, composed: the places below are counted in it.
        assert_eq!(data(1), (&json!("42"), &json!("Bad, Adé says")), "{database}");
        let result = |at: usize, which: usize| &answers[at]["annotations"][0]["result"][which];
        let kind = |word: &str| json!({"from_name": "kind", "id": "kind-1", "to_name": "passage", "type": "choices", "value": {"choices": [word]}});
        assert_eq!((result(0, 0), result(1, 0)), (&kind("pos"), &kind("neg")), "{database}");
        assert_eq!(result(0, 1)["value"], json!({"start": 2, "end": 5, "text": "Zoë", "labels": ["Person"]}), "{database}");
        assert_eq!(result(1, 1)["value"], json!({"start": 5, "end": 8, "text": "Adé", "labels": ["Person"]}), "{database}");
        // What was taken away can be brought back.
        let config = site.get(&format!("{path}.xml")).await.text;
        let again = read(&config).unwrap();
        assert_eq!((again.left_out, again.remarks), (vec![], vec![]), "{database}: {config}");
        let page = site.get(&format!("/desk/{contract}")).await;
        for ending in [".json", ".xml"] {
            page.says(&format!("href=\"{path}{ending}\""));
        }
        // Results of our own keep the words that members read.
        let lines = site.get(&format!("/desk/{contract}/results.jsonl")).await.text;
        assert!(
            lines.starts_with(
                r#"{"answer":{"kind":"Praise","names":[{"end":5,"label":"Person","start":2,"text":"Zoë"}]},"guidelines":1,"item":"41","#
            ),
            "{lines}"
        );
    }
}

#[tokio::test]
async fn shapes_on_kept_pictures_are_in_percent_of_the_whole_picture() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft_of_pictures(&world, &contract).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/label-studio");
        site.post(&path, &[&taking(PICTURES)[..], &[("without", "on")]].concat()).await.redirects();
        let (one, two) = (jpeg(200, 100, 1), jpeg(300, 150, 2));
        let zip = zipped(&[("set/one.jpg", &one), ("set/two.jpg", &two)], zip::CompressionMethod::Stored);
        site.upload_called(&format!("/batches/{batch}/items"), "items", "a.zip", &zip).await.redirects();
        site.post(&format!("/batches/{batch}/open"), &[]).await.redirects();
        let drawn = [("signs", "20,10 to 60.5,30"), ("remark", "One")];
        answer(&world, &batch, &[&drawn, &[("signs", "0,0 to 300,150"), ("remark", "")]]).await;
        let text = site.get(&format!("{path}.json")).await.text;
        for part in [
            r#""original_height":100,"original_width":200,"to_name":"picture","type":"rectanglelabels","value":{"height":20,"rectanglelabels":["Sign"],"rotation":0,"width":20.25,"x":10,"y":10}}"#,
            r#""data":{"manyhands_guidelines":[1],"manyhands_item":"set/one.jpg","manyhands_workers":["#,
            r#""photo":"set/one.jpg"}"#,
            r#""original_height":150,"original_width":300,"#,
            r#""height":100,"rectanglelabels":["Sign"],"rotation":0,"width":100,"x":0,"y":0}"#,
        ] {
            assert!(text.contains(part), "{database}: {part} in {text}");
        }
        assert!(!text.contains("file:"), "{database}: {text}");
        // Of a picture elsewhere nobody here knows the size: what was drawn comes as it was typed.
        let links = draft_of_pictures(&world, &contract).await;
        let path = format!("/batches/{links}/label-studio");
        site.post(&path, &[&taking(PICTURES)[..], &[("without", "on")]].concat()).await.redirects();
        open(&site, &links, &json!([{"data": {"photo": "https://pictures.example/1.jpg"}}])).await;
        answer(&world, &links, &[&[("signs", "20,10 to 60.5,30"), ("remark", "")]]).await;
        let text = site.get(&format!("{path}.json")).await.text;
        for part in [r#"[{"result":[]}]"#, r#""photo":"https://pictures.example/1.jpg""#, r#""signs_lines":["Sign: 20,10 to 60.5,30"]"#] {
            assert!(text.contains(part), "{database}: {part} in {text}");
        }
    }
}

#[tokio::test]
async fn items_with_a_known_answer_stay_here_and_a_new_configuration_forgets_what_does_not_fit() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/label-studio");
        site.post(&path, &taking(TEXTS)).await.redirects();
        let tasks = json!([{"id": 1, "data": {"body": "Known"}}, {"id": 2, "data": {"body": "Not known"}}]).to_string();
        let known = b"id,gold.kind,gold_explanation\n1,Praise,It thanks somebody.\n";
        let gold = async || batches::find_own(&world.deps, &world.buyer().await, &batch).await.unwrap().gold_items;
        for _ in 0..2 {
            site.upload_called(&format!("/batches/{batch}/items"), "items", "tasks.json", tasks.as_bytes()).await.redirects();
            site.upload_called(&format!("/batches/{batch}/gold"), "gold", "gold.csv", known).await.redirects();
            assert_eq!(gold().await, 1, "{database}");
            // The question is still there and its choices are others: what was right is no answer any more.
            site.post(&path, &taking(&TEXTS.replace("Praise", "Thanks"))).await.redirects();
            assert_eq!(gold().await, 0, "{database}");
            site.post(&path, &taking(TEXTS)).await.redirects();
        }
        site.upload_called(&format!("/batches/{batch}/gold"), "gold", "gold.csv", known).await.redirects();
        site.post(&format!("/batches/{batch}/open"), &[]).await.redirects();
        answer(&world, &batch, &[&[("kind", "Praise")], &[("kind", "Praise")]]).await;
        let answers: Value = serde_json::from_str(&site.get(&format!("{path}.json")).await.text).unwrap();
        let items: Vec<&Value> = answers.as_array().unwrap().iter().map(|task| &task["data"]["manyhands_item"]).collect();
        assert_eq!(items, [&json!("2")], "{database}");
    }
}

/// One list, a task a line: the bytes that a program may count on, however many there are.
#[tokio::test]
async fn results_are_a_list_of_one_task_a_line() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        let client = Site::as_person(&world, &world.buyer).await;
        let list = async || {
            let answer = client.fetch(Method::Get, &format!("/batches/{batch}/label-studio.json"), &[]).await;
            let name = format!("attachment; filename=\"{batch}-label-studio.json\"");
            let headers = (answer.header("content-type"), answer.header("content-disposition"));
            assert_eq!(headers, ("application/json", name.as_str()), "{database}");
            String::from_utf8(answer.bytes).unwrap()
        };
        assert_eq!(list().await, "[\n]\n", "{database}: nothing is accepted yet");
        answer(&world, &batch, &[&[("answer", "Harmful"), ("active_seconds", "99")], &[("answer", "Harmless"), ("active_seconds", "99")]])
            .await;
        let told = list().await;
        // Drawn for the contract.
        let worker = told.split("\"manyhands_workers\":[").nth(1).unwrap().split(']').next().unwrap();
        let task = |number: u32, choice: &str| {
            format!(
                "{{\"annotations\":[{{\"result\":[{{\"from_name\":\"answer\",\"id\":\"answer-1\",\"to_name\":\"payload\",\
                 \"type\":\"choices\",\"value\":{{\"choices\":[\"{choice}\"]}}}}]}}],\
                 \"data\":{{\"manyhands_guidelines\":[1],\"manyhands_item\":\"item-{number}\",\
                 \"manyhands_workers\":[{worker}],\"payload\":\"Passage {number}, made for this test\"}}}}"
            )
        };
        assert_eq!(told, format!("[\n{},\n{}\n]\n", task(1, "Harmful"), task(2, "Harmless")), "{database}");
    }
}
