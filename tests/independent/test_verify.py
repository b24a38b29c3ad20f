"""Tests of the verifier: the vectors of LEDGER.md, the sample log, and alterations of it, each of which must be found
at the levels and indexes that the page says, and at no other level. Alterations are signed again with the sample's test
keys, and tree, tiles and checkpoint built again, so that only the rule in question is broken.

Run `python -m unittest` in this folder. SAMPLE_LOG names the folder of the sample log if it is elsewhere."""
import base64
import contextlib
import copy
import csv
import functools
import hashlib
import io
import json
import os
import pathlib
import tempfile
import unittest
from datetime import timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import compare
import verify

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = pathlib.Path(os.environ.get("SAMPLE_LOG") or HERE.parent / "fixtures" / "sample-log")
ORIGIN = "ledger.example.coop/main"
M = ["M-ZAB5RRB1", "M-46VH73JN", "M-XM23H3YF", "M-CY7MTSQT", "M-S3GKK83N", "M-SZEH0VXK", "M-BCYWAT28", "M-G7VFNAJG",
     "M-NSBVKD1S", "M-E2Z4E63N", "M-1SXFCZCF", "M-SNGKH1MN"]  # the members as they were admitted; M[4] and M[10] left
B1, B2 = "019b8d3b-e398-7e4b-9bb9-f49ad214f9ae", "019b8d3d-2bb8-7ea6-bed3-968735bc3463"
CLIENT_1, DEPOSIT_2 = "019b8d39-2860-7a38-ac17-c77e80c64aa5", "019b8d3a-4588-7315-9266-e4cdaca14f21"
CLIENT_2 = "019b8d39-5358-7f63-882e-a1c15065c310"
U = ["U-0A1B2C3D", "U-4E5F6G7H", "U-8J9KAMBN"]  # users of clients, whom only alterations open
TWO, EVIDENCE = (M[0], M[2]), {"evidence": "00" * 32}
earned = verify.earned

# Each signature is checked once, and each entry read once, however many alterations leave them as they are.
verify.verify_signature = functools.cache(verify.verify_signature)
verify.read_signed_line = functools.cache(verify.read_signed_line)
READ_ENTRY = functools.cache(verify.Entry)


def read_entry(index, data):
    """A copy of what was read."""
    e = copy.copy(READ_ENTRY(index, data))
    e.notes = []
    return e


verify.Entry = read_entry


# --- Building logs ------------------------------------------------------------------------------------------------

def private_key(label):
    """A test key of the sample: the seed is SHA-256 of `sample key ` and a label."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"sample key {label}".encode()).digest())


@functools.cache
def public_bytes(key):
    """The 32 bytes of a public key."""
    return key.public_key().public_bytes_raw()


@functools.cache
def vkey_of(name, public):
    """name+hex8(keyid)+base64(0x01 || pk32)"""
    return f"{name}+{sha(name.encode() + bytes([10, 1]) + public)[:8]}+{base64.b64encode(bytes([1]) + public).decode()}"


@functools.cache
def note_of(text, *signers):
    """A signed note; signers are (name, private key). Ed25519 signatures are always the same, so each is made once."""
    lines = ""
    for name, key in signers:
        blob = bytes.fromhex(vkey_of(name, public_bytes(key)).split("+")[1]) + key.sign(text.encode())
        lines += f"— {name} {base64.b64encode(blob).decode()}\n"
    return f"{text}\n{lines}".encode()


def canonical(value):
    """What RFC 8785 makes of text, integers and ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(data):
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def leaf(note):
    """RFC 6962."""
    return hashlib.sha256(b"\x00" + note).digest()


def tree_root(leaves):
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    key = (leaves[0], leaves[-1], len(leaves))
    if key not in ROOTS:
        ROOTS[key] = hashlib.sha256(b"\x01" + tree_root(leaves[:half]) + tree_root(leaves[half:])).digest()
    return ROOTS[key]


def time_text(time):
    """RFC 3339, UTC, whole seconds."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def amount_text(value):
    """Millionths in the one form."""
    return f"{'-' * (value < 0)}{abs(value) // 10**6}.{abs(value) % 10**6:06d}"


ROOTS = {}  # subtrees of the log in hand already hashed; its leaves are distinct, so first, last and length name one
FIRST = {name: private_key(name) for name in [ORIGIN, f"{ORIGIN}/entry"] + [f"{ORIGIN}/m/{member}" for member in M]}
SECOND = {ORIGIN: private_key("second checkpoint key"), f"{ORIGIN}/entry": private_key("second entry key"),
          f"{ORIGIN}/m/{M[1]}": private_key("second key of M2"), f"{ORIGIN}/m/{M[3]}": private_key("second key of M4")}
STRANGER, THIRD = private_key("stranger"), private_key("third entry key")


def key_name(person):
    """The name of the keys of a member or a client's user; a role's is its own."""
    return person if person.startswith(ORIGIN) else f"{ORIGIN}/{'c' if person.startswith('U') else 'm'}/{person}"


def member_key(member):
    """The name of a member's key (a client's user's, or a role's, by its name) and the key in force at the end."""
    name = key_name(member)
    return name, SECOND.get(name) or FIRST.get(name) or private_key(name)


def member_vkey(member, key=None):
    """A member's or a user's vkey, of the first key if none is given."""
    name = key_name(member)
    return vkey_of(name, public_bytes(key or FIRST.get(name) or private_key(name)))


def uuid7(number):
    """An id for what an alteration opens."""
    return f"019be735-8110-7486-8c6f-{number:012d}"


def two_lines(debit, credit, amount, unit="USD"):
    """debit -> credit"""
    return [(debit, unit, amount), (credit, unit, f"-{amount}")]


class Person:
    """What one person signs, with everything about it that an alteration may set."""

    def __init__(self, name, key, nonce, size):
        self.name, self.key, self.nonce, self.size = name, key, nonce, size
        self.override, self.after = {}, lambda note: note


class Forge:
    """The sample log in pieces; `save` signs and hashes it all again."""

    def __init__(self):
        self.fields, self.people, self.entry_keys, self.after, self.nonces = [], [], [], {}, 0
        self.documents = {path.name: path.read_bytes() for path in (SAMPLE / "log/documents").iterdir()}
        self.checkpoint_keys, self.after_files, self.extra_lines = [SECOND[ORIGIN]], [], ""
        known = {vkey_of(name, public_bytes(key)).split("+")[1]: key for keys in (FIRST, SECOND)
                 for name, key in keys.items()}
        for path in ("tile/entries/000", "tile/entries/001.p/59"):
            for note in verify.read_bundle((SAMPLE / "log" / path).read_bytes()):
                text, line = note.decode().split("\n\n")
                fields, people = json.loads(text), []
                for signed in fields.pop("signed", []):
                    text, signature = signed.split("\n\n")
                    said, (_, name, blob) = json.loads(text), signature.split()
                    people.append(Person(name, known[base64.b64decode(blob)[:4].hex()], said["nonce"], said["log"][0]))
                self.fields.append(fields)
                self.people.append(people)
                self.entry_keys.append(known[base64.b64decode(line.split()[2])[:4].hex()])

    def clone(self):
        """A copy to alter."""
        other = copy.copy(self)
        other.fields, other.documents = json.loads(json.dumps(self.fields)), dict(self.documents)
        other.people = [[copy.copy(person) for person in people] for people in self.people]
        for person in (person for people in other.people for person in people):
            person.override = {}
        other.entry_keys, other.after, other.after_files = list(self.entry_keys), {}, []
        return other

    def sign(self, index, *members, size=None):
        """These people sign the entry (ids of members or users, whole key names, or pairs of an id and a private key)."""
        self.people[index] = []
        for member in members:
            self.nonces += 1
            nonce = sha(f"nonce {self.nonces}".encode())[:32]
            name, key = (key_name(member[0]), member[1]) if isinstance(member, tuple) else member_key(member)
            self.people[index].append(Person(name, key, nonce, index if size is None else size))

    def append(self, kind, refs, calc=None, lines=None, signers=(), rule=None, seconds=60):
        """One more entry at the end; its index."""
        at = verify.parse_time(self.fields[-1]["at"]) + timedelta(seconds=seconds)
        fields = {"v": 1, "at": time_text(at), "kind": kind, "refs": refs}
        fields |= {"calc": calc} if calc else {}
        fields |= {"lines": sorted(list(line) for line in lines)} if lines else {}
        fields |= {"rule": rule} if rule is not None else {}
        self.fields.append(fields)
        self.people.append([])
        self.entry_keys.append(SECOND[f"{ORIGIN}/entry"])
        self.sign(len(self.fields) - 1, *signers)
        return len(self.fields) - 1

    def cut(self, size):
        """Only the first entries."""
        for parts in (self.fields, self.people, self.entry_keys):
            del parts[size:]

    def document(self, value):
        """Adds a document; its hash."""
        data = canonical(value).encode()
        self.documents[sha(data) + ".json"] = data
        return sha(data)

    def notes(self):
        """Every note, signed."""
        ROOTS.clear()
        notes, leaves = [], []
        for index, fields in enumerate(self.fields):
            content = {name: fields[name] for name in ("kind", "refs", "calc", "lines") if name in fields}
            signed = []
            for person in self.people[index]:
                root = tree_root(leaves[:person.size]) if person.size <= index else bytes(32)
                said = {"does": fields["kind"], "log": [person.size, base64.b64encode(root).decode()], "origin": ORIGIN,
                        "nonce": person.nonce, "sha256": sha(canonical(content).encode())} | person.override
                signed.append(person.after(note_of(canonical(said) + "\n", (person.name, person.key)).decode()))
            text = canonical(fields | ({"signed": signed} if signed else {})) + "\n"
            before, after = self.after.get(index, (None, None))
            note = note_of(before(text) if before else text, (f"{ORIGIN}/entry", self.entry_keys[index]))
            notes.append(after(note) if after else note)
            leaves.append(leaf(notes[-1]))
        return notes

    def save(self, folder):
        """Writes the export."""
        notes = self.notes()
        leaves, size = [leaf(note) for note in notes], len(notes)
        files = {f"documents/{name}": data for name, data in self.documents.items()}
        for first in range(0, size, 256):
            part = notes[first:first + 256]
            suffix = f"{first // 256:03d}" + (f".p/{len(part)}" if len(part) < 256 else "")
            files[f"tile/entries/{suffix}"] = b"".join(len(note).to_bytes(2, "big") + note for note in part)
            files[f"tile/0/{suffix}"] = b"".join(leaves[first:first + 256])
        if size >= 256:
            files[f"tile/1/000.p/{size // 256}"] = tree_root(leaves[:256])
        text = f"{ORIGIN}\n{size}\n{base64.b64encode(tree_root(leaves)).decode()}\n{self.extra_lines}"
        files["checkpoint"] = note_of(text, *((ORIGIN, key) for key in self.checkpoint_keys))
        for change in self.after_files:
            change(files)
        for path, data in files.items():
            path = pathlib.Path(folder) / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def verify(self, vkey=None):
        """The verifier's answer and exit code."""
        with tempfile.TemporaryDirectory() as folder:
            self.save(folder)
            return verify.verify(folder, verify.read_vkey(vkey or vkey_of(ORIGIN, public_bytes(SECOND[ORIGIN]))))

    # Entries that many alterations append.

    def add_key(self, member, key=None, signers=()):
        """A member's key."""
        return self.append("key.added", {"member": member}, {"vkey": member_vkey(member, key)}, signers=signers)

    def add_user(self, user=U[0], client=CLIENT_1, key=None, signers=()):
        """A key of a client's user."""
        return self.append("key.added", {"user": user, "client": client}, {"vkey": member_vkey(user, key)}, signers=signers)

    def retire_user(self, user=U[0], key=None, signers=(), **refs):
        """A key of a client's user retired."""
        return self.append("key.retired", {"user": user} | refs, {
            "key_id": member_vkey(user, key).split("+")[1], "reason": "lost"}, signers=signers)

    def add_role_key(self, role, key, entry_key, *signers):
        """A role's key, added by an entry that `entry_key` signs."""
        name = {"checkpoint": ORIGIN, "entry": f"{ORIGIN}/entry"}[role]
        index = self.append("key.added", {"role": role}, {"vkey": vkey_of(name, public_bytes(key))}, signers=signers)
        self.entry_keys[index] = entry_key
        return index

    def pay_expense(self, amount="1.000000", name="Hosting", signers=TWO, unit="USD", number=1):
        """An expense."""
        return self.append("expense.paid", {"expense": uuid7(number)}, EVIDENCE,
                           two_lines(f"Expenses:{name}", "Assets:Bank", amount, unit), signers)

    def spend_fund(self, credit, amount="1.000000", fund="Training", **refs):
        """A fund spent."""
        return self.append("fund.spent", {"fund": "Training"} | refs, EVIDENCE,
                           two_lines(f"Liabilities:Funds:{fund}", credit, amount), TWO)

    def accept(self, worker=M[5], size=None, batch=B1, contract="C-1", number=1, task=None, price="10.000000", index=23,
               rule=175, reviewer=None, claim=None, by=None, signers=()):
        """Work accepted by the client (or as `by` says), or by a reviewer, at 10.00 USD under the second book."""
        total = verify.millionths(price)
        shares = {"worker": 8000, "reviewer": 300, "operations": 600, "reserve": 700, "Training": 100, "Wellbeing": 300}
        names = {"operations": "Income:Operations", "reserve": "Equity:Reserve",
                 "Training": "Liabilities:Funds:Training", "Wellbeing": "Liabilities:Funds:Wellbeing",
                 "worker": earned(worker), "reviewer": earned(reviewer or worker)}
        lines = {f"Liabilities:Escrow:{contract}": total}
        for name, part in shares.items():
            lines[names[name]] = lines.get(names[name], 0) - total * part // 10000
        refs = {"contract": contract, "batch": batch, "worker": worker,
                "claim": claim or f"00000000-0000-4000-8000-{number:012d}",
                "task": task or f"00000000-0000-4000-9000-{number:012d}"} | ({"reviewer": reviewer} if reviewer else {})
        calc = {"batch_index": index, "claimed_size": len(self.fields) if size is None else size, "price": price,
                "seconds": 100, "by": by or ("member" if reviewer else "client")}
        lines = [(account, "USD", amount_text(amount)) for account, amount in lines.items()]
        return self.append("work.accepted", refs, calc, lines, signers, rule)

    def pay_out(self, member, amount, signers, number=2):
        """A payout run of one line; the index of its approval."""
        calc = {"currency": "USD", "rail": "Sepa", "step": "0.010000", "count": 1, "total": amount,
                "lines_sha256": sha(f"{member} {amount}\n".encode())}
        index = self.append("payout.approved", {"payout": f"O-{number}"}, calc, signers=signers)
        self.append("payout.sent", {"payout": f"O-{number}", "member": member}, {"amount": amount},
                    two_lines(earned(member), "Liabilities:Transit:Sepa", amount))
        return index

    def open_batch(self, rule=175, contract="C-1", batch=uuid7(1), **calc):
        """A batch."""
        calc = {"copies": 1, "currency": "USD", "level": 0, "price": "9.400000", "seconds": 2700,
                "skill": "general"} | calc
        return self.append("batch.opened", {"contract": contract, "batch": batch}, calc, rule=rule)

    def reprice(self, price="11.000000", rule=175, **refs):
        """A batch repriced."""
        return self.append("batch.repriced", {"batch": B1, "contract": "C-1"} | refs, {"price": price}, rule=rule)

    def terms(self, index, contract, **changes):
        """The terms of a contract as entry `index` has them, changed, with their disclosure."""
        calc = {name: value for name, value in self.fields[index]["calc"].items() if name != "document"} | changes
        return calc | {"document": self.document(calc | {"contract": contract, "texts": {}})}

    def correct(self, index, lines, refs=None):
        """A correction of an entry, signed by two."""
        refs = self.fields[index]["refs"] if refs is None else refs
        return self.append("correction.posted", refs | {"corrects": str(index)}, {"reason": "typing-error"}, lines, TWO)

    def open_vote(self, number=5, kind="ordinary", roll=None, change=None, says=None, **other):
        """A proposal opened at the end, with a document that says this."""
        roll = roll or sorted(set(M) - {M[4], M[10]})
        votes = self.fields[175]["calc"]["book"]["votes"][kind]
        at = verify.parse_time(self.fields[-1]["at"]) + timedelta(seconds=60)
        calc = {"kind": kind, "document": self.document(says or {"text": {"en": "Why"}}), "roll_size": len(roll),
                "roll_sha256": sha("".join(f"{member}\n" for member in roll).encode()), "quorum": votes["quorum"],
                "majority": votes["majority"], "opens": time_text(at),
                "closes": time_text(at + timedelta(days=votes["days"]))}
        calc |= ({"change": change} if change else {}) | other
        return self.append("proposal.opened", {"proposal": f"P-{number}"}, calc)

    def cast(self, member, choice="yes", number=5, how="session", size=None):
        """A ballot; the opening [index, choice, salt]."""
        salt = hashlib.sha256(f"{member} {len(self.fields)}".encode()).digest()
        sealed = sha(salt + f"P-{number}\n{member}\n{choice}".encode())
        refs = {"proposal": f"P-{number}", "member": member}
        index = self.append("ballot.cast", refs, {"how": how, "sealed": sealed})
        if how == "key":
            self.sign(index, member, size=size)
        return [index, choice, salt.hex()]

    def close_vote(self, openings, cast, result="passed", number=5):
        """The proposal closed, with as many ballots as cast, all in sessions."""
        counts = {choice: [opening[1] for opening in openings].count(choice) for choice in ("abstain", "no", "yes")}
        calc = {"eligible": 10, "cast": cast, "by_key": 0, "by_session": cast, "by_new_key": 0, "counts": counts,
                "unopened": cast - len(openings), "openings": self.document(openings), "result": result}
        return self.append("proposal.closed", {"proposal": f"P-{number}"}, calc, seconds=10 * 86400)

    def pass_vote(self, kind, change, number=5, says=None):
        """A proposal that passes with five ballots out of ten."""
        self.open_vote(number, kind, change=change, says=says)
        return self.close_vote([self.cast(member, number=number) for member in M[5:10]], 5, number=number)


@functools.cache
def original():
    """The sample, read once; to be cloned."""
    return Forge()


CASES, GOOD = [], []


def case(doc, expected, alter):
    """An alteration and where it must be found: {level: index}; level 2 is told at the log's size."""
    CASES.append((doc, expected, alter))


def fails(**expected):
    """The same for an alteration of more than one step: fails(l1=5, l3=5)."""
    return lambda function: case(function.__doc__, {int(name[1:]): at for name, at in expected.items()}, function)


def holds(function):
    """What the page allows."""
    GOOD.append(function)


def unreadable(index):
    """What cannot be read fails these."""
    return {1: index, 3: index, 4: index}


# --- Level 1 ------------------------------------------------------------------------------------------------------

def text_of(index, old, new):
    """Alters the text of one entry before it is signed."""
    return lambda f: f.after.update({index: (lambda text: text.replace(old, new, 1), None)})


def note_after(index, change):
    """Alters one note after it was signed."""
    return lambda f: f.after.update({index: (None, change)})


def flip_signature(note):
    """Another signature, in canonical base64."""
    head, blob = note.decode().rstrip("\n").rsplit(" ", 1)
    data = bytearray(base64.b64decode(blob))
    data[20] ^= 1
    return f"{head} {base64.b64encode(data).decode()}\n".encode()


def add_order(note):
    """S + L, which an equation modulo L cannot tell from S."""
    head, blob = note.decode().rstrip("\n").rsplit(" ", 1)
    data = base64.b64decode(blob)
    number = int.from_bytes(data[36:], "little") + verify.GROUP_ORDER
    return f"{head} {base64.b64encode(data[:36] + number.to_bytes(32, 'little')).decode()}\n".encode()


def loose_base64(note):
    """The last character before the padding with bits set that are not read."""
    head, blob = note.decode().rstrip("\n").rsplit(" ", 1)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = len(blob.rstrip("=")) - 1
    return f"{head} {blob[:place]}{letters[letters.index(blob[place]) + 1]}{blob[place + 1:]}\n".encode()


case("a signature with a bit changed", {1: 40}, note_after(40, flip_signature))
case("a signature with S + L", {1: 40}, note_after(40, add_order))
for doc, index, alter in [
    ("a signature in base64 that is not canonical", 40, note_after(40, loose_base64)),
    ("an entry with its signature line twice", 40, note_after(40, lambda note: note + note.split(b"\n\n")[1])),
    ("an entry of two text lines", 40, text_of(40, "}\n", "}\n{}\n")),
    ("an entry that is not UTF-8", 40, note_after(40, lambda note: note.replace(b"USD", b"\xff\xfeD", 1))),
    ("JSON with a blank", 40, text_of(40, ":", ": ")),
    ("JSON with keys in another order", 2, text_of(2, '"kind":"member.admitted","refs":{"member":"M-ZAB5RRB1"}',
                                                   '"refs":{"member":"M-ZAB5RRB1"},"kind":"member.admitted"')),
    ("JSON with a key twice", 40, text_of(40, '"v":1', '"v":1,"v":1')),
    ("JSON with a fraction", 40, text_of(40, '"v":1', '"v":1.0')),
    ("JSON with a half", 17, text_of(17, '"notice_days":14', '"notice_days":14.5')),
    ("an integer of 2^53", 26, text_of(26, '"seconds":2770', f'"seconds":{2**53}')),
    ("JSON with null", 26, text_of(26, '"seconds":2770', '"seconds":null')),
    ("a boolean outside `book`", 26, text_of(26, '"seconds":2770', '"seconds":true')),
    ("text that is not in NFC", 17, text_of(17, "Nordsee", "Nordsee\u0301")),
    ("a control character", 17, text_of(17, "Nordsee", "Nordsee\x85")),
    ("a key that is not ASCII", 1, text_of(1, "max_open", "max_\u00f6pen")),
    ("nesting of 11", 1, text_of(1, '{"max_open":3}', '{"max_open":[[[[[[[3]]]]]]]}')),
]:
    case(doc, unreadable(index), alter)


def setting(index, path, value):
    """Sets one value inside an entry (None removes it)."""
    def alter(f):
        *way, last = path.split() if isinstance(path, str) else path
        place = functools.reduce(lambda inner, step: inner[step], way, f.fields[index])
        if value is None:
            del place[last]
        else:
            place[last] = value
    return alter


for index, path, value in [
    (40, "v", 2), (2, "at", "2026-01-05T08:03:24+00:00"), (2, "at", "2026-01-05T08:03:24.0Z"),
    (2, "at", "2026-02-30T08:03:24Z"), (40, "note", "x"), (2, "refs", None), (40, "calc tip", 1),
    (40, "calc seconds", None), (40, "refs client", CLIENT_1), (40, "refs task", None), (2, "calc", {}),
    (2, "lines", []), (2, "signed", []), (20, "rule", 1), (23, "rule", None), (2, "kind", "member"),
    (2, "refs member", 5), (2, "refs member", "M-ILOUILOU"), (17, "refs contract", "C-01"),
    (17, "refs contract", "C-0"), (40, "refs task", B1), (23, "refs batch", "00000000-0000-4000-8000-000000000000"),
    (17, "refs client", CLIENT_1.upper()), (310, "calc reason", "Finished"), (23, "calc skill", "a b"),
    (17, "calc end_client country", "de"), (17, "calc end_client lei", "DEMO00NORDSEEMOB0105"),
    (17, "calc end_client register", "HRB"), (17, "calc end_client lei", None), (17, "calc end_client name", ""),
    (18, ["calc", "chain", 0], ["Harbor", "KE", "intermediary"]), (18, ["calc", "hazards", 0, 2], 4),
    (17, "calc notice_days", 3661), (17, "calc kill_fee_bp", 10001), (282, "calc rail", "sepa"),
    (23, "calc copies", 0), (23, "calc copies", 10), (23, "calc seconds", 0), (23, "calc seconds", 31622401),
    (40, "calc by", "friend"), (244, "refs role", "auditor"), (305, "calc evidence", "00"),
    (26, ["lines", 0, 2], "-0.000000"), (26, ["lines", 0, 2], "0.000000"), (26, "calc price", "9.40000"),
    (26, "calc price", "09.400000"), (26, "calc price", "1000000000000.000000"), (26, "calc price", "0.000000"),
    (26, ["lines", 0, 1], "Usd"), (26, ["lines", 0, 0], "Assets:Cash"), (26, ["lines", 0, 0], "Expenses:hosting"),
    (26, ["lines", 0], ["Equity:Reserve", "USD", "-0.658000", "x"]), (40, "lines", None),
    (2, "lines", [["Assets:Bank", "USD", "1.000000"]]), (294, "calc fee", "0.000000"),
    (26, "refs reviewer", None), (29, "refs reviewer", M[0]), (238, "refs role", "entry"), (238, "refs", {}),
    (175, "refs", {}), (1, "refs", {"proposal": "P-1"}), (161, "calc change calc price", "1.000000"),
    (169, "calc how", "post"), (174, "calc result", "won"), (313, "calc part", [3, 2]), (313, "calc part", [0, 2]),
    (1, "calc book split worker", 8001), (1, "calc book floor", {"typing": {}}), (1, "calc book bonus", {}),
    (1, "calc book split", {"worker": 0, "reviewer": 10000, "operations": 0, "reserve": 0}),
    (1, "calc book split", {"worker": 10000, "reviewer": 0, "operations": 0, "reserve": 0, "leave": 0}),
    (1, "calc book premium 4", 0), (1, "calc book premium 3", 1000001), (1, "calc book premium 0", -1),
    (1, "calc book floor general GBP", "7.500000"), (1, "calc book floor typing", {"USD": "8.000000", "GBP": "7.500000"}),
    (1, "calc book floor general EUR", "7.50"), (1, "calc book votes rules days", 0),
    (1, "calc book votes rules days", 367), (1, "calc book votes rules changes", ["weather"]),
    (1, "calc book votes rules majority", ["least", 0, 1]), (1, "calc book votes rules quorum", [2, 1]),
    (1, "calc book currencies USD decimals", 7), (1, "calc book review", []),
    (13, "calc vkey", member_vkey(M[0]).replace("+", "+0", 1)[:-1]),
]:
    case(f"{path} of entry {index} is {value!r:.40}", unreadable(index), setting(index, path, value))

for path, value in [
    ("at", "1969-12-31T23:59:59Z"), ("calc checkpoint_key", vkey_of(ORIGIN, bytes([1]) + bytes(31))),
    *(("calc origin", origin) for origin in (
        "", "https://example.coop", "example coop", "example\u2003coop", "example+coop", "example\x7f")),
]:
    case(f"{path} of entry 0 is {value!r:.40}", unreadable(0) | {2: 315}, setting(0, path, value))

for doc, public in [
    ("of small order", bytes([1]) + bytes(31)), ("in another encoding", (2**255 - 1).to_bytes(32, "little")),
    ("that is no point of the curve", bytes([2]) + bytes(31)),
]:
    case(f"a key {doc}", unreadable(315), lambda f, public=public: f.append(
        "key.added", {"member": M[5]}, {"vkey": vkey_of(f"{ORIGIN}/m/{M[5]}", public)}))

for digits, expected in (15, {4: 315}), (16, unreadable(315)):
    case(f"a correction of an index of {digits} digits", expected, lambda f, digits=digits: f.correct(
        10**(digits - 1), two_lines("Expenses:Hosting", "Assets:Bank", "1.000000"), f.fields[305]["refs"]))
case("two lines in another order", unreadable(26), lambda f: f.fields[26]["lines"].reverse())
case("one posting in two lines", unreadable(26), lambda f: f.fields[26]["lines"].insert(
    0, ["Equity:Reserve", "USD", "-0.600000"]))
case("a fund spent with `member` through the bank", unreadable(315), lambda f: f.spend_fund("Assets:Bank", member=M[0]))
case("a fund spent to a member who is not named", unreadable(315), lambda f: f.spend_fund(earned(M[0])))

# Who signs entries, and how many notes they carry.

for doc, index, key in [
    ("an entry signed by the checkpoint key", 40, FIRST[ORIGIN]),
    ("an entry signed by the entry key retired in the entry before", 245, FIRST[f"{ORIGIN}/entry"]),
    ("an entry signed by the entry key that the next one adds", 242, SECOND[f"{ORIGIN}/entry"]),
    ("an entry signed by a key that the log does not name", 1, STRANGER),
]:
    case(doc, {1: index}, lambda f, index=index, key=key: f.entry_keys.__setitem__(index, key))
for doc, index, signers in [
    ("a ballot by session that carries a note", 169, [M[5]]), ("a ballot by key without its note", 162, []),
    ("a note on a kind that carries none", 20, [M[0]]),
    ("work with two notes", 33, [M[0], M[0]]), ("a role's key.retired without a note", 244, []),
]:
    case(doc, unreadable(index), lambda f, index=index, signers=signers: f.sign(index, *signers))


# The entry that adds an entry key may be signed by that key, if the checkpoint key's note in it holds.

for doc, expected, alter in [
    ("an entry key that signs what adds it, with a member's note", {1: 315},
     lambda f: f.add_role_key("entry", THIRD, THIRD, M[0])),
    ("an entry key that signs what adds it, with the note of the entry key before it", {1: 315},
     lambda f: f.add_role_key("entry", THIRD, THIRD, f"{ORIGIN}/entry")),
    ("an entry key that signs what adds it, without a note", unreadable(315),
     lambda f: f.add_role_key("entry", THIRD, THIRD)),
    ("an entry key that signs what adds it, with a checkpoint key's note about another entry", {1: 315},
     lambda f: person(f.add_role_key("entry", THIRD, THIRD, ORIGIN), 0, sha256="00" * 32)(f)),
    ("an entry key that signs what adds it, with the note of a retired checkpoint key", {1: 315},
     lambda f: setattr(f.people[f.add_role_key("entry", THIRD, THIRD, ORIGIN)][0], "key", FIRST[ORIGIN])),
    ("an entry that adds an entry key and is signed by another that is not in force", {1: 315},
     lambda f: f.add_role_key("entry", THIRD, STRANGER, ORIGIN)),
    ("an entry key that signs what adds it, with a bit of that signature changed", {1: 315},
     lambda f: note_after(f.add_role_key("entry", THIRD, THIRD, ORIGIN), flip_signature)(f)),
    ("a retired entry key that signs what adds it again", {1: 315},
     lambda f: f.add_role_key("entry", FIRST[f"{ORIGIN}/entry"], FIRST[f"{ORIGIN}/entry"], ORIGIN)),
    ("a checkpoint key that signs what adds it", {1: 315},
     lambda f: own_signature(f, f.add_role_key("checkpoint", THIRD, THIRD, ORIGIN), ORIGIN, THIRD)),
    ("a member's key that signs what adds it", {1: 315},
     lambda f: own_signature(f, f.add_key(M[5], THIRD), f"{ORIGIN}/m/{M[5]}", THIRD)),
]:
    case(doc, expected, alter)


def own_signature(f, index, name, key):
    """The entry signed under another name than that of the entry key."""
    f.after[index] = (None, lambda note: note_of(note.decode().split("\n\n")[0] + "\n", (name, key)))


@fails(l1=241, l2=315, l3=241, l4=241)
def role_key_with_two_notes(f):
    """a role's key.added with two notes, and so no new checkpoint key"""
    f.people[241] += [copy.copy(f.people[242][0])]


# What stands where.

def put(index, like, **fields):
    """Entry `index` becomes one like another, at its own time, with these fields changed."""
    return lambda f: f.fields.__setitem__(index, f.fields[like] | {"at": f.fields[index]["at"]} | fields)


for doc, expected, alter in [
    *((f"{doc} at index 0", unreadable(0) | {2: 315}, alter) for doc, alter in (
        ("a member admitted", put(0, 2, refs={"member": "M-00000000"})), ("a book without its proposal", put(0, 1)),
        ("a deposit", put(0, 22)), ("an unknown kind", put(0, 2, kind="coop.merged")))),
    ("an unknown kind at index 1", {4: 1}, put(1, 2, kind="coop.merged")),
    ("a second founding at index 1", {4: 1}, put(1, 0)),
    ("a second founding at the end", {4: 315}, lambda f: f.append("coop.founded", {}, f.fields[0]["calc"])),
    ("a book without its proposal at the end", unreadable(315), lambda f: f.append(
        "rule.enacted", {}, f.fields[175]["calc"])),
    ("a book without its proposal at index 2", unreadable(2), put(2, 1)),
]:
    case(doc, expected, alter)


@fails(l1=316, l4=315)
def second_founding_adds_no_key(f):
    """a second founding with other keys, one of which signs the next entry"""
    f.append("coop.founded", {}, f.fields[0]["calc"] | {
        "entry_key": vkey_of(f"{ORIGIN}/entry", public_bytes(STRANGER))})
    f.entry_keys[f.append("contract.closed", {"contract": "C-1"}, {"reason": "finished"})] = STRANGER


# What people sign: each note is judged by itself, and what does not hold does not count among two people.

def person(index, number, **override):
    """Sets what one person's note says."""
    return lambda f: f.people[index][number].override.update(override)


LOOSE = base64.b64encode(bytes(32)).decode()[:-2] + "B="
for doc, alter in [
    ("a note that does something else", person(305, 0, does="fund.spent")),
    ("a note for another origin", person(305, 0, origin="other.example/main")),
    ("a note about another entry", person(305, 0, sha256="00" * 32)),
    ("a note with a field more", person(305, 0, more="1")),
    ("a nonce in capitals", person(305, 0, nonce="AB" * 16)),
    ("a signer's `log` in base64 that is not canonical", person(305, 0, log=[305, LOOSE])),
    ("a nonce the key used before", lambda f: person(305, 0, nonce=f.people[282][0].nonce)(f)),
    ("a person's signature with a bit changed", lambda f: setattr(
        f.people[305][0], "after", lambda note: flip_signature(note.encode()).decode())),
    ("a `log` larger than the entry's own index", lambda f: setattr(f.people[305][0], "size", 306)),
    ("a `log` whose next entry is older than 7 days", lambda f: setattr(f.people[305][0], "size", 245)),
    ("a note by the member's key that was retired", lambda f: (f.sign(305, M[0], M[1]), setattr(
        f.people[305][1], "key", FIRST[f"{ORIGIN}/m/{M[1]}"]))),
    ("a note by the entry key", lambda f: f.sign(305, M[0], f"{ORIGIN}/entry")),
]:
    case(doc, {1: 305, 4: 305}, alter)
case("a third note that does not hold, where two do", {1: 305},
     lambda f: (f.sign(305, *TWO, M[3]), person(305, 2, does="fund.spent")(f)))
case("a reviewer's note that does not hold", {1: 33}, person(33, 0, does="work.rejected"))
case("work signed by somebody who is not its reviewer", {4: 33}, lambda f: f.sign(33, M[2]))
case("a ballot whose `log` is not beyond its proposal.opened", {4: 246},
     lambda f: setattr(f.people[246][0], "size", 232))
case("a ballot signed by another member", {4: 246}, lambda f: f.sign(246, M[3]))


# Keys: what needs no roll is level 1 alone, and changes nothing.

for doc, expected, alter in [
    ("a role's key.added signed by a member", {1: 241, 2: 315}, lambda f: f.sign(241, M[0])),
    ("a key whose name is not that of the member", {1: 315}, lambda f: f.append(
        "key.added", {"member": M[5]}, {"vkey": member_vkey(M[6])})),
    ("founding keys of another name", {1: 0, 2: 315}, setting(0, "calc checkpoint_key", vkey_of(
        ORIGIN + "x", public_bytes(FIRST[ORIGIN])))),
    ("a member's first key with notes", {1: 315}, lambda f: f.add_key(M[5], signers=TWO)),
    ("a member's later key without a note", {1: 315}, lambda f: f.add_key(M[0], STRANGER)),
    ("a member's later key signed by one other", {1: 315}, lambda f: f.add_key(M[0], STRANGER, [M[2]])),
    ("a member's later key signed by one other and the checkpoint key", {1: 315}, lambda f: f.add_key(
        M[0], STRANGER, [ORIGIN, M[2]])),
    ("a member's later key signed twice by one other", {1: 315}, lambda f: f.add_key(M[0], STRANGER, [M[2], M[2]])),
    ("a member's later key signed by one who has left", {1: 315}, lambda f: f.add_key(M[0], STRANGER, [M[4]])),
    ("a member's later key signed by two others, one of whose notes does not hold", {1: 315}, lambda f: person(
        f.add_key(M[0], STRANGER, TWO[1:] + (M[1],)), 0, does="key.retired")(f)),
    ("a retired key added again under the same name", {1: 315}, lambda f: f.add_key(M[1], signers=[M[1]])),
    ("the last key of a role retired", {1: 315}, lambda f: f.append(
        "key.retired", {"role": "entry"}, {"key_id": "0bee5dbe", "reason": "lost"}, signers=[ORIGIN])),
    ("a key retired twice", {1: 315}, lambda f: f.append(
        "key.retired", {"member": M[1]}, {"key_id": "1a67529d", "reason": "lost"})),
    ("a key added for one who has left", {4: 315}, lambda f: f.add_key(M[10])),
    ("a key added for one who was never admitted", {4: 315}, lambda f: f.append(
        "key.added", {"member": "M-00000000"}, {"vkey": member_vkey("M-00000000", STRANGER)})),
    ("a member's later key signed by a member and one who has left", {4: 315}, lambda f: f.add_key(
        M[0], STRANGER, [M[2], M[4]])),
]:
    case(doc, expected, alter)


@fails(l4=316)
def later_key_by_a_new_key(f):
    """a member's later key signed by two others, one with a key that is not 72 hours old"""
    f.add_key(M[5])
    f.add_key(M[0], STRANGER, [M[2], M[5]])


# Keys of clients' users: their later keys, and work that their client accepted.

LATER = private_key("later key of a user")
USERS = len(CASES)

for doc, expected, alter in [
    ("a user's first key with the notes of two members", {1: 315}, lambda f: f.add_user(signers=TWO)),
    ("a user's first key signed by itself", {1: 315}, lambda f: f.add_user(signers=[U[0]])),
    ("a user's later key without a note", {1: 316}, lambda f: (f.add_user(), f.add_user(key=LATER))),
    ("a user's later key without a note, after the first was retired", {1: 317}, lambda f: (
        f.add_user(), f.retire_user(), f.add_user(key=LATER))),
    ("a user's later key signed by the retired one", {1: 317}, lambda f: (
        f.add_user(), f.retire_user(), f.add_user(key=LATER, signers=[U[0]]))),
    ("a user's later key signed by one member", {1: 316}, lambda f: (f.add_user(), f.add_user(key=LATER, signers=[M[0]]))),
    ("a user's later key signed twice by one member", {1: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER, signers=[M[0], M[0]]))),
    ("a user's later key signed by one member and the checkpoint key", {1: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER, signers=[M[0], ORIGIN]))),
    ("a user's later key signed by one member and another user of the client", {1: 317}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.add_user(key=LATER, signers=[M[0], U[1]]))),
    ("a user's later key signed by two other users of the client", {1: 318}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.add_user(U[2]), f.add_user(key=LATER, signers=U[1:]))),
    ("a user's later key with a note of their own that does not hold", {1: 316}, lambda f: (
        f.add_user(), person(f.add_user(key=LATER, signers=[U[0]]), 0, does="key.retired")(f))),
    ("a user's later key signed by a member and one who has left", {4: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER, signers=[M[0], M[4]]))),
    ("a user's later key signed by two members, one with a key that is not 72 hours old", {4: 317}, lambda f: (
        f.add_key(M[5]), f.add_user(), f.add_user(key=LATER, signers=[M[0], M[5]]))),
    ("a user's later key signed by two members and another user", {4: 317}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.add_user(key=LATER, signers=[*TWO, U[1]]))),
    ("a user's later key signed by their own and another user", {4: 317}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.add_user(key=LATER, signers=U[:2]))),
    ("a user's later key signed by their own and one who has left", {4: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER, signers=[U[0], M[4]]))),
    ("a user's later key signed by their own and the checkpoint key", {4: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER, signers=[U[0], ORIGIN]))),
    *((f"a user's later key that names another client, signed by {doc}", {4: 316}, lambda f, signers=signers: (
        f.add_user(), f.add_user(client=CLIENT_2, key=LATER, signers=signers)))
      for doc, signers in (("their own", [U[0]]), ("two members", TWO))),
    ("a user's later key that names another client, without a note", {1: 316, 4: 316}, lambda f: (
        f.add_user(), f.add_user(client=CLIENT_2, key=LATER))),
    ("a user of a client that was never opened", {4: 315}, lambda f: f.add_user(client=uuid7(1))),
    ("a user of a client that a later contract opens", {4: 315}, lambda f: (f.add_user(client=uuid7(1)), f.append(
        "contract.listed", {"contract": "C-5", "client": uuid7(1)}, f.terms(17, "C-5")))),
    ("a user's key that is named for another user", {1: 315}, lambda f: setting(
        f.add_user(), "calc vkey", member_vkey(U[1]))(f)),
    ("a user's key with the name of a member's", {1: 315}, lambda f: setting(
        f.add_user(), "calc vkey", vkey_of(f"{ORIGIN}/m/{U[0]}", public_bytes(LATER)))(f)),
    ("a member's key with the name of a user's", {1: 315}, lambda f: setting(
        f.add_key(M[5], LATER), "calc vkey", vkey_of(f"{ORIGIN}/c/{M[5]}", public_bytes(LATER)))(f)),
    ("a user's key added twice", {1: 316}, lambda f: (f.add_user(), f.add_user(signers=[U[0]]))),
    ("a user's retired key added again", {1: 317}, lambda f: (f.add_user(), f.retire_user(), f.add_user(signers=TWO))),
    ("a user's key retired twice", {1: 317}, lambda f: (f.add_user(), f.retire_user(), f.retire_user())),
    ("a user's key retired that was never theirs", {1: 316}, lambda f: (f.add_user(), f.retire_user(key=LATER))),
    ("a key retired of a user who was never opened", {1: 315, 4: 315}, lambda f: f.retire_user()),
    # Of what form.
    ("a user's key without a client", unreadable(315), lambda f: f.append(
        "key.added", {"user": U[0]}, {"vkey": member_vkey(U[0])})),
    *((f"a key of a user and {' and '.join(refs)}", unreadable(315), lambda f, refs=refs: f.append(
        "key.added", {"user": U[0]} | refs, {"vkey": member_vkey(U[0])}))
      for refs in ({"member": M[5]}, {"client": CLIENT_1, "member": M[5]})),
    ("a key of a user, a client and a role", unreadable(315), lambda f: f.append(
        "key.added", {"user": U[0], "client": CLIENT_1, "role": "entry"}, {"vkey": member_vkey(U[0])}, signers=[ORIGIN])),
    ("a key of a client without a user", unreadable(315), lambda f: f.append(
        "key.added", {"client": CLIENT_1}, {"vkey": member_vkey(U[0])})),
    ("a key of a member and a client", unreadable(315), lambda f: f.append(
        "key.added", {"member": M[5], "client": CLIENT_1}, {"vkey": member_vkey(M[5], LATER)})),
    ("a user's key retired with the client", unreadable(316), lambda f: (f.add_user(), f.retire_user(client=CLIENT_1))),
    ("a user's key retired with a member", unreadable(316), lambda f: (f.add_user(), f.retire_user(member=M[0]))),
    ("a user's key retired with a note", unreadable(316), lambda f: (f.add_user(), f.retire_user(signers=[U[0]]))),
    *((f"a user {user}", unreadable(315), lambda f, user=user: f.add_user(user))
      for user in ("M-0A1B2C3D", "U-ILOUILOU", "U-0A1B2C3", "U-0A1B2C3D4", "u-0A1B2C3D", "U-0a1b2c3d")),
    ("a contract closed by a user", unreadable(316), lambda f: (f.add_user(), f.append(
        "contract.closed", {"contract": "C-1", "user": U[0]}, {"reason": "finished"}))),
    # Work that their client accepted.
    ("work accepted by the client with a member's note", {4: 29}, lambda f: f.sign(29, M[0])),
    ("work accepted by the client with its worker's note", {4: 315}, lambda f: f.accept(worker=M[0], signers=[M[0]])),
    ("work accepted by the client with the checkpoint key's note", {4: 315}, lambda f: f.accept(signers=[ORIGIN])),
    ("work accepted by the client with the note of another client's user", {4: 316}, lambda f: (
        f.add_user(client=CLIENT_2), f.accept(signers=[U[0]]))),
    ("work accepted by the client with the notes of two of its users", unreadable(317), lambda f: (
        f.add_user(), f.add_user(U[1]), f.accept(signers=U[:2]))),
    ("work accepted by the client with two notes of one user", unreadable(316), lambda f: (
        f.add_user(), f.accept(signers=[U[0], U[0]]))),
    *((f"work accepted by {by} with the note of the client's user", unreadable(316), lambda f, by=by: (
        f.add_user(), f.accept(by=by, signers=[U[0]]))) for by in ("silence", "panel")),
    ("work accepted by a member with the note of the client's user", {4: 316}, lambda f: (
        f.add_user(), f.accept(reviewer=M[0], signers=[U[0]]))),
    ("work accepted by a member with the reviewer's note and a user's", unreadable(316), lambda f: (
        f.add_user(), f.accept(reviewer=M[0], signers=[M[0], U[0]]))),
    ("work accepted with the note of a user's retired key", {1: 317}, lambda f: (
        f.add_user(), f.retire_user(), f.accept(signers=[U[0]]))),
    ("work accepted with the note of a user's key that was never added", {1: 316}, lambda f: (
        f.add_user(), f.accept(signers=[(U[0], LATER)]))),
    ("work accepted with the note of a user's key that the log names for another user", {1: 316}, lambda f: (
        f.add_user(), f.accept(signers=[(U[1], member_key(U[0])[1])]))),
    ("work accepted with the note, with a `log` of another root, of a later key that nobody vouched for", {1: 316}, lambda f: (
        f.add_user(), f.add_user(key=LATER), person(f.accept(signers=[(U[0], LATER)]), 0, log=[317, LOOSE[:-2] + "A="])(f))),
    ("work accepted with a user's note about another entry", {1: 316}, lambda f: (
        f.add_user(), person(f.accept(signers=[U[0]]), 0, sha256="00" * 32)(f))),
    ("work accepted with a user's note whose `log` has another root", {2: 317}, lambda f: (
        f.add_user(), person(f.accept(signers=[U[0]]), 0, log=[316, base64.b64encode(bytes(32)).decode()])(f))),
    ("a nonce that a user's key used before", {1: 317}, lambda f: (f.add_user(), f.accept(signers=[U[0]]), person(
        f.accept(number=2, signers=[U[0]]), 0, nonce=f.people[316][0].nonce)(f))),
    ("a nonce that a user's key used before as a member's", {1: 316}, lambda f: (
        f.add_user(key=FIRST[f"{ORIGIN}/m/{M[0]}"]), person(f.accept(signers=[(U[0], FIRST[f"{ORIGIN}/m/{M[0]}"])]), 0,
                                                           nonce=f.people[305][0].nonce)(f))),
    # And nothing else.
    ("a payout run signed by a user and a member", {4: 317}, lambda f: (
        f.add_user(), f.accept(), f.pay_out(M[5], "1.000000", [U[0], M[0]]))),
    ("a payout run signed by two members and a user", {4: 317}, lambda f: (
        f.add_user(), f.accept(), f.pay_out(M[5], "1.000000", [*TWO, U[0]]))),
    ("a payout run signed by two users", {4: 318}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.accept(), f.pay_out(M[5], "1.000000", U[:2]))),
    ("a member admitted by a member and a user", {4: 316}, lambda f: (f.add_user(), f.append(
        "member.admitted", {"member": "M-00000000"}, signers=[M[0], U[0]]))),
    ("a member.left with the member's own note and a user's", {4: 316}, lambda f: (f.add_user(), f.append(
        "member.left", {"member": M[0]}, signers=[M[0], U[0]]))),
    ("a contract amended for the better, signed by a user of its client", {4: 316}, lambda f: (f.add_user(), f.append(
        "contract.amended", f.fields[274]["refs"], f.terms(274, "C-1"), signers=[U[0]]))),
    ("a member's later key signed by a user and another member", {1: 316}, lambda f: (
        f.add_user(), f.add_key(M[0], STRANGER, [U[0], M[2]]))),
    ("a member's later key signed by two users", {1: 317}, lambda f: (
        f.add_user(), f.add_user(U[1]), f.add_key(M[0], STRANGER, U[:2]))),
    ("a member's later key signed by two others and a user", {4: 316}, lambda f: (
        f.add_user(), f.add_key(M[0], STRANGER, [M[1], M[2], U[0]]))),
    ("a member's later key signed by their own and a user", {4: 316}, lambda f: (
        f.add_user(), f.add_key(M[0], STRANGER, [M[0], U[0]]))),
    ("a role's key signed by a user", {1: 316}, lambda f: (f.add_user(), f.add_role_key(
        "entry", THIRD, SECOND[f"{ORIGIN}/entry"], U[0]))),
    ("a ballot by key signed by a user", {4: 317}, lambda f: (
        f.add_user(), f.open_vote(), f.cast(M[0], how="key"), f.sign(317, U[0]))),
    ("an entry signed by a user's key", {1: 316}, lambda f: (
        f.add_user(), own_signature(f, f.pay_expense(), *member_key(U[0])))),
]:
    case(doc, expected, alter)
USERS = slice(USERS, len(CASES))


@fails(l1=315, l4=316)
def user_by_a_key_of_another_name(f):
    """a user's first key under another's name, which opens the user with their client, and no key: the next is a first one"""
    setting(f.add_user(client=CLIENT_2), "calc vkey", member_vkey(U[1]))(f)
    f.add_user()


# Documents.

def alter_document(index, field, old, new):
    """Changes a document under its old name."""
    def alter(f):
        name = f.fields[index]["calc"][field] + ".json"
        f.documents[name] = f.documents[name].replace(old, new, 1)
    return alter


case("a disclosure whose bytes are not those of its name", {1: 17}, alter_document(17, "document", b"What", b"Want"))
case("openings whose bytes are not those of their name", {1: 251}, alter_document(251, "openings", b"yes", b"no"))
case("a disclosure that says something else than its entry", {1: 17},
     lambda f: f.fields[17]["calc"].update(document=f.fields[274]["calc"]["document"]))
case("a file in documents/ that no entry names and whose name is not its hash", {1: 315},
     lambda f: f.documents.update({"00" * 32 + ".json": b"{}"}))
case("a proposal's document in another entry's place", {1: 17},
     lambda f: f.fields[17]["calc"].update(document=f.fields[161]["calc"]["document"]))


@fails(l1=17)
def disclosure_without_texts(f):
    """a disclosure without the texts"""
    calc = f.fields[17]["calc"]
    del calc["document"]
    calc["document"] = f.document(calc | {"contract": "C-1"})


def disclose(f, **fields):
    """The disclosure of entry 17 with other fields."""
    calc = f.fields[17]["calc"]
    del calc["document"]
    calc["document"] = f.document(calc | {"contract": "C-1", "texts": {}} | fields)


for fields in ({"more": "x"}, {"document": "00" * 32}, {"contract": "C-2"}, {"purpose": "other"}, {"texts": True}):
    case(f"a disclosure with {fields}", {1: 17}, lambda f, fields=fields: disclose(f, **fields))
case("a proposal's document with a boolean outside `book`", {1: 315},
     lambda f: f.open_vote(document=f.document({"book": {"on": True}, "off": False})))


@fails(l1=161)
def document_not_canonical(f):
    """a document with a newline at its end"""
    data = b'{"proposal":"P-1"}\n'
    f.documents[sha(data) + ".json"] = data
    f.fields[161]["calc"]["document"] = sha(data)


# --- Level 2 ------------------------------------------------------------------------------------------------------

def files(change):
    """Alters the files of the export."""
    return lambda f: f.after_files.append(change)


def altered(path, change):
    """Alters one file."""
    return files(lambda all_files: all_files.update({path: change(all_files[path])}))


def flip(place):
    """Flips one bit."""
    return lambda data: data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


def longer_last_entry(data):
    """The length of the last entry one more than its bytes, which are left as they are."""
    first = data.rindex(b'{"at"')
    return data[:first - 2] + (len(data) - first + 1).to_bytes(2, "big") + data[first:]


for doc, expected, alter in [
    ("a hash in a tile", {2: 315}, altered("tile/0/000", flip(32 * 7))),
    ("the hash in the tile of level 1", {2: 315}, altered("tile/1/000.p/1", flip(3))),
    ("a hash tile with bytes to spare", {2: 315}, altered("tile/0/001.p/59", lambda data: data + bytes(32))),
    ("a byte of an entry, the tree left alone", {1: 23, 2: 315, 4: 26}, altered(
        "tile/entries/000", lambda data: data.replace(b"9.400000", b"9.500000", 1))),
    ("a bundle that ends early", {2: 315} | unreadable(314), altered("tile/entries/001.p/59", lambda data: data[:-1])),
    *((f"a bundle that ends {doc} its last entry", {2: 315} | unreadable(314), altered(
        "tile/entries/001.p/59", lambda data, kept=kept: data[:data.rindex(b'{"at"') - 2 + kept]))
      for doc, kept in (("inside the length of", 1), ("between the length and the bytes of", 2), ("inside", 99))),
    ("a bundle whose last length is a byte more than there is", {2: 315} | unreadable(314), altered(
        "tile/entries/001.p/59", longer_last_entry)),
    ("an entry of no bytes, the tree built over it", unreadable(314), note_after(314, lambda note: b"")),
    ("an entry of no bytes, the tree built over it, of whose length one byte is there", {2: 315} | unreadable(314),
     lambda f: (note_after(314, lambda note: b"")(f), altered("tile/entries/001.p/59", lambda data: data[:-1])(f))),
    ("a bundle with the first byte of another length", {2: 315} | unreadable(315), altered(
        "tile/entries/001.p/59", lambda data: data + b"\0")),
    ("a bundle without its last entry, a part", {2: 315, 3: 315}, altered(
        "tile/entries/001.p/59", lambda data: data[:data.rindex(b'{"at"') - 2])),
    ("a bundle with bytes to spare", {2: 315} | unreadable(315), altered(
        "tile/entries/001.p/59", lambda data: data + b"\0\0")),
    ("the checkpoint's signature with a bit changed", {2: 315}, altered("checkpoint", flip_signature)),
    ("a checkpoint with an extension line", {2: 315}, lambda f: setattr(f, "extra_lines", "more\n")),
    ("a checkpoint by the retired key", {2: 315}, lambda f: setattr(f, "checkpoint_keys", [FIRST[ORIGIN]])),
    ("a checkpoint by a key the log does not name", {2: 315}, lambda f: setattr(f, "checkpoint_keys", [STRANGER])),
    ("a second line of a known key that does not hold", {2: 315}, altered(
        "checkpoint", lambda data: data + flip_signature(data).split(b"\n\n")[1])),
    *((f"a stranger's line under the checkpoint, {doc}", {2: 315}, altered(
        "checkpoint", lambda data, line=line: data + f"{line}\n".encode())) for doc, line in (
        ("of three bytes", "— stranger AAAA"), ("of four bytes", "— stranger AAAAAA=="), ("of nothing", "— stranger "),
        ("with a control character", "— stran\x01ger AAAAAAA="), ("with another", "— stran\x7fger AAAAAAA="),
        ("with white space", "— stran\u2003ger AAAAAAA="), ("with a plus sign", "— stran+ger AAAAAAA="),
        ("without a name", "—  AAAAAAA="), ("with a hyphen", "- stranger AAAAAAA="), ("not canonical", "— stranger AAAAAAB="))),
    ("a signer's `log` with another root", {2: 315}, person(305, 0, log=[305, base64.b64encode(bytes(32)).decode()])),
    ("a checkpoint signed over another root", {2: 315}, files(lambda all_files: all_files.update(checkpoint=note_of(
        f"{ORIGIN}\n315\n{base64.b64encode(bytes(32)).decode()}\n", (ORIGIN, SECOND[ORIGIN]))))),
    ("a checkpoint whose size begins with a zero", {2: 315}, altered("checkpoint", lambda data: note_of(
        data.decode().split("\n\n")[0].replace("\n315", "\n0315") + "\n", (ORIGIN, SECOND[ORIGIN])))),
    ("a checkpoint of another origin", {2: 315}, altered("checkpoint", lambda data: note_of(
        data.decode().split("\n\n")[0].replace("example", "demo", 1) + "\n", (ORIGIN, SECOND[ORIGIN])))),
]:
    case(doc, expected, alter)


# --- Level 3 ------------------------------------------------------------------------------------------------------

def fill(f, more=0):
    """Deposits that bring the bank's balance to the last millionth of an i64, and so many more."""
    rest = 2**63 - 1 + more - 1413590000
    for number in range(10):
        f.append("deposit.received", {"contract": "C-1", "deposit": uuid7(number)}, EVIDENCE, two_lines(
            "Assets:Bank", "Liabilities:Escrow:C-1", amount_text(min(rest, 10**18 - 1))))
        rest -= min(rest, 10**18 - 1)


def fill_escrow(f, more=0):
    """The same for what is owed to a client, to which the bank pays out a little before."""
    f.pay_expense("1000.000000")
    fill(f, 1 + 1413590000 - 988800000 + more)


case("a balance of 2^63 millionths", {3: 324}, lambda f: fill(f, 1))
case("a balance of a millionth less than -2^63", {3: 325}, lambda f: fill_escrow(f, 1))


def sizes(size):
    """Both parts of the trial balance at another size."""
    return lambda f: [f.fields[index]["calc"].update(size=size) for index in (313, 314)]


for doc, expected, alter in [
    ("lines that do not sum to zero", {3: 305, 4: 305}, setting(305, ["lines", 0, 2], "-31.400000")),
    ("an expense beyond what the bank holds", {3: 315}, lambda f: f.pay_expense("5000.000000")),
    ("a return of more than the escrow", {3: 315}, lambda f: f.append(
        "deposit.returned", {"contract": "C-2", "deposit": DEPOSIT_2}, EVIDENCE,
        two_lines("Liabilities:Escrow:C-2", "Assets:Bank", "32.000000"), TWO)),
    ("more spent than the fund holds", {3: 315}, lambda f: f.spend_fund("Assets:Bank", "2.000000")),
    ("a correction that takes back what was paid out", {3: 315}, lambda f: f.correct(
        27, two_lines(earned(M[10]), "Liabilities:Escrow:C-1", "70.000000"))),
    ("a trial balance with another amount", {3: 313}, setting(313, ["calc", "balances", 0, 2], "91.000000")),
    ("a trial balance without a row of the first part", {3: 313}, lambda f: f.fields[313]["calc"]["balances"].pop(3)),
    ("a trial balance without its last row", {3: 314}, lambda f: f.fields[314]["calc"]["balances"].pop()),
    ("a trial balance at another size", {3: 313}, sizes(305)),
    ("a trial balance beyond its own index", {3: 313}, sizes(314)),
    ("parts of two sizes", {3: 314}, setting(314, "calc size", 312)),
    ("the first part twice", {3: 314}, lambda f: f.fields[314].update(
        refs={"period": uuid7(1)}, calc=f.fields[314]["calc"] | {"part": [1, 2]})),
    ("another entry between the parts", {3: 314}, lambda f: (f.cut(314), f.append(
        "contract.closed", {"contract": "C-1"}, {"reason": "finished"}))),
    ("a log that ends inside parts", {3: 314}, lambda f: f.cut(314)),
]:
    case(doc, expected, alter)


# --- Level 4 ------------------------------------------------------------------------------------------------------

for doc, expected, alter in [
    ("an unknown kind", {4: 315}, lambda f: f.append("fx.converted", {"contract": "C-1"}, {"rate": "1.1"})),
    ("an unknown kind with a rule and a note", {4: 315}, lambda f: f.append(
        "fx.converted", {}, signers=[M[0]], rule=175)),
    ("an unknown kind with a note that does not hold", {1: 315, 4: 315}, lambda f: person(
        f.append("fx.converted", {}, signers=[M[0]]), 0, does="fund.spent")(f)),
    ("an unknown kind whose lines do not sum to zero", {3: 315, 4: 315}, lambda f: f.append(
        "fx.converted", {}, None, [("Assets:Bank", "USD", "1.000000")])),
    ("an entry recorded before the one before it", {4: 120}, lambda f: f.fields[120].update(at=f.fields[118]["at"])),
    ("something else at index 1", {4: 1}, lambda f: f.fields.__setitem__(
        1, f.fields[2] | {"refs": {"member": "M-00000000"}, "at": f.fields[1]["at"]})),
    ("a currency that the book does not have", {4: 315}, lambda f: f.append(
        "deposit.received", {"contract": "C-1", "deposit": uuid7(1)}, EVIDENCE,
        two_lines("Assets:Bank", "Liabilities:Escrow:C-1", "1.000000", "GBP"))),
    # Work.
    ("work by the first book though it was claimed under the second", {4: 182}, setting(182, "rule", 1)),
    ("work claimed under the new price and paid at the old one", {4: 315}, lambda f: f.accept(price="9.400000")),
    ("claimed_size beyond the entry's own index", {4: 315}, lambda f: f.accept(size=316)),
    ("claimed_size not above the batch's index", {4: 315}, lambda f: f.accept(size=23, price="9.400000", rule=1)),
    ("a batch_index that is not where the batch was opened", {4: 315}, lambda f: f.accept(index=122)),
    ("a claim accepted twice", {4: 316}, lambda f: (f.accept(), f.accept(
        worker=M[6], task="00000000-0000-4000-9000-000000000002"))),
    ("two acceptances of a task of one copy", {4: 316}, lambda f: (f.accept(), f.accept(
        worker=M[6], number=2, task="00000000-0000-4000-9000-000000000001"))),
    ("work reviewed by its worker", {4: 315}, lambda f: f.accept(reviewer=M[5])),
    ("a reviewer who has left", {4: 315}, lambda f: f.accept(reviewer=M[4])),
    ("a worker who had left when it was claimed", {4: 315}, lambda f: f.accept(worker=M[10])),
    ("a worker who was no member when it was claimed", {4: 315}, lambda f: f.accept(worker=M[11], size=160, rule=1)),
    ("a worker nobody admitted", {4: 315}, lambda f: f.accept(worker="M-00000000")),
    ("work claimed after its contract was closed", {4: 315}, lambda f: f.accept(
        batch=B2, contract="C-2", price="0.900000", index=24)),
    ("a task that changes its batch", {4: 315}, lambda f: f.accept(task=f.fields[66]["refs"]["task"])),
    ("work on a batch of another contract", {3: 315, 4: 315}, lambda f: f.accept(contract="C-3")),
    ("a claim rejected in another batch than its own", {4: 315}, lambda f: f.append(
        "work.rejected", {"contract": "C-2", "batch": B2, "claim": f.fields[26]["refs"]["claim"]},
        {"reason": "late", "clause": "4.2"})),
    ("one millionth of a split moved from the reserve to operations", {3: 313, 4: 26}, lambda f: (
        setting(26, ["lines", 0, 2], "-0.657999")(f), setting(26, ["lines", 1, 2], "-0.658001")(f))),
    ("the reviewer's share paid to the worker though a member reviewed", {3: 289, 4: 26}, lambda f: (
        f.fields[26]["lines"].pop(), setting(26, ["lines", 4, 2], "-7.802000")(f))),
    # Batches.
    ("a batch one cent under its least price", {4: 315}, lambda f: f.open_batch(price="7.490000")),
    ("a batch of level 3 under its least price with the premium", {4: 315}, lambda f: f.open_batch(
        price="9.370000", level=3)),
    ("a batch by a book no longer in force", {4: 315}, lambda f: f.open_batch(rule=1)),
    ("a batch under the highest hazard level of its contract", {4: 315}, lambda f: f.open_batch(contract="C-3")),
    ("a batch of a closed contract", {4: 315}, lambda f: f.open_batch(contract="C-2", level=3, price="20.000000")),
    ("a batch in a currency that is not in the book", {4: 315}, lambda f: f.open_batch(currency="GBP")),
    ("a batch whose id is not new", {4: 315}, lambda f: f.open_batch(batch=B1)),
    ("a batch of a contract that does not exist", {4: 315}, lambda f: f.open_batch(contract="C-9")),
    ("a batch repriced under the floor", {4: 315}, lambda f: f.reprice("7.490000")),
    ("a batch repriced by a book no longer in force", {4: 315}, lambda f: f.reprice(rule=1)),
    ("a batch of a closed contract repriced", {4: 315}, lambda f: f.reprice(contract="C-2", batch=B2)),
    # What is opened and left.
    ("a member admitted again under the same id", {4: 315}, lambda f: f.append(
        "member.admitted", {"member": M[4]}, signers=TWO)),
    ("a contract listed again", {4: 315}, lambda f: f.append(
        "contract.listed", f.fields[17]["refs"], f.fields[17]["calc"])),
    ("a contract amended to another client", {4: 315}, lambda f: f.append(
        "contract.amended", {"contract": "C-1", "client": f.fields[18]["refs"]["client"]}, f.fields[274]["calc"])),
    ("a contract closed twice", {4: 315}, lambda f: f.append(
        "contract.closed", {"contract": "C-2"}, {"reason": "finished"})),
    ("a member who leaves twice", {4: 315}, lambda f: f.append("member.left", {"member": M[4]}, signers=TWO)),
    ("a deposit whose id is not new", {4: 315}, lambda f: f.append(
        "deposit.received", f.fields[20]["refs"], EVIDENCE, f.fields[20]["lines"])),
    ("a deposit that goes to another contract's escrow", {4: 315}, lambda f: f.append(
        "deposit.received", {"contract": "C-1", "deposit": uuid7(1)}, EVIDENCE,
        two_lines("Assets:Bank", "Liabilities:Escrow:C-3", "1.000000"))),
    ("a return that names a deposit of another contract", {4: 315}, lambda f: f.append(
        "deposit.returned", {"contract": "C-1", "deposit": DEPOSIT_2}, EVIDENCE,
        two_lines("Liabilities:Escrow:C-1", "Assets:Bank", "1.000000"), TWO)),
    ("a period whose id is not new", {4: 315}, lambda f: f.append(
        "period.closed", f.fields[313]["refs"], {"part": [1, 1], "size": 0, "balances": []})),
    # Expenses, funds, corrections.
    ("an expense on two accounts", {4: 315}, lambda f: f.append(
        "expense.paid", {"expense": uuid7(1)}, EVIDENCE, [("Assets:Bank", "USD", "-2.000000"),
        ("Expenses:Hosting", "USD", "1.000000"), ("Expenses:Rent", "USD", "1.000000")], TWO)),
    ("an expense that pays the bank", {4: 315}, lambda f: f.append(
        "expense.paid", {"expense": uuid7(1)}, EVIDENCE,
        two_lines("Assets:Bank", "Expenses:Hosting", "1.000000"), TWO)),
    ("an expense that goes to a member", {4: 315}, lambda f: f.append(
        "expense.paid", {"expense": uuid7(1)}, EVIDENCE, two_lines("Expenses:Hosting", earned(M[0]), "1.000000"), TWO)),
    ("a fund spent to another member than it names", {4: 315}, lambda f: f.spend_fund(earned(M[0]), member=M[2])),
    ("another fund than the one named", {4: 315}, lambda f: f.spend_fund("Assets:Bank", fund="Wellbeing")),
    ("a correction of another account", {4: 315}, lambda f: f.correct(
        305, two_lines("Expenses:Hosting", "Income:Operations", "1.000000"))),
    ("a correction in another unit", {4: 315}, lambda f: f.correct(
        305, two_lines("Expenses:Hosting", "Assets:Bank", "1.000000", "EUR"))),
    ("a correction of a payout", {4: 315}, lambda f: f.correct(
        295, two_lines("Liabilities:Transit:Sepa", "Assets:Bank", "1.000000"))),
    ("a correction of a correction", {4: 315}, lambda f: f.correct(
        309, two_lines("Expenses:Hosting", "Assets:Bank", "1.000000"))),
    ("a correction of an entry without lines", {4: 315}, lambda f: f.correct(
        310, two_lines("Expenses:Hosting", "Assets:Bank", "1.000000"))),
    ("a correction without the refs of what it corrects", {4: 315}, lambda f: f.correct(
        305, two_lines("Expenses:Hosting", "Assets:Bank", "1.000000"), {})),
    ("a correction of itself", {4: 315}, lambda f: f.correct(
        315, two_lines("Expenses:Hosting", "Assets:Bank", "1.000000"), f.fields[305]["refs"])),
    # Two people.
    ("an expense signed by one", {4: 315}, lambda f: f.pay_expense(signers=[M[0]])),
    ("an expense signed twice by one", {4: 315}, lambda f: f.pay_expense(signers=[M[0], M[0]])),
    ("an expense signed by one who has left", {4: 315}, lambda f: f.pay_expense(signers=[M[0], M[4]])),
    ("an expense signed by two and the checkpoint key", {4: 315}, lambda f: f.pay_expense(signers=[*TWO, ORIGIN])),
    ("an expense signed by two and one who has left", {4: 315}, lambda f: f.pay_expense(signers=[*TWO, M[4]])),
    ("a member admitted by one", {4: 315}, lambda f: f.append(
        "member.admitted", {"member": "M-00000000"}, signers=[M[0]])),
    ("a member admitted by nobody though two have keys, if only for four hours", {4: 166}, lambda f: f.sign(166)),
    ("a member.left signed by one other", {4: 315}, lambda f: f.append(
        "member.left", {"member": M[5]}, signers=[M[0]])),
    ("a contract amended to a lower highest level, signed by nobody", {4: 315}, lambda f: f.append(
        "contract.amended", f.fields[19]["refs"], f.terms(19, "C-3", hazards=[]))),
    ("a contract amended for the better, signed by one", {4: 315}, lambda f: f.append(
        "contract.amended", f.fields[274]["refs"], f.terms(274, "C-1"), signers=[M[0]])),
    *((f"entry {index} signed by nobody", {4: index}, lambda f, index=index: f.sign(index))
      for index in (282, 305, 306, 308, 309)),
    # Payouts.
    *((f"a payout run with {calc}", {4: at}, lambda f, calc=calc: f.fields[282]["calc"].update(calc)) for calc, at in (
        ({"total": "904.760000"}, 293), ({"lines_sha256": "00" * 32}, 293), ({"count": 12}, 294), ({"count": 10}, 292),
        ({"step": "0.005000"}, 282), ({"step": "1.000000"}, 283), ({"currency": "EUR"}, 283),
        ({"currency": "GBP"}, 282), ({"rail": "Mpesa-KE"}, 283))),
    ("a log that ends inside a payout run", {4: 290}, lambda f: f.cut(290)),
    ("payout lines in another order", {4: 284}, lambda f: f.fields.__setitem__(slice(283, 285), f.fields[284:282:-1])),
    ("a line sent with another amount than its calc says", {4: 283}, setting(283, "calc amount", "60.370000")),
    ("a payout sent outside of a run", {4: 315}, lambda f: f.append(
        "payout.sent", {"payout": "O-1", "member": M[2]}, {"amount": "1.000000"},
        two_lines(earned(M[2]), "Liabilities:Transit:Sepa", "1.000000"))),
    *((doc, {4: 315}, lambda f, index=index, amount=amount, refs=refs: f.append(
        "payout.settled", f.fields[index]["refs"] | refs, {"amount": amount} | EVIDENCE,
        two_lines("Liabilities:Transit:Sepa", "Assets:Bank", amount))) for doc, index, amount, refs in (
        ("a payout settled twice", 295, "79.250000", {}), ("a payout settled after it failed", 303, "0.140000", {}),
        ("a payout settled with another amount", 293, "80.000000", {}),
        ("a payout settled for a member to whom none was sent", 293, "80.140000", {"member": M[11]}))),
    ("a fee that is not what the lines say", {4: 294}, setting(294, "calc fee", "0.300000")),
    ("a payout that fails twice", {4: 315}, lambda f: f.append(
        "payout.failed", f.fields[304]["refs"], f.fields[304]["calc"], f.fields[304]["lines"])),
]:
    case(doc, expected, alter)


@fails(l3=292, l4=68)
def same_worker_twice(f):
    """two copies of a task by one worker"""
    f.fields[68]["refs"]["worker"] = M[1]
    f.fields[68]["lines"][5][0] = earned(M[1])
    f.fields[68]["lines"].sort()


@fails(l4=182)
def claim_under_new_floor(f):
    """work claimed after a new book under its least price"""
    for book in (f.fields[161]["calc"]["change"]["calc"]["book"], f.fields[175]["calc"]["book"]):
        book["floor"] = {"general": {"EUR": "7.500000", "USD": "11.000000"}}


@fails(l4=316)
def claim_under_new_level(f):
    """work claimed in a batch whose level an amendment left behind"""
    f.append("contract.amended", f.fields[274]["refs"], f.terms(274, "C-1", hazards=[["s3", "text", 3, 10000]]))
    f.accept()


@fails(l4=316)
def two_people_new_key(f):
    """an expense signed with a key that is not yet 72 hours old"""
    f.add_key(M[5])
    f.pay_expense(signers=(M[0], M[5]))
    f.fields[316]["at"] = "2026-01-25T19:44:04Z"


@fails(l4=304)
def failed_from_transit(f):
    """a payout sent back after settling, taken out of transit"""
    f.fields[304]["lines"] = [[earned(M[10]), "USD", "-60.380000"], ["Liabilities:Transit:Sepa", "USD", "60.380000"]]
    for part, row, change in (313, 1, -60380000), (314, -1, 60380000):
        line = f.fields[part]["calc"]["balances"][row]
        line[2] = amount_text(verify.millionths(line[2]) + change)


# Votes.

PRICE = {"kind": "batch.repriced", "refs": {"batch": B1, "contract": "C-1", "proposal": "P-5"},
         "calc": {"price": "11.000000"}}
SPLIT = {"kind": "rule.enacted", "refs": {"proposal": "P-5"},
         "calc": {"book": {"split": {"operations": 500, "reserve": 800}}}}


def opening(index, place, value):
    """Changes one opening of a tally."""
    def alter(f):
        openings = json.loads(f.documents[f.fields[index]["calc"]["openings"] + ".json"])
        openings[place] = value(openings[place])
        f.fields[index]["calc"]["openings"] = f.document(openings)
    return alter


for doc, at, vote in [
    ("a roll of another size", 315, {"roll_size": 11}), ("a roll of another hash", 315, {"roll_sha256": "00" * 32}),
    ("a roll with those who have left", 315, {"roll": sorted(M)}),
    ("another quorum than the book's", 315, {"quorum": [1, 4]}),
    ("another majority than the book's", 315, {"majority": ["least", 1, 2]}),
    ("a proposal that opens before it is recorded", 315, {"opens": "2026-01-22T19:44:04Z"}),
    ("a proposal that closes a second too early", 315, {"closes": "2026-01-24T19:44:04Z"}),
    ("a change of price by an ordinary proposal", 315, {"change": PRICE}),
    ("a change of the book by a vote about prices", 315, {"kind": "price-ask", "change": SPLIT}),
    ("a proposal whose id is not new", 315, {"number": 4}),
    ("a change that names another proposal", 315, {"kind": "price-ask", "number": 6, "change": PRICE}),
]:
    case(doc, {4: at}, lambda f, vote=vote: f.open_vote(**vote))
for doc, at, alter in [
    ("a proposal of a kind the book does not have", 315, lambda f: setting(f.open_vote(), "calc kind", "weather")(f)),
    ("another number cast", 174, setting(174, "calc cast", 9)),
    ("another number eligible", 174, setting(174, "calc eligible", 12)),
    ("another number by a new key", 174, setting(174, "calc by_new_key", 0)),
    ("a ballot by key counted as one by session", 174, lambda f: f.fields[174]["calc"].update(by_key=3, by_session=5)),
    ("counts that the openings do not show", 174, setting(174, "calc counts", {"abstain": 0, "no": 1, "yes": 6})),
    ("counts and unopened that are not those cast", 174, setting(174, "calc unopened", 2)),
    ("another result", 174, setting(174, "calc result", "rejected")),
    ("a result where the unopened could change it", 281, setting(281, "calc result", "rejected")),
    ("a result where there was no quorum", 236, setting(236, "calc result", "passed")),
    ("a tally before closing", 236, setting(236, "at", "2026-01-12T13:52:34Z")),
    ("a tally with a ballot unopened, not 48 hours after closing", 174, setting(174, "at", "2026-01-10T11:02:19Z")),
    ("a ballot before the vote opens", 162, setting(162, "at", "2026-01-05T11:02:19Z")),
    ("a ballot at the moment of closing", 173, setting(173, "at", "2026-01-08T11:02:20Z")),
    ("a ballot of one admitted after the proposal", 173, setting(173, "refs member", M[11])),
    ("an opening with another choice", 174, opening(174, 0, lambda one: [one[0], "no", one[2]])),
    ("an opening with another salt", 174, opening(174, 0, lambda one: [one[0], one[1], "00" * 32])),
    ("an opening of a ballot that is not the member's last", 174, opening(174, 0, lambda one: [162] + one[1:])),
    ("an opening of no choice", 174, opening(174, 0, lambda one: [one[0], "maybe", one[2]])),
    ("openings that do not ascend", 251, lambda f: f.fields[251]["calc"].update(openings=f.document(
        json.loads(f.documents[f.fields[251]["calc"]["openings"] + ".json"])[::-1]))),
    ("a proposal closed twice", 315, lambda f: f.append(
        "proposal.closed", f.fields[174]["refs"], f.fields[174]["calc"])),
    ("a ballot by session after one by key", 317, lambda f: (f.open_vote(), f.cast(M[0], how="key"), f.cast(M[0]))),
    ("a second ballot by key whose `log` is not larger", 317, lambda f: (
        f.open_vote(), f.cast(M[0], how="key"), f.cast(M[0], how="key", size=316))),
    ("a ballot of one who has left since the proposal was opened", 317, lambda f: (
        f.open_vote(), f.append("member.left", {"member": M[5]}, signers=TWO), f.cast(M[5]))),
    ("a ballot on a proposal that does not exist", 315, lambda f: f.cast(M[5])),
    ("another price than the one that passed", 322, lambda f: (
        f.pass_vote("price-ask", PRICE), f.reprice("11.500000", proposal="P-5"))),
    ("a change enacted twice", 323, lambda f: (
        f.pass_vote("price-ask", PRICE), f.reprice(proposal="P-5"), f.reprice(proposal="P-5"))),
    ("a price by a proposal that did not pass", 315, lambda f: f.reprice(proposal="P-2")),
    ("a price by a proposal that is still open", 316, lambda f: (
        f.open_vote(kind="price-ask", change=PRICE), f.reprice(proposal="P-5"))),
    ("another book than the one in force with the change merged in", 322, lambda f: (
        f.pass_vote("rules", SPLIT), enact_split(f, operations=400, reserve=900))),
    ("a book by a proposal about a price", 322, lambda f: (f.pass_vote("price-ask", PRICE), enact_split(f))),
    ("a vote of abstentions only that is said to pass", 321, lambda f: (
        f.open_vote(), f.close_vote([f.cast(member, "abstain") for member in M[5:10]], 5))),
    ("half of yes + no where more than half is asked", 321, lambda f: (f.open_vote(), f.close_vote(
        [f.cast(*one) for one in zip(M[5:10], "yes yes no no abstain".split())], 5))),
]:
    case(doc, {4: at}, alter)


def enact_split(f, **split):
    """The book in force with another split, by proposal P-5."""
    book = copy.deepcopy(f.fields[175]["calc"]["book"])
    book["split"].update(split)
    return f.append("rule.enacted", {"proposal": "P-5"}, {"book": book})


# What members read of a proposal: documents that have `act`.

SAYS = {"title": "A title", "text": "What and why", "language": "en", "enacts": "2026-03-01T00:00:00Z"}
SAYS_PRICE = SAYS | {"act": "price-ask", "kind": "price-ask",
                     "about": PRICE["calc"] | {"batch": B1, "contract": "C-1", "currency": "USD"}}
SAYS_SPLIT = SAYS | {"act": "rules", "kind": "rules", "about": SPLIT["calc"]}
SAYS_TEXT = SAYS | {"act": "text", "kind": "ordinary", "about": {}}


def without(value, name):
    """An object without one field."""
    return {other: inner for other, inner in value.items() if other != name}


for doc, kind, change, says in [
    *((f"a change of price whose document says another {name}", "price-ask", PRICE,
       SAYS_PRICE | {"about": SAYS_PRICE["about"] | {name: value}})
      for name, value in (("price", "11.500000"), ("batch", B2), ("contract", "C-2"))),
    *((f"a change of price whose document says no {name}", "price-ask", PRICE,
       SAYS_PRICE | {"about": without(SAYS_PRICE["about"], name)}) for name in ("price", "batch", "contract")),
    ("a change of price whose document says another price, and as a number", "price-ask", PRICE,
     SAYS_PRICE | {"about": SAYS_PRICE["about"] | {"price": 11}}),
    ("a change of price whose document says nothing of a price", "price-ask", PRICE, SAYS_PRICE | {"act": "text"}),
    ("no change though the document says a price", "price-ask", None, SAYS_PRICE),
    ("a change of the book whose document says another", "rules", SPLIT,
     SAYS_SPLIT | {"about": {"book": {"split": {"operations": 600, "reserve": 700}}}}),
    ("a change of the book whose document says a part of it", "rules", SPLIT,
     SAYS_SPLIT | {"about": {"book": {"split": {"operations": 500}}}}),
    ("a change of the book whose document says more", "rules", SPLIT,
     SAYS_SPLIT | {"about": {"book": SPLIT["calc"]["book"] | {"review": {}}}}),
    ("a change of the book whose document says a boolean for a number", "rules",
     SPLIT | {"calc": {"book": {"review": {"client_may": 1}}}}, SAYS_SPLIT | {"about": {"book": {"review": {"client_may": True}}}}),
    ("a change of the book whose document has it elsewhere", "rules", SPLIT, SAYS_SPLIT | {"about": SPLIT["calc"]["book"]}),
    *((f"a change of the book whose document is about {act}", "rules", SPLIT, SAYS_SPLIT | {"act": act})
      for act in ("price-ask", "mandate", "text", "Rules")),
    ("no change though the document says one of the book", "rules", None, SAYS_SPLIT),
    ("a document of another kind of proposal", "ordinary", None, SAYS_TEXT | {"kind": "rules"}),
    ("a document with the kind of its entry's line", "ordinary", None, SAYS_TEXT | {"kind": "proposal.opened"}),
    *((f"a document that has `act` and no {name}", "ordinary", None, without(SAYS_TEXT, name))
      for name in ("kind", "title", "text", "language", "enacts", "about")),
    *((f"a document that has `act` and another form of {name}", "ordinary", None, SAYS_TEXT | {name: value}) for name, value in (
        ("act", ["text"]), ("act", 1), ("title", 1), ("text", {"en": "Why"}), ("language", ["en"]), ("about", []), ("about", "it"),
        ("enacts", "2026-03-01"), ("enacts", "2026-02-30T00:00:00Z"), ("enacts", 1))),
]:
    case(doc, {4: 315}, lambda f, kind=kind, change=change, says=says: f.open_vote(kind=kind, change=change, says=says))
case("a change of price that its document says and the kind may not make", {4: 315}, lambda f: f.open_vote(
    change=PRICE, says=SAYS_PRICE | {"kind": "ordinary"}))


def enact_at(at, says=SAYS_SPLIT):
    """The split that passed, enacted at a time."""
    def alter(f):
        f.pass_vote("rules", SPLIT, says=says)
        f.fields[enact_split(f, operations=500, reserve=800)]["at"] = at
    return alter


case("a book enacted a second before its document says", {4: 322}, enact_at("2026-02-28T23:59:59Z"))


def voted(*prices):
    """Prices of one batch in this order: (price, number of the proposal that gave it, or None)."""
    def alter(f):
        for price, number in prices:
            by = {"proposal": f"P-{number}"} if number else {}
            if number:
                f.pass_vote("price-ask", {"kind": "batch.repriced", "calc": {"price": price},
                                          "refs": {"batch": B1, "contract": "C-1"} | by}, number)
            f.reprice(price, **by)
    return alter


for doc, at, prices in [
    ("a price a cent under the one that a vote gave", 323, [("11.000000", 5), ("10.990000", None)]),
    ("a price a millionth under the one that a vote gave", 323, [("11.000000", 5), ("10.999999", None)]),
    ("a price raised and then lowered under a vote's", 324, [("11.000000", 5), ("12.000000", None), ("10.990000", None)]),
    ("a price under the second of two votes'", 331, [("11.000000", 5), ("12.000000", 6), ("11.500000", None)]),
    ("a price under the first of two votes'", 331, [("12.000000", 5), ("11.000000", 6), ("11.500000", None)]),
]:
    case(doc, {4: at}, voted(*prices))


# --- What must hold -----------------------------------------------------------------------------------------------

@holds
def passed_price(f):
    """a price that a vote passed, and work claimed at it"""
    f.pass_vote("price-ask", PRICE)
    f.reprice(proposal="P-5")
    f.accept(price="11.000000", reviewer=M[0])
    f.sign(323, M[0])


@holds
def passed_book(f):
    """a book that a vote passed, and work claimed before and after"""
    f.pass_vote("rules", SPLIT)
    enact_split(f, operations=500, reserve=800)
    f.accept(size=321)
    f.accept(number=2, rule=322)
    lines = {line[0]: line for line in f.fields[324]["lines"]}
    lines["Equity:Reserve"][2], lines["Income:Operations"][2] = "-0.800000", "-0.500000"


@holds
def said_price(f):
    """a price that a vote passed whose document has `act`, given before the time that this says for a book"""
    f.pass_vote("price-ask", PRICE, says=SAYS_PRICE | {"more": 1, "about": SAYS_PRICE["about"] | {"proposal": "P-4"}})
    f.reprice(proposal="P-5")
    f.accept(price="11.000000", reviewer=M[0])


@holds
def said_book(f):
    """a book enacted at the second that the document says"""
    enact_at("2026-03-01T00:00:00Z")(f)


@holds
def unsaid_book(f):
    """a book enacted before the time in a document without `act`, which says something else"""
    enact_at("2026-02-28T23:59:59Z", without(SAYS_SPLIT, "act") | {"about": {"book": {}}})(f)


@holds
def said_nothing(f):
    """proposals without a change: whatever else `act` says, and documents that are no objects"""
    for number, act in enumerate(("contract-take", "contract-end", "mandate", "recall", "exclusion", "text"), 5):
        f.open_vote(number, says=SAYS_TEXT | {"act": act})
    f.open_vote(20, says=["act"])
    f.open_vote(21, says="act")


@holds
def raised_after_a_vote(f):
    """a price that a vote gave, raised without one and lowered to exactly it; another batch's under it; a vote that lowers it"""
    voted(("11.000000", 5), ("12.000000", None), ("11.000000", None))(f)
    f.open_batch()
    f.reprice("8.000000", batch=uuid7(1))
    voted(("10.000000", 6))(f)


@holds
def self_signed_entry_key(f):
    """an entry key that signs the entry that adds it, before the other is retired and after it was lost, and goes on"""
    f.entry_keys[243] = SECOND[f"{ORIGIN}/entry"]
    index = f.add_role_key("entry", THIRD, THIRD, ORIGIN)
    f.pay_expense()
    f.entry_keys[index + 1] = THIRD


@holds
def abstentions(f):
    """a vote of abstentions only is rejected"""
    f.open_vote()
    f.close_vote([f.cast(member, "abstain") for member in M[5:10]], 5, result="rejected")


@holds
def second_contract(f):
    """a second contract of the same client, a batch just at its least price, a client with a deposit's id"""
    f.append("contract.listed", {"contract": "C-5", "client": CLIENT_1}, f.terms(17, "C-5"))
    f.open_batch(contract="C-5", price="7.500000")
    f.append("contract.listed", {"contract": "C-6", "client": DEPOSIT_2}, f.terms(17, "C-6", notice_days=3660))


@holds
def lowered_level(f):
    """a highest level lowered by two people"""
    f.append("contract.amended", f.fields[19]["refs"], f.terms(19, "C-3", hazards=[]), signers=TWO)


@holds
def new_price_by_the_server(f):
    """a lower price without a proposal, and a claim rejected before it is accepted"""
    f.reprice("7.500000")
    f.append("work.rejected", {"contract": "C-1", "batch": B1, "claim": "00000000-0000-4000-8000-000000000001"},
             {"reason": "late", "clause": "4.2"})
    f.accept(price="7.500000")


@holds
def late_key(f):
    """a key exactly 72 hours old signs as one of two, and a note's `log` of exactly 7 days"""
    f.add_key(M[5])
    f.pay_expense(signers=(M[0], M[5]))
    f.fields[316]["at"] = "2026-01-25T19:44:05Z"
    f.append("contract.closed", {"contract": "C-1"}, {"reason": "finished"})
    f.pay_expense(number=2)
    f.fields[318]["at"] = "2026-01-29T19:44:05Z"
    f.sign(318, *TWO, size=315)


@holds
def own_leave(f):
    """members who leave with the own key, one of the same day beside another's note; a later key by two others, and by an own key of
    the same day"""
    f.add_key(M[3], private_key("third"), TWO)
    f.append("member.left", {"member": M[1]}, signers=(M[1],))
    f.add_key(M[5])
    f.add_key(M[5], private_key("fourth"), [M[5]])
    f.append("member.left", {"member": M[5]}, signers=(M[5], M[0]))


@holds
def admitted_by_new_keys(f):
    """a member admitted by two, one with a key of the same day"""
    f.add_key(M[5])
    f.append("member.admitted", {"member": "M-00000000"}, signers=(M[0], M[5]))


@holds
def users(f):
    """users of a client accept work by keys of the same day, also of the client's next contract; their later keys by their own, alone
    or beside a member's of the same day, and by two members, beside their own or after all were retired"""
    f.add_user()
    f.add_user(U[1])
    f.accept(signers=[U[0]])
    f.accept(number=2, signers=[U[1]])
    f.append("contract.listed", {"contract": "C-5", "client": CLIENT_1}, f.terms(17, "C-5"))
    f.append("deposit.received", {"contract": "C-5", "deposit": uuid7(9)}, EVIDENCE, two_lines(
        "Assets:Bank", "Liabilities:Escrow:C-5", "10.000000"))
    index = f.open_batch(contract="C-5", price="10.000000")
    f.accept(number=3, contract="C-5", batch=uuid7(1), index=index, signers=[U[0]])
    f.add_user(key=LATER, signers=[U[0]])
    f.accept(number=4, signers=[(U[0], LATER)])
    f.add_key(M[5])
    f.add_user(key=private_key("third"), signers=[(U[0], LATER), M[5]])
    f.add_user(key=private_key("fourth"), signers=[*TWO, U[0]])
    for key in (None, LATER, private_key("third"), private_key("fourth")):
        f.retire_user(key=key)
    f.add_user(key=private_key("fifth"), signers=TWO)
    f.accept(number=5, signers=[(U[0], private_key("fifth"))])


@holds
def users_of_two_clients(f):
    """users of two clients with one public key, which is also a member's"""
    key = FIRST[f"{ORIGIN}/m/{M[0]}"]
    f.add_user(key=key)
    f.add_user(U[1], CLIENT_2, key)
    f.accept(signers=[(U[0], key)])


@holds
def corrections(f):
    """a correction of work that gives back to the escrow what has not been paid out, of the same entry again, and one
    that takes an account of expenses below zero"""
    for _ in range(2):
        f.correct(182, two_lines("Equity:Reserve", "Liabilities:Escrow:C-1", "0.100000"))
    f.correct(305, two_lines("Assets:Bank", "Expenses:Hosting", "40.000000"))


@holds
def key_vote(f):
    """a ballot by session, then by key, then by key with a larger `log`, older than 7 days"""
    f.open_vote()
    f.cast(M[0])
    f.cast(M[0], how="key", size=316)
    f.cast(M[0], "no", how="key", size=317)


@holds
def other_files(f):
    """tiles and bundles of older sizes, and lines of keys unknown at the size, also of the retired one"""
    f.after_files.append(lambda all_files: all_files.update({
        "tile/0/001.p/58": all_files["tile/0/001.p/59"][:-32], "tile/entries/001.p/1": b"\0\0", "tile/more": b"x"}))
    f.checkpoint_keys = [STRANGER, SECOND[ORIGIN], FIRST[ORIGIN]]


@holds
def settings(f):
    """settings of any content"""
    for book in (f.fields[1]["calc"]["book"], f.fields[175]["calc"]["book"]):
        book["review"] = {"silence_days": "any"}


@holds
def first_second(f):
    """a founding in the first second of 1970, and the largest premium"""
    f.fields[0]["at"] = "1970-01-01T00:00:00Z"
    for index in (1, 175):
        f.fields[index]["calc"]["book"]["premium"]["2"] = 1000000


@holds
def documents(f):
    """a boolean below `book` in a document, a folder inside documents/, a disclosure of other texts"""
    f.open_vote(document=f.document({"change": {"book": {"review": [{"on": True}]}}}))
    f.documents["more/one.json"] = b"{}"
    disclose(f, texts=["any"])


@holds
def largest_balances(f):
    """a bank that holds 2^63 - 1 millionths"""
    fill(f)


@holds
def smallest_balances(f):
    """an escrow of -2^63 millionths"""
    fill_escrow(f)


@holds
def stranger_of_five_bytes(f):
    """a line of an unknown key of five bytes, with a name of other letters"""
    f.after_files.append(lambda files: files.update(checkpoint=files["checkpoint"] + "— str\u00e4nger/1 AAAAAAA=\n".encode()))


class Logs(unittest.TestCase):
    """The sample as it is, and altered."""

    def run_main(self, *arguments):
        """The command's exit code and output."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            try:
                code = verify.main([str(argument) for argument in arguments])
            except SystemExit as stop:
                code = stop.code
        return code, output.getvalue()

    def test_sample(self):
        """All levels hold, from both keys; counts and balances are those of its README."""
        expected = list(csv.reader(io.StringIO((SAMPLE / "balances.csv").read_text())))
        with tempfile.NamedTemporaryFile("w", suffix=".vkey") as founding:
            founding.write(vkey_of(ORIGIN, public_bytes(FIRST[ORIGIN])) + "\n")
            founding.flush()
            for vkey in (SAMPLE / "origin.vkey", founding.name):
                code, output = self.run_main(SAMPLE / "log", "--vkey", vkey, "--json")
                answer = json.loads(output)
                self.assertEqual((code, [level["state"] for level in answer["levels"]]), (0, ["holds"] * 4))
                self.assertEqual([sum(kinds.values()) for kinds in answer["rests_on"].values()], [244, 52, 11, 8])
                self.assertEqual((answer["size"], answer["uncounted"]), (315, []))
                self.assertEqual(answer["balances"], expected[1:])
        code, output = self.run_main(SAMPLE / "log", "--vkey", SAMPLE / "origin.vkey")
        self.assertEqual((code, output.splitlines()[:4]), (0, [f"level {level}: holds" for level in (1, 2, 3, 4)]))

    def test_rebuilt(self):
        """The sample, taken apart and signed again, is the same bytes."""
        with tempfile.TemporaryDirectory() as folder:
            original().clone().save(folder)
            for path in (SAMPLE / "log").rglob("*"):
                if path.is_file():
                    rebuilt = pathlib.Path(folder) / path.relative_to(SAMPLE / "log")
                    self.assertEqual(rebuilt.read_bytes(), path.read_bytes())

    def test_alterations(self):
        """Each is found where the page says, and nowhere else."""
        for doc, expected, alter in CASES:
            with self.subTest(doc):
                forge = original().clone()
                alter(forge)
                answer, code = forge.verify()
                self.assertEqual({level["level"]: level["at"] for level in answer["levels"]
                                  if level["at"] is not None}, expected)
                self.assertEqual(code, 1)

    def test_good(self):
        """What the page allows holds."""
        for alter in GOOD:
            with self.subTest(alter.__name__):
                forge = original().clone()
                alter(forge)
                answer, code = forge.verify()
                self.assertEqual((code, [level["state"] for level in answer["levels"]]), (0, ["holds"] * 4))

    def test_two_people(self):
        """Before two members could sign an entry rests on the server's word, unless two sign it all the same."""
        for signers, at, basis in (
                ((), "2026-01-05T08:20:00Z", "server_word"), (TWO, "2026-01-05T08:20:00Z", "server_word"),
                ((), "2026-01-08T08:13:45Z", "server_word"), (TWO, "2026-01-08T08:16:00Z", "signed"),
                ((), "2026-01-08T08:16:00Z", None)):
            with self.subTest(signers=signers, at=at):
                forge = original().clone()
                forge.cut(23)
                forge.pay_expense(signers=signers)
                forge.fields[23]["at"], forge.checkpoint_keys = at, [FIRST[ORIGIN]]
                forge.entry_keys[23] = FIRST[f"{ORIGIN}/entry"]
                answer, code = forge.verify(vkey_of(ORIGIN, public_bytes(FIRST[ORIGIN])))
                self.assertEqual(answer["levels"][3]["at"], None if basis else 23)
                found = [word for word, kinds in answer["rests_on"].items() if kinds["expense.paid"]]
                self.assertEqual((code, found), (0, [basis]) if basis else (1, []))

    def test_users(self):
        """What rests on whose word: a user's first key and its end on the server's; later keys and signed work do not."""
        forge = original().clone()
        before = forge.verify()[0]["rests_on"]
        forge.add_user()
        forge.accept(signers=[U[0]])
        forge.accept(number=2)
        forge.accept(number=3, by="silence")
        forge.add_user(key=LATER, signers=[U[0]])
        forge.retire_user()
        forge.add_user(key=STRANGER, signers=TWO)
        answer, code = forge.verify()
        self.assertEqual(code, 0)
        found = {word: dict(kinds - before[word]) for word, kinds in answer["rests_on"].items() if kinds != before[word]}
        self.assertEqual(found, {"server_word": {"key.added": 1, "work.accepted": 2, "key.retired": 1},
                                 "signed": {"key.added": 2, "work.accepted": 1}})

    def test_users_early(self):
        """A small log, in which no two members could sign yet: a user's later key is vouched for always, by keys of 72 hours."""
        for signers, at, failing in (([U[0]], "2026-01-05T09:00:00Z", {}), (TWO, "2026-01-08T08:30:00Z", {}),
                                     (TWO, "2026-01-05T09:00:00Z", {4: 24}), ([], "2026-01-05T09:00:00Z", {1: 24}),
                                     ([M[0]], "2026-01-08T08:30:00Z", {1: 24})):
            with self.subTest(signers=signers, at=at):
                forge = original().clone()
                forge.cut(23)
                forge.add_user()
                forge.add_user(key=LATER, signers=signers)
                forge.fields[24]["at"], forge.checkpoint_keys = at, [FIRST[ORIGIN]]
                forge.entry_keys[23:] = [FIRST[f"{ORIGIN}/entry"]] * 2
                answer, _ = forge.verify(vkey_of(ORIGIN, public_bytes(FIRST[ORIGIN])))
                self.assertEqual({level["level"]: level["at"] for level in answer["levels"] if level["at"] is not None}, failing)
                if not failing:
                    self.assertEqual(answer["rests_on"]["signed"]["key.added"], 1)

    def test_absent(self):
        """Exit 2 for what is needed, exit 1 if anything fails besides, and openings for members are counted."""
        documents = {index: "documents/" + original().fields[index]["calc"][field] + ".json" for index, field in (
            (17, "document"), (161, "document"), (174, "openings"), (251, "openings"))}
        for path, levels, uncounted in ((documents[17], [1], 0), (documents[161], [1, 4], 0), (documents[174], [4], 1),
                                        (documents[251], [], 1), ("tile/0/000", [2], 0),
                                        ("tile/entries/001.p/59", [1, 2, 3, 4], 0),
                                        ("tile/entries/000", [1, 2, 3, 4], 0)):
            with self.subTest(path):
                forge = original().clone()
                forge.after_files = [lambda all_files, path=path: all_files.pop(path)]
                answer, code = forge.verify()
                self.assertEqual([level["level"] for level in answer["levels"] if level["state"] != "holds"], levels)
                self.assertEqual((code, len(answer["uncounted"])), (2 if levels else 0, uncounted))
                forge.fields[40]["rule"] = 0
                self.assertEqual(forge.verify()[1], 2 if path == "tile/entries/000" else 1)

    def test_unreadable(self):
        """Exit 2 without a checkpoint, a folder or a vkey."""
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_main(folder, "--vkey", SAMPLE / "origin.vkey")[0], 2)
        self.assertEqual(self.run_main(SAMPLE / "log", "--vkey", SAMPLE / "absent.vkey")[0], 2)
        self.assertEqual(self.run_main(SAMPLE / "log", "--vkey", SAMPLE / "balances.csv")[0], 2)
        with tempfile.NamedTemporaryFile("w", suffix=".vkey") as file:
            file.write(vkey_of(ORIGIN, bytes([1]) + bytes(31)) + "\n")
            file.flush()
            self.assertEqual(self.run_main(SAMPLE / "log", "--vkey", file.name)[0], 2)

    def test_other_vkey(self):
        """A vkey the log does not name, and one it names but which does not vouch for the key that signed."""
        stranger = vkey_of(ORIGIN, public_bytes(STRANGER))
        self.assertEqual(original().clone().verify(stranger)[0]["levels"][1]["at"], 315)
        forge = original().clone()
        forge.append("key.added", {"role": "checkpoint"}, {"vkey": stranger}, signers=(ORIGIN,))
        self.assertEqual(forge.verify()[1], 0)
        self.assertEqual([level["at"] for level in forge.verify(stranger)[0]["levels"]], [None, 316, None, None])
        forge.checkpoint_keys = [STRANGER]
        self.assertEqual([forge.verify()[1], forge.verify(stranger)[1]], [0, 0])


class Compare(unittest.TestCase):
    """What compare.py says of one altered log whose failing levels another program is said to have found."""

    def compare(self, text, change=lambda files: None):
        """Its exit code and output, of a log with lines that do not sum to zero and a hash tile altered."""
        forge, output = original().clone(), io.StringIO()
        forge.fields[305]["lines"][0][2] = "-31.400000"
        forge.after_files = [lambda files: files.update({"tile/0/000": bytes(32 * 256)}), change]
        with tempfile.TemporaryDirectory() as folder:
            forge.save(pathlib.Path(folder) / "one")
            if text is not None:
                (pathlib.Path(folder) / "expected.json").write_text(text)
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                try:
                    code = compare.main([folder, str(SAMPLE / "origin.vkey")])
                except SystemExit as stop:
                    code = stop.code
        return code, output.getvalue()

    def test_same(self):
        """The same levels and indexes, in any order; level 2 at any size up to the log's."""
        for text in ("[[2,315],[3,305],[4,305]]", "[[4,305],[3,305],[2,0]]", "[[2,256],[3,305],[4,305]]"):
            self.assertEqual(self.compare('{"one":%s}' % text), (
                0, "1 altered logs, all found at the same levels and indexes\n"))

    def test_different(self):
        """Another index, a level more or fewer, level 2 beyond the log's size, an export that cannot be read."""
        for text in ("[[2,315],[3,304],[4,305]]", "[[2,315],[3,305],[4,306]]", "[[2,316],[3,305],[4,305]]",
                     "[[3,305],[4,305]]", "[[1,305],[2,315],[3,305],[4,305]]", "[]"):
            code, output = self.compare('{"one":%s}' % text)
            self.assertEqual(code, 1)
            self.assertIn(f"one\n  expected {text.replace(',', ', ')}\n  found    [[2, 315], [3, 305], [4, 305]]\n", output)
            self.assertIn("level 3 fails at 305: the lines in USD do not sum to zero\n", output)
            self.assertIn("1 altered logs, 1 of them found at other levels or indexes\n", output)
        code, output = self.compare('{"one":[]}', lambda files: files.pop("checkpoint"))
        self.assertEqual(code, 1)
        self.assertIn("cannot be read: the checkpoint is absent", output)

    def test_absent(self):
        """Nothing to compare with, or another form; a folder that is named and not there."""
        for text, why in ((None, "expected.json"), ("{}", "expected.json"), ("[[1,2]]", "expected.json"),
                          ('{"one":[[5,1]]}', "expected.json"), ('{"one":[],"two":[]}', "absent: two")):
            code, output = self.compare(text)
            self.assertEqual(code, 2)
            self.assertIn(why, output)


class Vectors(unittest.TestCase):
    """The vectors of LEDGER.md, and what strict verification refuses."""

    def tree(self, leaves):
        """A log of these leaves, for its tree."""
        log = object.__new__(verify.Log)
        log.leaves = [leaf(data) for data in leaves]
        return log

    def test_allocation(self):
        """Section 2."""
        for total, weights, shares in (
                (5, [70, 30], [4, 1]), (3, [75, 25], [2, 1]), (22000, [445455, 9091, 545455], [9800, 200, 12000]),
                (12000, [33333, 66667], [4000, 8000]), (7 * 10**15, [1, 2], [2333333333333333, 4666666666666667]),
                (613, [98, 92, 98, 123, 102, 92], [99, 93, 99, 125, 104, 93]), (9999, [75, 25], [7499, 2500]),
                (100, [400, 0, 40, 20, 2], [87, 0, 9, 4, 0]), (1, [33, 66], [0, 1]), (0, [1, 2], [0, 0])):
            found = verify.allocate(total, {f"{place:02d}": weight for place, weight in enumerate(weights)})
            self.assertEqual([found[key] for key in sorted(found)], shares)

    def test_small_tree(self):
        """Section 4: the inputs of RFC 6962."""
        inputs = [bytes.fromhex(text) for text in (
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
        roots = """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
            fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
            aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
            d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
            4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
            76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
            ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
            5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328""".split()
        self.assertEqual([self.tree(inputs).root(0, size).hex() for size in range(1, 9)], roots)
        self.assertEqual(self.tree([]).root(0, 0).hex(), sha(b""))

    def test_whole_log(self):
        """Section 4: fifteen entries."""
        words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
        tree = self.tree([word.encode() for word in words])
        self.assertEqual(base64.b64encode(tree.root(0, 8)).decode(), "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=")
        self.assertEqual(base64.b64encode(tree.root(0, 15)).decode(), "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=")
        path = [tree.leaves[5], tree.root(6, 2), tree.root(0, 4), tree.root(8, 7)]
        self.assertEqual([base64.b64encode(item).decode() for item in path], [
            "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=", "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
            "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=", "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks="])

    def test_note(self):
        """Section 4: a note and its vkey, and a vkey whose base64 holds plus signs; a bundle."""
        vkey = verify.read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        note = ("This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Zt"
                "g1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
        text, [line] = verify.read_note(note.encode(), 1)
        self.assertEqual(line[:2], vkey[:2])
        verify.verify_signature(vkey.public, text, line[2])
        with self.assertRaises(InvalidSignature):
            verify.verify_signature(vkey.public, text + b" ", line[2])
        log = verify.read_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        self.assertEqual(log.key_id, "33d7b496")
        bundle = bytes.fromhex("00036f6e65000374776f")
        self.assertEqual(list(verify.read_bundle(bundle)), [b"one", b"two"])
        for size in range(6, 10):
            self.assertEqual(list(verify.read_bundle(bundle[:size])), [b"one", None])

    def test_tile_paths(self):
        """Groups of three digits, all but the last prefixed x."""
        paths = {first // 256: path for path, first, _ in verify.tiles("entries", 256 * 1234068)}
        self.assertEqual([paths[number] for number in (0, 999, 1000, 1234067)], [
            "tile/entries/000", "tile/entries/999", "tile/entries/x001/000", "tile/entries/x001/x234/067"])
        self.assertEqual([path for path, _, _ in verify.tiles(0, 300)], ["tile/0/000", "tile/0/001.p/44"])

    def test_strict(self):
        """Points of small order and encodings that are not canonical, as A and as R; S + L."""
        p, d = verify.FIELD_PRIME, -121665 * pow(121666, -1, verify.FIELD_PRIME) % verify.FIELD_PRIME

        def order_divides_8(y):
            """Three doublings of (x, y), by y and x^2 alone: x^2 = (y^2 - 1) / (d y^2 + 1)."""
            for _ in range(3):
                square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
                y = (y * y + square) * pow(1 - d * square * y * y, -1, p) % p
            return y == 1
        self.assertTrue(all(order_divides_8(y) for y in verify.SMALL_ORDER))
        self.assertEqual(len(verify.SMALL_ORDER), 5)
        key, message = private_key("strict"), b"message"
        public, signature = public_bytes(key), key.sign(message)
        verify.verify_signature(public, message, signature)
        bad = [y.to_bytes(32, "little") for y in (*verify.SMALL_ORDER, p, p + 1, p + 18)]
        for point in bad + [bytes([*point[:31], point[31] | 128]) for point in bad]:
            for arguments in ((point, message, signature), (public, message, point + signature[32:])):
                with self.assertRaisesRegex(ValueError, "refused"):
                    verify.verify_signature(*arguments)
        number = int.from_bytes(signature[32:], "little") + verify.GROUP_ORDER
        with self.assertRaisesRegex(ValueError, "S >= L"):
            verify.verify_signature(public, message, signature[:32] + number.to_bytes(32, "little"))

    def test_vkey(self):
        """A vkey holds a point that may be an A: of the curve, in its one encoding, not of small order."""
        p, keys = verify.FIELD_PRIME, [private_key(f"vkey {number}") for number in range(20)]
        for key in keys:
            self.assertEqual(verify.read_vkey(vkey_of("a/b", public_bytes(key))).public, public_bytes(key))
        good = 0
        for y in (*verify.SMALL_ORDER, *range(p, p + 19), *range(2, 40)):
            for top in (0, 2**255):
                try:
                    verify.read_vkey(vkey_of("a", (y + top).to_bytes(32, "little")))
                    good += 1
                except ValueError as error:
                    self.assertIn("refused", str(error))
                    continue
                self.assertTrue(1 < y < p - 1 and y not in verify.SMALL_ORDER)
        self.assertEqual(good, 2 * sum(map(self.has_root, range(2, 40))))
        for name in ("", "a b", "a+b", "a\x01b"):
            with self.assertRaises(ValueError):
                verify.read_vkey(vkey_of(name, public_bytes(keys[0])))

    def has_root(self, y):
        """RFC 8032, section 5.1.3: whether u / v has a square root, by the candidate (u / v)^((p + 3) / 8)."""
        p, d = verify.FIELD_PRIME, -121665 * pow(121666, -1, verify.FIELD_PRIME)
        square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        return pow(pow(square, (p + 3) // 8, p), 2, p) in (square, -square % p)

    def test_least_price(self):
        """Section 3: rounded up to the minor unit, with the premium of the level."""
        for seconds, level, expected in ((2700, 0, 7500000), (180, 3, 630000), (1, 0, 10000)):
            batch = {"currency": "USD", "skill": "typing", "level": level, "seconds": seconds}
            self.assertEqual(verify.least_price(original().fields[1]["calc"]["book"], batch), expected)

    def test_majority(self):
        """Section 5, votes."""
        for yes, no, rule, expected in ((1, 1, ["over", 1, 2], "rejected"), (1, 1, ["least", 1, 2], "passed"),
                                        (2, 1, ["least", 2, 3], "passed"), (2, 1, ["over", 2, 3], "rejected"),
                                        (0, 0, ["least", 1, 2], "rejected"), (1, 0, ["over", 1, 2], "passed")):
            self.assertEqual(verify.majority(yes, no, rule), expected)


if __name__ == "__main__":
    unittest.main()
