//! A server in this process, with a page that costs nothing to make beside its own, and those who ask it.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use manyhands::deps::Deps;
use manyhands::web::{self, Listen};
use rocket::State;
use rocket::response::content::RawHtml;

/// A page's own bytes, served from memory.
struct Same(Vec<String>);

#[rocket::get("/same/<number>")]
fn same(pages: &State<Same>, number: usize) -> RawHtml<String> {
    RawHtml(pages.0[number].clone())
}

pub struct Server {
    pub address: String,
    stop: rocket::Shutdown,
    running: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves the co-op, and these pages as `/same/0`, `/same/1` and so on.
    pub async fn start(deps: &Deps, pages: Vec<String>) -> Server {
        // Asked for and let go: Rocket does not say which free port it took.
        let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let listen = Listen { address: Ipv4Addr::LOCALHOST.into(), port, ip_header: None, trusted_proxy: None };
        let built = web::build(deps.clone(), &listen).manage(Same(pages)).mount("/", rocket::routes![same]);
        let rocket = built.ignite().await.unwrap();
        let stop = rocket.shutdown();
        let running = tokio::spawn(async move { drop(rocket.launch().await.unwrap()) });
        let address = format!("http://127.0.0.1:{port}");
        while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Server { address, stop, running }
    }

    pub async fn stop(self) {
        self.stop.notify();
        self.running.await.unwrap();
    }
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().max_redirects(0).build().into()
}

/// The body as it came over the wire.
pub fn fetch(agent: &ureq::Agent, address: &str, path: &str, token: &str, packed: bool) -> Vec<u8> {
    let mut request = agent.get(format!("{address}{path}")).header("Cookie", format!("sid={token}"));
    if packed {
        request = request.header("Accept-Encoding", "gzip, br");
    }
    let mut answer = request.call().unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.body_mut().with_config().limit(MOST).read_to_vec().unwrap()
}

/// Sends a form that leads on.
pub fn send(agent: &ureq::Agent, url: &str, token: &str, kind: &str, body: &str) -> Duration {
    let began = Instant::now();
    let request =
        agent.post(url).header("Cookie", format!("sid={token}")).header("Sec-Fetch-Site", "same-origin").header("Content-Type", kind);
    let status = request.send(body.as_bytes()).unwrap().status();
    assert!(status == 302 || status == 303, "{url}: {status}");
    began.elapsed()
}

/// Items as a form with a file: its kind and its body.
pub fn items(pieces: usize) -> (&'static str, String) {
    let rows = csv(pieces);
    let head = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nitems\r\n--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.csv\"\r\n\r\n";
    ("multipart/form-data; boundary=b", format!("{head}{rows}\r\n--b--\r\n"))
}

/// So many items as a client sends them.
pub fn csv(pieces: usize) -> String {
    let items: String = (1..=pieces).map(|n| format!("item-{n},\"Passage {n}, made for this measure\"\n")).collect();
    format!("id,payload\n{items}")
}

/// More than any file here has.
const MOST: u64 = 200_000_000;
