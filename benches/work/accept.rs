//! Ten thousand acceptances in one action, beside the same rows written by hand.

use std::time::{Duration, Instant};

use manyhands::actions::reviews;
use manyhands_domain::money::Amount;

use crate::figures::{Figures, median};
use crate::place::Place;
use crate::raw::{self, Written};
use crate::support::once;

/// Leaves the place as it was, its work still submitted: each run has its own copy of the database.
pub async fn measure(mut place: Place, pieces: usize, figures: &mut Figures) -> Place {
    let judging = place.judging().await;
    place.close().await;
    let mut written: Vec<Written> = Vec::new();
    let (mut ours, mut limits): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        let address = place.copy();
        let (deps, _folder) = place.on_copy(&address).await;
        let sum = Amount::from_micros(PRICE_MICROS * pieces as i64);
        let began = Instant::now();
        reviews::accept_many(&deps, &judging, &once(), &place.batch, pieces as i64, sum).await.unwrap();
        ours.push(began.elapsed());
        deps.db.close().await.unwrap();
        if run == 1 {
            written = raw::difference(&place.address, &address).await;
        }
        limits.push(raw::replay(&place.copy(), &written).await);
    }
    println!("runs: ours {ours:.2?}, by hand {limits:.2?}");
    let rows = raw::count(&written);
    figures.rate("accepted in one action", (pieces, median(ours)), &format!("by hand, the same {rows} rows"), (pieces, median(limits)));

    place.reopen().await;
    place
}

const RUNS: usize = 3;
/// Of the suite's batch.
pub const PRICE_MICROS: i64 = 800_000;
