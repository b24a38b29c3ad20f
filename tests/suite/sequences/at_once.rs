//! Many at once: each actor throws their own dice over the same things, and at quiet moments everything must be sound. No model says what
//! comes of it; a model says with what each action may be refused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use manyhands::actions::Error;
use manyhands_store::{appeals, batches, claims, contracts};
use tokio::task::JoinSet;

use crate::sequences::dice::{Dice, Scene, Seen, Stage};
use crate::sequences::model::{Action, Model, Side};
use crate::sequences::real::{Done, Real};
use crate::sequences::refusals::may_be;
use crate::sequences::told::Told;

/// The co-op, what everybody knows of it, and what was done.
pub struct Hall {
    pub real: Real,
    scene: Mutex<Scene>,
    pub told: Mutex<Told>,
}

impl Hall {
    pub fn open(real: Real, model: &Model, what: String) -> Hall {
        Hall { real, scene: Mutex::new(Scene::of(model)), told: Mutex::new(Told::begin(what)) }
    }

    /// So many actors at one moment, each so often; then it is quiet, and everything is looked at.
    pub async fn round(hall: &Arc<Hall>, seed: u64, actors: u64, times: u64) {
        let mut all = JoinSet::new();
        for actor in 0..actors {
            let (hall, dice) = (hall.clone(), Dice::seeded(seed.wrapping_add(actor)));
            all.spawn(async move {
                for _ in 0..times {
                    let scene = hall.scene.lock().unwrap().clone();
                    hall.act(actor, dice.throw(&scene)).await;
                }
            });
        }
        let waiting = async {
            while let Some(ended) = all.join_next().await {
                ended.unwrap()
            }
        };
        tokio::time::timeout(Duration::from_secs(120), waiting).await.expect("a deadlock: nothing moved for two minutes");
        hall.look_around().await;
        hall.real.is_sound().await;
    }

    pub async fn act(&self, actor: u64, action: Action) {
        let outcome = self.real.act(action).await;
        let code = match &outcome {
            Ok(_) => None,
            Err(Error::NotFound) => Some("not-found"),
            Err(Error::Refused(refusals)) => Some(refusals[0].code),
            Err(_) => Some("broken"),
        };
        self.told.lock().unwrap().add(&format!("actor {actor} "), &action, code);
        assert!(code != Some("broken"), "{action:?}: {outcome:?}");
        assert!(code.is_none_or(|code| may_be(action, code)), "{action:?} is refused with {code:?}");
        if let Ok(done) = outcome {
            self.note(action, &done);
        }
    }

    /// What everybody sees at once.
    fn note(&self, action: Action, done: &Done) {
        let mut scene = self.scene.lock().unwrap();
        let known = self.real.claims.lock().unwrap();
        let number = |of: &Done| known.iter().position(|claim| Some(claim) == of.claim.as_ref().map(|(claim, _)| claim)).unwrap();
        match action {
            Action::Submit { claim, .. } => scene.claims[claim].2 = Stage::Submitted,
            Action::TakeBack { claim, .. } | Action::SendBack { claim, .. } => scene.claims[claim].2 = Stage::Held,
            Action::Release { claim, .. } | Action::Accept { claim, .. } => scene.claims[claim].2 = Stage::Over,
            Action::Decide { claim, .. } => scene.claims[claim].2 = Stage::Over,
            Action::Reject { claim, .. } => scene.claims[claim].2 = Stage::Rejected,
            Action::Appeal { claim, .. } => scene.claims[claim].2 = Stage::Appealed,
            Action::Claim { member, batch } => {
                // Another's may come between: whoever looks around puts that right.
                let (number, all) = (number(done), scene.claims.len());
                scene.claims.resize(all.max(number + 1), (member, batch, Stage::Held));
                scene.claims[number] = (member, batch, Stage::Held);
            }
            _ => {}
        }
        scene.members.resize(self.real.members.lock().unwrap().len(), true);
        // What others list and offer is known when everybody has looked around.
    }

    /// Everything as it stands.
    pub async fn look_around(&self) {
        let reader = self.real.world.deps.db.read();
        let (members, all) = (self.real.members.lock().unwrap().clone(), self.real.claims.lock().unwrap().clone());
        let (listed, opened) = (self.real.contracts.lock().unwrap().clone(), self.real.batches.lock().unwrap().clone());
        let mut scene = Scene { users: self.scene.lock().unwrap().users.clone(), ..Scene::default() };
        for (person, _) in &members {
            scene.members.push(self.real.world.signed_in(person).await.reviewer().is_some());
        }
        let second = self.real.user(2).await.client().clone();
        for id in &listed {
            let row = contracts::find_contract(&reader, id).await.unwrap().unwrap();
            let open = contracts::versions::list_open(&reader, id).await.unwrap();
            let side = |state: &str| open.iter().find(|one| one.state == state).map(|one| one.side.as_str());
            let side = |state: &str| side(state).map(|word| if word == "client" { Side::Client } else { Side::Coop });
            let client = usize::from(row.client_id == second.as_str());
            scene.contracts.push(Seen { client, goes_on: row.closed_index.is_none(), drafts: side("draft"), proposes: side("proposed") });
        }
        for id in &opened {
            let row = batches::find_batch(&reader, id).await.unwrap().unwrap();
            let of = listed.iter().position(|contract| contract.as_str() == row.contract_id).unwrap();
            scene.batches.push((of, row.level < row.contract_level));
        }
        let before = self.scene.lock().unwrap().claims.clone();
        for (number, id) in all.iter().enumerate() {
            if let Some(over) = before.get(number).filter(|one| one.2 == Stage::Over) {
                scene.claims.push(*over);
                continue;
            }
            let row = claims::find_claim(&reader, id).await.unwrap().unwrap();
            let rejection = appeals::find_rejection(&reader, &row.id).await.unwrap();
            let stage = Stage::of(&row.state, rejection.as_ref().map(|one| one.state.as_str()));
            let member = members.iter().position(|(_, member)| member.as_str() == row.member_id).unwrap();
            let batch = opened.iter().position(|batch| batch.as_str() == row.batch_id).unwrap();
            scene.claims.push((member, batch, stage));
        }
        *self.scene.lock().unwrap() = scene;
    }
}
