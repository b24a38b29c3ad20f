//! An unrelated implementation reads our books: the Go project's `sumdb/note` and `sumdb/tlog`, from Debian's packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::{copy, demo, files_of, said};

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
        .args(["build", "-o", program.to_str().unwrap(), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go/verify.go")])
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
