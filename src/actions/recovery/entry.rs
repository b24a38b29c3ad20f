//! What one entry says of the rows it is about.

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::lines;
use manyhands_domain::contracts::{self as contract_rules, Terms, amending};
use manyhands_domain::ids::{BatchId, ClientId, ContractId, HolderId, MemberId};
use manyhands_domain::money::Amount;
use manyhands_store::Tx;
use manyhands_store::batches::{self, Terms as Offer};
use manyhands_store::contracts::life::{self, NewMove};
use manyhands_store::contracts::{self, Deposit, versions};
use manyhands_store::keys::{self, NewKey};
use manyhands_store::payouts::Expense;
use manyhands_store::recovery::{self as rows, Acceptance, Approved, LineEntry, Rejection, Returned, Row};
use manyhands_store::{proposals, users};
use serde_json::Value;

use super::Recovering;
use crate::actions::contracts::amending::summary_of;
use crate::actions::reviews::number_worker;
use crate::actions::{Error, admissions, leaving, new_uuid_at, rules, sample};

/// One entry that came back, and the rows it is about.
pub(super) struct Reconciled<'a> {
    pub(super) deps: &'a Recovering<'a>,
    pub(super) tx: &'a Tx,
    pub(super) index: u64,
    pub(super) entry: &'a Entry,
}

impl Reconciled<'_> {
    /// Brings the rows to where the entry says they stand; what cannot be said of them is added to `lost`.
    pub(super) async fn bring(&self, lost: &mut Vec<String>) -> Result<Row, Error> {
        let index = self.index;
        let (row, what) = match self.entry.kind.name {
            "member.admitted" => (self.admit().await?, format!("no account here belongs to {}", self.refs("member"))),
            "member.left" => (self.leave().await?, format!("no account here belongs to {}", self.refs("member"))),
            "contract.listed" => {
                (self.list_contract().await?, format!("the draft of {} is lost, with its client and its texts", self.refs("contract")))
            }
            "contract.amended" => {
                (self.amend_contract().await?, format!("what {} says by now is lost, since its earlier terms are", self.refs("contract")))
            }
            "contract.closed" => (self.close_contract().await?, format!("its contract {} is lost", self.refs("contract"))),
            "deposit.received" => (self.deposit().await?, format!("its contract {} is lost", self.refs("contract"))),
            "deposit.returned" => (self.give_back().await?, format!("its deposit {} is lost", self.refs("deposit"))),
            "batch.opened" => (self.open_batch().await?, format!("batch {} and its tasks are lost", self.refs("batch"))),
            "work.accepted" => (self.accept().await?, format!("task {} is lost, with its answer", self.refs("task"))),
            "work.rejected" => {
                (self.reject().await?, format!("the answer of claim {} is lost: whoever gave it can give it again", self.refs("claim")))
            }
            "payout.approved" => (self.approve().await?, String::new()),
            "payout.sent" => (self.line("sent").await?, format!("the run {} is lost", self.refs("payout"))),
            "payout.settled" => (self.line("settled").await?, format!("the run {} is lost", self.refs("payout"))),
            "payout.failed" => (self.line("failed").await?, format!("the run {} is lost", self.refs("payout"))),
            "key.added" => (self.add_key().await?, format!("no account here belongs to {}", self.refs("user"))),
            "key.retired" => (self.retire_key().await?, String::new()),
            "correction.posted" => (self.correct().await?, String::new()),
            "proposal.opened" => (self.open_vote().await?, String::new()),
            "ballot.cast" => (self.cast().await?, String::new()),
            "proposal.closed" => (self.close_vote().await?, format!("the vote {} is lost", self.refs("proposal"))),
            "rule.enacted" => (self.enact_vote().await?, format!("the vote {} is lost", self.refs("proposal"))),
            "batch.repriced" => (self.reprice().await?, format!("batch {} and its tasks are lost", self.refs("batch"))),
            _ => (self.expense().await?, String::new()),
        };
        if row == Row::Lost {
            lost.push(format!("entry {index}, {}: {what}", self.entry.kind.name));
        }
        Ok(row)
    }

    fn refs(&self, name: &str) -> &str {
        self.entry.reference(name).unwrap_or_default()
    }

    /// Whose key the entry is about.
    fn holder(&self) -> Result<HolderId, Error> {
        let id = self.entry.reference("member").or_else(|| self.entry.reference("user")).unwrap_or_default();
        HolderId::parse(id).map_err(Error::broken)
    }

    fn int(&self, name: &str) -> i64 {
        self.entry.calc.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    fn sum(&self, name: &str) -> Result<i64, Error> {
        Ok(self.entry.text(name).map(Amount::parse).transpose().map_err(Error::broken)?.unwrap_or_default().micros())
    }

    fn index_i64(&self) -> Result<i64, Error> {
        i64::try_from(self.index).map_err(Error::broken)
    }

    /// What a line of the entry credits to a member, and in which unit.
    fn credited(&self, member: &str) -> Result<i64, Error> {
        let account = Account::earned(&MemberId::parse(member).map_err(Error::broken)?);
        let line = self.entry.lines.iter().find(|line| line.account == account);
        Ok(line.map_or(0, |line| line.amount.micros().saturating_neg()))
    }

    fn unit(&self) -> &str {
        self.entry.lines.first().map_or("", |line| line.unit.code())
    }

    /// Whoever waited for signatures in the backup must not be admitted a second time.
    async fn admit(&self) -> Result<Row, Error> {
        if rows::is_member(self.tx, self.refs("member")).await? {
            return Ok(Row::Marked);
        }
        let made = admissions::recover(self.tx, self.refs("member"), self.index, self.entry.at).await?;
        Ok(if made { Row::Made } else { Row::Lost })
    }

    async fn leave(&self) -> Result<Row, Error> {
        let member = MemberId::parse(self.refs("member")).map_err(Error::broken)?;
        leaving::forget_wishes(self.tx, &member).await?;
        proposals::withdraw_drafts_of(self.tx, &member, self.entry.at).await?;
        Ok(rows::leave(self.tx, self.refs("member"), self.entry.at).await?)
    }

    /// Whose keys are in force decides who may sign.
    async fn add_key(&self) -> Result<Row, Error> {
        let holder = self.holder()?;
        let vkey = self.entry.text("vkey").unwrap_or_default();
        let key_id = vkey.split('+').nth(1).unwrap_or_default();
        keys::insert(self.tx, &NewKey { holder: &holder, key_id, vkey, index: self.index }, self.entry.at).await?;
        rows::forget_key_request(self.tx, holder.as_str(), vkey).await?;
        // An entry names no account: who first asked for a key after the backup asks again, and is another user of the client.
        match &holder {
            HolderId::User(user) if users::find(self.tx, user).await?.is_none() => Ok(Row::Lost),
            _ => Ok(Row::Made),
        }
    }

    async fn retire_key(&self) -> Result<Row, Error> {
        let text = |name: &str| self.entry.text(name).unwrap_or_default();
        keys::set_retired(self.tx, &self.holder()?, text("key_id"), self.index, self.entry.at, text("reason")).await?;
        Ok(Row::Marked)
    }

    /// One that waits must not be posted a second time.
    async fn correct(&self) -> Result<Row, Error> {
        let corrects = self.refs("corrects").parse().map_err(Error::broken)?;
        rows::settle_correction(self.tx, corrects, &lines::to_json(&self.entry.lines).to_string(), self.index_i64()?).await?;
        Ok(Row::Marked)
    }

    async fn list_contract(&self) -> Result<Row, Error> {
        let (id, document) = (self.refs("contract"), self.entry.text("document").unwrap_or_default());
        let number = number_of(id)?;
        let found = rows::find_listed(self.tx, id).await?;
        if let Some(row) = &found {
            let terms: Terms = serde_json::from_str(&row.terms).map_err(Error::broken)?;
            let parsed = (ContractId::parse(id).map_err(Error::broken)?, ClientId::parse(&row.client_id).map_err(Error::broken)?);
            let (listed, _) = contract_rules::list(&parsed.0, &parsed.1, &terms);
            let same = row.client_id == self.refs("client") && listed.input("document").and_then(Value::as_str) == Some(document);
            if same {
                rows::list_contract(self.tx, id, self.index, document, self.entry.at).await?;
                versions::insert(self.tx, &parsed.0, &row.terms, document, self.index, self.entry.at).await?;
                return Ok(Row::Marked);
            }
        }
        rows::take_contract_number(self.tx, number).await?;
        if found.is_some() {
            // Drafted after the backup was put back, under a number that the log had given away.
            let next = contracts::next_number(self.tx).await?;
            rows::renumber_draft(self.tx, id, ContractId::from_number(next).as_str(), next).await?;
        }
        Ok(Row::Lost)
    }

    /// What the contract says from then on: as it was proposed, where the proposal is still there, else as its disclosure says, with
    /// what stands in no disclosure (price, time, reading) as it was.
    async fn amend_contract(&self) -> Result<Row, Error> {
        let (id, document) =
            (ContractId::parse(self.refs("contract")).map_err(Error::broken)?, self.entry.text("document").unwrap_or_default());
        let Some(row) = contracts::find_contract(self.tx, &id).await?.filter(|row| row.listed_index.is_some()) else {
            return Ok(Row::Lost);
        };
        let client = ClientId::parse(&row.client_id).map_err(Error::broken)?;
        let before: Terms = serde_json::from_str(&row.terms).map_err(Error::broken)?;
        let bytes = contracts::find_document(self.tx, document).await?.unwrap_or_default();
        let open = versions::list_open(self.tx, &id).await?;
        let parsed = open.iter().map(|amendment| serde_json::from_str(&amendment.terms)).collect::<Result<Vec<Terms>, _>>();
        let candidates = parsed.map_err(Error::broken)?.into_iter().map(Some).chain([amending::from_disclosure(&before, &bytes)]);
        let is_it = |terms: &Terms| amending::amend(&id, &client, terms).0.input("document").and_then(Value::as_str) == Some(document);
        let Some(terms) = candidates.flatten().find(is_it) else { return Ok(Row::Lost) };
        let json = serde_json::to_string(&terms).map_err(Error::broken)?;
        versions::insert(self.tx, &id, &json, document, self.index, self.entry.at).await?;
        versions::set_terms(self.tx, &id, summary_of(&terms, &json), document, self.entry.at).await?;
        // What was drafted may be what was agreed to; whatever else waited was over what is no version any more.
        for amendment in open.iter().filter(|amendment| amendment.state == "proposed" || amendment.terms == json) {
            let state = if amendment.terms == json { "agreed" } else { "withdrawn" };
            versions::decide(self.tx, &amendment.id, state, "", self.deps.by, self.entry.at).await?;
        }
        Ok(Row::Marked)
    }

    async fn close_contract(&self) -> Result<Row, Error> {
        let id = ContractId::parse(self.refs("contract")).map_err(Error::broken)?;
        if contracts::find_contract(self.tx, &id).await?.is_none_or(|row| row.listed_index.is_none()) {
            return Ok(Row::Lost);
        }
        let (state, side) = match self.entry.text("reason") {
            Some("finished") => ("completed", None),
            Some("ended-by-coop") => ("terminated", Some("coop")),
            Some("ended-by-client") => ("terminated", Some("client")),
            _ => ("terminated", None),
        };
        life::close(self.tx, &id, state, self.index, self.entry.at).await?;
        // The entry of a completed contract does not say which side did it, and other programs have reasons of their own.
        if let Some(side) = side {
            let closed = NewMove { word: state, side, by: None, reason: "", ends_at: None, index: Some(self.index), free: None };
            life::insert_move(self.tx, &id, &closed, self.entry.at).await?;
        }
        Ok(Row::Marked)
    }

    async fn deposit(&self) -> Result<Row, Error> {
        let debit =
            self.entry.lines.iter().find(|line| line.amount.is_positive()).ok_or_else(|| Error::broken("a deposit without a debit"))?;
        let deposit = Deposit {
            id: self.refs("deposit").to_owned(),
            contract_id: self.refs("contract").to_owned(),
            amount: debit.amount.micros(),
            currency: debit.unit.code().to_owned(),
            entry_index: self.index_i64()?,
            recorded_at: self.entry.at.secs(),
        };
        Ok(rows::record_deposit(self.tx, &deposit, self.entry.text("evidence").unwrap_or_default(), self.deps.by).await?)
    }

    /// One that waits must not be posted a second time.
    async fn give_back(&self) -> Result<Row, Error> {
        let debit =
            self.entry.lines.iter().find(|line| line.amount.is_positive()).ok_or_else(|| Error::broken("a return without a debit"))?;
        let returned = Returned {
            id: &new_uuid_at(self.entry.at, self.deps.random),
            contract: self.refs("contract"),
            deposit: self.refs("deposit"),
            amount: debit.amount.micros(),
            currency: debit.unit.code(),
            evidence: self.entry.text("evidence").unwrap_or_default(),
            index: self.index_i64()?,
            at: self.entry.at,
        };
        Ok(rows::settle_return(self.tx, &returned, self.deps.by.as_str()).await?)
    }

    async fn open_batch(&self) -> Result<Row, Error> {
        let rule = self.entry.rule.ok_or_else(|| Error::broken("a batch without its rule"))?;
        let offer = Offer {
            title: "",
            price: self.sum("price")?,
            currency: self.entry.text("currency").unwrap_or_default(),
            seconds: self.int("seconds"),
            skill: self.entry.text("skill").unwrap_or_default(),
            level: self.int("level"),
            copies: self.int("copies"),
            unit_noun: "",
            payload_kind: "",
            form: "",
            review_share: 0,
        };
        let row = rows::open_batch(self.tx, self.refs("batch"), self.index, rule, self.entry.at, &offer).await?;
        // The seed is in no log: which items are read is drawn anew.
        let id = BatchId::parse(self.refs("batch")).map_err(Error::broken)?;
        if let Some(batch) = batches::find_batch(self.tx, &id).await? {
            sample::draw_in(self.tx, self.deps.random, &batch, self.entry.at).await?;
        }
        Ok(row)
    }

    /// What is refused is not paid by silence: its worker may appeal as before, with the days of the book from the entry on. Who rejected
    /// the log does not say, nor in which words.
    async fn reject(&self) -> Result<Row, Error> {
        let (_, book) = rules::current(self.tx).await?;
        let rejection = Rejection {
            claim: self.refs("claim"),
            index: self.index,
            at: self.entry.at,
            code: self.entry.text("reason").unwrap_or_default(),
            clause: self.entry.text("clause").unwrap_or_default(),
            appeal_by: self.entry.at.plus_days(book.review.appeal_days),
        };
        Ok(rows::reject(self.tx, &rejection).await?)
    }

    async fn accept(&self) -> Result<Row, Error> {
        let reviewer = self.entry.reference("reviewer");
        let acceptance = Acceptance {
            index: self.index,
            at: self.entry.at,
            contract: self.refs("contract"),
            batch: self.refs("batch"),
            task: self.refs("task"),
            claim: self.refs("claim"),
            worker: self.refs("worker"),
            reviewer,
            claimed_size: self.int("claimed_size"),
            price: self.sum("price")?,
            currency: self.unit(),
            seconds: self.int("seconds"),
            worker_share: self.credited(self.refs("worker"))?,
            reviewer_share: reviewer.map(|member| self.credited(member)).transpose()?.unwrap_or_default(),
            by: self.entry.text("by").unwrap_or_default(),
            review_id: new_uuid_at(self.entry.at, self.deps.random),
        };
        let row = rows::accept(self.tx, &acceptance).await?;
        if row != Row::Lost {
            number_worker(self.tx, self.deps.random, self.refs("contract"), self.refs("worker")).await?;
        }
        Ok(row)
    }

    async fn approve(&self) -> Result<Row, Error> {
        let run = Approved {
            id: self.refs("payout"),
            number: number_of(self.refs("payout"))?,
            index: self.index,
            at: self.entry.at,
            currency: self.entry.text("currency").unwrap_or_default(),
            rail: self.entry.text("rail").unwrap_or_default(),
            step: self.sum("step")?,
            count: self.int("count"),
            total: self.sum("total")?,
            lines_sha256: self.entry.text("lines_sha256").unwrap_or_default(),
        };
        Ok(rows::approve_payout(self.tx, &run, self.deps.by.as_str()).await?)
    }

    async fn line(&self, state: &str) -> Result<Row, Error> {
        let line = LineEntry {
            run: self.refs("payout"),
            member: self.refs("member"),
            amount: self.sum("amount")?,
            state,
            fee: self.sum("fee")?,
            index: self.index,
            at: self.entry.at,
        };
        Ok(rows::move_line(self.tx, &line).await?)
    }

    async fn expense(&self) -> Result<Row, Error> {
        let cost =
            self.entry.lines.iter().find(|line| line.amount.is_positive()).ok_or_else(|| Error::broken("an expense without a cost"))?;
        let expense = Expense {
            id: self.refs("expense").to_owned(),
            name: cost.account.as_str().trim_start_matches("Expenses:").to_owned(),
            amount: cost.amount.micros(),
            currency: cost.unit.code().to_owned(),
            evidence: self.entry.text("evidence").unwrap_or_default().to_owned(),
            state: "paid".to_owned(),
            prepared_by: self.deps.by.to_string(),
            prepared_name: String::new(),
            prepared_at: self.entry.at.secs(),
            entry_index: Some(self.index_i64()?),
            what: String::new(),
            approved_name: String::new(),
        };
        Ok(rows::pay_expense(self.tx, &expense, self.entry.at).await?)
    }
}

/// `C-12` is 12.
fn number_of(id: &str) -> Result<u64, Error> {
    id.split_once('-').and_then(|(_, number)| number.parse().ok()).ok_or_else(|| Error::broken(format!("{id} has no number")))
}
