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

/// Whether items of this level stand behind a veil until somebody asks for them, and can be left at once.
#[must_use]
pub fn is_veiled(level: i64) -> bool {
    level >= i64::from(VEIL_LEVEL)
}

/// The categories that a member agrees to before they claim: those of level 2 and 3, in the order of the list, each once.
///
/// ```
/// use manyhands_domain::hazards::{Hazard, asks_for};
/// let hazard = |category: &str, level| Hazard { category: category.to_owned(), form: "text".to_owned(), level, share_bp: 100 };
/// assert_eq!(asks_for(&[hazard("gore", 3), hazard("s10", 2), hazard("s7", 1), hazard("gore", 2)]), ["s10", "gore"]);
/// ```
#[must_use]
pub fn asks_for(hazards: &[Hazard]) -> Vec<&'static str> {
    let is_asked = |code: &&&str| hazards.iter().any(|hazard| hazard.level >= CONSENT_LEVEL && hazard.category == **code);
    CATEGORIES.iter().filter(is_asked).copied().collect()
}

/// Of these, the categories that a member did not agree to.
#[must_use]
pub fn not_agreed(hazards: &[Hazard], agreed: &[String]) -> Vec<&'static str> {
    asks_for(hazards).into_iter().filter(|code| !agreed.iter().any(|category| category == code)).collect()
}

/// Whether a member agreed to all that they may meet.
///
/// # Errors
/// `hazard-not-agreed`.
pub fn check_agreed(hazards: &[Hazard], agreed: &[String]) -> Result<(), Refusal> {
    if not_agreed(hazards, agreed).is_empty() { Ok(()) } else { Err(Refusal::new("hazard-not-agreed")) }
}

/// What can be agreed to: a code of [`CATEGORIES`], as it stands there.
#[must_use]
pub fn category(typed: &str) -> Option<&'static str> {
    CATEGORIES.iter().find(|code| **code == typed).copied()
}

/// Codes of the categories, in the order of the list.
pub const CATEGORIES: &[&str] =
    &["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "gore", "injury", "cruelty", "distress"];
/// Codes of the forms.
pub const FORMS: &[&str] = &["text", "image", "audio", "video"];
const CHILD_SEXUAL_EXPLOITATION: &str = "s4";
/// What may unsettle is veiled; what a member must have agreed to is at least what most people would rather not see.
const VEIL_LEVEL: u8 = 1;
const CONSENT_LEVEL: u8 = 2;

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

    #[test]
    fn every_category_of_level_two_or_three_is_asked_for() {
        let hazard = |category: &str, level| Hazard { category: category.to_owned(), form: "text".to_owned(), level, share_bp: 100 };
        let all = [hazard("s3", 3), hazard("s10", 2), hazard("s7", 1), hazard("s1", 0)];
        let agreed = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert_eq!(not_agreed(&all, &agreed(&[])), ["s3", "s10"]);
        assert_eq!(not_agreed(&all, &agreed(&["s10", "gore"])), ["s3"]);
        assert_eq!(check_agreed(&all, &agreed(&["s10"])).unwrap_err().code, "hazard-not-agreed");
        assert_eq!(check_agreed(&all, &agreed(&["s3", "s10"])), Ok(()));
        assert_eq!(check_agreed(&[hazard("s7", 1)], &[]), Ok(()), "level 1 is shown, and asks for nothing");
        assert!(is_veiled(1) && !is_veiled(0));
    }
}
