//! The demonstration's own pages: sign-in by one press, the mail delivered, a day later. Elsewhere they do not exist.

use manyhands_domain::time::{DAY_SECS, Timestamp};
use rocket::http::CookieJar;
use rocket::{get, post};

use crate::actions::{Error, demo, sessions};
use crate::web::answer::{Answer, Result};
use crate::web::forms::Form;
use crate::web::page::Page;
use crate::web::people::cookie;
use crate::web::post::Post;
use crate::web::sheet::{Block, Press, Row, Sheet};

fn only_demo(page: &Page) -> Result<()> {
    if page.deps.coop.demo { Ok(()) } else { Err(Answer::Error(Error::NotFound)) }
}

/// Whom one can look around as, with three things to try.
pub(super) async fn doors(page: &Page) -> Result<Vec<Block>> {
    let say = &page.say;
    let rows = demo::DOORS.iter().map(|door| Row {
        title: door.name.to_owned(),
        strong: say.t(&format!("demo-as-{}", door.word)),
        facts: (1..=3).map(|n| say.t(&format!("demo-try-{}-{n}", door.word))).collect(),
        press: Some(Press {
            action: format!("/demo/as/{}", door.word),
            words: say.t("demo-enter"),
            aria: say.with("demo-enter-aria", &[("name", door.name.into())]),
            quiet: false,
        }),
        ..Row::default()
    });
    let mut day = Form::new(page, "/demo/day", say.t("demo-day")).quiet();
    day.links.push(("/demo/mail".to_owned(), say.t("demo-mail")));
    let words = say.with("demo-words", &[("password", demo::PASSWORD.into())]);
    Ok(vec![Block::Rows(rows.collect()), Block::Small(words), Block::Small(say.t("demo-keys")), Block::Form(Box::new(day))])
}

#[post("/demo/as/<word>", data = "<post>")]
pub(super) async fn enter(page: Page, word: &str, post: Post, cookies: &CookieJar<'_>) -> Result {
    only_demo(&page)?;
    post.only(&[])?;
    let person = demo::find_door(&page.deps, word).await?;
    let token = sessions::open(&page.deps, &person).await?;
    cookies.add(cookie(&page.deps, token));
    let home = match word {
        "client" => "/desk",
        "reviewer" => "/reviews",
        "treasurer" => "/treasury",
        "coordinator" => "/office",
        _ => "/work",
    };
    Ok(Answer::Redirect(home.to_owned()))
}

#[post("/demo/day", data = "<post>")]
pub(super) async fn day(page: Page, post: Post) -> Result {
    only_demo(&page)?;
    post.only(&[])?;
    page.deps.clock.advance(DAY_SECS);
    Ok(Answer::Redirect("/".to_owned()))
}

#[get("/demo/mail")]
pub(super) async fn mail(page: Page) -> Result {
    only_demo(&page)?;
    let say = &page.say;
    let rows: Vec<Row> = demo::list_mail(&page.deps)
        .await?
        .into_iter()
        .map(|message| Row {
            title: message.subject,
            href: format!("/demo/mail/{}", message.id),
            strong: message.recipient,
            facts: vec![say.moment(Timestamp::from_secs(message.created_at)), say.t(&format!("mail-state-{}", message.state))],
            ..Row::default()
        })
        .collect();
    let block = if rows.is_empty() { Block::Text(say.t("demo-mail-none")) } else { Block::Rows(rows) };
    page.show(Sheet::new("", say.t("demo-mail")).lede(say.t("demo-mail-words")).leaf(say.t("demo-mail-label"), vec![block])).await
}

#[get("/demo/mail/<id>")]
pub(super) async fn message(page: Page, id: &str) -> Result {
    only_demo(&page)?;
    let (message, text) = demo::find_mail(&page.deps, id).await?;
    let say = &page.say;
    let to = say.with("demo-mail-to", &[("address", message.recipient.as_str().into())]);
    let sheet = Sheet::new(say.t("demo-mail"), message.subject).lede(to).lede(say.moment(Timestamp::from_secs(message.created_at)));
    // As a mail program does: what leads to our own pages can be pressed. The demonstration answers on any port.
    let ours = |word: &str| word.strip_prefix(page.deps.coop.address.as_str()).filter(|path| path.starts_with('/')).map(str::to_owned);
    let mut links: Vec<(String, String)> =
        text.split_whitespace().filter_map(|word| Some((ours(word)?, say.t("demo-mail-follow")))).collect();
    links.push(("/demo/mail".to_owned(), say.t("demo-mail")));
    page.show(sheet.leaf(say.t("demo-mail-text"), vec![Block::Lines(text), Block::Links(links)])).await
}
