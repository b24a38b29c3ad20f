// Makes a key in this browser, keeps it here, and signs with it. WebCrypto keeps the secret half where no script can read it; a
// browser without Ed25519 gets a small library, and the half lies in the browser's own store. Without this script everything
// can be pasted instead.
const bytes = (text) => new TextEncoder().encode(text);
const base64 = (array) => btoa(String.fromCharCode(...array));
const hex = (array) => [...array].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (array) => new Uint8Array(await crypto.subtle.digest("SHA-256", array));
const library = () => import(new URL("noble-ed25519.js", import.meta.url));

/** Asks the store of this browser something. */
const stored = (mode, ask) => new Promise((done, failed) => {
  const opening = indexedDB.open("manyhands", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys", { keyPath: "vkey" });
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const work = opening.result.transaction("keys", mode);
    const asked = ask(work.objectStore("keys"));
    work.onabort = work.onerror = () => failed(work.error);
    work.oncomplete = () => { opening.result.close(); done(asked.result); };
  };
});
export const kept = (name) => stored("readonly", (keys) => keys.getAll()).then((keys) => keys.filter((key) => key.name === name));

/** A new key of this name. One that was made before and never entered is taken again. */
async function make(name, known) {
  const before = (await kept(name)).find((key) => !known.includes(key.id));
  if (before) return before;
  let secret, open;
  try {
    const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    secret = pair.privateKey;
    open = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  } catch {
    secret = crypto.getRandomValues(new Uint8Array(32));
    open = await (await library()).getPublicKeyAsync(secret);
  }
  const point = Uint8Array.of(1, ...open);
  const id = hex((await sha256(Uint8Array.of(...bytes(`${name}\n`), ...point))).slice(0, 4));
  const key = { vkey: `${name}+${id}+${base64(point)}`, name, id, secret };
  await stored("readwrite", (keys) => keys.add(key));
  // The browser is asked not to clear it away; it may decline.
  navigator.storage?.persist?.().catch(() => {});
  return key;
}

/** The seal of a ballot: SHA-256 over the salt, the proposal, the member and the choice. */
export const seal = async (salt, proposal, member, choice) => {
  const drawn = salt.match(/../g).map((pair) => parseInt(pair, 16));
  return hex(await sha256(Uint8Array.of(...drawn, ...bytes(`${proposal}\n${member}\n${choice}`))));
};

/**
 * The note over a line, by a key. Signed is only what the page shows: the line must be about the body that stands below it, and a ballot's
 * seal about the choice that is read there.
 */
async function sign(key, { line, body, unsealed }) {
  const said = JSON.parse(line), entry = JSON.parse(body);
  if (entry.kind === "ballot.cast") {
    const { choice, salt } = JSON.parse(unsealed);
    const sealed = await seal(salt, entry.refs.proposal, entry.refs.member, choice);
    if (sealed !== entry.calc.sealed) throw new Error("the seal is not about the choice that is shown");
  }
  const fits = said.sha256 === hex(await sha256(bytes(body))) && said.does === entry.kind && [`${said.origin}/m/`, `${said.origin}/c/`].some((kind) => key.name.startsWith(kind));
  if (!fits) throw new Error("the text is not about what is shown");
  const text = bytes(`${line}\n`);
  const signature = key.secret instanceof Uint8Array
    ? await (await library()).signAsync(text, key.secret)
    : new Uint8Array(await crypto.subtle.sign("Ed25519", key.secret, text));
  const id = key.id.match(/../g).map((pair) => parseInt(pair, 16));
  return `${line}\n\n— ${key.name} ${base64(Uint8Array.of(...id, ...signature))}\n`;
}

/** Fills a field of a form when its button is pressed, instead of the person; who has a key of their own can still paste. */
function fill(form, name, value) {
  const input = form.elements[name];
  const field = input.closest(".field");
  const button = form.querySelector(".acts button");
  if (input.value && field.classList.contains("bad") && !form.dataset.make) return;
  field.hidden = true;
  const own = Object.assign(document.createElement("button"), { type: "button", className: "btn line", textContent: form.dataset.own });
  own.onclick = () => { field.hidden = false; own.remove(); form.onsubmit = null; input.focus(); };
  button.after(own);
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      input.value = await value();
      form.submit();
    } catch (error) {
      console.warn(error);
      button.disabled = false;
      own.click();
      const words = Object.assign(document.createElement("p"), { className: "small", textContent: form.dataset.failed });
      words.setAttribute("role", "alert");
      form.prepend(words);
    }
  };
}

for (const form of document.querySelectorAll("form[data-make]")) {
  const { make: name, known } = form.dataset;
  fill(form, "vkey", async () => (await make(name, known.split(","))).vkey);
}
for (const status of document.querySelectorAll("[data-held]")) {
  const { name, held, here, away } = status.dataset;
  const key = (await kept(name).catch(() => [])).find((key) => held.split(",").includes(key.id));
  status.textContent = key ? here.replace("%", key.id) : away;
  for (const form of document.querySelectorAll("form[data-sign]")) {
    if (key) fill(form, "note", () => sign(key, form.dataset));
  }
}
