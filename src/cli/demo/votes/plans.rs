//! Who proposes what in the demonstration, who signs it, what is said of it, and how each votes. What it is about, from when to when it is
//! open, and how it ends stand in the demonstration's file.

/// How one vote of the file comes about.
pub(super) struct Plan {
    /// The file's id.
    pub(super) id: &'static str,
    /// What passing comes to.
    pub(super) act: &'static str,
    pub(super) author: &'static str,
    /// Who signs the draft beside its author.
    pub(super) signers: [&'static str; 2],
    pub(super) why: &'static str,
    pub(super) said: &'static [Said],
    pub(super) ballots: &'static [Cast],
    /// Of the second call, where the first had no quorum.
    pub(super) again: &'static [Cast],
}

/// A comment: so many days after the opening (one before it, the draft is there), by whom, and whether it answers the one before it.
pub(super) type Said = (i64, &'static str, bool, &'static str);
/// A ballot: so many days after the opening, whose, and what it says.
pub(super) type Cast = (i64, &'static str, &'static str);

/// Who signs ballots by key: the treasurer whom the first vote makes one. No key of the others is made, so that whoever looks around can
/// make theirs; and while one member alone has a key, passwords go on deciding as before.
pub(super) const KEY_HOLDER: &str = "M-10";
/// When they make it, before today.
pub(super) const KEY_DAY: i64 = -41;

pub(super) const PLANS: &[Plan] = &[
    Plan {
        id: "P-005",
        act: "mandate",
        author: "M-01",
        signers: ["M-09", "M-02"],
        why: "One treasurer can be ill, and each sum that leaves takes two of us.",
        said: &[],
        ballots: &[
            (0, "M-01", "yes"),
            (0, "M-09", "yes"),
            (1, "M-02", "yes"),
            (2, "M-05", "yes"),
            (2, "M-06", "yes"),
            (3, "M-10", "abstain"),
            (5, "M-11", "yes"),
        ],
        again: &[],
    },
    Plan {
        id: "P-010",
        act: "rules",
        author: "M-07",
        signers: ["M-05", "M-03"],
        why: "Two more of each hundred for whoever does the work. The server costs less than we thought.",
        said: &[
            (-1, "M-09", false, "Operations pay the mediation and the register checks, too. With 5 percent nobody answers on weekends."),
            (0, "M-07", true, "Then let us see a list of what those 7 percent buy."),
            (3, "M-03", false, "À 80 %, une heure de vêtements me paie moins que le marché."),
        ],
        ballots: &[
            (0, "M-10", "yes"),
            (1, "M-07", "yes"),
            (1, "M-08", "yes"),
            (2, "M-03", "yes"),
            (3, "M-04", "yes"),
            (4, "M-01", "no"),
            (5, "M-09", "no"),
            (6, "M-02", "abstain"),
            (8, "M-05", "yes"),
            // Having read the answer: the last one counts.
            (9, "M-10", "no"),
        ],
        again: &[],
    },
    Plan {
        id: "P-006",
        act: "rules",
        author: "M-10",
        signers: ["M-04", "M-03"],
        why: "Rents in euros rose since the founding. No batch that we work on pays less than this today.",
        said: &[(1, "M-01", false, "I would rather wait for the next client in euros before we bind ourselves.")],
        ballots: &[
            (0, "M-10", "yes"),
            (0, "M-04", "yes"),
            (1, "M-03", "yes"),
            (1, "M-09", "yes"),
            (2, "M-05", "yes"),
            (3, "M-06", "yes"),
            (4, "M-01", "no"),
            (5, "M-08", "abstain"),
        ],
        again: &[],
    },
    Plan {
        id: "P-009",
        act: "text",
        author: "M-11",
        signers: ["M-05", "M-06"],
        why: "Whoever worked five nights in a row takes a day off, and operations pay eight hours of it at the floor.",
        said: &[(0, "M-05", false, "Last month I did nine nights, and I made mistakes in the ninth.")],
        ballots: &[(0, "M-11", "yes"), (1, "M-05", "yes"), (2, "M-06", "yes")],
        again: &[(0, "M-11", "yes"), (1, "M-05", "yes"), (1, "M-06", "yes"), (2, "M-10", "yes"), (3, "M-02", "yes"), (5, "M-09", "no")],
    },
    Plan {
        id: "P-007",
        act: "price-ask",
        author: "M-07",
        signers: ["M-05", "M-08"],
        why: "A sequence takes closer to eight hours than to six, and the guidelines grew by eleven pages.",
        said: &[
            (0, "M-08", false, "The last one took me eight hours and ten minutes."),
            (2, "M-09", false, "They may go elsewhere. I would have asked 110."),
            (2, "M-07", true, "Then we have learned what our hour is worth to them."),
        ],
        ballots: &[
            (0, "M-07", "yes"),
            (0, "M-05", "yes"),
            (1, "M-08", "yes"),
            (1, "M-10", "yes"),
            (2, "M-06", "yes"),
            (2, "M-02", "yes"),
            (3, "M-09", "no"),
            (3, "M-01", "abstain"),
        ],
        again: &[],
    },
    Plan {
        id: "P-008",
        act: "contract-take",
        author: "M-06",
        signers: ["M-11", "M-02"],
        why: "The contract ends with the year, and the client asks whether we go on. Whoever does not want this work never has to see it.",
        said: &[
            (
                -1,
                "M-02",
                false,
                "I left this work for good. Nobody should lose pay because we stop, and nobody should do it because we go on.",
            ),
            (0, "M-11", true, "It pays 12.80 an hour. I stay if the cap of 120 minutes a day stays."),
            (1, "M-04", false, "D’accord pour continuer, avec le plafond et les pauses."),
        ],
        ballots: &[(0, "M-11", "yes"), (1, "M-02", "no"), (1, "M-10", "yes")],
        again: &[],
    },
];

/// A draft that one more member has to sign: its author, who signed it, its title, why, and the floor in dollars that it asks for.
pub(super) struct Unsigned {
    pub(super) author: &'static str,
    pub(super) signer: &'static str,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) usd: &'static str,
    pub(super) said: (&'static str, &'static str),
}

pub(super) const UNSIGNED: Unsigned = Unsigned {
    author: "M-05",
    signer: "M-08",
    title: "The floor in dollars to 10.20 an hour",
    why: "Two of our batches stand a few cents under ten dollars and twenty. Their clients can add those cents.",
    usd: "10.20",
    said: ("M-06", "What happens to what is claimed already?"),
};
