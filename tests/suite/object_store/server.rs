//! moto's server of S3 on this machine, started and ended by the test that needs it, and a line to it that can be cut.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use manyhands::files::bucket::{Address, Bucket, Keys, Waits};
use manyhands::files::{Files, Limits};

use crate::program::{free_port, wait_until};

/// The server, until this is dropped.
pub struct Store {
    child: Child,
    pub port: u16,
}

/// Where moto is installed by its hashes, if it is.
pub fn installed() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/moto/bin/moto_server");
    if !path.exists() {
        crate::support::left_out("files in an object store: target/moto is not there (tests/object-store/requirements.txt)");
        return None;
    }
    Some(path)
}

impl Store {
    /// Starts it; none where it is not installed.
    pub fn start() -> Option<Store> {
        Store::with(&[])
    }

    /// The same, which after so many requests asks who it is that asks. It knows nobody.
    pub fn that_knows_nobody_after(requests: u32) -> Option<Store> {
        Store::with(&[("INITIAL_NO_AUTH_ACTION_COUNT", &requests.to_string())])
    }

    fn with(variables: &[(&str, &str)]) -> Option<Store> {
        let (program, port) = (installed()?, free_port());
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let store = Store { child, port };
        wait_until("the object store listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(store)
    }

    pub fn make_bucket(&self, name: &str) {
        let agent = ureq::agent();
        agent.put(format!("http://127.0.0.1:{}/{name}", self.port)).send_empty().unwrap();
    }

    /// Every key in a bucket, in order.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let text = ureq::get(format!("http://127.0.0.1:{}/{bucket}?list-type=2&max-keys=1000", self.port));
        let text = text.header("Authorization", SIGNED).call().unwrap();
        let text = text.into_body().read_to_string().unwrap();
        text.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    }

    /// Puts an object there.
    pub fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let put = ureq::put(format!("http://127.0.0.1:{}/{bucket}/{key}", self.port));
        put.header("Authorization", SIGNED).send(bytes).unwrap();
    }

    pub fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let get = ureq::get(format!("http://127.0.0.1:{}/{bucket}/{key}", self.port)).header("Authorization", SIGNED);
        get.call().unwrap().into_body().read_to_vec().unwrap()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Files in this bucket of a server on this port.
pub fn files_in(data: &Path, limits: Limits, port: u16, bucket: &str) -> Files {
    files_waiting(data, limits, port, bucket, Waits::default())
}

/// The same, by somebody who waits as long as this.
pub fn files_waiting(data: &Path, limits: Limits, port: u16, bucket: &str, waits: Waits) -> Files {
    let address = Address {
        endpoint: format!("http://127.0.0.1:{port}"),
        region: "us-east-1".to_owned(),
        bucket: bucket.to_owned(),
        prefix: "co-op/manyhands".to_owned(),
    };
    let keys = Keys { access_key: "us".to_owned(), secret_key: "secret of ours".to_owned() };
    Files::in_bucket(data, limits, Bucket::waiting(address, &keys, waits).unwrap())
}

/// A line to a server that carries so many bytes, and then nothing until it is mended.
pub struct Line {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    to: u16,
    left: AtomicI64,
    cut: AtomicBool,
    /// Connections that are answered by 503 before any is carried on.
    stumbles: AtomicUsize,
    /// What a request begins with that gets no more than so many bytes of its answer.
    stalled: Mutex<Option<(String, usize)>>,
    /// Every request's first line.
    asked: Mutex<Vec<String>>,
}

impl Line {
    pub fn to(port: u16) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let state = Arc::new(State {
            to: port,
            left: AtomicI64::new(i64::MAX),
            cut: AtomicBool::new(false),
            stumbles: AtomicUsize::new(0),
            stalled: Mutex::default(),
            asked: Mutex::default(),
        });
        let line = Line { port: listener.local_addr().unwrap().port(), state: state.clone() };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = state.clone();
                thread::spawn(move || carry(&state, stream));
            }
        });
        line
    }

    /// It is cut after so many bytes more have gone to the server.
    pub fn cut_after(&self, bytes: i64) {
        self.state.left.store(bytes, Ordering::SeqCst);
    }

    /// Whether it was.
    pub fn is_cut(&self) -> bool {
        self.state.cut.load(Ordering::SeqCst)
    }

    pub fn mend(&self) {
        self.state.left.store(i64::MAX, Ordering::SeqCst);
        self.state.cut.store(false, Ordering::SeqCst);
    }

    /// Requests that begin so get so many bytes of their answer, and then nothing more on a line that stays open.
    pub fn stall(&self, request: &str, after: usize) {
        *self.state.stalled.lock().unwrap() = Some((request.to_owned(), after));
    }

    /// Those that come from now on are answered; those that wait go on.
    pub fn go_on(&self) {
        *self.state.stalled.lock().unwrap() = None;
    }

    /// The first lines of all requests that begin so.
    pub fn asked(&self, request: &str) -> Vec<String> {
        self.state.asked.lock().unwrap().iter().filter(|line| line.starts_with(request)).cloned().collect()
    }

    /// So many connections get an answer of 503.
    pub fn stumble(&self, times: usize) {
        self.state.stumbles.store(times, Ordering::SeqCst);
    }

    /// How many of these are yet to come.
    pub fn stumbles_left(&self) -> usize {
        self.state.stumbles.load(Ordering::SeqCst)
    }
}

fn carry(state: &Arc<State>, mut from: TcpStream) {
    if state.cut.load(Ordering::SeqCst) {
        return;
    }
    let stumbles = state.stumbles.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    if stumbles {
        let mut asked = [0; 65_536];
        from.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        while from.read(&mut asked).is_ok_and(|read| read > 0) {}
        let _ = from.write_all(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    let Ok(to) = TcpStream::connect(("127.0.0.1", state.to)) else { return };
    let (back_from, mut back_to) = (to.try_clone().unwrap(), from.try_clone().unwrap());
    let (back, stalls) = (state.clone(), Arc::new(AtomicUsize::new(usize::MAX)));
    let way = stalls.clone();
    thread::spawn(move || pump(&back, back_from, &mut back_to, (false, &way)));
    let mut onward = to;
    pump(state, from, &mut onward, (true, &stalls));
}

/// Bytes of an answer that still go through, where its request is one that stalls.
fn through(left: &AtomicUsize, read: usize) -> usize {
    match left.load(Ordering::SeqCst) {
        usize::MAX => read,
        some => {
            left.store(some - some.min(read), Ordering::SeqCst);
            some.min(read)
        }
    }
}

fn note(state: &State, asked: &[u8], stalls: &AtomicUsize) {
    let text = String::from_utf8_lossy(asked);
    let line = text.lines().next().unwrap_or_default().to_owned();
    if ["GET ", "HEAD ", "PUT ", "DELETE ", "POST "].iter().any(|verb| line.starts_with(verb)) {
        let after = match &*state.stalled.lock().unwrap() {
            Some((request, after)) if line.starts_with(request) => *after,
            _ => usize::MAX,
        };
        stalls.store(after, Ordering::SeqCst);
        state.asked.lock().unwrap().push(line);
    }
}

fn pump(state: &State, mut from: TcpStream, to: &mut TcpStream, (counted, stalls): (bool, &AtomicUsize)) {
    let mut piece = [0; 4_096];
    from.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    loop {
        if state.cut.load(Ordering::SeqCst) {
            break;
        }
        let read = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => continue,
            Err(_) => break,
        };
        if counted {
            note(state, &piece[..read], stalls);
        } else {
            let through = through(stalls, read);
            if to.write_all(&piece[..through]).is_err() {
                break;
            }
            if through < read {
                while state.stalled.lock().unwrap().is_some() && !state.cut.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(20));
                }
                stalls.store(usize::MAX, Ordering::SeqCst);
                if to.write_all(&piece[through..read]).is_err() {
                    break;
                }
            }
            continue;
        }
        let count = i64::try_from(read).unwrap();
        if state.left.fetch_sub(count, Ordering::SeqCst) < count {
            state.cut.store(true, Ordering::SeqCst);
            break;
        }
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Whoever owns the objects: the server looks whether somebody signs, and not how.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=us/20261130/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
