//! Putting a proposal to the vote: `proposal.opened` freezes who may vote, how many must, what passing allows, and when. The rules are
//! those of the book in force at this moment: what the proposal itself would change of votes is not yet true of its own.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::terms::{MOST_DAYS, Terms};
use crate::books::entry::Draft;
use crate::ids::{BatchId, ContractId, MemberId, ProposalId};
use crate::log::json as canonical;
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Who may vote, as the log has it: so many, and the hash of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Members.
    pub size: u64,
    /// Of their ids, sorted, each followed by a newline; hex.
    pub sha256: String,
}

impl Roll {
    /// Of these ids, sorted bytewise.
    #[must_use]
    pub fn of<'m>(sorted: impl IntoIterator<Item = &'m str>) -> Roll {
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        for member in sorted {
            hash.update(member);
            hash.update("\n");
            size = size.saturating_add(1);
        }
        Roll { size, sha256: hex::encode(hash.finalize()) }
    }
}

/// What a proposal comes to if it passes.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The rule book is changed by this merge patch.
    Rules(Map<String, Value>),
    /// A client is asked for this price of a batch.
    PriceAsk {
        /// Its contract.
        contract: ContractId,
        /// Which.
        batch: BatchId,
        /// Asked.
        price: Amount,
        /// Of it.
        currency: Currency,
    },
    /// A contract is taken, or gone on with: recorded, and acted upon by coordinators.
    Take(ContractId),
    /// A contract is ended, after its notice.
    End(ContractId),
    /// A member is given a role.
    Mandate(MemberId, String),
    /// A member's role ends.
    Recall(MemberId, String),
    /// A member is excluded: their roles end on the day, and they leave the roll.
    Exclusion(MemberId),
    /// Whatever the text says.
    Text,
}

impl Act {
    /// In rows, forms and documents.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Act::Rules(_) => "rules",
            Act::PriceAsk { .. } => "price-ask",
            Act::Take(_) => "contract-take",
            Act::End(_) => "contract-end",
            Act::Mandate(..) => "mandate",
            Act::Recall(..) => "recall",
            Act::Exclusion(_) => "exclusion",
            Act::Text => "text",
        }
    }

    /// What it is about, as rows and documents keep it.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let value = match self {
            Act::Rules(patch) => json!({"book": patch}),
            Act::PriceAsk { contract, batch, price, currency } => {
                json!({"batch": batch.as_str(), "contract": contract.as_str(), "currency": currency.code(), "price": price.to_string()})
            }
            Act::Take(contract) | Act::End(contract) => json!({"contract": contract.as_str()}),
            Act::Mandate(member, role) | Act::Recall(member, role) => json!({"member": member.as_str(), "role": role}),
            Act::Exclusion(member) => json!({"member": member.as_str()}),
            Act::Text => json!({}),
        };
        value.as_object().cloned().unwrap_or_default()
    }

    /// From what rows and documents keep; nothing where it is damaged.
    #[must_use]
    pub fn read(word: &str, about: &Map<String, Value>) -> Option<Act> {
        let text = |name: &str| about.get(name).and_then(Value::as_str);
        let contract = || ContractId::parse(text("contract")?).ok();
        let member = || MemberId::parse(text("member")?).ok();
        let role = || text("role").filter(|role| ROLES.contains(role)).map(str::to_owned);
        Some(match word {
            "rules" => Act::Rules(about.get("book")?.as_object()?.clone()),
            "price-ask" => Act::PriceAsk {
                contract: contract()?,
                batch: BatchId::parse(text("batch")?).ok()?,
                price: Amount::parse(text("price")?).ok().filter(|price| price.is_positive())?,
                currency: Currency::read(text("currency")?).ok()?,
            },
            "contract-take" => Act::Take(contract()?),
            "contract-end" => Act::End(contract()?),
            "mandate" => Act::Mandate(member()?, role()?),
            "recall" => Act::Recall(member()?, role()?),
            "exclusion" => Act::Exclusion(member()?),
            "text" => Act::Text,
            _ => return None,
        })
    }

    /// The one entry that passing allows, with this proposal's id in it; nothing where it allows none.
    #[must_use]
    pub fn change(&self, proposal: &ProposalId) -> Option<Value> {
        let id = proposal.as_str();
        match self {
            Act::Rules(patch) => Some(json!({"calc": {"book": patch}, "kind": "rule.enacted", "refs": {"proposal": id}})),
            Act::PriceAsk { contract, batch, price, .. } => Some(json!({
                "calc": {"price": price.to_string()},
                "kind": "batch.repriced",
                "refs": {"batch": batch.as_str(), "contract": contract.as_str(), "proposal": id},
            })),
            _ => None,
        }
    }

    /// The contract that it is about, of which its day may change something.
    #[must_use]
    pub fn contract(&self) -> Option<&ContractId> {
        match self {
            Act::PriceAsk { contract, .. } | Act::Take(contract) | Act::End(contract) => Some(contract),
            _ => None,
        }
    }

    /// The member whom it is about.
    #[must_use]
    pub fn member(&self) -> Option<&MemberId> {
        match self {
            Act::Mandate(member, _) | Act::Recall(member, _) | Act::Exclusion(member) => Some(member),
            _ => None,
        }
    }

    /// What of the book it touches, as `changes` of a kind of vote names it.
    #[must_use]
    pub fn touches(&self) -> Vec<&str> {
        match self {
            Act::Rules(patch) => patch.keys().map(String::as_str).collect(),
            Act::PriceAsk { .. } => vec!["batch.repriced"],
            _ => Vec::new(),
        }
    }
}

/// What is voted on: its document holds this and no name of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// The kind of vote.
    pub kind: String,
    /// One line.
    pub title: String,
    /// In its author's words.
    pub text: String,
    /// Of both.
    pub language: String,
    /// What passing comes to.
    pub act: Act,
    /// From when on it holds.
    pub enacts: Timestamp,
    /// The proposal that had no quorum, of a second call.
    pub again: Option<ProposalId>,
}

impl Motion {
    /// The document that the entry names by its hash: canonical JSON.
    #[must_use]
    pub fn document(&self) -> String {
        let mut fields = Map::new();
        let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), Value::String(value.to_owned()));
        put("kind", &self.kind);
        put("act", self.act.word());
        put("title", &self.title);
        put("text", &self.text);
        put("language", &self.language);
        put("enacts", &self.enacts.to_string());
        if let Some(again) = &self.again {
            put("again", again.as_str());
        }
        fields.insert("about".to_owned(), Value::Object(self.act.to_json()));
        canonical::write(&Value::Object(fields))
    }

    /// From a document; nothing for any other.
    #[must_use]
    pub fn read(document: &[u8]) -> Option<Motion> {
        let fields: Map<String, Value> = serde_json::from_slice(document).ok()?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        Some(Motion {
            kind: text("kind")?.to_owned(),
            title: text("title")?.to_owned(),
            text: text("text")?.to_owned(),
            language: text("language")?.to_owned(),
            act: Act::read(text("act")?, fields.get("about")?.as_object()?)?,
            enacts: Timestamp::parse(text("enacts")?).ok()?,
            again: text("again").and_then(|id| ProposalId::parse(id).ok()),
        })
    }
}

/// When a vote is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From then on.
    pub opens: Timestamp,
    /// And no longer than before this.
    pub closes: Timestamp,
}

impl Window {
    /// From `opens` on for so many days: at least those of the book, and never fewer than three times 24 hours, whatever the zone.
    ///
    /// # Errors
    /// `vote-days` with the fewest; `vote-opens` for a moment that is past or too far ahead.
    pub fn of(terms: &Terms, now: Timestamp, opens: Timestamp, days: i64) -> Result<Window, Refusal> {
        let least = least_days(terms);
        if !(least..=MOST_DAYS).contains(&days) {
            return Err(Refusal::new("vote-days").field("days").with("least", least).with("most", MOST_DAYS));
        }
        if opens < now || opens > now.plus_days(MOST_AHEAD_DAYS) {
            return Err(Refusal::new("vote-opens").field("opens").with("most", MOST_AHEAD_DAYS));
        }
        Ok(Window { opens, closes: opens.plus_days(days) })
    }
}

/// The fewest days for a vote of a kind.
#[must_use]
pub fn least_days(terms: &Terms) -> i64 {
    terms.days.max(LEAST_DAYS)
}

/// From when on what is decided holds: as its author says, and never before the kind's notice has run.
///
/// # Errors
/// `vote-enacts` for a day too far ahead: what has passed keeps its like from being asked until its day.
pub fn enacts_at(terms: &Terms, closes: Timestamp, stated: Option<Timestamp>) -> Result<Timestamp, Refusal> {
    let soonest = closes.plus_days(terms.notice_days);
    let enacts = stated.map_or(soonest, |stated| stated.max(soonest));
    let is_near = enacts <= closes.plus_days(MOST_WAIT_DAYS);
    if is_near { Ok(enacts) } else { Err(Refusal::new("vote-enacts").field("enacts").with("most", MOST_WAIT_DAYS)) }
}

/// `proposal.opened`, and the document beside it.
#[must_use]
pub fn open(id: &ProposalId, motion: &Motion, terms: (&Value, &Value), roll: &Roll, window: Window) -> (Draft, String) {
    let document = motion.document();
    let (quorum, majority) = terms;
    let draft = Draft::new("proposal.opened")
        .about("proposal", id)
        .calc("kind", motion.kind.as_str())
        .calc("document", hex::encode(Sha256::digest(&document)))
        .calc("roll_size", roll.size)
        .calc("roll_sha256", roll.sha256.as_str())
        .calc("quorum", quorum.clone())
        .calc("majority", majority.clone())
        .calc("opens", window.opens.to_string())
        .calc("closes", window.closes.to_string());
    let draft = match motion.act.change(id) {
        Some(change) => draft.calc("change", change),
        None => draft,
    };
    (draft, document)
}

/// Roles that a mandate gives.
pub const ROLES: [&str; 3] = ["reviewer", "treasurer", "coordinator"];
/// A vote is open for at least 72 hours.
pub const LEAST_DAYS: i64 = 3;
const MOST_AHEAD_DAYS: i64 = 60;
/// As long as the longest notice that a book may ask.
const MOST_WAIT_DAYS: i64 = 366;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Book;

    fn terms(kind: &str) -> Terms {
        Terms::of(&Book::parse(&Book::founding()).unwrap(), kind).unwrap()
    }

    #[test]
    fn a_vote_is_open_for_the_books_days_and_never_under_72_hours() {
        let now = Timestamp::from_secs(1_000_000);
        let short = Terms { days: 1, ..terms("ordinary") };
        assert_eq!(Window::of(&short, now, now, 2).unwrap_err().code, "vote-days");
        let window = Window::of(&short, now, now, 3).unwrap();
        assert_eq!(window.closes.since(window.opens), 72 * 3_600);
        assert_eq!(Window::of(&terms("constitution"), now, now, 13).unwrap_err().code, "vote-days");
        assert_eq!(Window::of(&short, now, now.plus_secs(-1), 3).unwrap_err().code, "vote-opens");
    }

    #[test]
    fn no_vote_is_open_for_longer_than_ninety_days_nor_opens_later_than_in_sixty() {
        let now = Timestamp::from_secs(1_000_000);
        let of = |opens: i64, days: i64| Window::of(&terms("ordinary"), now, now.plus_days(opens), days).map_err(|refusal| refusal.code);
        assert_eq!(of(0, 90).map(|window| window.closes), Ok(now.plus_days(90)));
        assert_eq!(of(0, 91), Err("vote-days"), "a question is asked to be answered");
        assert_eq!(of(0, i64::MAX), Err("vote-days"));
        assert_eq!(of(60, 90).map(|window| window.opens), Ok(now.plus_days(60)));
        assert_eq!(of(61, 90), Err("vote-opens"));
    }

    #[test]
    fn nothing_holds_before_its_notice_has_run() {
        let closes = Timestamp::from_secs(0);
        let of = |stated| enacts_at(&terms("rate-change"), closes, stated).map_err(|refusal| refusal.code);
        assert_eq!(of(None), Ok(closes.plus_days(14)));
        assert_eq!(of(Some(closes.plus_days(3))), Ok(closes.plus_days(14)));
        assert_eq!(of(Some(closes.plus_days(20))), Ok(closes.plus_days(20)));
        assert_eq!(of(Some(closes.plus_days(366))), Ok(closes.plus_days(366)));
        assert_eq!(of(Some(closes.plus_days(366).plus_secs(1))), Err("vote-enacts"), "nobody waits for longer than a year");
        let slow = Terms { notice_days: 366, ..terms("rate-change") };
        assert_eq!(enacts_at(&slow, closes, None), Ok(closes.plus_days(366)), "the longest notice of a book");
    }

    #[test]
    fn a_document_says_everything_but_its_own_number() {
        let contract = ContractId::from_number(4);
        let batch = BatchId::parse("019b8d3d-2bb8-7ea6-bed3-968735bc3463").unwrap();
        let member = MemberId::from_random([1; 8]);
        let patch = json!({"floor": {"general": {"USD": "9.000000"}}}).as_object().unwrap().clone();
        for act in [
            Act::Rules(patch),
            Act::PriceAsk {
                contract: contract.clone(),
                batch,
                price: Amount::parse_input("120.00").unwrap(),
                currency: Currency::parse("USD").unwrap(),
            },
            Act::Take(contract.clone()),
            Act::End(contract),
            Act::Mandate(member.clone(), "treasurer".to_owned()),
            Act::Recall(member.clone(), "reviewer".to_owned()),
            Act::Exclusion(member),
            Act::Text,
        ] {
            let motion = Motion {
                kind: "ordinary".to_owned(),
                title: "Ask more".to_owned(),
                text: "Because.".to_owned(),
                language: "en".to_owned(),
                act,
                enacts: Timestamp::from_secs(86_400),
                again: ProposalId::parse("P-9").ok(),
            };
            assert_eq!(Motion::read(motion.document().as_bytes()), Some(motion));
        }
    }
}
