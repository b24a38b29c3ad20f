// Takes over what a model suggests, in place, and puts back what stood there before. Without it the same press saves what was typed, and
// the page comes back with the fields filled in.
"use strict";
(() => {
  const form = document.getElementById("answer");
  if (!form) return;
  const isPressed = (one) => one.type === "checkbox" || one.type === "radio";
  const fieldsOf = (question) => [...question.querySelectorAll("input[name],select[name],textarea[name]")];
  const isOpen = (question) => !fieldsOf(question).some((one) => (isPressed(one) ? one.checked : one.value.trim()));
  let taking = false;

  /** Writes into the fields of a question; those that draw or mark hear what stood there. */
  function write(question, valueOf) {
    const all = fieldsOf(question);
    taking = true;
    for (const [at, one] of all.entries()) {
      const before = one.value, value = valueOf(one, at);
      if (isPressed(one)) one.checked = Boolean(value); else one.value = value ?? "";
      if (one.tagName === "TEXTAREA") one.dispatchEvent(new CustomEvent("taken", { detail: before }));
    }
    all[0]?.dispatchEvent(new Event("input", { bubbles: true }));
    taking = false;
  }

  /** Room for as many pairs as there are. */
  function makeRoom(question, count) {
    const more = question.querySelector("[data-more]"), pairs = () => [...question.querySelectorAll(".pairing")];
    if (!more) return;
    while (pairs().length * 2 < count && pairs().length < Number(more.dataset.more)) {
      const next = pairs().at(-1).cloneNode(true);
      for (const typed of next.querySelectorAll("textarea")) { typed.value = ""; typed.required = false; }
      pairs().at(-1).after(next);
    }
    more.hidden = pairs().length >= Number(more.dataset.more);
  }

  /** What is suggested, in the order of the page: a preference is its choice and a reason, passages are lines and the box for none. */
  function fill(question, values) {
    makeRoom(question, values.length);
    const all = fieldsOf(question), pressed = all.filter(isPressed), typed = all.filter((one) => !isPressed(one));
    const both = pressed.length > 0 && typed.length > 0, isChoice = both && pressed[0].type === "radio";
    const chosen = both ? (isChoice ? values.slice(0, 1) : values.slice(1)) : values;
    const texts = both ? (isChoice ? values.slice(1) : values.slice(0, 1)) : values;
    write(question, (one) => {
      if (isPressed(one)) return chosen.includes(one.value);
      const text = texts[typed.indexOf(one)];
      // A reason that the model leaves to the member stays theirs.
      return isChoice && !text ? one.value : text;
    });
  }

  const suggested = [...form.querySelectorAll(".q")].filter((question) => question.querySelector("[data-fields]"));
  for (const question of suggested) {
    const button = question.querySelector("[data-take]"), words = button.firstElementChild;
    const values = JSON.parse(question.querySelector("[data-fields]").dataset.fields);
    let before = null;
    const say = (stood) => { before = stood; words.textContent = stood ? button.dataset.undo : button.dataset.take; };
    question.take = () => {
      const stood = fieldsOf(question).map((one) => (isPressed(one) ? one.checked : one.value));
      fill(question, values);
      say(stood);
    };
    button.addEventListener("click", (press) => {
      press.preventDefault();
      if (!before) { question.take(); return; }
      const stood = before;
      write(question, (_, at) => stood[at]);
      say(null);
    });
    // Whoever goes on from it keeps what they did.
    question.addEventListener("input", () => { if (!taking) say(null); });
  }
  form.querySelector("[data-take-all]")?.addEventListener("click", (press) => {
    press.preventDefault();
    for (const question of suggested.filter(isOpen)) question.take();
  });
})();
