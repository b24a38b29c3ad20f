//! The published test log of tessera (transparency-dev/tessera, testdata/log), made again from its words and its test key:
//! every checkpoint, tile and entry bundle, byte for byte. The files are theirs and stay there; here are their hashes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::{SigningKey, VerifyingKey};
use manyhands_domain::log::tiles::{self, Named};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use sha2::{Digest, Sha256};

const WORDS: &str = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten";
const KEY: &str = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
const VKEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

/// The log at every size, as files.
fn built() -> BTreeMap<String, Vec<u8>> {
    let key = SigningKey::parse_private_text(KEY).unwrap();
    let words: Vec<&[u8]> = WORDS.split(' ').map(str::as_bytes).collect();
    let mut files = BTreeMap::new();
    let mut edge = Edge::default();
    let mut leaves = Vec::new();
    for size in 0..=words.len() {
        if let Some(word) = size.checked_sub(1).and_then(|last| words.get(last)) {
            edge.push(leaf_hash(word));
            leaves.push(leaf_hash(word));
        }
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: edge.size(), root: edge.root() }.sign(&key).into_bytes();
        files.insert(format!("checkpoint.{size}"), checkpoint.clone());
        files.insert("checkpoint".to_owned(), checkpoint);
        for tile in tiles::of_size(edge.size()) {
            files.insert(tile.path(), leaves.concat());
            files.insert(tile.bundle_path(), tiles::bundle(words.iter().take(size).copied()).unwrap());
        }
    }
    files
}

#[test]
fn the_published_log_is_made_again_byte_for_byte() {
    let files = built();
    let hashes: Vec<(&str, String)> = files.iter().map(|(path, bytes)| (path.as_str(), hex::encode(Sha256::digest(bytes)))).collect();
    let mut published: Vec<(&str, String)> = PUBLISHED.iter().map(|(path, hash)| (*path, (*hash).to_owned())).collect();
    published.sort();
    assert_eq!(hashes, published);
}

#[test]
fn what_is_made_is_read_again_and_the_ledger_page_names_the_same_words_and_keys() {
    let (files, vkey) = (built(), VerifyingKey::parse(VKEY).unwrap());
    for (path, bytes) in &files {
        match Named::parse(path) {
            Some(Named::Entries(tile)) => assert_eq!(tiles::unbundle(bytes).unwrap().len() as u64, tile.width, "{path}"),
            Some(Named::Hashes(tile)) => assert_eq!(bytes.len() as u64, tile.width * 32, "{path}"),
            None => assert_eq!(Checkpoint::open(bytes, std::slice::from_ref(&vkey)).unwrap().origin, vkey.name(), "{path}"),
        }
    }
    let page = include_str!("../../../docs/LEDGER.md");
    for text in [WORDS, KEY, VKEY] {
        assert!(page.contains(text), "docs/LEDGER.md does not say {text}");
    }
}

/// testdata/log at commit 1811ae1a7c401c971d9cff2a5cfdfba07a26161e, without its `.state`.
const PUBLISHED: &[(&str, &str)] = &[
    ("checkpoint", "aebf6c3251e27b6a4e265cbbcb3036887ba860071e1df9669cd36179ac82eaed"),
    ("checkpoint.0", "2a88b2fa27d24b7e57d5dcf73ddcad2075198f97879b45eab3aa8520b89944a9"),
    ("checkpoint.1", "50026db3bdb6b509d7ce2915bc05f3908857acd48621f0a7cac3f65eb117ed9b"),
    ("checkpoint.2", "4f2622ccd83c224e6d6d5ee2f99319e4224d7f5de3078bf10fdea9c77864833d"),
    ("checkpoint.3", "88996b7cfd57cebe7c9c34ce35b7d5bd6b7af0d76f7febe687216ab15644d32c"),
    ("checkpoint.4", "09eeacdca308e7c415e4e9ac26521938d44eaf03b4a8bc4486679cea852b390f"),
    ("checkpoint.5", "5dccd69f5e3c761bad6225dbde1603bd21bddbb23f4447eba3ec82c8d9002f8a"),
    ("checkpoint.6", "3da77775077943d2a9bf17712c1df62587f9ad502a5bcd15b5c6abca164d1e20"),
    ("checkpoint.7", "6787611cbc401f8bfa4075723028d238290a7bf83a604f55827b34e0c067e7c3"),
    ("checkpoint.8", "abdebb1c8e1c562d5902f106e741e80e430af4bb7fdaf120d9fe4a3419d6adb8"),
    ("checkpoint.9", "23e1b039edd148ac31cb53b7fbc5bf8678bf9d85010d4f74173743773958b6c1"),
    ("checkpoint.10", "b7d1118f304887d9c5eee7d9faac64da15a7564f0d14e0d67126c131b5a63f13"),
    ("checkpoint.11", "335f7c9273127918020204e371682f900da703faa305059e3a6ab2b8e5294ea1"),
    ("checkpoint.12", "d5c41a56c1a42885ed25fc4b27bdeed95e187ceb5c85a3e552dcdc85ad4c5f85"),
    ("checkpoint.13", "2d21becfbf9cb3edba3bc6112cbcdab551667aef4d18466def881988a89f8e5f"),
    ("checkpoint.14", "b5fc2f2e9f6f3a72ab491042cbecd06b4e0a831933ebae386e3f42f37b764d99"),
    ("checkpoint.15", "aebf6c3251e27b6a4e265cbbcb3036887ba860071e1df9669cd36179ac82eaed"),
    ("tile/0/000.p/1", "ccfdec58d220e811be8903398a8867fde33e93bba97faecad3315bd7c753bd2f"),
    ("tile/0/000.p/2", "59e16c84b7f06104607760ad7916b9535d578914c7f29ae5f51ad990e6a66113"),
    ("tile/0/000.p/3", "6168c234ffb69c4c34476551c18dfc6041752648b15012695bff139659d59c8a"),
    ("tile/0/000.p/4", "9959e95e8017bc56a4dbaa0afda926b25a7b54c0ca055cff26f1093ab55f2da1"),
    ("tile/0/000.p/5", "cde9addac215d77831b3c28a05c63ee8679350a51760d2a63885af0d178716eb"),
    ("tile/0/000.p/6", "1ef4dd027e37c71ac19b68502238c107b0370b6742119c278fddd0a4b75ed350"),
    ("tile/0/000.p/7", "7294908b09b009d5a476bcd8c2086466c4794ceacbc40f556b32280e1a012db4"),
    ("tile/0/000.p/8", "92b3acf68d583ef1bfb61cf39bf9e89ff3cbe3e19f39fc698f50c91ab6360e59"),
    ("tile/0/000.p/9", "0acd41c3ef3e5db1efbcf9952282808aeedd41d12bd410d9e24395a0750e66c0"),
    ("tile/0/000.p/10", "6dcd13cc0a93d63bf0867206365aaf370de67c8f5488b149bc5e9f3925d86b54"),
    ("tile/0/000.p/11", "a17105d6da8c53a8051d85b9fbe52dc887478ec71aa61aa6601720b3e385d32f"),
    ("tile/0/000.p/12", "9b8621625e84f41ca91f60c2c9068eefa2f7df8a4732a3da17c81c7ead22c7b7"),
    ("tile/0/000.p/13", "e0e226249b7c08f78b9f20f1ec08dc2f625867632c4240e843b091480aa3820b"),
    ("tile/0/000.p/14", "014a1bdd661336c4d00606431741c06d18fd02e9f5de72e020e794d9c84dfda5"),
    ("tile/0/000.p/15", "93593af14d2cce39867d2e73fe4ca400a38581605c5c4501a03e752d9b51a130"),
    ("tile/entries/000.p/1", "217eb5c174b50240976ae2b9b7a2a213c8ebe7f525fde0f0ea7561adcb4794e1"),
    ("tile/entries/000.p/2", "8d26204429edb13ff9b074af489a8e984bdccb3e0ea2ee1d531d5f19195b7d24"),
    ("tile/entries/000.p/3", "17872b3223966b3b743f99f79fab73e8d54556aa39adeb6918a5b84da91b9735"),
    ("tile/entries/000.p/4", "0f19d664a8c5a97ae47831b162c04ed6a68de060759cc19cb82085d9bdc58c7c"),
    ("tile/entries/000.p/5", "22c2e51f0b2aa8e6a9d3770d59942127a28da1376cfab9bec868c4ada07e83b7"),
    ("tile/entries/000.p/6", "51c4a9b199a7272c00d56d4f9e7346ca0ab68549ccd076484c7340a61dadb351"),
    ("tile/entries/000.p/7", "545bd03b5a0b5be95070fa06c2acd61bbb80c80702ca68e130fe06dfa289287b"),
    ("tile/entries/000.p/8", "a4413f345504eb3637bcab7f9f188baaf7efe71fcd9d05cbf1cb9f850bd23aeb"),
    ("tile/entries/000.p/9", "eda107446820475a7382b1f3c34e0cb6833cbb976b183dd11de46ba607b9bff8"),
    ("tile/entries/000.p/10", "81330784e6e1b74137a76d17f894317e622a918a8a91c6c7005f228ae431f488"),
    ("tile/entries/000.p/11", "e4391087ee6b8f34bb4bdb292a590cbeb410f3ea03e60bb6d04fbd10448b322d"),
    ("tile/entries/000.p/12", "cbb703dd472823ec9c870229060474365f5f92f7ea1a4587541a72def784e5a3"),
    ("tile/entries/000.p/13", "0a0c8b26118fd8cc64c942ce11580a967c49bb494b931db9d8040736f4b8596a"),
    ("tile/entries/000.p/14", "bb309a3d4f081ad2cafac932239a831a22eb8c839497f1d2ec383ef69da23927"),
    ("tile/entries/000.p/15", "9ac6a9fc9012f2b4d67ac26041933c119e1505defc5c808ed614c5778c9f1716"),
];
