//! What a client takes away from the desk, as files.

use manyhands_domain::results::{CONSENSUS_CSV_HEAD, Columns, Row, to_consensus_csv_lines, to_consensus_json_line, to_json_line};
use rocket::get;
use rocket::http::ContentType;

use crate::actions::results::{self, Lines};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::page::Page;

#[get("/desk/<id>/results.jsonl")]
pub(super) async fn jsonl(page: Page, id: &str) -> Result {
    answers(&page, id, "jsonl").await
}

#[get("/desk/<id>/results.csv")]
pub(super) async fn csv(page: Page, id: &str) -> Result {
    answers(&page, id, "csv").await
}

#[get("/desk/<id>/results.coco.json")]
pub(super) async fn coco(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let lines = Lines::begin(&page.deps, &user).await?;
    let lines = results::coco(&page.deps, &user, &contract_id(id)?, lines).await?;
    Ok(Answer::Lines { kind: ContentType::JSON, name: format!("{id}-results.coco.json"), written: Box::new(lines.finish()?) })
}

#[get("/desk/<id>/consensus.jsonl")]
pub(super) async fn consensus_jsonl(page: Page, id: &str) -> Result {
    consensus(&page, id, "jsonl").await
}

#[get("/desk/<id>/consensus.csv")]
pub(super) async fn consensus_csv(page: Page, id: &str) -> Result {
    consensus(&page, id, "csv").await
}

async fn answers(page: &Page, id: &str, kind: &str) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let csv = kind == "csv";
    let columns = if csv { results::columns(&page.deps, &user, &parsed).await? } else { Columns::default() };
    let mut lines = Lines::begin(&page.deps, &user).await?;
    lines.push(&if csv { columns.head() } else { String::new() });
    let line = |row: &Row| if csv { columns.line(row) } else { to_json_line(row) };
    results::list(&page.deps, &user, &parsed, |row| lines.push(&line(&row))).await?;
    lines_of(id, "results", kind, lines)
}

async fn consensus(page: &Page, id: &str, kind: &str) -> Result {
    let user = page.client_user()?;
    let csv = kind == "csv";
    let mut lines = Lines::begin(&page.deps, &user).await?;
    lines.push(if csv { CONSENSUS_CSV_HEAD } else { "" });
    let line = |row: &_| if csv { to_consensus_csv_lines(row) } else { to_consensus_json_line(row) };
    results::list_consensus(&page.deps, &user, &contract_id(id)?, |row| lines.push(&line(&row))).await?;
    lines_of(id, "consensus", kind, lines)
}

fn lines_of(id: &str, what: &str, kind: &str, lines: Lines) -> Result {
    let content = if kind == "csv" { ContentType::CSV } else { ContentType::new("application", "jsonl") };
    Ok(Answer::Lines { kind: content, name: format!("{id}-{what}.{kind}"), written: Box::new(lines.finish()?) })
}
