//! Gold items: items whose right answer the client knows. Who they come to among the others, what their client says of them, and
//! whether an answer is the right one. They are claimed, judged and paid like any other item.

use serde_json::{Map, Value};

use crate::forms::{Form, Question, Task, cell, is_right};
use crate::refusal::Refusal;
use crate::text;

/// What is known of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The right answers by question name, as a member's own would be. At least one; not every question needs one.
    pub answers: Map<String, Value>,
    /// What whoever missed it reads.
    pub explanation: String,
}

/// A row of a client's file, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Of the file, from 1.
    pub line: u64,
    /// By question name; the empty name is that of the only question which can have a right answer.
    pub answers: Map<String, Value>,
    /// Why it is right.
    pub explanation: String,
}

impl Form {
    /// The questions of which a right answer can be known.
    pub fn knowable(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.can_be_known())
    }
}

impl Typed {
    /// What is known of the item by this row; nothing where it says nothing.
    ///
    /// # Errors
    /// `items-gold-…`, each with its line: a question that the form does not have, or of which no answer can be known, a value that
    /// is no answer to it; `items-cell` without an explanation, or with an explanation alone.
    pub fn read(&self, form: &Form, task: &Task) -> Result<Option<Known>, Refusal> {
        if self.answers.is_empty() {
            return if self.explanation.trim().is_empty() { Ok(None) } else { Err(self.refuse("items-cell").with("column", GOLD)) };
        }
        let mut answers = Map::new();
        for (name, value) in &self.answers {
            let question = self.question(form, name)?;
            let of = |refusal: Refusal| refusal.with("question", question.question.as_str());
            if !question.can_be_known() {
                return Err(of(self.refuse("items-gold-kind")));
            }
            let right = question.known(value, task);
            let given: String = cell(value).chars().take(SHOWN).collect();
            let right = right.ok_or_else(|| of(self.refuse("items-gold-answer").with("given", given)))?;
            answers.insert(question.name.clone(), right);
        }
        let explanation = text::lines(&self.explanation, EXPLANATION_LIMIT);
        let explanation = explanation.map_err(|_| self.refuse("items-cell").with("column", EXPLANATION))?;
        Ok(Some(Known { answers, explanation }))
    }

    fn question<'f>(&self, form: &'f Form, name: &str) -> Result<&'f Question, Refusal> {
        if !name.is_empty() {
            let named = form.questions.iter().find(|question| question.name == name);
            return named.ok_or_else(|| self.refuse("items-gold-question").with("name", name));
        }
        let mut knowable = form.knowable();
        match (knowable.next(), knowable.next(), form.questions.first()) {
            (Some(only), None, _) => Ok(only),
            (Some(first), Some(_), _) => Err(self.refuse("items-gold-which").with("name", first.name.as_str())),
            // It will be said that nothing can be known of it.
            (None, _, Some(first)) => Ok(first),
            (None, _, None) => Err(self.refuse("items-gold-question").with("name", name)),
        }
    }

    fn refuse(&self, code: &'static str) -> Refusal {
        Refusal::new(code).field("items").with("line", self.line)
    }
}

/// A table of these items (RFC 4180) with an empty column for each right answer that can be known, and one for why: filled in by the
/// client, it is read as a file of known answers. An item's id is written as it is, so that it is found again.
#[must_use]
pub fn table<'i>(form: &Form, items: impl Iterator<Item = &'i str>) -> String {
    let answers: Vec<String> = form.knowable().map(|question| format!("{GOLD}.{}", question.name)).collect();
    let quoted = |text: &str| match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let head = ["id"].into_iter().chain(answers.iter().map(String::as_str)).chain([EXPLANATION]).collect::<Vec<_>>().join(",");
    let empty = ",".repeat(answers.len().saturating_add(1));
    let lines = items.map(|item| format!("{}{empty}\r\n", quoted(item)));
    [format!("{head}\r\n")].into_iter().chain(lines).collect()
}

impl Known {
    /// Whether these answers, by question name, are right in everything that is known.
    #[must_use]
    pub fn is_met(&self, answers: &Map<String, Value>) -> bool {
        self.answers.iter().all(|(name, right)| is_right(right, answers.get(name)))
    }

    /// Whether it is still known when the form has become this one.
    #[must_use]
    pub fn fits(&self, form: &Form, task: &Task) -> bool {
        let fits = |(name, right): (&String, &Value)| {
            let question = form.questions.iter().find(|question| question.name == *name);
            question.and_then(|question| question.known(right, task)).as_ref() == Some(right)
        };
        self.answers.iter().all(fits)
    }
}

/// The turns of a batch's items, from 1 and each once: first those of so many others, then those of so many gold items, both in the
/// order of the client's file. Of that order nothing is left: were the others to keep it, an item out of it would be known for gold
/// before it is answered. Of as many equal stretches of the others as there are gold items, each has one somewhere, so that they are
/// spread and nobody can count them off. `dice` gives a number below the one it is given.
#[must_use]
pub fn turns(others: usize, gold: usize, mut dice: impl FnMut(u64) -> u64) -> Vec<i64> {
    let gaps = spread(others as u64, gold as u64, &mut dice);
    let of_gold = shuffled(gold, &mut dice).into_iter().map(|place| place.saturating_add(others));
    let of_others = shuffled(others, &mut dice).into_iter();
    // A gold item with so many others before it comes before the next of them.
    let mut order: Vec<((u64, bool), usize)> = gaps.into_iter().zip(of_gold).map(|(gap, item)| ((gap, false), item)).collect();
    order.extend(of_others.zip(0_u64..).map(|(item, place)| ((place, true), item)));
    order.sort_by_key(|(place, _)| *place);
    let mut turns: Vec<(usize, i64)> = order.into_iter().zip(1_i64..).map(|((_, item), turn)| (item, turn)).collect();
    turns.sort_unstable();
    turns.into_iter().map(|(_, turn)| turn).collect()
}

/// How many of so many others come before each of so many gold items, ascending: one somewhere in each of as many equal stretches.
fn spread(others: u64, gold: u64, mut dice: impl FnMut(u64) -> u64) -> Vec<u64> {
    let gaps = others.saturating_add(1);
    let begins = |stretch: u64| stretch.saturating_mul(gaps).checked_div(gold).unwrap_or_default();
    let place = |stretch: u64| {
        let (from, until) = (begins(stretch), begins(stretch.saturating_add(1)));
        from.saturating_add(dice(until.saturating_sub(from).max(1)))
    };
    (0..gold).map(place).collect()
}

/// The numbers below this one, in a drawn order: by a number drawn for each.
fn shuffled(many: usize, mut dice: impl FnMut(u64) -> u64) -> Vec<usize> {
    let mut drawn: Vec<(u64, usize)> = (0..many).map(|place| (dice(u64::MAX), place)).collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, place)| place).collect()
}

/// The column, or key, of the right answer.
pub const GOLD: &str = "gold";
/// The column, or key, of why it is right.
pub const EXPLANATION: &str = "gold_explanation";
/// Characters of an explanation.
const EXPLANATION_LIMIT: usize = 2_000;
/// Characters of an unfit value that a refusal repeats.
const SHOWN: usize = 60;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::forms::{Given, NewQuestion, define};

    fn form(questions: &[(&str, &str, &str)]) -> Form {
        let question = |(kind, name, choices): &(&str, &str, &str)| {
            define(&NewQuestion {
                kind: (*kind).to_owned(),
                name: (*name).to_owned(),
                question: format!("{name}?"),
                choices: choices.replace(';', "\n"),
                tie: true,
                reason: "0".to_owned(),
                most: "3".to_owned(),
                ..NewQuestion::default()
            })
            .unwrap()
        };
        Form { questions: questions.iter().map(question).collect() }
    }

    fn typed(answers: Value) -> Typed {
        let Value::Object(answers) = answers else { panic!() };
        Typed { line: 2, answers, explanation: "Since it is so.".to_owned() }
    }

    fn task() -> Task {
        Task { candidates: vec!["x".to_owned(), "y".to_owned()], prompt: "p".to_owned(), ..Task::default() }
    }

    /// What is typed, as the client's file and as a member's form have it, and what a member would miss it by.
    #[test]
    fn the_right_answer_is_what_a_member_who_gives_it_hands_in() {
        let kinds: &[(&str, &str, Value, &[&str], &[&str])] = &[
            ("one-choice", "Harmful;Harmless", json!(" Harmful "), &["Harmful"], &["Harmless"]),
            ("several-choices", "Sign;Bush;Car", json!("Car; Sign"), &["Sign", "Car"], &["Sign"]),
            ("several-choices", "Sign;Bush;Car", json!(["Car", "Sign"]), &["Car", "Sign"], &["Bush"]),
            ("text", "", json!("  Cafe\u{301}\r\n "), &["Caf\u{e9}"], &["Cafe"]),
            ("number", "", json!("7.50"), &["7.5"], &["7.51"]),
            ("number", "", json!(7), &["7.000"], &["8"]),
            ("ranking", "Tea;Water", json!("Water;Tea"), &["2", "1"], &["1", "2"]),
            ("ranking", "", json!("[\"b\",\"a\"]"), &["2", "1"], &["1", "2"]),
            ("preference", "", json!("b"), &["b", "Shorter."], &["a", "Shorter."]),
            ("preference", "", json!({"choice": "tie"}), &["tie", ""], &["b", ""]),
        ];
        for (kind, choices, right, met, missed) in kinds {
            let form = form(&[(kind, "what", choices)]);
            let known = typed(json!({"": right})).read(&form, &task()).unwrap().unwrap();
            let given = |values: &[&str]| {
                let given = Given::from([("what".to_owned(), values.iter().map(|value| (*value).to_owned()).collect())]);
                form.read(&given, &task()).unwrap().as_object().unwrap().clone()
            };
            assert!(known.is_met(&given(met)), "{kind}: {known:?}");
            assert!(!known.is_met(&given(missed)), "{kind}: {known:?}");
            assert!(known.fits(&form, &task()), "{kind}");
        }
    }

    #[test]
    fn what_is_no_right_answer_is_refused_with_its_line() {
        let one = form(&[("one-choice", "what", "Harmful;Harmless")]);
        let code = |form: &Form, answers: Value| typed(answers).read(form, &task()).unwrap_err().code;
        assert_eq!(code(&one, json!({"": "harmful"})), "items-gold-answer");
        assert_eq!(code(&one, json!({"why": "Harmful"})), "items-gold-question");
        for kind in ["pairs", "spans", "boxes", "polygons", "shapes"] {
            let free = form(&[(kind, "what", "Sign")]);
            assert_eq!(code(&free, json!({"": "Sign"})), "items-gold-kind", "{kind}");
            assert_eq!(code(&free, json!({"what": "Sign"})), "items-gold-kind", "{kind}");
            // Beside one that can be known, it is that one which is meant.
            let both = form(&[(kind, "drawn", "Sign"), ("text", "more", "")]);
            assert!(typed(json!({"": "x"})).read(&both, &task()).unwrap().unwrap().answers.contains_key("more"));
        }
        let two = form(&[("number", "count", ""), ("text", "more", "")]);
        assert_eq!(code(&two, json!({"": "1"})), "items-gold-which");
        assert_eq!(code(&two, json!({"count": "many"})), "items-gold-answer");
        let refusal = typed(json!({"count": "x".repeat(99)})).read(&two, &task()).unwrap_err();
        assert!(refusal.args.contains(&("line", 2_u64.into())) && refusal.args.contains(&("given", "x".repeat(60).into())));
        for kind in [("several-choices", "a;b"), ("ranking", "a;b"), ("preference", "")] {
            let form = form(&[(kind.0, "what", kind.1)]);
            for wrong in [json!(""), json!(["a"]), json!("a;a"), json!(["a", "c"]), json!(true), json!({"choice": "c"})] {
                let fits = kind.0 == "several-choices" && (wrong == json!(["a"]) || wrong == json!("a;a"));
                assert_eq!(typed(json!({"": wrong})).read(&form, &task()).is_ok(), fits, "{kind:?}: {wrong}");
            }
        }
        let alone = Typed { answers: Map::new(), ..typed(json!({})) };
        assert_eq!(alone.read(&one, &task()).unwrap_err().code, "items-cell");
        assert_eq!(Typed::default().read(&one, &task()), Ok(None));
        let unexplained = Typed { explanation: " ".to_owned(), ..typed(json!({"": "Harmful"})) };
        assert!(unexplained.read(&one, &task()).unwrap_err().args.contains(&("column", EXPLANATION.into())));
    }

    #[test]
    fn what_is_known_no_longer_fits_a_form_that_has_become_another() {
        let known = typed(json!({"": "Harmful"})).read(&form(&[("one-choice", "what", "Harmful;Harmless")]), &task()).unwrap().unwrap();
        assert!(known.fits(&form(&[("text", "more", ""), ("one-choice", "what", "Harmless;Harmful;Unclear")]), &task()));
        assert!(!known.fits(&form(&[("one-choice", "what", "Bad;Harmless")]), &task()));
        assert!(!known.fits(&form(&[("one-choice", "other", "Harmful;Harmless")]), &task()));
    }

    /// `SplitMix64`.
    fn dice(mut state: u64) -> impl FnMut(u64) -> u64 {
        move |below| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) % below
        }
    }

    proptest! {
        /// Each stretch of the others has one, wherever the dice fall, and each item a turn of its own.
        #[test]
        fn gold_is_spread_among_the_others(others in 1_usize..300, gold in 1_usize..40, seed in any::<u64>()) {
            let turns = turns(others, gold, dice(seed));
            let all = i64::try_from(others + gold).unwrap();
            prop_assert_eq!(turns.iter().copied().collect::<BTreeSet<_>>(), (1..=all).collect::<BTreeSet<_>>());
            let mut of_gold = turns[others..].to_vec();
            of_gold.sort_unstable();
            let stretch = i64::try_from(others / gold + 2).unwrap();
            for pair in of_gold.windows(2) {
                prop_assert!(pair[1] - pair[0] <= 2 * stretch);
            }
        }

        /// With gold last in the file, and ids that run: whoever calls each item gold that comes before one of a smaller id, or after one
        /// of a greater, calls nearly all others that, too.
        #[test]
        fn the_order_of_turns_says_nothing_of_which_items_are_gold(seed in any::<u64>()) {
            let (others, gold) = (100, 10);
            let turns = turns(others, gold, dice(seed));
            let mut ids: Vec<(i64, usize)> = turns.into_iter().zip(0..).collect();
            ids.sort_unstable();
            let ids: Vec<usize> = ids.into_iter().map(|(_, id)| id).collect();
            let falls = |ids: &[usize]| ids.windows(2).filter(|pair| pair[1] < pair[0]).count();
            let of = |gold: bool| ids.iter().copied().filter(|id| (*id >= others) == gold).collect::<Vec<_>>();
            // Half of all steps of a drawn order fall; of 99, fewer than 20 do once in a thousand million draws.
            prop_assert!(falls(&of(false)) > 20, "the others keep an order: {:?}", of(false));
            prop_assert!(falls(&of(true)) > 0 || of(true).len() < 2, "gold keeps an order: {:?}", of(true));
        }
    }
}
