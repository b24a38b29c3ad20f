//! A transparency log that has never heard of a co-op: signed notes, keys, the Merkle tree, checkpoints, tiles, receipts.
//! Formats: RFC 8785, RFC 6962, and C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature v1, tlog-proof v1.

mod canonical;
pub mod checkpoint;
pub mod cosignature;
pub mod json;
pub mod key;
pub mod note;
pub mod policy;
pub mod prepared;
pub mod receipt;
pub mod tiles;
pub mod tree;

/// A SHA-256 hash.
pub type Hash = [u8; 32];
