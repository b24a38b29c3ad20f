//! An unrelated implementation reads our books: the Go project's `sumdb/note` and `sumdb/tlog`, from Debian's packages.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::program::{Serving, copy, demo, files_of, free_port, said, write_settings};
use crate::support::{World, once, world};

#[test]
fn the_go_projects_packages_verify_the_demonstrations_export_and_find_a_changed_byte() {
    let Some(verify) = build() else { return };
    let (data, out) = demo();
    let vkey = data.join("origin.vkey");
    let honest = run(&verify, out, &vkey);
    println!("{}", said(&honest));
    assert!(honest.status.success(), "{}", said(&honest));
    let size = std::fs::read_to_string(out.join("checkpoint")).unwrap().lines().nth(1).unwrap().to_owned();
    for line in [
        format!("entries: {size} signatures"),
        "tree: the entries lead to the root".to_owned(),
        format!("inclusion: {size} records proved"),
    ] {
        assert!(said(&honest).contains(&line), "{line}");
    }
    for file in files_of(out).into_iter().filter(|file| !file.starts_with("documents/")) {
        let place = tempfile::tempdir().unwrap();
        copy(out, place.path());
        let mut bytes = std::fs::read(place.path().join(&file)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(place.path().join(&file), bytes).unwrap();
        let changed = run(&verify, place.path(), &vkey);
        assert_eq!(changed.status.code(), Some(1), "{file}: {}", said(&changed));
    }
}

fn run(verify: &Path, out: &Path, vkey: &Path) -> Output {
    Command::new(verify).args([out, vkey]).output().unwrap()
}

/// A co-op with so many accepted pieces, ready to be served. All of them have the same keys: they come from one seed.
async fn grown(pieces: i64) -> World {
    let world = world("sqlite").await;
    let contract = world.funded_contract("900.00").await;
    let batch = world.open_batch(&contract, usize::try_from(pieces).unwrap()).await;
    crate::served_log::grow(&world, &batch, pieces).await;
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn the_go_projects_packages_follow_the_served_log_as_it_grows_and_notice_a_second_history() {
    let Some(verify) = build() else { return };
    let (world, other) = (grown(240).await, grown(300).await);
    let mut follower = Command::new(&verify)
        .args(["follow".as_ref(), world.folder.path().join("origin.vkey").as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut tell, mut lines) = (follower.stdin.take().unwrap(), BufReader::new(follower.stdout.take().unwrap()).lines());
    let mut look = |at: &Serving| {
        writeln!(tell, "{}/log", at.address).unwrap();
        let line = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("followed") || line.starts_with("FAILS"));
        line.unwrap_or_else(|| panic!("the follower is gone; {}", at.log()))
    };
    let serving = Serving::start(world.folder.path());
    let first = look(&serving);
    assert!(first.starts_with("followed: from 0 to 2"), "{first}");
    // Across the end of a tile, one entry and one checkpoint at a time.
    let treasurer = serving.sign_in("astro@example.coop");
    for turn in 0..9 {
        for _ in 0..turn {
            let key = once().key;
            let fields = [("key", key.as_str()), ("contract", "C-1"), ("amount", "5.00"), ("reference", key.as_str())];
            assert_eq!(serving.post("/treasury/deposit", &treasurer, &fields).unwrap().status, 303);
        }
        let line = look(&serving);
        assert!(line.starts_with("followed: ") && line.contains(&format!(" {turn} new, ")), "{line}");
    }
    let last = look(&serving);
    assert!(last.contains("from 285 to 285 entries, 0 new"), "it crossed 256: {last}");
    drop(serving);
    let second = look(&Serving::start(other.folder.path()));
    assert!(second.starts_with("FAILS: a second history: "), "{second}");
    drop(tell);
    assert_eq!(follower.wait().unwrap().code(), Some(1));
}

/// The Go program, built; nothing where Go or its packages are not there.
fn build() -> Option<PathBuf> {
    let packages = Path::new(PACKAGES).join("src/golang.org/x/mod/sumdb/tlog").exists();
    if !packages || Command::new("go").arg("version").output().is_err() {
        crate::support::left_out(&format!(
            "the ledger read by Go, since go or {PACKAGES}/src/golang.org/x/mod is not there (Debian: golang-go, golang-golang-x-mod-dev)"
        ));
        return None;
    }
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    std::fs::create_dir_all(&place).unwrap();
    let program = place.join("verify");
    let built = Command::new("go")
        .args(["build", "-o", program.to_str().unwrap(), "verify.go", "follow.go"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go"))
        .env("GO111MODULE", "off")
        .env("GOPATH", PACKAGES)
        .env("GOFLAGS", "")
        .env("GOCACHE", place.join("cache"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", said(&built));
    Some(program)
}

const PACKAGES: &str = "/usr/share/gocode";
