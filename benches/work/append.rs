//! One accepted work an action, by one after the other and by sixteen who wait: the whole acceptance, and the ledger's part of
//! it alone (entry, checkpoint, head). Beside them the durable commits of the database, one after the other.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use manyhands::actions::reviews;
use manyhands::actions::{Work, batches, rules};
use manyhands::deps::Deps;
use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ClaimId, TaskId, uuid_v4};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::reviews::{Judge, Submitted};

use crate::accept::PRICE_MICROS;
use crate::figures::Figures;
use crate::place::Place;
use crate::raw::Bare;
use crate::support::once;

/// Leaves the place as it was, but closed and opened again.
pub async fn measure(mut place: Place, pieces: usize, figures: &mut Figures) -> Place {
    let judging = place.judging().await;
    let draft = drafts(&place).await;
    place.close().await;
    let count = (pieces / 10).min(1_000);
    for hands in [1, 16] {
        let (deps, _folder) = place.on_copy(&place.copy()).await;
        let claims = submitted(&deps, &place, count).await;
        let on = (deps.clone(), judging.clone());
        let accept = move |claim| {
            let (deps, judging) = on.clone();
            async move { assert_eq!(reviews::accept(&deps, &judging, &once(), &claim).await.unwrap().count, 1) }
        };
        let (took, waits) = by(hands, claims, accept).await;
        report(&place, figures, "accepted one by one", hands, count, (took, waits)).await;
        let on = deps.clone();
        let append = move |draft| {
            let deps = on.clone();
            async move {
                let mut work = Work::begin_job(&deps).await.unwrap();
                work.append(draft).await.unwrap();
                work.commit(()).await.unwrap();
            }
        };
        let (took, waits) = by(hands, (0..count).map(|_| draft(&deps)).collect(), append).await;
        report(&place, figures, "entries appended one by one", hands, count, (took, waits)).await;
        deps.db.close().await.unwrap();
    }
    place.reopen().await;
    place
}

async fn report(place: &Place, figures: &mut Figures, what: &str, hands: usize, count: usize, (took, waits): (Duration, Vec<Duration>)) {
    let began = Instant::now();
    let bare = Bare::create(place).await.run(count, 1).await;
    figures.rate(&format!("{what} by {hands}"), (count, took), "durable commits one by one", (count, began.elapsed()));
    figures.waits(&format!("one of them by {hands}"), waits, "one durable commit", bare);
}

async fn submitted(deps: &Deps, place: &Place, count: usize) -> Vec<ClaimId> {
    let claims = manyhands_store::reviews::list_submitted(&deps.db.read(), place.batch.as_str(), None, count as u64).await.unwrap();
    assert_eq!(claims.len(), count);
    claims.iter().map(|claim| ClaimId::parse(&claim.id).unwrap()).collect()
}

/// Makes entries of accepted work, six lines each, that no claim stands behind.
async fn drafts(place: &Place) -> impl Fn(&Deps) -> Draft + use<> {
    let deps = &place.world.deps;
    let (rule, book) = rules::current(&deps.db.read()).await.unwrap();
    let row = batches::find_own(deps, &place.world.buyer().await, &place.batch).await.unwrap();
    let (contract, batch) = (place.contract.clone(), place.batch.clone());
    let (worker, reviewer) = (place.world.worker().await.id().clone(), place.world.reviewer().await.id().clone());
    let size = manyhands_store::ledger::head(&deps.db.read()).await.unwrap().size;
    move |deps| {
        let work = Submitted {
            contract: contract.clone(),
            batch: batch.clone(),
            task: TaskId::parse(&uuid_v4(deps.random.bytes())).unwrap(),
            claim: ClaimId::parse(&uuid_v4(deps.random.bytes())).unwrap(),
            worker: worker.clone(),
            state: "submitted".to_owned(),
            batch_index: row.opened_index.unwrap().unsigned_abs(),
            claimed_size: size,
            price: Amount::from_micros(PRICE_MICROS),
            currency: Currency::parse("USD").unwrap(),
            seconds: 180,
        };
        manyhands_domain::reviews::accept(&book, rule, &work, Judge::Member(&reviewer)).unwrap().entry
    }
}

/// Does all of it by so many hands at once: how long it took, and each of them.
async fn by<T: Send + 'static, F: Future<Output = ()> + Send + 'static>(
    hands: usize,
    all: Vec<T>,
    act: impl Fn(T) -> F + Clone + Send + 'static,
) -> (Duration, Vec<Duration>) {
    let left = Arc::new(Mutex::new(all));
    let began = Instant::now();
    let running: Vec<_> = (0..hands)
        .map(|_| {
            let (left, act) = (left.clone(), act.clone());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let next = left.lock().unwrap().pop();
                    let Some(next) = next else { return waits };
                    let start = Instant::now();
                    act(next).await;
                    waits.push(start.elapsed());
                }
            })
        })
        .collect();
    let mut waits = Vec::new();
    for hand in running {
        waits.extend(hand.await.unwrap());
    }
    (began.elapsed(), waits)
}
