//! What a vote may ask for: nothing that no entry and no account can hold, no share that no number says, no day so far ahead that its like
//! could not be asked any more. Refused in a draft, and again where a draft from before is put to the vote.

use manyhands::actions::proposals::drafting::{self, DraftForm};
use manyhands::actions::proposals::{enacting, opening};
use manyhands_domain::ids::ProposalId;
use serde_json::{Map, Value, json};

use crate::pages::change;
use crate::signers::{member, refused};
use crate::support::{World, databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, rules, signed_draft, until, verified, vote};
use crate::votes_ends::{an_ask, an_end};

/// A draft that stood before there were limits: signed, and about this.
async fn old_draft(world: &World, form: &DraftForm, about: &Value) -> String {
    let id = signed_draft(world, form).await;
    change(&world.database, &format!("UPDATE proposals SET about = '{about}' WHERE id = '{id}'")).await;
    id
}

async fn open(world: &World, id: &str) -> Result<ProposalId, manyhands::actions::Error> {
    opening::open(&world.deps, &member(world, &world.worker).await, &once(), id).await
}

#[tokio::test]
async fn what_no_entry_and_no_account_can_hold_is_refused_before_anybody_votes_on_it() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.worker).await;
        let rows = world.rows().await;
        let skill = |name: &str| rules("rate-change", &[("new/skill", name), ("new/skill-currency", "USD"), ("new/skill-floor", "9")]);
        let fund = |name: &str| rules("constitution", &[("new/fund", name), ("new/fund-share", "0")]);
        let quorum = |share: &str| rules("constitution", &[("votes/ordinary/quorum", share)]);
        for (form, code) in [
            (skill(&"a".repeat(64_500)), "rule-name-long"),
            (skill(&"a".repeat(41)), "rule-name-long"),
            (fund(&format!("F{}", "a".repeat(2_800))), "rule-name-long"),
            (quorum("1/9007199254740992"), "rule-fraction"),
            (quorum("1/10001"), "rule-fraction"),
            (rules("constitution", &[("votes/ordinary/majority", "over 4503599627370497/9007199254740993")]), "rule-fraction"),
            (rules("constitution", &[("votes/rate-change/changes", "floor premium floor")]), "rule-changes-twice"),
        ] {
            assert_eq!(refused(drafting::draft(&world.deps, &author, &once(), &form).await), code, "{database}");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        for form in [skill(&"a".repeat(40)), fund(&format!("F{}", "a".repeat(39))), quorum("3333/10000")] {
            drafting::draft(&world.deps, &author, &once(), &form).await.unwrap();
        }

        let long = json!({"book": {"floor": {"a".repeat(64_500): {"USD": "9.000000"}}}});
        let draft = old_draft(&world, &floor("9"), &long).await;
        assert_eq!(refused(open(&world, &draft).await), "rule-name-long", "{database}");
        let large = json!({"book": {"votes": {"ordinary": {"quorum": [1, 1_i64 << 53]}}}});
        let draft = old_draft(&world, &quorum("1/2"), &large).await;
        assert_eq!(refused(open(&world, &draft).await), "rule-fraction", "{database}");
    }
}

#[tokio::test]
async fn a_book_that_grew_too_long_beside_another_change_lapses_and_holds_up_nothing() {
    for database in databases() {
        let world = world(database).await;
        let skills = |first: usize| {
            let skills = (first..first + 400).map(|n| (format!("{n:040}"), json!({"USD": "9.000000"})));
            json!({"book": {"floor": skills.collect::<Map<_, _>>()}})
        };
        let mut ids = Vec::new();
        for about in [skills(0), skills(400)] {
            let draft = old_draft(&world, &floor("9"), &about).await;
            ids.push(open(&world, &draft).await.unwrap());
        }
        ids.push(put_to_the_vote(&world, &floor("9")).await);
        for id in &ids {
            for person in [&world.worker, &world.reviewer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        for id in &ids {
            close(&world, id).await;
        }
        until(&world, row(&world, &ids[2]).await.enacts_at.unwrap());
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 3, "{database}: all are settled");
        let (mut outcomes, mut reasons) = (Vec::new(), Vec::new());
        for id in &ids {
            let row = row(&world, id).await;
            outcomes.push(row.outcome.unwrap_or_default());
            reasons.push(row.outcome_reason);
        }
        assert_eq!(outcomes, ["done", "lapsed", "done"], "{database}");
        assert_eq!(reasons, ["", "rule-book-long", ""], "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn nothing_is_voted_for_a_day_more_than_a_year_after_its_end() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.worker).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 2).await;
        let ask = an_ask(&batch, "1.20");
        let rows = world.rows().await;
        for form in [&ask, &an_end(&contract), &floor("9"), &question()] {
            let form = DraftForm { enacts: Some(world.deps.clock.now().plus_days(366 + 91)), ..form.clone() };
            assert_eq!(refused(drafting::draft(&world.deps, &author, &once(), &form).await), "vote-enacts", "{database}: {}", form.act);
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        // Three days of voting, and a year.
        let latest = DraftForm { enacts: Some(world.deps.clock.now().plus_days(3 + 366)), ..ask.clone() };
        let draft = signed_draft(&world, &latest).await;
        let far = world.deps.clock.now().plus_days(4_000).secs();
        change(&world.database, &format!("UPDATE proposals SET enacts_at = {far} WHERE id = '{draft}'")).await;
        assert_eq!(refused(open(&world, &draft).await), "vote-enacts", "{database}: a draft from before");
        put_to_the_vote(&world, &ask).await;
    }
}
