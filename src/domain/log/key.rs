//! Ed25519 keys with names, as the Go module `sumdb/note` and C2SP signed-note write them.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};

/// A private key with its name.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
    id: KeyId,
}

/// A public key with its name: a vkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
    id: KeyId,
}

/// First four bytes of `SHA-256(name || 0x0A || algorithm || public key)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// Why a text is no key, or a key cannot have this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key of this form")]
pub struct NoKey;

impl SigningKey {
    /// A key from 32 random bytes.
    ///
    /// # Errors
    /// [`NoKey`] for a name with white space or `+`, or an empty one.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<SigningKey, NoKey> {
        check_name(name)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let id = KeyId::of(name, ED25519, key.verifying_key().as_bytes());
        Ok(SigningKey { name: name.to_owned(), key, id })
    }

    /// Reads `PRIVATE+KEY+<name>+<key id>+<base64>`.
    ///
    /// # Errors
    /// [`NoKey`] for any other form, or a key id that does not fit.
    pub fn parse_private_text(text: &str) -> Result<SigningKey, NoKey> {
        let mut parts = text.splitn(5, '+');
        let (Some("PRIVATE"), Some("KEY"), Some(name), Some(id), Some(secret)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NoKey);
        };
        let secret = BASE64_STANDARD.decode(secret).map_err(|_| NoKey)?;
        let seed = match secret.split_first() {
            Some((&ED25519, seed)) => seed.try_into().map_err(|_| NoKey)?,
            _ => return Err(NoKey),
        };
        let key = SigningKey::from_seed(name, seed)?;
        if key.id.to_string() == id { Ok(key) } else { Err(NoKey) }
    }

    /// `PRIVATE+KEY+<name>+<key id>+<base64>`: secret.
    #[must_use]
    pub fn to_private_text(&self) -> String {
        let mut secret = vec![ED25519];
        secret.extend_from_slice(self.key.as_bytes());
        format!("PRIVATE+KEY+{}+{}+{}", self.name, self.id, BASE64_STANDARD.encode(secret))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey { name: self.name.clone(), key: self.key.verifying_key(), id: self.id }
    }

    /// The 64-byte signature of a message (RFC 8032).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, secret)", self.name)
    }
}

impl VerifyingKey {
    /// Reads a vkey: `<name>+<key id>+<base64(0x01 || public key)>`, cut at the first two `+` only.
    ///
    /// # Errors
    /// [`NoKey`] for any other form, a key id that does not fit, a point of small order or in another encoding than its own.
    pub fn parse(text: &str) -> Result<VerifyingKey, NoKey> {
        let (name, id, public) = split_vkey(text)?;
        let (&algorithm, point) = public.split_first().ok_or(NoKey)?;
        if algorithm != ED25519 {
            return Err(NoKey);
        }
        VerifyingKey::from_parts(name, id, algorithm, point)
    }

    /// Reads the vkey of a witness: key type 0x04, whose id differs (C2SP tlog-cosignature).
    ///
    /// # Errors
    /// [`NoKey`] for any other form.
    pub fn parse_witness(text: &str) -> Result<VerifyingKey, NoKey> {
        let (name, id, public) = split_vkey(text)?;
        let (&algorithm, point) = public.split_first().ok_or(NoKey)?;
        if algorithm != COSIGNATURE {
            return Err(NoKey);
        }
        VerifyingKey::from_parts(name, id, algorithm, point)
    }

    fn from_parts(name: &str, id: &str, algorithm: u8, point: &[u8]) -> Result<VerifyingKey, NoKey> {
        check_name(name)?;
        let bytes: &[u8; 32] = point.try_into().map_err(|_| NoKey)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| NoKey)?;
        let expected = KeyId::of(name, algorithm, bytes);
        // RFC 8032 section 5.1.3 refuses a y of p or more; the library decodes it.
        let canonical = CompressedEdwardsY(*bytes).decompress().is_some_and(|point| point.compress().as_bytes() == bytes);
        if !canonical || key.is_weak() || expected.to_string() != id {
            return Err(NoKey);
        }
        Ok(VerifyingKey { name: name.to_owned(), key, id: expected })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The point as it is encoded.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether the signature holds, strictly: S below L, neither A nor R of small order, no cofactor.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

/// The vkey text of an Ed25519 note key.
impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut public = vec![ED25519];
        public.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id, BASE64_STANDARD.encode(public))
    }
}

impl KeyId {
    fn of(name: &str, algorithm: u8, public: &[u8]) -> KeyId {
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', algorithm]).chain_update(public).finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
        KeyId([a, b, c, d])
    }
}

/// Eight lower-case hex digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

fn split_vkey(text: &str) -> Result<(&str, &str, Vec<u8>), NoKey> {
    let (name, rest) = text.split_once('+').ok_or(NoKey)?;
    let (id, public) = rest.split_once('+').ok_or(NoKey)?;
    Ok((name, id, BASE64_STANDARD.decode(public).map_err(|_| NoKey)?))
}

fn check_name(name: &str) -> Result<(), NoKey> {
    let plain = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+');
    if plain { Ok(()) } else { Err(NoKey) }
}

const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_survives_its_text() {
        let key = SigningKey::from_seed("coop.example/main", [7; 32]).unwrap();
        let read = SigningKey::parse_private_text(&key.to_private_text()).unwrap();
        assert_eq!(read.verifying_key(), key.verifying_key());
        assert!(!format!("{key:?}").contains(&hex::encode([7; 32])));
    }

    #[test]
    fn a_vkey_is_cut_at_its_first_two_plus_signs_only() {
        let tessera = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
        assert_eq!(VerifyingKey::parse(tessera).unwrap().to_string(), tessera);
        assert!(VerifyingKey::parse(&tessera.replace("33d7", "33d8")).is_err());
    }

    #[test]
    fn a_key_in_another_encoding_than_its_own_is_refused() {
        // y of p + 3 in place of 3, a point of large order that lenient decoders take.
        let mut three = [0xff_u8; 32];
        (three[0], three[31]) = (0xf0, 0x7f);
        let mut own = [0; 32];
        own[0] = 3;
        for (point, taken) in [(own, true), (three, false)] {
            let id = KeyId::of("x", ED25519, &point);
            let text = format!("x+{id}+{}", BASE64_STANDARD.encode([&[ED25519][..], &point].concat()));
            assert_eq!(VerifyingKey::parse(&text).is_ok(), taken, "{text}");
        }
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        // The neutral point: every signature with R = S·B would hold.
        let mut point = [0; 32];
        point[0] = 1;
        let id = KeyId::of("x", ED25519, &point);
        let mut public = vec![ED25519];
        public.extend_from_slice(&point);
        assert!(VerifyingKey::parse(&format!("x+{id}+{}", BASE64_STANDARD.encode(public))).is_err());
    }
}
