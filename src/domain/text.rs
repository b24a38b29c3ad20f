//! Cleaning what people type: NFC, no control or direction characters, a limit in characters. And words that hide a client.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::refusal::Refusal;

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

impl TextError {
    /// As whoever typed it is told, at its field; `empty` is the code where nothing stands there.
    #[must_use]
    pub fn refusal(self, field: &'static str, most: usize, empty: &'static str) -> Refusal {
        match self {
            TextError::Empty => Refusal::new(empty).field(field),
            TextError::TooLong => Refusal::new("text-too-long").field(field).with("most", most),
            TextError::Invisible => Refusal::new("text-invisible").field(field),
        }
    }
}

/// One line, trimmed, runs of white space folded, at most `limit` characters.
///
/// # Errors
/// [`TextError`].
pub fn line(text: &str, limit: usize) -> Result<String, TextError> {
    let cleaned: String = seen(text).nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    checked(cleaned, limit, |c| c.is_control() || is_unseen(c))
}

/// Several lines; newlines become `\n`.
///
/// # Errors
/// [`TextError`].
pub fn lines(text: &str, limit: usize) -> Result<String, TextError> {
    let cleaned = seen(text).replace("\r\n", "\n").replace('\r', "\n").nfc().collect::<String>();
    checked(cleaned.trim().to_owned(), limit, |c| (c.is_control() && c != '\n' && c != '\t') || is_direction(c))
}

/// Where pay goes, as a bank's form and a spreadsheet can take it unchanged: letters, digits, spaces and `. , : / ( ) # @ _ - +`;
/// it begins with a letter or digit, or is a number with its `+`.
#[must_use]
pub fn is_destination(text: &str) -> bool {
    let number = text.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || " -()".contains(c)));
    let begins = text.chars().next().is_some_and(char::is_alphanumeric);
    number || (begins && text.chars().all(|c| c.is_alphanumeric() || " .,:/()#@_-+".contains(c)))
}

/// An address of mail: what stands before the @ in ASCII without quotes, a domain of at least two labels, no more than 200
/// characters. Stricter than RFC 5321: whatever passes can be sent to.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let atom = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c));
    let label = |part: &str| {
        let ends = part.chars().next().zip(part.chars().next_back());
        part.len() <= 63
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            && ends.is_some_and(|(first, last)| first != '-' && last != '-')
    };
    text.len() <= 200 && local.len() <= 64 && local.split('.').all(atom) && host.contains('.') && host.split('.').all(label)
}

/// Whether a name says only that there is something to hide: such a contract is not listed. Letters of other alphabets that
/// look Latin, full width, digits for letters and letters set apart are seen through.
#[must_use]
pub fn hides(name: &str) -> bool {
    let plain: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_unseen(*c) && !matches!(c, '\u{200c}' | '\u{200d}'))
        .map(capital_looks_like)
        .flat_map(char::to_lowercase)
        .map(looks_like)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let joined = words.join(" ");
    // `C o n f i d e n t i a l`, `N.D.A.`: single letters are read as one word.
    let apart = words.len() > 1 && words.iter().all(|word| word.chars().count() == 1);
    let spelled = if apart { words.concat() } else { joined.clone() };
    let has =
        |text: &str| HIDING_WHOLE.contains(&text) || HIDING_WORDS.iter().any(|hidden| format!(" {text} ").contains(&format!(" {hidden} ")));
    let letters: String = spelled.chars().map(digit_as_letter).collect();
    joined.is_empty() || has(&joined) || has(&spelled) || has(&letters)
}

/// A capital of Cyrillic or Greek that is drawn like a Latin one whose small letter looks otherwise.
fn capital_looks_like(c: char) -> char {
    match c {
        'В' | 'Β' => 'B',
        'Н' | 'Η' => 'H',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'Т' | 'Τ' => 'T',
        'К' | 'Κ' => 'K',
        other => other,
    }
}

/// A letter of Cyrillic or Greek as the Latin one it is drawn like (the frequent ones of Unicode TR 39).
fn looks_like(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ї' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'κ' | 'к' => 'k',
        'м' => 'm',
        'т' => 't',
        'ӏ' => 'l',
        'ո' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'τ' => 't',
        'υ' => 'u',
        'х' | 'χ' => 'x',
        'у' => 'y',
        other => other,
    }
}

fn digit_as_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        other => other,
    }
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
    if text.chars().any(refused) || joins_latin(&text) {
        return Err(TextError::Invisible);
    }
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > limit { Err(TextError::TooLong) } else { Ok(text) }
}

/// Without soft hyphens and byte order marks: word processors leave them in what people paste, and they say nothing.
fn seen(text: &str) -> String {
    text.replace(['\u{ad}', '\u{feff}'], "")
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm, and characters of no width.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// What a name must not hide behind besides: fillers that are drawn as nothing, and tags (the default-ignorable code points
/// of Unicode, but for the joiners and what chooses a variant).
fn is_unseen(c: char) -> bool {
    is_direction(c)
        || matches!(c,
            '\u{00ad}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a joiner (which Indic and Persian words need, also after a Latin abbreviation) stands between two Latin letters,
/// where it only hides.
fn joins_latin(text: &str) -> bool {
    let (mut before, mut joined) = (None::<char>, false);
    for c in text.chars() {
        if matches!(c, '\u{200c}' | '\u{200d}') {
            joined = true;
            continue;
        }
        if joined && c.is_ascii_alphabetic() && before.is_some_and(|before| before.is_ascii_alphabetic()) {
            return true;
        }
        (before, joined) = (Some(c), false);
    }
    false
}

const HIDING_WHOLE: &[&str] = &[
    "n a",
    "na",
    "private",
    "hidden",
    "withheld",
    "geheim",
    "vertraulich",
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
    "non disclosure",
    "nondisclosure",
    "vertraulich",
    "name withheld",
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
            "Con\u{ad}fidential",
            "\u{421}onfidential",
            "Ｃｏｎｆｉｄｅｎｔｉａｌ",
            "C o n f i d e n t i a l",
            "N.D.A.",
            "Conf1dential",
            "Under non-disclosure agreement",
            "[private]",
            "\u{3164}",
            "\u{39d}DA",
            "CONFIDEN\u{422}IAL",
            "Con\u{200d}fidential",
        ] {
            assert!(hides(name), "{name}");
        }
        for name in [
            "Safe Harbor Models Inc",
            "Nadia SARL",
            "Secretariat Ltd",
            "Client Success AG",
            "日本レンズ株式会社",
            "4 Seasons 3D GmbH",
            "Яндекс Облако",
            "Hidden Valley Farms Ltd",
            "42",
            "1&1",
        ] {
            assert!(!hides(name), "{name}");
        }
    }

    #[test]
    fn control_and_direction_characters_are_refused() {
        for text in ["a\u{202e}b", "a\u{7}b", "a\u{200f}", "\u{2066}x", "a\u{200d}b", "\u{3164}", "a\u{e0061}"] {
            assert_eq!(line(text, 99), Err(TextError::Invisible), "{text:?}");
        }
        assert_eq!(line("  e\u{301}  t ", 99).unwrap(), "é t");
        assert_eq!(line("   ", 9), Err(TextError::Empty));
        assert_eq!(line("four", 3), Err(TextError::TooLong));
        assert_eq!(lines("a\r\nb", 9).unwrap(), "a\nb");
    }

    #[test]
    fn a_joiner_is_kept_where_a_script_needs_it() {
        for text in ["می\u{200c}خواهم", "PDF\u{200c}ها", "3\u{200c}بعدی"] {
            assert!(line(text, 99).is_ok(), "{text}");
        }
        assert_eq!(lines("soft\u{ad}ly\u{feff}", 99).unwrap(), "softly");
        assert!(lines("\u{2801}\u{2800}\u{2803}", 99).is_ok(), "braille is written with a blank cell");
    }

    #[test]
    fn a_destination_is_no_formula() {
        for text in ["+254 700 000 001", "DE89 3704 0044 0532 0130 00", "demonstration account M-04 (orange_money)", "GCash: 0917-000-0000"]
        {
            assert!(is_destination(text), "{text}");
        }
        for text in ["=1+1", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "x;=1+1", "a\"b", "-1"] {
            assert!(!is_destination(text), "{text}");
        }
    }

    #[test]
    fn only_what_can_be_sent_to_is_an_address() {
        for text in ["a@b.example", "m-04@demo.example", "first.last+tag@work.example.coop", "x@münchen.example"] {
            assert!(is_email(text), "{text}");
        }
        for text in ["a@b..c", "a@b.c,d@e.f", "<a@b.c>", "a@b", "@b.c", "a@.b.c", "a b@c.d", "a@b.c.", ".a@b.c", "a@-b.c", "a@b.c\n"] {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn a_phrase_becomes_a_code() {
        assert_eq!(slug("Text safety filter!"), "text-safety-filter");
        assert_eq!(slug("日本"), "other");
    }
}
