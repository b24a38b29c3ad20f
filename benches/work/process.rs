//! The program as a process: on the data folder of a closed co-op or as the demonstration, on a free port, ended with its handle.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::agent;

pub struct Process(Child);

impl Process {
    /// Megabytes that it holds now.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most that it ever held.
    pub fn most_memory(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        (kibibytes * 1_024) as f64 / 1_000_000.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Serves the co-op of this folder, whose database is closed.
pub fn serve(database: &str, folder: &Path) -> (Process, String, Duration) {
    let port = free_port();
    let settings = format!(
        "database = {database:?}\naddress = \"http://127.0.0.1:{port}\"\n[mail]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\nfrom = \"office@example.coop\"\n"
    );
    std::fs::write(folder.join("manyhands.toml"), settings).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--data"]).arg(folder).env("MANYHANDS_PORT", port.to_string());
    start(command, port)
}

/// The demonstration.
pub fn demo() -> (Process, String, Duration) {
    let port = free_port();
    let mut command = Command::new(PROGRAM);
    command.args(["demo", "--port", &port.to_string()]);
    start(command, port)
}

/// Asks until it answers.
fn start(mut command: Command, port: u16) -> (Process, String, Duration) {
    let address = format!("http://127.0.0.1:{port}");
    command.stdout(Stdio::null()).stderr(Stdio::null()).env_remove("MANYHANDS_TEST_POSTGRES");
    let began = Instant::now();
    let process = Process(command.spawn().unwrap());
    let agent = agent();
    while began.elapsed() < Duration::from_secs(60) {
        if agent.get(format!("{address}/health/live")).call().is_ok() {
            return (process, address, began.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the server did not answer within a minute");
}

/// Asked for and let go.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_manyhands");
