// Checks a receipt in this browser, and sends nothing.
// C2SP tlog-proof, tlog-checkpoint and signed-note; RFC 6962; RFC 8032 without cofactor, S < L, no point of small order.
"use strict";
(() => {
const { subtle } = window.crypto;
const form = document.getElementById("verify");
const answer = document.getElementById("answer");
const words = JSON.parse(document.getElementById("words").content.textContent);
const box = form.elements;

/** What is wrong, by its code among the words. */
class No extends Error {
  constructor(code, values = {}) { super(code); this.values = values; }
}
const need = (holds, code, values) => { if (!holds) throw new No(code, values); };

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const little = (bytes) => bytes.reduceRight((number, byte) => number << 8n | BigInt(byte), 0n);
const sha = async (bits, ...parts) => {
  const whole = Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  return new Uint8Array(await subtle.digest(`SHA-${bits}`, whole));
};
/** Canonical base64 only. */
const base64 = (text) => {
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const binary = atob(text);
  return btoa(binary) === text ? Uint8Array.from(binary, (sign) => sign.charCodeAt(0)) : null;
};

// Browsers let different things pass.
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const EIGHTH = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const isSound = (point) => {
  const y = little(point) & (2n ** 255n - 1n);
  return y < P && ![0n, 1n, P - 1n, EIGHTH, P - EIGHTH].includes(y);
};
const imported = (key) => subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
/** For browsers without Ed25519; fetched now, to work offline. */
const library = (async () => {
  if (!subtle) return null;
  try {
    await imported(new Uint8Array(32).fill(2));
    return null;
  } catch {
    return import(form.dataset.library);
  }
})();
library.catch(() => {});
const holds = async (key, text, signature) => {
  const [R, S, message] = [signature.slice(0, 32), little(signature.slice(32)), utf8(text)];
  if (signature.length !== 64 || S >= L || !isSound(key) || !isSound(R)) return false;
  const noble = await library;
  if (!noble) return subtle.verify("Ed25519", await imported(key), signature, message);
  const times = (point, number) => number === 0n ? noble.Point.ZERO : point.multiply(number, false);
  const k = little(await sha(512, R, key, message)) % L;
  try {
    const [A, point] = [key, R].map((bytes) => noble.Point.fromBytes(bytes));
    return times(noble.Point.BASE, S).equals(point.add(times(A, k)));
  } catch {
    return false;
  }
};

/** A vkey; its base64 may hold plus signs. */
const readKey = async (key) => {
  const [first, second] = [key.indexOf("+"), key.indexOf("+", key.indexOf("+") + 1)];
  const [name, id, bytes] = [key.slice(0, first), key.slice(first + 1, second), base64(key.slice(second + 1))];
  need(first > 0 && second > 0 && !/\s/.test(name) && bytes?.length === 33 && bytes[0] === 1, "key", { key });
  need(hex(await sha(256, utf8(`${name}\n`), bytes)).slice(0, 8) === id, "key", { key });
  need(isSound(bytes.slice(1)), "weak", { key });
  return { name, id, point: bytes.slice(1) };
};

/** A signed note's text and signature lines; nothing if it is none. */
const readNote = (whole) => {
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0 || !whole.endsWith("\n") || /[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(whole)) return null;
  const lines = whole.slice(cut + 2, -1).split("\n").map((line) => {
    const [, name, blob] = line.match(/^— ([^\s+]+) (\S+)$/) ?? [];
    const bytes = name && base64(blob);
    return bytes?.length > 4 && { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
  });
  return lines.every(Boolean) ? { text: whole.slice(0, cut + 1), lines } : null;
};
const linesOf = (note, key) => note.lines.filter((line) => line.name === key.name && line.id === key.id);
/** A broken line of a key spoils its good ones. */
const spoils = async (note, key) => {
  for (const { bytes } of linesOf(note, key)) if (!await holds(key.point, note.text, bytes)) return true;
  return false;
};

const HEAD = "c2sp.org/tlog-proof@v1";
/** Without a mail program's quote marks and empty lines. */
const unquoted = (text) => {
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  const [mark] = lines.find((line) => line.endsWith(HEAD))?.match(/^[> ]*/) ?? [""];
  const bare = lines.map((line) => line === mark.trimEnd() ? "" : line.startsWith(mark) ? line.slice(mark.length) : line);
  return `${bare.join("\n").trim()}\n`;
};

const FOOT = /^[> ]*\S+\n[> ]*\d+\n[> ]*[A-Za-z0-9+/]{43}=$/m;
const readReceipt = (whole) => {
  const lines = whole.split("\n");
  const heads = lines.filter((line) => line === HEAD).length;
  need(whole.trim(), "empty");
  need(heads, FOOT.test(whole) && !/^index /m.test(whole) ? "foot" : "receipt");
  need(heads === 1, "several");
  need(lines[0] === HEAD, "above", { line: lines[0].slice(0, 80) });
  let at = 1;
  const right = (holds) => need(holds, "damaged", { line: at + 1 });
  const isWhole = (digits) => Number.isSafeInteger(Number(digits));
  let note = null;
  if (lines[1]?.startsWith("extra ")) {
    note = base64(lines[1].slice(6));
    right(note);
    at += 1;
  }
  const index = lines[at]?.match(/^index (0|[1-9]\d*)$/)?.[1];
  right(isWhole(index));
  const path = [];
  for (at += 1; lines[at] !== ""; at += 1) {
    path.push(base64(lines[at] ?? " "));
    right(path[path.length - 1]?.length === 32);
  }
  at += 1;
  const page = readNote(lines.slice(at).join("\n"));
  const [, origin, size, encoded] = page?.text.match(/^(.+)\n(0|[1-9]\d*)\n(.+)\n$/) ?? [];
  const root = origin && base64(encoded);
  right(root?.length === 32 && isWhole(size));
  return { note, index: Number(index), path, page, origin, size: Number(size), root };
};

/** The root that a path leads to (RFC 9162, section 2.1.3.2). */
const rootOf = async (note, index, size, path) => {
  let [at, last, hash] = [index, size - 1, await sha(256, [0], note)];
  if (at > last) return null;
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = await sha(256, [1], beside, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = await sha(256, [1], hash, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
};

const check = async (text, beside) => {
  need(subtle, "crypto");
  const { note = null, index, path, page, origin, size, root } = readReceipt(text);
  need(note ?? beside, "note");
  need(!note || !beside || hex(note) === hex(beside), "another", { number: numbered(index) });
  const given = box.keys.value.split("\n").map((line) => line.trim()).filter(Boolean);
  need(given.length, "none");
  const keys = await Promise.all(given.map(readKey));
  const of = (name) => keys.filter((key) => key.name === name);
  const list = (of, name) => [...new Set(of.map((one) => one[name]))].join(", ");
  const values = { origin, entries: grouped(size), number: numbered(index) };
  values.names = list(keys, "name");
  values.known = list(of(origin), "id");
  need(values.known, of(`${origin}/entry`).length ? "pages" : "other", values);
  const signed = of(origin).filter((key) => linesOf(page, key).length);
  const force = ({ id }) => words.force[`${origin}+${id}`] ?? [0];
  const isInForce = (key) => size >= force(key)[0] && size <= (force(key)[1] ?? size);
  const signer = signed.find(isInForce) ?? signed[0];
  values.id = signer?.id ?? list(page.lines, "id");
  need(signer, "unknown", values);
  for (const key of signed) need(!await spoils(page, key), "signature", values);
  need(isInForce(signer), "retired", values);
  const led = await rootOf(note ?? beside, index, size, path);
  need(led && hex(led) === hex(root), "path", values);
  return { ...values, key: `${origin}+${signer.id}`, ...await readEntry(note ?? beside, of(`${origin}/entry`)) };
};

/** The entry in a note, and which of the keys signed it. */
const readEntry = async (bytes, keys) => {
  let [note, entry] = [null, null];
  try {
    note = readNote(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    entry = JSON.parse(note.text);
  } catch { /* said below */ }
  need(typeof entry?.kind === "string" && note.text.indexOf("\n") === note.text.length - 1, "entry");
  for (const key of keys) need(!await spoils(note, key), "own", key);
  const own = keys.find((key) => linesOf(note, key).length);
  return { entry, own: own && `${own.name}+${own.id}` };
};

const say = (sentence, values) => sentence.replace(/⟦(\w+)⟧/g, (_, name) => values[name] ?? "");
const grouped = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const numbered = (index) => say(words.number, { index: grouped(index) });
const plain = (name, value) => {
  if (typeof value !== "string") return JSON.stringify(value);
  const [, minus, whole, fraction] = value.match(/^(-?)(\d+)\.(\d\d\d*?)0*$/) ?? [];
  return words.values[`${name} ${value}`] ?? (whole ? `${minus && "−"}${grouped(whole)}${words.point}${fraction}` : value);
};
const moment = (at) => {
  const day = new Date(at);
  if (Number.isNaN(day.getTime())) return String(at);
  return `${day.toLocaleDateString(words.locale, { dateStyle: "long", timeZone: "UTC" })}, ${day.toISOString().slice(11, 16)} (UTC)`;
};

const element = (tag, within, content = "", style = "") => {
  const made = within.appendChild(document.createElement(tag));
  made.textContent = content;
  made.className = style;
  return made;
};
const show = (style, title, ...sentences) => {
  answer.textContent = "";
  answer.className = style;
  element("h3", answer, title).tabIndex = -1;
  sentences.forEach((sentence) => element("p", answer, sentence));
  answer.closest("section").hidden = false;
  answer.firstChild.focus();
};
const pairs = (rows) => {
  const list = element("dl", answer);
  for (const [name, value] of rows) {
    const pair = element("div", list, "", "pair");
    element("dt", pair, name);
    element("dd", pair, value);
  }
};
const showEntry = ({ kind, at, lines, refs, calc }) => {
  pairs([[words.kind, words.kinds[kind] ?? kind], [words.when, moment(at)]]);
  const table = element("table", answer, "", "acct cols");
  for (const [account, unit, amount] of Array.isArray(lines) ? lines : []) {
    const row = element("tr", table);
    element("th", row, account).scope = "row";
    element("td", row, `${plain("", amount)} ${unit}`, "m");
  }
  const facts = Object.entries({ ...refs, ...calc }).filter(([name]) => name !== "book");
  pairs(facts.map(([name, value]) => [words.fields[name] ?? name, plain(name, value)]));
};

const run = async (texts, notes = []) => {
  try {
    need(texts.length < 2 && notes.length < 2, "several");
    const found = await check(unquoted(texts[0] ?? box.text.value), notes[0]);
    show("good", say(words.yes, found), say(words.signed, found), say(found.own ? words.own : words.unchecked, found));
    showEntry(found.entry);
  } catch (error) {
    const [title, sentence] = words.no[error instanceof No ? error.message : "broken"];
    show("stop", title, say(sentence, error.values ?? { error }));
  }
};
const take = async (files) => {
  const [texts, notes] = [[], []];
  for (const file of files) {
    if (file.name.endsWith(".note")) notes.push(new Uint8Array(await file.slice(0, 200000).arrayBuffer()));
    else texts.push(file.size < 200000 ? await file.text() : "…");
  }
  if (texts.length) box.text.value = texts.join("\n");
  run(texts, notes);
};
form.addEventListener("submit", (event) => { event.preventDefault(); box.files.value = ""; run([]); });
box.files.addEventListener("change", () => { if (box.files.files.length) take(box.files.files); });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
form.hidden = false;
if (box.text.value) run([]);
})();
