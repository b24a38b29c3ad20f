//! Whoever acts finds, where they see the result, the entry that it wrote: from there the receipt and the note are one press away.

use std::collections::BTreeSet;
use std::path::Path;

use manyhands::actions::contracts::returns::{self, ReturnForm};
use manyhands::actions::payouts::ExpenseForm;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{appeals, batches, claims, corrections, keys, leaving, payouts, periods, receipts, reviews};
use manyhands_domain::books::account::Account;
use manyhands_domain::books::kinds::KindId;
use manyhands_domain::books::table::KINDS;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PayoutId, PersonId, ProposalId};
use manyhands_domain::log::receipt::Receipt;
use manyhands_domain::money::Amount;
use rocket::http::Method::Get;

use crate::http::Site;
use crate::signers::enrol;
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{close, put_to_the_vote, question, vote as cast};
use crate::{amending, life};

/// What a world went through.
struct Lived {
    contract: ContractId,
    batch: BatchId,
    run: PayoutId,
    expense: String,
    correction: String,
    rejected: ClaimId,
    repriced: BatchId,
    ended: ContractId,
    back: String,
    vote: ProposalId,
}

/// Work that a member and its client accepted, paid out to two, one of whom it did not reach; an expense; a correction of a piece; keys;
/// a period; a vote of two.
async fn lived(world: &World) -> Lived {
    let deps = &world.deps;
    let vote = put_to_the_vote(world, &question()).await;
    for person in [&world.worker, &world.reviewer] {
        cast(world, person, &vote, "yes").await.unwrap();
    }
    close(world, &vote).await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 9).await;
    for (person, by) in [
        (&world.worker, Judging::Reviewer(world.reviewer().await)),
        (&world.worker, Judging::Client(world.buyer().await)),
        (&world.treasurer, Judging::Client(world.buyer().await)),
        (&world.treasurer, Judging::Client(world.buyer().await)),
    ] {
        let member = world.signed_in(person).await.member().unwrap();
        let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
        let typed = claims::Typed::one("Harmful", 100);
        claims::submit(deps, &member, &once(), &claim, &typed).await.unwrap();
        reviews::accept(deps, &by, &once(), &claim).await.unwrap();
    }
    let ended = ended(world).await;
    let other = world.funded_contract("1.00").await;
    let refused_of = world.open_batch(&other, 1).await;
    batches::reprice(deps, &world.buyer().await, &once(), &refused_of, "0.90").await.unwrap();
    let rejected = claims::claim(deps, &world.worker().await, &once(), &refused_of).await.unwrap();
    claims::submit(deps, &world.worker().await, &once(), &rejected, &claims::Typed::one("Harmful", 100)).await.unwrap();
    let why = ("wrong-label", "It is harmless.", "4.2");
    appeals::reject(deps, &Judging::Client(world.buyer().await), &once(), &rejected, why).await.unwrap();
    let (treasurer, second) = (world.treasurer().await, world.signed_in(&world.coordinator).await.officer().unwrap());
    let run = payouts::prepare(deps, &treasurer, &once(), "USD", "1.00", PASSWORD).await.unwrap();
    payouts::approve(deps, &second, &once(), &run, PASSWORD).await.unwrap();
    payouts::settle(deps, &treasurer, &once(), &run, world.worker().await.id(), "transfer 5", "0.01").await.unwrap();
    payouts::fail(deps, &treasurer, &once(), &run, treasurer.id(), "wrong number").await.unwrap();
    let form = ExpenseForm { name: "Hosting".into(), currency: "USD".into(), amount: "0.01".into(), what: "October".into() };
    let expense = payouts::prepare_expense(deps, &treasurer, &once(), &form, PASSWORD).await.unwrap();
    payouts::approve_expense(deps, &second, &once(), &expense, PASSWORD).await.unwrap();
    let correction = correct_a_piece(world).await;
    let back = give_back(world, &ended).await;
    periods::close(deps, &treasurer, &once()).await.unwrap();
    enrol(world, &world.coordinator, 1).await;
    let key = enrol(world, &world.treasurer, 2).await;
    keys::retire(deps, &treasurer, &once(), &key.id().to_string(), "lost", PASSWORD).await.unwrap();
    Lived { contract, batch, run, expense, correction, rejected, repriced: refused_of, ended, back, vote }
}

/// A contract that was changed once, and completed.
async fn ended(world: &World) -> ContractId {
    let (contract, _, claim) = life::begun(world, 1).await;
    let (client, coop) = (Site::as_person(world, &world.buyer).await, Site::as_person(world, &world.coordinator).await);
    let page =
        amending::proposed(&client, &contract, "task", &[("guidelines", "4.2 As before, and shorter."), ("reading_minutes", "12")]).await;
    let read = amending::read_of(&coop.get(&page).await.text);
    coop.post(&format!("{page}/do/agree"), &[("read", &read)]).await.redirects();
    life::is_honoured(world, &claim).await;
    client.post(&format!("/contracts/{contract}/life/complete"), &[]).await.redirects();
    contract
}

/// What is left of a completed contract goes back.
async fn give_back(world: &World, contract: &ContractId) -> String {
    let (deps, treasurer) = (&world.deps, world.treasurer().await);
    let found = returns::find_returnable(deps, &treasurer, contract).await.unwrap();
    let deposit = found.deposits[0].deposit.id.clone();
    let form = ReturnForm { deposit, amount: "1".to_owned(), reference: "back 1".to_owned(), asked: String::new(), none_of: String::new() };
    let id = returns::prepare(deps, &treasurer, &once(), &form, PASSWORD).await.unwrap();
    let second = world.signed_in(&world.coordinator).await.officer().unwrap();
    returns::approve(deps, &second, &once(), &id, PASSWORD).await.unwrap();
    id
}

/// A cent of the reserve was the worker's: two people say so.
async fn correct_a_piece(world: &World) -> String {
    let (deps, second) = (&world.deps, world.signed_in(&world.coordinator).await.officer().unwrap());
    let mine = Account::earned(world.worker().await.id());
    let size = receipts::checkpoint(deps).await.unwrap().unwrap().size;
    for index in 0..size {
        let (_, entry) = receipts::find_entry(deps, index).await.unwrap();
        if entry.kind.id != KindId::WorkAccepted || !entry.lines.iter().any(|line| line.account == mine) {
            continue;
        }
        let cent = |account: &Account| if *account == mine { -10_000 } else { i64::from(*account == Account::reserve()) * 10_000 };
        let wanted = entry.lines.iter().map(|line| line.amount.checked_add(Amount::from_micros(cent(&line.account))).unwrap().to_string());
        let wanted: Vec<String> = wanted.collect();
        let treasurer = world.treasurer().await;
        let id = corrections::prepare(deps, &treasurer, &once(), index, "agreed", &wanted, PASSWORD).await.unwrap();
        corrections::approve(deps, &second, &once(), &id, PASSWORD).await.unwrap();
        return id;
    }
    panic!("no piece of theirs")
}

/// The entries that a page leads to, by kind.
async fn kinds(world: &World, site: &Site, page: &str) -> Vec<&'static str> {
    let text = site.get(page).await.text;
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut kinds = Vec::new();
    for part in main.split("href=\"/ledger/").skip(1) {
        let to = part.split('"').next().unwrap();
        if let Ok(index) = to.parse() {
            kinds.push(receipts::find_entry(&world.deps, index).await.unwrap().1.kind.name);
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Where whoever acted sees an entry of a kind.
enum Offered {
    /// On these pages: who, and where.
    At(Vec<(PersonId, String)>),
    /// By the operator's command alone, which says which entry it wrote; whoever reads the book finds it there.
    Command,
    /// By no program of this version.
    NotWritten,
}

/// Every kind: whoever adds one says here where it is offered, or this does not compile.
fn offered(kind: KindId, world: &World, lived: &Lived) -> Offered {
    let Lived { contract, batch, run, expense, correction, rejected, repriced, ended, back, vote } = lived;
    let at =
        |pages: &[(&PersonId, &str)]| Offered::At(pages.iter().map(|(person, page)| ((*person).clone(), (*page).to_owned())).collect());
    let World { coordinator, worker, reviewer, treasurer, buyer, .. } = world;
    let (desk, run) = (format!("/desk/{contract}"), format!("/treasury/payouts/{run}"));
    let person = |person: &PersonId| format!("/office/people/{person}");
    match kind {
        KindId::CoopFounded => Offered::Command,
        KindId::RuleEnacted => at(&[(worker, "/rates"), (buyer, "/rates")]),
        KindId::KeyAdded | KindId::KeyRetired => {
            at(&[(treasurer, "/account/key"), (treasurer, "/account"), (coordinator, &person(treasurer))])
        }
        KindId::MemberAdmitted => at(&[(worker, "/account"), (coordinator, &person(worker))]),
        KindId::MemberLeft => at(&[(coordinator, &person(reviewer))]),
        KindId::ContractListed => at(&[(buyer, &desk), (coordinator, &format!("/contracts/{contract}"))]),
        KindId::DepositReceived => at(&[(buyer, "/money"), (buyer, &desk), (treasurer, "/treasury"), (coordinator, "/treasury")]),
        KindId::BatchOpened => at(&[(buyer, &format!("/batches/{batch}")), (buyer, &desk)]),
        KindId::WorkAccepted => at(&[(worker, "/pay"), (treasurer, "/pay"), (buyer, &desk)]),
        KindId::WorkRejected => {
            at(&[(worker, &format!("/claims/{rejected}")), (buyer, &format!("/reviews/{rejected}")), (buyer, "/desk/C-3")])
        }
        KindId::PayoutApproved => at(&[(treasurer, "/treasury"), (treasurer, &run), (coordinator, &run)]),
        KindId::PayoutSent => at(&[(worker, "/pay"), (treasurer, "/pay"), (treasurer, &run)]),
        KindId::PayoutSettled => at(&[(worker, "/pay"), (treasurer, &run)]),
        KindId::PayoutFailed => at(&[(treasurer, "/pay"), (treasurer, &run)]),
        KindId::ExpensePaid => at(&[(treasurer, "/treasury"), (coordinator, &format!("/treasury/expenses/{expense}"))]),
        KindId::CorrectionPosted => {
            let page = format!("/treasury/corrections/{correction}");
            at(&[(treasurer, "/treasury"), (treasurer, &page), (coordinator, &page), (worker, "/pay"), (buyer, &desk)])
        }
        KindId::PeriodClosed => at(&[(treasurer, "/ledger/balances"), (worker, "/ledger/balances")]),
        KindId::ContractAmended => at(&[(buyer, &format!("/desk/{ended}")), (coordinator, &format!("/contracts/{ended}/versions"))]),
        KindId::ContractClosed => at(&[(buyer, &format!("/desk/{ended}")), (coordinator, &format!("/contracts/{ended}/life"))]),
        KindId::DepositReturned => {
            let page = format!("/treasury/returns/{back}");
            let desk = format!("/desk/{ended}");
            at(&[(buyer, "/money"), (buyer, &desk), (treasurer, "/treasury"), (coordinator, &page)])
        }
        KindId::BallotCast => at(&[
            (worker, &format!("/proposals/{vote}/ballot")),
            (coordinator, &format!("/proposals/{vote}/ballots")),
            (worker, &format!("/proposals/{vote}/ballots")),
        ]),
        KindId::ProposalOpened | KindId::ProposalClosed => {
            let page = format!("/proposals/{vote}");
            at(&[(worker, &page), (coordinator, &page), (worker, &format!("{page}/ballots"))])
        }
        KindId::BatchRepriced => at(&[(buyer, &format!("/batches/{repriced}")), (buyer, &format!("/batches/{repriced}/price"))]),
        KindId::FundSpent | KindId::Unknown => Offered::NotWritten,
    }
}

/// The text of every file of the program below a folder, without its tests.
fn code_below(folder: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(path).unwrap();
                all.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }
    all
}

/// The kinds that the program writes, read from its text.
fn written() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for code in code_below("src") {
        // A line of a payout run is drafted by its own helper.
        for drafts in ["Draft::new(\"", "self.line(\""] {
            kinds.extend(code.split(drafts).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    kinds
}

#[tokio::test]
async fn every_kind_of_entry_is_offered_to_whoever_acted_where_its_result_is_seen() {
    for database in databases() {
        let world = world(database).await;
        let lived = lived(&world).await;
        let reviewer = world.signed_in(&world.reviewer).await.member().unwrap();
        leaving::leave(&world.deps, &reviewer, &once(), PASSWORD).await.unwrap();
        let written = written();
        for kind in KINDS {
            let offered = offered(kind.id, &world, &lived);
            let Offered::At(pages) = offered else {
                let is_written = matches!(offered, Offered::Command);
                assert_eq!(written.contains(kind.name), is_written, "{} is written: say here where it is offered", kind.name);
                continue;
            };
            assert!(written.contains(kind.name), "{} is written nowhere", kind.name);
            for (person, page) in pages {
                let who = world.signed_in(&person).await.standing().name.clone();
                let site = Site::as_person(&world, &person).await;
                let found = kinds(&world, &site, &page).await;
                assert!(found.contains(&kind.name), "{database}: {who} does not find {} at {page}, only {found:?}", kind.name);
            }
        }
    }
}

#[tokio::test]
async fn every_action_that_wrote_an_entry_leads_to_it_where_its_result_is_seen() {
    for database in databases() {
        let world = world(database).await;
        let Lived { contract, batch, run, expense, .. } = lived(&world).await;
        let pages: [(&str, _, String, &[&str]); 9] = [
            ("a member", &world.worker, "/pay".to_owned(), &["correction.posted", "payout.sent", "payout.settled", "work.accepted"]),
            ("a reviewer", &world.reviewer, "/pay".to_owned(), &["work.accepted"]),
            ("a client", &world.buyer, "/money".to_owned(), &["deposit.received", "deposit.returned"]),
            (
                "a client",
                &world.buyer,
                format!("/desk/{contract}"),
                &["batch.opened", "contract.listed", "correction.posted", "deposit.received", "work.accepted"],
            ),
            ("a client", &world.buyer, format!("/batches/{batch}"), &["batch.opened"]),
            (
                "a treasurer",
                &world.treasurer,
                "/treasury".to_owned(),
                &["correction.posted", "deposit.received", "deposit.returned", "expense.paid", "payout.approved"],
            ),
            (
                "a treasurer",
                &world.treasurer,
                format!("/treasury/payouts/{run}"),
                &["payout.approved", "payout.failed", "payout.sent", "payout.settled"],
            ),
            ("a coordinator", &world.coordinator, format!("/treasury/expenses/{expense}"), &["expense.paid"]),
            ("a coordinator", &world.coordinator, format!("/contracts/{contract}"), &["contract.listed"]),
        ];
        for (who, person, page, expected) in pages {
            let site = Site::as_person(&world, person).await;
            assert_eq!(kinds(&world, &site, &page).await, expected, "{database}: {who} at {page}");
        }
    }
}

#[tokio::test]
async fn who_leaves_lands_on_the_entry_that_says_so_and_its_receipt() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::as_person(&world, &world.worker).await;
        let landed = site.post("/account/leave", &[("password", PASSWORD)]).await;
        landed.redirects();
        let page = site.get(&landed.to).await;
        page.says(&format!("href=\"{}/receipt\"", landed.to));
        page.says(&format!("href=\"{}/note\"", landed.to));
    }
}

#[tokio::test]
async fn an_entrys_page_offers_receipt_and_note_as_files_that_say_what_they_are() {
    for database in databases() {
        let world = world(database).await;
        lived(&world).await;
        let site = Site::of(&world).await;
        let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
        for index in 0..size {
            let page = site.get(&format!("/ledger/{index}")).await;
            for link in [format!("/ledger/{index}/receipt"), format!("/ledger/{index}/note"), format!("/verify?entry={index}")] {
                page.says(&format!("<a class=\"btn line\" href=\"{link}\">"));
            }
            let kind = receipts::find_entry(&world.deps, index).await.unwrap().1.kind.name.replace('.', "-");
            let file = async |what: &str, ending: &str| {
                let file = site.fetch(Get, &format!("/ledger/{index}/{what}"), &[]).await;
                let name = format!("attachment; filename=\"entry-{index}-{kind}.{ending}\"");
                assert_eq!((file.status, file.header("content-disposition")), (200, name.as_str()), "{database}");
                assert_eq!(file.header("content-type"), "text/plain; charset=utf-8", "{database}: {what}");
                file.bytes
            };
            let (receipt, note) = (file("receipt", "tlog-proof").await, file("note", "note").await);
            let receipt = Receipt::parse(std::str::from_utf8(&receipt).unwrap()).unwrap();
            receipt.verify(&[world.deps.signers.checkpoint.verifying_key()]).unwrap();
            assert_eq!((receipt.index, receipt.note), (index, note), "{database}");
        }
    }
}

#[tokio::test]
async fn a_clients_page_goes_back_through_all_entries_of_the_contract_and_no_other() {
    let world = world("sqlite").await;
    let Lived { contract, .. } = lived(&world).await;
    let other = world.funded_contract("50.00").await;
    for turn in 0..9 {
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        let fields = [("contract", contract.as_str()), ("amount", "1.00"), ("reference", &format!("transfer {turn}") as &str)];
        treasurer.post("/treasury/deposit", &fields).await.redirects();
    }
    let site = Site::as_person(&world, &world.buyer).await;
    let (mut page, mut seen) = (format!("/desk/{contract}"), Vec::new());
    loop {
        seen.extend(kinds(&world, &site, &page).await);
        let text = site.get(&page).await.text;
        let links = text.split("href=\"").filter_map(|link| link.split('"').next());
        let Some(older) = links.filter(|to| to.contains("?before=")).last() else { break };
        page = older.to_owned();
    }
    assert!(seen.len() > 3 && seen.last() == Some(&"contract.listed"), "the first entry comes last: {seen:?}");
    assert_eq!(kinds(&world, &site, &format!("/desk/{other}")).await, ["contract.listed", "deposit.received"]);
    for odd in ["0", "18446744073709551615", "x"] {
        assert_eq!(site.get(&format!("/desk/{contract}?before={odd}")).await.status, 200, "{odd}");
    }
}

#[tokio::test]
async fn a_receipt_of_an_entry_that_is_none_is_not_there() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
        for odd in [
            &size.to_string() as &str,
            "-1",
            "999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "1e3",
            "0x1",
            "%D9%A3",
            "1.0",
            "",
        ] {
            for what in ["receipt", "note"] {
                let answer = site.get(&format!("/ledger/{odd}/{what}")).await;
                assert_eq!(answer.status, 404, "{database}: {odd}/{what}");
                answer.says("There is no such page");
            }
        }
    }
}
