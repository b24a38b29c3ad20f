//! Style sheet, icon and script, compiled in, at addresses that change with their content.

use std::sync::LazyLock;

use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use rocket::{Request, get};
use sha2::{Digest, Sha256};

/// A file of the program.
pub(super) struct Asset {
    kind: ContentType,
    text: &'static str,
}

/// First sixteen digits of the hash over all of them.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = hex::encode(Sha256::new().chain_update(CSS).chain_update(WORK).chain_update(ICON).finalize());
    hash.get(..16).unwrap_or_default().to_owned()
});

#[get("/static/<version>/<name>")]
pub(super) fn file(version: &str, name: &str) -> Option<Asset> {
    let asset = match name {
        "app.css" => Asset { kind: ContentType::CSS, text: CSS },
        "work.js" => Asset { kind: ContentType::JavaScript, text: WORK },
        "icon.svg" => Asset { kind: ContentType::SVG, text: ICON },
        _ => return None,
    };
    (version == VERSION.as_str()).then_some(asset)
}

impl<'r> Responder<'r, 'static> for Asset {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .status(Status::Ok)
            .header(self.kind)
            .header(Header::new("Cache-Control", "public, max-age=31536000, immutable"))
            .sized_body(self.text.len(), std::io::Cursor::new(self.text))
            .ok()
    }
}

const CSS: &str = include_str!("../../static/app.css");
const WORK: &str = include_str!("../../static/work.js");
const ICON: &str = include_str!("../../static/icon.svg");
