//! Whether words name a member. A document of a vote is public and stands for ever: what is about a member names their id alone.

/// Whether a text has this person's name or address in it: the whole name however it is written, a part of it as a word of its own,
/// or the address.
///
/// ```
/// use manyhands_domain::proposals::naming::names;
///
/// let names = |text| names(text, "Maria Will", "maria@example.coop");
/// assert!(names("Maria should be treasurer.") && names("write to MARIA@example.coop") && names("maria  will knows"));
/// assert!(!names("M-46VH73JN will be treasurer. Mariann knows."));
/// ```
#[must_use]
pub fn names(text: &str, name: &str, email: &str) -> bool {
    let words =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (said, name) = (words(text), words(name));
    let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let whole = lower(&name);
    let is_whole = !whole.is_empty() && lower(&said).windows(whole.len()).any(|window| window == whole);
    // A name may be a common word as well: as a part of a name it counts as it is written there, or in capitals.
    let is_part = |word: &String| {
        let parts = name.iter().filter(|part| part.chars().count() >= LEAST_CHARS);
        parts.into_iter().any(|part| word == part || *word == part.to_uppercase())
    };
    is_whole || said.iter().any(is_part) || (!email.is_empty() && text.to_lowercase().contains(&email.to_lowercase()))
}

/// Shorter parts of a name are initials.
const LEAST_CHARS: usize = 3;
