//! French as it is set: its high punctuation and its quotation marks never part from their words at the end of a line. `locales/fr` is
//! written with plain spaces, which everybody sees and can type; here those become ones that do not break.

/// A file of sentences with the spaces that French is set with.
pub(super) fn set(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = '\n';
    while let Some(c) = chars.next() {
        let space = chars.peek().and_then(|after| if c == ' ' { space(before, *after) } else { None });
        out.push(space.unwrap_or(c));
        before = c;
    }
    out
}

/// The space between these two, where it does not break.
fn space(before: char, after: char) -> Option<char> {
    match (before, after) {
        // `id = …`: a space of the file, not of the sentence.
        ('=', _) => None,
        (_, ';' | '!' | '?') => Some(NARROW),
        (_, ':' | '»' | '%' | '…') | ('«', _) => Some(WIDE),
        _ => None,
    }
}

/// As wide as any space.
const WIDE: char = '\u{a0}';
/// As between thousands.
const NARROW: char = '\u{202f}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_stays_with_its_word() {
        let said = "a = Oui : « { $x } » ; non ! et { $y } ? { $z } % …";
        let shown = "a = Oui\u{a0}: «\u{a0}{ $x }\u{a0}»\u{202f}; non\u{202f}! et { $y }\u{202f}? { $z }\u{a0}%\u{a0}…";
        assert_eq!(set(said), shown);
    }

    #[test]
    fn what_machines_read_is_left_alone() {
        let said = "a = { $x ->\n     *[other] Oui; Non\n  } https://a?b 10:20 « Nid: 10,20 à 1,2\n";
        assert_eq!(set(said), said.replace("« ", "«\u{a0}"));
        assert_eq!(set("a = : ?"), "a = :\u{202f}?");
    }
}
