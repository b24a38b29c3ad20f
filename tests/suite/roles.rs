//! Who may do what: what an invitation gives, and who hears of it.

use manyhands::jobs::outbox;
use manyhands_store::outbox as rows;

use crate::http::Site;
use crate::support::{databases, world};

#[tokio::test]
async fn every_officer_hears_when_somebody_is_given_a_role() {
    for database in databases() {
        let world = world(database).await;
        let office = Site::as_person(&world, &world.coordinator).await;
        for (name, email, role) in [("Liza M.", "liza@example.coop", "treasurer"), ("Neema J.", "neema@example.coop", "member")] {
            let fields =
                [("name", name), ("email", email), ("role", role), ("client", ""), ("country", "PH"), ("language", "en"), ("zone", "UTC")];
            office.post("/office/invite", &fields).await.redirects();
        }
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let messages = rows::list_messages(&world.deps.db.read(), 20).await.unwrap();
        let mut told: Vec<&str> =
            messages.iter().filter(|message| message.subject.contains("Liza M., ")).map(|message| message.recipient.as_str()).collect();
        told.sort_unstable();
        assert_eq!(told, ["astro@example.coop", "wanjiru@example.coop"], "{database}");
        assert!(!messages.iter().any(|message| message.subject.contains("Neema J., ")), "a member's role is no officer's");
    }
}

#[tokio::test]
async fn whoever_is_invited_again_has_the_role_of_the_last_invitation_only() {
    for database in databases() {
        let world = world(database).await;
        let office = Site::as_person(&world, &world.coordinator).await;
        let invite = async |role: &'static str, client: &'static str| {
            let fields = [
                ("name", "Bob"),
                ("email", "bob@example.coop"),
                ("role", role),
                ("client", client),
                ("country", "PH"),
                ("language", "en"),
                ("zone", "UTC"),
            ];
            office.post("/office/invite", &fields).await
        };
        let told = async || {
            outbox::render(&world.deps, "office@example.coop").await.unwrap();
            let messages = rows::list_messages(&world.deps.db.read(), 50).await.unwrap();
            messages.into_iter().filter(|message| message.subject.starts_with("A new role: Bob")).count()
        };
        invite("treasurer", "").await.redirects();
        assert_eq!(told().await, 1, "{database}: one of the officers reads English, the other French");
        invite("member", "").await.redirects();
        invite("client", "Firm").await.refuses("This person was invited before, as a member or as a client’s user");
        assert_eq!(told().await, 1, "{database}: nobody is told of a role that is not given");
        office.get("/office").await.says("bob@example.coop, invited<");
        invite("reviewer", "").await.redirects();
        office.get("/office").await.says("bob@example.coop, invited, reviewer");
    }
}
