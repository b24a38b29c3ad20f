//! What may hurt stands behind a veil wherever it is shown, and no list, no mail and no log holds a word of it.

use manyhands::actions::reviews::Judging;
use manyhands::actions::{batches, claims, gold, reviews};
use manyhands::jobs::outbox;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use rocket::http::Method;

use crate::files::open_pictures;
use crate::http::Site;
use crate::program::{Serving, free_port, write_settings};
use crate::story::typed;
use crate::support::{World, databases, once, world};

/// Stands in the item, in what is known of it, in what people say about it, and nowhere else.
const MARKER: &str = "thornapple-kestrel";

async fn in_english(world: &World) {
    for person in [&world.worker, &world.reviewer, &world.treasurer, &world.buyer] {
        world.reads(person, "en").await;
    }
}

/// A batch whose one item holds the marker, of which the client knows the answer and says why with the marker.
async fn marked(world: &World, contract: &ContractId) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = world.draft_batch(contract, "0.80", "180").await;
    let items =
        format!("id,payload,gold,gold_explanation\nitem-1,\"Passage with {MARKER}\",Harmless,Because of {MARKER}.\nitem-2,Another,,\n");
    batches::import(deps, &buyer, &once(), &batch, items.as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

/// Claims until the item with the marker is in hand.
async fn marked_claim(world: &World, batch: &BatchId) -> ClaimId {
    let worker = world.worker().await;
    loop {
        let claim = claims::claim(&world.deps, &worker, &once(), batch).await.unwrap();
        if claims::find_own(&world.deps, &worker, &claim).await.unwrap().0.item_id == "item-1" {
            return claim;
        }
    }
}

/// Whether a marker is read only after something was pressed: every place of it lies inside a fold that is shut.
fn is_folded(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(MARKER) {
        let before = &rest[..at];
        let (opened, closed) = (before.rfind("<details class=\"veil\">"), before.rfind("</details>").map_or(0, |at| at + 1));
        if opened.is_none_or(|opened| opened < closed) {
            return false;
        }
        rest = &rest[at + MARKER.len()..];
        if let Some(end) = rest.find("</details>") {
            rest = &rest[end..];
        }
    }
    true
}

#[tokio::test]
async fn a_text_that_may_hurt_is_folded_away_wherever_it_is_shown() {
    for database in databases() {
        let world = world(database).await;
        in_english(&world).await;
        let batch = marked(&world, &world.funded_contract("100.00").await).await;
        let (worker, reviewer) = (Site::as_person(&world, &world.worker).await, Site::as_person(&world, &world.reviewer).await);
        let buyer = Site::as_person(&world, &world.buyer).await;
        let claim = marked_claim(&world, &batch).await;
        let shown = async |site: &Site, path: String| {
            let page = site.get(&path).await;
            assert!(page.status == 200 && page.text.contains(MARKER) && is_folded(&page.text), "{database}: {path}: {}", page.text);
            page.says("Show the text");
            page.says("Hide it again");
        };
        shown(&worker, format!("/claims/{claim}")).await;
        // What is typed comes back with the page, and the veil with it.
        let again = worker.post(&format!("/claims/{claim}/submit"), &[("answer", "")]).await;
        assert!(again.status == 422 && is_folded(&again.text), "{database}");
        shown(&buyer, format!("/batches/{batch}/preview")).await;
        let sent = worker.post(&format!("/claims/{claim}/submit"), &[("answer", "Harmful"), ("active_seconds", "60")]).await;
        sent.redirects();
        // Missed: what was right stands on its page, and why, and the item once more.
        shown(&worker, format!("/claims/{claim}")).await;
        for site in [&reviewer, &buyer] {
            shown(site, format!("/reviews/{claim}")).await;
            shown(site, format!("/reviews/{claim}/reject")).await;
        }
        let why = [("code", "off-guideline"), ("reason", "Look again."), ("clause", "4.2")];
        buyer.post(&format!("/reviews/{claim}/reject"), &why).await.redirects();
        worker.post(&format!("/claims/{claim}/appeal"), &[("appeal", "I did look.")]).await.redirects();
        shown(&reviewer, format!("/appeals/{claim}")).await;

        // Without hazards nothing is folded, and nothing can be left at once.
        let plain = marked(&world, &world.plain_contract().await).await;
        let claim = marked_claim(&world, &plain).await;
        let page = worker.get(&format!("/claims/{claim}")).await;
        assert!(!is_folded(&page.text) && !page.text.contains("/leave\"") && !page.text.contains("veil"), "{database}: {}", page.text);
    }
}

#[tokio::test]
async fn answers_that_quote_an_item_are_folded_away_too() {
    for database in databases() {
        let world = world(database).await;
        in_english(&world).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let form = batches::NewBatchForm {
            title: "Names".to_owned(),
            price: "0.80".to_owned(),
            seconds: "180".to_owned(),
            copies: "1".to_owned(),
            payload_kind: "text".to_owned(),
            answer_kind: "spans".to_owned(),
            question: "Which names are there?".to_owned(),
            choices: "Name".to_owned(),
            review_share: String::new(),
        };
        let batch = batches::draft(deps, &buyer, &once(), &world.funded_contract("100.00").await, &form).await.unwrap();
        batches::import(deps, &buyer, &once(), &batch, format!("id,payload\n1,It says {MARKER}\n").as_bytes()).await.unwrap();
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        let worker = Site::as_person(&world, &world.worker).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        worker.post(&format!("{claim}/submit"), &[("answer", &format!("Name: {MARKER}"))]).await.redirects();
        let page = Site::as_person(&world, &world.reviewer).await.get(&claim.replace("claims", "reviews")).await;
        assert!(page.text.matches(MARKER).count() == 2 && is_folded(&page.text), "{database}: {}", page.text);
    }
}

#[tokio::test]
async fn a_picture_that_may_hurt_is_a_few_grey_spots_until_it_is_asked_for() {
    for database in databases() {
        let world = world(database).await;
        in_english(&world).await;
        let batch = open_pictures(&world, &world.funded_contract("100.00").await, 40).await;
        let (worker, reviewer) = (Site::as_person(&world, &world.worker).await, Site::as_person(&world, &world.reviewer).await);
        let buyer = Site::as_person(&world, &world.buyer).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let loads = |text: &str| {
            text.matches("src=\"/claims/").count() + text.matches("src=\"/reviews/").count() + text.matches("items/1/picture").count()
        };
        let veiled = async |site: &Site, path: &str, picture: &str| {
            let page = site.get(path).await;
            page.says(&format!("<img class=\"blind\" src=\"{picture}?w=24\" width=\"1000\" height=\"750\""));
            assert!(!page.text.contains(&format!("src=\"{picture}?w=960\"")) && !page.text.contains("class=\"pic\""), "{database}: {path}");
            page
        };
        let page = veiled(&worker, &claim, &format!("{claim}/picture")).await;
        assert_eq!(loads(&page.text), 1, "{database}: {}", page.text);
        // Without scripts the same button keeps what was typed, and leads to the page with the picture.
        page.says(&format!("formaction=\"{claim}/draft?show=1\" formnovalidate"));
        let shown = worker.post(&format!("{claim}/draft?show=1"), &[("answer", "Yes"), ("active_seconds", "5")]).await;
        assert_eq!(shown.to, format!("{claim}?show=1"), "{database}");
        let clear = worker.get(&shown.to).await;
        clear.says(&format!("<img class=\"pic\" src=\"{claim}/picture?w=960\""));
        clear.says("value=\"Yes\" checked");
        clear.says("Hide it again");
        clear.says(&format!("formaction=\"{claim}/draft\" formnovalidate data-ask"));
        veiled(&worker, &claim, &format!("{claim}/picture")).await;

        // What comes ahead is no more than what lies behind the veil.
        let ahead = worker.post(&format!("{claim}/ahead"), &[]).await;
        assert!(ahead.text.contains("/picture?w=24"), "{database}: {}", ahead.text);
        let spots = worker.fetch(Method::Get, &format!("{claim}/picture?w=24"), &[]).await;
        let seen = image::load_from_memory(&spots.bytes).unwrap();
        assert!(
            spots.status == 200 && spots.bytes.len() <= 4_000 && seen.width() == 24 && !seen.color().has_color(),
            "{database}: {seen:?}"
        );
        for site in [&reviewer, &buyer, &Site::as_person(&world, &world.treasurer).await] {
            assert_eq!(site.fetch(Method::Get, &format!("{claim}/picture?w=24"), &[]).await.status, 404, "{database}: nobody else's");
        }
        veiled(&buyer, &format!("/batches/{batch}/preview"), &format!("/batches/{batch}/items/1/picture")).await;
        buyer.get(&format!("/batches/{batch}/preview?show=1")).await.says("<img class=\"pic\"");

        worker.post(&format!("{claim}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.redirects();
        let judged = claim.replace("claims", "reviews");
        for site in [&reviewer, &buyer] {
            veiled(site, &judged, &format!("{judged}/picture")).await.says(&format!("href=\"{judged}?show=1\" data-ask"));
            site.get(&format!("{judged}?show=1")).await.says(&format!("<img class=\"pic\" src=\"{judged}/picture?w=960\""));
            veiled(site, &format!("{judged}/reject"), &format!("{judged}/picture")).await;
        }
        // Remembered nowhere: the next task has its veil.
        let next = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        veiled(&worker, &next, &format!("{next}/picture")).await;
    }
}

/// A server of the world's own, as it runs for a co-op.
fn serve(world: &World) -> Serving {
    write_settings(world.folder.path(), &world.database, free_port());
    Serving::start(world.folder.path())
}

/// What a person reads in a mail, both as text and as HTML.
fn words(bytes: &[u8]) -> String {
    let message = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let texts = (0..message.text_body_count()).filter_map(|place| message.body_text(place));
    let pages = (0..message.html_body_count()).filter_map(|place| message.body_html(place));
    texts.chain(pages).chain(message.subject().map(Into::into)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn about_work_without_hazards_the_reason_goes_by_mail() {
    for database in databases() {
        let world = world(database).await;
        in_english(&world).await;
        let batch = marked(&world, &world.plain_contract().await).await;
        let claim = marked_claim(&world, &batch).await;
        claims::submit(&world.deps, &world.worker().await, &once(), &claim, &typed("Harmful")).await.unwrap();
        let judging = Judging::Reviewer(world.reviewer().await);
        reviews::send_back(&world.deps, &judging, &once(), &claim, "off-guideline", &format!("Read {MARKER} again."), "4.2").await.unwrap();
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let messages = manyhands_store::outbox::list_messages(&world.deps.db.read(), 100).await.unwrap();
        assert!(messages.iter().any(|message| words(&message.bytes).contains(MARKER)), "{database}: so a search would find it");
    }
}

#[tokio::test]
async fn no_list_no_mail_and_no_log_holds_a_word_of_it() {
    for database in databases() {
        let world = world(database).await;
        in_english(&world).await;
        let contract = world.funded_contract("100.00").await;
        let batch = marked(&world, &contract).await;
        let deps = &world.deps;
        let (worker, judging) = (world.worker().await, Judging::Reviewer(world.reviewer().await));
        let claim = marked_claim(&world, &batch).await;
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        let told = gold::find_told(deps, &worker, &claim).await.unwrap();
        assert!(told.is_some_and(|(met, known)| !met && known.explanation.contains(MARKER)), "{database}: missed, with the marker");
        let quoting = format!("Read {MARKER} again.");
        reviews::send_back(deps, &judging, &once(), &claim, "off-guideline", &quoting, "4.2").await.unwrap();
        let site = Site::as_person(&world, &world.worker).await;
        site.get(&format!("/claims/{claim}")).await.says(&quoting);
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        let buyer = Site::as_person(&world, &world.buyer).await;
        let why = [("code", "off-guideline"), ("reason", quoting.as_str()), ("clause", "4.2")];
        buyer.post(&format!("/reviews/{claim}/reject"), &why).await.redirects();
        site.post(&format!("/claims/{claim}/appeal"), &[("appeal", &quoting)]).await.redirects();

        let mut lists = vec![
            "/",
            "/work",
            "/work/quality",
            "/work/hazards",
            "/pay",
            "/reviews",
            "/contracts",
            "/ledger",
            "/desk",
            "/money",
            "/account",
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
        lists.extend([format!("/batches/{batch}"), format!("/batches/{batch}/items"), format!("/batches/{batch}/review")]);
        lists.extend([format!("/batches/{batch}/hazards"), format!("/batches/{batch}/questions"), format!("/desk/{contract}")]);
        lists.extend([format!("/contracts/{contract}"), "/office".to_owned(), "/treasury".to_owned(), format!("/claims/{claim}/left")]);
        let mut seen = 0;
        for person in [&world.worker, &world.reviewer, &world.coordinator, &world.treasurer, &world.buyer] {
            let reader = Site::as_person(&world, person).await;
            for list in &lists {
                let page = reader.get(list).await;
                assert!(!page.text.contains(MARKER), "{database}: {list}: {}", page.text);
                seen += usize::from(page.status == 200);
            }
        }
        assert!(seen > 40, "{database}: {seen} lists were there to be read");
        site.get("/work/quality").await.says("The right answer and why stand on its own page");

        // Decided with words that quote, and ended: everybody concerned is told by mail, without them.
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        reviewer.post(&format!("/appeals/{claim}"), &[("outcome", "overturned"), ("decision", &quoting)]).await.redirects();
        outbox::render(deps, "office@example.coop").await.unwrap();
        let messages = manyhands_store::outbox::list_messages(&deps.db.read(), 100).await.unwrap();
        let about =
            messages.iter().filter(|message| ["Sent back", "Rejected", "Accepted after"].iter().any(|word| message.subject.contains(word)));
        assert!(about.count() >= 3, "{database}: {:?}", messages.iter().map(|message| &message.subject).collect::<Vec<_>>());
        for message in &messages {
            let text = words(&message.bytes);
            assert!(text.len() > 50 && !text.contains(MARKER), "{database}: {}: {text}", message.subject);
            assert!(!message.subject.contains("Sent back") || text.contains("The reason stands with the work."), "{database}: {text}");
        }

        // The log of the program itself, over pages that show it and a form that is refused.
        deps.head.sync().unwrap();
        deps.db.clone().close().await.unwrap();
        let mut serving = serve(&world);
        let cookie = serving.sign_in("buyer@example.coop");
        let reply = serving.post(
            &format!("/reviews/{claim}/back"),
            &cookie,
            &[("key", "log-1"), ("code", ""), ("reason", MARKER), ("clause", MARKER)],
        );
        assert!(reply.is_some_and(|reply| reply.status >= 400), "{database}: it is decided");
        let items = format!("id,payload\n1,{MARKER}\n1,{MARKER}\n");
        serving.post(&format!("/batches/{batch}/items"), &cookie, &[("key", "log-2"), ("items", &items)]);
        serving.ask_to_stop();
        assert_eq!(serving.ended().code(), Some(0), "{database}: {}", serving.log());
        assert!(!serving.log().is_empty() && !serving.log().contains(MARKER), "{database}: {}", serving.log());
    }
}
