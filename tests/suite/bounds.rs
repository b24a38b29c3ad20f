//! Nobody takes all of what a server has: what is given back fills no disk.

use crate::external::{LINK, claimed, open_batch, send, sha256};
use crate::http::Site;
use crate::support::{databases, world};

#[tokio::test]
async fn what_was_sent_for_a_task_goes_when_it_is_given_back_not_within_the_hour() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        for round in 0..3_u8 {
            let (worker, claim, token) = claimed(&world, &batch).await;
            let tool = Site::of(&world).await;
            assert_eq!(send(&tool, &token, "a", &[b'[', b'0' + round, b']']).await.status, 201, "{database}");
            assert_eq!(world.deps.files.list().await.unwrap().len(), 1, "{database}");
            worker.post(&format!("{claim}/release"), &[]).await.redirects();
            assert!(world.deps.files.list().await.unwrap().is_empty(), "{database}: {round}");
        }
        // What another claim keeps, too, stays for it.
        let (worker, claim, token) = claimed(&world, &batch).await;
        let other = Site::as_person(&world, &world.treasurer).await;
        let theirs = other.post(&format!("{batch}/claim"), &[]).await.to;
        other.upload_with(&format!("{theirs}/draft"), ("result-file", "a.json", b"[7]"), &[("answer", "y")]).await.redirects();
        assert_eq!(send(&Site::of(&world).await, &token, "a", b"[7]").await.status, 201);
        worker.post(&format!("{claim}/release"), &[]).await.redirects();
        assert_eq!(world.deps.files.list().await.unwrap(), [sha256(b"[7]")], "{database}");
    }
}
