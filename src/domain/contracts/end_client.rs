//! Who an end client is, whoever mediates them: the same LEI, or the same number in the register of the same country, is one end
//! client.

use crate::contracts::EndClient;

/// Names an end client in addresses: `LEI-…`, or country and register number without what people write between the digits. Nothing
/// where neither is there, as in a draft.
///
/// ```
/// use manyhands_domain::contracts::{EndClient, end_client::key};
///
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
    (!number.is_empty() && end_client.country.len() == 2).then(|| format!("{}-{number}", end_client.country))
}
