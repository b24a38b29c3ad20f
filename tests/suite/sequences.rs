//! Long random sequences of what members, reviewers, clients and time do, each step beside a small model of the flow of work: the same
//! outcome, and from time to time the same state. No state outside the model, money conserved, free escrow never negative, nobody
//! reviews themselves, and nothing is claimed after its contract has ended, while what was claimed before is honoured.
//!
//! `MANYHANDS_ROUNDS=10000 cargo test --test suite sequences -- --nocapture` is the full count; the seed is printed.

mod model;
mod rejections;

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::{ClientUser, Coordinator, Member, Reviewer};
use manyhands::actions::{Error, appeals, batches, claims, contracts, earnings, gold, receipts, reviews, sample};
use manyhands::random::Random;
use manyhands_domain::contracts::life as rules;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;

use crate::sequences::model::{Action, Batch, Contract, DEPOSIT, Judge, MET, MISSED, Model, Outcome, PRICE, Side, Step, UNTOLD};
use crate::story::typed;
use crate::support::{World, databases, once, rounds, seed, world};

/// The real co-op beside the model. The first members are reviewers.
struct Real {
    world: World,
    members: Vec<Member>,
    reviewers: Vec<Reviewer>,
    buyer: ClientUser,
    stranger: ClientUser,
    coop: Coordinator,
    contracts: Vec<ContractId>,
    batches: Vec<BatchId>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_of_a_long_random_sequence_is_that_of_the_model() {
    let (seed, steps) = (seed(), rounds(600));
    for database in databases() {
        let (real, mut model) = begin(database, steps).await;
        let dice = Random::seeded(seed);
        let mut counts = std::collections::BTreeMap::<String, u64>::new();
        for number in 0..steps {
            let action = throw(&dice, &model);
            let before = format!("{model:?}");
            let due = model.step(action);
            let done = real.step(action, &mut model, &before).await;
            assert_eq!(done, due, "{database}, seed {seed}, step {number}: {action:?}\nbefore: {before}");
            let word = format!("{action:?}").split([' ', '(']).next().unwrap().to_owned();
            *counts.entry(format!("{word}: {}", due.map_or_else(|code| code, |_| "done"))).or_default() += 1;
            if number % 97 == 0 || number + 1 == steps {
                real.compare(&model).await;
            }
        }
        println!("sequences on {database}: {steps} steps as the model has them: {counts:?}");
        let out = real.world.folder.path().join("out");
        receipts::export(&real.world.deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &real.world.deps.signers.checkpoint.verifying_key()).unwrap();
        assert_eq!(report.failures, [None, None, None, None]);
    }
}

/// Four contracts, one of which runs dry, one is ended early and one is small enough to be completed; five batches, in one of which
/// several answer the same item; four members, one of whom reviews.
async fn begin(database: &str, steps: u64) -> (Real, Model) {
    let world = world(database).await;
    let mut contracts = Vec::new();
    for deposit in ["100.00", "4.00", "30.00", "10.00"] {
        contracts.push(world.plain_contract_of(deposit).await);
    }
    let many = usize::try_from(steps).unwrap() / 10;
    let sizes = [(0, many, 1), (1, many, 1), (0, many, 2), (ENDED, many, 1), (SMALL, 4, 1)];
    let (mut opened, mut read) = (Vec::new(), Vec::new());
    for (number, (contract, items, copies)) in sizes.into_iter().enumerate() {
        let share = if SHARED.contains(&number) { "50" } else { "100" };
        let batch = open_known(&world, &contracts[contract], items, copies, share).await;
        let places = manyhands_store::sample::list_places(&world.deps.db.read(), batch.as_str()).await.unwrap();
        let drawn = |item: usize| places.iter().any(|place| place.item_id == format!("item-{item}") && place.drawn == 1);
        read.push((1..=items).map(|item| share == "100" || drawn(item)).collect::<Vec<bool>>());
        opened.push(batch);
    }
    let who = async |person| world.signed_in(person).await;
    let reviewers = vec![who(&world.reviewer).await.reviewer().unwrap()];
    let mut members = vec![who(&world.reviewer).await.member().unwrap()];
    for person in [&world.worker, &world.treasurer, &world.coordinator] {
        members.push(who(person).await.member().unwrap());
    }
    let stranger = who(&world.other_buyer().await).await.client_user().unwrap();
    let model = Model {
        now: world.deps.clock.now().secs(),
        contracts: [100_000_000, 4_000_000, 30_000_000, 10_000_000].map(Contract::funded).to_vec(),
        batches: sizes
            .iter()
            .zip(read)
            .map(|((contract, tasks, copies), read)| {
                let gold = *copies > 1;
                Batch { contract: *contract, open: true, tasks: *tasks, copies: *copies, gold, read }
            })
            .collect(),
        claims: Vec::new(),
        told: Vec::new(),
        earned: vec![0; members.len()],
        kept: 0,
    };
    let (buyer, coop) = (world.buyer().await, world.coordinator().await);
    (Real { world, members, reviewers, buyer, stranger, coop, contracts, batches: opened }, model)
}

/// An open batch as the suite's others, of which a share is read; where several answer an item, the answer to every second one is known.
async fn open_known(world: &World, contract: &ContractId, items: usize, copies: usize, share: &str) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = world.draft_batch(contract, "0.80", "180").await;
    let offer = ("0.80", "180", &*copies.to_string());
    batches::set_offer_and_share(deps, &buyer, &once(), &batch, offer, Some(share)).await.unwrap();
    let known = |n: usize| match (n % 2, n % 4) {
        _ if copies == 1 => ",",
        (0, 0) => "Harmful,So it is.",
        (0, _) => "Harmless,So it is.",
        _ => ",",
    };
    let csv: String = (1..=items).map(|n| format!("item-{n},Passage {n},{}\n", known(n))).collect();
    batches::import(deps, &buyer, &once(), &batch, format!("id,payload,gold,gold_explanation\n{csv}").as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

/// Something that somebody might do now, sensible or not.
fn throw(dice: &Random, model: &Model) -> Action {
    let below = |most: usize| usize::from(u16::from_be_bytes(dice.bytes())) % most;
    let member = below(model.earned.len());
    let batch = below(model.batches.len());
    let judge = [Judge::Member(0), Judge::Member(0), Judge::Client, Judge::Stranger][below(4)];
    let fits = below(5) > 0;
    if below(5) == 0 || model.claims.is_empty() {
        return Action::Claim { member, batch };
    }
    if below(12) == 0 {
        let contract = below(model.contracts.len());
        // One of them is ended; the others are never left for long.
        let steps = [Step::Pause, Step::Resume, Step::Resume, Step::Resume, Step::Complete, Step::Keep, Step::Terminate];
        let step = steps[below(if contract == ENDED { 7 } else { 6 })];
        return Action::Go { side: [Side::Client, Side::Client, Side::Coop, Side::Coop, Side::Stranger][below(5)], contract, step };
    }
    // Mostly one of the newest, and mostly by whoever holds it.
    let claim = model.claims.len() - 1 - below(if below(5) > 0 { model.claims.len().min(8) } else { model.claims.len() });
    let member = if below(5) > 0 { model.claims[claim].member } else { member };
    // One that fits, if there is one.
    let some = |fits: &dyn Fn(&model::Claim) -> bool| {
        let fitting: Vec<usize> = (0..model.claims.len()).filter(|number| fits(&model.claims[*number])).collect();
        if fitting.is_empty() { claim } else { fitting[below(fitting.len())] }
    };
    match below(54) {
        0..12 => Action::Submit { member, claim, fits },
        12..19 => Action::Accept { judge, claim },
        19..23 => Action::SendBack { judge, claim, fits },
        23..25 => Action::Release { member, claim },
        25..27 => Action::Extend { member, claim },
        27 => Action::Draft { member, claim },
        28..30 => Action::AcceptMany { judge, batch, count: below(4) },
        30..33 => Action::Pause { stranger: below(4) == 0, batch, paused: below(4) == 0 },
        33 => Action::Deposit { contract: below(model.contracts.len()) },
        34 => {
            if fits {
                Action::Silence
            } else {
                Action::RunOut
            }
        }
        35..39 => Action::Wait { seconds: 60 * i64::try_from(below(20)).unwrap() },
        39..41 => Action::Ready { member, claim },
        41..43 => Action::TakeBack { member, claim },
        43..45 => Action::Open { judge, claim },
        45 => Action::Reject { judge, claim: some(&|claim| claim.state == "submitted"), fits },
        46..48 => {
            let claim = some(&|claim| claim.rejection.is_some_and(|one| one.state == "rejected"));
            Action::Appeal { member: if fits { model.claims[claim].member } else { member }, claim }
        }
        48..50 => {
            let claim = some(&|claim| claim.rejection.is_some_and(|one| one.state == "appealed"));
            Action::Decide { claim, upheld: below(2) == 0 }
        }
        50 => Action::End,
        51..53 => Action::Rest { stranger: below(8) == 0, batch: if fits { SHARED[below(2)] } else { batch } },
        _ => Action::Wait { seconds: 7_200 * i64::try_from(below(40)).unwrap() },
    }
}

impl Real {
    async fn step(&self, action: Action, model: &mut Model, before: &str) -> Outcome {
        let deps = &self.world.deps;
        let id = |claim: usize| ClaimId::parse(&model.claims[claim].id).unwrap();
        let count = |accepted: Result<reviews::Accepted, Error>| accepted.map(|accepted| usize::try_from(accepted.count).unwrap());
        let none = |done: Result<(), Error>| done.map(|()| 0);
        let done = match action {
            Action::Claim { member, batch } => match claims::claim(deps, &self.members[member], &once(), &self.batches[batch]).await {
                Ok(claim) => {
                    // The model must have granted one too: compared by the caller.
                    if format!("{model:?}") != before {
                        let item = claims::find_own(deps, &self.members[member], &claim).await.unwrap().0.item_id;
                        model.name(claim.as_str(), item.trim_start_matches("item-").parse().unwrap());
                    }
                    Ok(0)
                }
                Err(error) => Err(error),
            },
            Action::Draft { member, claim } => {
                claims::save_draft(deps, &self.members[member], &id(claim), &typed("Harmless")).await.map(|_| 0)
            }
            Action::Submit { member, claim, fits } => {
                let typed = typed(if fits { "Harmful" } else { "Neither" });
                let met = claims::submit(deps, &self.members[member], &once(), &id(claim), &typed).await.map(|handed| handed.met);
                met.map(|met| met.map_or(UNTOLD, |met| if met { MET } else { MISSED }))
            }
            Action::Release { member, claim } => none(claims::release(deps, &self.members[member], &once(), &id(claim)).await),
            Action::Extend { member, claim } => none(claims::extend(deps, &self.members[member], &once(), &id(claim)).await),
            Action::Ready { member, claim } => match claims::keep_ready(deps, &self.members[member], &once(), &id(claim)).await {
                Ok(ready) => {
                    if format!("{model:?}") != before {
                        model.name(&ready.id, ready.item_id.trim_start_matches("item-").parse().unwrap());
                    }
                    Ok(0)
                }
                Err(error) => Err(error),
            },
            Action::TakeBack { member, claim } => none(claims::take_back(deps, &self.members[member], &once(), &id(claim), None).await),
            Action::Open { judge, claim } => reviews::open(deps, &self.judging(judge), &id(claim)).await.map(|_| 0),
            Action::Accept { judge, claim } => count(reviews::accept(deps, &self.judging(judge), &once(), &id(claim)).await),
            Action::AcceptMany { judge, batch, count: many } => {
                let (many, sum) = (i64::try_from(many).unwrap(), Amount::from_micros(PRICE * i64::try_from(many).unwrap()));
                count(reviews::accept_many(deps, &self.judging(judge), &once(), &self.batches[batch], many, sum).await)
            }
            Action::Rest { stranger, batch } => {
                let buyer = self.world.signed_in(&self.world.buyer).await;
                let (many, sum) = sample::find(deps, &buyer, &self.batches[batch]).await.unwrap().rest;
                let by = if stranger { &self.stranger } else { &self.buyer };
                count(sample::accept_rest(deps, by, &once(), &self.batches[batch], many, sum).await)
            }
            Action::SendBack { judge, claim, fits } => {
                let reason = if fits { "See the section." } else { "" };
                none(reviews::send_back(deps, &self.judging(judge), &once(), &id(claim), "wrong-label", reason, "4.2").await)
            }
            Action::Reject { judge, claim, fits } => {
                let why = ("wrong-label", if fits { "See the section." } else { "" }, "4.2");
                appeals::reject(deps, &self.judging(judge), &once(), &id(claim), why).await.map(|_| 0)
            }
            Action::Appeal { member, claim } => {
                none(appeals::appeal(deps, &self.members[member], &once(), &id(claim), "The section says so.").await)
            }
            Action::Decide { claim, upheld } => {
                let decided = appeals::decide(deps, &self.reviewers[0], &once(), &id(claim), upheld, "The section says so.").await;
                decided.map(|accepted| accepted.map_or(0, |accepted| usize::try_from(accepted.count).unwrap()))
            }
            Action::End => appeals::end_unappealed(deps).await.map(|count| usize::try_from(count).unwrap()),
            Action::Pause { stranger, batch, paused } => {
                let by = if stranger { &self.stranger } else { &self.buyer };
                none(batches::pause(deps, by, &once(), &self.batches[batch], paused).await)
            }
            Action::Deposit { contract } => {
                let (by, form) = (self.world.treasurer().await, once());
                let sum = Amount::from_micros(DEPOSIT).to_string();
                contracts::record_deposit(deps, &by, &form, &self.contracts[contract], &sum, &form.key).await.map(|_| 0)
            }
            Action::Go { side, contract, step } => {
                let by = match side {
                    Side::Client => Party::Client(self.buyer.clone()),
                    Side::Stranger => Party::Client(self.stranger.clone()),
                    Side::Coop => Party::Coop(self.coop.clone()),
                };
                let step = match step {
                    Step::Pause => rules::Step::Pause,
                    Step::Resume => rules::Step::Resume,
                    Step::Complete => rules::Step::Complete,
                    Step::Terminate => rules::Step::Terminate,
                    Step::Keep => rules::Step::Keep,
                };
                none(life::go(deps, &by, &once(), &self.contracts[contract], step, "It is time.").await)
            }
            Action::RunOut => {
                let ended = life::end_run_out(deps).await.unwrap();
                claims::free_ended(deps).await.map(|freed| usize::try_from(ended + freed).unwrap())
            }
            Action::Silence => reviews::accept_silent(deps).await.map(|count| usize::try_from(count).unwrap()),
            Action::Wait { seconds } => {
                deps.clock.advance(seconds);
                Ok(0)
            }
        };
        done.map_err(|error| match error {
            Error::NotFound => "not-found",
            Error::Refused(refusals) => refusals.first().map_or("", |refusal: &Refusal| refusal.code),
            other => panic!("{action:?}: {other:?}\nbefore: {before}"),
        })
    }

    fn judging(&self, judge: Judge) -> Judging {
        match judge {
            Judge::Member(member) => Judging::Reviewer(self.reviewers[member].clone()),
            Judge::Client => Judging::Client(self.buyer.clone()),
            Judge::Stranger => Judging::Client(self.stranger.clone()),
        }
    }

    /// Every claim, count and sum is the model's; what came in is what is there.
    async fn compare(&self, model: &Model) {
        let (deps, usd) = (&self.world.deps, Currency::parse("USD").unwrap());
        for due in &model.claims {
            let claim = manyhands_store::claims::find_claim(&deps.db.read(), &ClaimId::parse(&due.id).unwrap()).await.unwrap().unwrap();
            assert_eq!((claim.state.as_str(), claim.due_at, claim.extended != 0), (due.state, due.due, due.extended), "{due:?}");
            assert_eq!((claim.ahead != 0, claim.seen_at.is_some()), (due.ahead, due.seen), "{due:?}");
            if due.state == "submitted" {
                assert_eq!((claim.waits != 0, claim.review_by.unwrap_or(i64::MAX)), (due.waits, due.review_by), "{due:?}");
            }
            assert_eq!(claim.member_id, self.members[due.member].id().as_str());
        }
        for (number, (id, due)) in self.batches.iter().zip(&model.batches).enumerate() {
            let batch = batches::find_own(deps, &self.buyer, id).await.unwrap();
            let left = i64::try_from(model.left(number).into_iter().sum::<usize>()).unwrap();
            let accepted = model.claims.iter().filter(|claim| claim.batch == number && claim.state == "accepted").count();
            let accepted = i64::try_from(accepted).unwrap();
            assert_eq!((batch.state == "open", batch.tasks_open, batch.tasks_accepted), (due.open, left, accepted));
        }
        for (number, id) in self.contracts.iter().enumerate() {
            let row = contracts::find_own(deps, &self.buyer, id).await.unwrap();
            let escrow = contracts::escrow(&deps.db.read(), &row).await.unwrap();
            let due = &model.contracts[number];
            assert_eq!((escrow.balance.micros(), escrow.held.micros()), (due.escrow, model.held_of(number)), "{id}");
            let paused_by = due.paused_by.map(|side| if side == Side::Client { "client" } else { "coop" });
            assert_eq!((row.state.as_str(), row.paused_by.as_deref(), row.closed_index.is_some()), (due.state, paused_by, due.is_closed()));
            assert!(escrow.free >= Amount::ZERO, "{id}: {escrow:?}");
        }
        let (gold, _) = gold::sum(deps, &self.buyer, &self.contracts[0]).await.unwrap();
        let met = model.told.iter().filter(|told| told.3).count();
        assert_eq!((gold.answers, gold.met), (i64::try_from(model.told.len()).unwrap(), i64::try_from(met).unwrap()));
        let mut owed = 0;
        for (member, due) in self.members.iter().zip(&model.earned) {
            let (purses, _) = earnings::list(deps, member).await.unwrap();
            assert_eq!(purses.first().map_or(0, |purse| purse.balance.micros()), *due, "{}", member.id());
            owed += due;
        }
        let bank = manyhands_store::ledger::balance(&deps.db.read(), "Assets:Bank", usd).await.unwrap();
        assert_eq!(
            bank.micros(),
            owed + model.kept + model.contracts.iter().map(|contract| contract.escrow).sum::<i64>(),
            "money is conserved"
        );
    }
}

/// The contract that is ended early, and the one that can be completed.
const ENDED: usize = 2;
/// The batches of which half of the items are read: one answer to each, and two.
const SHARED: [usize; 2] = [0, 2];
const SMALL: usize = 3;
