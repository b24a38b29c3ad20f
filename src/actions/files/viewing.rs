//! Who sees a picture: whoever holds its task or handed it in and may yet have it back, whoever judges that, and the users of the
//! client whose it is. To anybody else it is not there.

use std::time::Duration;

use manyhands_domain::files::named;
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::pictures::{Fault, Kind};
use manyhands_domain::refusal::Refusal;
use manyhands_pictures::{self as pictures, VEILED, VIEWS, View};
use manyhands_store::{claims, files as rows};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::actions::reviews::{self, Judging};
use crate::actions::rights::{ClientUser, Member};
use crate::actions::{Claim, Error, batches};
use crate::deps::Deps;
use crate::files::{Opened, Size, Stage};

/// A picture to be sent.
#[derive(Debug)]
pub struct Picture {
    /// What its bytes are.
    pub kind: Kind,
    /// They.
    pub file: Opened,
}

/// What a page says of a picture before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Pixels across, upright.
    pub width: i64,
    /// Pixels down, upright.
    pub height: i64,
    /// As kept.
    pub bytes: i64,
}

/// What a task shows, where that is a picture that is kept.
///
/// # Errors
/// When the database fails.
pub async fn shown(deps: &Deps, contract: &str, payload: &str) -> Result<Option<Shown>, Error> {
    let Some(sha256) = named(payload) else { return Ok(None) };
    let file = rows::find_kept(&deps.db.read(), contract, sha256).await?;
    Ok(file.map(|file| Shown { width: file.width, height: file.height, bytes: file.bytes }))
}

/// The picture of a task that this member holds, or handed in and may yet have back.
///
/// # Errors
/// [`Error::NotFound`] for anybody else, and once it is accepted, left or run out.
pub async fn of_claim(deps: &Deps, by: &Member, id: &ClaimId, width: Option<u32>) -> Result<Picture, Error> {
    let claim = claims::find_claim(&deps.db.read(), id).await?;
    let theirs = claim.filter(|claim| claim.member_id == by.id().as_str() && is_with_its_member(claim, deps.clock.now().secs()));
    let claim = theirs.ok_or(Error::NotFound)?;
    open(deps, &claim.contract_id, &claim.payload, width).await
}

/// Whether a member holds a claim, or handed it in and may yet have it back.
pub(in crate::actions) fn is_with_its_member(claim: &Claim, now: i64) -> bool {
    match claim.state.as_str() {
        "claimed" | "sent_back" => claim.due_at >= now,
        state => state == "submitted",
    }
}

/// The picture of work that this judge may see: a client's own, a reviewer's while it is judged and nobody paid for it.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and for a reviewer's own work.
pub async fn of_review(deps: &Deps, by: &Judging, id: &ClaimId, width: Option<u32>) -> Result<Picture, Error> {
    let claim = reviews::find(deps, by, id).await?;
    if reviews::may_look(by, &claim) { open(deps, &claim.contract_id, &claim.payload, width).await } else { Err(Error::NotFound) }
}

/// A picture of a client's own batch, by its place in what they sent, from 1.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn of_item(deps: &Deps, by: &ClientUser, batch: &BatchId, position: i64, width: Option<u32>) -> Result<Picture, Error> {
    let batch_row = batches::find_own(deps, by, batch).await?;
    let payload = rows::find_payload(&deps.db.read(), batch, position).await?.ok_or(Error::NotFound)?;
    open(deps, &batch_row.contract_id, &payload, width).await
}

/// As kept, or in one of the widths that pictures are shown in: made when it is first asked for. Whoever waits too long hears that it is
/// not to be had now, before a proxy tells them something else.
async fn open(deps: &Deps, contract: &str, payload: &str, width: Option<u32>) -> Result<Picture, Error> {
    let found = timeout(PICTURE_WAIT, find(deps, contract, payload, width)).await;
    found.map_err(|_| Error::from(Refusal::new("files-away")))?
}

async fn find(deps: &Deps, contract: &str, payload: &str, width: Option<u32>) -> Result<Picture, Error> {
    let sha256 = named(payload).ok_or(Error::NotFound)?;
    let row = rows::find_kept(&deps.db.read(), contract, sha256).await?.ok_or(Error::NotFound)?;
    let kind = Kind::parse(&row.kind).ok_or_else(|| Error::broken("a picture of no kind"))?;
    let view = match width {
        Some(width) => Some(*VIEWS.iter().chain([&VEILED]).find(|view| view.width == width).ok_or(Error::NotFound)?),
        None => None,
    };
    let fits = |view: &View| match (u32::try_from(row.width), u64::try_from(row.bytes)) {
        (Ok(width), Ok(bytes)) => view.holds(width, bytes),
        _ => false,
    };
    let gone = || Error::broken(format!("the picture {sha256} is not where files lie"));
    // However small a picture is, behind the veil is another one.
    match view.filter(|view| *view == VEILED || !fits(view)) {
        None => Ok(Picture { kind, file: deps.files.open(sha256, Size::Whole).await?.ok_or_else(gone)? }),
        Some(view) => {
            let size = Size::Copy(view.width);
            let file = match deps.files.open(sha256, size).await? {
                Some(file) => file,
                None => {
                    make(deps, sha256, kind, view).await?;
                    deps.files.open(sha256, size).await?.ok_or_else(gone)?
                }
            };
            Ok(Picture { kind: Kind::Jpeg, file })
        }
    }
}

async fn make(deps: &Deps, sha256: &str, kind: Kind, view: View) -> Result<(), Error> {
    let fetching = deps.files.fetching().acquire_owned().await.map_err(Error::broken)?;
    let mut whole =
        deps.files.open(sha256, Size::Whole).await?.ok_or_else(|| Error::broken(format!("the picture {sha256} is not where files lie")))?;
    let mut bytes = Vec::new();
    whole.read_to_end(&mut bytes).await?;
    // All of it is here: a slow store holds nobody's turn.
    let turn = deps.files.decoding().acquire_owned().await.map_err(Error::broken)?;
    drop(fetching);
    let mut stage = deps.files.stage(&deps.random)?;
    let sha256 = sha256.to_owned();
    let made = tokio::task::spawn_blocking(move || -> Result<Stage, Error> {
        let _turn = turn;
        // It was decoded when it came.
        let broken = |fault: Fault| Error::broken(format!("the picture {sha256}: {fault:?}"));
        let copied = |decoded: pictures::Decoded| if view == VEILED { decoded.veil() } else { decoded.shrink(view) };
        let copy = pictures::decode(kind, &bytes).and_then(copied).map_err(broken)?;
        stage.put(&sha256, Size::Copy(view.width), &copy)?;
        stage.sync()?;
        Ok(stage)
    });
    let stage = made.await.map_err(Error::broken)??;
    Ok(deps.files.settle(stage).await?)
}

const PICTURE_WAIT: Duration = Duration::from_secs(45);
