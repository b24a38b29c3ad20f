// Keys for whoever judges piece after piece: each form or link that has one shows it. Without this everything is pressed as it stands.
"use strict";
(() => {
  const keyed = new Map();
  for (const form of document.querySelectorAll("form[data-hot]")) {
    const button = form.querySelector("button");
    const field = form.querySelector("select,textarea,input:not([type=hidden])");
    keyed.set(form.dataset.hot, { shown: button, press: () => (field ? field.focus() : button.click()) });
  }
  const reject = document.querySelector('main a[href$="/reject"]');
  if (reject) keyed.set("r", { shown: reject, press: () => reject.click() });
  for (const [key, { shown }] of keyed) {
    const sign = document.createElement("kbd");
    sign.textContent = key;
    sign.setAttribute("aria-hidden", "true");
    shown.append(" ", sign);
    shown.setAttribute("aria-keyshortcuts", key);
  }
  addEventListener("keydown", (press) => {
    // A key that is held down judges one piece, not ten; and what is typed into a field is text.
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(press.target.tagName);
    if (press.repeat || typing || press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return;
    const found = keyed.get(press.key.toLowerCase());
    if (!found) return;
    press.preventDefault();
    found.press();
  });
})();
