//! Pictures that pages draw of figures: SVG of shapes and words at places in percent and rem, so that text never scales. What stands in
//! them stands in a table or a list, too.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::effects::{Effects, Pair};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;

use crate::i18n::{Say, amount, change};
use crate::web::split::fund_words;

/// A picture.
#[derive(Debug, Default)]
pub struct Pictured {
    /// Part of the ids of its title and description, for this page alone.
    pub id: String,
    /// What it is, for those who do not see it.
    pub title: String,
    /// What it shows.
    pub described: String,
    /// In rem.
    pub height: String,
    /// Words: place from the left in percent, from the top in rem, `start`, `middle` or `end`.
    pub words: Vec<(String, String, &'static str, String)>,
    /// Bars: class, from the left and width in percent, from the top in rem.
    pub bars: Vec<(&'static str, String, String, String)>,
    /// Lines: from, to in percent, at in rem, and whether they are dashed.
    pub lines: Vec<(String, String, String, bool)>,
    /// Signs: `was`, `is`, `knot`, `coming`, `today`; place in percent and rem.
    pub signs: Vec<(&'static str, String, String)>,
}

/// Where each currency's money goes, now and if it passes, on one scale; below it two hours, now and then.
pub(super) fn effects(say: &Say, currency: Currency, effects: &Effects) -> Pictured {
    let cost = effects.cost;
    let scale = cost.before.max(cost.after);
    let mut picture = Pictured { id: format!("effects-{}", currency.code()), ..Pictured::default() };
    picture.title = say.with("effects-picture", &[("currency", currency.code().into())]);
    let few = effects.is_few();
    let mut described = Vec::new();
    let parts = parts(say, effects);
    for (top, word, of) in [(0, "effects-now", before as fn(&Pair) -> Amount), (3, "effects-then", after as fn(&Pair) -> Amount)] {
        let sum = if few { String::new() } else { format!(" {} {currency}", amount(say.language, of(&cost))) };
        picture.words.push(("0".to_owned(), format!("{top}.9"), "start", format!("{}{sum}", say.t(word))));
        let mut left = Amount::ZERO;
        for (class, _, pair) in &parts {
            let width = of(pair);
            picture.bars.push((*class, percent(left, scale), percent(width, scale), format!("{}.25", top + 1)));
            left = Amount::from_micros(left.micros().saturating_add(width.micros()));
        }
        described.push(format!("{}{sum}.", say.t(word)));
    }
    described.extend(parts.iter().filter_map(|(_, name, pair)| Some(format!("{name} {}.", change(say.language, pair.change()?)))));
    picture.height = "6.25".to_owned();
    if !few && effects.median_hour != Pair::default() {
        hours(say, effects, &mut picture, &mut described);
    }
    picture.described = described.join(" ");
    picture
}

/// The middle and the lowest hour: promised signs are where they stand now, filled ones where they would.
fn hours(say: &Say, effects: &Effects, picture: &mut Pictured, described: &mut Vec<String>) {
    let (median, lowest) = (effects.median_hour, effects.lowest_hour);
    let most = [median.before, median.after, lowest.before, lowest.after].into_iter().max().unwrap_or_default();
    let scale = Amount::from_micros(most.micros().saturating_add(most.micros() / 20));
    for (top, word, pair) in [(7, "effects-median", median), (11, "effects-lowest", lowest)] {
        let sums = format!("{} → {}", amount(say.language, pair.before), amount(say.language, pair.after));
        let words = format!("{} {sums}", say.t(word));
        // Text does not wrap here: long sums stand in the table alone.
        let shown = if words.chars().count() > ROOM { say.t(word) } else { words.clone() };
        picture.words.push(("0".to_owned(), format!("{top}.4"), "start", shown));
        let at = format!("{}.9", top + 1);
        picture.lines.push(("0".to_owned(), "100".to_owned(), at.clone(), false));
        picture.signs.push(("was", percent(pair.before, scale), at.clone()));
        picture.signs.push(("is", percent(pair.after, scale), at));
        described.push(format!("{words}."));
    }
    picture.height = "14".to_owned();
}

/// Letters that have room in a line of a picture on a phone.
const ROOM: usize = 44;

/// Who has a part, always in one order: class, name, sums.
fn parts(say: &Say, effects: &Effects) -> Vec<(&'static str, String, Pair)> {
    let mut parts = vec![("s1", say.t("effects-members"), effects.members_pay)];
    for (account, pair) in &effects.shared {
        let (class, name) = shared(say, account);
        parts.push((class, name, *pair));
    }
    parts.sort_by_key(|(class, ..)| *class);
    parts
}

/// Swatch and name of a fund, the reserve, or the co-op's running.
pub(super) fn shared(say: &Say, account: &str) -> (&'static str, String) {
    match account.strip_prefix("Liabilities:Funds:") {
        Some(fund) => ("s3", fund_words(say, fund)),
        None if account == "Equity:Reserve" => ("s4", say.t("split-reserve")),
        None => ("s5", say.t("split-operations")),
    }
}

fn before(pair: &Pair) -> Amount {
    pair.before
}

fn after(pair: &Pair) -> Amount {
    pair.after
}

/// A part of a whole, in percent with two decimals.
fn percent(part: Amount, whole: Amount) -> String {
    hundredths(i128::from(part.micros()), i128::from(whole.micros()))
}

fn hundredths(part: i128, whole: i128) -> String {
    let points = (part.max(0) * 10_000 / whole.max(1)).min(10_000);
    format!("{}.{:02}", points / 100, points % 100)
}

/// A point on the line of rule books.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knot {
    /// When.
    pub at: Timestamp,
    /// Whether it has passed and waits for its day.
    pub is_coming: bool,
}

/// The rule books on a line, from the founding to today, and on to what has passed already.
pub(super) fn timeline(say: &Say, knots: &[Knot], now: Timestamp) -> Pictured {
    let first = knots.first().map_or(now, |knot| knot.at);
    let last = knots.last().map_or(now, |knot| knot.at.max(now));
    let at = |moment: Timestamp| hundredths(i128::from(moment.since(first)), i128::from(last.since(first)));
    let top = "2.25".to_owned();
    let mut picture = Pictured { id: "rates-line".to_owned(), height: "4".to_owned(), ..Pictured::default() };
    picture.title = say.t("rates-line");
    picture.lines.push(("0".to_owned(), at(now), top.clone(), false));
    if last > now {
        picture.lines.push((at(now), "100".to_owned(), top.clone(), true));
    }
    for knot in knots {
        picture.signs.push((if knot.is_coming { "coming" } else { "knot" }, at(knot.at), top.clone()));
    }
    picture.signs.push(("today", at(now), top));
    picture.words.push(("0".to_owned(), "1".to_owned(), "start", say.date(first)));
    // Below the line, so that it meets no date above it.
    let (place, anchor) = if last > now { (at(now), "middle") } else { ("100".to_owned(), "end") };
    picture.words.push((place, "3.75".to_owned(), anchor, say.t("rates-today")));
    if last > now {
        picture.words.push(("100".to_owned(), "1".to_owned(), "end", say.date(last)));
    }
    let (past, coming) = (knots.iter().filter(|knot| !knot.is_coming).count(), knots.iter().filter(|knot| knot.is_coming).count());
    picture.described =
        say.with("rates-line-words", &[("books", Arg::from(past)), ("coming", coming.into()), ("first", say.date(first).into())]);
    picture
}
