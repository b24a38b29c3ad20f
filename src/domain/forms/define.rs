//! A form as a client types it, one question at a time.

use unicode_normalization::UnicodeNormalization;

use super::{CANDIDATES_LIMIT, CHOICES_LIMIT, Choice, Drawing, FIRST, Form, Kind, Preference, QUESTIONS_LIMIT, Question};
use crate::external::Link;
use crate::refusal::Refusal;
use crate::shapes::Tool;
use crate::text;

/// A question as typed.
#[derive(Clone, Debug, Default)]
pub struct NewQuestion {
    /// The word of a kind.
    pub kind: String,
    /// Short, for results; empty: made of the sentence.
    pub name: String,
    /// The sentence.
    pub question: String,
    /// Whether it may be left unanswered.
    pub optional: bool,
    /// Choices, options or labels, one a line; a key of its own stands at the end in square brackets, and after it, in braces, what
    /// stands for it in results for Label Studio: `Harmful [h] {harm}`.
    pub choices: String,
    /// Of a preference: whether both may be equally good.
    pub tie: bool,
    /// Of a preference: the least characters of its reason.
    pub reason: String,
    /// Of written pairs: how many at most.
    pub most: String,
    /// Of work in another tool: the link that leads there.
    pub link: String,
}

/// Reads a question.
///
/// # Errors
/// Every field that is not as it should be.
pub fn define(typed: &NewQuestion) -> Result<Question, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let question = text::line(&typed.question, QUESTION_LIMIT).unwrap_or_else(|_| {
        refusals.push(Refusal::new("question-missing").field("question"));
        String::new()
    });
    let name = match typed.name.trim() {
        "" => name_of(&question),
        name => name.to_owned(),
    };
    if !is_name(&name) {
        refusals.push(Refusal::new("question-name").field("name").with("most", NAME_LIMIT));
    }
    let answer = kind(typed, &mut refusals);
    if refusals.is_empty() { Ok(Question { name, question, required: !typed.optional, answer }) } else { Err(refusals) }
}

fn kind(typed: &NewQuestion, refusals: &mut Vec<Refusal>) -> Kind {
    match typed.kind.as_str() {
        "one-choice" => Kind::OneChoice(choices(&typed.choices, CHOICES_LIMIT, refusals)),
        "several-choices" => Kind::SeveralChoices(choices(&typed.choices, CHOICES_LIMIT, refusals)),
        "number" => Kind::Number,
        // Without options of its own, it ranks what each item brings.
        "ranking" if typed.choices.trim().is_empty() => Kind::Ranking(Vec::new()),
        "ranking" => Kind::Ranking(choices(&typed.choices, CANDIDATES_LIMIT, refusals)),
        "preference" => Kind::Preference(Preference { tie: typed.tie, reason: number("reason", &typed.reason, 0, REASON_LIMIT, refusals) }),
        "pairs" => Kind::Pairs(number("most", &typed.most, 1, PAIRS_LIMIT, refusals)),
        "spans" => Kind::Spans(labels(&typed.choices, refusals)),
        "boxes" => Kind::Shapes(Drawing { tools: vec![Tool::Box], labels: labels(&typed.choices, refusals) }),
        "polygons" => Kind::Shapes(Drawing { tools: vec![Tool::Polygon], labels: labels(&typed.choices, refusals) }),
        "shapes" => Kind::Shapes(Drawing { tools: vec![Tool::Box, Tool::Polygon], labels: labels(&typed.choices, refusals) }),
        "external" => match Link::parse(&typed.link) {
            Ok(link) => Kind::External(link),
            Err(refusal) => {
                refusals.push(refusal);
                Kind::Text
            }
        },
        _ => Kind::Text,
    }
}

fn number(field: &'static str, typed: &str, least: usize, most: usize, refusals: &mut Vec<Refusal>) -> usize {
    let number = typed.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.unwrap_or_else(|| {
        refusals.push(Refusal::new("number-range").field(field).with("least", least).with("most", most));
        least
    })
}

/// Two choices at least, at most so many.
fn choices(typed: &str, most: usize, refusals: &mut Vec<Refusal>) -> Vec<Choice> {
    let listed = listed(typed, refusals);
    if !(2..=most).contains(&listed.len()) {
        refusals.push(Refusal::new("choices-too-few").field("choices").with("most", most));
    }
    listed
}

/// One label at least.
fn labels(typed: &str, refusals: &mut Vec<Refusal>) -> Vec<Choice> {
    let listed = listed(typed, refusals);
    if !(1..=CHOICES_LIMIT).contains(&listed.len()) {
        refusals.push(Refusal::new("labels-too-few").field("choices").with("most", CHOICES_LIMIT));
    }
    listed
}

/// Choices, one a line.
fn listed(typed: &str, refusals: &mut Vec<Refusal>) -> Vec<Choice> {
    let mut listed: Vec<Choice> = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        let (rest, alias) = alias_of(line.trim());
        let (text, own_key) = key_of(rest);
        let choice = text::line(text, CHOICE_LIMIT).and_then(|text| {
            let alias = alias.map(|alias| text::line(alias, CHOICE_LIMIT)).transpose()?;
            Ok(Choice { text, own_key, alias })
        });
        match choice {
            Ok(choice) if choice.is_apart(&listed) => listed.push(choice),
            _ => refusals.push(Refusal::new("choice-unfit").field("choices").with("choice", line)),
        }
    }
    listed
}

impl Choice {
    /// Whether none of these has its text, its key, or its word in results.
    pub(crate) fn is_apart(&self, others: &[Choice]) -> bool {
        let same = |other: &Choice| {
            other.text == self.text || other.word() == self.word() || (self.own_key.is_some() && other.own_key == self.own_key)
        };
        !others.iter().any(same)
    }

    /// As it is typed.
    #[must_use]
    pub fn to_line(&self) -> String {
        let key = self.own_key.map_or_else(String::new, |key| format!(" [{key}]"));
        let alias = self.alias.as_ref().map_or_else(String::new, |alias| format!(" {{{alias}}}"));
        format!("{}{key}{alias}", self.text)
    }
}

/// `Harmful {harm}` is the choice `Harmful`, for which `harm` stands in results for Label Studio.
fn alias_of(line: &str) -> (&str, Option<&str>) {
    let braced = line.strip_suffix('}').and_then(|rest| rest.rsplit_once('{'));
    match braced {
        Some((text, alias)) if !text.trim().is_empty() && !alias.trim().is_empty() => (text.trim_end(), Some(alias.trim())),
        _ => (line, None),
    }
}

/// `Harmful [h]` is the choice `Harmful` with the key h. What else stands in brackets belongs to the text.
fn key_of(line: &str) -> (&str, Option<char>) {
    let bracketed = line.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    let Some((text, inside)) = bracketed else { return (line, None) };
    let mut inside = inside.chars();
    match (inside.next().map(|key| key.to_ascii_lowercase()), inside.next()) {
        (Some(key), None) if is_key(key) && !text.trim().is_empty() => (text.trim_end(), Some(key)),
        _ => (line, None),
    }
}

/// Keys that every keyboard has without another key held down.
pub(crate) fn is_key(key: char) -> bool {
    key.is_ascii_lowercase() || ('1'..='9').contains(&key)
}

/// A short name made of a sentence: its first words in plain letters; [`FIRST`] where it has none.
pub(crate) fn name_of(question: &str) -> String {
    let plain = question.nfkd().filter(char::is_ascii).flat_map(char::to_lowercase);
    let apart: String = plain.map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut name = String::new();
    for word in apart.split_whitespace() {
        let longer = if name.is_empty() { word.to_owned() } else { format!("{name}_{word}") };
        if longer.len() > NAME_MADE {
            break;
        }
        name = longer;
    }
    if is_name(&name) { name } else { FIRST.to_owned() }
}

/// A name that every program can take as a column, and that is no column or field of ours.
pub(crate) fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= NAME_LIMIT
        && name.chars().all(inside)
        && !["active_seconds", "guidelines", "item", "key", "worker"].contains(&name)
}

impl Form {
    /// With one question more, at the end. A name that was made of its sentence and is taken is numbered.
    ///
    /// # Errors
    /// A name that is taken; more than [`QUESTIONS_LIMIT`]; a second tool.
    pub fn with(&self, question: Question, is_named: bool) -> Result<Form, Refusal> {
        if self.questions.len() >= QUESTIONS_LIMIT {
            return Err(Refusal::new("questions-too-many").field("question").with("most", QUESTIONS_LIMIT));
        }
        // One claim has one token, and one result.
        if matches!(question.answer, Kind::External(_)) && self.external().is_some() {
            return Err(Refusal::new("question-external-twice").field("question"));
        }
        let mut form = self.clone();
        let free = |name: &String| !self.names().any(|taken| taken == name);
        let name = match is_named {
            true => Some(question.name.clone()).filter(free),
            false => [question.name.clone()].into_iter().chain((2..).map(|n: u32| format!("{}_{n}", question.name))).find(free),
        };
        let name = name.ok_or_else(|| Refusal::new("question-name-twice").field("name").with("name", question.name.as_str()))?;
        form.questions.push(Question { name, ..question });
        Ok(form)
    }

    /// With this question in the place of the one of that name.
    ///
    /// # Errors
    /// A name that another question has.
    pub fn replacing(&self, name: &str, question: Question) -> Result<Form, Refusal> {
        if question.name != name && self.names().any(|taken| taken == question.name) {
            return Err(Refusal::new("question-name-twice").field("name").with("name", question.name));
        }
        let mut form = self.clone();
        form.questions.iter_mut().filter(|kept| kept.name == name).for_each(|kept| *kept = question.clone());
        Ok(form)
    }

    /// Without the question of that name.
    ///
    /// # Errors
    /// The last one stays.
    pub fn without(&self, name: &str) -> Result<Form, Refusal> {
        let questions: Vec<Question> = self.questions.iter().filter(|question| question.name != name).cloned().collect();
        if questions.is_empty() { Err(Refusal::new("question-last")) } else { Ok(Form { questions }) }
    }

    /// With the question of that name one place further up.
    #[must_use]
    pub fn raising(&self, name: &str) -> Form {
        let mut form = self.clone();
        let place = self.names().position(|known| known == name).unwrap_or(0);
        if let Some(above) = place.checked_sub(1) {
            form.questions.swap(above, place);
        }
        form
    }
}

/// Characters of a question.
pub(crate) const QUESTION_LIMIT: usize = 200;
/// Most characters that a reason can be asked to have.
const REASON_LIMIT: usize = 1_000;
/// Most pairs of one answer.
const PAIRS_LIMIT: usize = 20;
/// Characters of a choice.
pub(crate) const CHOICE_LIMIT: usize = 80;
/// Characters of a name.
const NAME_LIMIT: usize = 40;
/// Characters of a name that is made of its question.
const NAME_MADE: usize = 24;
