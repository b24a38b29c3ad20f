//! A private key encrypted at rest: five lines of text, opened by a passphrase. The form stands in docs/keys-of-the-server.md,
//! so that another program can open it too. Reads and writes no file.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::prelude::{BASE64_STANDARD, Engine};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use manyhands_domain::log::key::{SigningKey, VerifyingKey};
use unicode_normalization::UnicodeNormalization;

use crate::random::Random;

/// A passphrase, as bytes. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

/// Why a sealed key does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not of the form.
    #[error("not a sealed key of this form")]
    Form,
    /// The passphrase is another, or the file was changed.
    #[error("the passphrase does not open it, or it was changed")]
    Closed,
    /// There is no memory for the derivation.
    #[error("there is not enough memory to derive the key: 64 MiB are needed")]
    Memory,
}

impl Passphrase {
    /// As somebody typed it: in one of the forms that Unicode has for the same letters.
    #[must_use]
    pub fn new(typed: &str) -> Passphrase {
        Passphrase(typed.trim_end_matches(['\r', '\n']).nfc().collect())
    }

    /// Whether it is long enough to be one: twelve characters, of which four are different.
    #[must_use]
    pub fn is_long_enough(&self) -> bool {
        let different: std::collections::BTreeSet<char> = self.0.chars().collect();
        self.0.chars().count() >= 12 && different.len() >= 4
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(secret)")
    }
}

/// Seals a key: the file's text.
///
/// # Errors
/// [`SealError::Memory`].
pub fn seal(key: &SigningKey, passphrase: &Passphrase, random: &Random) -> Result<String, SealError> {
    let (salt, nonce): ([u8; 16], [u8; 24]) = (random.bytes(), random.bytes());
    let head = format!(
        "{HEADER}key {}\nkdf argon2id m={MEMORY_KIB} t={PASSES} p=1 {}\nbox xchacha20poly1305 {}\n",
        key.verifying_key(),
        BASE64_STANDARD.encode(salt),
        BASE64_STANDARD.encode(nonce)
    );
    let cipher = cipher(passphrase, &salt)?;
    let text = key.to_private_text();
    let payload = Payload { msg: text.as_bytes(), aad: head.as_bytes() };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Memory)?;
    Ok(format!("{head}{}\n", BASE64_STANDARD.encode(sealed)))
}

/// Whether a file's text is a sealed key.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(HEADER)
}

/// The public half, which is readable without the passphrase. Only [`open`] says whether it belongs to what is sealed.
///
/// # Errors
/// [`SealError::Form`].
pub fn public_half(text: &str) -> Result<VerifyingKey, SealError> {
    VerifyingKey::parse(parts(text)?.vkey).map_err(|_| SealError::Form)
}

/// Opens a sealed key.
///
/// # Errors
/// [`SealError`].
pub fn open(text: &str, passphrase: &Passphrase) -> Result<SigningKey, SealError> {
    let parts = parts(text)?;
    let cipher = cipher(passphrase, &parts.salt)?;
    let payload = Payload { msg: parts.sealed.as_slice(), aad: parts.head.as_bytes() };
    let opened = cipher.decrypt(&XNonce::from(parts.nonce), payload).map_err(|_| SealError::Closed)?;
    let text = String::from_utf8(opened).map_err(|_| SealError::Closed)?;
    let key = SigningKey::parse_private_text(&text).map_err(|_| SealError::Form)?;
    if key.verifying_key().to_string() == parts.vkey { Ok(key) } else { Err(SealError::Form) }
}

struct Parts<'t> {
    head: &'t str,
    vkey: &'t str,
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

fn parts(text: &str) -> Result<Parts<'_>, SealError> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let (head, sealed) = body.rsplit_once('\n').ok_or(SealError::Form)?;
    let head = text.get(..=head.len()).ok_or(SealError::Form)?;
    let mut lines = head.strip_prefix(HEADER).ok_or(SealError::Form)?.lines();
    let mut after = |prefix: &str| lines.next().and_then(|line| line.strip_prefix(prefix)).ok_or(SealError::Form);
    let vkey = after("key ")?;
    let salt = after(&format!("kdf argon2id m={MEMORY_KIB} t={PASSES} p=1 "))?;
    let nonce = after("box xchacha20poly1305 ")?;
    let bytes = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| SealError::Form);
    let (salt, nonce) = (bytes(salt)?.try_into(), bytes(nonce)?.try_into());
    let (Ok(salt), Ok(nonce), None) = (salt, nonce, lines.next()) else { return Err(SealError::Form) };
    Ok(Parts { head, vkey, salt, nonce, sealed: bytes(sealed)? })
}

/// Argon2id with the memory of RFC 9106's second recommendation, in one lane.
fn cipher(passphrase: &Passphrase, salt: &[u8; 16]) -> Result<XChaCha20Poly1305, SealError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(|_| SealError::Form)?;
    let mut derived = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(passphrase.0.as_bytes(), salt, &mut derived).map_err(|_| SealError::Memory)?;
    Ok(XChaCha20Poly1305::new(&Key::from(derived)))
}

const HEADER: &str = "manyhands sealed key 1\n";
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_opens_by_its_passphrase_alone_and_says_whose_it_is_without() {
        let key = SigningKey::from_seed("coop.example/main/entry", [7; 32]).unwrap();
        let right = Passphrase::new("a tall cup of weak tea\n");
        let sealed = seal(&key, &right, &Random::seeded(1)).unwrap();
        assert!(is_sealed(&sealed) && !sealed.contains("PRIVATE"));
        assert_eq!(public_half(&sealed).unwrap(), key.verifying_key());
        assert_eq!(open(&sealed, &right).unwrap().verifying_key(), key.verifying_key());
        assert_eq!(open(&sealed, &Passphrase::new("a tall cup of weak Tea")).unwrap_err(), SealError::Closed);
        // Letters that look alike are alike.
        let accented = seal(&key, &Passphrase::new("un thé très léger"), &Random::seeded(2)).unwrap();
        assert!(open(&accented, &Passphrase::new("un the\u{301} tre\u{300}s le\u{301}ger")).is_ok());
        assert_eq!(format!("{right:?}"), "Passphrase(secret)");
    }

    #[test]
    fn no_changed_byte_of_a_sealed_key_opens() {
        let key = SigningKey::from_seed("coop.example/main", [7; 32]).unwrap();
        let right = Passphrase::new("a tall cup of weak tea");
        let sealed = seal(&key, &right, &Random::seeded(1)).unwrap();
        // One place in each line: a derivation takes its time.
        let mut start = 0;
        for line in sealed.lines() {
            let mut changed = sealed.clone().into_bytes();
            let place = start + line.len() * 3 / 4;
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(open(&changed, &right).is_err(), "{changed}");
            start += line.len() + 1;
        }
        for broken in ["", "manyhands sealed key 1\n", &sealed[..sealed.len() / 2], &format!("{sealed}\n"), &sealed.replace("t=3", "t=4")] {
            assert!(open(broken, &right).is_err());
        }
    }

    #[test]
    fn a_passphrase_has_twelve_characters_of_which_four_are_different() {
        for (typed, enough) in [("short", false), ("aaaaaaaaaaaaaaaa", false), ("elevenchars", false), ("twelve chars", true)] {
            assert_eq!(Passphrase::new(typed).is_long_enough(), enough, "{typed}");
        }
    }
}
