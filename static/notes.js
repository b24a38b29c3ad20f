// Entries of the book as the co-op's keys signed them, for the recount: signed notes, RFC 8032 without cofactor, S < L, no point of small
// order, as verify.js has it.
const { subtle } = crypto;
const utf8 = (text) => new TextEncoder().encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (text) => new Uint8Array(await subtle.digest("SHA-256", utf8(text)));
const little = (bytes) => bytes.reduceRight((number, byte) => number << 8n | BigInt(byte), 0n);
/** Canonical base64 only. */
const base64 = (text) => {
  const binary = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? atob(text) : "";
  return binary && btoa(binary) === text ? Uint8Array.from(binary, (sign) => sign.charCodeAt(0)) : null;
};

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const EIGHTH = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const isSound = (point) => {
  const y = little(point) & (2n ** 255n - 1n);
  return y < P && ![0n, 1n, P - 1n, EIGHTH, P - EIGHTH].includes(y);
};
const imported = (point) => subtle.importKey("raw", point, "Ed25519", false, ["verify"]).catch(() => null);
const holds = async ({ point, ready }, text, signature) => {
  const [R, S, message] = [signature.slice(0, 32), little(signature.slice(32)), utf8(text)];
  if (signature.length !== 64 || S >= L || !isSound(R)) return false;
  if (ready) return subtle.verify("Ed25519", ready, signature, message);
  // A browser without Ed25519.
  const { Point } = await import(new URL("noble-ed25519.js", import.meta.url));
  const k = little(new Uint8Array(await subtle.digest("SHA-512", Uint8Array.of(...R, ...point, ...message)))) % L;
  try {
    const led = Point.fromBytes(R).add(Point.fromBytes(point).multiply(k, false));
    return Point.BASE.multiply(S, false).equals(led);
  } catch {
    return false;
  }
};

/** The keys that sign entries, `[vkey, from, until]` each: in force from an index on, to another. */
export const readKeys = (rows) => Promise.all(rows.map(async ([vkey, from, until]) => {
  const [, name, id, blob] = vkey.match(/^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/), point = base64(blob).slice(1);
  if (!isSound(point)) throw new Error(`the key ${id} is weak`);
  return { name, id, from, until: until ?? Infinity, point, ready: await imported(point) };
}));

/** The entry in a note, and whether a key in force at its index signed it; nothing where there is no entry. */
export async function readEntry(whole, index, keys) {
  const [, text, name, blob] = whole?.match(/^([^\n]+\n)\n— ([^\s+]+) (\S+)\n$/) ?? [];
  const bytes = blob && base64(blob);
  if (!bytes) return null;
  const key = keys.find((one) => one.name === name && one.id === hex(bytes.slice(0, 4)) && one.from <= index && index <= one.until);
  return { ...JSON.parse(text), holds: Boolean(key) && await holds(key, text, bytes.slice(4)) };
}
