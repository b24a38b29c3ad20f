// Keeps answers on this device until they have arrived, and sends them when the line is back. Each arrives once: the server knows a
// form by its key. What is kept is its member's alone, and goes when they sign out.
const place = document.querySelector("[data-kept]");
const me = place.dataset.kept;
export const words = JSON.parse(place.dataset.words);
const BEGINS = "manyhands:", DAYS = 30, FIRST = 2000, LONGEST = 60000, PATIENCE = 30000;

/* What is kept: one record a claim, under its member's name. */
const nameOf = (claim) => `${BEGINS}${me}:${claim}`;
const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
const names = () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(BEGINS)); } catch { return []; } };
export const find = (claim) => read(nameOf(claim));
export const drop = (claim) => { try { localStorage.removeItem(nameOf(claim)); } catch { /* Then nothing is kept either. */ } };
const own = () => names().filter((name) => name.startsWith(nameOf(""))).map(read).filter(Boolean).sort((a, b) => a.at - b.at);

/** Keeps a record; whether this device could. */
export function put(record) {
  try {
    localStorage.setItem(nameOf(record.claim), JSON.stringify({ ...record, at: Date.now() }));
    return true;
  } catch { return false; }
}

/** Drops what was sent, unless it was changed meanwhile. */
export function settle(sent) {
  const now = find(sent.claim);
  if (now && now.to === sent.to && now.body === sent.body) drop(sent.claim);
}

/** Sends a record: `next`, `refused`, or that the line was cut or somebody else is signed in. */
export async function post(record, stay) {
  try {
    const answer = await fetch(stay ? `${record.to}?stay=1` : record.to, {
      method: "POST", body: new URLSearchParams(record.body), headers: { Accept: "application/json" },
      redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect" || answer.status === 404) return { out: true };
    if ([200, 422].includes(answer.status) && answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
    // A form that cannot be taken at all is not sent for ever; what may pass is.
    return [400, 403, 413, 415, 422].includes(answer.status) ? { refused: [words["kept-not-taken"]] } : { cut: true };
  } catch { return { cut: true }; }
}

/* What is said: above the page, each in a line with what can be done. */
const element = (tag, text, act) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (act) { made.type = "button"; made.addEventListener("click", act); }
  return made;
};
const link = (to, text) => { const made = element("a", text); made.href = to; return made; };
const filled = (id, places) => words[id].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
/** A sentence with its buttons. */
export const row = (id, places, ...acts) => { const made = element("p", `${filled(id, places)} `); made.append(...acts); return made; };
export const button = (id, act) => element("button", words[id], act);

/** That somebody must sign in for it, and where. */
export const signIn = (claim, title, ...acts) => row("kept-out", { title }, link(`/signin?next=${encodeURIComponent(`/claims/${claim}`)}`, words["kept-sign-in"]), ...acts);

const NONE = { claim: null, rows: () => [], cut: () => {}, next: (to) => location.assign(to), refused: (record, why) => put({ ...record, refused: why }) };
let bench = NONE;
let arrived = [], signedOut = false, leaving = false;

function rowsOf(record) {
  const places = { title: record.title, why: (record.refused ?? []).join(" ") };
  const away = button("kept-drop", () => { drop(record.claim); draw(); });
  const kept = element("details", ""), summary = element("summary", words["kept-text"]), text = element("p", record.text);
  kept.className = "why";
  text.className = "said";
  kept.append(summary, text);
  if (record.refused) return [row("kept-refused", places, link(`/claims/${record.claim}`, words["kept-open"]), " ", away), kept];
  if (signedOut) return [signIn(record.claim, record.title)];
  return [row("kept-waits-of", places, button("kept-now", flush))];
}

export function draw() {
  const rows = own().filter((record) => record.to && record.claim !== bench.claim).flatMap(rowsOf);
  const there = arrived.map(([id, title]) => row(id, { title }, link("/work", words["kept-more"])));
  const last = leaving && own().length ? [row("kept-leaving", {})] : [];
  place.replaceChildren(...bench.rows(signedOut), ...there, ...rows, ...last);
}

/* Sending: at once, when the line comes back or the page is looked at again, else in growing pauses. */
let pause = FIRST, timer = 0, under = Promise.resolve();
const waiting = () => own().filter((record) => record.to && !record.refused);

// The page of a claim that is handed in already has no form; whoever opened it is led on all the same.
const page = location.pathname.split("/")[1] === "claims" && !document.getElementById("answer") ? location.pathname.split("/")[2] : null;

async function sendAll() {
  signedOut = false;
  for (const record of waiting()) {
    const here = record.claim === bench.claim || record.claim === page;
    const done = await post(record, !here);
    if (done.out) {
      signedOut = true;
      if (here) bench.cut();
    } else if (done.refused) {
      (here ? bench : NONE).refused(record, done.refused);
    } else if (done.cut && here) bench.cut();
    else if (done.next) {
      settle(record);
      if (here) bench.next(done.next, record);
      else arrived.push([record.to.endsWith("/draft") ? "kept-saved-of" : "kept-arrived-of", record.title]);
    }
  }
}

/** Sends what waits. */
export async function flush() {
  clearTimeout(timer);
  await (under = under.then(sendAll));
  draw();
  if (!waiting().length) { pause = FIRST; return; }
  timer = setTimeout(flush, pause);
  pause = Math.min(pause * 2, LONGEST);
}

/** The bench of a claim is open on this page: it says itself what becomes of its answer. */
export function watch(open) { bench = open; begin(); }

const begin = () => { draw(); again(); };
const again = () => { if (waiting().length) { pause = FIRST; flush(); } };
addEventListener("online", again);
addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") again(); });
// What another page of ours kept or sent meanwhile.
addEventListener("storage", (event) => { if (!event.key || event.key.startsWith(nameOf(""))) draw(); });

// Whoever signs out leaves nothing behind; told once what would be lost.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/signout") return;
  if (own().length && !leaving) {
    event.preventDefault();
    leaving = true;
    flush();
    return;
  }
  for (const { claim } of own()) drop(claim);
});

for (const name of names()) if (!(read(name)?.at > Date.now() - DAYS * 86400000)) localStorage.removeItem(name);
if (!document.getElementById("answer")) begin();
