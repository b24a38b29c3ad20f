//! The Merkle tree of RFC 6962: leaf `SHA-256(0x00 || note)`, node `SHA-256(0x01 || left || right)`.
//!
//! Every hash of the tree is made of *complete* nodes: those over `2^level` leaves from `number × 2^level` on. Proofs
//! are named here as lists of complete nodes, so that whoever holds the tiles can fetch what is needed and fold it.

use sha2::{Digest, Sha256};

use super::Hash;

/// A complete node: it covers the leaves `number << level .. (number + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height over the leaves.
    pub level: u8,
    /// Place among the nodes of its level.
    pub number: u64,
}

/// The frontier of a growing tree: the complete nodes that make up its root, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    nodes: Vec<Hash>,
}

/// Bytes that are no edge of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the edge does not fit the size")]
pub struct NoEdge;

/// The hash of an entry.
#[must_use]
pub fn leaf_hash(note: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(note).finalize().into()
}

/// The hash over two subtrees.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of no entries: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

impl Edge {
    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.nodes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.nodes.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root over everything pushed.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.nodes).unwrap_or_else(empty_root)
    }

    /// The hashes, one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// From [`Edge::to_bytes`].
    ///
    /// # Errors
    /// [`NoEdge`] when the number of hashes does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Edge, NoEdge> {
        let (nodes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || u64::try_from(nodes.len()) != Ok(u64::from(size.count_ones())) {
            return Err(NoEdge);
        }
        Ok(Edge { size, nodes: nodes.to_vec() })
    }
}

/// The root over complete nodes, largest first: they are joined from the right.
#[must_use]
pub fn fold(nodes: &[Hash]) -> Option<Hash> {
    let (last, rest) = nodes.split_last()?;
    Some(rest.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// The complete nodes that cover the leaves `from..to`, from the left. `from` must be a multiple of the largest
/// power of two that fits, as all ranges of the proofs below are.
#[must_use]
pub fn cover(from: u64, to: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = from;
    while at < to {
        let left = to.saturating_sub(at);
        let level = left.ilog2().min(if at == 0 { 63 } else { at.trailing_zeros() });
        nodes.push(Node { level: u8::try_from(level).unwrap_or(63), number: at >> level });
        at = at.saturating_add(1 << level);
    }
    nodes
}

/// The hashes of PATH(index, size), each as the complete nodes it is folded from, lowest first (RFC 6962 section 2.1.1).
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Vec<Vec<Node>> {
    let mut path = Vec::new();
    let (mut from, mut to) = (0, size);
    while to.saturating_sub(from) > 1 {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if index < middle {
            path.push(cover(middle, to));
            to = middle;
        } else {
            path.push(cover(from, middle));
            from = middle;
        }
    }
    path.reverse();
    path
}

/// The hashes of PROOF(old, size), each as the complete nodes it is folded from (RFC 6962 section 2.1.2).
#[must_use]
pub fn consistency(old: u64, size: u64) -> Vec<Vec<Node>> {
    let mut proof = Vec::new();
    if old == 0 || old >= size {
        return proof;
    }
    let (mut from, mut to) = (0_u64, size);
    while old != to {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if old <= middle {
            proof.push(cover(middle, to));
            to = middle;
        } else {
            proof.push(cover(from, middle));
            from = middle;
        }
    }
    if from != 0 {
        proof.push(cover(from, to));
    }
    proof.reverse();
    proof
}

/// The root that a leaf and its path lead to; nothing if the path is not of this index and size.
#[must_use]
pub fn root_of_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size || path.len() != inclusion(index, size).len() {
        return None;
    }
    let (mut at, mut last) = (index, size.saturating_sub(1));
    let mut hash = leaf;
    for sibling in path {
        // A last node without a right neighbour rises until it has a left one (RFC 9162 section 2.1.3.2).
        while at & 1 == 0 && at == last {
            at >>= 1;
            last >>= 1;
        }
        hash = if at & 1 == 1 { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
        at >>= 1;
        last >>= 1;
    }
    Some(hash)
}

/// The largest power of two strictly below `n`, for n > 1.
fn split(n: u64) -> u64 {
    1 << n.saturating_sub(1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
    use proptest::prelude::*;

    const WORDS: &str = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten";

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn root(leaves: &[Hash]) -> Hash {
        let mut edge = Edge::default();
        leaves.iter().for_each(|leaf| edge.push(*leaf));
        edge.root()
    }

    /// Straight from RFC 6962: the definition, to hold the rest against.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
                node_hash(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    fn hashes(parts: &[Vec<Node>], leaves: &[Hash]) -> Vec<Hash> {
        let of = |node: &Node| {
            let from = usize::try_from(node.number << node.level).unwrap();
            root_by_definition(&leaves[from..from + (1 << node.level)])
        };
        parts.iter().map(|nodes| fold(&nodes.iter().map(of).collect::<Vec<_>>()).unwrap()).collect()
    }

    #[test]
    fn roots_of_rfc_6962_hold() {
        let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut edge = Edge::default();
        for (input, expected) in inputs.iter().zip(roots) {
            edge.push(leaf_hash(&hex::decode(input).unwrap()));
            assert_eq!(hex::encode(edge.root()), expected);
        }
    }

    #[test]
    fn the_tessera_log_holds() {
        let leaves: Vec<Hash> = WORDS.split(' ').map(|word| leaf_hash(word.as_bytes())).collect();
        let text = |hash: &Hash| BASE64_STANDARD.encode(hash);
        assert_eq!(text(&root(&leaves[..8])), "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=");
        assert_eq!(text(&root(&leaves)), "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=");
        let path = hashes(&inclusion(4, 15), &leaves);
        let expected = [
            "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=",
            "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
            "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
            "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=",
        ];
        assert_eq!(path.iter().map(text).collect::<Vec<_>>(), expected);
        let proof = hashes(&consistency(6, 15), &leaves);
        assert_eq!(text(&proof[0]), "ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=");
        assert_eq!(proof[1..].iter().map(text).collect::<Vec<_>>(), expected[1..]);
    }

    proptest! {
        #[test]
        fn every_leaf_is_proved_and_no_other_is(size in 1_u64..200, seed in 0_u64..1000) {
            let index = seed % size;
            let leaves = leaves(usize::try_from(size).unwrap());
            let path = hashes(&inclusion(index, size), &leaves);
            let leaf = leaves[usize::try_from(index).unwrap()];
            prop_assert_eq!(root_of_path(leaf, index, size, &path), Some(root_by_definition(&leaves)));
            prop_assert_ne!(root_of_path(leaf_hash(b"other"), index, size, &path), Some(root_by_definition(&leaves)));
            prop_assert_eq!(root_of_path(leaf, size, size, &path), None);
        }

        #[test]
        fn an_edge_survives_its_bytes_and_gives_the_defined_root(size in 0_usize..300) {
            let leaves = leaves(size);
            let mut edge = Edge::default();
            leaves.iter().for_each(|leaf| edge.push(*leaf));
            prop_assert_eq!(edge.root(), root_by_definition(&leaves));
            prop_assert_eq!(Edge::from_bytes(edge.size(), &edge.to_bytes()).unwrap(), edge.clone());
            prop_assert!(Edge::from_bytes(edge.size() + 1, &edge.to_bytes()).is_err() || (size as u64).count_ones() == (size as u64 + 1).count_ones());
        }
    }
}
