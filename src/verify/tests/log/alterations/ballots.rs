//! Whole votes after the sample's, told as they were but for one thing, which one check of level 4 finds and no other. Those of which
//! nothing is told otherwise hold: so it is that one thing which is found.

use manyhands_domain::proposals::sealing::seal;
use serde_json::{Value, json};

use crate::alterations::votes::propose;
use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M2, M3, first_member_key, key};

/// Members of the roll who vote signed in.
const VOTERS: [&str; 6] = ["M-BCYWAT28", "M-E2Z4E63N", "M-G7VFNAJG", "M-NSBVKD1S", "M-SNGKH1MN", "M-SZEH0VXK"];
/// A batch of C-1, whose price is 10 dollars.
const BATCH: &str = "019b8d3b-e398-7e4b-9bb9-f49ad214f9ae";

/// A vote on P-9 under way, opened at index 315.
struct Vote<'f> {
    forge: &'f mut Forge,
    /// Index, member, choice and salt of each member's last ballot.
    cast: Vec<(usize, &'static str, &'static str, String)>,
    by_key: u64,
}

/// A vote on words: 2 days, a third of ten members, more than half.
fn words(forge: &mut Forge) -> Vote<'_> {
    vote(forge, |_| {})
}

/// A vote that may change a rule: 3 days, half of them, two thirds.
fn rules(forge: &mut Forge) -> Vote<'_> {
    vote(forge, |entry| {
        entry["calc"]["kind"] = json!("rules");
        entry["calc"]["quorum"] = json!([1, 2]);
        entry["calc"]["majority"] = json!(["least", 2, 3]);
        entry["calc"]["closes"] = json!("2026-01-26T00:00:00Z");
        entry["calc"]["change"] = rule(json!({"review": {"silence_days": 8}}));
    })
}

/// A vote that asks a price.
fn price(forge: &mut Forge) -> Vote<'_> {
    vote(forge, |entry| {
        entry["calc"]["kind"] = json!("price-ask");
        entry["calc"]["change"] = repriced();
    })
}

fn vote(forge: &mut Forge, change: impl FnOnce(&mut Value)) -> Vote<'_> {
    propose(forge, change);
    Vote { forge, cast: Vec::new(), by_key: 0 }
}

fn rule(book: Value) -> Value {
    json!({"calc": {"book": book}, "kind": "rule.enacted", "refs": {"proposal": "P-9"}})
}

fn repriced() -> Value {
    json!({"calc": {"price": "10.500000"}, "kind": "batch.repriced", "refs": {"batch": BATCH, "contract": "C-1", "proposal": "P-9"}})
}

impl<'f> Vote<'f> {
    /// The first of the voters, one for each choice.
    fn all(self, choices: &[&'static str]) -> Vote<'f> {
        choices.iter().zip(VOTERS).fold(self, |vote, (choice, member)| vote.cast(member, choice))
    }

    fn cast(self, member: &'static str, choice: &'static str) -> Vote<'f> {
        let salt = format!("{:064x}", 0xabcd_ef00 + self.forge.entries.len());
        self.sealed(member, choice, salt, "session")
    }

    fn by_key(mut self, member: &'static str, choice: &'static str) -> Vote<'f> {
        self.by_key += 1;
        let salt = format!("{:064x}", 0xabcd_ef00 + self.forge.entries.len());
        self.sealed(member, choice, salt, "key")
    }

    fn sealed(mut self, member: &'static str, choice: &'static str, salt: String, how: &str) -> Vote<'f> {
        let index = self.forge.entries.len();
        let sealed = hex::encode(seal(&hex::decode(&salt).unwrap(), "P-9", member, choice));
        let refs = json!({"member": member, "proposal": "P-9"});
        let entry = json!({"at": "2026-01-24T00:00:00Z", "kind": "ballot.cast", "refs": refs, "calc": {"how": how, "sealed": sealed}});
        self.forge.append(entry, if how == "key" { std::slice::from_ref(&member) } else { &[] });
        self.cast.retain(|(_, voter, _, _)| *voter != member);
        self.cast.push((index, member, choice, salt));
        self
    }

    /// Its end, with every count as it is, and what opens all ballots, after something was told otherwise.
    fn close(self, result: &str, tell: impl FnOnce(&mut Value, &mut Vec<Value>)) -> &'f mut Forge {
        let (cast, by_key, index) = (self.cast.len() as u64, self.by_key, self.forge.entries.len());
        let count = |choice: &str| self.cast.iter().filter(|(_, _, said, _)| *said == choice).count();
        let mut openings: Vec<Value> = self.cast.iter().map(|(index, _, choice, salt)| json!([index, choice, salt])).collect();
        let calc = json!({
            "by_key": by_key, "by_new_key": 0, "by_session": cast - by_key, "cast": cast, "eligible": 10, "openings": "", "result": result,
            "counts": {"abstain": count("abstain"), "no": count("no"), "yes": count("yes")}, "unopened": 0,
        });
        let mut entry = json!({"at": "2026-01-28T00:00:00Z", "kind": "proposal.closed", "refs": {"proposal": "P-9"}, "calc": calc});
        tell(&mut entry, &mut openings);
        let withheld = entry["calc"]["openings"] != "";
        self.forge.append(entry, &[]);
        if !withheld {
            self.forge.replace_document(index, "openings", &Value::Array(openings));
        }
        self.forge
    }
}

/// Four of ten, of whom three say yes; their openings are with the members, and one number is told otherwise.
fn told(forge: &mut Forge, changes: &[(&str, u64)]) {
    let vote = words(forge).all(&["yes", "yes", "yes", "no"]);
    vote.close("passed", |entry, _| {
        entry["calc"]["openings"] = json!("a".repeat(64));
        for (pointer, number) in changes {
            *entry["calc"].pointer_mut(pointer).unwrap() = json!(number);
        }
    });
}

/// The last ballot is not opened, and the end is recorded at this time.
fn unopened(forge: &mut Forge, at: &str) {
    let vote = words(forge).all(&["yes", "yes", "yes", "yes"]);
    vote.close("passed", |entry, openings| {
        openings.pop();
        entry["at"] = json!(at);
        entry["calc"]["counts"]["yes"] = json!(3);
        entry["calc"]["unopened"] = json!(1);
    });
}

/// What P-9 would change of the rules, enacted.
fn enact(forge: &mut Forge) {
    let mut book = forge.entries[175]["calc"]["book"].clone();
    book["review"]["silence_days"] = json!(8);
    forge.append(json!({"kind": "rule.enacted", "refs": {"proposal": "P-9"}, "calc": {"book": book}}), &[]);
}

/// The price that P-9 asks, set.
fn reprice(forge: &mut Forge, change: impl FnOnce(&mut Value)) {
    let mut entry = repriced();
    entry["rule"] = json!(175);
    change(&mut entry);
    forge.append(entry, &[]);
}

/// The sample with a kind of vote that may change one part of the book.
fn may_change_review(forge: &mut Forge, book: Value) {
    for index in [1, 175] {
        forge.set(index, "/calc/book/votes/ordinary/changes", json!(["review"]));
    }
    propose(forge, |entry| entry["calc"]["change"] = rule(book));
}

fn add_key(forge: &mut Forge, member: &str, label: &str, signers: &[&str]) {
    let vkey = key(first_member_key(member).verifying_key().name(), label).verifying_key().to_string();
    forge.append(json!({"kind": "key.added", "refs": {"member": member}, "calc": {"vkey": vkey}}), signers);
}

/// The first key of somebody who has none.
fn first_key(forge: &mut Forge, member: &str) {
    let name = first_member_key(member).verifying_key().name().to_owned();
    add_key(forge, member, &name, &[]);
}

fn new_keys(entry: &mut Value, count: u64) {
    entry["calc"]["by_new_key"] = json!(count);
}

pub const CASES: &[Case] = &[
    // Nothing is told otherwise.
    case("a vote as it was", &[], |f| {
        words(f).all(&["yes", "yes", "no", "abstain"]).close("passed", |_, _| {});
    }),
    case("a vote whose openings are with the members", &[], |f| told(f, &[])),
    case("a rule that was voted", &[], |f| {
        enact(rules(f).all(&["yes", "yes", "yes", "yes", "no", "no"]).close("passed", |_, _| {}));
    }),
    case("a price that was voted", &[], |f| {
        reprice(price(f).all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {}), |_| {});
    }),
    case("a change of what its kind may change", &[], |f| may_change_review(f, json!({"review": {"silence_days": 8}}))),
    case("a member who changed their mind", &[], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "yes"]).cast(VOTERS[0], "no").by_key(M1, "no").by_key(M3, "yes");
        vote.close("passed", |_, _| {});
    }),
    case("a member who left after they voted", &[], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.forge.append(json!({"kind": "member.left", "refs": {"member": VOTERS[0]}}), &[M1, M3]);
        vote.close("passed", |_, _| {});
    }),
    case("a ballot that nobody opened within 48 hours", &[], |f| unopened(f, "2026-01-27T00:00:00Z")),
    case("a key made just before the vote", &[], |f| {
        first_key(f, VOTERS[5]);
        words(f).all(&["yes", "yes", "yes"]).by_key(VOTERS[5], "no").close("passed", |_, _| {});
    }),
    case("a key made during the vote", &[], |f| {
        let vote = words(f).all(&["yes", "yes", "yes"]);
        first_key(vote.forge, VOTERS[5]);
        vote.by_key(VOTERS[5], "no").close("passed", |entry, _| new_keys(entry, 1));
    }),
    case("a key made during the vote by somebody whose last one had ended", &[], |f| {
        let id = first_member_key(M3).id().to_string();
        f.append(json!({"kind": "key.retired", "refs": {"member": M3}, "calc": {"key_id": id, "reason": "lost"}}), &[]);
        let vote = words(f).all(&["yes", "yes", "yes"]);
        add_key(vote.forge, M3, "forged", &[M1, M2]);
        let (index, at) = (vote.forge.entries.len(), "2026-01-24T00:00:00Z");
        let sealed = hex::encode(seal(&[7; 32], "P-9", M3, "no"));
        let (refs, calc) = (json!({"member": M3, "proposal": "P-9"}), json!({"how": "key", "sealed": sealed}));
        vote.forge.append(json!({"at": at, "kind": "ballot.cast", "refs": refs, "calc": calc}), &[]);
        vote.forge.add_note(index, 0, &key(first_member_key(M3).verifying_key().name(), "forged"), index, |_| {});
        let mut vote = vote;
        vote.cast.push((index, M3, "no", "07".repeat(32)));
        vote.by_key = 1;
        vote.close("passed", |entry, _| new_keys(entry, 1));
    }),
    // The opening.
    case("a change with a reference too many", &[(1, 315), (3, 315), (4, 315)], |f| {
        propose(f, |entry| {
            entry["calc"]["kind"] = json!("price-ask");
            entry["calc"]["change"] = repriced();
            entry["calc"]["change"]["refs"]["member"] = json!(M1);
        });
    }),
    case("a change of a rule with a reference too many", &[(1, 315), (3, 315), (4, 315)], |f| {
        may_change_review(f, json!({"review": {"silence_days": 8}}));
        f.edit(315, |entry| entry["calc"]["change"]["refs"]["contract"] = json!("C-1"));
    }),
    case("a price asked by a vote about words", &[(4, 315)], |f| propose(f, |entry| entry["calc"]["change"] = repriced())),
    case("a rule changed by a vote about a price", &[(4, 315)], |f| {
        propose(f, |entry| {
            entry["calc"]["kind"] = json!("price-ask");
            entry["calc"]["change"] = rule(json!({"review": {"silence_days": 8}}));
        });
    }),
    case("a change of which its kind may make a part", &[(4, 315)], |f| {
        may_change_review(f, json!({"review": {"silence_days": 8}, "split": {"operations": 500, "reserve": 800}}));
    }),
    // The ballots.
    case("a ballot of somebody who left before they voted", &[(4, 317)], |f| {
        let vote = words(f);
        vote.forge.append(json!({"kind": "member.left", "refs": {"member": VOTERS[0]}}), &[M1, M3]);
        vote.all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {});
    }),
    // The tally, without the openings.
    case("the end of a vote that never was", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.close("passed", |entry, _| entry["refs"]["proposal"] = json!("P-8"));
    }),
    case("a larger roll than was frozen", &[(4, 320)], |f| told(f, &[("/eligible", 11)])),
    case("more ballots than were cast, unopened", &[(4, 320)], |f| told(f, &[("/cast", 5), ("/unopened", 1)])),
    case("more ballots by key than were", &[(4, 320)], |f| told(f, &[("/by_key", 1)])),
    case("fewer ballots in sessions than were", &[(4, 320)], |f| told(f, &[("/by_session", 3)])),
    case("a ballot by a new key that was none", &[(4, 320)], |f| told(f, &[("/by_new_key", 1)])),
    case("more counted than was cast", &[(4, 320)], |f| told(f, &[("/counts/yes", 4)])),
    case("fewer counted than were cast", &[(4, 320)], |f| told(f, &[("/counts/no", 0)])),
    case("a ballot that nobody opened, and two days not waited", &[(4, 320)], |f| unopened(f, "2026-01-26T23:59:59Z")),
    // The openings.
    case("a ballot counted twice and another not at all", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.close("passed", |entry, openings| {
            openings[3] = openings[2].clone();
            entry["calc"]["counts"] = json!({"abstain": 0, "no": 0, "yes": 4});
        });
    }),
    case("a ballot that says what no ballot says", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes"]).cast(VOTERS[3], "perhaps");
        vote.close("passed", |entry, _| entry["calc"]["counts"]["abstain"] = json!(1));
    }),
    case("a ballot opened by too short a salt", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes"]).sealed(VOTERS[3], "no", "07".repeat(31), "session");
        vote.close("passed", |_, _| {});
    }),
    case("a ballot opened by a salt in capital letters", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.close("passed", |_, openings| openings[0][2] = json!(openings[0][2].as_str().unwrap().to_uppercase()));
    }),
    case("an opening with a part too many", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.close("passed", |_, openings| openings[0].as_array_mut().unwrap().push(json!("yes")));
    }),
    case("an opening of a ballot that is none", &[(4, 320)], |f| {
        let vote = words(f).all(&["yes", "yes", "yes", "no"]);
        vote.close("passed", |_, openings| openings[3][0] = json!(319 + 1_000));
    }),
    case("openings that are not what their name says", &[(1, 320)], |f| {
        let f = words(f).all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {});
        let name = format!("documents/{}.json", f.entries[320]["calc"]["openings"].as_str().unwrap());
        f.files.push((name, |bytes| *bytes = String::from_utf8_lossy(bytes).replacen("\"yes\"", "\"no\"", 1).into_bytes()));
    }),
    // What follows.
    case("a rule by a vote that was rejected", &[(4, 323)], |f| {
        enact(rules(f).all(&["yes", "yes", "yes", "no", "no", "no"]).close("rejected", |_, _| {}));
    }),
    case("a rule by a vote without its quorum", &[(4, 321)], |f| {
        enact(rules(f).all(&["yes", "yes", "yes", "yes"]).close("no-quorum", |_, _| {}));
    }),
    case("a rule by a vote that the unopened could turn", &[(4, 323)], |f| {
        let vote = rules(f).all(&["yes", "yes", "yes", "no", "no", "yes"]);
        enact(vote.close("void", |entry, openings| {
            openings.pop();
            entry["calc"]["counts"]["yes"] = json!(3);
            entry["calc"]["unopened"] = json!(1);
        }));
    }),
    case("a rule by a vote that is open", &[(4, 322)], |f| enact(rules(f).all(&["yes"; 6]).forge)),
    case("a rule by a vote about words", &[(4, 321)], |f| {
        enact(words(f).all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {}));
    }),
    case("a rule by a vote about a price", &[(4, 321)], |f| {
        enact(price(f).all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {}));
    }),
    case("a price of another batch than was voted", &[(4, 321)], |f| {
        let f = price(f).all(&["yes", "yes", "yes", "no"]).close("passed", |_, _| {});
        reprice(f, |entry| {
            entry["refs"]["batch"] = json!("019b8d3e-5498-7481-b001-746f05993c10");
            entry["refs"]["contract"] = json!("C-3");
        });
    }),
    case("a price by a vote that was rejected", &[(4, 321)], |f| {
        reprice(price(f).all(&["yes", "yes", "no", "no"]).close("rejected", |_, _| {}), |_| {});
    }),
];
