//! What somebody might do now, sensible or not.

use manyhands::random::Random;

use crate::sequences::model::{Action, Change, Claim, Contract, Judge, Model, Party, Side, Step};

/// What whoever throws knows of where things stand: enough to aim, never enough to decide.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Whether each member reviews.
    pub members: Vec<bool>,
    /// The client of each user.
    pub users: Vec<usize>,
    pub contracts: Vec<Seen>,
    /// The contract of each batch, and whether its level is below that by now.
    pub batches: Vec<(usize, bool)>,
    /// Member, batch, and how far it is.
    pub claims: Vec<(usize, usize, Stage)>,
}

/// What is known of a contract.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub client: usize,
    pub goes_on: bool,
    /// Who drafts a change, and who proposes one.
    pub drafts: Option<Side>,
    pub proposes: Option<Side>,
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Held,
    Submitted,
    Rejected,
    Appealed,
    Over,
}

impl Stage {
    pub fn of(state: &str, rejection: Option<&str>) -> Stage {
        match (state, rejection) {
            ("submitted", Some("rejected")) => Stage::Rejected,
            ("submitted", Some("appealed")) => Stage::Appealed,
            ("submitted", _) => Stage::Submitted,
            ("claimed" | "sent_back", _) => Stage::Held,
            _ => Stage::Over,
        }
    }
}

impl Scene {
    pub fn of(model: &Model) -> Scene {
        let stage = |claim: &Claim| Stage::of(claim.state, claim.rejection.map(|one| one.state));
        Scene {
            members: model.members.iter().map(|member| member.reviews && !member.left).collect(),
            users: model.users.clone(),
            contracts: model.contracts.iter().map(|contract| Seen::of(contract, model.now)).collect(),
            batches: model
                .batches
                .iter()
                .map(|batch| (batch.contract, batch.level < model.contracts[batch.contract].terms.level))
                .collect(),
            claims: model.claims.iter().map(|claim| (claim.member, claim.batch, stage(claim))).collect(),
        }
    }
}

impl Seen {
    fn of(contract: &Contract, now: i64) -> Seen {
        let side = |state: &str| contract.amendments.iter().find(|one| one.state == state).map(|one| one.side);
        Seen { client: contract.client, goes_on: !contract.is_over(now), drafts: side("draft"), proposes: side("proposed") }
    }
}

/// Dice with a seed.
pub struct Dice(Random);

impl Dice {
    pub fn seeded(seed: u64) -> Dice {
        Dice(Random::seeded(seed))
    }

    /// One of so many numbers, from 0.
    fn below(&self, most: usize) -> usize {
        usize::from(u16::from_be_bytes(self.0.bytes())) % most.max(1)
    }

    /// Once in so many times.
    fn once_in(&self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of the numbers below `most` that is so, or any where none is.
    fn some(&self, most: usize, is_so: impl Fn(usize) -> bool) -> usize {
        let fitting: Vec<usize> = (0..most).filter(|number| is_so(*number)).collect();
        if fitting.is_empty() { self.below(most) } else { fitting[self.below(fitting.len())] }
    }

    /// Something that somebody might do now.
    pub fn throw(&self, scene: &Scene) -> Action {
        match self.below(100) {
            _ if scene.contracts.iter().filter(|contract| contract.goes_on).count() < 3 && self.once_in(4) => self.list(scene),
            _ if scene.batches.is_empty() => self.offer(scene),
            _ if scene.claims.is_empty() => self.claim(scene),
            0..20 => self.claim(scene),
            20..54 => self.at_the_bench(scene),
            54..78 => self.judge(scene),
            78..88 => self.agree(scene),
            88..90 => self.offer(scene),
            90..92 => self.people(scene),
            _ => self.time(),
        }
    }

    fn claim(&self, scene: &Scene) -> Action {
        Action::Claim { member: self.below(scene.members.len()), batch: self.batch(scene) }
    }

    fn at_the_bench(&self, scene: &Scene) -> Action {
        let held = |wanted: Stage| self.some_claim(scene, wanted);
        match self.below(34) {
            0..14 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Held));
                Action::Submit { member, claim, fits: !self.once_in(6) }
            }
            14..19 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Held));
                Action::Ready { member, claim }
            }
            19..22 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Held));
                Action::Draft { member, claim }
            }
            22..27 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Submitted));
                let instead = (!self.once_in(2)).then(|| self.some_claim(scene, Stage::Held));
                Action::TakeBack { member, claim, instead }
            }
            27..30 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Held));
                Action::Release { member, claim }
            }
            30..32 => {
                let (member, claim) = self.by_holder(scene, held(Stage::Held));
                Action::Extend { member, claim }
            }
            _ => {
                let (member, claim) = self.by_holder(scene, held(Stage::Rejected));
                Action::Appeal { member, claim }
            }
        }
    }

    fn judge(&self, scene: &Scene) -> Action {
        let claim = self.some_claim(scene, Stage::Submitted);
        let judge = match self.below(3) {
            0 => Judge::User(self.user(scene, scene.batches[scene.claims[claim].1].0)),
            _ => Judge::Member(self.some(scene.members.len(), |member| scene.members[member] || self.once_in(30))),
        };
        let (section, fits) = ([0, 0, 0, 1, 2][self.below(5)], !self.once_in(6));
        match self.below(24) {
            0..4 => Action::Open { judge, claim },
            4..10 => Action::Accept { judge, claim },
            10..12 => Action::AcceptMany { judge, batch: self.batch(scene), count: self.below(4) },
            12..16 => Action::SendBack { judge, claim, section, fits },
            16..20 => Action::Reject { judge, claim, section, fits },
            _ => {
                let member = self.some(scene.members.len(), |member| scene.members[member]);
                Action::Decide { member, claim: self.some_claim(scene, Stage::Appealed), upheld: self.once_in(2) }
            }
        }
    }

    fn agree(&self, scene: &Scene) -> Action {
        let (contract, batch) = (self.contract(scene), self.batch(scene));
        let raised = self.some(scene.batches.len(), |batch| scene.batches[batch].1);
        let party = self.party(scene, contract, [Side::Client, Side::Coop][self.below(2)]);
        // What is stopped is never stopped for long.
        let steps = [Step::Pause, Step::Resume, Step::Resume, Step::Resume, Step::Complete, Step::Keep, Step::Keep, Step::Terminate];
        match self.below(27) {
            24..26 => Action::Rest { user: self.user(scene, scene.batches[batch].0), batch },
            26 => Action::ReadAll { user: self.user(scene, scene.batches[batch].0), batch },
            0..11 => self.amend(scene, contract),
            11..17 => Action::Go { party, contract, step: steps[self.below(steps.len())] },
            17..19 => Action::Withdraw { user: self.user(scene, scene.batches[raised].0), batch: raised },
            19..21 => Action::Pause { user: self.user(scene, scene.batches[batch].0), batch, paused: self.once_in(4) },
            _ => Action::Deposit { contract },
        }
    }

    /// Mostly what comes next.
    fn amend(&self, scene: &Scene, contract: usize) -> Action {
        let (number, seen) = (i64::try_from(self.below(3)).unwrap(), &scene.contracts[contract]);
        let edits =
            [Change::Words(number), Change::Words(number), Change::NoticeDays([0, 7, 14, 21][self.below(4)]), Change::Level(number)];
        let all = [Change::Draft, Change::Propose, Change::Withdraw, Change::Decline, Change::Agree(true), Change::Agree(false)];
        let answers = [Change::Agree(true), Change::Agree(true), Change::Agree(true), Change::Decline];
        let (mine, other) = if self.once_in(2) { (Side::Client, Side::Coop) } else { (Side::Coop, Side::Client) };
        let (side, change) = match (seen.proposes, seen.drafts) {
            _ if self.once_in(5) => (mine, all[self.below(all.len())]),
            (Some(by), _) => (if by == mine { other } else { mine }, answers[self.below(answers.len())]),
            (None, Some(by)) => (by, if self.once_in(3) { Change::Propose } else { edits[self.below(edits.len())] }),
            (None, None) => (mine, Change::Draft),
        };
        Action::Amend { party: self.party(scene, contract, side), contract, change }
    }

    fn list(&self, scene: &Scene) -> Action {
        // Of level 3, how much is borne in a day is not told here.
        let level = [0, 0, 1, 2][self.below(4)];
        Action::List { user: self.below(scene.users.len()), level, units: [2, 10, 40][self.below(3)] }
    }

    fn offer(&self, scene: &Scene) -> Action {
        let (contract, tasks, copies) = (self.contract(scene), 2 + self.below(8), [1, 1, 1, 2, 3][self.below(5)]);
        let (gold, whole) = (self.once_in(3), !self.once_in(3));
        Action::Offer { user: self.user(scene, contract), contract, tasks, copies, gold, whole }
    }

    /// Members come and go; nobody is alone.
    fn people(&self, scene: &Scene) -> Action {
        match self.below(12) {
            0..4 => Action::Pay { unit: self.below(2), fails: self.below(scene.members.len()) },
            4..6 if scene.members.len() < 16 => Action::Join { reviews: self.once_in(2) },
            // The treasurer is needed.
            6 => Action::Leave { member: self.some(scene.members.len(), |member| member != 1) },
            _ => self.time(),
        }
    }

    fn time(&self) -> Action {
        match self.below(16) {
            0 => Action::Silence,
            1 => Action::End,
            2 => Action::RunOut,
            3 => Action::Wait { seconds: 7_200 * i64::try_from(self.below(40)).unwrap() },
            _ => Action::Wait { seconds: 60 * i64::try_from(self.below(20)).unwrap() },
        }
    }

    /// Mostly one that goes on.
    fn contract(&self, scene: &Scene) -> usize {
        let any = self.once_in(8);
        self.some(scene.contracts.len(), |contract| any || scene.contracts[contract].goes_on)
    }

    /// Mostly one of the newest where there is work.
    fn batch(&self, scene: &Scene) -> usize {
        if self.once_in(8) {
            return self.below(scene.batches.len());
        }
        let fitting = (0..scene.batches.len()).rev().filter(|batch| scene.contracts[scene.batches[*batch].0].goes_on);
        let newest: Vec<usize> = fitting.take(8).collect();
        if newest.is_empty() { self.below(scene.batches.len()) } else { newest[self.below(newest.len())] }
    }

    /// Mostly one of its client.
    fn user(&self, scene: &Scene, contract: usize) -> usize {
        let any = self.once_in(8);
        self.some(scene.users.len(), |user| any || scene.users[user] == scene.contracts[contract].client)
    }

    fn party(&self, scene: &Scene, contract: usize, side: Side) -> Party {
        if side == Side::Coop { Party::Coop } else { Party::User(self.user(scene, contract)) }
    }

    /// Mostly one that is so far, and mostly one of the newest of these.
    fn some_claim(&self, scene: &Scene, wanted: Stage) -> usize {
        let all = scene.claims.len();
        if self.once_in(8) {
            return self.below(all);
        }
        let fitting: Vec<usize> = (0..all).rev().filter(|claim| scene.claims[*claim].2 == wanted).collect();
        let most = if self.once_in(3) { fitting.len() } else { fitting.len().min(8) };
        if most == 0 { self.below(all) } else { fitting[self.below(most)] }
    }

    /// Mostly by whoever holds it.
    fn by_holder(&self, scene: &Scene, claim: usize) -> (usize, usize) {
        let member = if self.once_in(8) { self.below(scene.members.len()) } else { scene.claims[claim].0 };
        (member, claim)
    }
}
