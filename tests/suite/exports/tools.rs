//! Other people's programs that read the books: beancount and hledger, from Debian's packages or anywhere on the PATH.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::said;

/// Balances that are not zero, by account and unit, as six decimals.
pub type Balances = BTreeMap<(String, String), String>;

/// `bean-check`, and the Python that has its library.
pub struct Beancount {
    check: PathBuf,
    python: String,
}

/// `hledger`.
pub struct Hledger(PathBuf);

pub fn beancount() -> Option<Beancount> {
    let Some(check) = on_the_path("bean-check") else {
        crate::support::left_out("the books read by beancount, since bean-check is not on the PATH (Debian: beancount)");
        return None;
    };
    // The program's own first line names the Python that it runs in.
    let first = std::fs::read_to_string(&check).unwrap().lines().next().unwrap().to_owned();
    let python = first.trim_start_matches("#!").trim_start_matches("/usr/bin/env").trim().to_owned();
    Some(Beancount { check, python })
}

pub fn hledger() -> Option<Hledger> {
    let found = on_the_path("hledger").map(Hledger);
    if found.is_none() {
        crate::support::left_out("the books read by hledger, which is not on the PATH (Debian: hledger)");
    }
    found
}

impl Beancount {
    /// Strictly, and from the file alone.
    pub fn check(&self, journal: &Path) -> Output {
        Command::new(&self.check).arg("--no-cache").arg(journal).output().unwrap()
    }

    /// Those of the files in which beancount finds nothing wrong.
    pub fn accepted(&self, journals: &[PathBuf]) -> Vec<PathBuf> {
        let output = Command::new(&self.python).arg(script("accepted.py")).args(journals).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let (accepted, last) = (said(&output), format!("{} read", journals.len()));
        let rows = accepted.trim_end().strip_suffix(&last).unwrap_or_else(|| panic!("{accepted}"));
        rows.lines().map(PathBuf::from).collect()
    }

    pub fn balances(&self, journal: &Path) -> Balances {
        let output = Command::new(&self.python).arg(script("balances.py")).arg(journal).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let rows = said(&output);
        let rows = rows.lines().map(|row| row.split(' ').map(str::to_owned).collect::<Vec<_>>());
        rows.map(|row| ((row[0].clone(), row[1].clone()), row[2].clone())).collect()
    }
}

impl Hledger {
    /// Strictly: accounts and commodities declared, transactions balanced, assertions true, dates in order.
    pub fn check(&self, journal: &Path) -> Output {
        self.run(journal, &["check", "-s", "ordereddates"])
    }

    pub fn balances(&self, journal: &Path) -> Balances {
        let output = self.run(journal, &["balance", "--flat", "-N", "-O", "csv"]);
        assert!(output.status.success(), "{}", said(&output));
        let mut balances = Balances::new();
        for row in csv::Reader::from_reader(output.stdout.as_slice()).records() {
            let row = row.unwrap();
            for sum in row[1].split(", ") {
                let (amount, unit) = sum.split_once(' ').unwrap();
                balances.insert((row[0].to_owned(), unit.to_owned()), amount.to_owned());
            }
        }
        balances
    }

    /// What a query finds, as the transactions' codes: the entries' indices.
    pub fn find(&self, journal: &Path, query: &str) -> Vec<u64> {
        let output = self.run(journal, &["print", query]);
        assert!(output.status.success(), "{}", said(&output));
        let text = said(&output);
        text.lines().filter_map(|line| line.split_once(" * (")?.1.split_once(')')?.0.parse().ok()).collect()
    }

    fn run(&self, journal: &Path, arguments: &[&str]) -> Output {
        Command::new(&self.0).arg("-f").arg(journal).args(arguments).output().unwrap()
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/beancount").join(name)
}

fn on_the_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
