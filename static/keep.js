// What is typed, chosen or drawn is kept on the device, saved as a draft every ten seconds, and handed in through the outbox.
// Without it the form sends itself, and the button saves.
import { button, draw, drop, find, flush, post, put, row, signIn, watch, words } from "./outbox.js";

// A question may have any name in small letters, and a field's name hides the form's own property of that name.
const form = document.getElementById("answer");
const main = document.getElementById("main"), saved = document.getElementById("saved");
const [submitTo, draftTo] = [form.getAttribute("action"), form.getAttribute("data-draft")];
const claim = submitTo.split("/")[2], title = form.querySelector("h1").textContent;
// The result of another tool goes the ordinary way, by itself: a file cannot be kept here.
const results = [...form.querySelectorAll("[data-result]")];
const fields = () => [...form.querySelectorAll("[name]")].filter((one) => one.tagName !== "BUTTON" && !["key", "active_seconds"].includes(one.name) && !results.includes(one));
const isPressed = (one) => one.type === "checkbox" || one.type === "radio";
const bodyOf = () => {
  const all = new FormData(form);
  for (const one of results) all.delete(one.name);
  return new URLSearchParams(all).toString();
};

let changed = false;   // Since the server had it last.
let said = null;       // What became of it: the id of a sentence.
let slow = 0;

/** What stands in the form, to be put back or copied. */
function snapshot(to) {
  const all = fields();
  const given = all.map((one) => [one.name, isPressed(one) ? one.checked : one.value]);
  const text = all.filter((one) => !isPressed(one) || one.checked).map((one) => one.value.trim()).filter(Boolean).join("\n");
  return { claim, title, given, text, to, body: to ? bodyOf() : null, refused: null };
}
const keep = (to = null) => {
  const could = put(snapshot(to));
  if (!could) saved.textContent = words["kept-no-room"];
  return could;
};

/** Puts back what was kept: rows of pairs are made as they were. */
function restore({ given }) {
  const of = (name) => given.filter(([one]) => one === name).map(([, value]) => value);
  for (const more of form.querySelectorAll("[data-more]")) {
    const group = more.closest("fieldset"), pairs = () => [...group.querySelectorAll(".pairing")];
    const name = group.querySelector("textarea").name, rows = Math.ceil(of(name).length / 2);
    while (pairs().length < Math.min(rows, Number(more.dataset.more))) {
      const next = pairs().at(-1).cloneNode(true);
      for (const typed of next.querySelectorAll("textarea")) typed.required = false;
      pairs().at(-1).after(next);
    }
    more.hidden = pairs().length >= Number(more.dataset.more);
  }
  const queues = new Map();
  for (const one of fields()) {
    if (!queues.has(one.name)) queues.set(one.name, of(one.name));
    const value = queues.get(one.name).shift();
    if (value === undefined) continue;
    if (isPressed(one)) one.checked = value; else one.value = value;
  }
}

/** The server has what stands here. */
const isSaved = () => {
  saved.textContent = saved.dataset.saved;
  if (said !== null) { said = null; draw(); }
};

/* Drafts: what the server has need not be kept here. */
async function save() {
  if (!changed || main.inert) return;
  changed = false;
  const done = await post(snapshot(draftTo));
  if (done.next && !changed) {
    drop(claim);
    isSaved();
  } else if (!done.next) {
    changed = true;
    saved.textContent = words["kept-here"];
  }
}
setInterval(save, 10000);
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });

let soon = 0;
const keepNow = () => { if (soon) { clearTimeout(soon); soon = 0; keep(find(claim)?.to ?? null); } };
form.addEventListener("input", () => {
  changed = true;
  if (said === "kept-restored") { said = null; draw(); }
  soon ||= setTimeout(keepNow, 200);
});
addEventListener("pagehide", keepNow);

/* Handing in. What arrives is what was sent: meanwhile nothing changes. */
const release = () => { main.inert = false; clearTimeout(slow); };
const rows = (out) => {
  if (said === "kept-restored") return [row(said, {}, button("kept-saved", () => { drop(claim); location.reload(); }))];
  if (!said) return [];
  if (said === "kept-sending") return [row(said, {})];
  if (out) return [signIn(claim, title, " ", button("kept-change", change))];
  const now = button("kept-now", () => { flush(); });
  return [said === "kept-waits" ? row(said, {}, now, " ", button("kept-change", change)) : row(said, {}, now)];
};
/** If the first one arrived all the same, another key makes the server say so. */
function change() {
  const key = form.querySelector("[name=key]");
  key.value += "-b";
  said = null;
  changed = true;
  release();
  keep();
  draw();
}
/** The form goes the ordinary way, and the page that says no comes, with everything in it. */
function refused(record) {
  put({ ...record, to: null, body: null });
  release();
  const sent = new URLSearchParams(record.body);
  form.querySelector("[name=key]").value = sent.get("key");
  HTMLFormElement.prototype.submit.call(form);
}
async function handIn() {
  clearTimeout(soon);
  soon = 0;
  if (!keep(submitTo)) { HTMLFormElement.prototype.submit.call(form); return; }
  main.inert = true;
  slow = setTimeout(() => { said = "kept-sending"; draw(); }, 1000);
  const sent = find(claim);
  await flush();
  clearTimeout(slow);
  if (find(claim)?.to !== sent.to) return;
  said = "kept-waits";
  draw();
}

async function saveDraft() {
  clearTimeout(soon);
  soon = 0;
  if (!keep(draftTo)) { form.setAttribute("action", draftTo); HTMLFormElement.prototype.submit.call(form); return; }
  await flush();
  if (!find(claim)?.to) return;
  said = "kept-waits-draft";
  draw();
}

/** With a result: first what was typed, by itself. Where the line is cut, everything stays on the page. */
async function sendResult(to) {
  changed = true;
  const saving = save();
  main.inert = true;
  await saving;
  main.inert = false;
  if (changed) return;
  form.setAttribute("action", to);
  HTMLFormElement.prototype.submit.call(form);
}

// After every other listener: the drawing's own rules may stop an answer.
document.addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  // What a model suggests is taken over by the server where its script did not come: what was typed goes along.
  if (/[?&]take=/.test(event.submitter?.getAttribute("formaction"))) { drop(claim); return; }
  event.preventDefault();
  if (main.inert) return;
  if (results.some((one) => one.value)) { sendResult(event.submitter?.getAttribute("formaction") ?? submitTo); return; }
  if (/\/draft(\?|$)/.test(event.submitter?.getAttribute("formaction"))) saveDraft(); else handIn();
});

/* What was kept before. A page that answers a form has it all; after a result was sent, the server does. */
if (form.hasAttribute("data-fresh")) {
  drop(claim);
  history.replaceState(null, "", location.pathname);
}
const kept = find(claim);
if (form.hasAttribute("data-typed")) { changed = true; keep(); }
else if (kept) {
  restore(kept);
  if (kept.to === submitTo && !kept.refused) { main.inert = true; said = "kept-sending"; }
  else if (kept.to === draftTo) { said = "kept-waits-draft"; changed = true; }
  else { said = "kept-restored"; changed = true; put({ ...kept, to: null, refused: null }); }
}
const next = (to, record) => {
  clearTimeout(slow);
  // A draft that waited for the line disturbs nobody who types on.
  if (record.to === draftTo && said === "kept-waits-draft") isSaved(); else location.assign(to);
};
const cut = () => { if (said === "kept-sending") { said = "kept-waits"; draw(); } };
watch({ claim, rows, refused, next, cut });

/* While this task is worked on, the picture of the next one comes ahead; never where data is to be saved. */
const fetchAhead = async () => {
  if (navigator.connection?.saveData || !navigator.onLine) return;
  const { picture } = await post({ to: form.getAttribute("data-ahead"), body: `key=${form.querySelector("[name=key]").value}-ahead` });
  if (picture) Object.assign(new Image(), { referrerPolicy: "no-referrer", src: picture });
};
if (form.hasAttribute("data-ahead")) { if (document.readyState === "complete") fetchAhead(); else addEventListener("load", fetchAhead, { once: true }); }
