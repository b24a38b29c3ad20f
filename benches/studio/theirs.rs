//! Label Studio as its package starts it, and annotators who work on it as its page does: ask for the next task, send an annotation.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use crate::Hand;

pub struct Studio {
    process: Child,
    input: Option<ChildStdin>,
    told: Value,
    pub release: String,
}

/// Whether `scripts/label-studio` was here.
pub fn is_installed() -> bool {
    Path::new(PYTHON).exists()
}

const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/label-studio/bin/python");
const SERVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/studio/serve.py");

impl Studio {
    pub fn start(database: &str, tasks: usize, people: usize) -> Studio {
        let mut command = Command::new(PYTHON);
        command.args(["-W", "ignore", SERVE, "texts", &tasks.to_string(), &people.to_string()]);
        if database == "postgres" {
            let server = std::env::var("MANYHANDS_TEST_POSTGRES").unwrap();
            let made = Command::new("psql").args([&format!("{server}/postgres"), "-qc", "CREATE DATABASE studio"]).status().unwrap();
            assert!(made.success());
            let port = server.rsplit_once(':').unwrap().1;
            let settings = [("DJANGO_DB", "default"), ("POSTGRE_NAME", "studio"), ("POSTGRE_HOST", "127.0.0.1"), ("POSTGRE_PORT", port)];
            command.envs(settings);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        while !line.starts_with('{') {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "Label Studio did not start; scripts/label-studio installs it");
        }
        let told: Value = serde_json::from_str(&line).unwrap();
        let release = told["release"].as_str().unwrap().to_owned();
        Studio { input: process.stdin.take(), process, told, release }
    }

    pub fn hands(&self, count: usize) -> Vec<Annotator> {
        let address = self.told["address"].as_str().unwrap();
        let tokens = self.told["tokens"].as_array().unwrap().iter().take(count);
        tokens
            .map(|token| Annotator {
                agent: ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into(),
                address: address.to_owned(),
                token: format!("Token {}", token.as_str().unwrap()),
                project: self.told["project"].to_string(),
            })
            .collect()
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        drop(self.input.take());
        self.process.wait().unwrap();
    }
}

pub struct Annotator {
    agent: ureq::Agent,
    address: String,
    token: String,
    project: String,
}

impl Annotator {
    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("Authorization", &self.token)
            .header("Content-Type", "application/json");
        let mut answer = request.send(body.to_string().as_bytes()).map_err(|error| error.to_string())?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            let path = path.split('?').next().unwrap().replace(|sign: char| sign.is_ascii_digit(), "N");
            let detail = serde_json::from_str::<Value>(&text).ok().and_then(|told| Some(told["detail"].as_str()?.to_owned()));
            return Err(format!("POST {path}: {} {}", answer.status(), detail.unwrap_or_default()));
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

impl Hand for Annotator {
    fn work(&mut self) -> Option<Result<String, String>> {
        let asked = format!("/api/dm/actions/?id=next_task&project={}", self.project);
        let task = match self.post(&asked, &json!({})) {
            Ok(task) => task["id"].to_string(),
            Err(error) => return if error.contains("no tasks") { None } else { Some(Err(error)) },
        };
        let result = json!([{"from_name": "answer", "to_name": "shown", "type": "choices", "value": {"choices": ["Harmful"]}}]);
        let sent =
            self.post(&format!("/api/tasks/{task}/annotations/?project={}", self.project), &json!({"result": result, "lead_time": 5}));
        Some(sent.map(|_| task))
    }
}
