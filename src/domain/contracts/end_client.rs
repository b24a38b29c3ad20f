//! Who an end client is, whoever mediates them: the same LEI, or the same number in the same register of a country, is one end client.
//! Some countries have many registers that each count from 1, so the register's name is part of it.

use crate::contracts::EndClient;

/// Names an end client in addresses: `LEI-…`, or country, register and number without what people write between letters and digits.
/// Letters beyond ASCII stand as their code points. Nothing where neither LEI nor number is there, as in a draft.
///
/// ```
/// use manyhands_domain::contracts::{EndClient, end_client::key};
///
/// let at = |register: &str, number: &str| {
///     key(&EndClient { country: "DE".into(), register: register.into(), number: number.into(), ..EndClient::default() })
/// };
/// assert_eq!(at("Amtsgericht Hamburg", "HRB 4711"), at("amtsgericht  hamburg", "HRB-4711"));
/// assert_ne!(at("Amtsgericht Hamburg", "HRB 4711"), at("Amtsgericht Köln", "HRB 4711"), "each court counts from 1");
/// let of = |lei: &str, country: &str, number: &str| {
///     key(&EndClient { lei: lei.into(), country: country.into(), number: number.into(), ..EndClient::default() })
/// };
/// assert_eq!(of("DEMO00SAFEHARBOR0184", "US", ""), Some("LEI-DEMO00SAFEHARBOR0184".to_owned()));
/// assert_eq!(of("", "FR", "552 100 554"), of("", "FR", "552.100.554"));
/// assert_ne!(of("", "FR", "552 100 554"), of("", "BE", "552 100 554"));
/// assert_eq!(of("", "FR", " - "), None);
/// ```
#[must_use]
pub fn key(end_client: &EndClient) -> Option<String> {
    let plain = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect() };
    let lei = plain(&end_client.lei);
    if !lei.is_empty() {
        return Some(format!("LEI-{lei}"));
    }
    let number = plain(&end_client.number);
    (!number.is_empty() && end_client.country.len() == 2)
        .then(|| format!("{}-{}-{number}", end_client.country, written(&end_client.register)))
}

/// A register's name as an address can hold it, whatever its script.
fn written(register: &str) -> String {
    let letter = |c: char| match c {
        _ if c.is_ascii() => c.to_ascii_uppercase().to_string(),
        _ => c.to_lowercase().map(|c| format!("u{:x}", u32::from(c))).collect(),
    };
    register.chars().filter(|c| c.is_alphanumeric()).map(letter).collect()
}
