//! Who acts for a client, and an invitation to act beside them.

use rocket::{get, post};

use crate::actions::colleagues::{self, Wanted};
use crate::actions::{Colleague, Error};
use crate::i18n::Language;
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};

#[get("/account/colleagues?<sent>")]
pub(super) async fn list(page: Page, sent: Option<&str>) -> Result {
    let sheet = sheet(&page, form(&page)).await?;
    page.show(if sent.is_some() { sheet.lede(page.say.t("colleagues-sent")) } else { sheet }).await
}

async fn sheet(page: &Page, form: Form) -> Result<Sheet> {
    let user = page.client_user()?;
    let say = &page.say;
    let rows = colleagues::list(&page.deps, &user).await?.into_iter().map(row).collect();
    let back = Block::Links(vec![("/account".to_owned(), say.t("people-account"))]);
    let organisation = user.standing().client_name.clone().unwrap_or_default();
    Ok(Sheet::new(organisation, say.t("colleagues-title"))
        .lede(say.t("colleagues-lede"))
        .leaf(say.t("colleagues-now"), vec![Block::Rows(rows)])
        .leaf(say.t("office-invite"), vec![Block::Text(say.t("colleagues-words")), Block::Form(Box::new(form))])
        .leaf("", vec![back]))
}

fn row(colleague: Colleague) -> Row {
    Row { title: colleague.name, facts: vec![colleague.email], ..Row::default() }
}

fn form(page: &Page) -> Form {
    let say = &page.say;
    let languages = Language::ALL.iter().map(|language| (language.tag().to_owned(), language.name().to_owned())).collect();
    Form::new(page, "/account/colleagues", say.t("office-invite"))
        .field(say, "people", "name", "", Kind::Text)
        .field(say, "people", "email", "", Kind::Email)
        .field(say, "people", "language", say.language.tag(), Kind::Select(languages))
        .field(say, "people", "password", "", Kind::Password("current-password"))
}

#[post("/account/colleagues", data = "<post>")]
pub(super) async fn invite(page: Page, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&["name", "email", "language", "password"])?;
    let language = Language::best(&fields.text("language")).unwrap_or(Language::En);
    let wanted = Wanted { name: fields.text("name"), email: fields.text("email"), language: language.tag().to_owned() };
    match colleagues::invite(&page.deps, &user, &fields.once(), &wanted, &fields.text("password")).await {
        Ok(_) => Ok(Answer::Redirect("/account/colleagues?sent=1".to_owned())),
        Err(Error::Refused(refusals)) => {
            let form = form(&page).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, sheet(&page, form).await?, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}
