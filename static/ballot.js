// The ballot: draws the salt here, so that the server cannot choose it, puts in the code that the mail's link carries, and shows first the
// way that this browser can go. Without this script everything is typed, and the server draws the salt.
import { kept } from "./keys.js";
import { code } from "./mailed.js";

const hex = (array) => [...array].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const ways = Object.fromEntries([...document.querySelectorAll("form[data-way]")].map((form) => [form.dataset.way, form]));
for (const form of Object.values(ways)) form.elements.salt.value = hex(crypto.getRandomValues(new Uint8Array(32)));
if (code && ways.code && !ways.code.elements.code.value) ways.code.elements.code.value = code;

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
