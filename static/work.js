// Counts the seconds in which the workbench is visible and used, saves the draft, and shows the time left.
// Without it nothing is lost: the time from claim to submit counts, and the button saves.
"use strict";
(() => {
  const form = document.getElementById("answer");
  if (!form) return;
  const field = form.elements.active_seconds;
  const left = document.getElementById("left");
  const saved = document.getElementById("saved");
  let active = Number(field.value) || 0;
  let touched = Date.now();
  let changed = false;
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) {
    addEventListener(sign, () => { touched = Date.now(); }, { passive: true });
  }
  form.addEventListener("input", () => { changed = true; });
  setInterval(() => {
    // Ninety seconds without a sign: reading ends somewhere.
    if (document.visibilityState === "visible" && Date.now() - touched < 90000) active += 1;
    field.value = String(active);
  }, 1000);
  const save = async () => {
    if (!changed) return;
    changed = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) saved.textContent = saved.dataset.saved; else changed = true;
    } catch { changed = true; }
  };
  setInterval(save, 10000);
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  addEventListener("keydown", (press) => {
    const place = Number(press.key);
    const choices = form.querySelectorAll("input[type=radio],input[type=checkbox]");
    if (place >= 1 && place <= choices.length && !press.ctrlKey && !press.metaKey && !press.altKey && press.target.type !== "text" && press.target.tagName !== "TEXTAREA") {
      choices[place - 1].click();
      choices[place - 1].focus();
    }
  });
  const due = Number(left.dataset.seconds) * 1000 + Date.now();
  setInterval(() => {
    const minutes = Math.max(0, Math.floor((due - Date.now()) / 60000));
    const time = minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
    left.firstElementChild.textContent = left.dataset.words.replace("%", time);
  }, 15000);
})();
