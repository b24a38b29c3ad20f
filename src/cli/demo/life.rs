//! A few weeks of the demonstration's life: contracts, deposits, batches, work, reviews, a payout, and what members vote meanwhile.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use manyhands_domain::drafting::{HAZARD_FIELDS, STEPS};
use manyhands_domain::ids::{BatchId, ContractId, PayoutId};
use manyhands_domain::money::Amount;
use manyhands_domain::time::{DAY_SECS, Timestamp};

use super::people::{Contract, People, once};
use super::votes::{FIRST_DAY, Votes};
use crate::actions::batches::NewBatchForm;
use crate::actions::claims::Typed;
use crate::actions::contracts::RegisterWords;
use crate::actions::demo::PASSWORD;
use crate::actions::payouts::ExpenseForm;
use crate::actions::reviews::Judging;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, batches, claims, contracts, gold, hazards, payouts, reviews};
use crate::deps::Deps;

/// So many days before today its first contracts begin.
const DAYS: i64 = 24;

/// How one contract of the file comes to life.
struct Plan {
    /// The file's id.
    id: &'static str,
    /// What its client pays in.
    deposit: &'static str,
    /// Items made up for its batch; none: those of `pairs.csv`, of which the client knows what `known.csv` says.
    items: usize,
    /// Accepted over the weeks.
    accepted: usize,
    /// Submitted and waiting at the end.
    waiting: usize,
    /// Measured seconds of a piece, about.
    seconds: i64,
    question: &'static str,
    choices: &'static str,
    /// Begins each item's text.
    item: &'static str,
    workers: &'static [&'static str],
}

const PLANS: &[Plan] = &[
    Plan {
        id: "C-001",
        deposit: "1880.00",
        items: 200,
        accepted: 24,
        waiting: 3,
        seconds: 2_640,
        question: "What is outlined?",
        choices: "Sign\nVehicle\nBush\nNone of these",
        item: "Street scene",
        workers: &["M-05", "M-08", "M-10"],
    },
    Plan {
        id: "C-002",
        deposit: "400.00",
        items: 400,
        accepted: 36,
        waiting: 4,
        seconds: 176,
        question: "Must the filter stop this passage?",
        choices: "Stop it\nLet it through\nCannot tell",
        item: "A passage, left out of the demonstration",
        workers: &["M-11", "M-06"],
    },
    Plan {
        id: "C-003",
        deposit: "1000.00",
        items: 40,
        accepted: 3,
        waiting: 1,
        seconds: 3_500,
        question: "Write a question with its answer.",
        choices: "",
        item: "A memory of a day by the sea",
        workers: &["M-04", "M-03"],
    },
    Plan {
        id: "C-004",
        deposit: "1500.00",
        items: 12,
        accepted: 1,
        waiting: 0,
        seconds: 27_900,
        question: "How many objects are tracked through the sequence?",
        choices: "",
        item: "LiDAR sequence",
        workers: &["M-07"],
    },
    Plan {
        id: "C-006",
        deposit: "200.00",
        items: 0,
        accepted: 24,
        waiting: 2,
        seconds: 86,
        question: "Is it the same garment?",
        choices: "Same\nAnother\nCannot tell",
        item: "",
        workers: &["M-03", "M-04"],
    },
];

/// When it begins: the morning of the first day, when members have nothing but each other.
pub(super) fn begins(now: Timestamp) -> Timestamp {
    morning(now, DAYS + FIRST_DAY)
}

/// Nine o'clock in Nairobi, so many days after the first contracts. The last of them is yesterday.
fn morning(now: Timestamp, day: i64) -> Timestamp {
    let midnight = Timestamp::from_secs(now.secs() - now.secs().rem_euclid(DAY_SECS));
    midnight.plus_days(day - DAYS).plus_secs(6 * 3_600)
}

/// Lives through the weeks until `now`.
pub(super) async fn live(deps: &Deps, people: &People, now: Timestamp) -> Result<()> {
    let mut votes = Votes::new(deps, people, now);
    for day in FIRST_DAY..-DAYS {
        votes.evening(day).await?;
    }
    deps.clock.advance(morning(now, 0).since(deps.clock.now()).max(0));
    let mut open = Vec::new();
    for plan in PLANS {
        deps.clock.advance(3_600);
        if plan.id == "C-006" {
            refused(deps, people).await?;
        }
        open.push((plan, begin(deps, people, plan).await?));
        agree(deps, people, plan).await?;
    }
    votes.evening(-DAYS).await?;
    let days = DAYS - 1;
    let payday = last_payday(deps, now);
    for day in 1..=days {
        deps.clock.advance(morning(now, day).since(deps.clock.now()).max(0));
        for (plan, batch) in &open {
            let done = |until: i64| plan.accepted * usize::try_from(until).unwrap_or(0) / usize::try_from(days).unwrap_or(1);
            work(deps, people, plan, batch, done(day - 1)..done(day)).await?;
            accept(deps, people, batch).await?;
        }
        if day == payday {
            pay_out(deps, people).await?;
        }
        votes.evening(day - DAYS).await?;
    }
    second_round(deps, people).await?;
    prepare_expense(deps, people).await?;
    for (plan, batch) in &open {
        work(deps, people, plan, batch, plan.accepted..plan.accepted + plan.waiting).await?;
    }
    send_one_back(deps, people, &open).await?;
    deps.clock.advance(now.since(deps.clock.now()).max(0));
    // One task is in the hands of the member whom visitors look around as.
    let (_, batch) = open.last().context("a batch is open")?;
    let member = people.of(deps, "M-04").await?.member().context("a member")?;
    claims::claim(deps, &member, &once(deps), batch).await?;
    Ok(())
}

/// The last payday before yesterday, counted in days from the first: what was earned since is not paid yet.
fn last_payday(deps: &Deps, now: Timestamp) -> i64 {
    let is_payday =
        |day: i64| deps.coop.payday.is_some_and(|payday| payday.next_from(morning(now, day)).since(morning(now, day)) < DAY_SECS / 2);
    (1..DAYS - 1).rev().find(|day| is_payday(*day)).unwrap_or(DAYS - 6)
}

/// Types a contract on its six pages.
async fn draft(deps: &Deps, people: &People, row: &Contract, title: &str) -> Result<(ClientUser, ContractId)> {
    let buyer = people.of(deps, &row.client).await?.client_user().context("a client's user")?;
    let id = contracts::draft(deps, &buyer, &once(deps)).await?;
    for step in STEPS {
        let fields = fields(people, row, title);
        let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| value.clone());
        contracts::save(deps, &buyer, &once(deps), &id, step, field).await?;
    }
    Ok((buyer, id))
}

fn row<'p>(people: &'p People, id: &str) -> Result<&'p Contract> {
    people.file.contracts.iter().find(|row| row.id == id).context("a contract of the file")
}

async fn begin(deps: &Deps, people: &People, plan: &Plan) -> Result<BatchId> {
    let row = row(people, plan.id)?;
    let (buyer, id) = draft(deps, people, row, &row.title).await?;
    contracts::submit(deps, &buyer, &once(deps), &id).await?;
    let coordinator = people.of(deps, "M-01").await?.coordinator().context("a coordinator")?;
    let row_read = contracts::find_submitted(deps, &coordinator, &id).await?;
    let read = RegisterWords { read_sha256: contracts::terms_sha256(&row_read), ..RegisterWords::default() };
    contracts::approve(deps, &coordinator, &once(deps), &id, &read).await?;
    let treasurer = people.of(deps, "M-09").await?.treasurer().context("a treasurer")?;
    contracts::record_deposit(deps, &treasurer, &once(deps), &id, plan.deposit, "demonstration transfer").await?;
    open(deps, &buyer, row, plan, &id).await
}

/// Whoever works on it agreed to what it may show.
async fn agree(deps: &Deps, people: &People, plan: &Plan) -> Result<()> {
    let categories: Vec<String> = row(people, plan.id)?.hazard.iter().map(|hazard| hazard.cat.clone()).collect();
    for worker in plan.workers.iter().filter(|_| !categories.is_empty()) {
        let member = people.of(deps, worker).await?.member().context("a member")?;
        hazards::agree(deps, &member, &once(deps), &categories).await?;
    }
    Ok(())
}

/// The contract whose price is under the floor: refused, and a draft for ever.
async fn refused(deps: &Deps, people: &People) -> Result<()> {
    let row = row(people, "C-005")?;
    let (buyer, id) = draft(deps, people, row, &row.title).await?;
    match contracts::submit(deps, &buyer, &once(deps), &id).await {
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| refusal.code == "contract-under-floor") => Ok(()),
        other => bail!("a price under the floor went through: {other:?}"),
    }
}

/// A client who was content comes again: this contract waits for the coordinator.
async fn second_round(deps: &Deps, people: &People) -> Result<()> {
    let row = row(people, "C-001")?;
    let (buyer, id) = draft(deps, people, row, "Street scenes, second round").await?;
    Ok(contracts::submit(deps, &buyer, &once(deps), &id).await?)
}

async fn open(deps: &Deps, buyer: &ClientUser, row: &Contract, plan: &Plan, id: &ContractId) -> Result<BatchId> {
    let form = NewBatchForm {
        title: row.title.clone(),
        price: row.price.clone(),
        seconds: row.est_seconds.to_string(),
        copies: "1".to_owned(),
        review_share: String::new(),
        payload_kind: "text".to_owned(),
        answer_kind: match (plan.choices.is_empty(), plan.id) {
            (false, _) => "one-choice",
            (true, "C-004") => "number",
            (true, _) => "text",
        }
        .to_owned(),
        question: plan.question.to_owned(),
        choices: plan.choices.to_owned(),
    };
    let batch = batches::draft(deps, buyer, &once(deps), id, &form).await?;
    let rows: String = (1..=plan.items).map(|n| format!("{} {n},\"{} {n}\"\n", row.unit, plan.item)).collect();
    let file = if plan.items == 0 { include_str!("pairs.csv").to_owned() } else { format!("id,payload\n{rows}") };
    batches::import(deps, buyer, &once(deps), &batch, file.as_bytes()).await?;
    if plan.items == 0 {
        gold::import(deps, buyer, &once(deps), &batch, include_bytes!("known.csv")).await?;
    }
    batches::open(deps, buyer, &once(deps), &batch).await?;
    Ok(batch)
}

/// What the client of a contract typed on the six pages.
fn fields(people: &People, row: &Contract, title: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("title", title.to_owned()),
        ("purpose", row.end_use.clone()),
        ("provenance", "Made for this demonstration.".to_owned()),
        ("consent", "Nobody real is in the items.".to_owned()),
        ("guidelines", "1 Read the item as a whole.\n4.2 Outlines follow the edge; when in doubt, say so.".to_owned()),
        ("unit_noun", row.unit.clone()),
        ("reading_minutes", row.paid_instructions_minutes.to_string()),
        ("currency", row.currency.clone()),
        ("price", row.price.clone()),
        ("seconds", row.est_seconds.to_string()),
        ("rejection", "Only against a numbered section of the guidelines, with a code and a reason.".to_owned()),
        ("notice_days", "14".to_owned()),
        ("kill_fee", "10".to_owned()),
    ];
    if let Some(client) = people.file.clients.iter().find(|client| client.id == row.client) {
        fields.extend([("end_client", client.name.clone()), ("country", client.country.clone()), ("lei", client.lei.clone())]);
    }
    if let Some(via) = row.via.first() {
        fields.extend([
            ("between_name_1", via.name.clone()),
            ("between_country_1", via.country.clone()),
            ("between_keeps_1", "0".to_owned()),
        ]);
    }
    for (hazard, names) in row.hazard.iter().zip(HAZARD_FIELDS) {
        fields.extend([
            (names.0, hazard.cat.clone()),
            (names.1, hazard.form.clone()),
            (names.2, hazard.level.to_string()),
            (names.3, "50".to_owned()),
        ]);
    }
    fields
}

/// Pieces are claimed and handed in, members taking turns.
async fn work(deps: &Deps, people: &People, plan: &Plan, batch: &BatchId, pieces: Range<usize>) -> Result<()> {
    for piece in pieces {
        let Some(worker) = plan.workers.get(piece % plan.workers.len().max(1)) else { return Ok(()) };
        let member = people.of(deps, worker).await?.member().context("a member")?;
        let claim = claims::claim(deps, &member, &once(deps), batch).await?;
        // A little quicker and slower, by turns.
        let seconds = plan.seconds + plan.seconds / 20 * i64::from(u8::try_from(piece % 3).unwrap_or(0)) - plan.seconds / 20;
        deps.clock.advance(seconds);
        let answer = match (plan.choices.lines().nth(piece % 2), plan.id) {
            (Some(choice), _) => choice.to_owned(),
            (None, "C-004") => "14".to_owned(),
            (None, _) => "Who was there that day? My grandmother and her dog.".to_owned(),
        };
        claims::submit(deps, &member, &once(deps), &claim, &Typed::one(answer, seconds)).await?;
    }
    Ok(())
}

/// The reviewer accepts what waits in a batch.
async fn accept(deps: &Deps, people: &People, batch: &BatchId) -> Result<()> {
    let reviewer = people.of(deps, "M-02").await?.reviewer().context("a reviewer")?;
    let by = Judging::Reviewer(reviewer);
    let waiting = reviews::list_waiting(deps, &by).await?;
    if let Some(row) = waiting.iter().find(|row| row.batch_id == batch.as_str()) {
        reviews::accept_many(deps, &by, &once(deps), batch, row.count, Amount::from_micros(row.sum)).await?;
    }
    Ok(())
}

async fn send_one_back(deps: &Deps, people: &People, open: &[(&Plan, BatchId)]) -> Result<()> {
    let reviewer = people.of(deps, "M-02").await?.reviewer().context("a reviewer")?;
    let by = Judging::Reviewer(reviewer);
    let (_, batch) = open.first().context("a batch is open")?;
    let claim = reviews::find_next(deps, &by, batch.as_str()).await?.context("work waits")?;
    let id = manyhands_domain::ids::ClaimId::parse(&claim.id)?;
    reviews::send_back(deps, &by, &once(deps), &id, "box-too-loose", "The outline leaves a hand's breadth around the sign.", "4.2").await?;
    Ok(())
}

/// The treasurer prepared an expense: it waits for its second person.
async fn prepare_expense(deps: &Deps, people: &People) -> Result<()> {
    let treasurer = people.of(deps, "M-09").await?.treasurer().context("a treasurer")?;
    let expense = ExpenseForm {
        name: "Hosting".to_owned(),
        currency: "EUR".to_owned(),
        amount: "1.20".to_owned(),
        what: "One month of the co-op's small server.".to_owned(),
    };
    payouts::prepare_expense(deps, &treasurer, &once(deps), &expense, PASSWORD).await?;
    Ok(())
}

/// One run in each currency: prepared by the treasurer, approved by the coordinator, arrived.
async fn pay_out(deps: &Deps, people: &People) -> Result<()> {
    let treasurer = people.of(deps, "M-09").await?.treasurer().context("a treasurer")?;
    let second = people.of(deps, "M-01").await?.officer().context("a second person")?;
    for currency in ["USD", "EUR"] {
        let run: PayoutId = payouts::prepare(deps, &treasurer, &once(deps), currency, "1.00", PASSWORD).await?;
        payouts::approve(deps, &second, &once(deps), &run, PASSWORD).await?;
        let (_, lines) = payouts::find(deps, &second, &run).await?;
        for (number, line) in (1..).zip(lines) {
            let member = manyhands_domain::ids::MemberId::parse(&line.member_id)?;
            payouts::settle(deps, &treasurer, &once(deps), &run, &member, &format!("{run}-{number}"), "").await?;
        }
    }
    Ok(())
}
