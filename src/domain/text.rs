//! Cleaning what people type: NFC, no control or direction characters, a limit in characters. And words that hide a client.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// Longer than the limit.
    #[error("too long")]
    TooLong,
    /// A control or direction character, which could make a name read as another.
    #[error("an invisible control or direction character")]
    Invisible,
}

/// One line, trimmed, runs of white space folded, at most `limit` characters.
///
/// # Errors
/// [`TextError`].
pub fn line(text: &str, limit: usize) -> Result<String, TextError> {
    let cleaned: String = text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    checked(cleaned, limit, |c| c.is_control())
}

/// Several lines; newlines become `\n`.
///
/// # Errors
/// [`TextError`].
pub fn lines(text: &str, limit: usize) -> Result<String, TextError> {
    let cleaned = text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect::<String>();
    checked(cleaned.trim().to_owned(), limit, |c| c.is_control() && c != '\n' && c != '\t')
}

/// Whether a name says only that there is something to hide: such a contract is not listed.
#[must_use]
pub fn hides(name: &str) -> bool {
    let plain: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let joined = words.join(" ");
    joined.is_empty()
        || HIDING_WHOLE.contains(&joined.as_str())
        || HIDING_WORDS.iter().any(|hidden| format!(" {joined} ").contains(&format!(" {hidden} ")))
}

/// A code for the ledger from a phrase: `text safety filter` becomes `text-safety-filter`; `other` when nothing is left.
#[must_use]
pub fn slug(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().take(12).collect();
    if words.is_empty() { "other".to_owned() } else { words.join("-") }
}

fn checked(text: String, limit: usize, refused: impl Fn(char) -> bool) -> Result<String, TextError> {
    if text.chars().any(|c| refused(c) || is_direction(c)) {
        return Err(TextError::Invisible);
    }
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > limit { Err(TextError::TooLong) } else { Ok(text) }
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm, and characters of no width.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{061c}' | '\u{feff}')
}

const HIDING_WHOLE: &[&str] = &[
    "n a",
    "na",
    "none",
    "tbd",
    "tba",
    "x",
    "xx",
    "xxx",
    "client",
    "the client",
    "unknown",
    "inconnu",
    "aucun",
    "ninguno",
    "nc",
    "n c",
    "t b d",
];
const HIDING_WORDS: &[&str] = &[
    "confidential",
    "confidentiel",
    "confidentielle",
    "confidencial",
    "nda",
    "undisclosed",
    "not disclosed",
    "non divulgue",
    "non communique",
    "anonymous",
    "anonyme",
    "anonimo",
    "secret",
    "secrete",
    "secreto",
    "cannot say",
    "to be announced",
    "under embargo",
    "sous embargo",
    "stealth",
    "redacted",
    "private client",
    "client prive",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hide_are_seen_through() {
        for name in [
            "Confidential",
            "under NDA",
            "N/A",
            " - ",
            "",
            "CONFIDENTIEL !",
            "client (confidential)",
            "non divulgué",
            "Anónimo",
            "T.B.D",
            "tbd",
        ] {
            assert!(hides(name), "{name}");
        }
        for name in ["Safe Harbor Models Inc", "Nadia SARL", "Secretariat Ltd", "Client Success AG", "日本レンズ株式会社"] {
            assert!(!hides(name), "{name}");
        }
    }

    #[test]
    fn control_and_direction_characters_are_refused() {
        for text in ["a\u{202e}b", "a\u{7}b", "a\u{200f}", "\u{2066}x"] {
            assert_eq!(line(text, 99), Err(TextError::Invisible), "{text:?}");
        }
        assert_eq!(line("  e\u{301}  t ", 99).unwrap(), "é t");
        assert_eq!(line("   ", 9), Err(TextError::Empty));
        assert_eq!(line("four", 3), Err(TextError::TooLong));
        assert_eq!(lines("a\r\nb", 9).unwrap(), "a\nb");
    }

    #[test]
    fn a_phrase_becomes_a_code() {
        assert_eq!(slug("Text safety filter!"), "text-safety-filter");
        assert_eq!(slug("日本"), "other");
    }
}
