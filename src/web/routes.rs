//! The one page that lists all routes, each with who may use it. What stands here and what is mounted are held equal by a test.

use rocket::{Route, routes};

use crate::web::{assets, batches, claims, contracts, demo, ledger, office, pay, people, public, reviews, treasury};

/// Who may use a route. A right that is not held answers 404; no account at all, the sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Anybody, in the demonstration only.
    Demo,
    /// An active account.
    SignedIn,
    /// A member.
    Member,
    /// A member who reviews, or a user of the client whose work it is.
    Judge,
    /// A treasurer.
    Treasurer,
    /// A treasurer or a coordinator.
    Officer,
    /// A coordinator.
    Coordinator,
    /// A client's user, for what is their organisation's own.
    ClientUser,
}

/// Every route.
#[must_use]
pub fn all() -> Vec<Route> {
    routes![
        public::today, public::list, public::contract, public::rates, public::language, public::live, public::ready, assets::file,
        ledger::ledger, ledger::entry, ledger::receipt, ledger::note,
        people::sign_in, people::sign_in_post, people::sign_out, people::reset, people::reset_post, people::reset_link, people::reset_link_post,
        people::invitation, people::invitation_post, people::account, people::account_post, people::unsubscribe, people::unsubscribe_post,
        contracts::desk, contracts::new, contracts::step, contracts::step_post, contracts::submit, contracts::submit_post, contracts::contract,
        contracts::results_jsonl, contracts::results_csv, contracts::money,
        batches::new, batches::new_post, batches::batch, batches::items, batches::offer, batches::open, batches::pause, batches::resume,
        claims::board, claims::claim, claims::workbench, claims::draft, claims::submit, claims::release, claims::extend,
        reviews::waiting, reviews::one, reviews::accept, reviews::back, reviews::batch, reviews::batch_post,
        pay::pay,
        treasury::treasury, treasury::deposit, treasury::prepare, treasury::payout, treasury::file, treasury::approve, treasury::withdraw,
        treasury::settle, treasury::fail, treasury::expense, treasury::expense_page, treasury::expense_approve,
        office::office, office::invite, office::contract, office::approve, office::give_back,
        demo::enter, demo::day, demo::mail, demo::message,
    ]
}

/// The rights table: method, path, who.
pub const RIGHTS: &[(&str, &str, Who)] = &[
    ("GET", "/", Who::Anyone),
    ("GET", "/account", Who::SignedIn),
    ("POST", "/account", Who::SignedIn),
    ("GET", "/batches/<id>", Who::ClientUser),
    ("POST", "/batches/<id>/claim", Who::Member),
    ("POST", "/batches/<id>/items", Who::ClientUser),
    ("POST", "/batches/<id>/offer", Who::ClientUser),
    ("POST", "/batches/<id>/open", Who::ClientUser),
    ("POST", "/batches/<id>/pause", Who::ClientUser),
    ("POST", "/batches/<id>/resume", Who::ClientUser),
    ("GET", "/batches/<id>/review", Who::Judge),
    ("POST", "/batches/<id>/review", Who::Judge),
    ("GET", "/claims/<id>", Who::Member),
    ("POST", "/claims/<id>/draft", Who::Member),
    ("POST", "/claims/<id>/extend", Who::Member),
    ("POST", "/claims/<id>/release", Who::Member),
    ("POST", "/claims/<id>/submit", Who::Member),
    ("GET", "/contracts", Who::Anyone),
    ("GET", "/contracts/<id>", Who::Anyone),
    ("POST", "/demo/as/<word>", Who::Demo),
    ("POST", "/demo/day", Who::Demo),
    ("GET", "/demo/mail", Who::Demo),
    ("GET", "/demo/mail/<id>", Who::Demo),
    ("GET", "/desk", Who::ClientUser),
    ("GET", "/desk/<id>", Who::ClientUser),
    ("GET", "/desk/<id>/<step>", Who::ClientUser),
    ("POST", "/desk/<id>/<step>", Who::ClientUser),
    ("GET", "/desk/<id>/batch", Who::ClientUser),
    ("POST", "/desk/<id>/batch", Who::ClientUser),
    ("GET", "/desk/<id>/results.csv", Who::ClientUser),
    ("GET", "/desk/<id>/results.jsonl", Who::ClientUser),
    ("GET", "/desk/<id>/submit", Who::ClientUser),
    ("POST", "/desk/<id>/submit", Who::ClientUser),
    ("POST", "/desk/new", Who::ClientUser),
    ("GET", "/health/live", Who::Anyone),
    ("GET", "/health/ready", Who::Anyone),
    ("GET", "/invitation/<token>", Who::Anyone),
    ("POST", "/invitation/<token>", Who::Anyone),
    ("POST", "/language", Who::Anyone),
    ("GET", "/ledger", Who::Anyone),
    ("GET", "/ledger/<index>", Who::Anyone),
    ("GET", "/ledger/<index>/note", Who::Anyone),
    ("GET", "/ledger/<index>/receipt", Who::Anyone),
    ("GET", "/money", Who::ClientUser),
    ("GET", "/office", Who::Coordinator),
    ("GET", "/office/contracts/<id>", Who::Coordinator),
    ("POST", "/office/contracts/<id>/approve", Who::Coordinator),
    ("POST", "/office/contracts/<id>/return", Who::Coordinator),
    ("POST", "/office/invite", Who::Coordinator),
    ("GET", "/pay", Who::Member),
    ("GET", "/rates", Who::Anyone),
    ("GET", "/reset", Who::Anyone),
    ("POST", "/reset", Who::Anyone),
    ("GET", "/reset/<token>", Who::Anyone),
    ("POST", "/reset/<token>", Who::Anyone),
    ("GET", "/reviews", Who::Judge),
    ("GET", "/reviews/<id>", Who::Judge),
    ("POST", "/reviews/<id>/accept", Who::Judge),
    ("POST", "/reviews/<id>/back", Who::Judge),
    ("GET", "/signin", Who::Anyone),
    ("POST", "/signin", Who::Anyone),
    ("POST", "/signout", Who::SignedIn),
    ("GET", "/static/<version>/<name>", Who::Anyone),
    ("GET", "/treasury", Who::Officer),
    ("POST", "/treasury/deposit", Who::Treasurer),
    ("POST", "/treasury/expenses", Who::Treasurer),
    ("GET", "/treasury/expenses/<id>", Who::Officer),
    ("POST", "/treasury/expenses/<id>", Who::Officer),
    ("POST", "/treasury/payouts", Who::Treasurer),
    ("GET", "/treasury/payouts/<id>", Who::Officer),
    ("POST", "/treasury/payouts/<id>/approve", Who::Officer),
    ("POST", "/treasury/payouts/<id>/fail", Who::Treasurer),
    ("GET", "/treasury/payouts/<id>/file.csv", Who::Officer),
    ("POST", "/treasury/payouts/<id>/settle", Who::Treasurer),
    ("POST", "/treasury/payouts/<id>/withdraw", Who::Treasurer),
    ("GET", "/unsubscribe/<token>", Who::Anyone),
    ("POST", "/unsubscribe/<token>", Who::Anyone),
    ("GET", "/work", Who::Member),
];
