// The ballot: draws the salt here, so that the server cannot choose it, keeps it here with the choice, so that the server cannot lose it,
// puts in the code that the mail's link carries, and shows first the way that this browser can go. Without this script everything is typed,
// the server draws the salt, and the page shows it to be saved.
import { kept, seal } from "./keys.js";
import { code, onCode, used } from "./mailed.js";
import { drop, forget, keep, list } from "./own-ballots.js";

const hex = (array) => [...array].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const ways = Object.fromEntries([...document.querySelectorAll("form[data-way]")].map((form) => [form.dataset.way, form]));
for (const form of Object.values(ways)) {
  const { salt } = form.elements, { vote, member } = form.dataset;
  salt.value = hex(crypto.getRandomValues(new Uint8Array(32)));
  form.addEventListener("submit", ({ submitter }) => {
    if (!submitter?.value) return;
    keep(vote, member, { choice: submitter.value, salt: salt.value });
    if (form === ways.code) used();
  });
}
if (code && ways.code && !ways.code.elements.code.value) ways.code.elements.code.value = code;
// A newer mail ends what stood there.
onCode((digits) => { if (ways.code) ways.code.elements.code.value = digits; });
// The answer is of the very ballot that was sent, and it was not cast. Where no answer came, what opens it stays.
for (const { dataset: { vote, member, choice, refused } } of document.querySelectorAll("[data-refused]")) {
  drop(vote, member, { choice, salt: refused });
}

/** The ballot that this page shows, if it was cast here: its entry is noted, and what opens it stands in the form that asks for it. */
async function own(shown) {
  const { vote, member, index, sealed, here, remove } = shown.dataset;
  for (const { choice, salt } of list(vote, member)) {
    if (await seal(salt, vote, member, choice) !== sealed) continue;
    keep(vote, member, { choice, salt, index: Number(index) });
    const form = document.querySelector('form[action$="/ballot/open"]');
    if (form && !form.elements.salt.value) Object.assign(form.elements.choice, { value: choice }).form.elements.salt.value = salt;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn line", textContent: remove });
    const line = Object.assign(document.createElement("p"), { className: "acts" });
    button.onclick = () => { forget(vote, member); shown.textContent = ""; line.remove(); };
    line.append(button);
    shown.textContent = here;
    shown.after(line);
  }
}
for (const shown of document.querySelectorAll("[data-sealed]")) await own(shown);

/** Puts the other way behind a button, unless something was wrong there. */
const aside = (form) => {
  const leaf = form.closest(".leaf");
  if (leaf.querySelector(".bad,[aria-pressed=true]")) return;
  leaf.hidden = true;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn line", textContent: form.dataset.instead });
  const line = Object.assign(document.createElement("p"), { className: "acts" });
  button.onclick = () => { leaf.hidden = false; line.remove(); leaf.querySelector("input:not([type=hidden]),button").focus(); };
  line.append(button);
  Object.values(ways).find((other) => other !== form).after(line);
};
const { name, held } = document.querySelector("[data-held]")?.dataset ?? {};
if (ways.key && ways.code) {
  const here = (await kept(name).catch(() => [])).some((key) => held.split(",").includes(key.id));
  aside(here ? ways.code : ways.key);
}
