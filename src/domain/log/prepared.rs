//! A key prepared for a great many signatures. Checking one is the same equation as `ed25519_dalek`'s `verify_strict`, answer for answer
//! (a property holds the two against each other); multiples of the key and of the base point stand ready in tables, which makes it about
//! three times as fast. An auditor checks a million entries by one key.
#![expect(clippy::arithmetic_side_effects, reason = "points are added, which never overflows; whole numbers wrap in plain sight")]

use std::fmt;
use std::sync::OnceLock;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use sha2::{Digest, Sha512};

use super::key::VerifyingKey;

/// A public key with its table.
#[derive(Clone)]
pub struct Prepared {
    public: [u8; 32],
    /// Of the key's negative: R = S·B − k·A.
    table: Table,
}

/// `d × 256^w × P` for each of 32 windows and `d` from 1 to 128.
#[derive(Clone)]
struct Table(Vec<[EdwardsPoint; HALF]>);

impl Prepared {
    /// Takes a millisecond and 650 kB; nothing for bytes that are no point, which no [`VerifyingKey`] holds.
    #[must_use]
    pub fn new(key: &VerifyingKey) -> Option<Prepared> {
        let public = *key.as_bytes();
        let point = CompressedEdwardsY(public).decompress()?;
        Some(Prepared { public, table: Table::of(-point) })
    }

    /// Whether the signature holds, strictly: RFC 8032 without cofactor, S below L, R not of small order (nor is the key, by its
    /// own check when it was read).
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.compute(message, signature).is_some_and(|computed| hold(&[computed]) == [true])
    }

    /// The point that must be the signature's R, or nothing if its S is not below L. [`hold`] compares many of them.
    #[must_use]
    pub fn compute(&self, message: &[u8], signature: &[u8; 64]) -> Option<Computed> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        let hash = Sha512::new().chain_update(r).chain_update(self.public).chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let base = BASE.get_or_init(|| Table::of(ED25519_BASEPOINT_POINT));
        let point = self.table.add_multiple(&k, base.add_multiple(&s, EdwardsPoint::identity()));
        Some(Computed { r: *r, point })
    }
}

/// What a signature comes to, before it is compared with its R.
#[derive(Clone, Debug)]
pub struct Computed {
    r: [u8; 32],
    point: EdwardsPoint,
}

/// Whether each of these signatures holds. They share the one inversion that writing a point as bytes takes, and nothing else: each
/// point is compared with its own R, byte for byte. (Batch verification would compare sums, and can accept what this refuses.)
#[must_use]
pub fn hold(all: &[Computed]) -> Vec<bool> {
    let small = SMALL.get_or_init(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));
    let points: Vec<EdwardsPoint> = all.iter().map(|computed| computed.point).collect();
    let written = EdwardsPoint::compress_batch_alloc(&points);
    // Equal bytes are the same point, in its one encoding: what is asked of the point is asked of R.
    all.iter().zip(written).map(|(computed, point)| *point.as_bytes() == computed.r && !small.contains(&computed.r)).collect()
}

impl Table {
    fn of(point: EdwardsPoint) -> Table {
        let mut first = point;
        let window = |_| {
            let mut next = EdwardsPoint::identity();
            let multiples = std::array::from_fn(|_| {
                next += first;
                next
            });
            // 128 of them, and once more: the window above.
            first = next + next;
            multiples
        };
        Table((0..WINDOWS).map(window).collect())
    }

    /// `sum + scalar × P`, in a time that tells the scalar: everything here is public.
    fn add_multiple(&self, scalar: &Scalar, mut sum: EdwardsPoint) -> EdwardsPoint {
        // Digits from −127 to 128, the borrow carried upward; a scalar is below 2^253, so none is left over.
        let mut carry = 0_i16;
        for (byte, window) in scalar.as_bytes().iter().zip(&self.0) {
            let digit = i16::from(*byte).wrapping_add(carry);
            carry = i16::from(digit > HALF_I16);
            let digit = digit.wrapping_sub(carry.wrapping_mul(256));
            let place = usize::from(digit.unsigned_abs()).wrapping_sub(1);
            match (window.get(place), digit < 0) {
                (Some(multiple), false) => sum += multiple,
                (Some(multiple), true) => sum -= multiple,
                (None, _) => {}
            }
        }
        sum
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({})", hex::encode(self.public))
    }
}

static BASE: OnceLock<Table> = OnceLock::new();
/// The points of small order, each in its one encoding.
static SMALL: OnceLock<[[u8; 32]; 8]> = OnceLock::new();
const WINDOWS: usize = 32;
const HALF: usize = 128;
const HALF_I16: i16 = 128;

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("coop.example/main/entry", [seed; 32]).unwrap()
    }

    /// Both answers, which must be the same.
    fn answer(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let fast = Prepared::new(key).unwrap().verifies(message, signature);
        assert_eq!(fast, key.verifies(message, signature), "{}", hex::encode(signature));
        fast
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_answer_is_that_of_verify_strict(seed: u8, message: Vec<u8>, place in 0_usize..64, change: u8) {
            let key = key(seed);
            let mut signature = key.sign(&message);
            prop_assert!(answer(&key.verifying_key(), &message, &signature));
            signature[place] ^= change;
            prop_assert_eq!(answer(&key.verifying_key(), &message, &signature), change == 0);
        }

        #[test]
        fn many_at_once_are_answered_each_by_itself(changes in proptest::collection::vec((0_usize..64, any::<u8>()), 0..20)) {
            let key = key(7);
            let prepared = Prepared::new(&key.verifying_key()).unwrap();
            let signed = |(number, (place, change)): (usize, &(usize, u8))| {
                let message = number.to_be_bytes();
                let mut signature = key.sign(&message);
                signature[*place] ^= change;
                prepared.compute(&message, &signature).map(|computed| (computed, key.verifying_key().verifies(&message, &signature)))
            };
            let (computed, alone): (Vec<_>, Vec<_>) = changes.iter().enumerate().filter_map(signed).unzip();
            prop_assert_eq!(hold(&computed), alone);
        }

        #[test]
        fn tables_multiply(bytes: [u8; 32]) {
            let scalar = Scalar::from_bytes_mod_order(bytes);
            let sum = Table::of(ED25519_BASEPOINT_POINT).add_multiple(&scalar, EdwardsPoint::identity());
            prop_assert_eq!(sum, EdwardsPoint::mul_base(&scalar));
        }
    }

    #[test]
    fn the_largest_scalars_multiply() {
        for scalar in [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::from(128_u8), Scalar::from(129_u8), Scalar::from(0x80ff_u32)] {
            let sum = Table::of(ED25519_BASEPOINT_POINT).add_multiple(&scalar, EdwardsPoint::identity());
            assert_eq!(sum, EdwardsPoint::mul_base(&scalar));
        }
    }

    /// Signatures that some programs accept and others refuse: both ways of checking refuse the same ones.
    #[test]
    fn small_orders_and_large_scalars_are_refused_as_strictly() {
        let secret = Scalar::from(1_234_567_u64);
        for torsion in EIGHT_TORSION {
            // A key with a part of small order, and an R with one.
            let public = (EdwardsPoint::mul_base(&secret) + torsion).compress();
            let Some(key) = vkey(public.to_bytes()) else { continue };
            for nonce in [Scalar::ZERO, Scalar::from(99_u8)] {
                for other in EIGHT_TORSION {
                    let r = (EdwardsPoint::mul_base(&nonce) + other).compress();
                    let hash = Sha512::new().chain_update(r.as_bytes()).chain_update(public.as_bytes()).chain_update(b"m").finalize();
                    let s = nonce + Scalar::from_bytes_mod_order_wide(&hash.into()) * secret;
                    let signature = <[u8; 64]>::try_from([*r.as_bytes(), s.to_bytes()].concat()).unwrap();
                    answer(&key, b"m", &signature);
                }
            }
        }
        // S plus L is the same number modulo L: another signature of the same message, and refused.
        let key = key(1);
        let mut signature = key.sign(b"m");
        let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
        let mut carry = 0_u16;
        for (byte, more) in signature[32..].iter_mut().zip(&order) {
            carry += u16::from(*byte) + u16::from(*more);
            *byte = u8::try_from(carry & 255).unwrap();
            carry >>= 8;
        }
        assert!(!answer(&key.verifying_key(), b"m", &signature));
        // R in an encoding that is not its one: y of 1 written as 1 + p.
        let mut odd = [0xff_u8; 32];
        (odd[0], odd[31]) = (0xee, 0x7f);
        let signature = <[u8; 64]>::try_from([odd, Scalar::ZERO.to_bytes()].concat()).unwrap();
        assert!(!answer(&key.verifying_key(), b"m", &signature));
    }

    fn vkey(public: [u8; 32]) -> Option<VerifyingKey> {
        use base64::prelude::{BASE64_STANDARD, Engine};
        let typed = [&[1][..], &public].concat();
        let id = hex::encode(&<sha2::Sha256 as Digest>::digest([b"x\n", &typed[..]].concat())[..4]);
        VerifyingKey::parse(&format!("x+{id}+{}", BASE64_STANDARD.encode(typed))).ok()
    }
}
