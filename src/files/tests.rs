use std::io::Write;

use super::*;
use crate::files::folder::entries;

async fn read(files: &Files, sha256: &str, size: Size) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut files.open(sha256, size).await.unwrap()?, &mut bytes).await.unwrap();
    Some(bytes)
}

#[test]
fn what_is_only_sent_leaves_nothing_behind() {
    let data = tempfile::tempdir().unwrap();
    let files = Files::below(data.path(), Limits::default());
    let mut file = files.scratch(&Random::seeded(1)).unwrap();
    file.write_all(b"lines").unwrap();
    assert_eq!((entries(&data.path().join("files/incoming")).unwrap().len(), file.metadata().unwrap().len()), (0, 5));
}

#[tokio::test]
async fn what_was_staged_is_there_once_it_is_settled_and_gone_where_it_was_not() {
    let data = tempfile::tempdir().unwrap();
    let (files, random) = (Files::below(data.path(), Limits::default()), Random::seeded(1));
    let (kept, dropped) = ("ab".repeat(32), "cd".repeat(32));
    let mut stage = files.stage(&random).unwrap();
    stage.put(&kept, Size::Whole, b"whole").unwrap();
    stage.put(&kept, Size::Whole, b"whole").unwrap();
    stage.put(&kept, Size::Copy(480), b"small").unwrap();
    assert_eq!(read(&files, &kept, Size::Whole).await, None);
    stage.sync().unwrap();
    files.settle(stage).await.unwrap();
    let mut other = files.stage(&random).unwrap();
    other.put(&dropped, Size::Whole, b"x").unwrap();
    drop(other);
    assert_eq!(read(&files, &kept, Size::Whole).await.unwrap(), b"whole");
    assert_eq!(read(&files, &kept, Size::Copy(480)).await.unwrap(), b"small");
    assert_eq!(files.list().await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(files.find_missing(vec![kept.clone(), dropped.clone()]).await.unwrap(), Some(dropped));
    assert_eq!(entries(&data.path().join("files/incoming")).unwrap().len(), 0);
    assert_eq!(files.remove(std::slice::from_ref(&kept)).await.gone, std::slice::from_ref(&kept));
    assert_eq!((files.list().await.unwrap().len(), read(&files, &kept, Size::Copy(480)).await), (0, None));
}
