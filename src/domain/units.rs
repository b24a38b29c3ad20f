//! What one piece of work is called. The words of a language cannot be declined from what somebody types, so a unit is one
//! of these codes; how it is said stands with the other words.

/// Every code.
pub const UNITS: &[&str] = &[
    "item",
    "image",
    "pair",
    "sequence",
    "video",
    "recording",
    "text",
    "passage",
    "conversation",
    "question",
    "answer",
    "document",
    "hour",
];

/// Whether a code is one of ours.
#[must_use]
pub fn is_unit(code: &str) -> bool {
    UNITS.contains(&code)
}
