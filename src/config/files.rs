//! The settings of files: how much is kept, how long, and where.

use std::path::PathBuf;

use serde::Deserialize;

use super::{ConfigError, is_loopback};
use crate::files::Limits;
use crate::files::bucket::{Address, Keys};
use crate::settings::Settings;

/// How files are kept.
#[derive(Clone, Debug)]
pub struct FilesConfig {
    /// How much, and how long.
    pub limits: Limits,
    /// In an object store instead of the data folder.
    pub store: Option<StoreConfig>,
}

/// The object store, and where what opens it is found.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Where it is.
    pub address: Address,
    /// What opens it, from the environment; in the file it would lie in every copy of it.
    pub keys: Option<Keys>,
    /// The file that holds what opens it.
    pub credentials: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileFiles {
    contract_bytes: Option<u64>,
    keep_days: Option<u16>,
    endpoint: Option<String>,
    region: Option<String>,
    bucket: Option<String>,
    prefix: Option<String>,
    credentials: Option<String>,
}

pub(super) fn read(settings: &mut Settings, file: FileFiles) -> Result<FilesConfig, ConfigError> {
    let limits = Limits::default();
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    let limits = Limits {
        contract_bytes: settings.parsed(
            "files.contract_bytes",
            text(file.contract_bytes),
            &limits.contract_bytes.to_string(),
            "a number of bytes, such as 10000000000",
        )?,
        keep_days: settings
            .parsed::<u16>(
                "files.keep_days",
                text(file.keep_days.map(u64::from)),
                &limits.keep_days.to_string(),
                "a number of days, such as 30",
            )?
            .into(),
    };
    let address = Address {
        endpoint: settings.text("files.endpoint", file.endpoint, "").trim_end_matches('/').to_owned(),
        region: settings.text("files.region", file.region, "us-east-1"),
        bucket: settings.text("files.bucket", file.bucket, ""),
        prefix: settings.text("files.prefix", file.prefix, "manyhands"),
    };
    let credentials = Some(settings.text("files.credentials", file.credentials, "")).filter(|path| !path.is_empty()).map(PathBuf::from);
    let (access_key, secret_key) = (settings.unshown("files.access_key"), settings.unshown("files.secret_key"));
    let keys = access_key.zip(secret_key).map(|(access_key, secret_key)| Keys { access_key, secret_key });
    let store = (!address.endpoint.is_empty()).then_some(StoreConfig { address, keys, credentials });
    Ok(FilesConfig { limits, store })
}

impl StoreConfig {
    /// Every reason why this cannot be the home of files, a sentence each.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let Address { endpoint, bucket, prefix, .. } = &self.address;
        let mut reasons = Vec::new();
        let host = endpoint.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
        if host.is_some_and(|host| !is_loopback(host)) {
            reasons.push("files.endpoint does not begin with https://: clients' pictures would cross the network in the open".to_owned());
        } else if host.is_none() && !endpoint.starts_with("https://") {
            reasons.push("files.endpoint is no address: it begins with https:// and the object store's host".to_owned());
        }
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        if bucket.is_empty() || !plain(bucket) {
            reasons
                .push("files.bucket names no bucket: with files.endpoint set it must, in letters, digits, points and hyphens".to_owned());
        }
        let part = |part: &str| !part.is_empty() && part.bytes().any(|byte| byte != b'.') && plain(part);
        if !prefix.is_empty() && !prefix.split('/').all(part) {
            reasons.push(
                "files.prefix is no beginning of a key: letters, digits, points and hyphens, with a / between two parts only".to_owned(),
            );
        }
        reasons
    }
}
