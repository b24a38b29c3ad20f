//! Canonical JSON (RFC 8785) of a narrow kind: ASCII keys, integers below 2^53, NFC text, no null, no floats, depth at
//! most ten. Canonical text is the only text: what does not come out again byte for byte is refused.

use serde_json::Value;
use unicode_normalization::is_nfc;

use super::canonical::{self, INTEGER_LIMIT};

pub use super::canonical::DEPTH;

/// Why a text is not canonical JSON of our kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at all.
    #[error("not JSON")]
    Syntax,
    /// JSON, but not its one canonical text (order, spaces, escapes, duplicate keys).
    #[error("not canonical JSON")]
    NotCanonical,
    /// A null, a fraction or exponent, an integer of 2^53 or more, a boolean that is not below a member named `book`.
    #[error("a value that is not allowed")]
    Value,
    /// A key that is not ASCII, or a text that is not in NFC.
    #[error("text that is not allowed")]
    Text,
    /// Nested deeper than ten.
    #[error("nested too deep")]
    Depth,
}

/// Reads canonical JSON.
///
/// # Errors
/// [`JsonError`] for anything else.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    // One pass that knows the canonical text alone; what it does not know is read slowly, to say what is wrong with it.
    match canonical::read(text) {
        Some(value) => Ok(value),
        None => parse_slowly(text),
    }
}

/// By the definition: what does not come out again byte for byte is refused.
fn parse_slowly(text: &str) -> Result<Value, JsonError> {
    let value: Value = serde_json::from_str(text).map_err(|_| JsonError::Syntax)?;
    check(&value, DEPTH)?;
    if write(&value) == text { Ok(value) } else { Err(JsonError::NotCanonical) }
}

/// The canonical text. Keys are sorted: ASCII, so bytewise is RFC 8785's order.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_to(value, &mut out);
    out
}

/// Whether a value may be written at all.
///
/// # Errors
/// [`JsonError`] naming what may not stand in it.
pub fn check(value: &Value, depth: usize) -> Result<(), JsonError> {
    check_below(value, depth, false)
}

fn check_below(value: &Value, depth: usize, book: bool) -> Result<(), JsonError> {
    let inside = depth.checked_sub(1);
    match value {
        Value::Null => Err(JsonError::Value),
        Value::Bool(_) => book.then_some(()).ok_or(JsonError::Value),
        Value::Number(number) => match (number.as_i64(), number.is_f64()) {
            (Some(n), false) if n.unsigned_abs() < INTEGER_LIMIT => Ok(()),
            _ => Err(JsonError::Value),
        },
        Value::String(text) => check_text(text),
        Value::Array(items) => {
            let inside = inside.ok_or(JsonError::Depth)?;
            items.iter().try_for_each(|item| check_below(item, inside, book))
        }
        Value::Object(members) => {
            let inside = inside.ok_or(JsonError::Depth)?;
            members.iter().try_for_each(|(key, member)| {
                if !key.is_ascii() {
                    return Err(JsonError::Text);
                }
                check_below(member, inside, book || key == "book")
            })
        }
    }
}

fn check_text(text: &str) -> Result<(), JsonError> {
    if text.is_ascii() || is_nfc(text) { Ok(()) } else { Err(JsonError::Text) }
}

fn write_to(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_to(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            out.push('{');
            for (place, (key, member)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_to(member, out);
            }
            out.push('}');
        }
        Value::String(text) => write_text(text, out),
        other => out.push_str(&other.to_string()),
    }
}

/// RFC 8785 section 3.2.2.2: the two-character escapes, `\u00xx` for other controls, everything else as it is.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways_of_reading_agree(value in any_value(), change in proptest::option::of((any::<usize>(), any::<u8>()))) {
            let mut text = write(&value);
            if let Some((place, byte)) = change {
                let mut bytes = text.into_bytes();
                let place = place % bytes.len();
                bytes[place] = byte;
                text = String::from_utf8_lossy(&bytes).into_owned();
            }
            prop_assert_eq!(canonical::read(&text), parse_slowly(&text).ok(), "{}", text);
        }
    }

    /// Values of our kind, and some that are not.
    fn any_value() -> impl Strategy<Value = Value> {
        let text = proptest::collection::vec(any::<char>(), 0..6).prop_map(|chars| chars.into_iter().collect::<String>());
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (-20_i64..20).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            Just(Value::Null),
            "[ -~]{0,8}".prop_map(Value::from),
            text.prop_map(Value::from),
            "[\\x00-\\x1f\"\\\\]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-zé]{0,3}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        assert!(parse(r#"{"a":1,"b":["x\n"]}"#).is_ok());
        for (text, error) in [
            (r#"{"b":1,"a":1}"#, JsonError::NotCanonical),
            (r#"{"a":1, "b":1}"#, JsonError::NotCanonical),
            (r#"{"a":1,"a":1}"#, JsonError::NotCanonical),
            (r#"{"a":"\u0041"}"#, JsonError::NotCanonical),
            (r#"{"a":1.0}"#, JsonError::Value),
            (r#"{"a":1e2}"#, JsonError::Value),
            (r#"{"a":null}"#, JsonError::Value),
            (r#"{"a":9007199254740992}"#, JsonError::Value),
            (r#"{"é":1}"#, JsonError::Text),
            ("{\"a\":\"e\u{301}\"}", JsonError::Text),
            ("[[[[[[[[[[[1]]]]]]]]]]]", JsonError::Depth),
            ("{", JsonError::Syntax),
            ("{} ", JsonError::NotCanonical),
        ] {
            assert_eq!(parse(text).unwrap_err(), error, "{text}");
        }
        assert!(parse("[[[[[[[[[[1]]]]]]]]]]").is_ok());
    }
}
