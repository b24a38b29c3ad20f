//! Settings one by one: from the environment, the file or the default, each with where it came from. Reads nothing itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a setting's value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// `manyhands.toml`.
    File,
    /// `MANYHANDS_…`.
    Environment,
}

/// One setting as `manyhands check` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its key in the file.
    pub key: &'static str,
    /// Its value; secrets are masked.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is no TOML, has an unknown key, or a value of the wrong type.
    #[error("{path}: {message}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What and where, as the parser says it.
        message: String,
    },
    /// An unknown `MANYHANDS_…` variable.
    #[error("the environment sets {0}, which is no setting; known ones are listed by `manyhands check`")]
    UnknownVariable(String),
    /// A value that does not fit its setting.
    #[error("{key} = {value}: {expected}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What it was set to (masked for secrets).
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Settings that are well-formed, but not safe to serve with.
    #[error("{0}")]
    Unsafe(String),
}

/// Takes the values one by one; what is left of the environment at the end is unknown.
pub(crate) struct Settings {
    variables: BTreeMap<String, String>,
    shown: Vec<Shown>,
}

impl Settings {
    /// Over this environment.
    pub(crate) fn over(variables: BTreeMap<String, String>) -> Settings {
        Settings { variables, shown: Vec::new() }
    }

    /// What of the environment nobody asked for.
    pub(crate) fn left(&self) -> impl Iterator<Item = &String> {
        self.variables.keys()
    }

    /// Every setting taken, in order.
    pub(crate) fn shown(self) -> Vec<Shown> {
        self.shown
    }

    /// From the environment alone, and never printed.
    pub(crate) fn unshown(&mut self, key: &'static str) -> Option<String> {
        Some(self.take(key, None, "").0).filter(|value| !value.is_empty())
    }

    pub(crate) fn text(&mut self, key: &'static str, file: Option<String>, default: &str) -> String {
        let (value, source) = self.take(key, file, default);
        self.shown.push(Shown { key, value: value.clone(), source });
        value
    }

    pub(crate) fn secret(&mut self, key: &'static str, file: Option<String>, default: &str) -> String {
        let (value, source) = self.take(key, file, default);
        self.shown.push(Shown { key, value: masked(&value), source });
        value
    }

    pub(crate) fn parsed<T: std::str::FromStr>(
        &mut self,
        key: &'static str,
        file: Option<String>,
        default: &str,
        expected: &'static str,
    ) -> Result<T, ConfigError> {
        let value = self.text(key, file, default);
        value.parse().map_err(|_| ConfigError::Value { key, value, expected })
    }

    pub(crate) fn optional<T: std::str::FromStr>(
        &mut self,
        key: &'static str,
        file: Option<String>,
        expected: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        match self.text(key, file, "") {
            none if none.is_empty() => Ok(None),
            value => value.parse().map(Some).map_err(|_| ConfigError::Value { key, value, expected }),
        }
    }

    fn take(&mut self, key: &'static str, file: Option<String>, default: &str) -> (String, Source) {
        let variable = format!("{PREFIX}{}", key.to_uppercase().replace('.', "_"));
        match (self.variables.remove(&variable), file) {
            (Some(value), _) => (value, Source::Environment),
            (None, Some(value)) => (value, Source::File),
            (None, None) => (default.to_owned(), Source::Default),
        }
    }
}

/// Keeps what helps to recognise a secret and hides the rest: of an address, only the password.
pub(crate) fn masked(value: &str) -> String {
    match value.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (credentials, place))) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{place}")
        }
        None if value.contains("://") || value.is_empty() => value.to_owned(),
        None => "***".to_owned(),
    }
}

/// Every variable of ours begins so.
pub(crate) const PREFIX: &str = "MANYHANDS_";
