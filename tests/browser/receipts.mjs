// Makes logs of its own, with keys of its own: receipts as an honest co-op gives them, and as an attacker would. Nothing here
// comes from the program under test; only the curve's points are those of the library that the program serves.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { Point } from "../../static/noble-ed25519.js";

export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const sha = (name, ...parts) => createHash(name).update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const sha256 = (...parts) => sha("sha256", ...parts);
const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
export const bytes = (number) => Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();

/** A key pair with a name: its id, its vkey, and a way to sign. */
export function makeKey(name, seed = randomBytes(32)) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  const hash = sha("sha512", seed);
  hash[0] &= 248;
  hash[31] = (hash[31] & 127) | 64;
  return { ...named(name, point), scalar: little(hash.subarray(0, 32)), sign: (text) => sign(null, Buffer.from(text), secret) };
}

/** The name, id and vkey of a point. */
export function named(name, point) {
  const typed = Buffer.concat([Buffer.from([1]), point]);
  const id = sha256(`${name}\n`, typed).subarray(0, 4);
  return { name, point, id, vkey: `${name}+${id.toString("hex")}+${typed.toString("base64")}` };
}

/** A key whose vkey has a plus sign in its last part. */
export function makeKeyWithPlus(name) {
  for (;;) {
    const key = makeKey(name);
    if (key.vkey.split("+").length > 3) return key;
  }
}

export const note = (text, key, signature = key.sign(text)) =>
  `${text}\n— ${key.name} ${Buffer.concat([key.id, signature]).toString("base64")}\n`;

const root = (leaves) => {
  if (leaves.length < 2) return leaves[0];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256([1], root(leaves.slice(0, half)), root(leaves.slice(half)));
};
const path = (index, leaves) => {
  if (leaves.length < 2) return [];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return index < half
    ? [...path(index, leaves.slice(0, half)), root(leaves.slice(half))]
    : [...path(index - half, leaves.slice(half)), root(leaves.slice(0, half))];
};

/** The receipt of one of these notes. What is wrong with it comes in `how`. */
export function receipt(notes, index, key, how = {}) {
  const leaves = notes.map((bytes) => sha256([0], bytes));
  const text = `${how.origin ?? key.name}\n${how.size ?? notes.length}\n${root(leaves).toString("base64")}\n`;
  const extra = how.bare ? "" : `extra ${Buffer.from(notes[index]).toString("base64")}\n`;
  const hashes = path(index, leaves).map((hash) => `${hash.toString("base64")}\n`).join("");
  return `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${hashes}\n${note(text, key, how.signature?.(text, key))}`;
}

/** An entry's one line. */
export const entry = (fields = {}) =>
  `${JSON.stringify({ at: "2026-11-23T13:37:39Z", kind: "member.admitted", refs: { member: "M-0123ABCD" }, v: 1, ...fields })}\n`;

// Signatures that some verifiers let pass.
const challenge = (R, key, text) => little(sha("sha512", R, key.point, text)) % L;
/** The same signature, its S beyond the order of the group. */
export const beyond = (text, key) => {
  const signature = key.sign(text);
  return Buffer.concat([signature.subarray(0, 32), bytes(little(signature.subarray(32)) + L)]);
};
/** R is the neutral point: [S]B = R + [k]A holds. */
export const neutral = (text, key) => {
  const R = bytes(1n);
  return Buffer.concat([R, bytes((challenge(R, key, text) * key.scalar) % L)]);
};
/** R has a part of order eight: the equation holds only if both sides are multiplied by the cofactor. */
export const mixed = (text, key) => {
  const eighth = Point.fromBytes(bytes(0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n));
  const R = Buffer.from(Point.BASE.multiply(7n).add(eighth).toBytes());
  return Buffer.concat([R, bytes((7n + challenge(R, key, text) * key.scalar) % L)]);
};
