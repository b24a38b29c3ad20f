//! A form with a file, as it streams in: fields are held, the file goes straight to the data folder. `multipart/form-data` of
//! RFC 7578 with text fields and at most one file.

use std::time::Duration;

use rocket::data::{Data, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::tokio::io::{AsyncRead, AsyncReadExt};
use rocket::tokio::time::timeout;

use crate::actions::Error;
use crate::actions::files::{Received, Receiving};
use crate::deps::Deps;
use crate::web::post::is_text;

/// Names and values in order, and the file if one came.
pub(super) type Parts = (Vec<(String, String)>, Option<Received>);

/// Why an upload was not taken.
pub(super) type Refused = (Status, &'static str);

/// Reads a form of at most so many bytes.
///
/// # Errors
/// Too large, too slow, broken off, no such form, or a disk that is full. Nothing of it stays then.
pub(super) async fn read(deps: &Deps, kind: &ContentType, data: Data<'_>, most: u64) -> Result<Parts, Refused> {
    let boundary = kind.param("boundary").ok_or(NO_FORM)?;
    let mut reader = Reader::new(boundary);
    let mut stream = data.open((most + 1).bytes());
    let (mut count, mut chunk) = (0_u64, vec![0; CHUNK]);
    let mut receiving: Option<Receiving> = None;
    loop {
        let filled = fill(&mut stream, &mut chunk, CHUNK_WAIT).await?;
        if filled == 0 {
            break;
        }
        count += filled as u64;
        if count > most {
            return Err((Status::PayloadTooLarge, "too large"));
        }
        let file = reader.push(chunk.get(..filled).unwrap_or_default()).ok_or(NO_FORM)?;
        if !file.is_empty() {
            let into = match &mut receiving {
                Some(into) => into,
                None => receiving.insert(Receiving::begin(deps).map_err(|error| unkept(&error))?),
            };
            into.write(&file).await.map_err(|error| unkept(&error))?;
        }
    }
    // A connection that was cut may look like an end: only the last boundary is one.
    let (fields, name) = reader.finish().ok_or(BROKE_OFF)?;
    let received = match receiving {
        Some(receiving) => Some(receiving.finish(name).await.map_err(|error| unkept(&error))?),
        None => None,
    };
    Ok((fields, received.filter(|received| !received.is_empty())))
}

/// Fills the chunk, or as much of it as there is still to come; how much. Whoever sends a byte now and then is too slow: the time is that
/// of the whole chunk.
async fn fill(stream: &mut (impl AsyncRead + Unpin), chunk: &mut [u8], wait: Duration) -> Result<usize, Refused> {
    let mut filled = 0;
    let filling = async {
        while let Some(space) = chunk.get_mut(filled..).filter(|space| !space.is_empty()) {
            let read = stream.read(space).await.map_err(|_| BROKE_OFF)?;
            if read == 0 {
                break;
            }
            filled += read;
        }
        Ok::<(), Refused>(())
    };
    timeout(wait, filling).await.map_err(|_| TOO_SLOW)??;
    Ok(filled)
}

/// The fields of a form that came whole; a file in it is passed over.
pub(super) fn fields(kind: &ContentType, bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::new(kind.param("boundary")?);
    reader.push(bytes)?;
    Some(reader.finish()?.0)
}

fn unkept(error: &Error) -> Refused {
    tracing::error!(%error, "an upload could not be kept");
    match error {
        Error::NoRoom(_) => (Status::InsufficientStorage, "no room"),
        _ => (Status::InternalServerError, "not kept"),
    }
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

/// Takes a form apart as it comes.
struct Reader {
    mark: Vec<u8>,
    held: Vec<u8>,
    at: At,
    fields: Vec<(String, String)>,
    name: Option<String>,
}

impl Reader {
    fn new(boundary: &str) -> Reader {
        // The first boundary has no line before it; with one, it is like every other.
        let mark = format!("\r\n--{boundary}").into_bytes();
        Reader { mark, held: b"\r\n".to_vec(), at: At::Fields, fields: Vec::new(), name: None }
    }

    /// What of the file came with these bytes; nothing when this is no such form.
    fn push(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.held.extend_from_slice(bytes);
        let mut file = Vec::new();
        loop {
            match self.at {
                At::Fields => match self.field()? {
                    true => {}
                    false if self.held.len() > FIELDS_BYTES => return None,
                    false => return Some(file),
                },
                At::File => match find(&self.held, &self.mark) {
                    Some(end) => {
                        file.extend(self.held.drain(..end));
                        self.at = At::Fields;
                    }
                    None => {
                        // The mark may be cut by the end of what came.
                        let sure = self.held.len().saturating_sub(self.mark.len());
                        file.extend(self.held.drain(..sure));
                        return Some(file);
                    }
                },
                At::End => {
                    self.held.clear();
                    return Some(file);
                }
            }
        }
    }

    /// Takes one part that is whole, or the head of the file's; false while there is too little.
    fn field(&mut self) -> Option<bool> {
        let Some(rest) = self.held.strip_prefix(self.mark.as_slice()) else {
            return if self.held.len() < self.mark.len() && self.mark.starts_with(&self.held) { Some(false) } else { None };
        };
        if rest.starts_with(b"--") {
            self.at = At::End;
            return Some(true);
        }
        let (Some(rest), Some(head)) = (rest.strip_prefix(b"\r\n"), find(rest, b"\r\n\r\n")) else {
            return Some(false);
        };
        let headers = std::str::from_utf8(rest.get(..head.checked_sub(2)?)?).ok().filter(|headers| is_text(headers))?;
        let body = rest.get(head + 2..)?;
        let quoted = |name: &str| headers.split(name).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        if let Some(name) = quoted("filename=\"") {
            if self.name.replace(name).is_some() {
                return None;
            }
            self.at = At::File;
            self.held = body.to_vec();
            return Some(true);
        }
        let Some(end) = find(body, &self.mark) else { return Some(false) };
        let name = quoted("name=\"")?;
        self.fields.push((name, String::from_utf8(body.get(..end)?.to_vec()).ok().filter(|text| is_text(text))?));
        self.held = body.get(end..)?.to_vec();
        Some(true)
    }

    /// The fields, and what the file is called, if the form came whole.
    fn finish(self) -> Option<(Vec<(String, String)>, String)> {
        matches!(self.at, At::End).then(|| (self.fields, self.name.unwrap_or_default()))
    }
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

const NO_FORM: Refused = (Status::BadRequest, "not a form");
const BROKE_OFF: Refused = (Status::BadRequest, "the form broke off");
const TOO_SLOW: Refused = (Status::RequestTimeout, "too slow");
/// Most bytes of the fields together.
const FIELDS_BYTES: usize = 524_288;
/// So much is read within [`CHUNK_WAIT`], or the sender is too slow: 65,536 bytes in 60 seconds, the least speed, are 1.1 kB or 8.7 kbit a
/// second. A line of 30 kbit/s, as thin as some are in Antananarivo, needs 17.5 seconds for as much, and may stand still for 42 more.
const CHUNK: usize = 65_536;
const CHUNK_WAIT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use rocket::tokio::io::AsyncWriteExt;

    use super::*;

    const FORM: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nid,payload\r\n1,a\r\n--b--\r\n";

    /// The fields, the file and its name, from pieces of so many bytes.
    fn taken(form: &[u8], at_once: usize) -> Option<(Vec<(String, String)>, Vec<u8>, String)> {
        let mut reader = Reader::new("b");
        let mut file = Vec::new();
        for piece in form.chunks(at_once) {
            file.extend(reader.push(piece)?);
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

    /// So many bytes at once, with such a pause after each time.
    async fn trickled(at_once: usize, pause: Duration, wait: Duration) -> Result<usize, Refused> {
        let (mut sender, mut stream) = tokio::io::duplex(CHUNK);
        let sending = tokio::spawn(async move {
            for _ in 0..3 * CHUNK / at_once {
                if sender.write_all(&vec![7; at_once]).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
        });
        let mut chunk = vec![0; CHUNK];
        let filled = fill(&mut stream, &mut chunk, wait).await;
        sending.abort();
        filled
    }

    /// None of its single reads waits for long.
    #[rocket::async_test]
    async fn a_byte_now_and_then_is_too_slow_and_a_thin_line_is_not() {
        let millis = Duration::from_millis;
        assert_eq!(trickled(1, millis(20), millis(400)).await, Err(TOO_SLOW));
        assert_eq!(trickled(CHUNK / 8, millis(20), millis(20_000)).await, Ok(CHUNK));
        // 30 kbit/s take less than half of what there is.
        assert!(CHUNK as u64 * 8 * 2 < 30_000 * CHUNK_WAIT.as_secs());
    }

    #[rocket::async_test]
    async fn what_ends_before_the_chunk_is_full_is_taken() {
        assert_eq!(fill(&mut &FORM[..], &mut vec![0; CHUNK], CHUNK_WAIT).await, Ok(FORM.len()));
        assert_eq!(fill(&mut &b""[..], &mut vec![0; CHUNK], CHUNK_WAIT).await, Ok(0));
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
}
