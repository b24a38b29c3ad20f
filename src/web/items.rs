//! The items of a client's batch: each by the client's own id, with how far its answers are. No person, no answer, no text of a task.

use manyhands_domain::refusal::Arg;
use manyhands_domain::suggestions::Model;
use rocket::get;

use crate::actions::{Error, ListedItem, batches};
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::page::Page;
use crate::web::sheet::{Block, Sheet};

#[get("/batches/<id>/items?<after>")]
pub(super) async fn items(page: Page, id: &str, after: Option<&str>) -> Result {
    let user = page.client_user()?;
    // A place that no file reaches is the address of nothing.
    let after = after.map_or(Ok(0), str::parse::<u32>).map_err(|_| Answer::Error(Error::NotFound))?;
    let (batch, items, more) = batches::list_items(&page.deps, &user, &batch_id(id)?, i64::from(after)).await?;
    let say = &page.say;
    let margin = say.with("contract-margin", &[("id", batch.contract_id.as_str().into())]);
    let lede = say.with(
        "items-lede",
        &[("items", Arg::Count((batch.tasks_total + batch.tasks_withdrawn) / batch.copies.max(1))), ("copies", Arg::Count(batch.copies))],
    );
    let sheet = Sheet::new(margin, batch.title.clone()).lede(lede);
    let fact = |item: &ListedItem| {
        let words = match (batch.opened_index, batch.copies) {
            (None, _) => say.t("desk-not-begun"),
            (_, 1) => say.t(one_state(item)),
            _ => {
                let counts = [("accepted", item.accepted), ("submitted", item.submitted), ("work", item.in_work), ("free", item.free)];
                say.with("items-states", &counts.map(|(name, count)| (name, Arg::Count(count))))
            }
        };
        let model = item.model.clone().zip(item.model_version.clone()).map(|(name, version)| Model { name, version }.words());
        let suggested = model.map(|model| say.with("items-suggested", &[("model", model.into())]));
        (item.item_id.clone(), [words].into_iter().chain(suggested).collect::<Vec<_>>().join(" · "))
    };
    let mut blocks = match items.is_empty() {
        true => vec![Block::Text(say.t("items-none"))],
        false => vec![Block::Facts(items.iter().map(fact).collect())],
    };
    let mut links = vec![(format!("/batches/{id}"), say.t("preview-back"))];
    if after > 0 {
        links.push((format!("/batches/{id}/items"), say.t("items-first")));
    }
    if let Some(last) = items.last().filter(|_| more) {
        links.push((format!("/batches/{id}/items?after={}", last.position), say.t("items-next")));
    }
    blocks.push(Block::Links(links));
    page.show(sheet.leaf(say.t("batch-items-label"), blocks)).await
}

/// Where an item is that one member answers.
fn one_state(item: &ListedItem) -> &'static str {
    match (item.accepted, item.submitted, item.in_work) {
        _ if item.withdrawn > 0 => "items-withdrawn",
        (1.., ..) => "desk-accepted",
        (_, 1.., _) => "desk-to-review",
        (_, _, 1..) => "desk-in-work",
        _ => "desk-not-begun",
    }
}
