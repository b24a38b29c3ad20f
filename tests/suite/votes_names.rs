//! No public word of a vote names anybody, and nobody keeps common words from others by taking them for a name.

use manyhands::actions::people::{self, Profile};
use manyhands::actions::proposals::drafting::{self, DraftForm};
use manyhands::actions::proposals::{self, opening};
use manyhands_domain::ids::PersonId;

use crate::signers::{member, refused};
use crate::support::{World, databases, once, world};
use crate::voters::{cosign, question, rules};

const DAY: i64 = 86_400;

async fn is_called(world: &World, person: &PersonId, name: &str) {
    world.deps.clock.advance(1);
    let profile = Profile { name: name.to_owned(), language: "en".to_owned(), zone: "UTC".to_owned(), subscribed: false };
    people::change_profile(&world.deps, &world.signed_in(person).await, &once(), &profile).await.unwrap();
    world.deps.clock.advance(1);
}

fn titled(title: &str) -> DraftForm {
    DraftForm { title: title.to_owned(), ..question() }
}

async fn saved(world: &World, form: &DraftForm) -> Result<String, manyhands::actions::Error> {
    drafting::draft(&world.deps, &member(world, &world.worker).await, &once(), form).await
}

#[tokio::test]
async fn a_name_that_is_taken_after_a_draft_stops_neither_its_change_nor_its_opening() {
    for database in databases() {
        let world = world(database).await;
        let (deps, author) = (&world.deps, member(&world, &world.worker).await);
        deps.clock.advance(DAY);
        let draft = saved(&world, &titled("The rate of nights")).await.unwrap();
        let typed = [("new/skill", "lidar"), ("new/skill-currency", "USD"), ("new/skill-floor", "12")];
        let skill = saved(&world, &rules("rate-change", &typed)).await.unwrap();
        is_called(&world, &world.treasurer, "The rate").await;
        // What stood there stands; what is typed anew is held against every name, and the answer says which words are one.
        let longer = DraftForm { text: "After six nights of work.".to_owned(), ..titled("The rate of nights") };
        drafting::edit(deps, &author, &once(), &draft, &longer).await.unwrap();
        drafting::edit(deps, &author, &once(), &draft, &longer).await.unwrap();
        is_called(&world, &world.treasurer, "Six nights").await;
        is_called(&world, &world.coordinator, "Lidar Lane").await;
        drafting::edit(deps, &author, &once(), &skill, &DraftForm { days: "21".to_owned(), ..rules("rate-change", &typed) }).await.unwrap();
        let other = DraftForm { title: "Lidar lane".to_owned(), ..rules("rate-change", &typed) };
        assert_eq!(
            refused(drafting::edit(deps, &author, &once(), &skill, &other).await),
            "proposal-names",
            "{database}: a part stood there"
        );
        for person in [&world.reviewer, &world.coordinator] {
            cosign(&world, person, &draft).await.unwrap();
        }
        opening::open(deps, &author, &once(), &draft).await.unwrap();
    }
}

#[tokio::test]
async fn a_new_draft_names_nobody_and_says_which_words_are_a_name() {
    for database in databases() {
        let world = world(database).await;
        world.deps.clock.advance(DAY);
        let early = saved(&world, &question()).await.unwrap();
        is_called(&world, &world.treasurer, "Quiet Harbour").await;
        let rows = world.rows().await;
        for title in ["A quiet harbour for all", "Thanks to Astro N."] {
            assert_eq!(refused(saved(&world, &titled(title)).await), "proposal-names", "{database}: {title}");
        }
        // An old draft is no way around it: the words are new.
        let author = member(&world, &world.worker).await;
        let edited = drafting::edit(&world.deps, &author, &once(), &early, &titled("A quiet harbour for all")).await;
        match edited {
            Err(manyhands::actions::Error::Refused(refusals)) => {
                let said = manyhands::i18n::Say::new(manyhands::i18n::Language::En, "UTC").refusal(&refusals[0]);
                assert!(said.contains("“Quiet Harbour” is the name of a member."), "{database}: {said}");
            }
            other => panic!("{database}: {other:?}"),
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn names_that_were_tried_on_pile_up_for_nobody_and_the_name_of_the_admission_stays_one() {
    for database in databases() {
        let world = world(database).await;
        world.deps.clock.advance(DAY);
        for name in ["The rate", "New rule", "Astro Two"] {
            is_called(&world, &world.treasurer, name).await;
        }
        saved(&world, &titled("The rate and a new rule")).await.unwrap();
        assert_eq!(refused(saved(&world, &titled("For Astro Two")).await), "proposal-names", "{database}: as they are called");
        assert_eq!(refused(saved(&world, &titled("For Astro N.")).await), "proposal-names", "{database}: as they were admitted");
        // What somebody was called for a season is a name, in however many parts.
        world.deps.clock.advance(50 * DAY);
        is_called(&world, &world.treasurer, "Astro Three").await;
        saved(&world, &titled("For Astro Two")).await.unwrap();
        is_called(&world, &world.treasurer, "Astro Two").await;
        world.deps.clock.advance(50 * DAY);
        is_called(&world, &world.treasurer, "Astro Four").await;
        assert_eq!(refused(saved(&world, &titled("For Astro Two")).await), "proposal-names", "{database}: a hundred days in all");
    }
}

#[tokio::test]
async fn whoever_a_vote_is_about_does_not_stop_it_by_another_name() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.reviewer).await;
        let worker = member(&world, &world.worker).await;
        let form = DraftForm {
            act: "mandate".to_owned(),
            member: worker.id().to_string(),
            role: "coordinator".to_owned(),
            title: "For the office".to_owned(),
            text: "A good hand.".to_owned(),
            ..question()
        };
        let draft = drafting::draft(&world.deps, &author, &once(), &form).await.unwrap();
        is_called(&world, &world.worker, "Office Hand").await;
        let edit = async |text: &str| {
            let form = DraftForm { text: text.to_owned(), ..form.clone() };
            drafting::edit(&world.deps, &author, &once(), &draft, &form).await
        };
        assert_eq!(refused(edit("A good hand, Nathalie.").await), "proposal-names-member", "{database}: the name before");
        edit("A good hand in the office.").await.unwrap();
        is_called(&world, &world.worker, "Nathalie R.").await;
        for person in [&world.coordinator, &world.treasurer] {
            cosign(&world, person, &draft).await.unwrap();
        }
        let id = opening::open(&world.deps, &author, &once(), &draft).await.unwrap();
        assert_eq!(proposals::find(&world.deps, &author, &id).await.unwrap().state, "open", "{database}");
    }
}
