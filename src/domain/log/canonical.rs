//! Reads canonical JSON in one pass: no spaces, keys ascending, the shortest escapes. Everything else is nothing here; `json` says why.

use serde_json::{Map, Number, Value};
use unicode_normalization::is_nfc;

/// The value of a text that is canonical, and nothing for any other.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0, in_book: false };
    let value = reader.value(DEPTH)?;
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Below a member named `book`: only there stand booleans.
    in_book: bool,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.step())
    }

    fn word(&mut self, word: &str, value: bool) -> Option<Value> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at = self.at.saturating_add(word.len());
            Value::Bool(value)
        })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'"' => self.string().map(Value::String),
            b't' if self.in_book => self.word("true", true),
            b'f' if self.in_book => self.word("false", false),
            _ => self.integer(),
        }
    }

    fn object(&mut self, inside: usize) -> Option<Value> {
        self.step();
        let mut members = Map::new();
        if self.take(b'}').is_some() {
            return Some(Value::Object(members));
        }
        // Ascending, so that none stands twice.
        let mut last: Option<String> = None;
        loop {
            let key = self.string().filter(|key| key.is_ascii() && last.as_ref().is_none_or(|last| last < key))?;
            self.take(b':')?;
            let outside = self.in_book;
            self.in_book |= key == "book";
            let value = self.value(inside)?;
            self.in_book = outside;
            last = Some(key.clone());
            members.insert(key, value);
            if self.take(b',').is_none() {
                self.take(b'}')?;
                return Some(Value::Object(members));
            }
        }
    }

    fn array(&mut self, inside: usize) -> Option<Value> {
        self.step();
        let mut items = Vec::new();
        if self.take(b']').is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(inside)?);
            if self.take(b',').is_none() {
                self.take(b']')?;
                return Some(Value::Array(items));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let rest: &'a str = self.text.get(self.at..)?;
        let plain = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        let mut text = rest.get(..plain)?.to_owned();
        self.at = self.at.saturating_add(plain);
        while self.take(b'"').is_none() {
            text.push(self.character()?);
        }
        (text.is_ascii() || is_nfc(&text)).then_some(text)
    }

    /// One character of a string that holds escapes.
    fn character(&mut self) -> Option<char> {
        let character = self.text.get(self.at..)?.chars().next()?;
        self.at = self.at.saturating_add(character.len_utf8());
        if character < ' ' {
            return None;
        }
        if character != '\\' {
            return Some(character);
        }
        let escape = self.peek()?;
        self.step();
        match escape {
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'b' => Some('\u{8}'),
            b't' => Some('\t'),
            b'n' => Some('\n'),
            b'f' => Some('\u{c}'),
            b'r' => Some('\r'),
            b'u' => self.control(),
            _ => None,
        }
    }

    /// `00xx` of a control character that has no shorter escape, in small letters.
    fn control(&mut self) -> Option<char> {
        let digits = self.text.get(self.at..self.at.checked_add(4)?)?;
        let small = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let code = u8::from_str_radix(digits, 16).ok().filter(|code| small && *code < b' ')?;
        self.at = self.at.saturating_add(4);
        (!matches!(code, 8 | 9 | 10 | 12 | 13)).then_some(char::from(code))
    }

    fn integer(&mut self) -> Option<Value> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'-').unwrap_or(rest.len());
        let digits = rest.get(..length)?;
        let number: i64 = digits.parse().ok()?;
        // No leading zeros, no `-0`, no `+`: only the one way to write it.
        let shortest = number.unsigned_abs() < INTEGER_LIMIT && is_shortest(digits);
        self.at = self.at.saturating_add(length);
        // A fraction or exponent that follows is found by whoever reads on.
        shortest.then(|| Value::Number(Number::from(number)))
    }
}

fn is_shortest(digits: &str) -> bool {
    match digits.strip_prefix('-') {
        Some(rest) => !rest.starts_with('0') && !rest.is_empty(),
        None => digits == "0" || !digits.starts_with('0'),
    }
}

/// The entry itself is level 1.
pub const DEPTH: usize = 10;
pub(super) const INTEGER_LIMIT: u64 = 1 << 53;
