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
use crate::web::parts::{NO_FORM, Reader, Refused, TOO_LARGE};

/// Names and values in order, and the file if one came.
pub(super) type Parts = (Vec<(String, String)>, Option<Received>);

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
            return Err(TOO_LARGE);
        }
        let file = reader.push(chunk.get(..filled).unwrap_or_default())?;
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
///
/// # Errors
/// No such form; more fields than any has.
pub(super) fn fields(kind: &ContentType, bytes: &[u8]) -> Result<Vec<(String, String)>, Refused> {
    let mut reader = Reader::new(kind.param("boundary").ok_or(NO_FORM)?);
    reader.push(bytes)?;
    Ok(reader.finish().ok_or(NO_FORM)?.0)
}

fn unkept(error: &Error) -> Refused {
    tracing::error!(%error, "an upload could not be kept");
    match error {
        Error::NoRoom(_) => (Status::InsufficientStorage, "no room"),
        _ => (Status::InternalServerError, "not kept"),
    }
}

const BROKE_OFF: Refused = (Status::BadRequest, "the form broke off");
const TOO_SLOW: Refused = (Status::RequestTimeout, "too slow");
/// So much is read within [`CHUNK_WAIT`], or the sender is too slow: 65,536 bytes in 60 seconds, the least speed, are 1.1 kB or 8.7 kbit a
/// second. A line of 30 kbit/s, as thin as some are in Antananarivo, needs 17.5 seconds for as much, and may stand still for 42 more.
const CHUNK: usize = 65_536;
const CHUNK_WAIT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use rocket::tokio::io::AsyncWriteExt;

    use super::*;

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
        assert_eq!(fill(&mut &b"one"[..], &mut vec![0; CHUNK], CHUNK_WAIT).await, Ok(3));
        assert_eq!(fill(&mut &b""[..], &mut vec![0; CHUNK], CHUNK_WAIT).await, Ok(0));
    }
}
