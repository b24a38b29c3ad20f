//! A witness's cosignature, version 1 (C2SP tlog-cosignature).

use super::key::VerifyingKey;
use super::note::Signature;

/// When a witness says it saw the checkpoint, in seconds since 1970, if the cosignature over its text holds.
#[must_use]
pub fn time_of(signature: &Signature<'_>, checkpoint_text: &str, witness: &VerifyingKey) -> Option<u64> {
    if !signature.is_of(witness) {
        return None;
    }
    let (time, blob) = signature.bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    let message = format!("cosignature/v1\ntime {time}\n{checkpoint_text}");
    let blob: &[u8; 64] = blob.try_into().ok()?;
    witness.verifies(message.as_bytes(), blob).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::super::note::Note;
    use super::*;

    #[test]
    fn the_cosignature_of_the_ledger_page_holds() {
        let text = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";
        let note = format!(
            "{text}\n— witness.example/w1 CtfTXgAAAABlU/EAjQ7SRbNKat1PK5+afVAxrJ+wyXslCWxEHKILnZRrRHsmhQJD5P3QO6nBdci4sQ+UE+/X5AX2kGvDVnR5LICdCw==\n"
        );
        let witness = VerifyingKey::parse_witness("witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c").unwrap();
        let read = Note::parse(note.as_bytes()).unwrap();
        assert_eq!(time_of(&read.signatures[0], read.text, &witness), Some(1_700_000_000));
        assert_eq!(time_of(&read.signatures[0], &text.replace("15", "16"), &witness), None);
    }
}
