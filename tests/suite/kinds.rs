//! A batch of each kind of question, from the client's first page to what the client takes away, over the pages alone.

use manyhands::actions::reviews;
use manyhands::actions::reviews::Judging;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};

use crate::forms::results;
use crate::http::Site;
use crate::support::{World, databases, once, world};

/// A draft with one text question, made on the client's first page.
async fn draft(world: &World, contract: &ContractId, payload_kind: &str) -> String {
    let site = Site::as_person(world, &world.buyer).await;
    let fields = [
        ("title", "Any work"),
        ("price", "0.80"),
        ("seconds", "180"),
        ("payload_kind", payload_kind),
        ("question", "Anything else?"),
        ("answer_kind", "text"),
        ("choices", ""),
    ];
    let answer = site.post(&format!("/desk/{contract}/batch"), &fields).await;
    answer.redirects();
    answer.to
}

/// Opens the batch with these items, and claims the first of them; the claim's address.
async fn claimed(world: &World, batch: &str, items: &str) -> String {
    let buyer = Site::as_person(world, &world.buyer).await;
    buyer.upload(&format!("{batch}/items"), "items", items.as_bytes()).await.redirects();
    buyer.post(&format!("{batch}/open"), &[]).await.redirects();
    Site::as_person(world, &world.worker).await.post(&format!("{batch}/claim"), &[]).await.to
}

/// Refuses these, takes the last, lets it be reviewed, and gives what the client has of it: the review's page, a line, a cell.
async fn worked(world: &World, contract: &ContractId, claim: &str, refused: &[(&[&str], &str)], taken: &[&str], words: &[&str]) -> String {
    let site = Site::as_person(world, &world.worker).await;
    let sent = |values: &'_ [&'_ str]| values.iter().map(|value| ("it".to_owned(), (*value).to_owned())).collect::<Vec<_>>();
    for (values, refusal) in refused {
        let typed = sent(values);
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = site.post(&format!("{claim}/submit"), &fields).await;
        answer.refuses(refusal);
        answer.says("id=\"e-it\"");
        // What was typed stands there again, and again when the page is opened anew.
        for value in values.iter().filter(|value| value.chars().count() > 4) {
            answer.says(value);
            site.get(claim).await.says(value);
        }
    }
    let typed = sent(taken);
    let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    site.post(&format!("{claim}/submit"), &fields).await.redirects();
    let id = ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
    let page = Site::as_person(world, &world.reviewer).await.get(&format!("/reviews/{id}")).await;
    for word in words {
        page.says(word);
    }
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id).await.unwrap();
    let csv = results(world, contract, "csv").await;
    assert!(csv.starts_with("item,it,guidelines,worker\r\n"), "{csv}");
    results(world, contract, "jsonl").await
}

/// A batch that asks one question named `it` of this kind and nothing else.
async fn asking(world: &World, contract: &ContractId, kind: &str, more: &[(&str, &str)]) -> String {
    let batch = draft(world, contract, "text").await;
    let site = Site::as_person(world, &world.buyer).await;
    site.get(&format!("{batch}/ask/{kind}")).await.says("The sentence");
    let fields = [&[("name", "it"), ("question", "What do you say?")], more].concat();
    site.post(&format!("{batch}/ask/{kind}"), &fields).await.redirects();
    site.post(&format!("{batch}/questions/answer/remove"), &[]).await.redirects();
    let page = site.get(&format!("{batch}/questions")).await;
    page.says("What do you say?");
    assert!(!page.text.contains("Anything else?"));
    batch
}

#[tokio::test]
async fn options_are_ranked() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = asking(&world, &contract, "ranking", &[("choices", "Tea\nCoffee [c]\nWater")]).await;
        let claim = claimed(&world, &batch, "id,payload\n1,A hot day\n").await;
        let refused = [(&["1", "1", "2"][..], "each of the 3 needs a place of its own, from 1 to 3")];
        let line = worked(&world, &contract, &claim, &refused, &["3", "1", "2"], &["1. Coffee\n2. Water\n3. Tea"]).await;
        assert_eq!(
            line, "{\"answer\":{\"it\":[\"Coffee\",\"Water\",\"Tea\"]},\"guidelines\":1,\"item\":\"1\",\"worker\":n}\n",
            "{database}"
        );
    }
}

#[tokio::test]
async fn an_items_own_candidates_are_ranked_and_preferred() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = asking(&world, &contract, "ranking", &[("choices", "")]).await;
        let site = Site::as_person(&world, &world.buyer).await;
        site.get(&batch).await.says("2 at least and 10 at most");
        for (file, words) in [
            ("id,payload\n1,Q\n", "The file has no column a."),
            ("{\"id\":1,\"payload\":\"Q\",\"candidates\":[\"x\"]}\n", "Line 1 has 1 candidates; the questions need 2 at least"),
        ] {
            site.upload(&format!("{batch}/items"), "items", file.as_bytes()).await.refuses(words);
        }
        let items = "{\"id\":1,\"payload\":\"Which is shorter?\",\"candidates\":[\"The long one\",\"Short\"]}\n";
        let claim = claimed(&world, &batch, items).await;
        let page = Site::as_person(&world, &world.worker).await.get(&claim).await;
        for words in ["Which is shorter?", "The long one", "A: The long one", "data-key=\"a\""] {
            page.says(words);
        }
        let line = worked(&world, &contract, &claim, &[(&["1"], "each of the 2")], &["2", "1"], &["The long one", "1. B\n2. A"]).await;
        assert_eq!(line, "{\"answer\":{\"it\":[\"b\",\"a\"]},\"guidelines\":1,\"item\":\"1\",\"worker\":n}\n", "{database}");

        let contract = world.plain_contract().await;
        let batch = asking(&world, &contract, "preference", &[("tie", "on"), ("reason", "10")]).await;
        let claim = claimed(&world, &batch, "id,payload,a,b\n1,Which is shorter?,The long one,Short\n").await;
        let refused = [
            (&["It is shorter, plainly."][..], "nothing is chosen yet"),
            (&["b", "Shorter."], "a reason of 10 characters at least"),
            (&["both", "It is shorter, plainly."], "nothing is chosen yet"),
        ];
        let line = worked(&world, &contract, &claim, &refused, &["b", "It is shorter."], &["B is better\nIt is shorter."]).await;
        let answer = r#"{"it":{"choice":"b","reason":"It is shorter."}}"#;
        assert_eq!(line, format!("{{\"answer\":{answer},\"guidelines\":1,\"item\":\"1\",\"worker\":n}}\n"), "{database}");
    }
}

#[tokio::test]
async fn questions_and_answers_are_written() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = asking(&world, &contract, "pairs", &[("most", "2")]).await;
        let claim = claimed(&world, &batch, "id,payload\n1,Ada wrote the first program.\n").await;
        let refused = [(&["Who wrote it?", ""][..], "one of the pairs is half empty")];
        let taken = ["Who wrote it?", "Ada did.", "", ""];
        let line = worked(&world, &contract, &claim, &refused, &taken, &["Who wrote it?\nAda did."]).await;
        let answer = r#"{"it":[{"answer":"Ada did.","question":"Who wrote it?"}]}"#;
        assert_eq!(line, format!("{{\"answer\":{answer},\"guidelines\":1,\"item\":\"1\",\"worker\":n}}\n"), "{database}");
    }
}

#[tokio::test]
async fn passages_are_marked() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = asking(&world, &contract, "spans", &[("choices", "Name\nPlace [p]")]).await;
        let claim = claimed(&world, &batch, "id,payload\n1,Zoé met Ada in Paris.\n").await;
        let refused = [
            (&["Name: Zoe"][..], "these words do not stand in the text"),
            (&["Animal: Zoé"], "does not begin with a label and a colon"),
            (&["Name: Zoé met\n0-3 Name"], "the passage overlaps “Zoé met”"),
            (&["0-99 Name"], "reaches outside the text, which has 21 characters"),
        ];
        let line =
            worked(&world, &contract, &claim, &refused, &["Place: Paris\n0-3 Name"], &["Name: “Zoé” (0–3)", "Place: “Paris” (15–20)"])
                .await;
        let answer = r#"{"it":[{"end":3,"label":"Name","start":0,"text":"Zoé"},{"end":20,"label":"Place","start":15,"text":"Paris"}]}"#;
        assert_eq!(line, format!("{{\"answer\":{answer},\"guidelines\":1,\"item\":\"1\",\"worker\":n}}\n"), "{database}");
    }
}

#[tokio::test]
async fn a_form_is_built_page_by_page_while_the_batch_is_a_draft() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = draft(&world, &contract, "text").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let add = format!("{batch}/ask/one-choice");
        // A fault stands at its field, and what was typed is kept.
        let answer = site.post(&add, &[("question", "Which one?"), ("choices", "Only this"), ("name", "Not so")]).await;
        answer.refuses("A question with choices needs between 2 and 30");
        answer.says("A short name begins with a letter");
        answer.says("href=\"#f-choices\"");
        answer.says("value=\"Which one?\"");
        site.post(&add, &[("question", "Which one?"), ("choices", "This [t]\nThat"), ("optional", "on")]).await.redirects();
        let page = site.get(&format!("{batch}/questions/which_one")).await;
        page.says("This [t]\nThat");
        let change = [("question", "Which of them?"), ("choices", "This\nThat"), ("name", "pick")];
        site.post(&format!("{batch}/questions/which_one"), &change).await.redirects();
        assert_eq!(site.get(&format!("{batch}/questions/which_one")).await.status, 404);
        site.post(&add, &[("question", "Which one?"), ("choices", "a\nb"), ("name", "pick")])
            .await
            .refuses("Another question is called pick already.");
        site.post(&format!("{batch}/questions/pick/up"), &[]).await.redirects();
        let page = site.get(&batch).await.text;
        assert!(page.find("Which of them?").unwrap() < page.find("Anything else?").unwrap(), "{database}: in the order of the form");
        site.post(&format!("{batch}/questions/answer/remove"), &[]).await.redirects();
        site.post(&format!("{batch}/questions/pick/remove"), &[]).await.refuses("A form needs one question at least.");

        // Items that were uploaded for other questions go; others stay.
        site.upload(&format!("{batch}/items"), "items", b"id,payload,a,b\n1,Q,x,y\n").await.redirects();
        site.post(&format!("{batch}/ask/text"), &[("question", "Why?")]).await.redirects();
        site.get(&batch).await.says("Draft. 1 task.");
        site.post(&format!("{batch}/ask/preference"), &[("question", "Better?"), ("reason", "0")]).await.redirects();
        site.get(&batch).await.says("Draft. 0 tasks.");

        // Nobody else's, and nobody's once it is open.
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        let before = world.rows().await;
        for path in [format!("{batch}/questions"), format!("{batch}/ask/text"), format!("{batch}/questions/pick")] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        for path in [format!("{batch}/ask/text"), format!("{batch}/questions/pick/remove"), format!("{batch}/template/rate")] {
            let fields = if path.ends_with("text") { &[("question", "Mine?")][..] } else { &[] };
            assert_eq!(stranger.post(&path, fields).await.status, 404, "{path}");
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        site.upload(&format!("{batch}/items"), "items", b"id,payload,a,b\n1,Q,x,y\n").await.redirects();
        site.post(&format!("{batch}/open"), &[]).await.redirects();
        assert_eq!(site.get(&format!("{batch}/questions")).await.to, batch);
        let before = world.rows().await;
        site.post(&format!("{batch}/questions/pick/remove"), &[]).await.refuses("The batch is open already");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn a_template_is_a_form_in_the_language_of_the_page() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let id = BatchId::parse(draft(&world, &contract, "text").await.rsplit('/').next().unwrap()).unwrap();
        for (language, words) in [("en", "Which answer is better?"), ("fr", "Quelle réponse est la meilleure ?")] {
            world.reads(&world.buyer, language).await;
            let site = Site::as_person(&world, &world.buyer).await;
            for code in ["sort-texts", "sort-photos", "factual", "write", "rank", "moderate", "rate"] {
                site.post(&format!("/batches/{id}/template/{code}"), &[]).await.redirects();
            }
            site.get(&format!("/batches/{id}/questions")).await.says(words);
            assert_eq!(site.post(&format!("/batches/{id}/template/none"), &[]).await.status, 404);
        }
        // Passages are marked in texts only.
        world.reads(&world.buyer, "en").await;
        let photos = draft(&world, &contract, "image").await;
        let site = Site::as_person(&world, &world.buyer).await;
        site.post(&format!("{photos}/template/factual"), &[]).await.refuses("Passages are marked in texts");
        site.post(&format!("{photos}/ask/spans"), &[("question", "Where?"), ("choices", "Here")])
            .await
            .refuses("Passages are marked in texts");
    }
}
