//! Whether a text names somebody: what is put to the vote is kept for ever and read by whoever reads the log.

/// Whether a text names this person as they are called: their whole name, or, where the proposal is about them, any part of it.
///
/// ```
/// use manyhands_domain::proposals::naming::names;
/// assert!(names("We thank otieno b. for it.", "Otieno B.", false));
/// assert!(!names("We thank Otieno for it.", "Otieno B.", false));
/// assert!(names("We thank Otieno for it.", "Otieno B.", true));
/// ```
#[must_use]
pub fn names(text: &str, name: &str, about: bool) -> bool {
    let (words, name) = (words_of(text), words_of(name));
    let is_whole = |part: &[String]| !part.is_empty() && words.windows(part.len()).any(|found| found == part);
    // A name of one word may be a word of the language: that alone is no naming, unless the proposal is about that person.
    (name.len() > 1 && is_whole(&name)) || (about && name.iter().any(|part| part.chars().count() >= LEAST_CHARS && words.contains(part)))
}

fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// So long in all somebody must have had a name that was not theirs at their admission, and is not now, for it still to be one: three
/// months in everybody's sight. Else names could be tried on to keep common words from others' titles.
pub const CARRIED_SECS: i64 = 90 * 86_400;
/// Initials and particles name nobody.
const LEAST_CHARS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written_and_words_of_the_language_are_not() {
        assert!(names("Give it to NATHALIE-R, please", "Nathalie R.", false));
        assert!(names("Nathalie\nR. asked", "Nathalie R.", false));
        assert!(!names("Nathalie’s round", "Nathalie R.", false));
        assert!(!names("In May we met", "May", false), "a month");
        assert!(names("In May we met", "May", true), "who is excluded is not to be read of");
        assert!(!names("a de la b", "Ana de la B.", true) && !names("", "Ana B.", true) && !names("words", "", true));
    }
}
