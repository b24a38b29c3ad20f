//! What passing comes to, in a few words: beside a ballot, where nobody should have to look it up.

use manyhands_domain::proposals::fields::{Difference, Typed};
use manyhands_domain::proposals::opening::Act;

use crate::actions::proposals::{self, act_of};
use crate::i18n::Say;
use crate::web::answer::Result;
use crate::web::ballots::Vote;
use crate::web::page::Page;
use crate::web::sheet::{Block, Change, ChangedLine, Changes};

/// What passing does, and the way to the whole text.
pub(super) async fn blocks(page: &Page, vote: &Vote) -> Result<Vec<Block>> {
    let say = &page.say;
    let act = act_of(&vote.row)?;
    let mut blocks = vec![Block::Text(words(page, &act))];
    let differences = proposals::differences(&page.deps, &vote.member, &vote.row).await?;
    if !differences.is_empty() {
        let parts = differences.iter().map(|difference| part(say, difference)).collect();
        blocks.push(Block::Changes(Box::new(Changes { gone: say.t("amend-gone"), new: say.t("amend-new"), parts })));
    }
    blocks.push(Block::Links(vec![(format!("/proposals/{}", vote.id), say.t("ballots-read"))]));
    Ok(blocks)
}

fn words(page: &Page, act: &Act) -> String {
    let say = &page.say;
    match act {
        Act::Rules(_) => say.t("ballots-act-rules"),
        Act::PriceAsk { contract, price, currency, .. } => {
            say.with("ballots-act-price-ask", &[("contract", contract.as_str().into()), ("price", (*price, *currency).into())])
        }
        Act::Take(contract) => say.with("ballots-act-contract-take", &[("contract", contract.as_str().into())]),
        Act::End(contract) => say.with("ballots-act-contract-end", &[("contract", contract.as_str().into())]),
        Act::Mandate(member, role) => {
            let role = say.t(&format!("role-{role}"));
            say.with("ballots-act-mandate", &[("member", member.as_str().into()), ("role", role.into())])
        }
        Act::Recall(member, role) => {
            let role = say.t(&format!("role-{role}"));
            say.with("ballots-act-recall", &[("member", member.as_str().into()), ("role", role.into())])
        }
        Act::Exclusion(member) => say.with("ballots-act-exclusion", &[("member", member.as_str().into())]),
        Act::Text => say.t("ballots-act-text"),
    }
}

/// A rule before and after.
fn part(say: &Say, difference: &Difference) -> (String, Vec<ChangedLine>) {
    let value = |typed: &str| match difference.typed {
        Typed::Percent => say.with("ballots-percent", &[("share", typed.into())]),
        _ => typed.to_owned(),
    };
    let line = |kind, typed: &str| ChangedLine { kind, text: value(typed) };
    let before = (!difference.before.is_empty()).then(|| line(Change::Gone, &difference.before));
    (name(say, &difference.name), before.into_iter().chain([line(Change::New, &difference.after)]).collect())
}

/// What a rule is called, by its place in the book.
fn name(say: &Say, place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    match parts.as_slice() {
        ["floor", "general", currency] => say.with("ballots-rule-floor", &[("currency", (*currency).into())]),
        ["floor", skill, currency] => say.with("ballots-rule-floor-skill", &[("skill", (*skill).into()), ("currency", (*currency).into())]),
        ["premium", level] => say.with("ballots-rule-premium", &[("level", (*level).into())]),
        ["split", part] => {
            let known = say.optional(&format!("split-{part}"));
            let part = if known.is_empty() { (*part).to_owned() } else { known };
            say.with("ballots-rule-split", &[("part", part.into())])
        }
        ["votes", kind, setting] => {
            let setting = say.optional(&format!("ballots-rule-votes-{}", setting.replace('_', "-")));
            say.with("ballots-rule-votes", &[("kind", (*kind).into()), ("setting", setting.into())])
        }
        ["currencies", currency, _] => say.with("ballots-rule-currency", &[("currency", (*currency).into())]),
        [part, setting] => {
            let words = say.optional(&format!("ballots-rule-{part}-{}", setting.replace('_', "-")));
            if words.is_empty() { place.replace('/', ", ") } else { words }
        }
        _ => place.replace('/', ", "),
    }
}
