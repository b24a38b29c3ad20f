//! The real program as the tests run it: its settings, its pages over HTTP, and signals to the one process started here.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The program under test.
pub const MANYHANDS: &str = env!("CARGO_BIN_EXE_manyhands");

/// A command without what the tests' own environment sets.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MANYHANDS_")) {
        command.env_remove(name);
    }
    command
}

/// Runs the program to its end; one that serves where it was to refuse is ended after two minutes, with code 124.
pub fn manyhands(arguments: &[&str], typed: &str) -> Output {
    manyhands_in(&[], arguments, typed)
}

/// The same with these variables.
pub fn manyhands_in(variables: &[(&str, &str)], arguments: &[&str], typed: &str) -> Output {
    let mut child = command("timeout")
        .args(["120", MANYHANDS])
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks nothing may have ended before it reads.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

/// The auditor's program, which stands beside the other.
pub fn verifier() -> PathBuf {
    let path = Path::new(MANYHANDS).with_file_name("manyhands-verify");
    assert!(path.exists(), "{} is missing: cargo build -p manyhands-verify", path.display());
    path
}

/// Everything a command said.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The demonstration's data folder and its export, made once for all tests.
pub fn demo() -> (&'static Path, &'static Path) {
    static PLACES: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    let (data, out) = PLACES.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).unwrap();
        let (data, out) = (place.join("data"), place.join("out"));
        let filled = manyhands(&["demo", "--no-serve", "--data", data.to_str().unwrap()], "");
        assert!(filled.status.success(), "{}", said(&filled));
        let exported = manyhands(&["export", out.to_str().unwrap(), "--data", data.to_str().unwrap()], "");
        assert!(exported.status.success(), "{}", said(&exported));
        (data, out)
    });
    (data, out)
}

/// Every file below a folder, by its path within it.
pub fn files_of(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for file in fs::read_dir(inside).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// A copy of a folder.
pub fn copy(from: &Path, to: &Path) {
    for file in files_of(from) {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// Settings that are safe, with mail to this port of this machine.
pub fn write_settings(folder: &Path, database: &str, smtp_port: u16) {
    let text = format!(
        "address = 'http://127.0.0.1:8017'\nport = 0\ndatabase = '{database}'\n\n[mail]\nhost = '127.0.0.1'\nport = {smtp_port}\ntls = 'none'\nfrom = 'office@example.coop'\n"
    );
    fs::write(folder.join("manyhands.toml"), text).unwrap();
}

/// A port of this machine on which nobody listens.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits for something that must come to be, at most 20 seconds.
pub fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited 20 seconds: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// `manyhands serve`, running.
pub struct Serving {
    child: Child,
    pub address: String,
    log: PathBuf,
    agent: ureq::Agent,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub location: String,
    pub cookie: String,
    pub body: String,
}

impl Serving {
    /// Starts it and waits until it is ready.
    pub fn start(data: &Path) -> Serving {
        Serving::start_with(data, &[])
    }

    /// The same with these variables.
    pub fn start_with(data: &Path, variables: &[(&str, &str)]) -> Serving {
        let mut command = command(MANYHANDS);
        command.args(["serve", "--data", data.to_str().unwrap()]).envs(variables.iter().copied());
        Serving::run(command, data.join("serve.log"))
    }

    /// Runs a command that ends in `manyhands serve`, and waits until it is ready.
    pub fn run(mut command: Command, log: PathBuf) -> Serving {
        let mut child = command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix("Ready: ").map(str::to_owned));
        let address = address.unwrap_or_else(|| panic!("serve did not start: {}", fs::read_to_string(&log).unwrap_or_default()));
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        Serving { child, address, log, agent: config.build().into() }
    }

    /// Sends a form as our own page would; nothing when the server is gone.
    pub fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<Reply> {
        let request = self.agent.post(format!("{}{path}", self.address)).header("Cookie", cookie).header("Sec-Fetch-Site", "same-origin");
        reply(request.send_form(fields.iter().copied()))
    }

    /// Reads a page.
    pub fn get(&self, path: &str) -> Option<Reply> {
        reply(self.agent.get(format!("{}{path}", self.address)).call())
    }

    /// Signs in; the cookie.
    pub fn sign_in(&self, email: &str) -> String {
        let reply = self.post("/signin", "", &[("email", email), ("password", crate::support::PASSWORD), ("next", "")]).unwrap();
        assert_eq!(reply.status, 303, "{email}: {}", reply.body);
        reply.cookie.split(';').next().unwrap().to_owned()
    }

    /// SIGKILL, to this process alone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM, to this process alone.
    pub fn ask_to_stop(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the server ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.kill();
        }
    }
}

fn reply(outcome: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Option<Reply> {
    let mut response = outcome.ok()?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (location, cookie) = (header("location"), header("set-cookie"));
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string().ok()?;
    Some(Reply { status, location, cookie, body })
}
