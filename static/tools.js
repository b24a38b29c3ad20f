// Puts in order by pressing, makes room for more pairs, marks by selecting. Without it places are chosen from lists, room comes with
// the saved draft, and passages are typed: the same fields are sent.
"use strict";
(() => {
  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  for (const note of document.querySelectorAll("[data-rank]")) {
    const group = note.closest("fieldset");
    const places = [...group.querySelectorAll("select")];
    const again = group.querySelector("[data-again]");
    note.textContent = note.dataset.words;
    again.hidden = false;
    again.addEventListener("click", () => { for (const place of places) place.value = ""; tell(again); });
    // The best is pressed first. Pressed again it comes out, and those after it move up.
    group.addEventListener("click", (press) => {
      const row = press.target.closest(".place");
      if (!row || press.target.closest("select")) return;
      press.preventDefault();
      const place = row.querySelector("select");
      const was = Number(place.value);
      if (was) {
        place.value = "";
        for (const other of places) if (Number(other.value) > was) other.value = String(other.value - 1);
      } else {
        let free = 1;
        while (places.some((other) => Number(other.value) === free)) free += 1;
        place.value = String(free);
      }
      tell(place);
    });
  }

  for (const more of document.querySelectorAll("[data-more]")) {
    more.addEventListener("click", (press) => {
      press.preventDefault();
      const pairs = more.closest("fieldset").querySelectorAll(".pairing");
      const next = pairs[pairs.length - 1].cloneNode(true);
      for (const typed of next.querySelectorAll("textarea")) { typed.value = ""; typed.required = false; }
      pairs[pairs.length - 1].after(next);
      next.querySelector("textarea").focus();
      more.hidden = pairs.length + 1 >= Number(more.dataset.more);
    });
  }

  // Places are counted in code points, as the server counts them.
  const passage = document.querySelector(".passage");
  const notes = [...document.querySelectorAll("[data-spans]")];
  if (!passage || !notes.length) return;
  const points = [...passage.textContent];
  let chosen = null, fading = 0;
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const inside = selection.rangeCount && !selection.isCollapsed && passage.contains(selection.anchorNode) && passage.contains(selection.focusNode);
    clearTimeout(fading);
    // A finger on a label takes the selection away a moment before it presses.
    if (!inside) { fading = setTimeout(() => { chosen = null; }, 600); return; }
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.setStart(passage, 0);
    before.setEnd(range.startContainer, range.startOffset);
    let start = [...before.toString()].length;
    let end = start + [...range.toString()].length;
    while (start < end && !points[start].trim()) start += 1;
    while (end > start && !points[end - 1].trim()) end -= 1;
    chosen = start < end ? [start, end] : null;
  });

  const read = (line) => { const found = line.match(/^(\d+)-(\d+) (.+)$/); return found && { start: Number(found[1]), end: Number(found[2]), label: found[3] }; };
  const groups = notes.map((note) => {
    const group = note.closest("fieldset");
    const typed = group.querySelector("textarea");
    return { group, note, typed, list: group.querySelector(".marked"), lines: () => typed.value.split("\n").filter((line) => line.trim()) };
  });
  const draw = () => {
    const spans = groups.flatMap(({ lines }) => lines().map(read).filter(Boolean));
    const edges = [...new Set([0, points.length, ...spans.flatMap(({ start, end }) => [start, end])])].filter((edge) => edge <= points.length).sort((a, b) => a - b);
    const parts = edges.slice(1).map((end, place) => {
      const text = points.slice(edges[place], end).join("");
      const over = spans.filter((span) => span.start <= edges[place] && span.end >= end);
      if (!over.length) return document.createTextNode(text);
      const mark = document.createElement("mark");
      mark.textContent = text;
      mark.dataset.label = over.filter((span) => span.end === end).map(({ label }) => label).join(", ");
      return mark;
    });
    passage.replaceChildren(...parts);
    for (const { typed, list, lines } of groups) {
      list.replaceChildren(...lines().map((line) => {
        const span = read(line), row = document.createElement("li"), words = document.createElement("span"), off = document.createElement("button");
        words.textContent = span ? `${span.label}: ${points.slice(span.start, span.end).join("")}` : line;
        off.type = "button";
        off.textContent = list.dataset.unmark;
        off.setAttribute("aria-label", `${list.dataset.unmark}: ${words.textContent}`);
        off.addEventListener("click", () => { typed.value = lines().filter((other) => other !== line).join("\n"); tell(typed); draw(); });
        row.append(words, off);
        return row;
      }));
    }
  };
  for (const { group, note, typed, list, lines } of groups) {
    note.textContent = note.dataset.words;
    list.hidden = false;
    typed.parentElement.hidden = true;
    typed.addEventListener("taken", draw);
    for (const label of group.querySelectorAll("[data-label]")) {
      label.disabled = false;
      label.addEventListener("pointerdown", (press) => press.preventDefault());
      label.addEventListener("click", () => {
        if (!chosen) return;
        const [start, end] = chosen;
        // Marked anew, a passage takes the place of those of its label that it touches.
        const kept = lines().filter((line) => { const span = read(line); return !span || span.label !== label.dataset.label || span.end <= start || span.start >= end; });
        typed.value = [...kept, `${start}-${end} ${label.dataset.label}`].join("\n");
        group.querySelector("[type=checkbox]").checked = false;
        chosen = null;
        getSelection().removeAllRanges();
        tell(typed);
        draw();
      });
    }
  }
  draw();
})();
