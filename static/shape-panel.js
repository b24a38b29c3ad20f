// The tools below the picture: what can be pressed, the list of shapes, and the line that says what was done.
import { make } from "./shape-view.js";

/** Rows of buttons; `does` has what each of them does, `labels` are pairs of a name and its key (or null). */
export function panelOf(say, { fixed, tools, labels }, does) {
  const told = make("p", { class: "told small", role: "status" });
  const row = (id, kind) => make("div", { class: `draws ${kind}`, role: "group", "aria-label": say(id) });
  const [first, acts] = [row("shape-tools", ""), row("shape-changes", "acting")];
  const [names, list] = [row("shape-label-of", "headed"), row("shape-shapes", "headed")];
  const button = (row, words, act, attributes = {}) => {
    const made = make("button", { type: "button", ...attributes }, words);
    made.addEventListener("click", act);
    row.append(made);
    return made;
  };
  const toolButtons = (fixed ? [] : ["move", ...tools]).map((name) => [name, button(first, say(`shape-${name}`), () => does.take(name))]);
  button(first, "−", () => does.zoom(1 / 1.5), { "aria-label": say("shape-zoom-out") });
  button(first, "+", () => does.zoom(1.5), { "aria-label": say("shape-zoom-in") });
  button(first, say("shape-fit"), does.fit);
  const labelButtons = labels.map(([name, key]) => {
    const made = button(names, name, () => does.pick(name));
    if (key) made.prepend(make("kbd", {}, key), " ");
    return [name, made];
  });
  const act = (id, run) => button(acts, say(id), run);
  const [undoing, redoing] = [act("shape-undo", does.undo), act("shape-redo", does.redo)];
  const [closing, cancelling] = [act("shape-close", does.close), act("shape-cancel", does.cancel)];
  const [adding, cutting] = [act("shape-add-point", does.add), act("shape-delete-point", does.cut)];
  const deleting = act("shape-delete-shape", does.remove);
  const panel = make("div", { class: "drawing" });
  panel.append(told, first, ...(fixed ? [] : [acts, ...(labels.length > 1 ? [names] : []), list]));
  panel.append(make("p", { class: "vh", id: "shape-keys" }, say(fixed ? "shape-hint-look-keys" : "shape-hint-keys")));

  const paintList = (shapes, chosen) => {
    list.hidden = !shapes.length;
    while (list.children.length > shapes.length) list.lastChild.remove();
    shapes.forEach((shape, n) => {
      const made = list.children[n] ?? button(list, "", () => does.choose(n));
      const bad = Boolean(shape.fault) && !shape.open;
      made.textContent = say("shape-name", { number: n + 1, label: shape.label || "?" });
      const places = { number: n + 1, label: shape.label, points: shape.points.length };
      const name = say(`shape-name-${shape.open ? "open" : shape.tool}`, places);
      made.setAttribute("aria-label", bad ? `${name}. ${say(shape.fault.code, shape.fault.places)}` : name);
      made.setAttribute("aria-pressed", String(n === chosen));
      made.classList.toggle("bad", bad);
    });
  };
  /** Which of them are pressed, can be pressed, and are there. */
  const paint = ({ shapes, chosen, point, tool, label, begun, open, past, future }) => {
    const press = (buttons, which) => buttons.forEach(([name, made]) => made.setAttribute("aria-pressed", String(name === which)));
    press(toolButtons, tool);
    press(labelButtons, label);
    // Until there is something to undo or to change, the question stands higher.
    acts.hidden = !past && !future && !begun && !open && chosen < 0;
    undoing.disabled = !past && !begun;
    redoing.disabled = !future;
    closing.hidden = !open;
    cancelling.hidden = !open && !begun;
    deleting.hidden = chosen < 0 || shapes[chosen].open || point >= 0;
    adding.hidden = cutting.hidden = point < 0 || shapes[chosen]?.tool === "box";
    paintList(shapes, chosen);
  };
  const tell = (words, isFault) => {
    told.textContent = words;
    told.classList.toggle("w", isFault);
  };
  return { panel, paint, tell };
}

/** Folds the field away under its words, with its hints; what is wrong is said before it. */
export function foldAway(field, say) {
  const alarm = make("p", { class: "note warn", role: "alert", tabindex: "-1", hidden: "" });
  const folded = make("details", { class: "why" }, make("summary", {}, say("shape-as-text")));
  const hints = field.parentNode.querySelectorAll("[data-shape-hint]");
  field.before(folded, alarm);
  folded.append(...hints, field);
  return alarm;
}
