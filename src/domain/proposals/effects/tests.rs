use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::proposals::change::apply;

fn books(patch: serde_json::Value) -> [Book; 2] {
    let before = Book::parse(&Book::founding()).unwrap();
    let after = apply(&before, patch.as_object().unwrap()).unwrap();
    [before, after]
}

fn batch(number: u8) -> BatchId {
    BatchId::parse(&format!("019b8d3d-2bb8-7ea6-bed3-9687350000{number:02x}")).unwrap()
}

fn work(worker: u8, price: &str, seconds: i64) -> Work {
    Work {
        contract: ContractId::from_number(1),
        client: "one".to_owned(),
        batch: batch(1),
        worker: MemberId::from_random([worker; 8]),
        reviewer: Some(MemberId::from_random([9; 8])),
        price: amount(price),
        currency: currency("USD"),
        pieces: 1,
        seconds,
        terms: ("general".to_owned(), 0, 180),
    }
}

fn amount(text: &str) -> Amount {
    Amount::parse_input(text).unwrap()
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn pair(before: &str, after: &str) -> Pair {
    Pair { before: amount(before), after: amount(after) }
}

fn seen(books: &[Book; 2], works: &[Work], me: u8) -> BTreeMap<Currency, Effects> {
    let change = Change { before: &books[0], after: &books[1], asked: None };
    effects(change, works, Some(&MemberId::from_random([me; 8]))).unwrap()
}

fn in_dollars(books: &[Book; 2], works: &[Work], me: u8) -> Effects {
    seen(books, works, me).remove(&currency("USD")).unwrap()
}

#[test]
fn a_higher_floor_raises_what_is_under_it_and_nothing_else() {
    let books = books(json!({"floor": {"general": {"USD": "14.000000"}}}));
    // 0.80 for three minutes: the least price under 14 an hour is 0.88. The other piece is dear enough.
    let works = [work(1, "0.80", 180), work(2, "1.00", 180), work(1, "0.80", 360)];
    let seen = in_dollars(&books, &works, 1);
    assert_eq!((seen.pieces, seen.members), (3, 2));
    assert_eq!(seen.mine, (2, pair("1.28", "1.408")));
    assert_eq!(seen.clients["one"], (pair("2.60", "2.76"), BTreeSet::from([ContractId::from_number(1)])));
    assert_eq!(seen.shared["Liabilities:Funds:Wellbeing"], pair("0.078", "0.0828"));
    // 1.28 in nine minutes, and 0.80 in three.
    assert_eq!((seen.lowest_hour, seen.median_hour), (pair("8.53", "9.38"), pair("8.53", "9.38")));
    assert_eq!(seen.my_hour, Some(pair("8.53", "9.38")));
    let shared = |side: fn(&Pair) -> Amount| Amount::sum(seen.shared.values().chain([&seen.members_pay]).map(side)).unwrap();
    assert_eq!((shared(|pair| pair.before), shared(|pair| pair.after)), (amount("2.60"), amount("2.76")), "to the millionth");
}

#[test]
fn another_split_moves_money_and_costs_nobody_more() {
    let books = books(json!({"split": {"worker": 8_200, "operations": 500}}));
    let works = [work(1, "10.00", 3_600)];
    let seen_by_reviewer = in_dollars(&books, &works, 9);
    assert_eq!(seen_by_reviewer.mine, (1, pair("0.30", "0.30")), "the reviewer's");
    assert_eq!(seen_by_reviewer.my_hour, None, "reviewing is not measured");
    assert_eq!(seen_by_reviewer.lowest_hour, pair("8.00", "8.20"));
    assert_eq!(seen_by_reviewer.shared["Income:Operations"], pair("0.70", "0.50"));
    assert_eq!(seen_by_reviewer.clients["one"].0, pair("10.00", "10.00"));
    assert_eq!(in_dollars(&books, &works, 3).mine, (0, Pair::default()), "somebody who did none of it");
    assert_eq!(seen(&books, &[], 1), BTreeMap::new());
}

#[test]
fn currencies_are_never_added_up() {
    let books = books(json!({"floor": {"general": {"EUR": "20.000000"}}}));
    let euro = Work { currency: currency("EUR"), ..work(1, "1.00", 180) };
    let by_currency = seen(&books, &[work(1, "1.00", 180), euro], 1);
    assert_eq!(by_currency[&currency("USD")].mine, (1, pair("0.80", "0.80")));
    assert_eq!(by_currency[&currency("EUR")].mine, (1, pair("0.80", "1.00")), "20.00 an hour for three minutes");
}

#[test]
fn the_middle_of_an_even_number_is_the_lower_of_two_and_times_are_summed_before_they_divide() {
    let books = books(json!({"premium": {"1": 100}}));
    // Hours of 0.80 a piece: 48.00, 24.00, 16.00, 9.60. The third has two pieces: 1.60 in six minutes.
    let works = [work(1, "1.00", 60), work(2, "1.00", 120), work(3, "1.00", 60), work(3, "1.00", 300), work(4, "1.00", 300)];
    let seen = in_dollars(&books, &works, 1);
    assert_eq!((seen.median_hour, seen.lowest_hour), (pair("16.00", "16.00"), pair("9.60", "9.60")));
    let odd = in_dollars(&books, &works[..4], 1);
    assert_eq!(odd.median_hour, pair("24.00", "24.00"));
    // Rounded down, never up: 0.80 in 7 seconds is 411.428…
    assert_eq!(in_dollars(&books, &[work(1, "1.00", 7)], 1).median_hour, pair("411.42", "411.42"));
    // What nobody measured has no hour, and is paid all the same.
    let unmeasured = in_dollars(&books, &[work(1, "1.00", 0)], 1);
    assert_eq!((unmeasured.median_hour, unmeasured.my_hour, unmeasured.mine.1), (Pair::default(), None, pair("0.80", "0.80")));
}

#[test]
fn what_was_under_the_floor_before_is_no_effect_of_a_change_that_leaves_it() {
    let cheap = [work(1, "0.10", 180)];
    let other = books(json!({"premium": {"3": 3_000}}));
    assert_eq!(in_dollars(&other, &cheap, 1).clients["one"].0, pair("0.10", "0.10"));
    let lower = books(json!({"floor": {"general": {"USD": "7.000000"}}}));
    assert_eq!(in_dollars(&lower, &cheap, 1).clients["one"].0, pair("0.10", "0.10"), "and a lower floor lowers no price");
    let higher = books(json!({"floor": {"general": {"USD": "9.000000"}}}));
    assert_eq!(in_dollars(&higher, &cheap, 1).clients["one"].0, pair("0.10", "0.57"));
}

#[test]
fn a_price_asked_is_that_of_its_batch_alone() {
    let [book, _] = books(json!({"premium": {"1": 100}}));
    let (one, two) = (batch(1), batch(2));
    let works = [work(1, "1.00", 180), Work { batch: two.clone(), ..work(1, "1.00", 180) }];
    let change = Change { before: &book, after: &book, asked: Some((&one, amount("1.20"))) };
    let seen = effects(change, &works, None).unwrap().remove(&currency("USD")).unwrap();
    assert_eq!(seen.clients["one"].0, pair("2.00", "2.20"));
    let offer = Offer { price: amount("1.00"), currency: currency("USD"), seconds: 180, skill: "general".to_owned(), level: 0, copies: 1 };
    assert_eq!(fall_under(change, &[(one.clone(), offer.clone()), (two, offer)]), [], "a price asked takes no batch under the floor");
}

#[test]
fn a_batch_falls_under_a_floor_that_it_reached_before() {
    let books = books(json!({"floor": {"general": {"USD": "14.000000"}}}));
    let change = Change { before: &books[0], after: &books[1], asked: None };
    let offer = |price: &str| Offer {
        price: amount(price),
        currency: currency("USD"),
        seconds: 180,
        skill: "general".to_owned(),
        level: 0,
        copies: 1,
    };
    // 0.88 reaches it exactly; 0.10 is under the old floor already.
    let open = [(batch(1), offer("0.87")), (batch(2), offer("0.88")), (batch(3), offer("0.10"))];
    assert_eq!(fall_under(change, &open), [Under { batch: batch(1), least: amount("0.88") }]);
}

#[test]
fn of_few_members_work_there_are_no_sums() {
    let books = books(json!({"floor": {"general": {"USD": "22.000000"}}}));
    let works: Vec<Work> = (1..=5).map(|member| work(member, "1.00", 180)).collect();
    let few = in_dollars(&books, &works[..4], 1);
    assert!(few.is_few() && few.table().iter().all(|line| line.sums.is_none()), "{:?}", few.table());
    // 1.00 becomes 1.38: 38 percent, whoever it is of.
    assert!(few.table().iter().all(|line| line.change == Some(3_800)), "{:?}", few.table());
    assert_eq!(few.mine.1, pair("0.80", "1.104"), "one's own is one's own");
    let enough = in_dollars(&books, &works, 1);
    assert!(!enough.is_few() && enough.table().iter().all(|line| line.sums.is_some()));
    let last = enough.table().pop().unwrap();
    assert_eq!((last.of, last.sums), (Figure::Clients, Some(pair("5.00", "6.90"))));
}

#[test]
fn a_sum_that_no_amount_holds_is_an_error_and_never_nothing() {
    let books = books(json!({"split": {"worker": 8_200, "operations": 500}}));
    let part = Amount::from_micros(i64::MAX / 100 * 37);
    // What members are paid is a sum yet, and so is each client's cost; all clients together are none.
    let of = |worker: u8, client: &str| Work {
        client: client.to_owned(),
        price: part,
        terms: ("general".to_owned(), 0, 0),
        ..work(worker, "1.00", 90_000)
    };
    let works = [of(1, "one"), of(2, "two"), of(3, "three")];
    let change = Change { before: &books[0], after: &books[1], asked: None };
    assert!(effects(change, &works[..2], None).is_ok(), "as much as a sum holds");
    assert_eq!(effects(change, &works, None), Err(AmountError::TooLarge));
    // Nor is an hour beyond any left out of the middle, as if nothing had been measured.
    let fast = [Work { seconds: 1, ..of(1, "one") }];
    assert_eq!(effects(change, &fast, None), Err(AmountError::TooLarge));
}

#[test]
fn of_two_equal_shares_the_smaller_name_has_the_odd_millionth_whoever_did_the_work() {
    let books = books(json!({"split": {"worker": 4_150, "reviewer": 4_150}}));
    let (one, nine) = (MemberId::from_random([1; 8]), MemberId::from_random([9; 8]));
    let of = |worker: &MemberId, reviewer: &MemberId| Work {
        worker: worker.clone(),
        reviewer: Some(reviewer.clone()),
        price: Amount::from_micros(3),
        terms: ("general".to_owned(), 0, 0),
        ..work(1, "1.00", 60)
    };
    let seen = in_dollars(&books, &[of(&one, &nine), of(&nine, &one)], 1);
    let times = if one < nine { 2 } else { 1 };
    assert_eq!(seen.mine.1.after, Amount::from_micros(2 * times), "twice the same share, once for doing, once for reviewing");
}

#[test]
fn a_change_is_told_in_basis_points_and_never_as_more_than_it_is() {
    for (before, after, points) in [
        ("3.00", "3.10", Some(333)),
        ("3.10", "3.00", Some(-322)),
        ("1.00", "1.00", Some(0)),
        ("0.00", "1.00", None),
        ("0.00", "0.00", Some(0)),
        ("1.00", "0.00", Some(-10_000)),
    ] {
        assert_eq!(pair(before, after).change(), points, "{before} {after}");
    }
}

proptest! {
    // Pieces put together, prices paid once for all: the sums are those of each piece paid by the rule itself.
    #[test]
    fn what_is_computed_once_for_many_is_what_each_is_paid(
        pieces in prop::collection::vec((0_u8..6, prop::option::of(0_u8..6), 1_i64..4_000_000, 1_u64..50), 1..40),
        worker in 4_000_u32..8_300,
    ) {
        let books = books(json!({"split": {"worker": worker, "operations": 8_700 - worker, "reviewer": 300}, "premium": {"1": 7}}));
        let works: Vec<Work> = pieces
            .into_iter()
            .filter(|(worker, reviewer, ..)| Some(worker) != reviewer.as_ref())
            .map(|(worker, reviewer, micros, pieces)| Work {
                worker: MemberId::from_random([worker; 8]),
                reviewer: reviewer.map(|reviewer| MemberId::from_random([reviewer; 8])),
                price: Amount::from_micros(micros),
                pieces,
                terms: ("general".to_owned(), 0, 1),
                ..work(1, "1.00", 60)
            })
            .collect();
        let mut by_hand: BTreeMap<String, i64> = BTreeMap::new();
        for work in &works {
            let parties = Parties { contract: &work.contract, worker: &work.worker, reviewer: work.reviewer.as_ref() };
            let price = price_after(Change { before: &books[0], after: &books[1], asked: None }, work);
            for (account, amount) in books[1].pay(price, parties).unwrap() {
                let is_members = account.as_str().starts_with("Liabilities:Members:");
                let name = if is_members { "members" } else { account.as_str() };
                *by_hand.entry(name.to_owned()).or_default() += amount.micros() * i64::try_from(work.pieces).unwrap();
            }
        }
        let seen = seen(&books, &works, 0).remove(&currency("USD")).unwrap_or_default();
        let mut once: BTreeMap<String, i64> = seen.shared.iter().map(|(account, pair)| (account.clone(), pair.after.micros())).collect();
        if !works.is_empty() {
            once.insert("members".to_owned(), seen.members_pay.after.micros());
        }
        prop_assert_eq!(by_hand, once);
    }
}
