//! One file that cannot be removed: the others go, and nobody brings the same bytes before it was tried again and is gone.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use manyhands::actions::files;
use manyhands_domain::pictures::strip;
use manyhands_store::files as rows;

use crate::external::sha256;
use crate::files::{draft_of_pictures, jpeg};
use crate::http::Site;
use crate::support::{World, databases, world};

/// Something in the way of removing a file.
fn put_in_the_way(world: &World, hash: &str) -> PathBuf {
    let place = world.folder.path().join("files").join(&hash[..2]).join(format!("{}.w1", &hash[2..]));
    fs::create_dir(&place).unwrap();
    fs::write(place.join("in the way"), "x").unwrap();
    place
}

#[tokio::test]
async fn one_file_that_cannot_be_removed_stays_noted_alone_and_is_tried_again() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft_of_pictures(&world, &contract).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/items");
        let pictures: Vec<Vec<u8>> = (0..4).map(|n| jpeg(120, 90, n)).collect();
        let hash = |n: usize| sha256(&strip(&pictures[n]).unwrap().bytes);
        let failed = async || rows::list_failed(&world.deps.db.read()).await.unwrap();
        // Three pictures of which nothing shows any.
        for picture in &pictures {
            site.upload_called(&path, "items", "1.jpg", picture).await.redirects();
        }
        let stray = [hash(0), "ab".repeat(32), "cd".repeat(32)];
        for hash in &stray {
            let folder = world.folder.path().join("files").join(&hash[..2]);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(&hash[2..]), "left by a crash").unwrap();
        }
        let in_the_way = put_in_the_way(&world, &hash(0));
        assert!(files::tidy(&world.deps).await.is_err(), "{database}: it is said");
        assert_eq!(failed().await, [hash(0)], "{database}: the others are gone and not noted");
        let lying = world.deps.files.list().await.unwrap();
        assert!(!lying.contains(&stray[1]) && !lying.contains(&stray[2]) && lying.contains(&hash(0)), "{database}: {lying:?}");
        assert!(files::tidy(&world.deps).await.is_err(), "{database}: it is tried again, and noted still");
        assert_eq!(failed().await, [hash(0)], "{database}");
        files::begin_anew(&world.deps).await.unwrap();
        assert_eq!(failed().await, [hash(0)], "{database}: nor does a start forget it");
        // Nobody counts on it: whoever brought it would see it go.
        let tx = world.deps.db.begin().await.unwrap();
        assert!(!rows::hold_coming(&tx, "somebody", &[&hash(0)], world.deps.clock.now()).await.unwrap(), "{database}");
        drop(tx);
        let answer = site.upload_called(&path, "items", "1.jpg", &pictures[0]).await;
        answer.refuses("The place where files are kept does not answer just now.");
        // It can be removed again: whoever brings it does so first, and waits for no pass.
        fs::remove_dir_all(&in_the_way).unwrap();
        let begun = Instant::now();
        site.upload_called(&path, "items", "1.jpg", &pictures[0]).await.redirects();
        assert!(begun.elapsed() < Duration::from_secs(8), "{database}: {:?}", begun.elapsed());
        assert_eq!(failed().await, [""; 0], "{database}");
        assert!(world.deps.files.list().await.unwrap().contains(&hash(0)), "{database}: whole, and shown");

        // Gone by other hands, it is tried again all the same, and the note goes.
        site.upload_called(&path, "items", "1.jpg", &pictures[1]).await.redirects();
        let stray = "ef".repeat(32);
        let folder = world.folder.path().join("files").join(&stray[..2]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&stray[2..]), "left by a crash").unwrap();
        let in_the_way = put_in_the_way(&world, &stray);
        assert!(files::tidy(&world.deps).await.is_err(), "{database}");
        assert_eq!(failed().await, std::slice::from_ref(&stray), "{database}");
        fs::remove_dir_all(&in_the_way).unwrap();
        let _ = fs::remove_file(folder.join(&stray[2..]));
        files::tidy(&world.deps).await.unwrap();
        assert_eq!(failed().await, [""; 0], "{database}");
    }
}
