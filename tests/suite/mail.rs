//! Every notice in every language, as it arrives: subject, headers that matter, text. HTML says the same words.

use std::fmt::Write;

use mail_parser::MessageParser;
use manyhands::actions::proposals::enacting::LAPSES;
use manyhands::mail::{Letter, render};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;

fn samples() -> Vec<Notice> {
    let currency = Currency::parse("USD").unwrap();
    let due_at = Timestamp::parse("2026-11-24T18:30:00Z").unwrap();
    let amount = |text: &str| Amount::parse_input(text).unwrap();
    let text = str::to_owned;
    vec![
        Notice::Invited { token: text("TOKEN"), by: text("Wanjiru K."), client: String::new() },
        Notice::Invited { token: text("TOKEN"), by: text("Wanjiru K."), client: text("Safe Harbor Models Inc") },
        Notice::InvitedElsewhere { client: text("Safe Harbor Models Inc"), by: text("Buyer") },
        Notice::Reset { token: text("TOKEN") },
        Notice::ClaimDue { claim: text("CLAIM"), title: text("Safety text review"), due_at },
        Notice::WorkAccepted {
            title: text("Safety text review"),
            count: 1,
            price: amount("0.80"),
            amount: amount("0.64"),
            currency,
            index: 1_284,
        },
        Notice::WorkAccepted {
            title: text("Safety text review"),
            count: 211,
            price: amount("0.80"),
            amount: amount("135.04"),
            currency,
            index: 1_494,
        },
        Notice::SentBack {
            claim: text("CLAIM"),
            title: text("Street scenes"),
            code: text("box-too-loose"),
            reason: text("The outline leaves a hand's breadth."),
            clause: text("4.2"),
            due_at,
        },
        Notice::Rejected {
            claim: text("CLAIM"),
            title: text("Street scenes"),
            code: text("wrong-label"),
            reason: text("The sign is a bush."),
            clause: text("4.2"),
            appeal_by: due_at,
            index: 1_285,
            left: false,
        },
        Notice::Rejected {
            claim: text("CLAIM"),
            title: text("Street scenes"),
            code: text("wrong-label"),
            reason: text("The sign is a bush."),
            clause: text("4.2"),
            appeal_by: due_at,
            index: 1_285,
            left: true,
        },
        Notice::Appealed { claim: text("CLAIM"), title: text("Street scenes"), decide_by: due_at },
        Notice::RejectionEnded {
            path: text("/claims/CLAIM"),
            title: text("Street scenes"),
            outcome: text("overturned"),
            words: text("It is a sign behind a bush."),
        },
        Notice::RejectionEnded {
            path: text("/reviews/CLAIM"),
            title: text("Street scenes"),
            outcome: text("unappealed"),
            words: String::new(),
        },
        Notice::DepositReceived { contract: text("C-2"), title: text("Safety text review"), amount: amount("1000.00"), currency, index: 9 },
        Notice::DepositReturned {
            contract: text("C-2"),
            title: text("Safety text review"),
            amount: amount("92.48"),
            currency,
            index: 1_499,
        },
        Notice::PaidOut { payout: text("O-3"), amount: amount("135.04"), currency, index: 1_500 },
        Notice::PayoutFailed { payout: text("O-3"), amount: amount("135.04"), currency, index: 1_501 },
        Notice::PayoutToChanged,
        Notice::ContractSubmitted { contract: text("C-2"), title: text("Safety text review"), end_client: text("Safe Harbor Models Inc") },
        Notice::ContractApproved { contract: text("C-2"), title: text("Safety text review") },
        Notice::ContractReturned { contract: text("C-2"), title: text("Safety text review"), reason: text("Name the register.") },
        Notice::ContractAmended { contract: text("C-2"), title: text("Safety text review"), version: 2, claims: 1 },
        Notice::ContractAmended { contract: text("C-2"), title: text("Safety text review"), version: 3, claims: 2 },
        amendment("proposed", "client", "Section 4.2 was read in two ways."),
        amendment("withdrawn", "client", ""),
        amendment("declined", "coop", "Members need the days of notice."),
        amendment("two-people", "coop", ""),
        amendment("agreed", "coop", ""),
        moved("paused", "client", "member", 2, "The guidelines are being looked at."),
        moved("resumed", "client", "coop", 0, ""),
        moved("noticed", "coop", "member", 1, "Too little of it can be judged."),
        moved("kept", "coop", "client", 0, ""),
        kept_until(),
        moved("terminated", "client", "member", 3, ""),
        moved("completed", "client", "coop", 0, ""),
        Notice::SecondPerson {
            what: text("O-3"),
            path: text("/treasury/payouts/O-3"),
            amount: amount("135.04"),
            currency,
            by: text("Astro N."),
        },
        Notice::CorrectionPrepared {
            id: text("ID"),
            corrects: 1_305,
            reason: text("typing-error"),
            amount: amount("0.30"),
            currency,
            by: text("Astro N."),
        },
        Notice::ReturnPrepared {
            id: text("ID"),
            contract: text("C-2"),
            title: text("Safety text review"),
            amount: amount("92.48"),
            currency,
            by: text("Astro N."),
        },
        corrected("-0.30", "", "bank-statement"),
        corrected("0.30", "", "agreed"),
        corrected("-12.50", "C-2", "wrong-contract"),
        corrected("12.50", "C-2", "typing-error"),
        Notice::Left { index: 1_502, unsaid: false },
        Notice::Left { index: 1_502, unsaid: true },
        Notice::Erased { by: text("Wanjiru K.") },
        Notice::RoleGranted { name: text("Liza M."), role: text("treasurer"), by: text("Wanjiru K.") },
        Notice::ColleagueInvited { name: text("Second buyer"), by: text("Buyer") },
        Notice::KeyCode { code: text("12345678") },
        Notice::KeyChanged { key: text("1a67529d"), what: text("added") },
        Notice::KeyChanged { key: text("1a67529d"), what: text("vouched") },
        Notice::KeyChanged { key: text("1a67529d"), what: text("client") },
        Notice::KeyChanged { key: text("1a67529d"), what: text("client-vouched") },
        Notice::KeyChanged { key: text("1a67529d"), what: text("retired") },
        Notice::KeyOfColleague { name: text("Astro N."), key: text("1a67529d"), what: text("added"), index: 137 },
        Notice::KeyOfColleague { name: text("Astro N."), key: text("1a67529d"), what: text("vouched"), index: 137 },
        Notice::KeyOfColleague { name: text("Buyer"), key: text("1a67529d"), what: text("client"), index: 137 },
        Notice::KeyOfColleague { name: text("Buyer"), key: text("1a67529d"), what: text("client-vouched"), index: 137 },
        Notice::KeyOfColleague { name: text("Astro N."), key: text("1a67529d"), what: text("retired"), index: 137 },
        Notice::SignatureWanted { about: text("payout"), what: text("O-3"), path: text("/sign/payout/O-3"), by: text("Wanjiru K.") },
        Notice::SignatureWanted {
            about: text("admission"),
            what: text("Liza M."),
            path: text("/sign/admission/ID"),
            by: text("Wanjiru K."),
        },
        Notice::SignatureWanted {
            about: text("correction"),
            what: text("№ 1305"),
            path: text("/sign/correction/ID"),
            by: text("Astro N."),
        },
        Notice::SignatureWanted { about: text("lowering"), what: text("C-2"), path: text("/contracts/C-2/lowering"), by: String::new() },
        Notice::SignatureWanted { about: text("return"), what: text("C-2"), path: text("/sign/return/ID"), by: text("Astro N.") },
        Notice::SignatureWanted {
            about: text("departure"),
            what: text("Liza M."),
            path: text("/sign/departure/ID"),
            by: text("Wanjiru K."),
        },
        Notice::SignatureWanted { about: text("leaving"), what: text("Zoë R."), path: text("/sign/departure/ID"), by: text("Zoë R.") },
        Notice::SignatureWanted { about: text("excluded"), what: text("Zoë R."), path: text("/sign/departure/ID"), by: text("P-12") },
        Notice::SignatureWanted { about: text("key"), what: text("Astro N."), path: text("/sign/key/ID"), by: text("Astro N.") },
        unsure(0),
        unsure(1),
        unsure(2),
        Notice::ContractListed {
            contract: text("C-2"),
            title: text("Safety text review"),
            end_client: text("Safe Harbor Models Inc"),
            purpose: text("text safety filter"),
        },
    ]
    .into_iter()
    .chain(of_votes(due_at, "Fourteen an hour"))
    .collect()
}

/// What one is told of votes.
fn of_votes(at: Timestamp, title: &str) -> Vec<Notice> {
    let (proposal, title, code) = ("P-7".to_owned(), title.to_owned(), "12345678".to_owned());
    let opened = |again: &str| Notice::VoteOpened {
        proposal: proposal.clone(),
        title: title.clone(),
        opens: at,
        closes: at.plus_days(7),
        again: again.to_owned(),
        code: code.clone(),
    };
    let closed = |result: &str, counts: [u64; 3], enacts: Option<Timestamp>| Notice::VoteClosed {
        proposal: proposal.clone(),
        title: title.clone(),
        result: result.to_owned(),
        counts,
        cast: [counts.iter().sum(), 11],
        enacts,
    };
    let enacted = |what: &str| Notice::VoteEnacted { proposal: proposal.clone(), title: title.clone(), what: what.to_owned() };
    let (price, currency) = (Amount::parse_input("120.00").unwrap(), Currency::parse("USD").unwrap());
    let lapses = LAPSES.iter().copied().chain(["other"]).map(|reason| Notice::VoteLapsed {
        proposal: proposal.clone(),
        title: title.clone(),
        reason: reason.to_owned(),
    });
    let asked = |at_once: bool| Notice::PriceAsked {
        proposal: proposal.clone(),
        batch: "BATCH".to_owned(),
        title: "LiDAR".to_owned(),
        price,
        currency,
        from: at,
        at_once,
    };
    let mut notices = vec![
        opened(""),
        opened("P-6"),
        Notice::VoteReminder { proposal: proposal.clone(), title: title.clone(), closes: at, code: code.clone() },
        Notice::VoteCode { proposal: proposal.clone(), title: title.clone(), code: code.clone() },
        Notice::BallotCast { proposal: proposal.clone(), title: title.clone(), index: 1_290 },
        closed("passed", [6, 1, 1], Some(at)),
        closed("rejected", [5, 3, 1], None),
        closed("no-quorum", [3, 0, 0], None),
        closed("void", [2, 2, 0], None),
        enacted("rules"),
        enacted("price-ask"),
        enacted("met"),
        enacted("paused"),
        enacted("ended"),
        enacted("contract-end"),
        enacted("exclusion"),
        enacted("mandate"),
        enacted("recall"),
        Notice::BallotUnopened { proposal: proposal.clone(), title: title.clone(), until: at },
        Notice::DraftReady { draft: "DRAFT".to_owned(), title: title.clone() },
        asked(false),
        asked(true),
        Notice::BatchUnderFloor { batch: "BATCH".to_owned(), title: "LiDAR".to_owned(), least: price, currency },
    ];
    notices.extend(lapses);
    notices
}

/// What a client is told of a batch that a recovery brought back.
fn unsure(lost: i64) -> Notice {
    Notice::BatchUnsure { batch: "BATCH".to_owned(), contract: "C-2".to_owned(), title: "LiDAR".to_owned(), lost }
}

/// What one is told of a change that is under way.
fn amendment(what: &str, side: &str, reason: &str) -> Notice {
    let text = str::to_owned;
    Notice::AmendmentMoved {
        contract: text("C-2"),
        title: text("Safety text review"),
        what: text(what),
        side: text(side),
        reason: text(reason),
    }
}

/// What one is told of how a contract goes on.
fn moved(what: &str, side: &str, whose: &str, claims: i64, reason: &str) -> Notice {
    Notice::ContractMoved {
        contract: "C-2".to_owned(),
        title: "Safety text review".to_owned(),
        what: what.to_owned(),
        side: side.to_owned(),
        reason: reason.to_owned(),
        ends_at: (what == "noticed").then(|| Timestamp::parse("2026-12-08T17:00:00Z").unwrap()),
        whose: whose.to_owned(),
        claims,
    }
}

/// One of two notices is taken back.
fn kept_until() -> Notice {
    let mut notice = moved("kept", "coop", "member", 1, "P-7");
    if let Notice::ContractMoved { ends_at, .. } = &mut notice {
        *ends_at = Some(Timestamp::parse("2026-12-08T17:00:00Z").unwrap());
    }
    notice
}

/// What one is told whose money a correction changed.
fn corrected(amount: &str, contract: &str, reason: &str) -> Notice {
    Notice::Corrected {
        corrects: 1_305,
        reason: reason.to_owned(),
        contract: contract.to_owned(),
        amount: Amount::parse_signed_input(amount).unwrap(),
        currency: Currency::parse("USD").unwrap(),
        index: 1_503,
    }
}

/// A sample's message as a mail program reads it.
fn read(notice: &Notice, language: &str, zone: &str) -> String {
    let letter = Letter {
        name: "Nathalie R.",
        email: "nathalie@example.coop",
        language,
        zone,
        notices: std::slice::from_ref(notice),
        coop: "Visible Hands Cooperative",
        from: "office@example.coop",
        address: "https://work.example.coop",
        id: "MESSAGE",
        now: Timestamp::parse("2026-11-24T17:00:00Z").unwrap(),
        checkpoint: "ledger.example.coop/main\n1500\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        unsubscribe: notice.stream().map(|_| "STOP"),
    };
    let rendered = render(&letter).unwrap();
    let message = MessageParser::default().parse(&rendered.bytes).unwrap();
    assert_eq!(message.subject(), Some(rendered.subject.as_str()));
    assert_eq!(message.message_id(), Some("MESSAGE@work.example.coop"));
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    let html = message.body_html(0).unwrap();
    for line in letter.checkpoint.lines() {
        assert!(text.contains(&format!("> {line}\n")), "the footer is a witness");
        assert!(html.contains(line), "in HTML too");
    }
    let mut shown = format!("Subject: {}\n", rendered.subject);
    for header in ["List-Unsubscribe", "List-Unsubscribe-Post"] {
        let value = message.header_raw(header).map(str::trim);
        assert_eq!(value.is_some(), notice.stream().is_some(), "only subscribed mail can be stopped");
        value.iter().for_each(|value| writeln!(shown, "{header}: {value}").unwrap());
    }
    shown + "\n" + &text + "\n" + &"=".repeat(40) + "\n"
}

#[test]
fn every_notice_reads_well_in_english() {
    let all: String = samples().iter().map(|notice| read(notice, "en", "Africa/Nairobi")).collect();
    insta::assert_snapshot!("mail_en", all);
}

#[test]
fn a_vote_that_is_called_as_a_question_is_told_in_whole_sentences() {
    let title = "Shall an hour pay fourteen?";
    for language in ["en", "fr"] {
        for notice in of_votes(Timestamp::parse("2026-11-24T17:00:00Z").unwrap(), title) {
            let shown = read(&notice, language, "Africa/Nairobi");
            let words = shown.replace(['\u{a0}', '\u{202f}'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            let subject = words.split(" mail").next().unwrap_or_default();
            for twice in ["?.", "?,", "?:", "? :", "?;", "? ;", "?(", "? ("] {
                assert!(!words.contains(twice), "{language}: {twice} in {subject}: {words}");
            }
            let bare = words.matches(title).count();
            let quoted = words.matches(&format!("“{title}”")).count() + words.matches(&format!("« {title} »")).count();
            // Beside the subject it stands in quotes.
            assert!(bare <= quoted + 1, "{language}: {words}");
        }
    }
}

#[test]
fn every_notice_reads_well_in_french() {
    let all: String = samples().iter().map(|notice| read(notice, "fr", "Indian/Antananarivo")).collect();
    insta::assert_snapshot!("mail_fr", all);
}

#[test]
fn a_language_that_is_not_ours_falls_back_as_people_would() {
    let reset = Notice::Reset { token: "TOKEN".to_owned() };
    assert_eq!(read(&reset, "mg", "UTC"), read(&reset, "fr", "UTC"), "Malagasy readers know French");
    assert_eq!(read(&reset, "sw", "UTC"), read(&reset, "en", "UTC"));
}
