//! What could hurt: category × form × level, with the share of items. Categories follow the MLCommons hazard list
//! (AILuminate), with four that it lacks.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// One hazard of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hazard {
    /// A code of [`CATEGORIES`].
    pub category: String,
    /// A code of [`FORMS`].
    pub form: String,
    /// 0 to 3.
    pub level: u8,
    /// Share of the items, basis points.
    pub share_bp: u32,
}

/// The highest level among the hazards; 0 without any.
#[must_use]
pub fn level(hazards: &[Hazard]) -> u8 {
    hazards.iter().map(|hazard| hazard.level).max().unwrap_or(0)
}

/// Pictures or video of child sexual exploitation are refused as a contract.
///
/// # Errors
/// The refusal.
pub fn check(hazards: &[Hazard]) -> Result<(), Refusal> {
    let forbidden =
        hazards.iter().any(|hazard| hazard.category == CHILD_SEXUAL_EXPLOITATION && matches!(hazard.form.as_str(), "image" | "video"));
    if forbidden { Err(Refusal::new("hazard-forbidden").field("hazards")) } else { Ok(()) }
}

/// Codes of the categories, in the order of the list.
pub const CATEGORIES: &[&str] =
    &["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "gore", "injury", "cruelty", "distress"];
/// Codes of the forms.
pub const FORMS: &[&str] = &["text", "image", "audio", "video"];
const CHILD_SEXUAL_EXPLOITATION: &str = "s4";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_child_sexual_exploitation_are_never_a_contract() {
        let hazard = |form: &str| Hazard { category: "s4".to_owned(), form: form.to_owned(), level: 3, share_bp: 100 };
        assert!(check(&[hazard("image")]).is_err());
        assert!(check(&[hazard("video")]).is_err());
        assert!(check(&[hazard("text")]).is_ok());
        assert_eq!(level(&[hazard("text")]), 3);
    }
}
