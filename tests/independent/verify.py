"""An independent verifier of the ledger, written from LEDGER.md alone: python verify.py FOLDER --vkey FILE.
Sections 1 to 5: what bytes show by themselves; 4: the log and its keys; 6: the four levels. `e`: an entry, `c`: its calc, `r`: its refs."""
import argparse
import base64
import functools
import json
import pathlib
import re
import unicodedata
from collections import Counter, namedtuple
from datetime import datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rfc8785 import dumps as canonical

FAULTS = (ValueError, RecursionError, InvalidSignature)  # what `need` raises, or the libraries for what they refuse

def need(holds, why):
    """Every rule is asked with this one question."""
    if not holds:
        raise ValueError(why)

# Section 1, JSON rules; section 4, base64, keys, signatures, notes.
def read_json(data):
    """RFC 8785, which a key given twice does not survive either, and the rules of check_value."""
    value = json.loads(data.decode())
    need(canonical(value) == data, "JSON: not canonical")
    check_value(value, 1, False)
    return value

def check_value(value, depth, in_book):
    """ASCII keys; integers only; booleans only below `book`; no null; text in NFC; nesting at most 10, itself 1."""
    need(type(value) in (dict, list, str, int) or in_book and type(value) is bool, "JSON: null, fraction or boolean")
    need(type(value) is not str or unicodedata.is_normalized("NFC", value), "JSON: text that is not NFC")
    if type(value) in (dict, list):
        need(depth <= 10, "JSON: nested deeper than 10")
        for key, inner in value.items() if type(value) is dict else enumerate(value):
            need(type(key) is int or key.isascii(), "JSON: a key that is not ASCII")
            check_value(inner, depth + 1, in_book or key == "book")

def read_base64(text, lengths):
    """Only canonical base64, of as many bytes as one of these lengths."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text and len(data) in lengths, "base64: not canonical, or of another length")
    return data

NAME, TEXT = r"[^\s+\x00-\x1f\x7f-\x9f]+", r"[^\x00-\x1f\x7f-\x9f]+"  # of a key or an origin; any other text
Vkey = namedtuple("Vkey", "name key_id public")
def read_vkey(text):
    """name+hex8(keyid)+base64(0x01 || pk32), cut at the first two plus signs only."""
    match = re.fullmatch(rf"({NAME})\+([0-9a-f]{{8}})\+(\S+)", text if isinstance(text, str) else "")
    need(match, "not a vkey")
    blob = read_base64(match[3], [33])
    need(blob[0] == 1 and match[2] == sha256(match[1].encode() + b"\n" + blob).hexdigest()[:8], "a vkey whose type or key id is wrong")
    need_point(blob[1:])
    return Vkey(match[1], match[2], blob[1:])

FIELD_PRIME, GROUP_ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ORDER_8 = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
SMALL_ORDER = {0, 1, FIELD_PRIME - 1, ORDER_8, FIELD_PRIME - ORDER_8}  # the y of every point of small order
def need_point(data):
    """A point that may be an A or R: its one encoding (y below p), not of small order, and x^2 = (y^2 - 1) / (d y^2 + 1) has a root."""
    y = int.from_bytes(data, "little") % 2**255
    square = 121666 * (y * y - 1) * (121666 - 121665 * y * y)  # x^2 times a square, d being -121665 / 121666
    need(y < FIELD_PRIME and y not in SMALL_ORDER and pow(square, FIELD_PRIME // 2, FIELD_PRIME) == 1, "a point that is refused")

def verify_signature(public, message, signature):
    """RFC 8032 without cofactor (the library compares encodings of R), S < L, A and R as need_point has them."""
    need_point(public)
    need_point(signature[:32])
    need(len(signature) == 64 and int.from_bytes(signature[32:], "little") < GROUP_ORDER, "a signature with S >= L")
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)

def read_note(data, lines):
    """A signed note of so many text lines: the text, and its signature lines as [name, key id in hex, signature]."""
    text, blank, tail = data.decode().rpartition("\n\n")
    need(text and blank and text.count("\n") == lines - 1 and tail[-1:] == "\n", "not text, a blank line, signatures")
    matches = [re.fullmatch(rf"— ({NAME}) (\S+)", line) for line in tail[:-1].split("\n")]
    need(all(matches), "a signature line of another form")
    blobs = [(match[1], read_base64(match[2], range(5, 2**53))) for match in matches]
    return text.encode() + b"\n", [(name, blob[:4].hex(), blob[4:]) for name, blob in blobs]

def read_signed_line(data):
    """Section 1: exactly one text line of canonical JSON, one blank line, one signature line."""
    text, lines = read_note(data, 1)
    need(len(lines) == 1 and len(lines[0][2]) == 64, "not one signature of 64 bytes")
    return text, lines[0], read_json(text[:-1])

# Section 2: money, in integers of millionths.
def millionths(text):
    """An amount as an integer of millionths."""
    return int(text.replace(".", ""))

def allocate(total, weights):
    """A total over {key: weight}: floors, then one each to the largest remainders; ties: larger weight, smaller key."""
    whole = sum(weights.values())
    shares = {key: total * weight // whole for key, weight in weights.items()}
    order = sorted(weights, key=lambda key: (-(total * weights[key] % whole), -weights[key], key))
    return {key: share + (key in order[:total - sum(shares.values())]) for key, share in shares.items()}

# Sections 1, 3 and 5: the forms of values.
def fits(form, value):
    """Whether a value has a form: an expression for a whole text; a range of integers; a type; a function; [form] for an array of any
    length, (forms) for one of as many; {name: form} for an object of such fields alone (expressions; after `?` need not be there)."""
    if isinstance(form, str):
        return isinstance(value, str) and re.fullmatch(form, value) is not None
    if isinstance(form, range):
        return type(value) is int and value in form
    if isinstance(form, dict):
        return isinstance(value, dict) and all(name[0] == "?" or name in value for name in form) and all(
            any(re.fullmatch(name.lstrip("?"), key) and fits(form[name], inner) for name in form) for key, inner in value.items())
    if isinstance(form, tuple):
        return isinstance(value, list) and len(value) == len(form) and all(map(fits, form, value))
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(form[0], item) for item in value)
    return isinstance(value, form) if isinstance(form, type) else bool(form(value))

def parse_time(text):
    """RFC 3339, UTC, whole seconds, a time that exists."""
    need(fits(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text), "a time of another form")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")

COUNT, POSITIVE, LEVEL, BASIS = range(2**53), range(1, 2**53), range(4), range(10001)
PRICE, UUID = r"(?!0\.0{6})(0|[1-9][0-9]{0,11})\.[0-9]{6}", r"[0-9a-f]{8}-[0-9a-f]{4}-%d[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
CODE, PART, HASH, COUNTRY = r"[a-z0-9][a-z0-9.-]*", r"[A-Z0-9][A-Za-z0-9-]*", r"[0-9a-f]{64}", r"[A-Z]{2}"
CURRENCY, NUMBER, RANDOM, FUND = r"[A-Z]{3}", r"-[1-9][0-9]*", r"-[0-9A-HJKMNP-TV-Z]{8}", r"[A-Z][A-Za-z0-9-]*"
ACCOUNT = (rf"Assets:Bank|Liabilities:(Transit:{PART}|Escrow:C{NUMBER}|Members:M{RANDOM}:(Earned|Capital)|Funds:{FUND})"
           rf"|Equity:(Reserve|Conversion)|Income:Operations|Expenses:{PART}")
POSTINGS, OPENINGS = [(ACCOUNT, CURRENCY, f"-?{PRICE}")], [(COUNT, "abstain|no|yes", HASH)]
ENTRY = {"v": range(1, 2), "at": lambda text: parse_time(text).year >= 1970, "kind": r"[a-z0-9-]+(\.[a-z0-9-]+)+",
         "refs": {r"?(?s:.*)": str}, "?rule": COUNT, "?calc": dict, "?signed": [str], "?lines": POSTINGS}
PERSON = {"does": str, "log": (COUNT, str), "nonce": r"[0-9a-f]{32}", "origin": str, "sha256": HASH}
FLOOR, ORGANISATION = {"?" + CURRENCY: rf"0\.0{{6}}|{PRICE}"}, {"name": TEXT, "country": COUNTRY}
VOTE = {"days": range(1, 367), "openings": "all|members", "quorum": lambda value: fits((COUNT, POSITIVE), value) and value[0] <= value[1],
        "majority": lambda value: fits(("over|least", POSITIVE, POSITIVE), value) and value[1] <= value[2], "?cosponsors": range(101),
        "changes": [r"batch\.repriced|currencies|split|floor|premium|votes|claims|review|exposure"], "?notice_days": range(367)}
SPLIT = {"worker": range(1, 10001), "reviewer": BASIS, "operations": BASIS, "reserve": BASIS, "?" + FUND: BASIS}
BOOK = {"currencies": {"?" + CURRENCY: {"decimals": range(7)}}, "premium": dict.fromkeys("0123", range(1000001)),
        "split": lambda value: fits(SPLIT, value) and sum(value.values()) == 10000, "votes": {"?" + CODE: VOTE},
        "floor": {"general": FLOOR, "?" + CODE: FLOOR}, "?claims|review|exposure": dict}

# Sections 1 and 5: every field of `refs` and `calc` has one form, whatever the kind; ISO 7064 checks an LEI.
LEI = {"lei": lambda lei: fits("[A-Z0-9]{18}[0-9]{2}", lei) and int("".join(str(int(c, 36)) for c in lei)) % 97 == 1}
ENACTED = {"kind": r"rule\.enacted", "calc": {"book": dict}, "refs": {"proposal": "P" + NUMBER}}
REPRICED = {"kind": r"batch\.repriced", "calc": {"price": PRICE}, "refs": ENACTED["refs"] | {"batch": UUID % 7, "contract": "C" + NUMBER}}
ACTS = "rules|price-ask|contract-(take|end)|mandate|recall|exclusion|text"
BINDING = {"act": ACTS, "kind": CODE, "title": str, "text": str, "language": str, "enacts": parse_time, "about": dict}
FORMS = {name: form for names, form in {
    "member worker reviewer": "M" + RANDOM, "user": "U" + RANDOM, "contract": "C" + NUMBER, "proposal": "P" + NUMBER, "fund": FUND,
    "payout": "O" + NUMBER, "client deposit batch expense period": UUID % 7, "task claim": UUID % 4, "role": "checkpoint|entry",
    "checkpoint_key entry_key vkey": read_vkey, "key_id": r"[0-9a-f]{8}", "origin": rf"(?!.*//){NAME}", "name": TEXT, "count": POSITIVE,
    "book": lambda book: fits(BOOK, book) and all(floor.keys() <= book["currencies"].keys() for floor in book["floor"].values()),
    "reason purpose skill clause kind": CODE, "chain": [(TEXT, COUNTRY, CODE, BASIS)], "hazards": [(CODE, CODE, LEVEL, BASIS)],
    "document openings evidence lines_sha256 roll_sha256 sealed": HASH, "price amount total fee step": PRICE, "kill_fee_bp": BASIS,
    "batch_index claimed_size size roll_size eligible cast by_key by_session by_new_key unopened": COUNT, "corrects": r"0|[1-9][0-9]{0,14}",
    "seconds": range(31622401), "notice_days": range(3661), "copies": range(1, 10), "level": LEVEL, "currency": CURRENCY, "rail": PART,
    "by": "member|client|silence|panel", "how": "key|session", "result": "passed|rejected|no-quorum|void", "balances": POSTINGS,
    "counts": {"abstain": COUNT, "no": COUNT, "yes": COUNT}, "quorum": VOTE["quorum"], "majority": VOTE["majority"],
    "opens closes": parse_time, "part": lambda value: fits((POSITIVE, POSITIVE), value) and value[0] <= value[1],
    "change": lambda value: fits(REPRICED, value) or fits(ENACTED, value), "end_client": lambda value: fits(
        ORGANISATION | LEI, value) or fits(ORGANISATION | {"register": TEXT, "number": TEXT}, value),
}.items() for name in names.split()}

# Section 5: kind (`=`: with `rule`); refs and calc (`?`: optional; section 1, ids: `+` new in this entry, `~` opened by the
# first that names it so, `!` not left before, `-` left by it); who signs (`two` people, or as Entry has it); lines (`*`: computed).
TABLE = """
  coop.founded      |                          | origin name checkpoint_key entry_key                     |      |
  rule.enacted      | ?proposal                | book                                                     |      |
  key.added         | !?member ?role ~?user ?client | vkey                                                | keys |
  key.retired       | ?member ?role ?user      | key_id reason                                            | role |
  member.admitted   | +member                  | ?reason                                                  | two  |
  member.left       | -member                  | ?reason                                                  | two  |
  contract.listed   | +contract ~client | end_client chain purpose hazards notice_days kill_fee_bp document |    |
  contract.amended  | contract client  | end_client chain purpose hazards notice_days kill_fee_bp document | two |
  contract.closed   | -contract                | reason                                                   |      |
  deposit.received  | contract +deposit        | evidence |     | Assets:Bank -> Liabilities:Escrow:{contract}
  deposit.returned  | contract deposit         | evidence | two | Liabilities:Escrow:{contract} -> Assets:Bank
= batch.opened      | !contract +batch         | price currency seconds skill level copies                |      |
= batch.repriced    | !contract batch ?proposal | price                                                   |      |
= work.accepted | contract batch ~task ~-claim worker ?reviewer | batch_index claimed_size price seconds by | judge | *
  work.rejected     | contract batch ~claim    | reason clause                                            |      |
  payout.approved   | +payout                  | currency rail step count total lines_sha256              | two  |
  payout.sent       | payout member            | amount                                                   |      | *
  payout.settled    | payout member            | amount ?fee evidence                                     |      | *
  payout.failed     | payout member            | amount reason                                            |      | *
  expense.paid      | +expense                 | evidence | two | Expenses:{last} -> Assets:Bank
  fund.spent        | fund ?member             | evidence | two | Liabilities:Funds:{fund} -> Assets:Bank or {earned}
  proposal.opened   | +proposal | kind document ?change roll_size roll_sha256 quorum majority opens closes |      |
  ballot.cast       | proposal !member         | how sealed                                               | voter |
  proposal.closed   | -proposal | eligible cast by_key by_session by_new_key counts unopened openings result |    |
  correction.posted | corrects ?contract ?deposit ?batch ?task ?claim ?worker ?reviewer ?expense ?fund ?member ?payout | reason | two | *
  period.closed     | +period                  | part size balances                                       |      |
"""
Kind = namedtuple("Kind", "refs calc new opens stands left rule signed lines")
KINDS, UNKNOWN = {}, Kind(ENTRY["refs"], dict, [], [], [], [], False, "two", "")
for row in TABLE.splitlines()[1:]:
    first, refs, calc, signed, lines = (cell.strip() for cell in row.split("|"))
    forms = [{name.strip("+~!-"): FORMS[name.strip("?+~!-")] for name in cell.split()} for cell in (refs, calc)]
    marked = [re.findall(marks + r"(\w+)", refs) for marks in (r"\+", r"~[?-]?", r"[!-]\??", "-")]
    KINDS[first.strip("= ")] = Kind(*forms, *marked, first[0] == "=", signed, lines)

class Entry:
    """Section 1: one entry, read; level 1 adds notes and document, if they hold, and whether a key is `vouched` for."""
    def __init__(self, index, data):
        """A field too many or too few, or of another form, cannot be read."""
        self.index, (self.text, self.line, fields) = index, read_signed_line(data)
        need(fits(ENTRY, fields) and [] not in fields.values() and fields.get("calc") != {}, "a field, or its form")
        self.kind, self.refs, self.calc = fields["kind"], fields["refs"], fields.get("calc", {})
        self.at, self.signed, self.rule = parse_time(fields["at"]), fields.get("signed", []), fields.get("rule")
        self.lines = [(account, unit, millionths(amount)) for account, unit, amount in fields.get("lines", [])]
        need(self.lines == sorted({line[:2]: line for line in self.lines}.values()), "lines: order, or a pair twice")
        self.content = {name: fields[name] for name in ("kind", "refs", "calc", "lines") if name in fields}
        self.hash = sha256(canonical(self.content)).hexdigest()
        self.notes, self.document, self.vouched = [], None, False
        kind = KINDS.get(self.kind) or UNKNOWN._replace(rule=self.rule is not None, lines=self.lines)
        need(fits(kind.refs, self.refs) and fits(kind.calc, self.calc), "refs or calc: a field, or its form")
        need((self.rule is not None) == kind.rule and bool(self.lines) == bool(kind.lines), "rule or lines: not here")
        to_member = any(re.match("Liabilities:Members:.*:Earned", account) for account, _, _ in self.lines)
        need(index > 0 or self.kind == "coop.founded", "anything but a founding at index 0")
        r, c, count = self.refs, self.calc, len(self.signed)
        need({"": count == 0, "two": True, "role": count == ("role" in r), "keys": count == 1 or "role" not in r,
              "voter": count == (c.get("how") == "key"), "judge": count <= (c.get("by") in ("member", "client"))}[kind.signed], "signed")
        need({"key.added": r.keys() in ({"member"}, {"role"}, {"user", "client"}), "batch.opened": c.get("seconds") != 0,
              "key.retired": len(r) == 1, "rule.enacted": ("proposal" in r) == (index != 1), "fund.spent": ("member" in r) == to_member,
              "work.accepted": ("reviewer" in r) == (c.get("by") == "member")}.get(self.kind, True), "fields that do not agree")

# Section 4: an export folder, its tree and its keys; and section 6, level 1.
def tiles(level, count):
    """The tiles of a level that hold so many items: (path, first item, width)."""
    for first in range(0, count, 256):
        number, width = f"{first // 256:,}", min(256, count - first)
        name = re.sub("([0-9]{3}),", r"x\1/", number.zfill(4 * number.count(",") + 3))  # in groups of three digits
        yield f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}"), first, width

def read_bundle(data):
    """u16be length || note; None for a last one inside which the bundle ends."""
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        yield data[2:end] if end <= len(data) else None
        data = data[end:]

class Log:
    """An export folder: entries (None: cannot be read), keys, faults (level, index, why), absent (level or 0, path)."""
    def __init__(self, folder):
        """Reads the entries of the bundles that the checkpoint's size asks for, as far as they are there."""
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in pathlib.Path(folder).rglob("*") if path.is_file()}
        head, notes = re.match(rb"[^\n]*\n([0-9]{1,16})\n", self.files.get("checkpoint", b"")), []
        need(head, "the checkpoint is absent, or names no size")
        self.size, self.origin, self.keys, self.nonces, self.faults, self.absent = int(head[1]), None, [], set(), [], []
        for path, _, _ in tiles("entries", self.size):
            if path not in self.files:
                self.absent.append((0, path))
                break
            notes += [note or b"" for note in read_bundle(self.files[path])]  # what is cut off is no entry
        self.complete, self.leaves = not self.absent, [sha256(b"\x00" + note).digest() for note in notes]
        self.entries = [self.judge((1, 3, 4), index, Entry, index, note) for index, note in enumerate(notes)]

    def judge(self, levels, at, check, *arguments):
        """What a check returns; a fault at these levels if it does not hold, at this index or the one in hand."""
        try:
            return check(*arguments)
        except FAULTS as fault:
            at, why = self.at if at is None else at, str(fault) or "a signature that is not valid"
            self.faults += [(level, at, why) for level in levels]

    def replay(self):
        """The entries, `at` being the index in hand; after them it is the log's size."""
        for self.at, e in enumerate(self.entries):
            need(e, "an entry that cannot be read")
            yield e
        self.at = self.size

    @functools.cache
    def root(self, first, count):
        """The tree over so many entries, split at the largest power of two strictly below; SHA-256("") if empty."""
        if count < 2:
            return self.leaves[first] if count else sha256(b"").digest()
        half = 1 << (count - 1).bit_length() - 1
        return sha256(b"\x01" + self.root(first, half) + self.root(first + half, count - half)).digest()

    def keys_at(self, index, owner=None):
        """The keys in force at an index: the founding ones from 0; one added or retired at i, from i + 1."""
        return [key for key in self.keys if owner in (None, key.owner) and key.added < index <= (key.retired or index)]

    def signed_by(self, index, text, line, for_entries=False):
        """The key that signed this text, in force; one for entries signs nothing else, and may sign what adds it."""
        able = self.keys_at(index) + [key for key in self.keys if for_entries and key.added == index]
        keys = [key for key in able if (key.name, key.key_id) == line[:2]]
        need(keys and (keys[0].owner == "entry") == for_entries, f"no key {line[1]} of {line[0]} is in force for it")
        verify_signature(keys[0].public, text, line[2])
        return keys[0]

    def level_1(self):
        """Section 6, bytes: what an entry, its notes and documents show by themselves and with the keys."""
        for e in filter(None, self.entries):
            if e.index == 0:
                self.origin = e.calc["origin"]
                for owner in ("checkpoint", "entry"):
                    self.judge([1], 0, self.add_key, e, owner, e.calc[f"{owner}_key"])
            for text in e.signed:
                self.judge([1], e.index, self.read_person, e, text)
            if e.kind in ("key.added", "key.retired"):
                self.judge([1], e.index, self.change_keys, e, e.refs.get("role"))
            self.judge([1], e.index, self.signed_by, e.index, e.text, e.line, True)
            if e.kind in KINDS and ("document" in e.calc or "openings" in e.calc):
                self.judge([1], e.index, self.read_document, e, e.calc.get("document") or e.calc["openings"])
        for path in [path for path in self.files if re.fullmatch("documents/[^/]+", path)]:
            right = f"documents/{sha256(self.files[path]).hexdigest()}.json"
            self.judge([1], self.size, need, path == right, f"{path} does not match its name")

    def read_person(self, e, text):
        """What a person signs, kept if it holds: one line {does, log, nonce, origin, sha256}; an entry not readable tells no time."""
        text, line, said = read_signed_line(text.encode())
        need(fits(PERSON, said), "a person's note of another form")
        (size, root), key = said["log"], self.signed_by(e.index, text, line)
        need((key.public, said["nonce"]) not in self.nonces, "a nonce used twice")
        self.nonces.add((key.public, said["nonce"]))
        need((said["does"], said["origin"], said["sha256"]) == (e.kind, self.origin, e.hash), "about another entry")
        need(size <= e.index, "a `log` beyond the entry's own index")
        need(e.kind == "ballot.cast" or e.at - (self.entries[size] or e).at <= timedelta(days=7), "a `log` that is too old")
        e.notes.append(SimpleNamespace(owner=key.owner, at=key.at, key=key, size=size, root=read_base64(root, [32])))

    def add_key(self, e, owner, text):
        """<origin> signs checkpoints, <origin>/entry entries, /m/ is a member's, /c/ a client's user's; each key id once."""
        vkey, end = read_vkey(text), {"checkpoint": "", "entry": "/entry"}.get(owner, f"/{'m' if owner[0] == 'M' else 'c'}/{owner}")
        need(vkey.name == f"{self.origin}{end}", "a key of another name")
        need(vkey.key_id not in [key.key_id for key in self.keys if key.owner == owner], "a key id used again")
        self.keys.append(SimpleNamespace(owner=owner, **vkey._asdict(), entry=e, added=e.index or -1, at=e.at, retired=None))

    def change_keys(self, e, role):
        """All rules on keys but those that need the roll; a change against them changes nothing."""
        owner, signers = role or e.refs.get("member") or e.refs["user"], {note.owner for note in e.notes}
        need(not role or signers == {"checkpoint"}, "a role's key, not signed by exactly one checkpoint key")
        if e.kind == "key.retired":
            keys = {key.key_id: key for key in self.keys_at(e.index, owner)}
            need(e.calc["key_id"] in keys and (not role or len(keys) > 1), "not a key in force, or the last key of a role")
            keys[e.calc["key_id"]].retired = e.index
        else:
            later = not role and any(key.owner == owner for key in self.keys)
            right = owner in signers or sum(signer.startswith("M-") for signer in signers) >= 2 if later else role or not e.signed
            need(right, "a person's first key carries no note, a later one their own or two members'")
            self.add_key(e, owner, e.calc["vkey"])
            e.vouched = later

    def read_document(self, e, name):
        """documents/<hex>.json, under its own hash; a disclosure: `calc` less `document`, `contract`, and the texts."""
        data = self.files.get(f"documents/{name}.json")
        if data is None:
            return self.absent.extend([(1, f"documents/{name}.json")] * ("document" in e.calc))
        need(sha256(data).hexdigest() == name, f"document {name} does not match its name")
        e.document = read_json(data)
        if e.kind.startswith("contract."):
            need(isinstance(e.document, dict) and {"texts", "document"} & e.document.keys() == {"texts"}, "no disclosure with texts")
            right = e.calc | {"contract": e.refs["contract"], "texts": e.document["texts"]}
            need(canonical(e.document | {"document": name}) == canonical(right), "not this entry's disclosure")

def level_2(log, vkey):
    """Section 6, log: tiles, root, checkpoint and every signer's `log` agree; other files below tile/ prove nothing."""
    need(all(note.root == log.root(0, note.size) for e in log.entries if e for note in e.notes), "a `log` of another root")
    for path, _, width in tiles("entries", log.size):
        notes = list(read_bundle(log.files[path]))
        need(len(notes) == width and None not in notes, f"{path} does not hold {width} entries, or ends inside one")
    for level, span in ((level, 256**level) for level in range(7) if 256**level <= log.size):
        for path, first, width in tiles(level, log.size // span):
            right = b"".join(log.root(span * place, span) for place in range(first, first + width))
            need(log.files.get(path, right) == right, f"{path} is not of these entries")
            log.absent += [] if path in log.files else [(2, path)]
    text, lines = read_note(log.files["checkpoint"], 3)
    root = base64.b64encode(log.root(0, log.size)).decode()
    need(vkey.name == log.origin and text.decode() == f"{log.origin}\n{log.size}\n{root}\n", "origin, size or root")
    known = [(key.name, key.key_id) for key in log.keys_at(log.size, "checkpoint")]
    signers = [log.signed_by(log.size, text, line) for line in lines if line[:2] in known]
    while signers and vkey.public not in [key.public for key in signers]:
        signers = [note.key for key in signers for note in key.entry.notes]  # who signed the key.added of each
    need(signers, "the checkpoint is not signed by a checkpoint key in force for which the given one vouches")

def level_3(log):
    """Section 6, books: lines sum to zero per unit; signs as section 2; balances equal the published trial balance."""
    balances, inside = Counter(), None  # `inside`: what the next part must be, and the rows that are left
    for e in log.replay():
        for account, unit, amount in e.lines:
            need(sum(line[2] for line in e.lines if line[1] == unit) == 0, f"the lines in {unit} do not sum to zero")
            balances[account, unit] += amount
            sign = 1 if account == "Assets:Bank" else -1 if re.match("Liabilities:|Equity:Reserve", account) else 0
            need(sign * balances[account, unit] >= 0, f"{account} has the wrong sign")
            need(-2**63 <= balances[account, unit] < 2**63, f"{account} is beyond an i64 of millionths")
        need(not inside or e.kind == "period.closed", "an entry between two parts")
        if e.kind == "period.closed":
            (part, last), size, rows = e.calc["part"], e.calc["size"], e.calc["balances"]
            period = e.refs["period"], size, last
            expected, rest = inside or ((*period, 1), balance_rows(log.entries[:size]))
            need((*period, part) == expected and size <= e.index, "not the next part, or a size beyond its own index")
            need(rows == rest[:len(rows)] and (part < last or rows == rest), "balances other than those of the entries")
            inside = ((*period, part + 1), rest[len(rows):]) if part < last else None
    need(not inside or not log.complete, "the log ends inside parts")

def balance_rows(entries):
    """The balances over these entries that are not zero, as [account, unit, amount], sorted."""
    balances = Counter()
    for account, unit, amount in (line for e in filter(None, entries) for line in e.lines):
        balances[account, unit] += amount
    return [[account, unit, f"{'-' * (value < 0)}{abs(value) // 10**6}.{abs(value) % 10**6:06d}"]
            for (account, unit), value in sorted(balances.items()) if value]

# Section 6, level 4: first what some of its rules compute.
PARENT = {"user": "client", "contract": "client", "deposit": "contract", "batch": "contract", "task": "batch", "claim": "batch"}
AFTER = {"payout.sent": [None], "payout.settled": ["payout.sent"], "payout.failed": ["payout.sent", "payout.settled"]}
BASES, earned = ("server_word", "signed", "sent", "recomputed"), "Liabilities:Members:{}:Earned".format

def in_force(history, size):
    """In force at size s is the last such entry with index < s: (index, value)."""
    return next((item for item in reversed(history) if item[0] < size), (None, None))

def moves(e, template):
    """a -> b [or c]: two lines of one amount in one unit, a debited, b or c credited."""
    accounts = {"last": e.lines[-1][0].rpartition(":")[2], "earned": earned(e.refs.get("member"))} | e.refs
    debit, others = template.format_map(accounts).split(" -> ")
    amount, unit = max(line[2] for line in e.lines), e.lines[0][1]
    need(e.lines in [sorted([(debit, unit, amount), (to, unit, -amount)]) for to in others.split(" or ")], f"not {debit} -> {others}")

def least_price(book, batch):
    """Floor x premium x seconds / 3600 x 10000 / worker share, rounded up to the currency's minor unit."""
    code, floors = batch["currency"], book["floor"]
    minor = 10 ** (6 - book["currencies"][code]["decimals"])
    floor = floors.get(batch["skill"], {}).get(code) or floors["general"].get(code)
    need(floor, f"no floor in {code}")
    total = millionths(floor) * (10000 + book["premium"][str(batch["level"])]) * batch["seconds"]
    return -(-total // (3600 * book["split"]["worker"] * minor)) * minor

def merge_patch(target, patch):
    """RFC 7396, without nulls."""
    if not isinstance(patch, dict):
        return patch
    target = target if isinstance(target, dict) else {}
    return target | {name: merge_patch(target.get(name), value) for name, value in patch.items()}

def majority(yes, no, rule):
    """`over` is >, `least` is >=, of yes + no; zero yes + no is `rejected`."""
    word, n, d = rule
    return "passed" if yes + no and yes * d >= (yes + no) * n + (word == "over") else "rejected"

class Rules:
    """Everything recomputes. A kind with rules of its own has a method, which may return on what the entry rests."""
    def __init__(self, log):
        """`things`: what was opened, by name and id; `the`: those the entry names; `run`: a payout run to be sent."""
        self.log, self.things, self.the, self.books, self.run = log, {}, {}, [], None
        self.two_needed, self.rests, self.uncounted = set(), [], []  # `rests`: on what each entry rests, and its kind

    def level_4(self):
        """Every entry: where it stands, what it names, its own rules, and who signed."""
        last = datetime.min
        for e in self.log.replay():
            need(e.kind in KINDS, f"unknown kind {e.kind}")
            need(e.at >= last, "`at` goes backwards")
            need(e.kind == "rule.enacted" if e.index == 1 else e.index == 0 or e.kind != "coop.founded", "not the kind that stands here")
            need(not self.run or e.kind == "payout.sent", "an entry inside a payout run")
            units = [line[1] for line in e.lines] + [e.calc.get("currency")] * ("currency" in e.calc)
            need(all(unit in self.books[-1][1]["currencies"] for unit in units), "no currency of the book in force")
            self.two_needed |= {days for days in (0, 3) if len(self.members(e, self.log.keys_at(e.index), days)) >= 2}
            last, self.the = e.at, {name: self.thing(e, name, value) for name, value in e.refs.items()
                                    if name not in ("role", "fund", "corrects")}
            if "->" in KINDS[e.kind].lines:
                moves(e, KINDS[e.kind].lines)
            own = getattr(self, e.kind.replace(".", "_"), lambda _: None)(e)
            self.rests.append((own or self.basis(e, KINDS[e.kind].signed == "two"), e.kind))
        need(not self.run or not self.log.complete, "the log ends inside a payout run")

    def thing(self, e, name, value):
        """Section 1, ids: new where its thing is opened, else opened before and of the same client, contract or batch; left once."""
        name = "member" if name in ("worker", "reviewer") else name
        thing, parent, kind = self.things.get((name, value)), PARENT.get(name), KINDS[e.kind]
        new = name in kind.new and (name != "period" or e.calc["part"][0] == 1)
        need(not new or not thing, f"{name} {value} is not new")
        if new or (not thing and name in kind.opens):
            thing = SimpleNamespace(index=e.index, left=None, parent=e.refs.get(parent), history=[], workers=[])
            self.things[name, value] = thing
        need(thing, f"{name} {value} was not opened before")
        need(parent not in e.refs or thing.parent == e.refs[parent], f"{name} {value} is of another {parent}")
        need(name not in kind.stands or thing.left is None, f"{name} {value} left, was closed, or was accepted, before")
        thing.left = e.index if name in kind.left else thing.left
        return thing

    def stands(self, name, value, size):
        """Whether a thing was opened, and not left, below this size: a member admitted, a contract not closed."""
        thing = self.things.get((name, value))
        return thing is not None and thing.index < size <= (thing.left or size)

    def members(self, e, keys, days):
        """The members who have not left among the owners of these keys, so many days older than the entry."""
        return {key.owner for key in keys if e.at - key.at >= timedelta(days) and self.stands("member", key.owner, e.index)}

    def basis(self, e, two):
        """On what an entry rests; section 5, two people: two members (or the person alone, whose later key it is or who leaves), from
        the index at which two first could, whatever stands there (`days`: keys of 72 hours, or any); later keys are always vouched for."""
        if not two and not e.vouched:
            return "recomputed" if e.kind == "period.closed" else "signed" if e.notes else "server_word"
        own = e.refs.get("user", e.refs.get("member")) if e.kind in ("member.left", "key.added") else None
        days, signers = 0 if e.kind == "member.admitted" else 3, {note.owner for note in e.notes}
        need(signers <= self.members(e, e.notes, 0) | {own}, "a note that is no member's, nor the person's own")
        enough = own in signers or len(self.members(e, e.notes, days)) >= 2
        need(enough or not (e.vouched or days in self.two_needed), "not signed by two people")
        return "signed" if enough else "server_word"

    def contract_listed(self, e):
        """As amended: two people where it lowers the highest level, and wherever it carries notes."""
        levels = self.the["contract"].history
        levels.append((e.index, max((hazard[2] for hazard in e.calc["hazards"]), default=0)))
        return None if e.signed or levels[-1][1] < levels[-2:][0][1] else "server_word"

    def batch_opened(self, e):
        """Section 3, floor: not under the least price, by the book in force, nor, without a proposal, under a voted one."""
        batch, price, (index, book) = self.the["batch"], millionths(e.calc["price"]), self.books[-1]
        if e.kind == "batch.opened":
            batch.terms = e.calc
            need(e.calc["level"] >= self.the["contract"].history[-1][1], "a level under the highest of its contract")
        voted = [] if "proposal" in e.refs else [old for at, old in batch.history if "proposal" in self.log.entries[at].refs]
        need(e.rule == index and price >= max([least_price(book, batch.terms), *voted]), "another book, or under its floor or a vote's")
        batch.history.append((e.index, price))
        return self.enact(e) if "proposal" in e.refs else None

    def work_accepted(self, e):
        """Section 3, pay: at the price, by the rule and under the level in force when it was claimed."""
        batch, contract, task = self.the["batch"], self.the["contract"], self.the["task"]
        r, worker, reviewer, size = e.refs, e.refs["worker"], e.refs.get("reviewer"), e.calc["claimed_size"]
        need(e.calc["batch_index"] == batch.index < size <= e.index, "batch_index or claimed_size")
        (index, book), (_, price) = in_force(self.books, size), in_force(batch.history, size)
        need(e.rule == index and millionths(e.calc["price"]) == price, "not the rule or the price when it was claimed")
        need(price >= least_price(book, batch.terms), "claimed at a price under the floor")
        need(batch.terms["level"] >= in_force(contract.history, size)[1], "claimed in a batch under the highest level")
        need(self.stands("contract", r["contract"], size) and self.stands("member", worker, size), "contract or worker when it was claimed")
        need(reviewer != worker and (not reviewer or self.stands("member", reviewer, e.index)), "no member as reviewer")
        right = [note.owner == reviewer if reviewer else note.key.entry.refs.get("client") == contract.parent for note in e.notes]
        need(all(right), "a note that is not the reviewer's, or not of a user of the client")
        need(worker not in task.workers and len(task.workers) < batch.terms["copies"], "a task done too often")
        task.workers.append(worker)
        accounts = {"operations": "Income:Operations", "reserve": "Equity:Reserve", "worker": earned(worker),
                    "reviewer": earned(reviewer or worker)}
        weights, unit = Counter(), batch.terms["currency"]
        for name, part in book["split"].items():
            weights[accounts.get(name, f"Liabilities:Funds:{name}")] += part
        lines = [(account, unit, -share) for account, share in allocate(price, weights).items() if share]
        need(e.lines == sorted([(f"Liabilities:Escrow:{r['contract']}", unit, price), *lines]), "not the price's split")

    def rule_enacted(self, e):
        """The book in force with the proposal's change merged in; the founding book has no proposal."""
        self.books.append((e.index, e.calc["book"]))
        return self.enact(e) if e.index > 1 else None

    def enact(self, e):
        """The one entry that a passed proposal allows, once; of a book what changes is merged into the one in force."""
        vote = self.the["proposal"]
        need(vote.result == "passed" and vote.change, "no passed proposal that allows this")
        change, vote.change = vote.change, None
        if e.kind == "rule.enacted":
            need(e.at >= vote.enacts, "before the time that the proposal's document says")
            change = change | {"calc": {"book": merge_patch(in_force(self.books, e.index)[1], change["calc"].get("book"))}}
        need(canonical(change) == canonical(e.content), "not what passed")
        return "recomputed"

    def payout_approved(self, e):
        """The step is a multiple of the minor unit; count, total and hash are checked when the lines are there."""
        run, decimals = self.the["payout"], self.books[-1][1]["currencies"][e.calc["currency"]]["decimals"]
        need(millionths(e.calc["step"]) % 10 ** (6 - decimals) == 0, "a step that is no multiple of the minor unit")
        self.run, run.terms, run.sent, run.text = run, e.calc, {}, ""

    def payout_sent(self, e):
        """A line of a run: sent, as many as approved, right after, sorted by member; then settled, or failed last."""
        run, member, amount = self.the["payout"], e.refs["member"], millionths(e.calc["amount"])
        (state, sent), fee = run.sent.get(member, (None, amount)), millionths(e.calc.get("fee", "0.000000"))
        transit, own, held = f"Liabilities:Transit:{run.terms['rail']}", earned(member), {"payout.settled": "Assets:Bank"}
        need(state in AFTER[e.kind] and amount == sent, "not after what it follows, or another amount")
        lines = {"payout.sent": {own: amount, transit: -amount}, "payout.failed": {held.get(state, transit): amount, own: -amount},
                 "payout.settled": {transit: amount, "Expenses:Fees": fee, "Assets:Bank": -amount - fee}}[e.kind]
        need(e.lines == sorted((account, run.terms["currency"], value) for account, value in lines.items() if value), "not payout lines")
        if e.kind == "payout.sent":
            need(run is self.run and member > max(run.sent, default=""), "no run to be sent, or not sorted by member")
            need(amount % millionths(run.terms["step"]) == 0, "an amount that is no multiple of the step")
            run.text += f"{member} {e.calc['amount']}\n"
        run.sent[member] = e.kind, amount
        if run is self.run and len(run.sent) == run.terms["count"]:
            self.run, total = None, sum(amount for _, amount in run.sent.values())
            need(total == millionths(run.terms["total"]), "not the total approved")
            need(sha256(run.text.encode()).hexdigest() == run.terms["lines_sha256"], "not the lines approved")
        return "sent" if e.kind == "payout.sent" and self.rests[run.index][0] == "signed" else None

    def correction_posted(self, e):
        """Section 3: pairs of account and unit of the entry it corrects, with lines, no payout and no correction."""
        need(int(e.refs["corrects"]) < e.index, "corrects no earlier entry")
        original = self.log.entries[int(e.refs["corrects"])]
        need(original.lines and not original.kind.startswith(("payout.", "correction.")), "corrects what cannot be")
        need(e.refs == original.refs | {"corrects": e.refs["corrects"]}, "not the refs of what it corrects")
        need({line[:2] for line in e.lines} <= {line[:2] for line in original.lines}, "an account it does not correct")

    def proposal_opened(self, e):
        """As the book in force has this kind of vote, with the roll of this index; a change that it names, and its document says."""
        c, vote, rule = e.calc, self.the["proposal"], self.books[-1][1]["votes"].get(e.calc["kind"], {})
        need((c["quorum"], c["majority"]) == (rule.get("quorum"), rule.get("majority")), "not a vote as in the book")
        vote.opens, vote.closes, vote.rule, vote.ballots = parse_time(c["opens"]), parse_time(c["closes"]), rule, {}
        need(e.at <= vote.opens and vote.closes - vote.opens >= timedelta(rule["days"]), "opens or closes too early")
        vote.roll = sorted(one for name, one in self.things if name == "member" and self.stands(name, one, e.index))
        digest = sha256("".join(f"{member}\n" for member in vote.roll).encode()).hexdigest()
        need((c["roll_size"], c["roll_sha256"]) == (len(vote.roll), digest), "the roll")
        vote.result, vote.change, vote.enacts, document = None, c.get("change"), e.at, e.document
        if vote.change:
            may = set(vote.change["calc"].get("book", ["batch.repriced"])) <= set(rule["changes"])
            need(may and vote.change["refs"]["proposal"] == e.refs["proposal"], "no change that this proposal may make")
        self.log.absent += [(4, f"documents/{c['document']}.json")] * (document is None)  # or a fault at level 1
        if isinstance(document, dict) and "act" in document:
            need(fits(BINDING, {name: document.get(name) for name in BINDING}), "a document with `act` of another form")
            about, vote.enacts = document["about"].get, parse_time(document["enacts"])
            said = {"rules": {"kind": "rule.enacted", "refs": e.refs, "calc": {"book": about("book")}}, "price-ask": {
                "kind": "batch.repriced", "refs": e.refs | {"batch": about("batch"), "contract": about("contract")},
                "calc": {"price": about("price")}}}.get(document["act"])
            need(document["kind"] == c["kind"] and canonical(said) == canonical(vote.change), "not the kind or change its document says")

    def ballot_cast(self, e):
        """While it is open; one of the roll, not left; the voter's own note; after one by key only by key, later."""
        vote, member, how = self.the["proposal"], e.refs["member"], e.calc["how"]
        need(vote.opens <= e.at < vote.closes and member in vote.roll, "not while the vote is open, or not of the roll")
        need([note.owner for note in e.notes] == [member] * (how == "key"), "not the voter's own note")
        size, before = max((note.size for note in e.notes), default=0), vote.ballots.get(member)
        need(how == "session" or size > vote.index, "a `log` not beyond its proposal.opened")
        need(not before or before.how == "session" or size > before.size, "after a ballot by key")
        vote.ballots[member] = SimpleNamespace(index=e.index, size=size, how=how, sealed=e.calc["sealed"])

    def proposal_closed(self, e):
        """The tally, without the openings."""
        c, vote, counts, rest = e.calc, self.the["proposal"], e.calc["counts"], e.calc["unopened"]
        need(e.at - vote.closes >= timedelta(hours=48 if rest else 0), "closed too early")
        cast, by_key = len(vote.ballots), [name for name, ballot in vote.ballots.items() if ballot.how == "key"]
        new = [name for name in by_key if not self.log.keys_at(vote.index, name)]
        need((c["eligible"], c["cast"], c["by_key"], c["by_session"], c["by_new_key"], sum(counts.values()) + rest)
             == (len(vote.roll), cast, len(by_key), cast - len(by_key), len(new), cast), "a number of the tally")
        results = {majority(counts["yes"] + yes, counts["no"] + no, vote.rule["majority"])
                   for yes, no in ((0, 0), (rest, 0), (0, rest))}  # all that the unopened could do
        n, d = vote.rule["quorum"]
        vote.result = "no-quorum" if cast * d < len(vote.roll) * n else "void" if len(results) > 1 else results.pop()
        need(c["result"] == vote.result, f"the result is {vote.result}")
        return self.recount(e, vote)

    def recount(self, e, vote):
        """Where the openings are there: sealed = SHA-256(salt32, proposal, 0x0A, member, 0x0A, choice)."""
        if e.document is None:  # or a fault at level 1
            self.log.absent += [(4, f"documents/{e.calc['openings']}.json")] if vote.rule["openings"] == "all" else []
            return self.uncounted.append(e.refs["proposal"])
        need(fits(OPENINGS, e.document), "openings of another form")
        indexes, tally = [opening[0] for opening in e.document], Counter(opening[1] for opening in e.document)
        need(indexes == sorted(set(indexes)) and tally == Counter(e.calc["counts"]), "openings: their order or counts")
        last = {ballot.index: (member, ballot.sealed) for member, ballot in vote.ballots.items()}
        for index, choice, salt in e.document:
            member, sealed = last.get(index, (None, None))
            text = f"{e.refs['proposal']}\n{member}\n{choice}".encode()
            need(sha256(bytes.fromhex(salt) + text).hexdigest() == sealed, "an opening that is not of a last ballot")
        return "recomputed"
    contract_amended, batch_repriced, payout_settled, payout_failed = contract_listed, batch_opened, payout_sent, payout_sent

def verify(folder, vkey):
    """Section 6: the answer as one object, and the exit code."""
    log, levels = Log(folder), []
    rules = Rules(log)
    log.level_1()
    if log.complete:
        log.judge([2], log.size, level_2, log, vkey)
    log.judge([3], None, level_3, log)
    log.judge([4], None, rules.level_4)
    for level in (1, 2, 3, 4):
        _, at, why = min((fault for fault in log.faults if fault[0] == level), default=(level, None, ""))
        absent = ", ".join(path for of, path in log.absent if of in (0, level))
        state = f"fails at {at}: {why}" if why else f"not decided, absent: {absent}" if absent else "holds"
        levels.append({"level": level, "at": at, "state": state})
    counts = {word: Counter(kind for basis, kind in rules.rests if basis == word) for word in BASES}
    return {"size": log.size, "levels": levels, "rests_on": counts, "uncounted": rules.uncounted,
            "balances": balance_rows(log.entries)}, 1 if log.faults else 2 if log.absent else 0

def main(arguments=None):
    """One line per level, then the counts; exits 0, 1 or 2."""
    parser = argparse.ArgumentParser(description="Checks an export of the ledger on all four levels.")
    parser.add_argument("folder")
    parser.add_argument("--vkey", required=True, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="all of the answer, with the balances")
    options = parser.parse_args(arguments)
    try:
        answer, code = verify(options.folder, read_vkey(pathlib.Path(options.vkey).read_text().strip()))
    except (OSError, *FAULTS) as error:
        parser.exit(2, f"cannot be read: {error}\n")
    if options.json:
        print(json.dumps(answer))
        return code
    print(*(f"level {level['level']}: {level['state']}" for level in answer["levels"]), sep="\n")
    for word, kinds in answer["rests_on"].items():
        print(f"{word}: {sum(kinds.values())} {dict(kinds)}")
    print(f"tallies not recounted for want of their openings: {len(answer['uncounted'])}", *answer["uncounted"])
    return code

if __name__ == "__main__":
    raise SystemExit(main())
