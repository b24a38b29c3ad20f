//! One server at a time, its health, and how it stops: jobs first, then the requests under way, then with 0.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::program::{MANYHANDS, Serving, command, free_port, said, wait_until, write_settings};
use crate::support::{World, databases, world};

/// A founded co-op, ready to be served.
async fn founded(database: &str) -> World {
    let world = world(database).await;
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    world
}

#[tokio::test]
async fn a_running_server_says_that_it_lives_and_is_ready_and_no_second_one_starts() {
    for database in databases() {
        let world = founded(database).await;
        let mut serving = Serving::start(world.folder.path());
        let (live, ready) = (serving.get("/health/live").unwrap(), serving.get("/health/ready").unwrap());
        assert_eq!((live.status, live.body.as_str(), ready.status, ready.body.as_str()), (200, "live\n", 200, "ready\n"));
        // Ended after 20 seconds, should it serve after all.
        let second = command("timeout").args(["20", MANYHANDS, "serve", "--data", world.folder.path().to_str().unwrap()]).output().unwrap();
        assert!(!second.status.success() && said(&second).contains("another manyhands is already serving"), "{}", said(&second));
        assert_eq!(serving.get("/health/ready").unwrap().status, 200, "the first one goes on");
        serving.ask_to_stop();
        assert_eq!(serving.ended().code(), Some(0), "{}", serving.log());
        // Whoever comes after it may serve.
        drop(Serving::start(world.folder.path()));
    }
}

#[tokio::test]
async fn a_host_that_a_stranger_names_is_no_word_for_where_a_form_comes_from() {
    let world = founded("sqlite").await;
    let serving = Serving::start(world.folder.path());
    let body = "key=k&email=otieno%40example.coop&password=a+wrong+guess&next=";
    let status = |host: &str, origin: &str| {
        let mut stream = TcpStream::connect(serving.address.trim_start_matches("http://")).unwrap();
        let kind = "application/x-www-form-urlencoded";
        let head = format!(
            "POST /signin HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}",
            body.len()
        );
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("evil.example", "http://evil.example"), "403");
    assert_eq!(status("evil.example", "http://127.0.0.1:8017"), "422", "the co-op's own address is its own whatever the host");
}

#[tokio::test]
async fn a_server_told_to_stop_ends_its_jobs_then_its_requests_and_exits_with_0() {
    for database in databases() {
        let world = founded(database).await;
        let mut serving = Serving::start(world.folder.path());
        let mut request = TcpStream::connect(serving.address.trim_start_matches("http://")).unwrap();
        let form = "email=nobody%40example.coop&password=nothing+at+all";
        let head = format!(
            "POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            form.len()
        );
        request.write_all(format!("{head}{}", &form[..9]).as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        serving.ask_to_stop();
        wait_until("the jobs end", || serving.log().contains("the jobs have ended"));
        assert!(!serving.log().contains("the requests have ended"), "{}", serving.log());
        request.write_all(&form.as_bytes()[9..]).unwrap();
        let mut answer = String::new();
        request.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "the request under way is answered: {answer:?}");
        assert_eq!(serving.ended().code(), Some(0), "{}", serving.log());
        assert!(serving.log().contains("the requests have ended"), "{}", serving.log());
    }
}
