//! A disk that fills up while something is appended: a real one, a few megabytes of memory mounted for the server alone.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use manyhands::head::Head;

use crate::program::{MANYHANDS, Serving, command, free_port, write_settings};
use crate::support::{databases, left_out, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_an_action_is_refused_whole_and_goes_on_when_there_is_room() {
    if !can_mount() {
        left_out("a full disk, since this machine lets nobody mount one (unshare -rm)");
        return;
    }
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await.to_string();
        world.reads(&world.treasurer, "en").await;
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        let folder = world.folder.path();
        // On the small disk under the same path, seen by the server alone.
        write_settings(folder, &world.database, free_port());
        let (mut serving, disk, _kept) = serve_on_small_disk(folder);
        let cookie = serving.sign_in("astro@example.coop");
        let post = |reference: &str| {
            let form = [("key", reference), ("contract", &*contract), ("amount", "5.00"), ("reference", reference)];
            serving.post("/treasury/deposit", &cookie, &form).unwrap()
        };
        assert_eq!(post("transfer 82").status, 303, "{database}");
        // One page is enough for the head that is made ready, and then the database finds none. Once its log of writes has
        // room inside, the head alone finds none.
        // PostgreSQL lies elsewhere: there the head alone is refused.
        let pages_left: &[usize] = if database == "sqlite" { &[0, 1, 0, 0] } else { &[0, 0] };
        for (number, left) in pages_left.iter().copied().enumerate() {
            let (head, book) = (Head::open(&disk).unwrap().last(), book(&serving));
            fill(&disk, left);
            let reference = format!("transfer 9{number}");
            for _ in 0..2 {
                let refused = post(&reference);
                assert_eq!(refused.status, 507, "{database}, {left} pages left: {}", refused.body);
                for words in ["The server’s disk is full", "Nothing was written", "can be sent again once there is room"] {
                    assert!(refused.body.contains(words), "{words}: {}", refused.body);
                }
                let incident = incident_of(&refused.body);
                assert!(serving.log().contains(&format!("incident=\"{incident}\"")), "{incident}: {}", serving.log());
            }
            assert_eq!(Head::open(&disk).unwrap().last(), head, "{database}: the head does not move");
            assert_eq!(self::book(&serving), book, "{database}: nothing was written, and pages are read");
            fs::remove_file(disk.join("filler")).unwrap();
            // The same form again: now it is done, once.
            assert_eq!((post(&reference).status, post(&reference).status), (303, 303), "{database}");
            assert_eq!(Head::open(&disk).unwrap().last().0, head.0 + 1, "{database}");
            // And what was answered is committed: another form that is refused takes nothing of it back.
            let form = [("key", "another key"), ("contract", &*contract), ("amount", "5.00"), ("reference", &*reference)];
            assert_eq!(serving.post("/treasury/deposit", &cookie, &form).unwrap().status, 422, "{database}: recorded already");
            let checkpoint = serving.get("/log/checkpoint").unwrap().body;
            let size = checkpoint.lines().nth(1).unwrap().parse::<u64>().unwrap();
            assert_eq!(size, Head::open(&disk).unwrap().last().0, "{database}: the database stands where the head does");
        }
        serving.kill();
    }
}

/// Where only the head finds no room, the database's own file having enough: nothing is committed either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_head_has_no_room_for_is_not_committed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let before = world.rows().await;
        // Whatever is to be made ready beside the head finds a folder in its place: as if the disk had said no.
        let folder = world.folder.path();
        for number in 0..50 {
            fs::create_dir(folder.join(format!("head.new{number}"))).unwrap();
        }
        let by = world.treasurer().await;
        let refused =
            manyhands::actions::contracts::record_deposit(&world.deps, &by, &crate::support::once(), &contract, "5.00", "t").await;
        assert!(refused.is_err(), "{database}");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        for number in 0..50 {
            fs::remove_dir(folder.join(format!("head.new{number}"))).unwrap();
        }
        manyhands::actions::contracts::record_deposit(&world.deps, &by, &crate::support::once(), &contract, "5.00", "t").await.unwrap();
    }
}

fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// The server with its data folder on four megabytes of memory, that folder as it is seen from here, and where its log lies.
fn serve_on_small_disk(folder: &Path) -> (Serving, PathBuf, tempfile::TempDir) {
    let place = folder.to_str().unwrap();
    let kept = tempfile::tempdir().unwrap();
    crate::program::copy(folder, kept.path());
    crate::recover::copy_keys(folder, kept.path());
    let script = format!(
        "mount -t tmpfs -o size=4m,mode=700 tmpfs {place} && cp -a {}/. {place}/ && exec {MANYHANDS} serve --data {place}",
        kept.path().display()
    );
    let mut command = command("unshare");
    command.args(["-rm", "sh", "-c", &script]);
    let serving = Serving::run(command, kept.path().join("serve.log"));
    let disk = PathBuf::from(format!("/proc/{}/root{place}", serving.id()));
    (serving, disk, kept)
}

/// Fills the disk until so many pages are left.
fn fill(disk: &Path, left: usize) {
    let mut file = File::create(disk.join("filler")).unwrap();
    let page = [7; 4096];
    let mut pages: u64 = 0;
    while file.write_all(&page).is_ok() {
        pages += 1;
    }
    assert!(pages > left as u64, "there was room before");
    file.set_len((pages - left as u64) * 4096).unwrap();
}

/// What the ledger's page says of the book.
fn book(serving: &Serving) -> String {
    let page = serving.get("/ledger").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    let shown = page.body.split("<footer").nth(1).unwrap().to_owned();
    shown.split("</footer>").next().unwrap().to_owned()
}

fn incident_of(page: &str) -> String {
    let at = page.find("makes room: ").unwrap() + "makes room: ".len();
    page[at..].chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).take_while(char::is_ascii_hexdigit).collect()
}
