//! Style sheet, icon and scripts, compiled in, at addresses that change with their content.

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
    let hash = FILES.iter().fold(Sha256::new(), |hash, (_, text)| hash.chain_update(text)).finalize();
    hex::encode(hash).get(..16).unwrap_or_default().to_owned()
});

#[get("/static/<version>/<name>")]
pub(super) fn file(version: &str, name: &str) -> Option<Asset> {
    let (name, text) = FILES.iter().find(|(file, _)| *file == name)?;
    let kind = name.rsplit_once('.').and_then(|(_, ending)| ContentType::from_extension(ending))?;
    (version == VERSION.as_str()).then_some(Asset { kind, text })
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

/// Name and text; the ending says what it is.
const FILES: &[(&str, &str)] = &[
    ("app.css", include_str!("../../static/app.css")),
    ("votes.css", include_str!("../../static/votes.css")),
    ("outbox.js", include_str!("../../static/outbox.js")),
    ("keep.js", include_str!("../../static/keep.js")),
    ("work.js", include_str!("../../static/work.js")),
    ("suggested.css", include_str!("../../static/suggested.css")),
    ("suggested.js", include_str!("../../static/suggested.js")),
    ("tools.js", include_str!("../../static/tools.js")),
    ("shapes.js", include_str!("../../static/shapes.js")),
    ("shape-panel.js", include_str!("../../static/shape-panel.js")),
    ("shape-rules.js", include_str!("../../static/shape-rules.js")),
    ("shape-view.js", include_str!("../../static/shape-view.js")),
    ("external.js", include_str!("../../static/external.js")),
    ("review.js", include_str!("../../static/review.js")),
    ("upload.js", include_str!("../../static/upload.js")),
    ("keys.js", include_str!("../../static/keys.js")),
    ("ballot.js", include_str!("../../static/ballot.js")),
    ("mailed.js", include_str!("../../static/mailed.js")),
    ("notes.js", include_str!("../../static/notes.js")),
    ("own-ballots.js", include_str!("../../static/own-ballots.js")),
    ("recount.js", include_str!("../../static/recount.js")),
    ("veil.js", include_str!("../../static/veil.js")),
    ("verify.js", include_str!("../../static/verify.js")),
    ("noble-ed25519.js", include_str!("../../static/noble-ed25519.js")),
    ("icon.svg", include_str!("../../static/icon.svg")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_for_old_browsers_is_the_one_that_was_looked_at() {
        let (_, text) = FILES.iter().find(|(name, _)| *name == "noble-ed25519.js").unwrap();
        let hash = hex::encode(Sha256::digest(text));
        assert_eq!(hash, "fc188daacb324145d036a5170d7114835cea94d0752855bc54645be138af6402");
        assert!(include_str!("../../DECISIONS.md").contains(&hash), "DECISIONS.md says where it came from");
    }

    #[test]
    fn the_script_that_checks_receipts_is_short_enough_to_be_read() {
        let (_, text) = FILES.iter().find(|(name, _)| *name == "verify.js").unwrap();
        assert!(text.len() < 12_288, "{}", text.len());
    }

    #[test]
    fn every_file_says_what_it_is() {
        for (name, kind) in [("app.css", ContentType::CSS), ("work.js", ContentType::JavaScript), ("icon.svg", ContentType::SVG)] {
            assert_eq!(file(&VERSION, name).unwrap().kind, kind, "{name}");
            assert!(file("0", name).is_none(), "an old address is gone");
        }
    }
}
