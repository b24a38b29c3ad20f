//! The program as a process, and members who work on it as a browser does: sign in, claim, open the workbench, submit, which leads to
//! the next.

use manyhands_domain::ids::BatchId;

use crate::Hand;
use crate::figures::Figures;
use crate::place::Place;
use crate::process::{self, Process};
use crate::support::PASSWORD;

pub struct Served {
    _place: Place,
    _process: Process,
    address: String,
    batches: Vec<BatchId>,
}

impl Served {
    /// A batch of so many tasks for each race.
    pub async fn start(database: &'static str, tasks: usize) -> Served {
        let mut figures = Figures::new(database, tasks);
        let place = Place::build(database, tasks, &mut figures).await;
        let mut batches = vec![place.batch.clone()];
        for _ in 1..crate::HANDS.len() {
            batches.push(place.world.open_batch(&place.contract, tasks).await);
        }
        place.close().await;
        let (process, address, _) = process::serve(&place.address, place.world.folder.path());
        Served { _place: place, _process: process, address, batches }
    }

    /// So many members, signed in, who work on this race's batch.
    pub fn hands(&self, race: usize, count: usize) -> Vec<Member> {
        (1..=count).map(|number| Member::sign_in(&self.address, &format!("m-{number}@example.coop"), &self.batches[race])).collect()
    }
}

pub struct Member {
    agent: ureq::Agent,
    address: String,
    cookie: String,
    claim: String,
    /// Where the next task is; nothing where there is none.
    at: Option<String>,
    keys: u32,
}

impl Member {
    fn sign_in(address: &str, email: &str, batch: &BatchId) -> Member {
        let agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
        let mut member = Member {
            agent,
            address: address.to_owned(),
            cookie: String::new(),
            claim: format!("/batches/{batch}/claim"),
            at: None,
            keys: 0,
        };
        let password = PASSWORD.replace(' ', "+");
        member.post("/signin", &format!("email={email}&password={password}&next=")).unwrap();
        member
    }

    /// Sends a form as a browser does; where it leads.
    fn post(&mut self, path: &str, fields: &str) -> Result<String, String> {
        self.keys += 1;
        let body = format!("key={}-{}&{fields}", self.claim, self.keys);
        let request = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("Cookie", &self.cookie)
            .header("Origin", &self.address)
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.send(body.as_bytes()).map_err(|error| error.to_string())?;
        if answer.status() != 303 {
            return Err(format!("POST {path}: {}", answer.status()));
        }
        if let Some(cookie) = answer.headers().get("Set-Cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        Ok(answer.headers()["Location"].to_str().unwrap().to_owned())
    }

    fn page(&self, path: &str) -> Result<String, String> {
        let request = self.agent.get(format!("{}{path}", self.address)).header("Cookie", &self.cookie).header("Accept-Encoding", "br");
        let mut answer = request.call().map_err(|error| error.to_string())?;
        let bytes = answer.body_mut().read_to_vec().map_err(|error| error.to_string())?;
        if answer.status() == 200 && !bytes.is_empty() { Ok(path.to_owned()) } else { Err(format!("GET {path}: {}", answer.status())) }
    }

    fn one(&mut self, claim: &str) -> Result<String, String> {
        self.page(claim)?;
        let id = claim.trim_start_matches("/claims/").split('?').next().unwrap().to_owned();
        let next = self.post(&format!("/claims/{id}/submit"), "answer=Harmful&active_seconds=150")?;
        self.at = next.starts_with("/claims/").then_some(next);
        Ok(id)
    }
}

impl Hand for Member {
    fn work(&mut self) -> Option<Result<String, String>> {
        let claim = match self.at.take() {
            Some(claim) => claim,
            // The first of a race comes from the board.
            None => match self.page("/work").and_then(|_| self.post(&self.claim.clone(), "")) {
                Ok(claim) => claim,
                Err(_) => return None,
            },
        };
        Some(self.one(&claim))
    }
}
