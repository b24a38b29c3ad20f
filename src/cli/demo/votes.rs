//! The demonstration's votes: drafts, signatures, comments, ballots by key and signed in with the mailed codes, and what the server does
//! when their time is over, evening by evening.

mod plans;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use manyhands_domain::ids::{ContractId, ProposalId};
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::note;
use manyhands_domain::time::{DAY_SECS, Timestamp};

use self::plans::{Cast, KEY_DAY, KEY_HOLDER, PLANS, Plan, UNSIGNED};
use super::people::{People, Proposal, once};
use crate::actions::demo::{PASSWORD, find_mail, list_mail};
use crate::actions::proposals::drafting::{DraftForm, content_sha256};
use crate::actions::proposals::{asking, ballots, closing, comments, drafting, enacting, find, find_draft, opening, telling};
use crate::actions::rights::Member;
use crate::actions::{batches, keys, signing};
use crate::deps::Deps;
use crate::jobs::outbox;

/// The first of its evenings, counted from today.
pub(super) const FIRST_DAY: i64 = -50;

/// What has come about so far.
pub(super) struct Votes<'a> {
    deps: &'a Deps,
    people: &'a People,
    today: Timestamp,
    /// Rows of the file's proposals.
    drafts: BTreeMap<&'static str, String>,
    /// What is put to the vote, and since which day; a second call takes the place of the first.
    open: BTreeMap<&'static str, (ProposalId, i64)>,
    /// Those of them that are second calls.
    called_again: Vec<&'static str>,
    /// Mailed codes, by vote and address.
    codes: BTreeMap<(String, String), String>,
    /// Mails that were looked at.
    read: BTreeSet<String>,
    key: Option<SigningKey>,
}

impl<'a> Votes<'a> {
    /// Before the first evening; `now` is today.
    pub(super) fn new(deps: &'a Deps, people: &'a People, now: Timestamp) -> Votes<'a> {
        let today = Timestamp::from_secs(now.secs() - now.secs().rem_euclid(DAY_SECS));
        Votes {
            deps,
            people,
            today,
            drafts: BTreeMap::new(),
            open: BTreeMap::new(),
            called_again: Vec::new(),
            codes: BTreeMap::new(),
            read: BTreeSet::new(),
            key: None,
        }
    }

    /// What happens on an evening, from 18:00 UTC on: the server's jobs first, then people.
    pub(super) async fn evening(&mut self, day: i64) -> Result<()> {
        let deps = self.deps;
        deps.clock.advance(self.today.plus_days(day).plus_secs(18 * 3_600).since(deps.clock.now()).max(0));
        closing::close_due(deps).await?;
        enacting::enact_due(deps).await?;
        telling::remind(deps).await?;
        for plan in PLANS {
            let row = self.file(plan.id)?;
            if day == row.opened.day - 1 {
                let id = self.draft(plan, row).await?;
                self.drafts.insert(plan.id, id);
            }
            if day == row.opened.day {
                let id = opening::open(deps, &self.member(plan.author).await?, &once(deps), self.row_of(plan)?).await?;
                self.open.insert(plan.id, (id, day));
            }
        }
        self.find_second_calls(day).await?;
        outbox::render(deps, super::FROM).await?;
        self.read_codes().await?;
        if day == KEY_DAY {
            self.make_key().await?;
        }
        for plan in PLANS {
            self.speak_and_vote(plan, day).await?;
        }
        if day == -1 {
            self.leave_a_draft().await?;
        }
        outbox::render(deps, super::FROM).await?;
        Ok(())
    }

    fn file(&self, id: &str) -> Result<&'a Proposal> {
        self.people.file.proposals.iter().find(|row| row.id == id).with_context(|| format!("no {id} in the demonstration"))
    }

    fn row_of(&self, plan: &Plan) -> Result<&str> {
        self.drafts.get(plan.id).map(String::as_str).with_context(|| format!("{} was never drafted", plan.id))
    }

    async fn member(&self, id: &str) -> Result<Member> {
        self.people.of(self.deps, id).await?.member().context("a member")
    }

    /// Written by its author, signed by two.
    async fn draft(&self, plan: &Plan, row: &Proposal) -> Result<String> {
        let form = self.form(plan, row).await?;
        let id = drafting::draft(self.deps, &self.member(plan.author).await?, &once(self.deps), &form).await?;
        for signer in plan.signers {
            self.cosign(signer, &id).await?;
        }
        Ok(id)
    }

    async fn cosign(&self, signer: &str, id: &str) -> Result<()> {
        let by = self.member(signer).await?;
        let read = find_draft(self.deps, &by, id).await?;
        Ok(drafting::cosign(self.deps, &by, &once(self.deps), id, &content_sha256(&read)).await?)
    }

    async fn form(&self, plan: &Plan, row: &Proposal) -> Result<DraftForm> {
        // The ledger's contracts count without the file's zeros.
        let contract = row.contract.as_deref().map(in_ledger).unwrap_or_default();
        let batch = match plan.act {
            "price-ask" => batches::list_of_contract(self.deps, &ContractId::parse(&contract)?).await?.into_iter().next(),
            _ => None,
        };
        let member = match &row.member {
            Some(id) => self.member(id).await?.id().to_string(),
            None => String::new(),
        };
        let floors = row.floor.iter().map(|(currency, floor)| (format!("floor/general/{currency}"), floor.clone()));
        let shares = row.split.iter().map(|(name, share)| (format!("split/{name}"), share.clone()));
        Ok(DraftForm {
            kind: row.kind.clone(),
            act: plan.act.to_owned(),
            title: in_ledger(&row.text.en),
            text: plan.why.to_owned(),
            days: (row.closes.day - row.opened.day).to_string(),
            batch: batch.map(|batch| batch.id).unwrap_or_default(),
            contract,
            price: row.price.clone().unwrap_or_default(),
            member,
            role: row.role.clone().unwrap_or_default(),
            rules: floors.chain(shares).collect(),
            ..DraftForm::default()
        })
    }

    /// What had no quorum is called once more, by the server.
    async fn find_second_calls(&mut self, day: i64) -> Result<()> {
        for plan in PLANS.iter().filter(|plan| !plan.again.is_empty()) {
            if self.called_again.contains(&plan.id) {
                continue;
            }
            let Some((id, _)) = self.open.get(plan.id).cloned() else { continue };
            let row = find(self.deps, &self.member(plan.author).await?, &id).await?;
            if let Some(number) = row.called_again.and_then(|number| u64::try_from(number).ok()) {
                self.open.insert(plan.id, (ProposalId::from_number(number), day));
                self.called_again.push(plan.id);
            }
        }
        Ok(())
    }

    /// The codes in what was mailed since the last look: a newer one ends an older one of the same vote.
    async fn read_codes(&mut self) -> Result<()> {
        let mut mails = list_mail(self.deps).await?;
        mails.retain(|mail| self.read.insert(mail.id.clone()));
        // Newest first, as they are listed; the last that is put in counts.
        for mail in mails.iter().rev() {
            let (mail, text) = find_mail(self.deps, &mail.id).await?;
            if let Some((vote, code)) = ballot_code_in(&text) {
                self.codes.insert((vote, mail.recipient), code);
            }
        }
        Ok(())
    }

    /// Comments and ballots of an evening, a few minutes apart.
    async fn speak_and_vote(&self, plan: &Plan, day: i64) -> Result<()> {
        let (row, deps) = (self.file(plan.id)?, self.deps);
        for (on, who, answers, text) in plan.said {
            if row.opened.day + on == day {
                deps.clock.advance(180);
                let by = self.member(who).await?;
                let read = find_draft(deps, &by, self.row_of(plan)?).await?;
                let said = comments::list(deps, &by, &read, 0).await?.comments;
                let last = said.into_iter().max_by_key(|comment| comment.at).filter(|_| *answers).map(|comment| comment.id);
                comments::write(deps, &by, &once(deps), &read.id, last.as_deref(), text).await?;
            }
        }
        let Some((id, since)) = self.open.get(plan.id).cloned() else { return Ok(()) };
        let ballots: &[Cast] = if self.called_again.contains(&plan.id) { plan.again } else { plan.ballots };
        for (after, who, choice) in ballots {
            if since + after == day {
                deps.clock.advance(240);
                self.vote(&id, who, choice).await?;
            }
        }
        if row.client_accepted.as_ref().is_some_and(|accepted| accepted.day == day) {
            let client = self.people.file.contracts.iter().find(|contract| Some(&contract.id) == row.contract.as_ref());
            let client = &client.context("a contract of the file")?.client;
            let buyer = self.people.of(deps, client).await?.client_user().context("a client's user")?;
            asking::accept(deps, &buyer, &once(deps), &id).await?;
        }
        Ok(())
    }

    async fn vote(&self, id: &ProposalId, who: &str, choice: &str) -> Result<()> {
        let (deps, by) = (self.deps, self.member(who).await?);
        if let Some(key) = self.key.as_ref().filter(|_| who == KEY_HOLDER) {
            let nonce = ballots::prepare(deps, &by, &once(deps), id, (choice, "")).await?;
            let (text, _) = signing::find_text(deps, &by, &nonce).await?;
            signing::sign(deps, &by, &once(deps), &nonce, &note::sign(&format!("{}\n", text.line), key)).await?;
            return Ok(());
        }
        let known = (id.to_string(), by.standing().email.clone());
        let code = self.codes.get(&known).with_context(|| format!("no code of {who} for {id}"))?;
        ballots::cast(deps, &by, &once(deps), id, (choice, ""), code).await?;
        Ok(())
    }

    /// The new treasurer makes a key.
    async fn make_key(&mut self) -> Result<()> {
        let (deps, holder) = (self.deps, self.people.of(self.deps, KEY_HOLDER).await?.key_holder().context("a member")?);
        keys::ask_code(deps, &holder, &once(deps), PASSWORD).await?;
        // A second later than everything before it, so that it is the newest.
        deps.clock.advance(1);
        outbox::render(deps, super::FROM).await?;
        let email = &holder.standing().email;
        let newest = list_mail(deps).await?.into_iter().find(|message| message.recipient == *email).context("a mailed code")?;
        let code = code_in(&find_mail(deps, &newest.id).await?.1).context("a code in the mail")?;
        let name = holder.id().context("a member's id")?.key_name(&deps.coop.origin);
        let key = SigningKey::from_seed(&name, deps.random.bytes())?;
        keys::enrol(deps, &holder, &once(deps), &code, &key.verifying_key().to_string()).await?;
        self.key = Some(key);
        Ok(())
    }

    /// One more has to sign it.
    async fn leave_a_draft(&self) -> Result<()> {
        let (deps, plan) = (self.deps, &UNSIGNED);
        deps.clock.advance(300);
        let form = DraftForm {
            kind: "rate-change".to_owned(),
            act: "rules".to_owned(),
            title: plan.title.to_owned(),
            text: plan.why.to_owned(),
            rules: BTreeMap::from([("floor/general/USD".to_owned(), plan.usd.to_owned())]),
            ..DraftForm::default()
        };
        let id = drafting::draft(deps, &self.member(plan.author).await?, &once(deps), &form).await?;
        deps.clock.advance(900);
        self.cosign(plan.signer, &id).await?;
        comments::write(deps, &self.member(plan.said.0).await?, &once(deps), &id, None, plan.said.1).await?;
        Ok(())
    }
}

/// The ledger gives contracts' numbers without zeros before them.
fn in_ledger(text: &str) -> String {
    text.replace("C-00", "C-")
}

/// The vote and the code of the link that a mail about a vote has.
fn ballot_code_in(text: &str) -> Option<(String, String)> {
    let (before, after) = text.split_once("/ballot#code=")?;
    Some((before.rsplit('/').next()?.to_owned(), after.get(..8)?.to_owned()))
}

/// The code in a mail: four digits, a space, four digits.
fn code_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..from + 4).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let edge = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_digit());
    let at = (0..bytes.len())
        .find(|at| digits(*at) && bytes.get(at + 4) == Some(&b' ') && digits(at + 5) && edge(at.checked_sub(1)) && edge(Some(at + 9)))?;
    Some(text.get(at..at + 9)?.replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::{ballot_code_in, code_in};

    #[test]
    fn a_code_is_told_from_a_year_and_an_hour() {
        let text = "It closes on 2 December 2026 18:00. Your code for it is 1204 0077; with it you vote.";
        assert_eq!(code_in(text).as_deref(), Some("12040077"));
        assert_eq!(code_in("2026 11301 and 12345 6789"), None);
        let link = "Vote:\nhttp://127.0.0.1:8017/proposals/P-7/ballot#code=12040077\nIt closes.";
        assert_eq!(ballot_code_in(link), Some(("P-7".to_owned(), "12040077".to_owned())));
    }
}
