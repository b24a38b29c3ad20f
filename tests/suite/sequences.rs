//! Long random sequences of what members, reviewers, clients, the office and time do. Once one after the other, each beside a small model
//! of the flow of work: the same outcome, and after every action the same state. And once many at the same moment, where afterwards
//! everything must be sound. No state outside the model, money conserved, free escrow never negative, and nobody reviews themselves, or
//! an item that they answered.
//!
//! `MANYHANDS_ROUNDS=10000 cargo test --test suite sequences -- --nocapture` is the full count (`just soak`). A failure says its seed and
//! what was done last; `MANYHANDS_SEED=…` brings the same sequence back, of many at once as far as their order is the same.

mod at_once;
mod compare;
mod dice;
mod model;
mod real;
mod refusals;
mod told;
mod whole;

use std::sync::Arc;

use manyhands::actions::Error;

use crate::sequences::at_once::Hall;
use crate::sequences::dice::{Dice, Scene};
use crate::sequences::model::{Action, Model, Outcome};
use crate::sequences::real::{Done, Real};
use crate::sequences::refusals::may_be;
use crate::sequences::told::Told;
use crate::sequences::whole::verify;
use crate::support::{databases, rounds, seed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_of_a_long_random_sequence_is_that_of_the_model() {
    let (seed, steps) = (seed(), rounds(400));
    for database in databases() {
        let (real, mut model) = Real::begin(database).await;
        let dice = Dice::seeded(seed);
        let mut told = Told::begin(format!("beside the model on {database}, MANYHANDS_SEED={seed}"));
        let mut next = START.iter().copied();
        for number in 0..steps {
            let action = next.next().unwrap_or_else(|| dice.throw(&Scene::of(&model)));
            let due = model.step(action);
            told.add(&format!("{} ", model.now), &action, due.err());
            let done = outcome(action, real.act(action).await, &mut model);
            assert_eq!(done, due, "{action:?}");
            assert!(due.err().is_none_or(|code| may_be(action, code)), "{action:?}: {due:?} is no refusal of it");
            real.compare(&model).await;
            if number % 97 == 0 || number + 1 == steps {
                real.compare_past(&model).await;
                real.is_sound().await;
            }
        }
        verify(&real.world).await;
        told.print_counts();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_many_do_at_once_everything_is_sound_afterwards() {
    let (seed, steps) = (seed(), rounds(400));
    for database in databases() {
        let (real, model) = Real::begin(database).await;
        let hall = Arc::new(Hall::open(real, &model, format!("at once on {database}, MANYHANDS_SEED={seed}")));
        for action in START {
            hall.act(0, *action).await;
        }
        hall.look_around().await;
        for round in 0..steps.div_ceil(ACTORS * TIMES) {
            Hall::round(&hall, seed.wrapping_add(1_000 * round), ACTORS, TIMES).await;
        }
        verify(&hall.real.world).await;
        hall.told.lock().unwrap().print_counts();
    }
}

/// What the real co-op made of an action, in the model's words; the model hears what was left to chance.
fn outcome(action: Action, done: Result<Done, Error>, model: &mut Model) -> Outcome {
    match done {
        Ok(done) => {
            if let Some((claim, item)) = &done.claim {
                model.name(claim.as_str(), *item);
            }
            done.read.into_iter().for_each(|read| model.draw(read));
            Ok(done.count)
        }
        Err(Error::NotFound) => Err("not-found"),
        Err(Error::Refused(refusals)) => Err(refusals[0].code),
        Err(other) => panic!("{action:?}: {other:?}"),
    }
}

/// Two members more, three contracts of two clients, and batches: one with known answers, one that several answer, one on a contract that
/// soon runs dry.
const START: &[Action] = &[
    Action::Join { reviews: true },
    Action::Join { reviews: false },
    Action::List { user: 0, level: 0, units: 100 },
    Action::List { user: 1, level: 2, units: 4 },
    Action::List { user: 2, level: 0, units: 40 },
    Action::Offer { user: 1, contract: 0, tasks: 40, copies: 1, gold: false, whole: false },
    Action::Offer { user: 0, contract: 0, tasks: 20, copies: 2, gold: true, whole: false },
    Action::Offer { user: 0, contract: 1, tasks: 10, copies: 1, gold: false, whole: true },
    Action::Offer { user: 2, contract: 2, tasks: 8, copies: 3, gold: false, whole: true },
];
const ACTORS: u64 = 8;
const TIMES: u64 = 20;
