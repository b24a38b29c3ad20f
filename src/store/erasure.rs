//! Forgetting a person, or a text behind a commitment: what is deleted, what stays without a name, and that no page of the
//! file and no log of writes keeps it.

use manyhands_domain::ids::PersonId;
use manyhands_domain::time::Timestamp;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde_json::Value;

use crate::sharing::PATIENCE;
use crate::sql::{all, execute, find, find_value, lock_by_name, values};
use crate::{Db, Sql, StoreError, Tx};

/// What is kept of a person.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Kept {
    /// The account.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// `invited`, `active`, `closed`.
    pub state: String,
    /// Since when there is an account, seconds.
    pub created_at: i64,
    /// Their id in the ledger, while it is kept.
    pub member_id: Option<String>,
    /// When they were admitted, seconds.
    pub admitted_at: Option<i64>,
    /// When they left, seconds.
    pub left_at: Option<i64>,
    /// The client they act for.
    pub client_id: Option<String>,
    /// Its name.
    pub client_name: Option<String>,
    /// Roles held, joined by a comma.
    pub roles: String,
}

/// A person who was not erased.
pub async fn find_kept(on: &impl Sql, person: &PersonId) -> Result<Option<Kept>, StoreError> {
    let joined = if on.is_postgres() { "string_agg(r.role, ',' ORDER BY r.role)" } else { "group_concat(r.role, ',' ORDER BY r.role)" };
    find(
        on,
        format!(
            "SELECT p.id, p.name, p.email, p.state, p.created_at, m.id AS member_id, m.admitted_at, m.left_at, u.client_id, c.name AS client_name, \
             COALESCE((SELECT {joined} FROM roles r WHERE r.person_id = p.id), '') AS roles FROM people p \
             LEFT JOIN members m ON m.person_id = p.id LEFT JOIN client_users u ON u.person_id = p.id LEFT JOIN clients c ON c.id = u.client_id \
             WHERE p.id = $1 AND p.email NOT LIKE 'erased:%'"
        ),
        values![person.as_str()],
    )
    .await
}

/// Work of a member that nobody judged yet, and payouts to them that are prepared or under way.
pub async fn count_unfinished(on: &impl Sql, member: &str) -> Result<(i64, i64), StoreError> {
    let claims: Option<i64> =
        find_value(on, "SELECT COUNT(*) AS v FROM claims WHERE member_id = $1 AND state IN ('submitted', 'sent_back')", values![member])
            .await?;
    let lines: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM payout_lines n JOIN payouts o ON o.id = n.payout_id WHERE n.member_id = $1 \
         AND (n.state = 'sent' OR (n.state = 'prepared' AND o.state = 'prepared'))",
        values![member],
    )
    .await?;
    Ok((claims.unwrap_or(0), lines.unwrap_or(0)))
}

/// Contracts of a client that have not ended, and how many people act for it beside this one. Whoever was invited and never came in does
/// not.
pub async fn count_of_client(on: &impl Sql, client: &str, but: &str) -> Result<(i64, i64), StoreError> {
    let contracts: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM contracts WHERE client_id = $1 AND state NOT IN ('completed', 'terminated')",
        values![client],
    )
    .await?;
    let others: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM client_users u JOIN people p ON p.id = u.person_id \
         WHERE u.client_id = $1 AND u.person_id <> $2 AND p.state = 'active'",
        values![client, but],
    )
    .await?;
    Ok((contracts.unwrap_or(0), others.unwrap_or(0)))
}

/// Deletes everything that belongs to a person, and the mapping to their id in the ledger; what they wrote to others goes before
/// ([`forget_reasons`]). The row of the account stays without a name or an address, where others name it (who recorded, who approved).
pub async fn erase_person(tx: &Tx, person: &PersonId, member: Option<&str>) -> Result<(), StoreError> {
    let email: Option<String> = find_value(tx, "SELECT email AS v FROM people WHERE id = $1", values![person.as_str()]).await?;
    for table in tables_with(tx, "person_id").await? {
        if table != "reviews" {
            execute(tx, format!("DELETE FROM {table} WHERE person_id = $1"), values![person.as_str()]).await?;
        }
    }
    for table in tables_with(tx, "email").await?.into_iter().filter(|table| table != "people") {
        execute(tx, format!("DELETE FROM {table} WHERE email = $1"), values![email.clone().unwrap_or_default()]).await?;
    }
    execute(tx, "DELETE FROM idempotency WHERE actor = $1", values![person.as_str()]).await?;
    if let Some(member) = member {
        execute(tx, "UPDATE payout_lines SET payout_to = '', reference = '' WHERE member_id = $1", values![member]).await?;
        execute(tx, "UPDATE claims SET draft = NULL WHERE member_id = $1 AND answer IS NULL", values![member]).await?;
        crate::external::forget(tx, member).await?;
    }
    crate::appeals::forget_words(tx, person.as_str(), member).await?;
    if let Some(member) = member {
        crate::proposals::forget_words(tx, member).await?;
    }
    execute(
        tx,
        "UPDATE people SET name = '', email = 'erased:' || id, password_hash = NULL, language = 'en', zone = 'UTC', state = 'closed' WHERE id = $1",
        values![person.as_str()],
    )
    .await?;
    Ok(())
}

/// Holds what people are told until the transaction ends: whoever erases somebody else waits, and nobody makes a message of a notice. One
/// that is being made is waited for, and found among the messages.
pub async fn lock_mail(tx: &Tx) -> Result<(), StoreError> {
    lock_by_name(tx, "mail to others").await?;
    if tx.is_postgres() {
        execute(tx, "SELECT id FROM notices WHERE message_id IS NULL ORDER BY id FOR UPDATE", vec![]).await?;
    }
    Ok(())
}

/// Forgets why somebody sent work back, paused a contract, gave notice, or proposed a change or did not agree to one. What they did stays,
/// with an account that names nobody any more; their words go, also from mail to others. Whoever was not told yet is told without them.
pub async fn forget_reasons(tx: &Tx, person: &PersonId) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        params: String,
        message_id: Option<String>,
    }
    for sql in [
        "UPDATE reviews SET reason = '' WHERE person_id = $1 AND reason IS NOT NULL",
        "UPDATE contract_moves SET reason = '' WHERE moved_by = $1",
        "UPDATE amendments SET reason = '' WHERE proposed_by = $1",
        "UPDATE amendments SET answer = '' WHERE decided_by = $1",
    ] {
        execute(tx, sql, values![person.as_str()]).await?;
    }
    let kinds = WITH_WORDS.map(|kind| format!("'{kind}'")).join(", ");
    let caused = format!("SELECT n.id, n.params, n.message_id FROM notices n WHERE n.caused_by = $1 AND n.kind IN ({kinds}) ORDER BY n.id");
    for row in all::<Row>(tx, caused, values![person.as_str()]).await? {
        if let Some(message) = &row.message_id {
            let waits = hold_message(tx, message).await?.is_some_and(|held| held.state == "waiting");
            if !waits || row.params == SAID {
                delete_message(tx, message).await?;
                continue;
            }
            // It did not leave: another is made of what was kept.
            execute(tx, "DELETE FROM messages WHERE id = $1", values![message.as_str()]).await?;
        }
        let params = without_words(&row.params)?;
        set_unsent(tx, &row.id, &params).await?;
    }
    Ok(())
}

/// What is kept of a notice of this kind while its message waits to be sent: whoever is told still is, if what somebody wrote in it must go.
/// Of all others nothing: it may be a link's secret.
///
/// # Errors
/// [`StoreError::Damaged`] for what is no JSON.
pub fn kept_of(kind: &str, params: &str) -> Result<String, StoreError> {
    if WITH_WORDS.contains(&kind) { without_words(params) } else { Ok(SAID.to_owned()) }
}

fn without_words(params: &str) -> Result<String, StoreError> {
    let mut params: Value = serde_json::from_str(params).map_err(|error| StoreError::Damaged(error.to_string()))?;
    blank(&mut params);
    Ok(params.to_string())
}

/// Empties what somebody wrote in a notice, wherever in it that stands.
fn blank(params: &mut Value) {
    let Value::Object(members) = params else { return };
    for (name, value) in members {
        match value {
            Value::String(words) if WORDS.contains(&name.as_str()) => words.clear(),
            value => blank(value),
        }
    }
}

/// What a person was called before.
pub async fn list_former_names(on: &impl Sql, person: &PersonId) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
    }
    let rows: Vec<Row> = all(on, "SELECT name FROM former_names WHERE person_id = $1 ORDER BY name", values![person.as_str()]).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// A message that was rendered for somebody.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Rendered {
    /// Its id.
    pub id: String,
    /// What was or will be sent.
    pub bytes: Vec<u8>,
}

/// At most `limit` messages after this id, by id: a UUIDv7 of when each was rendered, in no order within a second.
pub async fn messages_after(on: &impl Sql, id: &str, limit: i64) -> Result<Vec<Rendered>, StoreError> {
    all(on, "SELECT id, bytes FROM messages WHERE id > $1 ORDER BY id LIMIT $2", values![id, limit]).await
}

/// A notice that did not leave.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Unsent {
    /// Time-ordered.
    pub id: String,
    /// What happened.
    pub kind: String,
    /// JSON.
    pub params: String,
}

/// Notices that no message carries yet.
pub async fn list_unrendered(on: &impl Sql) -> Result<Vec<Unsent>, StoreError> {
    all(on, "SELECT id, kind, params FROM notices WHERE message_id IS NULL ORDER BY id", vec![]).await
}

/// Notices of a message that waits to be sent, as far as they can be told again. The message is held.
pub async fn list_unsent_of(tx: &Tx, message: &str) -> Result<Vec<Unsent>, StoreError> {
    let Some(held) = hold_message(tx, message).await?.filter(|held| held.state == "waiting") else { return Ok(Vec::new()) };
    // By the person, whose notices have an index.
    let sql = "SELECT id, kind, params FROM notices WHERE message_id = $1 AND person_id = $2 AND params <> $3 ORDER BY id";
    all(tx, sql, values![message, held.person_id, SAID]).await
}

/// Lets a notice be told anew, by no message yet, with these parameters.
pub async fn set_unsent(tx: &Tx, id: &str, params: &str) -> Result<(), StoreError> {
    execute(tx, "UPDATE notices SET params = $2, message_id = NULL WHERE id = $1", values![id, params]).await?;
    Ok(())
}

/// Deletes a message with the notices it carried.
pub async fn delete_message(tx: &Tx, id: &str) -> Result<(), StoreError> {
    let Some(held) = hold_message(tx, id).await? else { return Ok(()) };
    // By the person, whose notices have an index.
    execute(tx, "DELETE FROM notices WHERE message_id = $1 AND person_id = $2", values![id, held.person_id]).await?;
    execute(tx, "DELETE FROM messages WHERE id = $1", values![id]).await?;
    Ok(())
}

/// What a message is while nobody notes that it was sent.
#[derive(FromQueryResult)]
struct HeldMessage {
    person_id: String,
    state: String,
}

/// First the message, then its notices: as whoever notes that it was sent takes them.
async fn hold_message(tx: &Tx, id: &str) -> Result<Option<HeldMessage>, StoreError> {
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    find(tx, format!("SELECT person_id, state FROM messages WHERE id = $1{lock}"), values![id]).await
}

/// Deletes a notice.
pub async fn delete_notice(tx: &Tx, id: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM notices WHERE id = $1", values![id]).await?;
    Ok(())
}

/// The text behind a commitment, while it is kept.
pub async fn find_evidence(on: &impl Sql, sha256: &str) -> Result<Option<String>, StoreError> {
    find_value(on, "SELECT text AS v FROM evidence WHERE sha256 = $1", values![sha256]).await
}

/// Deletes the text and the salt behind a commitment, and the copy of it beside the payout line whose entry carries the
/// commitment, which stays. Whether there was a text.
pub async fn erase_evidence(tx: &Tx, sha256: &str) -> Result<bool, StoreError> {
    let carries = if tx.is_postgres() { "POSITION($2 IN e.note) > 0" } else { "instr(e.note, $2) > 0" };
    execute(
        tx,
        format!(
            "UPDATE payout_lines SET reference = '' WHERE reference = (SELECT v.text FROM evidence v WHERE v.sha256 = $1) \
             AND EXISTS (SELECT 1 FROM entries e WHERE e.idx = payout_lines.settled_index AND {carries})"
        ),
        values![sha256, sha256.as_bytes().to_vec()],
    )
    .await?;
    Ok(execute(tx, "DELETE FROM evidence WHERE sha256 = $1", values![sha256]).await? == 1)
}

/// Something that was erased.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct Erasure {
    /// `person` or `evidence`.
    pub what: String,
    /// The account's id, or the commitment.
    pub id: String,
}

/// Notes an erasure.
pub async fn note(tx: &Tx, erasure: &Erasure, by: Option<&PersonId>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO erasures (what, id, at, by_person) VALUES ($1, $2, $3, $4) ON CONFLICT (what, id) DO NOTHING",
        values![erasure.what.as_str(), erasure.id.as_str(), now.secs(), by.map(|by| by.to_string())],
    )
    .await?;
    Ok(())
}

/// Every erasure.
pub async fn list(on: &impl Sql) -> Result<Vec<Erasure>, StoreError> {
    all(on, "SELECT what, id FROM erasures ORDER BY what, id", vec![]).await
}

/// Whether something was erased that pages of the file, or its log of writes, may still hold.
pub async fn is_purge_due(on: &impl Sql) -> Result<(bool, bool), StoreError> {
    let count = async |column: &str| -> Result<bool, StoreError> {
        let found: Option<i64> = find_value(on, format!("SELECT COUNT(*) AS v FROM erasures WHERE {column} IS NULL"), vec![]).await?;
        Ok(found.unwrap_or(0) > 0)
    };
    Ok((count("rewritten_at").await?, count("purged_at").await?))
}

impl Db {
    /// Writes the file anew, so that no free page keeps what was deleted; on PostgreSQL the tables that hold what people
    /// wrote. Takes as long as a copy, and others wait, as long as an action waits ([`StoreError::is_busy`]). False while a
    /// transaction that began before an erasure goes on in PostgreSQL: until it ends, what it may still read is copied too.
    ///
    /// # Errors
    /// [`StoreError::Database`] when there is no room for the new beside the old.
    pub async fn rewrite(&self, now: Timestamp) -> Result<bool, StoreError> {
        let on = self.read_write();
        if self.is_postgres() && is_still_read(&on).await? {
            return Ok(false);
        }
        let before: Vec<Erasure> = all(&on, "SELECT what, id FROM erasures WHERE rewritten_at IS NULL", vec![]).await?;
        if self.is_postgres() {
            let tables: Vec<String> = self.tables().await?.into_iter().filter(|table| !WITHOUT_WORDS.contains(&table.as_str())).collect();
            execute(&on, format!("VACUUM (FULL) {}", tables.join(", ")), vec![]).await?;
        } else {
            execute(&on, "VACUUM", vec![]).await?;
        }
        for erasure in before {
            execute(
                &on,
                "UPDATE erasures SET rewritten_at = $3 WHERE what = $1 AND id = $2",
                values![erasure.what.as_str(), erasure.id.as_str(), now.secs()],
            )
            .await?;
        }
        Ok(true)
    }

    /// Empties the log of writes into the file; false at once while somebody still reads from it: then it is tried again
    /// later. On PostgreSQL nothing is to be done here: its log is recycled by the server.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn empty_log(&self, now: Timestamp) -> Result<bool, StoreError> {
        let on = self.read_write();
        if !self.is_postgres() && !is_log_emptied(&on).await? {
            return Ok(false);
        }
        execute(&on, "UPDATE erasures SET purged_at = $1 WHERE purged_at IS NULL AND rewritten_at IS NOT NULL", values![now.secs()])
            .await?;
        Ok(true)
    }
}

/// Empties SQLite's log of writes, if that can be done without waiting for a reader: everybody who writes would wait with it.
/// One text, so that no other statement runs on the connection while it does not wait.
async fn is_log_emptied(on: &impl Sql) -> Result<bool, StoreError> {
    let waits_again = format!("PRAGMA busy_timeout = {}", PATIENCE.as_millis());
    match all::<Emptied>(on, format!("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); {waits_again}"), vec![]).await {
        Ok(rows) => Ok(rows.iter().any(|row| row.0 == Some(0))),
        Err(error) => {
            // The last part of the text was not reached.
            execute(on, waits_again, vec![]).await?;
            Err(error)
        }
    }
}

/// What a part of that text answers: the checkpoint whether a reader was in its way, the others nothing of it.
struct Emptied(Option<i64>);

impl FromQueryResult for Emptied {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Emptied, DbErr> {
        let answers = row.column_names().iter().any(|name| name == "busy");
        Ok(Emptied(if answers { Some(row.try_get(prefix, "busy")?) } else { None }))
    }
}

/// Whether a transaction of this PostgreSQL may still see what was erased: one that runs anywhere in the cluster since
/// before, or a snapshot in this database that is as old. `xmin` is the transaction that noted the erasure, in which the
/// rows went; once none is as old, none will be.
async fn is_still_read(on: &impl Sql) -> Result<bool, StoreError> {
    let read: Option<bool> = find_value(
        on,
        "SELECT EXISTS (SELECT 1 FROM erasures e WHERE e.rewritten_at IS NULL \
         AND (age(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS XID)) >= age(e.xmin) OR EXISTS (\
         SELECT 1 FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() \
         AND a.backend_xmin IS NOT NULL AND age(a.backend_xmin) >= age(e.xmin)))) AS v",
        vec![],
    )
    .await?;
    Ok(read.unwrap_or(false))
}

/// Every table that has this column.
async fn tables_with(on: &impl Sql, column: &str) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Name {
        name: String,
    }
    let sql = if on.is_postgres() {
        "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = $1 ORDER BY table_name"
    } else {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = $1 WHERE m.type = 'table' ORDER BY m.name"
    };
    let rows: Vec<Name> = all(on, sql, values![column]).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Notices that hold what whoever caused them wrote, and as what.
const WITH_WORDS: [&str; 6] = ["sent-back", "rejected", "rejection-ended", "contract-returned", "contract-moved", "amendment-moved"];
const WORDS: [&str; 2] = ["reason", "words"];
/// What is left of a notice once a message says it.
pub const SAID: &str = "{}";

/// Tables in which nothing of a person is ever deleted: the ledger's own, and what is large and holds clients' tasks.
const WITHOUT_WORDS: &[&str] = &[
    "entries",
    "lines",
    "tiles",
    "checkpoints",
    "balances",
    "rule_books",
    "ledger_head",
    "documents",
    "tasks",
    "batches",
    "files",
    "file_deletions",
    "file_holds",
    "gold_items",
    "gold_outcomes",
    "suggestions",
    "suggestion_outcomes",
    "checked",
    "checked_balances",
    "migrations",
];
