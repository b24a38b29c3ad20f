//! Work that is done in another tool, such as long video or lidar: the link that leads there, and what is taken as its result.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::text;

/// An address with places to be filled in for each claim: `{token}`, `{post}`, `{item}` and `{link}`. It begins with `https://` and a
/// host, or with `{link}`, which is the item's own address. `http://` is for a program on the member's own machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link(String);

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The claim's secret.
    pub token: &'a str,
    /// Where the result goes: the whole address.
    pub post: &'a str,
    /// The item's id.
    pub item: &'a str,
    /// What the item shows: its address, where the batch shows links.
    pub link: &'a str,
}

/// What the bytes of a result are, by what stands in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One JSON value or several, each an object or a list.
    Json,
    /// A ZIP, whatever is in it.
    Zip,
    /// Text in UTF-8.
    Text,
    /// Anything else.
    Other,
}

/// A result as it stands in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// As the tool or the member calls it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Of its bytes, hex.
    pub sha256: String,
}

impl Link {
    /// Reads a link as a client types it.
    ///
    /// # Errors
    /// `external-link` for what is no such address; `external-place` for a place that nothing is filled into.
    ///
    /// ```
    /// use manyhands_domain::external::Link;
    ///
    /// assert!(Link::parse("https://lidar.example/open?item={item}#token={token}").is_ok());
    /// assert_eq!(Link::parse("https://{item}.example/").unwrap_err().code, "external-link");
    /// assert_eq!(Link::parse("https://lidar.example/{name}").unwrap_err().code, "external-place");
    /// ```
    pub fn parse(typed: &str) -> Result<Link, Refusal> {
        let refuse = |code: &'static str| Refusal::new(code).field("link");
        let link = text::line(typed, LINK_LIMIT).map_err(|_| refuse("external-link"))?;
        if !link.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'|')) {
            return Err(refuse("external-link"));
        }
        // Where the token goes is the client's word in full, or the item's: never put together of both.
        let host = host_of(&link);
        if !link.starts_with(LINK) && host.is_none_or(|host| host.contains('{')) {
            return Err(refuse("external-link"));
        }
        let unknown = link
            .split('{')
            .skip(1)
            .find(|rest| !PLACES.iter().any(|place| place.strip_prefix('{').is_some_and(|place| rest.starts_with(place))));
        let bare = PLACES.iter().fold(link.clone(), |link, place| link.replace(place, ""));
        if unknown.is_some() || bare.contains(['{', '}']) {
            return Err(refuse("external-place"));
        }
        Ok(Link(link))
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the item's own address stands in it: then the batch must show links.
    #[must_use]
    pub fn needs_link(&self) -> bool {
        self.0.contains(LINK)
    }

    /// Whether it is still the ready-made form's own, which leads nowhere.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        host_of(&self.0) == Some(SAMPLE_HOST)
    }

    /// The address for one claim. What is filled in is percent-encoded, but for `{link}` at the beginning, which is the address itself.
    #[must_use]
    pub fn fill(&self, with: &Filling<'_>) -> String {
        let (first, rest) = match self.0.strip_prefix(LINK) {
            Some(rest) => (with.link, rest),
            None => ("", self.0.as_str()),
        };
        // Piece by piece, so that nothing filled in is read as a place itself.
        let mut out = first.to_owned();
        let mut pieces = rest.split('{');
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (place, after) = piece.split_once('}').unwrap_or((piece, ""));
            let value = match place {
                "token" => with.token,
                "post" => with.post,
                "item" => with.item,
                _ => with.link,
            };
            out.push_str(&encoded(value));
            out.push_str(after);
        }
        out
    }

    /// The host to which it leads, for an item that shows this.
    #[must_use]
    pub fn host(&self, link: &str) -> String {
        let of = if self.0.starts_with(LINK) { link } else { &self.0 };
        host_of(of).unwrap_or_default().to_owned()
    }
}

impl Kind {
    /// What these bytes are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Kind {
        if crate::files::is_zip(bytes) {
            return Kind::Zip;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Kind::Other };
        if text.contains('\0') {
            return Kind::Other;
        }
        let begins = text.trim_start_matches('\u{feff}');
        let mut values = serde_json::Deserializer::from_str(begins).into_iter::<serde::de::IgnoredAny>();
        let is_json = begins.trim_start().starts_with(['{', '[']) && values.all(|value| value.is_ok());
        if is_json { Kind::Json } else { Kind::Text }
    }

    /// Its word, as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Json => "json",
            Kind::Zip => "zip",
            Kind::Text => "text",
            Kind::Other => "other",
        }
    }

    /// The ending of a file of it.
    #[must_use]
    pub fn ending(word: &str) -> &'static str {
        match word {
            "json" => "json",
            "zip" => "zip",
            "text" => "txt",
            _ => "bin",
        }
    }
}

impl Given {
    /// As it stands in an answer.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({"bytes": self.bytes, "name": self.name, "sha256": self.sha256})
    }

    /// Reads it back; nothing where it is none.
    #[must_use]
    pub fn of_value(value: &Value) -> Option<Given> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Given { name: text("name")?, bytes: value.get("bytes")?.as_u64()?, sha256: text("sha256")? })
    }
}

/// What a result is called: the last part of its path, without what nobody sees; `result` where nothing is left.
#[must_use]
pub fn name_of(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| text::line(&c.to_string(), 1).is_ok() || *c == ' ').take(NAME_LIMIT).collect();
    text::line(&seen, NAME_LIMIT).unwrap_or_else(|_| "result".to_owned())
}

/// Whether so many bytes can be taken as a result.
///
/// # Errors
/// `result-empty`, `result-large`.
pub fn check_size(bytes: u64) -> Result<(), Refusal> {
    match bytes {
        0 => Err(Refusal::new("result-empty")),
        1..=RESULT_BYTES => Ok(()),
        _ => Err(Refusal::new("result-large").with("most", RESULT_BYTES / 1_000_000)),
    }
}

/// Whether a result fits into what a contract may keep.
///
/// # Errors
/// `result-full`, with what is kept and what may be, in MB.
pub fn check_room(kept: u64, more: u64, most: u64) -> Result<(), Refusal> {
    let full = |_| Refusal::new("result-full").with("kept", kept.div_ceil(1_000_000)).with("most", most / 1_000_000);
    crate::files::check_room(kept, more, most).map_err(full)
}

/// The host, with its port, of an address that is `https`, or `http` on the reader's own machine.
fn host_of(address: &str) -> Option<&str> {
    let end = |rest: &'_ str| rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (rest, own) = match address.strip_prefix("https://") {
        Some(rest) => (rest, false),
        None => (address.strip_prefix("http://")?, true),
    };
    let host = rest.get(..end(rest))?;
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (plain && (!own || matches!(name, "localhost" | "127.0.0.1"))).then_some(host)
}

/// Percent-encoded but for what no address gives a meaning (RFC 3986, section 2.3).
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Most bytes of one result.
pub const RESULT_BYTES: u64 = 20_000_000;
/// How often something may be sent for a claim in an hour, by its tool and by hand together.
pub const POSTS_AN_HOUR: i64 = 60;
/// How many results a claim takes in all, each in the place of the one before.
pub const RESULTS_A_CLAIM: i64 = 100;
/// Tokens of one claim that are good at once: the last ones, one for each time the tool was opened.
pub const TOKENS_A_CLAIM: i64 = 10;
const PLACES: [&str; 4] = ["{token}", "{post}", "{item}", LINK];
const LINK: &str = "{link}";
const LINK_LIMIT: usize = 500;
const NAME_LIMIT: usize = 120;
/// Where the ready-made form leads until its client writes their own.
const SAMPLE_HOST: &str = "tool.example";

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(link: &str) -> String {
        let with =
            Filling { token: "t-_0", post: "https://c.example/tool/result", item: "a b/{token}é", link: "https://v.example/1?x=2&y" };
        Link::parse(link).unwrap().fill(&with)
    }

    #[test]
    fn every_place_is_filled_in_once_and_encoded() {
        assert_eq!(filled("https://l.example/o?i={item}#t={token}"), "https://l.example/o?i=a%20b%2F%7Btoken%7D%C3%A9#t=t-_0");
        assert_eq!(
            filled("https://l.example/?p={post}&l={link}"),
            "https://l.example/?p=https%3A%2F%2Fc.example%2Ftool%2Fresult&l=https%3A%2F%2Fv.example%2F1%3Fx%3D2%26y"
        );
        assert_eq!(filled("{link}#t={token}"), "https://v.example/1?x=2&y#t=t-_0");
        assert_eq!(filled("http://127.0.0.1:8080/{token}"), "http://127.0.0.1:8080/t-_0");
        assert_eq!(Link::parse("https://l.example:8443/x").unwrap().host(""), "l.example:8443");
        assert_eq!(Link::parse("{link}").unwrap().host("https://v.example/1"), "v.example");
        assert!(Link::parse("https://l.example/{link}").unwrap().needs_link());
        assert!(Link::parse("https://tool.example/#{token}").unwrap().is_sample());
    }

    #[test]
    fn a_link_that_leads_anywhere_else_is_refused() {
        for link in [
            "",
            "l.example",
            "http://l.example/",
            "javascript:alert(1)",
            "ftp://l.example/",
            "https://",
            "https:///x",
            "https://{item}/",
            "https://l.{item}.example/",
            "https://me@l.example/",
            "https://l.example/a b",
            "https://l.example/\"",
            "x{link}",
            "https://l.example:{item}/",
            "http://127.0.0.1.l.example/",
            "https://l.éxample/",
            &format!("https://l.example/{}", "a".repeat(500)),
        ] {
            assert_eq!(Link::parse(link).unwrap_err().code, "external-link", "{link}");
        }
        for link in [
            "https://l.example/{name}",
            "https://l.example/{",
            "https://l.example/}",
            "https://l.example/{token",
            "https://l.example/{{token}}",
        ] {
            assert_eq!(Link::parse(link).unwrap_err().code, "external-place", "{link}");
        }
    }

    #[test]
    fn what_a_result_is_its_bytes_say() {
        for (bytes, kind) in [
            (&b"{\"a\":1}"[..], Kind::Json),
            (b"\n[1]\n{}\n", Kind::Json),
            (b"{\"a\":1", Kind::Text),
            (b"12", Kind::Text),
            (b"frame,label\n1,car\n", Kind::Text),
            (b"<script>", Kind::Text),
            (b"PK\x03\x04rest", Kind::Zip),
            (b"\xff\xd8\xff", Kind::Other),
            (b"a\0b", Kind::Other),
        ] {
            assert_eq!(Kind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_one_that_people_see() {
        assert_eq!(name_of("C:\\fakepath\\scan 1.json"), "scan 1.json");
        assert_eq!(name_of("../../etc/passwd"), "passwd");
        assert_eq!(name_of("a\u{202e}gpj\n.exe\""), "agpj.exe\"");
        assert_eq!(name_of(""), "result");
        assert_eq!(name_of(&"x".repeat(500)).len(), 120);
        assert_eq!(check_size(0).unwrap_err().code, "result-empty");
        assert!(check_size(RESULT_BYTES).is_ok());
        assert_eq!(check_size(RESULT_BYTES + 1).unwrap_err().code, "result-large");
        assert_eq!(check_room(9, 2, 10).unwrap_err().code, "result-full");
    }

    #[test]
    fn a_result_stands_in_an_answer_and_is_read_back() {
        let given = Given { name: "scan.json".to_owned(), bytes: 7, sha256: "0".repeat(64) };
        assert_eq!(Given::of_value(&given.to_value()), Some(given));
        assert_eq!(Given::of_value(&json!("scan.json")), None);
    }
}
