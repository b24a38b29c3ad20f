//! HTTP only: routes, guards, forms, pages. A handler asks `page::Page` for a right, calls an action, and shows a
//! `sheet::Sheet` or redirects.
//!
//! To add a page: write a handler in the file of its noun; build its sheet from sentences of `locales/<lang>/<noun>.ftl`;
//! add its row to the table in `routes.rs` (the routes test fails without it); look at it at 360 and 1280 pixels.

mod amending;
mod answer;
mod appeals;
mod asked;
mod assets;
mod balances;
mod ballots;
mod batches;
mod claims;
mod colleagues;
mod contracts;
mod corrections;
mod demo;
mod desk;
mod discussion;
mod draft_form;
mod draft_page;
mod drafts;
mod drawing;
mod effects;
mod end_clients;
mod entry;
mod erasure;
mod expenses;
mod external;
mod fairings;
mod files;
mod flow;
mod forms;
mod gold;
mod hazards;
mod items;
mod kept;
mod keys;
mod label_studio;
mod leaving;
mod ledger;
mod life;
mod listing;
mod log;
mod lowering;
mod motions;
mod new_batch;
mod office;
mod own_ballot;
mod page;
mod parts;
mod pay;
mod people;
mod pictured;
mod post;
mod preview;
mod price_asked;
mod pricing;
mod proposals;
mod public;
mod quality;
mod questions;
mod quote;
mod rates;
mod recount;
mod results;
mod returns;
mod reviews;
pub mod routes;
mod rule_form;
mod rule_words;
mod sample;
mod sheet;
mod signing;
mod split;
mod suggestions;
mod tally;
mod templates;
mod tool;
mod treasury;
mod turnout;
mod upload;
mod veil;
mod verify;
mod view;
mod vote;
mod waits;
mod workbench;

use rocket::{Build, Config, Rocket};

use crate::deps::Deps;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Address.
    pub address: std::net::IpAddr,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// The header of a trusted proxy with the peer's address; none: the connection's own.
    pub ip_header: Option<String>,
    /// The proxy that may say so; the header of anybody else counts for nothing.
    pub trusted_proxy: Option<std::net::IpAddr>,
}

/// Whose word about the peer's address is taken.
#[derive(Clone, Copy, Debug)]
struct TrustedProxy(Option<std::net::IpAddr>);

/// The web application, not yet launched.
#[must_use]
pub fn build(deps: Deps, listen: &Listen) -> Rocket<Build> {
    let config = Config {
        address: listen.address,
        port: listen.port,
        ident: rocket::config::Ident::none(),
        log_level: rocket::config::LogLevel::Off,
        cli_colors: false,
        keep_alive: 15,
        ..Config::release_default()
    };
    let ip_header = listen.ip_header.clone().unwrap_or_default();
    let figment = rocket::figment::Figment::from(config)
        .merge(("ip_header", if ip_header.is_empty() { rocket::figment::value::Value::from(false) } else { ip_header.into() }));
    rocket::custom(figment)
        .manage(deps)
        .manage(TrustedProxy(listen.trusted_proxy))
        .manage(ledger::LastLook::default())
        .attach(fairings::Headers)
        .attach(fairings::Compress)
        .mount("/", routes::all())
        .register("/", fairings::catchers())
        .register("/log", log::catchers())
}
