//! The rates: every rule of the book today in plain words, what it means for a task like mine, what has passed and is still to come, and
//! how the book came to be: who voted it, by how many. Anybody may read it; what leads to votes and entries, whoever may read those.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::fields::Difference;
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::rates::{self as books, Coming, Enacted, Piece, Story, Today, Voted};
use crate::actions::{Error, rights};
use crate::i18n::{Say, amount, percent};
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::pictured::{self, Knot};
use crate::web::rule_words::{kind_words, name, skill_words, terms_words, value};
use crate::web::sheet::{Block, Row, Sheet, SumRow, Table, TableRow};
use crate::web::split::split;

#[get("/rates?<before>")]
pub(super) async fn rates(page: Page, before: Option<u64>) -> Result {
    if let Some(before) = before {
        return earlier(&page, before).await;
    }
    let say = &page.say;
    let Today { story, coming, times } = books::today(&page.deps).await?;
    let Some(now) = story.books.first() else { return Err(Error::broken("no rule book is enacted").into()) };
    let member = page.who.as_ref().and_then(rights::SignedIn::member);
    let piece = match &member {
        Some(member) => books::latest_piece(&page.deps, member).await?,
        None => None,
    };
    let is_own = piece.is_some();
    let piece = piece.unwrap_or_else(|| example(say));
    let currency = Currency::parse(&piece.currency).map_err(Error::broken)?;
    let price = Amount::from_micros(piece.price);
    let book = &now.book;

    let mut sheet = Sheet::new("", say.t("rates-title")).lede(say.t("rates-lede"));
    sheet = sheet.lede(say.with("rates-since", &[("date", say.date(now.at).into())]));
    sheet = sheet.leaf(say.t("rates-floor"), floors(say, book));
    let words = say.with(if is_own { "rates-split-yours" } else { "rates-split-words" }, &[("price", (price, currency).into())]);
    let mut blocks = vec![Block::Text(words)];
    blocks.extend(split(&page, book, price, currency, &say.t("split-client-pays"))?);
    blocks.push(Block::Small(say.t("rates-split-copies")));
    sheet = sheet.leaf(say.t("split-each-100"), blocks);
    sheet = sheet.leaf(say.t(if is_own { "rates-yours" } else { "rates-example" }), on_a_piece(say, book, &piece, is_own)?);
    sheet = sheet.leaf(say.t("rates-time"), vec![Block::Facts(time(say, book))]);
    sheet = sheet.leaf(say.t("rates-review"), vec![Block::Facts(review(say, book))]);
    sheet = sheet.leaf(say.t("rates-exposure"), vec![Block::Facts(exposure(say, book)), Block::Small(say.t("rates-exposure-words"))]);
    sheet = sheet.leaf(say.t("rates-votes"), votes(say, book));
    sheet = sheet.leaf(say.t("rates-currencies"), vec![Block::Facts(currencies(say, book))]);
    let others = others(say, book);
    if !others.is_empty() {
        sheet = sheet.leaf(say.t("rates-others"), vec![Block::Facts(others), Block::Small(say.t("rates-others-words"))]);
    }
    if !coming.is_empty() {
        sheet = sheet.leaf(say.t("rates-coming"), to_come(&page, member.is_some(), &coming));
    }
    let line = pictured::timeline(say, &knots(&times, &coming), page.now());
    let mut blocks = vec![Block::Text(say.t("rates-who-words")), Block::Pictured(Box::new(line))];
    blocks.extend(history(&page, member.is_some(), &story));
    page.show(sheet.leaf(say.t("rates-who"), blocks)).await
}

/// The rule books before those of the page of rates.
async fn earlier(page: &Page, before: u64) -> Result {
    let story = books::earlier(&page.deps, before).await?;
    let is_member = page.who.as_ref().and_then(rights::SignedIn::member).is_some();
    let back = vec![Block::Links(vec![("/rates".to_owned(), page.say.t("rates-title"))])];
    let sheet = Sheet::new("", page.say.t("rates-earlier"));
    page.show(sheet.leaf(page.say.t("rates-who"), history(page, is_member, &story)).leaf("", back)).await
}

/// What stands for a task of one's own where there is none: a street scene.
fn example(say: &Say) -> Piece {
    Piece {
        title: say.t("rates-example-words"),
        contract_id: String::new(),
        price: 9_400_000,
        currency: "USD".to_owned(),
        seconds: None,
        estimate: 2_700,
        skill: "general".to_owned(),
        level: 0,
    }
}

fn floors(say: &Say, book: &Book) -> Vec<Block> {
    let mut rows = Vec::new();
    for (skill, rates) in &book.floor {
        for (currency, floor) in rates {
            let figures = vec![currency.code().to_owned(), amount(say.language, *floor)];
            rows.push(TableRow { name: skill_words(say, skill), figures, ..TableRow::default() });
        }
    }
    for (level, points) in book.premium.iter().enumerate() {
        let name = say.with("rates-premium", &[("level", level.into())]);
        let figures = vec![String::new(), format!("+ {}", percent(say.language, *points))];
        rows.push(TableRow { name, figures, ..TableRow::default() });
    }
    let heads = vec![say.t("rates-skill"), say.t("rates-currency"), say.t("rates-hour")];
    vec![Block::Text(say.t("rates-floor-words")), Block::Table(Table { heads, rows })]
}

/// What the rules mean for one piece.
fn on_a_piece(say: &Say, book: &Book, piece: &Piece, is_own: bool) -> Result<Vec<Block>> {
    let figure = |sum: Amount| amount(say.language, sum);
    let currency = Currency::parse(&piece.currency).map_err(Error::broken)?;
    let (price, level) = (Amount::from_micros(piece.price), u8::try_from(piece.level).map_err(Error::broken)?);
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let time = |id: &str, secs: i64| say.with(id, &[("time", Arg::Duration(secs))]);
    let mut sum = vec![
        row("", say.t("rates-example-price"), figure(price), 0),
        row("×", say.t("sum-worker-share"), percent(say.language, book.split.worker), 0),
        row("=", say.t("rates-example-share"), figure(book.worker_share(price)), 1),
        row("", time("rates-hour-promised", piece.estimate), figure(book.hour_at(price, piece.estimate)), 2),
    ];
    if let Some(seconds) = piece.seconds.filter(|seconds| *seconds > 0) {
        sum.push(row("", time("rates-hour-measured", seconds), figure(book.hour_at(price, seconds)), 0));
    }
    if let Some(floor) = book.floor_per_hour(&piece.skill, currency, level) {
        sum.push(row("", say.with("rates-floor-at", &[("level", piece.level.into())]), figure(floor), 0));
    }
    if let Some(least) = book.least_price(&piece.skill, currency, level, piece.estimate) {
        sum.push(row("", time("rates-example-least", piece.estimate), figure(least), 0));
    }
    let words = match is_own {
        true => say.with("rates-yours-words", &[("title", piece.title.as_str().into()), ("contract", piece.contract_id.as_str().into())]),
        false => piece.title.clone(),
    };
    let minutes = book.claims.lease_factor.saturating_mul(piece.estimate).max(book.claims.lease_min_minutes.saturating_mul(60));
    let days = |days: i64| say.with("days", &[("days", days.into())]);
    let facts = vec![
        (say.t("rates-piece-time"), say.duration(minutes)),
        (say.t("rates-piece-silence"), days(book.review.silence_days)),
        (
            say.t("rates-piece-rejected"),
            say.with("rates-piece-appeal", &[("appeal", book.review.appeal_days.into()), ("decide", book.review.decide_days.into())]),
        ),
        (say.t("rates-piece-exposure"), say.t(if level == 3 { "rates-piece-exposure-3" } else { "rates-piece-exposure-0" })),
    ];
    let blocks = vec![Block::Text(words), Block::Sum(sum), Block::Facts(facts)];
    Ok(if is_own { blocks.into_iter().chain([Block::Small(say.t("rates-yours-alone"))]).collect() } else { blocks })
}

/// A setting of the book that none of the typed parts has.
fn setting(book: &Book, part: &str, name: &str) -> Option<i64> {
    book.value().get(part)?.get(name)?.as_i64()
}

fn time(say: &Say, book: &Book) -> Vec<(String, String)> {
    let claims = book.claims;
    let limit = [("times", claims.lease_factor.into()), ("minutes", claims.lease_min_minutes.into())];
    let mut facts = vec![
        (say.t("rule-name-claims-max-open"), say.with("rates-at-once", &[("tasks", claims.max_open.into())])),
        (say.t("rates-limit"), say.with("rates-limit-words", &limit)),
    ];
    if let Some(extensions) = setting(book, "claims", "extensions") {
        facts.push((say.t("rule-name-claims-extensions"), say.with("rates-extensions", &[("times", extensions.into())])));
    }
    facts
}

fn review(say: &Say, book: &Book) -> Vec<(String, String)> {
    let fact = |name: &str, id: &str, days: i64| (say.t(name), say.with(id, &[("days", days.into())]));
    vec![
        fact("rule-name-review-silence-days", "rates-silence", book.review.silence_days),
        fact("rule-name-review-appeal-days", "rates-appeal", book.review.appeal_days),
        fact("rule-name-review-decide-days", "rates-decide", book.review.decide_days),
    ]
}

fn exposure(say: &Say, book: &Book) -> Vec<(String, String)> {
    let fact = |name: &str, id: &str, minutes: i64| (say.t(name), say.with(id, &[("minutes", minutes.into())]));
    vec![
        fact("rule-name-exposure-level3-minutes-per-day", "rates-level3", book.exposure.level3_minutes_per_day),
        fact("rule-name-exposure-break-minutes-per-hour", "rates-break", book.exposure.break_minutes_per_hour),
    ]
}

/// Every kind of vote, with all that the book says of it.
fn votes(say: &Say, book: &Book) -> Vec<Block> {
    let row = |terms: Terms| {
        let mut words = terms_words(say, &terms);
        words.push(say.t(if terms.open_to_all { "rates-openings-all" } else { "rates-openings-members" }));
        let strong = words.remove(0);
        Row { title: kind_words(say, &terms.kind), strong, facts: words, ..Row::default() }
    };
    vec![Block::Text(say.t("rates-votes-words")), Block::Rows(Terms::all(book).into_iter().map(row).collect())]
}

/// `Floor for any skill, USD: 8.00 → 9.00`.
fn difference(say: &Say, changed: &Difference) -> String {
    let shown = |text: &str| value(say, changed.typed, text);
    let args = [("rule", name(say, &changed.name)), ("before", shown(&changed.before)), ("after", shown(&changed.after))];
    say.with("rates-changed", &args.map(|(name, words)| (name, words.into())))
}

fn currencies(say: &Say, book: &Book) -> Vec<(String, String)> {
    let fact = |(currency, decimals): (&Currency, &u32)| {
        (currency.code().to_owned(), say.with("rates-decimals", &[("decimals", i64::from(*decimals).into())]))
    };
    book.currencies.iter().map(fact).collect()
}

/// Settings that stand in the book and that nothing here acts by.
fn others(say: &Say, book: &Book) -> Vec<(String, String)> {
    let mut others = Vec::new();
    for part in ["claims", "review", "exposure"] {
        for (name, value) in book.value().get(part).and_then(serde_json::Value::as_object).into_iter().flatten() {
            // What has a name in words is told above.
            if say.optional(&format!("rule-name-{part}-{}", name.replace('_', "-"))).is_empty() {
                others.push((format!("{part}: {name}"), value.to_string()));
            }
        }
    }
    others
}

/// What has passed and waits for its day.
fn to_come(page: &Page, is_member: bool, coming: &[Coming]) -> Vec<Block> {
    let say = &page.say;
    let row = |coming: &Coming| {
        let mut facts: Vec<String> = coming.differences.iter().map(|changed| difference(say, changed)).collect();
        if !coming.fits {
            facts = vec![say.t("rates-coming-unfit")];
        }
        if page.may_read_entries() {
            facts.push(counted(say, &coming.by));
        }
        let strong = say.with("rates-coming-from", &[("date", say.date(coming.at).into())]);
        Row { strong, facts, ..vote_row(page, is_member, &coming.by) }
    };
    vec![Block::Text(say.t("rates-coming-words")), Block::Rows(coming.iter().map(row).collect())]
}

/// Title and link of a vote; the title is told to whoever may read the log, the page of the vote is the members'.
fn vote_row(page: &Page, is_member: bool, vote: &Voted) -> Row {
    let id = format!("P-{}", vote.row.number.unwrap_or_default());
    let title = if page.may_read_entries() { format!("{id} · {}", vote.row.title) } else { id.clone() };
    Row { title, href: if is_member { format!("/proposals/{id}") } else { String::new() }, ..Row::default() }
}

fn counted(say: &Say, vote: &Voted) -> String {
    let of = vote.counted;
    say.with(
        "rates-counted",
        &[
            ("yes", of.counts.yes.into()),
            ("no", of.counts.no.into()),
            ("abstain", of.counts.abstain.into()),
            ("cast", of.cast.into()),
            ("eligible", of.eligible.into()),
        ],
    )
}

/// What stands on the line of time.
fn knots(times: &[Timestamp], coming: &[Coming]) -> Vec<Knot> {
    let past = times.iter().map(|at| Knot { at: *at, is_coming: false });
    past.chain(coming.iter().map(|coming| Knot { at: coming.at, is_coming: true })).collect()
}

/// Books that were in force, newest first, and the way to earlier ones.
fn history(page: &Page, is_member: bool, story: &Story) -> Vec<Block> {
    let say = &page.say;
    let row = |book: &Enacted| {
        let base = match &book.by {
            Some(vote) => vote_row(page, is_member, vote),
            None if book.differences.is_empty() => Row { title: say.t("rates-founding"), ..Row::default() },
            None => Row { title: say.t("rates-by-vote"), ..Row::default() },
        };
        let mut facts: Vec<String> = book.differences.iter().map(|changed| difference(say, changed)).collect();
        match &book.by {
            Some(vote) if page.may_read_entries() => facts.push(counted(say, vote)),
            None if book.differences.is_empty() => facts.push(say.t("rates-founding-words")),
            _ => {}
        }
        let seal = page
            .may_read_entries()
            .then(|| (format!("/ledger/{}", book.index), say.with("entry-number", &[("index", Arg::from(book.index))])));
        Row { strong: say.with("rates-from", &[("date", say.date(book.at).into())]), facts, seal, ..base }
    };
    let mut blocks = vec![Block::Rows(story.books.iter().map(row).collect())];
    blocks.extend(story.earlier.map(|index| Block::Links(vec![(format!("/rates?before={index}"), say.t("rates-earlier"))])));
    blocks
}
