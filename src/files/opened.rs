//! A file as it is read, piece by piece, wherever it lies.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use super::bucket::away;

/// A file that is being read, from its beginning.
pub struct Opened {
    bytes: u64,
    from: From,
}

enum From {
    File(File),
    Object { pieces: BoxStream<'static, object_store::Result<Bytes>>, piece: Bytes },
}

impl Opened {
    /// A file of the disk.
    pub(super) async fn file(file: File) -> io::Result<Opened> {
        Ok(Opened { bytes: file.metadata().await?.len(), from: From::File(file) })
    }

    /// A file of an object store.
    pub(super) fn object(bytes: u64, pieces: BoxStream<'static, object_store::Result<Bytes>>) -> Opened {
        Opened { bytes, from: From::Object { pieces, piece: Bytes::new() } }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} bytes)", self.bytes)
    }
}

impl AsyncRead for Opened {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (pieces, piece) = match &mut self.from {
            From::File(file) => return Pin::new(file).poll_read(cx, buffer),
            From::Object { pieces, piece } => (pieces, piece),
        };
        while piece.is_empty() {
            match ready!(pieces.poll_next_unpin(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(next) => *piece = next.map_err(away)?,
            }
        }
        let count = piece.len().min(buffer.remaining());
        buffer.put_slice(piece.get(..count).unwrap_or_default());
        piece.advance(count);
        Poll::Ready(Ok(()))
    }
}

/// It is read once, from its beginning: whoever must know how long it is asks [`Opened::bytes`].
impl AsyncSeek for Opened {
    fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
