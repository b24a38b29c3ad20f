//! What the two sides of a contract do, by the actions that their pages call.

use manyhands::actions::contracts::{self, RegisterWords, amending, life};
use manyhands::actions::{Error, batches, sample};
use manyhands_domain::contracts::life as rules;
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::Amount;

use super::{Done, Real, UNITS, counted, none};
use crate::sequences::model::{Action, Change, DEPOSIT, Party, Step};
use crate::support::{PAGES, once};

impl Real {
    pub(super) async fn agree(&self, action: Action) -> Result<Done, Error> {
        let deps = &self.world.deps;
        match action {
            Action::List { user, level, units } => self.list(user, level, units).await,
            Action::Offer { user, contract, tasks, copies, gold, whole } => {
                self.offer(user, contract, (tasks, copies), (gold, whole)).await
            }
            Action::ReadAll { user, batch } => {
                sample::raise(deps, &self.user(user).await, &once(), &self.batch(batch), "100").await?;
                Ok(Done::default())
            }
            Action::Deposit { contract } => {
                let (by, form) = (self.world.treasurer().await, once());
                let sum = Amount::from_micros(DEPOSIT).to_string();
                contracts::record_deposit(deps, &by, &form, &self.contract(contract), &sum, &form.key).await?;
                Ok(Done::default())
            }
            Action::Pause { user, batch, paused } => {
                none(batches::pause(deps, &self.user(user).await, &once(), &self.batch(batch), paused).await)
            }
            Action::Withdraw { user, batch } => {
                Ok(counted(batches::withdraw_free(deps, &self.user(user).await, &once(), &self.batch(batch)).await?))
            }
            Action::Go { party, contract, step } => {
                let step = match step {
                    Step::Pause => rules::Step::Pause,
                    Step::Resume => rules::Step::Resume,
                    Step::Complete => rules::Step::Complete,
                    Step::Terminate => rules::Step::Terminate,
                    Step::Keep => rules::Step::Keep,
                };
                none(life::go(deps, &self.party(party).await, &once(), &self.contract(contract), step, "It is time.").await)
            }
            Action::Amend { party, contract, change } => self.amend(party, &self.contract(contract), change).await,
            other => panic!("nobody agrees by {other:?}"),
        }
    }

    async fn amend(&self, party: Party, contract: &ContractId, change: Change) -> Result<Done, Error> {
        let (deps, by) = (&self.world.deps, self.party(party).await);
        let save = async |step: &str, changed: (&str, String)| {
            let fields = move |name: &str| if name == changed.0 { changed.1.clone() } else { page(step, name) };
            amending::save(deps, &by, &once(), contract, step, fields).await
        };
        none(match change {
            Change::Draft => amending::draft(deps, &by, &once(), contract).await,
            Change::Words(0) => save("task", ("guidelines", page("task", "guidelines"))).await,
            Change::Words(words) => save("task", ("guidelines", format!("{}\n5.{words} Or not.", page("task", "guidelines")))).await,
            Change::NoticeDays(days) => save("terms", ("notice_days", days.to_string())).await,
            Change::Level(0) => amending::save(deps, &by, &once(), contract, "hazards", |_| String::new()).await,
            Change::Level(level) => save("hazards", ("level_1", level.to_string())).await,
            Change::Propose => amending::propose(deps, &by, &once(), contract, "So.").await,
            Change::Withdraw => amending::withdraw(deps, &by, &once(), contract).await,
            Change::Decline => amending::decline(deps, &by, &once(), contract, "No.").await,
            Change::Agree(has_read) => {
                let proposed = amending::find_open(deps, &by, contract).await?.proposed;
                let read = proposed.filter(|_| has_read).map_or(String::new(), |one| amending::sha256_of(&one));
                amending::agree(deps, &by, &once(), contract, &read).await.map(|_| ())
            }
        })
    }

    async fn list(&self, user: usize, level: i64, units: i64) -> Result<Done, Error> {
        let (deps, by) = (&self.world.deps, self.user(user).await);
        let contract = contracts::draft(deps, &by, &once()).await?;
        for (step, _) in PAGES {
            let field = |name: &str| match (step, name) {
                ("price", "currency") => UNITS[usize::from(user == 2)].to_owned(),
                ("hazards", "level_1") if level > 0 => level.to_string(),
                ("hazards", _) if level == 0 => String::new(),
                _ => page(step, name),
            };
            contracts::save(deps, &by, &once(), &contract, step, field).await?;
        }
        contracts::submit(deps, &by, &once(), &contract).await?;
        let coordinator = self.world.coordinator().await;
        let row = contracts::find_submitted(deps, &coordinator, &contract).await?;
        let read = RegisterWords { read_sha256: contracts::terms_sha256(&row), ..RegisterWords::default() };
        contracts::approve(deps, &coordinator, &once(), &contract, &read).await?;
        let form = once();
        contracts::record_deposit(deps, &self.world.treasurer().await, &form, &contract, &format!("{units}.00"), &form.key).await?;
        self.contracts.lock().unwrap().push(contract);
        Ok(Done::default())
    }

    /// The answer to every second item of a batch with known ones is known.
    async fn offer(
        &self,
        user: usize,
        contract: usize,
        (tasks, copies): (usize, usize),
        (gold, whole): (bool, bool),
    ) -> Result<Done, Error> {
        let (deps, by) = (&self.world.deps, self.user(user).await);
        let form = batches::NewBatchForm {
            title: "Safety text review".to_owned(),
            price: "0.80".to_owned(),
            seconds: "180".to_owned(),
            copies: copies.to_string(),
            payload_kind: "text".to_owned(),
            answer_kind: "one-choice".to_owned(),
            question: "Is this passage harmful?".to_owned(),
            choices: "Harmful\nHarmless".to_owned(),
            review_share: if whole { String::new() } else { "50".to_owned() },
        };
        let batch = batches::draft(deps, &by, &once(), &self.contract(contract), &form).await?;
        let known = |n: usize| match (n % 2, n % 4) {
            (0, 0) if gold => "Harmful,So it is.",
            (0, _) if gold => "Harmless,So it is.",
            _ => ",",
        };
        let csv: String = (1..=tasks).map(|n| format!("item-{n},Passage {n},{}\n", known(n))).collect();
        batches::import(deps, &by, &once(), &batch, format!("id,payload,gold,gold_explanation\n{csv}").as_bytes()).await?;
        batches::open(deps, &by, &once(), &batch).await?;
        let places = manyhands_store::sample::list_places(&deps.db.read(), batch.as_str()).await?;
        let drawn = |item: usize| places.iter().any(|place| place.item_id == format!("item-{item}") && place.drawn == 1);
        let read = (1..=tasks).map(|item| whole || drawn(item)).collect();
        self.batches.lock().unwrap().push(batch);
        Ok(Done { read: Some(read), ..Done::default() })
    }
}

/// What the suite's contract says in a field of a page.
fn page(step: &str, name: &str) -> String {
    let fields = PAGES.iter().find(|(page, _)| *page == step).map_or(&[][..], |(_, fields)| fields);
    fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned())
}
