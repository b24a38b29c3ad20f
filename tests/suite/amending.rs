//! Amendments: a listed contract changes by versions that both sides agree to, work under way keeps its own, and nobody loses by
//! leaving.

use manyhands::actions::contracts::amending;
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, claims, receipts, reviews};
use manyhands::jobs::outbox;
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::ContractId;

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

const GUIDELINES: &str = "1 Read it.\n4.2 When in doubt, say harmless.\n4.3 Say nothing of names.";

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(refusals)) => refusals[0].code,
        other => panic!("{other:?}"),
    }
}

async fn is_whole(world: &World) {
    let out = tempfile::TempDir::new().unwrap();
    receipts::export(&world.deps, out.path()).await.unwrap();
    let report = manyhands_verify::verify(out.path(), &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!(report.failures, [None, None, None, None]);
}

async fn subjects(world: &World) -> Vec<(String, String)> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = manyhands_store::outbox::list_messages(&world.deps.db.read(), 100).await.unwrap();
    messages.into_iter().map(|message| (message.recipient, message.subject)).collect()
}

/// The buyer changes a page of a fresh draft, and proposes it.
pub async fn proposed(site: &Site, contract: &ContractId, step: &str, fields: &[(&str, &str)]) -> String {
    let page = format!("/contracts/{contract}/amend");
    site.post(&format!("{page}/do/draft"), &[]).await.redirects();
    site.post(&format!("{page}/{step}"), fields).await.redirects();
    site.post(&format!("{page}/do/propose"), &[("reason", "Section 4.2 was read in two ways.")]).await.redirects();
    page
}

/// What the other side's form would send.
pub fn read_of(text: &str) -> String {
    text.split("name=\"read\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_that_both_sides_agree_to_is_a_version_and_work_under_way_keeps_its_own() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 4).await;
        let (worker, judging) = (world.worker().await, Judging::Reviewer(world.reviewer().await));
        let first = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let leaves = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let page = format!("/contracts/{contract}/amend");
        site.get(&page).await.says("A listed contract changes by versions.");
        site.post(&format!("{page}/do/draft"), &[]).await.redirects();
        site.post(&format!("{page}/do/draft"), &[]).await.refuses("Your side has a draft of a change already");
        // The draft is one side's own.
        office.get(&page).await.says("A listed contract changes by versions.");
        site.post(&format!("{page}/do/propose"), &[("reason", "So.")]).await.refuses("Nothing is changed yet.");
        let answer = site.post(&format!("{page}/task"), &[("guidelines", GUIDELINES), ("reading_minutes", "many")]).await;
        answer.refuses("a whole number from 0 to 6 000");
        answer.says("4.3 Say nothing of names.");
        site.post(&format!("{page}/task"), &[("guidelines", GUIDELINES), ("reading_minutes", "12")]).await.redirects();
        // What cannot change is no field of these pages.
        site.post(&format!("{page}/what-for"), &[("purpose", "targeting")]).await.refuses("does not belong to it: purpose");
        let shown = site.get(&page).await;
        shown.says("<del><span class=\"vh\">before: </span>4.2 When in doubt, say harmful.</del>");
        shown.says("<ins><span class=\"vh\">now: </span>4.3 Say nothing of names.</ins>");
        shown.says("12 min");
        site.post(&format!("{page}/do/propose"), &[("reason", "")]).await.refuses("Say why in a sentence");
        subjects(&world).await;
        site.post(&format!("{page}/do/propose"), &[("reason", "Section 4.2 was read in two ways.")]).await.redirects();
        let told = subjects(&world).await;
        assert!(told.iter().any(|(who, what)| who == "wanjiru@example.coop" && what.starts_with("A change is proposed")), "{told:?}");
        site.post(&format!("{page}/do/agree"), &[("read", "")]).await.refuses("the other side must agree");

        office.get("/office").await.says("A change of Safety text review waits for your side");
        let shown = office.get(&page).await;
        shown.says("The client proposes this: Section 4.2 was read in two ways.");
        let before = world.rows().await;
        office.post(&format!("{page}/do/agree"), &[("read", "0")]).await.refuses("was changed since the page was shown");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        let index = world.deps.head.last().0;
        office.post(&format!("{page}/do/agree"), &[("read", &read_of(&shown.text))]).await.redirects();
        site.get(&format!("/ledger/{index}")).await.says("Contract amended");
        let told = subjects(&world).await;
        assert!(told.iter().any(|(who, what)| who == "nathalie@example.coop" && what == "Changé\u{a0}: Safety text review"), "{told:?}");

        // Anybody sees what changed; whoever works under the old version keeps it, sees so, and loses nothing by leaving.
        let versions = Site::of(&world).await.get(&format!("/contracts/{contract}/versions")).await;
        versions.says("Version 2");
        versions.says("4.2 When in doubt, say harmful.</del>");
        Site::of(&world).await.get(&format!("/contracts/{contract}")).await.says("Version 2, in force since");
        world.reads(&world.worker, "en").await;
        let desk = Site::as_person(&world, &world.worker).await;
        let shown = desk.get(&format!("/claims/{first}")).await;
        shown.says("version 2 is in force for new claims. Yours goes by version 1");
        shown.says("You may leave the task without loss");
        shown.says("4.2 When in doubt, say harmful.");
        desk.post(&format!("/claims/{leaves}/release"), &[]).await.redirects();
        desk.get(&format!("/claims/{leaves}")).await.says("Nothing is held against you.");
        let second = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let shown = desk.get(&format!("/claims/{second}")).await;
        shown.says("4.3 Say nothing of names.");
        assert!(!shown.text.contains("is in force for new claims"), "{database}: it is the newest");

        // Each is judged by the guidelines that it was claimed under.
        for claim in [&first, &second] {
            claims::submit(&world.deps, &worker, &once(), claim, &typed("Harmful")).await.unwrap();
        }
        assert_eq!(code(reviews::send_back(&world.deps, &judging, &once(), &first, "wrong-label", "See.", "4.3").await), "review-clause");
        for claim in [&first, &second] {
            reviews::accept(&world.deps, &judging, &once(), claim).await.unwrap();
        }
        let results = site.get(&format!("/desk/{contract}/results.jsonl")).await.text;
        let versions: Vec<&str> =
            results.lines().map(|line| line.split("\"guidelines\":").nth(1).unwrap().split(',').next().unwrap()).collect();
        assert_eq!(versions, ["1", "2"], "{database}: {results}");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn a_higher_hazard_level_takes_no_claims_in_lower_batches_and_a_lower_one_needs_two_people() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let worker = world.worker().await;
        let under_way = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let drafted = world.draft_batch(&contract, "0.80", "180").await;
        manyhands::actions::batches::import(&world.deps, &world.buyer().await, &once(), &drafted, b"id,payload\n1,Another\n")
            .await
            .unwrap();
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let hazards = [("category_1", "s3"), ("form_1", "text"), ("level_1", "3"), ("share_1", "60")];
        let page = proposed(&site, &contract, "hazards", &hazards).await;
        let shown = office.get(&page).await;
        shown.says("level 3 of 3, in text, in 60 % of the items");
        office.post(&format!("{page}/do/agree"), &[("read", &read_of(&shown.text))]).await.redirects();
        assert_eq!(code(claims::claim(&world.deps, &worker, &once(), &batch).await), "batch-level-raised", "{database}");
        let board = Site::as_person(&world, &world.reviewer).await.get("/work").await;
        assert!(!board.text.contains(&format!("/batches/{batch}/claim")), "{database}: it is not on the board");
        site.get(&format!("/batches/{batch}"))
            .await
            .says("The contract's hazard level is 3 by now, this batch's 0".replace('\'', "’").as_str());
        // What was claimed goes on; a draft opens at the new level.
        claims::submit(&world.deps, &worker, &once(), &under_way, &typed("Harmful")).await.unwrap();
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &under_way).await.unwrap();
        site.post(&format!("/batches/{drafted}/open"), &[]).await.redirects();
        claims::claim(&world.deps, &worker, &once(), &drafted).await.unwrap();

        // Down again: that waits for two people of the co-op, which `lowering` is about.
        site.post(&format!("{page}/do/draft"), &[]).await.redirects();
        site.post(&format!("{page}/hazards"), &[("category_1", "s3"), ("form_1", "text"), ("level_1", "2"), ("share_1", "60")])
            .await
            .redirects();
        site.get(&page).await.says("The highest hazard level would fall from 3 to 2.");
        site.post(&format!("{page}/do/propose"), &[("reason", "It was too high.")]).await.redirects();
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn the_co_op_proposes_too_and_either_side_may_say_no_or_take_it_back() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let terms = [("rejection", "With a code."), ("notice_days", "21"), ("kill_fee", "10")];
        let page = proposed(&office, &contract, "terms", &terms).await;
        site.get("/desk").await.says("A change of Safety text review waits for your side");
        let shown = site.get(&page).await;
        shown.says("The co-op proposes this:");
        shown.says("21 days");
        site.post(&format!("{page}/do/withdraw"), &[]).await.refuses("only that side takes it back");
        site.post(&format!("{page}/do/decline"), &[("reason", "")]).await.refuses("Say why in a sentence");
        site.post(&format!("{page}/do/decline"), &[("reason", "Fourteen were agreed.")]).await.redirects();
        site.post(&format!("{page}/do/agree"), &[("read", &read_of(&shown.text))]).await.refuses("No change is proposed here any more");
        let again = proposed(&office, &contract, "terms", &terms).await;
        office.post(&format!("{again}/do/withdraw"), &[]).await.redirects();
        // Agreed once, and not over another version than was read.
        proposed(&office, &contract, "terms", &terms).await;
        let by = Party::Client(world.buyer().await);
        let amendment = amending::find_open(&world.deps, &by, &contract).await.unwrap().proposed;
        let (read, form) = (amending::sha256_of(&amendment.unwrap()), once());
        let first = amending::agree(&world.deps, &by, &form, &contract, &read).await.unwrap();
        assert_eq!(amending::agree(&world.deps, &by, &form, &contract, &read).await.unwrap(), first, "{database}: a form acts once");
        assert_eq!(code(amending::agree(&world.deps, &by, &once(), &contract, &read).await), "amendment-none", "{database}");
        site.get(&format!("/contracts/{contract}/life/terminate")).await.says("It ends at once");
        // After the end nothing changes, and what was proposed waits no more.
        proposed(&office, &contract, "terms", &[("rejection", "With a code."), ("notice_days", "7"), ("kill_fee", "10")]).await;
        site.get("/desk").await.says("waits for your side");
        life::go(&world.deps, &by, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
        site.post(&format!("{page}/do/draft"), &[]).await.refuses("This contract has ended.");
        assert!(!site.get("/desk").await.text.contains("waits for your side"), "{database}");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn a_draft_keeps_the_other_side_from_nothing_and_never_undoes_what_was_agreed_to() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let page = format!("/contracts/{contract}/amend");
        site.post(&format!("{page}/do/draft"), &[]).await.redirects();
        site.post(&format!("{page}/task"), &[("guidelines", GUIDELINES), ("reading_minutes", "12")]).await.redirects();
        let terms = [("rejection", "With a code."), ("notice_days", "21"), ("kill_fee", "10")];
        office.post(&format!("{page}/do/withdraw"), &[]).await.refuses("No change is proposed here any more");
        proposed(&office, &contract, "terms", &terms).await;
        let shown = site.get(&page).await;
        shown.says("The co-op proposes this:");
        shown.says("Your side has a draft of its own");
        assert!(!office.get(&page).await.text.contains("a draft of its own"), "{database}: nobody else sees it");
        let why = [("reason", "Section 4.2 was read in two ways.")];
        site.post(&format!("{page}/do/propose"), &why).await.refuses("Another change of this contract is proposed");
        site.post(&format!("{page}/do/agree"), &[("read", &read_of(&shown.text))]).await.redirects();

        site.get(&page).await.says("Your side’s draft.");
        let before = world.rows().await;
        site.post(&format!("{page}/do/propose"), &why).await.refuses("it would undo what was agreed to");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        site.post(&format!("{page}/do/withdraw"), &[]).await.redirects();
        proposed(&site, &contract, "task", &[("guidelines", GUIDELINES), ("reading_minutes", "12")]).await;
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn what_was_to_change_a_contract_ends_with_it() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.open_batch(&contract, 1).await;
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let terms = [("rejection", "With a code."), ("notice_days", "21"), ("kill_fee", "10")];
        site.post(&format!("/contracts/{contract}/amend/do/draft"), &[]).await.redirects();
        let page = proposed(&office, &contract, "terms", &terms).await;
        let by = Party::Client(world.buyer().await);
        life::go(&world.deps, &by, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
        world.deps.clock.advance(14 * 86_400);
        let has_no_form = async |when: &str| {
            for who in [&site, &office] {
                let shown = who.get(&page).await;
                shown.says("This contract has ended.");
                assert!(!shown.text.contains("/amend/do/"), "{database}, {when}: no button that always refuses");
            }
        };
        has_no_form("before the job").await;
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}");
        has_no_form("closed").await;
        let open = amending::find_open(&world.deps, &by, &contract).await.unwrap();
        assert!(open.proposed.is_none() && open.draft.is_none(), "{database}: withdrawn with the end");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn versions_are_shown_page_by_page() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (client, coop) = (Party::Client(world.buyer().await), Party::Coop(world.coordinator().await));
        for number in 2..=12 {
            amending::draft(&world.deps, &coop, &once(), &contract).await.unwrap();
            let task = |name: &str| match name {
                "guidelines" => format!("1 Read it.\n4.2 In version {number}, say so."),
                _ => "10".to_owned(),
            };
            amending::save(&world.deps, &coop, &once(), &contract, "task", task).await.unwrap();
            amending::propose(&world.deps, &coop, &once(), &contract, "So.").await.unwrap();
            let proposed = amending::find_open(&world.deps, &client, &contract).await.unwrap().proposed.unwrap();
            amending::agree(&world.deps, &client, &once(), &contract, &amending::sha256_of(&proposed)).await.unwrap();
        }
        let (site, page) = (Site::of(&world).await, format!("/contracts/{contract}/versions"));
        let newest = site.get(&page).await;
        newest.says("In version 12, say so.");
        newest.says("In version 2, say so.</del>");
        newest.says(&format!("{page}?before=3"));
        assert!(!newest.text.contains("As it was listed."), "{database}: ten on a page");
        site.get(&format!("{page}?before=3")).await.says("As it was listed.");
        assert_eq!(site.get(&format!("{page}?before=x")).await.status, 404, "{database}");
    }
}

#[tokio::test]
async fn a_side_proposes_only_so_often_a_day() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let by = Party::Coop(world.coordinator().await);
        let terms = |name: &str| if name == "rejection" { "With a code.".to_owned() } else { "10".to_owned() };
        let propose = async || {
            amending::draft(&world.deps, &by, &once(), &contract).await.unwrap();
            amending::save(&world.deps, &by, &once(), &contract, "terms", terms).await.unwrap();
            amending::propose(&world.deps, &by, &once(), &contract, "So.").await
        };
        for _ in 0..12 {
            propose().await.unwrap();
            amending::withdraw(&world.deps, &by, &once(), &contract).await.unwrap();
        }
        assert_eq!(code(propose().await), "contract-moves-many", "{database}");
        world.deps.clock.advance(86_400);
        amending::propose(&world.deps, &by, &once(), &contract, "So.").await.unwrap();
    }
}

#[tokio::test]
async fn nobody_but_the_two_sides_sees_or_touches_an_amendment() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let buyer = Site::as_person(&world, &world.buyer).await;
        let page = proposed(&buyer, &contract, "task", &[("guidelines", GUIDELINES), ("reading_minutes", "10")]).await;
        let strangers = [world.other_buyer().await, world.worker.clone(), world.treasurer.clone()];
        let before = world.rows().await;
        for who in &strangers {
            let site = Site::as_person(&world, who).await;
            for path in [page.clone(), format!("{page}/task")] {
                assert_eq!(site.get(&path).await.status, 404, "{database}: {path}");
            }
            assert_eq!(site.post(&format!("{page}/task"), &[("guidelines", "1 Mine.")]).await.status, 404, "{database}");
            for (word, fields) in
                [("draft", None), ("withdraw", None), ("propose", Some("reason")), ("decline", Some("reason")), ("agree", Some("read"))]
            {
                let fields: Vec<(&str, &str)> = fields.into_iter().map(|name| (name, "So.")).collect();
                assert_eq!(site.post(&format!("{page}/do/{word}"), &fields).await.status, 404, "{database}: {word}");
            }
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        assert_eq!(buyer.post(&format!("{page}/do/vanish"), &[]).await.status, 404);
        assert_eq!(buyer.get(&format!("{page}/vanish")).await.status, 404);
    }
}
