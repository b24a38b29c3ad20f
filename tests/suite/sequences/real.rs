//! The real co-op, which does what the model does: by the actions that pages call, each by somebody whose rights are read anew.

mod agreeing;

use std::sync::Mutex;

use manyhands::actions::contracts::life::{self, Party as Speaks};
use manyhands::actions::people::Invitation;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::{ClientUser, Member, Reviewer};
use manyhands::actions::{Error, appeals, claims, leaving, payouts, people, reviews, sample, sessions};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, MemberId, PersonId};
use manyhands_domain::money::Amount;

use crate::sequences::model::{self, Action, Judge, MET, MISSED, Model, PRICE, Party, UNTOLD};
use crate::story::typed;
use crate::support::{PASSWORD, World, agree, once, say_where_pay_goes, world};

/// The co-op, and what the model's numbers stand for in it.
pub struct Real {
    pub world: World,
    pub members: Mutex<Vec<(PersonId, MemberId)>>,
    /// Two of the first client, one of the second.
    pub users: Vec<PersonId>,
    pub contracts: Mutex<Vec<ContractId>>,
    pub batches: Mutex<Vec<BatchId>>,
    pub claims: Mutex<Vec<ClaimId>>,
    hash: String,
}

/// What an action came to: how many, and the claim that it granted, with the number of its item.
#[derive(Clone, Debug, Default)]
pub struct Done {
    pub count: usize,
    pub claim: Option<(ClaimId, usize)>,
    /// Of each item of a batch that was opened, whether it is read.
    pub read: Option<Vec<bool>>,
}

/// The units of the model, by number.
pub const UNITS: [&str; 2] = ["USD", "EUR"];

impl Real {
    /// A founded co-op with four members, one of whom reviews, and three users of two clients; and the model of it.
    pub async fn begin(database: &str) -> (Real, Model) {
        let world = world(database).await;
        let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
        let stranger = world.other_buyer().await;
        let second = people::add_active(&world.deps, &invitation("Second", Some("Safe Harbor Models Inc")), &hash).await.unwrap();
        let client = world.buyer().await.client().clone();
        let tx = world.deps.db.begin().await.unwrap();
        manyhands_store::users::set_client(&tx, &second, &client).await.unwrap();
        tx.commit().await.unwrap();
        let users = vec![world.buyer.clone(), second, stranger];
        let mut members = Vec::new();
        for person in [&world.coordinator, &world.treasurer, &world.worker, &world.reviewer] {
            members.push((person.clone(), world.signed_in(person).await.member().unwrap().id().clone()));
        }
        let mut model = Model { now: world.deps.clock.now().secs(), users: vec![0, 0, 1], ..Model::default() };
        model.members.extend((0..4).map(|n| model::Member { stays: n == 0, reviews: n == 3, ..model::Member::default() }));
        model.entries = world.deps.head.last().0;
        let (contracts, batches, claims) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        (Real { world, members: Mutex::new(members), users, contracts, batches, claims, hash }, model)
    }

    /// Does it. Whoever may not is told what a page would tell them.
    pub async fn act(&self, action: Action) -> Result<Done, Error> {
        let deps = &self.world.deps;
        match action {
            Action::Claim { member, batch } => {
                let (by, batch) = (self.member(member).await?, self.batch(batch));
                let claim = claims::claim(deps, &by, &once(), &batch).await?;
                let item = claims::find_own(deps, &by, &claim).await?.0.item_id;
                Ok(self.granted(claim, &item))
            }
            Action::Ready { member, claim } => {
                let ready = claims::keep_ready(deps, &self.member(member).await?, &once(), &self.claim(claim)).await?;
                Ok(self.granted(ClaimId::parse(&ready.id).unwrap(), &ready.item_id))
            }
            Action::Draft { member, claim } => {
                claims::save_draft(deps, &self.member(member).await?, &self.claim(claim), &typed("Harmless")).await?;
                Ok(Done::default())
            }
            Action::Submit { member, claim, fits } => {
                let typed = typed(if fits { "Harmful" } else { "Neither" });
                let handed = claims::submit(deps, &self.member(member).await?, &once(), &self.claim(claim), &typed).await?;
                Ok(counted(handed.met.map_or(UNTOLD, |met| if met { MET } else { MISSED })))
            }
            Action::TakeBack { member, claim, instead } => {
                let instead = instead.map(|next| self.claim(next));
                none(claims::take_back(deps, &self.member(member).await?, &once(), &self.claim(claim), instead.as_ref()).await)
            }
            Action::Extend { member, claim } => none(claims::extend(deps, &self.member(member).await?, &once(), &self.claim(claim)).await),
            Action::Release { member, claim } => {
                none(claims::release(deps, &self.member(member).await?, &once(), &self.claim(claim)).await)
            }
            Action::Join { reviews } => self.join(reviews).await,
            Action::Leave { member } => {
                let left = leaving::leave(deps, &self.member(member).await?, &once(), PASSWORD).await?;
                assert!(matches!(left, leaving::Leaving::Left(_)), "nobody has a key here: {left:?}");
                Ok(Done::default())
            }
            Action::Appeal { member, claim } => {
                none(appeals::appeal(deps, &self.member(member).await?, &once(), &self.claim(claim), "The section says so.").await)
            }
            Action::Pay { unit, fails } => self.pay(unit, fails).await,
            Action::End => Ok(counted(appeals::end_unappealed(deps).await?)),
            Action::RunOut => Ok(counted(life::end_run_out(deps).await? + claims::free_ended(deps).await?)),
            Action::Silence => Ok(counted(reviews::accept_silent(deps).await?)),
            Action::Wait { seconds } => {
                deps.clock.advance(seconds);
                Ok(Done::default())
            }
            judging @ (Action::Open { .. }
            | Action::Accept { .. }
            | Action::AcceptMany { .. }
            | Action::SendBack { .. }
            | Action::Rest { .. }
            | Action::Reject { .. }
            | Action::Decide { .. }) => self.judge(judging).await,
            agreeing => self.agree(agreeing).await,
        }
    }

    async fn judge(&self, action: Action) -> Result<Done, Error> {
        let deps = &self.world.deps;
        let why = |section: i64, fits: bool| {
            let section = if section == 0 { "4.2".to_owned() } else { format!("5.{section}") };
            (if fits { "See the section." } else { "" }, section)
        };
        match action {
            Action::Open { judge, claim } => {
                reviews::open(deps, &self.judging(judge).await?, &self.claim(claim)).await?;
                Ok(Done::default())
            }
            Action::Accept { judge, claim } => {
                let accepted = reviews::accept(deps, &self.judging(judge).await?, &once(), &self.claim(claim)).await?;
                Ok(counted(accepted.count))
            }
            Action::AcceptMany { judge, batch, count } => {
                let (by, count) = (self.judging(judge).await?, i64::try_from(count).unwrap());
                let sum = Amount::from_micros(PRICE * count);
                let accepted = reviews::accept_many(deps, &by, &once(), &self.batch(batch), count, sum).await?;
                Ok(counted(accepted.count))
            }
            Action::Rest { user, batch } => {
                let (by, batch) = (self.user(user).await, self.batch(batch));
                let (count, sum) = sample::find(deps, &by, &batch).await?.rest;
                Ok(counted(sample::accept_rest(deps, &by, &once(), &batch, count, sum).await?.count))
            }
            Action::SendBack { judge, claim, section, fits } => {
                let (by, (reason, clause)) = (self.judging(judge).await?, why(section, fits));
                none(reviews::send_back(deps, &by, &once(), &self.claim(claim), "wrong-label", reason, &clause).await)
            }
            Action::Reject { judge, claim, section, fits } => {
                let (by, (reason, clause)) = (self.judging(judge).await?, why(section, fits));
                appeals::reject(deps, &by, &once(), &self.claim(claim), ("wrong-label", reason, &clause)).await?;
                Ok(Done::default())
            }
            Action::Decide { member, claim, upheld } => {
                let by = self.reviewer(member).await?;
                let decided = appeals::decide(deps, &by, &once(), &self.claim(claim), upheld, "The section says so.").await?;
                Ok(counted(decided.map_or(0, |accepted| accepted.count)))
            }
            other => panic!("nobody judges by {other:?}"),
        }
    }

    async fn join(&self, reviews: bool) -> Result<Done, Error> {
        let number = self.members.lock().unwrap().len();
        let mut invitation = invitation(&format!("Member-{number}-{}", once().key.replace(' ', "-")), None);
        invitation.roles.extend(reviews.then(|| "reviewer".to_owned()));
        let person = people::add_active(&self.world.deps, &invitation, &self.hash).await?;
        say_where_pay_goes(&self.world.deps, [&person]).await;
        agree(&self.world.deps, [&person]).await;
        let member = self.world.signed_in(&person).await.member().unwrap().id().clone();
        self.members.lock().unwrap().push((person, member));
        Ok(Done::default())
    }

    async fn pay(&self, unit: usize, fails: usize) -> Result<Done, Error> {
        let (deps, by) = (&self.world.deps, self.world.treasurer().await);
        let officer = self.world.signed_in(&self.world.coordinator).await.officer().unwrap();
        let fails = self.members.lock().unwrap()[fails].1.clone();
        let run = payouts::prepare(deps, &by, &once(), UNITS[unit], "1.00", PASSWORD).await?;
        payouts::approve(deps, &officer, &once(), &run, PASSWORD).await?;
        let (_, lines) = payouts::find(deps, &officer, &run).await?;
        for line in &lines {
            let (member, form) = (MemberId::parse(&line.member_id).unwrap(), once());
            if member == fails {
                payouts::fail(deps, &by, &form, &run, &member, "wrong number").await?;
            } else {
                payouts::settle(deps, &by, &form, &run, &member, &form.key, "").await?;
            }
        }
        Ok(counted(lines.len()))
    }

    /// A claim that was granted gets the next number, if it has none yet.
    fn granted(&self, claim: ClaimId, item: &str) -> Done {
        let mut claims = self.claims.lock().unwrap();
        if !claims.contains(&claim) {
            claims.push(claim.clone());
        }
        Done { claim: Some((claim, item.trim_start_matches("item-").parse().unwrap())), ..Done::default() }
    }

    async fn member(&self, number: usize) -> Result<Member, Error> {
        let person = self.members.lock().unwrap()[number].0.clone();
        self.world.signed_in(&person).await.member().ok_or(Error::NotFound)
    }

    async fn reviewer(&self, number: usize) -> Result<Reviewer, Error> {
        let person = self.members.lock().unwrap()[number].0.clone();
        self.world.signed_in(&person).await.reviewer().ok_or(Error::NotFound)
    }

    pub async fn user(&self, number: usize) -> ClientUser {
        self.world.signed_in(&self.users[number]).await.client_user().unwrap()
    }

    async fn judging(&self, judge: Judge) -> Result<Judging, Error> {
        Ok(match judge {
            Judge::Member(member) => Judging::Reviewer(self.reviewer(member).await?),
            Judge::User(user) => Judging::Client(self.user(user).await),
        })
    }

    async fn party(&self, party: Party) -> Speaks {
        match party {
            Party::User(user) => Speaks::Client(self.user(user).await),
            Party::Coop => Speaks::Coop(self.world.coordinator().await),
        }
    }

    pub fn contract(&self, number: usize) -> ContractId {
        self.contracts.lock().unwrap()[number].clone()
    }

    pub fn batch(&self, number: usize) -> BatchId {
        self.batches.lock().unwrap()[number].clone()
    }

    pub fn claim(&self, number: usize) -> ClaimId {
        self.claims.lock().unwrap()[number].clone()
    }
}

fn invitation(name: &str, client: Option<&str>) -> Invitation {
    Invitation {
        name: name.to_owned(),
        email: format!("{}@example.coop", name.to_lowercase()),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "FR".to_owned(),
        client: client.map(str::to_owned),
        roles: Vec::new(),
    }
}

fn none(done: Result<(), Error>) -> Result<Done, Error> {
    done.map(|()| Done::default())
}

fn counted(count: impl TryInto<usize, Error: std::fmt::Debug>) -> Done {
    Done { count: count.try_into().unwrap(), ..Done::default() }
}
