//! Claim and submit by sixteen members at once, beside as many bare transactions of one small insert each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use manyhands::actions::claims::{self, Typed};

use crate::figures::Figures;
use crate::place::Place;
use crate::raw::Bare;
use crate::support::once;

pub async fn measure(place: &Place, pieces: usize, figures: &mut Figures) {
    let left = Arc::new(AtomicUsize::new(pieces));
    let began = Instant::now();
    let mut hands = Vec::new();
    for member in &place.members {
        let (deps, member, batch, left) = (place.world.deps.clone(), member.clone(), place.batch.clone(), left.clone());
        hands.push(tokio::spawn(async move {
            let (mut claimed, mut submitted) = (Vec::new(), Vec::new());
            while take(&left) {
                let start = Instant::now();
                let claim = claims::claim(&deps, &member, &once(), &batch).await.unwrap();
                claimed.push(start.elapsed());
                let start = Instant::now();
                let typed = Typed::one("Harmful", 150);
                claims::submit(&deps, &member, &once(), &claim, &typed).await.unwrap();
                submitted.push(start.elapsed());
            }
            (claimed, submitted)
        }));
    }
    let (mut claimed, mut submitted) = (Vec::new(), Vec::new());
    for hand in hands {
        let (claims, submissions) = hand.await.unwrap();
        claimed.extend(claims);
        submitted.extend(submissions);
    }
    let took = began.elapsed();

    let bare = Bare::create(place).await;
    let began = Instant::now();
    let waits = bare.run(pieces * TRANSACTIONS, place.members.len()).await;
    let bare_took = began.elapsed();
    let same = format!("bare transactions by 16, {TRANSACTIONS} for each");
    figures.rate("claim + submit by 16", (pieces, took), &same, (pieces, bare_took));
    figures.waits("claim by 16", claimed, "one bare transaction by 16", waits.clone());
    figures.waits("submit by 16", submitted, "one bare transaction by 16", waits);
}

/// One for the claim, one for the submission.
const TRANSACTIONS: usize = 2;

/// Whether one more is to be done.
pub fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
