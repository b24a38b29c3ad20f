// Lifts the veil of a picture where it stands, and lets it fall again at once: by its button, or by Escape, which folds texts away too.
// Without it the button leads to the page with the picture, or without. Nothing is remembered.
"use strict";
(() => {
  const main = document.getElementById("main"), ask = document.querySelector("[data-ask]");
  const tell = () => { ask.textContent = isOpen() ? ask.dataset.again : ask.dataset.show; };
  const blind = () => document.querySelector("img.blind");
  const isOpen = () => !blind() && !main.classList.contains("shut");
  const lift = () => {
    const img = blind(), veil = img?.closest("details");
    main.classList.remove("shut");
    if (img) {
      // What stood there before is no picture of that size: the clear one takes its place when it is whole.
      img.src = ask.dataset.clear;
      img.alt = ask.dataset.alt;
      img.className = "pic";
      for (const whole of document.querySelectorAll("[data-whole]")) whole.hidden = false;
      const told = () => document.dispatchEvent(new Event("unveiled"));
      img.decode().then(told, told);
    }
    if (veil) veil.open = true;
    tell();
  };
  const shut = () => { main.classList.add("shut"); tell(); };
  ask?.addEventListener("click", (press) => {
    press.preventDefault();
    if (isOpen()) shut(); else lift();
  });
  addEventListener("keydown", (press) => {
    if (press.key !== "Escape" || press.defaultPrevented) return;
    for (const open of document.querySelectorAll("details.veil[open]")) open.open = false;
    if (ask && isOpen()) shut();
  });
})();
