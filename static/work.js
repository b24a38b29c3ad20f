// Counts the seconds in which the workbench is visible and used, knows its keys, and shows the time left.
// Without it nothing is lost: the time from claim to submit counts.
"use strict";
(() => {
  const form = document.getElementById("answer");
  if (!form) return;
  // A question may have any name in small letters, and a field's name hides the form's own property of that name.
  const field = form.querySelector("[name=active_seconds]");
  const left = document.getElementById("left");
  let active = Number(field.value) || 0;
  let touched = Date.now();
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) {
    addEventListener(sign, () => { touched = Date.now(); }, { passive: true });
  }
  setInterval(() => {
    // Ninety seconds without a sign: reading ends somewhere.
    if (document.visibilityState === "visible" && Date.now() - touched < 90000) active += 1;
    field.value = String(active);
  }, 1000);
  // A key presses a choice of the question where the focus is, else of the first one that is not answered and knows the key.
  const questions = [...form.querySelectorAll(".q")];
  const isDone = (question) => question.querySelector("input:checked") || [...question.querySelectorAll("textarea,select,input[type=text]")].some((typed) => typed.value.trim());
  addEventListener("keydown", (press) => {
    const typing = press.target.type === "text" || /^(TEXTAREA|SELECT)$/.test(press.target.tagName);
    if (document.getElementById("main").inert || press.ctrlKey || press.metaKey || press.altKey || typing || !/^[1-9a-z]$/i.test(press.key)) return;
    const of = (question) => question.querySelector(`[data-key="${press.key.toLowerCase()}"]`);
    const here = press.target.closest(".q");
    const known = questions.filter(of);
    const question = here && of(here) ? here : known.find((one) => !isDone(one)) || known[0];
    if (!question) return;
    press.preventDefault();
    of(question).click();
    of(question).focus();
    // One choice is made: on to the next question, if it waits.
    const next = questions[questions.indexOf(question) + 1];
    if (of(question).type === "radio" && next && !isDone(next)) next.querySelector("input,textarea,select").focus();
  });
  const due = Number(left.dataset.seconds) * 1000 + Date.now();
  setInterval(() => {
    const minutes = Math.max(0, Math.floor((due - Date.now()) / 60000));
    const time = minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
    left.firstElementChild.textContent = left.dataset.words.replace("%", time);
  }, 15000);
})();
