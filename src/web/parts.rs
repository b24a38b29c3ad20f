//! A form taken apart into its fields, and the file if it has one: `multipart/form-data` of RFC 7578, as it streams in, and
//! `application/x-www-form-urlencoded`, whole. Both in time that grows with the form's bytes alone, and with a limit to what is kept.

use rocket::http::{RawStr, Status};

/// Why a form was not taken.
pub(super) type Refused = (Status, &'static str);

/// The fields of a form without a file.
///
/// # Errors
/// No such form; more fields than any has.
pub(super) fn parse_urlencoded(bytes: &[u8]) -> Result<Vec<(String, String)>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| NO_FORM)?;
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    if pairs.clone().nth(FIELDS_MOST).is_some() {
        return Err(TOO_LARGE);
    }
    let fields = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            RawStr::new(&spaced).percent_decode().ok().map(|text| text.into_owned()).filter(|text| is_text(text))
        };
        Some((decode(name)?, decode(value)?))
    });
    fields.collect::<Option<_>>().ok_or(NO_FORM)
}

/// Where a form is at.
enum At {
    /// Before a part's head, or in the value of a field.
    Fields,
    /// In the file.
    File,
    /// Behind the last boundary.
    End,
}

/// Takes a form apart as it comes. What is taken stays where it is until all of a chunk is, so that many parts cost no more than one.
pub(super) struct Reader {
    mark: Vec<u8>,
    held: Vec<u8>,
    /// So much of what is held is taken.
    taken: usize,
    at: At,
    fields: Vec<(String, String)>,
    /// Bytes of all names and values so far.
    kept: usize,
    name: Option<String>,
}

/// What a form has next.
enum Part {
    Field(String, String),
    /// The head of the file, which is called this.
    File(String),
    /// The last boundary.
    End,
}

impl Reader {
    pub(super) fn new(boundary: &str) -> Reader {
        // The first boundary has no line before it; with one, it is like every other.
        let mark = format!("\r\n--{boundary}").into_bytes();
        Reader { mark, held: b"\r\n".to_vec(), taken: 0, at: At::Fields, fields: Vec::new(), kept: 0, name: None }
    }

    /// What of the file came with these bytes.
    ///
    /// # Errors
    /// No such form; more fields than any has.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Refused> {
        self.held.extend_from_slice(bytes);
        let mut file = Vec::new();
        while self.step(&mut file)? {}
        self.held.drain(..std::mem::take(&mut self.taken));
        // What is held of a field that is not whole counts as well.
        if matches!(self.at, At::Fields) && self.kept + self.held.len() > FIELDS_BYTES {
            return Err(TOO_LARGE);
        }
        Ok(file)
    }

    /// Takes what comes next; false while there is too little, or nothing more.
    fn step(&mut self, file: &mut Vec<u8>) -> Result<bool, Refused> {
        let rest = self.held.get(self.taken..).unwrap_or_default();
        match self.at {
            At::Fields => {
                let Some((part, bytes)) = part(rest, &self.mark)? else { return Ok(false) };
                self.taken += bytes;
                self.keep(part)?;
                Ok(true)
            }
            At::File => {
                let end = find(rest, &self.mark);
                // The mark may be cut by the end of what came.
                let sure = end.unwrap_or(rest.len().saturating_sub(self.mark.len()));
                file.extend_from_slice(rest.get(..sure).unwrap_or_default());
                self.taken += sure;
                if end.is_some() {
                    self.at = At::Fields;
                }
                Ok(end.is_some())
            }
            At::End => {
                self.taken = self.held.len();
                Ok(false)
            }
        }
    }

    /// Keeps a part, as long as a form may have it.
    fn keep(&mut self, part: Part) -> Result<(), Refused> {
        match part {
            Part::Field(name, value) => {
                self.kept += name.len() + value.len();
                self.fields.push((name, value));
            }
            Part::File(name) => {
                self.kept += name.len();
                if self.name.replace(name).is_some() {
                    return Err(NO_FORM);
                }
                self.at = At::File;
            }
            Part::End => self.at = At::End,
        }
        if self.kept > FIELDS_BYTES || self.fields.len() > FIELDS_MOST { Err(TOO_LARGE) } else { Ok(()) }
    }

    /// The fields, and what the file is called, if the form came whole.
    pub(super) fn finish(self) -> Option<(Vec<(String, String)>, String)> {
        matches!(self.at, At::End).then(|| (self.fields, self.name.unwrap_or_default()))
    }
}

/// The part with which these bytes begin, and how many of them it has: a whole field, or the head of the file. Nothing while there is too
/// little.
fn part(bytes: &[u8], mark: &[u8]) -> Result<Option<(Part, usize)>, Refused> {
    let Some(rest) = bytes.strip_prefix(mark) else {
        return if mark.starts_with(bytes) { Ok(None) } else { Err(NO_FORM) };
    };
    if rest.starts_with(b"--") {
        return Ok(Some((Part::End, mark.len() + 2)));
    }
    let (Some(lines), Some(head)) = (rest.strip_prefix(b"\r\n"), find(rest, b"\r\n\r\n")) else {
        return Ok(None);
    };
    let headers = head.checked_sub(2).and_then(|end| text(lines.get(..end)?)).ok_or(NO_FORM)?;
    let quoted = |name: &str| headers.split(name).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let begins = head + 4;
    if let Some(name) = quoted("filename=\"") {
        return Ok(Some((Part::File(name), mark.len() + begins)));
    }
    let body = rest.get(begins..).unwrap_or_default();
    let Some(end) = find(body, mark) else { return Ok(None) };
    let name = quoted("name=\"").ok_or(NO_FORM)?;
    let value = body.get(..end).and_then(text).ok_or(NO_FORM)?.to_owned();
    Ok(Some((Part::Field(name, value), mark.len() + begins + end)))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| is_text(text))
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    let first = mark.first()?;
    let mut from = 0;
    loop {
        let place = from + bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes.get(place..)?.starts_with(mark) {
            return Some(place);
        }
        from = place + 1;
    }
}

/// Whether it can be kept: PostgreSQL has no zero byte in a text. Nobody types one, so a form that holds one is no form.
fn is_text(text: &str) -> bool {
    !text.contains('\0')
}

/// Not read as a form is.
pub(super) const NO_FORM: Refused = (Status::BadRequest, "not a form");
/// More than a form may have.
pub(super) const TOO_LARGE: Refused = (Status::PayloadTooLarge, "too large");
/// Most bytes of the fields together, names and values: what a form without a file may have.
const FIELDS_BYTES: usize = 524_288;
/// Fields of one form, whose handlers look for each by its name. The longest of ours is a task's: twenty questions, each answered by twenty
/// pairs at most, are 803. The form of a change has a field for each rule: of the longest book that a vote may make, some two thousand.
pub(super) const FIELDS_MOST: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    /// As much as is read at once.
    const AT_ONCE: usize = 65_536;
    const FORM: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nid,payload\r\n1,a\r\n--b--\r\n";

    /// The fields, the file and its name, from pieces of so many bytes.
    fn taken(form: &[u8], at_once: usize) -> Option<(Vec<(String, String)>, Vec<u8>, String)> {
        let mut reader = Reader::new("b");
        let mut file = Vec::new();
        for piece in form.chunks(at_once) {
            file.extend(reader.push(piece).ok()?);
        }
        let (fields, name) = reader.finish()?;
        Some((fields, file, name))
    }

    #[test]
    fn a_form_with_a_file_is_read_however_it_is_cut() {
        for at_once in 1..FORM.len() {
            let (fields, file, name) = taken(FORM, at_once).unwrap();
            assert_eq!(fields, [("key".to_owned(), "k".to_owned())], "{at_once}");
            assert_eq!((file.as_slice(), name.as_str()), (b"id,payload\r\n1,a".as_slice(), "a.csv"), "{at_once}");
        }
    }

    #[test]
    fn a_form_that_breaks_off_is_none() {
        for end in 0..FORM.len() - 4 {
            assert!(taken(&FORM[..end], 16).is_none(), "{end}");
        }
    }

    /// A file may be anything; its name and the fields are texts.
    #[test]
    fn a_form_with_a_zero_byte_outside_its_file_is_none() {
        let with = |place: &str, zero: &str| String::from_utf8(FORM.to_vec()).unwrap().replacen(place, zero, 1);
        assert!(taken(with("id,payload", "id,\0payload").as_bytes(), 16).is_some());
        for (place, zero) in [("\r\nk\r\n", "\r\nk\0\r\n"), ("\"key\"", "\"k\0y\""), ("a.csv", "a\0.csv")] {
            assert!(taken(with(place, zero).as_bytes(), 16).is_none(), "{zero:?}");
        }
    }

    #[test]
    fn a_file_may_be_empty_and_hold_what_looks_like_an_end() {
        let form = |file: &str| {
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"\"\r\n\r\n{file}\r\n--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b--\r\n"
            )
        };
        for file in ["", "\r\n", "\r\n--", "\r\n--a\r\n--c", "--b"] {
            for at_once in [1, 7, 500] {
                let (fields, taken, _) = taken(form(file).as_bytes(), at_once).unwrap();
                assert_eq!((taken, fields.len()), (file.as_bytes().to_vec(), 1), "{file:?}, {at_once}");
            }
        }
    }

    fn field(name: &str, value: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    /// In how many chunks this, sent without end, is refused, and with which words; never so much is held.
    fn refused(of: &str) -> (usize, Refused) {
        let mut reader = Reader::new("b");
        let mut sent = of.bytes().cycle();
        for chunk in 1..=1_000 {
            let bytes: Vec<u8> = sent.by_ref().take(AT_ONCE).collect();
            if let Err(refused) = reader.push(&bytes) {
                return (chunk, refused);
            }
            let kept: usize = reader.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
            assert!(kept + reader.held.len() <= FIELDS_BYTES, "{kept} bytes in {} fields after {chunk} chunks", reader.fields.len());
        }
        panic!("64 MB of fields were taken");
    }

    #[test]
    fn the_fields_of_a_form_have_a_limit_together() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        for of in [field("a", &"v".repeat(1_000)), field(&"n".repeat(1_000), ""), format!("{head}{}", "v".repeat(700_000))] {
            let (chunks, why) = refused(&of);
            assert!(chunks <= FIELDS_BYTES / AT_ONCE + 1, "{chunks}");
            assert_eq!(why, TOO_LARGE);
        }
        // The name of the file is one of them.
        let form = String::from_utf8(FORM.to_vec()).unwrap().replace("a.csv", &"a".repeat(FIELDS_BYTES + 1));
        assert_eq!(Reader::new("b").push(form.as_bytes()), Err(TOO_LARGE));
    }

    #[test]
    fn a_form_has_so_many_fields_and_no_more() {
        let of = |count: usize| format!("{}--b--\r\n", field("a", "1").repeat(count));
        assert_eq!(taken(of(FIELDS_MOST).as_bytes(), AT_ONCE).unwrap().0.len(), FIELDS_MOST);
        assert_eq!(Reader::new("b").push(of(FIELDS_MOST + 1).as_bytes()), Err(TOO_LARGE));
        assert_eq!(refused(&field("", "")).1, TOO_LARGE);
    }

    /// Else each of many parts would cost as much as all that follow it.
    #[test]
    fn a_part_that_is_taken_moves_nothing_of_what_follows() {
        let mut reader = Reader::new("b");
        reader.held.extend_from_slice(field("a", "1").repeat(1_000).as_bytes());
        reader.held.extend_from_slice(FORM);
        let (place, bytes, mut file) = (reader.held.as_ptr(), reader.held.len(), Vec::new());
        let mut steps = 0;
        while reader.step(&mut file).unwrap() {
            steps += 1;
            assert_eq!((reader.held.as_ptr(), reader.held.len()), (place, bytes), "after {steps} parts");
        }
        // The fields, the file's head and the file, and the last boundary.
        assert_eq!((steps, reader.fields.len(), reader.taken), (1_004, 1_001, bytes));
    }

    #[test]
    fn an_encoded_form_is_read() {
        let fields = parse_urlencoded(b"a=1+2&b=%C3%A9&c").unwrap();
        assert_eq!(fields, [("a".into(), "1 2".into()), ("b".into(), "é".into()), ("c".into(), String::new())]);
        for broken in [&b"a=%ff"[..], b"a=b%00", b"a%00=b", b"a=\0"] {
            assert_eq!(parse_urlencoded(broken), Err(NO_FORM));
        }
    }

    #[test]
    fn an_encoded_form_has_so_many_fields_and_no_more() {
        let of = |count: usize| parse_urlencoded("&a=1".repeat(count).as_bytes());
        assert_eq!(of(FIELDS_MOST).unwrap().len(), FIELDS_MOST);
        assert_eq!(of(FIELDS_MOST + 1), Err(TOO_LARGE));
    }
}
