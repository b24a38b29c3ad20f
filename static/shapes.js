// Draws boxes and polygons on a picture by mouse, touch and keyboard. What is drawn stands as lines in the form's own field,
// so drafts and answers go the same way as without this script; every word comes with the page.
import { foldAway, panelOf } from "./shape-panel.js";
import { lineOf, rulesOf, wordsOf } from "./shape-rules.js";
import { NEAR, clamp, far, outline, viewOf } from "./shape-view.js";

/** How far a finger may slip and still tap. */
const TAP = 6;

function begin(field, img) {
  const words = JSON.parse(field.dataset.words), labels = JSON.parse(field.dataset.labels), tools = field.dataset.tools.split(" ");
  const say = (id, places = {}) => words[id].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
  const fixed = field.tagName !== "TEXTAREA";
  const size = field.dataset.size ? field.dataset.size.split(" ").map(Number) : [img.naturalWidth, img.naturalHeight];
  const rules = rulesOf({ tools, labels: labels.map(([name]) => name), size });
  const textOf = () => (fixed ? field.textContent : field.value);

  let { shapes, faults } = rules.read(textOf());
  let tool = fixed || shapes.length ? "move" : tools.at(-1);
  let label = labels[0][0];
  let chosen = -1, point = -1;      // Of the shapes, of its points.
  let corner = null;                // The first of a box, while the second is wanted.
  let cursor = [size[0] * 5, size[1] * 5], byKeys = false;
  let gesture = null, pinch = null;
  const past = [], future = [], fingers = new Map();

  /* What stands on the page. */
  const entered = (n) => { point = n; chosen = shapes.indexOf(gripped()); draw(); };
  const scene = viewOf(img, size, say, { looked: () => draw(), entered });
  const { stage, grips, view, toScreen, toPicture, look } = scene;
  const does = {
    take: (name) => take(name), zoom: (by) => zoomBy(by), fit: () => { scene.fit(); tellZoom(); }, pick: (name) => pick(name),
    undo: () => travel(past, future, "undone"), redo: () => travel(future, past, "redone"), close: () => close(), cancel: () => cancel(),
    add: () => add(), cut: () => cut(), remove: () => remove(), choose: (n) => { choose(n); focusGrip(); },
  };
  const { panel, ...buttons } = panelOf(say, { fixed, tools, labels }, does);
  scene.enter(panel);
  const alarm = fixed ? null : foldAway(field, say);

  const tellZoom = () => tell("shape-said-zoom", { percent: Math.round(view.scale * 100) });
  const zoomBy = (by) => {
    const middle = byKeys ? toScreen(cursor) : [stage.clientWidth / 2, stage.clientHeight / 2];
    scene.zoom({ ...view }, by, middle, middle);
    tellZoom();
  };

  /* Words. */
  const placesOf = (shape) => ({ label: shape.label, points: shape.points.length, count: shapes.length });
  const tell = (id, places = {}) => {
    const fault = faults.find((fault) => fault.code !== "shape-open");
    buttons.tell(`${say(id, places)}${fault ? ` ${say(fault.code, fault.places)}` : ""}`, Boolean(fault));
  };
  const openOne = () => shapes.findIndex((shape) => shape.open && shape.points.length);

  /* Changing: the field's text is the state, and each change one step back. */
  const read = () => {
    ({ shapes, faults } = rules.read(textOf()));
    chosen = chosen < shapes.length ? chosen : -1;
    point = chosen >= 0 && point < outline(shapes[chosen]).length ? point : -1;
  };
  const write = (text) => {
    field.value = text;
    alarm.hidden = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    read();
    draw();
  };
  const commit = () => {
    past.push(textOf());
    future.length = 0;
    write(shapes.map((shape) => (shape.changed ? lineOf(shape, say("shape-between")) : shape.raw)).join("\n"));
  };
  const travel = (from, to, done) => {
    if (corner) { corner = null; draw(); return; }
    if (!from.length) return;
    to.push(textOf());
    point = -1;
    write(from.pop());
    tell(`shape-said-${done}`, { count: shapes.length });
  };
  const put = (shape) => {
    shapes.push({ raw: "", open: false, changed: true, label, ...shape });
    chosen = shapes.length - 1;
    commit();
  };
  const change = (shape, changes = {}) => { Object.assign(shape, changes, { changed: true }); commit(); };

  const close = () => {
    const open = openOne();
    if (open < 0) return;
    const shape = shapes[open];
    if (shape.points.length < 3) { buttons.tell(say("shape-points-few", { line: open + 1 }), true); return; }
    chosen = open;
    point = -1;
    change(shape, { open: false });
    tell("shape-said-closed", placesOf(shape));
  };
  const cancel = () => {
    const open = openOne();
    if (corner) { corner = null; draw(); hint(); return; }
    if (open < 0) { chosen = point = -1; draw(); hint(); return; }
    const [gone] = shapes.splice(open, 1);
    chosen = point = -1;
    commit();
    tell("shape-said-cancelled", placesOf(gone));
  };
  const remove = () => {
    if (chosen < 0) return;
    const [gone] = shapes.splice(chosen, 1);
    chosen = point = -1;
    commit();
    tell("shape-said-deleted", placesOf(gone));
  };
  const cut = () => {
    const shape = shapes[chosen];
    if (!shape || point < 0) return;
    if (shape.tool === "box" || shape.points.length <= (shape.open ? 1 : 3)) { tell("shape-said-least"); return; }
    shape.points.splice(point, 1);
    point = Math.min(point, shape.points.length - 1);
    change(shape);
    tell("shape-said-point-deleted", placesOf(shape));
    focusGrip();
  };
  /** Halfway to the next point. */
  const add = () => {
    const shape = shapes[chosen];
    if (!shape || point < 0 || shape.tool === "box") return;
    const [a, b] = [shape.points[point], shape.points[(point + 1) % shape.points.length]];
    shape.points.splice(point + 1, 0, [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)]);
    point += 1;
    change(shape);
    tell("shape-said-added", { point: point + 1 });
    focusGrip();
  };
  /** Sets a corner or a point, or closes at the first one. */
  const set = (at, near = NEAR / 2) => {
    if (tool === "box") {
      if (!corner) { corner = at; draw(); tell("shape-said-corner", { at: wordsOf(at) }); return; }
      box(corner, at);
      return;
    }
    const open = openOne(), shape = shapes[open];
    if (open >= 0 && shape.points.length >= 3 && far(toScreen(shape.points[0]), toScreen(at)) <= near) { close(); return; }
    if (open < 0) put({ tool: "polygon", open: true, points: [at] });
    else if (wordsOf(shape.points.at(-1)) !== wordsOf(at)) { shape.points.push(at); chosen = open; change(shape); }
    tell("shape-said-point", { point: shapes[chosen].points.length, at: wordsOf(at) });
  };
  const box = (a, b) => {
    corner = null;
    if (a[0] === b[0] || a[1] === b[1]) { draw(); return; }
    put({ tool: "box", points: [a, b] });
    tell("shape-said-box", { label });
  };
  const hint = () => { tell(fixed ? "shape-hint-look" : `shape-hint-${tool}`); };
  const take = (name) => {
    tool = name;
    corner = null;
    if (name !== "move") chosen = point = -1;
    draw();
    hint();
  };
  const pick = (name) => {
    label = name;
    const shape = shapes[tool === "move" ? chosen : openOne()];
    if (shape?.points.length && shape.label !== name) change(shape, { label: name });
    draw();
    tell("shape-said-label", { label: name });
  };
  const choose = (n) => {
    tool = fixed ? tool : "move";
    chosen = n;
    point = -1;
    if (!fixed) label = shapes[n].label || label;
    draw();
    tell("shape-said-chosen", placesOf(shapes[n]));
  };

  /* Drawing. A box has four grips; each moves two sides. */
  const moveGrip = (shape, n, at) => {
    if (shape.tool !== "box") { shape.points[n] = at; return; }
    const [a, b] = shape.points;
    (n === 0 || n === 3 ? a : b)[0] = at[0];
    (n < 2 ? a : b)[1] = at[1];
  };
  const gripped = () => (fixed ? undefined : shapes[chosen >= 0 ? chosen : tool === "polygon" ? openOne() : -1]);
  const draw = () => {
    const cross = byKeys && tool !== "move" ? cursor : null;
    const begun = corner && [corner, gesture?.at ? toPicture(gesture.at) : cross ?? corner];
    scene.paint({ shapes, chosen, point, begun, gripped: gripped(), cursor: cross });
    const open = openOne() >= 0;
    buttons.paint({ shapes, chosen, point, tool, label, begun: Boolean(corner), open, past: past.length, future: future.length });
  };
  const focusGrip = () => grips.children[Math.max(point, 0)]?.focus({ preventScroll: true });

  /* Mouse and fingers. */
  const here = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const start = (event, at) => {
    const touch = event.pointerType !== "mouse", base = { start: at, at, touch, moved: false };
    const grip = fixed ? -1 : scene.gripAt(at, gripped()), shape = gripped();
    if (event.button === 1 || fixed) return { ...base, kind: "pan", from: { ...view } };
    // The first point of an open polygon closes it when it is tapped, and moves when it is dragged.
    const drawing = tool !== "move";
    const closes = shape?.open && grip === 0 && shape.points.length > 2;
    if (grip >= 0 && (!drawing || shape.open)) return { ...base, kind: "grip", n: grip, shape, closes };
    if (drawing) return { ...base, kind: tool };
    const found = scene.shapeAt(at, shapes);
    const shapeHere = shapes[found];
    if (shapeHere && found === chosen) return { ...base, kind: "shape", shape: shapeHere, points: structuredClone(shapeHere.points) };
    return { ...base, kind: "pan", from: { ...view }, found };
  };
  const follow = (at) => {
    gesture.at = at;
    gesture.moved ||= far(gesture.start, at) > TAP;
    const [dx, dy] = [at[0] - gesture.start[0], at[1] - gesture.start[1]];
    if (gesture.moved && gesture.kind === "grip") moveGrip(gesture.shape, gesture.n, toPicture(at));
    if (gesture.moved && gesture.kind === "shape") {
      const step = (by) => Math.round(by / view.scale) * 10;
      const all = (n) => gesture.points.map((at) => at[n]);
      const within = (by, n) => clamp(by, -Math.min(...all(n)), size[n] * 10 - Math.max(...all(n)));
      const [x, y] = [within(step(dx), 0), within(step(dy), 1)];
      gesture.shape.points = gesture.points.map((at) => [at[0] + x, at[1] + y]);
    }
    if (gesture.kind === "box" && gesture.moved) corner ??= toPicture(gesture.start);
    scene.magnify(gesture.touch && ["grip", "polygon", "box"].includes(gesture.kind) ? at : null);
    if (gesture.kind === "pan") look({ x: gesture.from.x + dx, y: gesture.from.y + dy }); else draw();
  };
  const finish = () => {
    const done = gesture, at = toPicture(done.at);
    gesture = null;
    scene.magnify(null);
    if (done.kind === "grip" && done.moved) {
      point = done.n;
      chosen = shapes.indexOf(done.shape);
      change(done.shape);
      tell("shape-said-moved", { point: point + 1, at: wordsOf(at) });
    } else if (done.kind === "grip" && done.closes) close();
    else if (done.kind === "grip") {
      point = done.n;
      chosen = shapes.indexOf(done.shape);
      draw();
      tell("shape-said-at", { at: wordsOf(outline(done.shape)[point]) });
    } else if (done.kind === "shape" && done.moved) {
      change(done.shape);
      tell("shape-said-shifted", placesOf(done.shape));
    } else if (done.kind === "shape") choose(chosen);
    else if (done.kind === "box" || done.kind === "polygon") set(at);
    else if (done.kind === "pan" && !done.moved && !fixed) {
      if (done.found >= 0) choose(done.found);
      else { chosen = point = -1; draw(); hint(); }
    } else draw();
  };
  /** As if nothing had begun. */
  const abandon = () => {
    if (gesture && ["grip", "shape"].includes(gesture.kind)) read();
    if (gesture?.kind === "box" && gesture.moved) corner = null;
    gesture = null;
    scene.magnify(null);
  };
  const span = () => {
    const [a, b] = [...fingers.values()];
    return { middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], wide: Math.max(far(a, b), 1) };
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    byKeys = false;
    fingers.set(event.pointerId, here(event));
    if (fingers.size === 1) { gesture = start(event, here(event)); follow(here(event)); }
    if (fingers.size === 2) { abandon(); pinch = { ...span(), from: { ...view } }; draw(); }
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, here(event));
    if (gesture) follow(here(event));
    else if (pinch && fingers.size === 2) {
      const now = span();
      scene.zoom(pinch.from, now.wide / pinch.wide, pinch.middle, now.middle);
    }
  });
  const lift = (event, ended) => {
    if (!fingers.delete(event.pointerId)) return;
    if (gesture && ended) finish();
    else if (gesture) { abandon(); draw(); }
    if (pinch && fingers.size === 0) { pinch = null; tellZoom(); }
  };
  stage.addEventListener("pointerup", (event) => lift(event, true));
  stage.addEventListener("pointercancel", (event) => lift(event, false));
  const wheel = (event) => {
    event.preventDefault();
    scene.zoom({ ...view }, Math.exp(-event.deltaY * 0.002), here(event), here(event));
  };
  stage.addEventListener("wheel", wheel, { passive: false });

  /* Keys, where the picture or its tools have the focus. */
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const arrow = ([dx, dy], press) => {
    const onGrip = press.target.parentNode === grips, step = press.shiftKey ? 100 : 10;
    if (onGrip && !fixed) {
      const shape = shapes[chosen], old = outline(shape)[point];
      const at = [clamp(old[0] + dx * step, 0, size[0] * 10), clamp(old[1] + dy * step, 0, size[1] * 10)];
      moveGrip(shape, point, at);
      change(shape);
      tell("shape-said-moved", { point: point + 1, at: wordsOf(at) });
    } else if (tool === "move") {
      look({ x: view.x - dx * 40, y: view.y - dy * 40 });
    } else {
      byKeys = true;
      cursor = [clamp(cursor[0] + dx * step, 0, size[0] * 10), clamp(cursor[1] + dy * step, 0, size[1] * 10)];
      const [x, y] = toScreen(cursor);
      // The cross is kept in sight.
      const shift = (at, room) => (at < NEAR ? at - NEAR : Math.max(0, at + NEAR - room));
      look({ x: view.x - shift(x, stage.clientWidth), y: view.y - shift(y, stage.clientHeight) });
      tell("shape-said-at", { at: wordsOf(cursor) });
    }
  };
  const press = (event) => {
    // A step back may have taken the choice away while the focus stayed.
    const on = [...grips.children].indexOf(event.target);
    if (on >= 0 && !fixed) [point, chosen] = [on, shapes.indexOf(gripped())];
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (fixed || !["z", "y"].includes(key)) return false;
      if (key === "y" || event.shiftKey) travel(future, past, "redone"); else travel(past, future, "undone");
      return true;
    }
    if (event.altKey) return false;
    if (key === "+" || key === "=") { zoomBy(1.5); return true; }
    if (key === "-") { zoomBy(1 / 1.5); return true; }
    if (key === "0") { scene.fit(); tellZoom(); return true; }
    const onPicture = event.target === stage || event.target.parentNode === grips;
    if (ARROWS[key] && onPicture) { arrow(ARROWS[key], event); return true; }
    if (fixed) return false;
    const named = labels.find(([, own]) => own === key);
    if (named) { pick(named[0]); return true; }
    const drawing = { b: "box", p: "polygon", m: "move" }[key];
    if (["move", ...tools].includes(drawing)) { take(drawing); return true; }
    if (key === "Escape") { cancel(); stage.focus(); return true; }
    if (!onPicture) return false;
    if (key === "Delete" || key === "Backspace") {
      if (point >= 0 && event.target !== stage && !event.shiftKey) cut(); else { remove(); stage.focus(); }
      return true;
    }
    if (key === " " && tool !== "move") { byKeys = true; set(cursor, 0); return true; }
    if (key === "Enter") {
      if (tool === "box" && corner) set(cursor); else close();
      return true;
    }
    return false;
  };
  panel.addEventListener("keydown", (event) => {
    if (!press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  /* The form. */
  if (!fixed) {
    // Somebody typed into the field itself.
    field.addEventListener("input", (event) => { if (event.isTrusted) { read(); draw(); hint(); } });
    // What a model suggests was taken over, or what stood here was put back: one step back, as any change.
    field.addEventListener("taken", (event) => {
      past.push(event.detail);
      future.length = 0;
      alarm.hidden = true;
      read();
      draw();
      hint();
    });
    field.form.addEventListener("submit", (event) => {
      const missing = shapes.length || field.dataset.required === undefined ? [] : [{ code: "answer-missing" }];
      const wrong = [...missing, ...faults];
      if (/\/draft(\?|$)/.test(event.submitter?.getAttribute("formaction")) || !wrong.length) return;
      event.preventDefault();
      alarm.hidden = false;
      alarm.textContent = wrong.map((fault) => say(fault.code, fault.places)).join(" ");
      alarm.focus();
    });
  }
  scene.fit();
  hint();
}

const start = () => {
  const field = document.querySelector("[data-shapes]"), img = document.querySelector("img.pic");
  if (!field || !img) return;
  const ready = () => { if (img.naturalWidth) begin(field, img); };
  if (img.complete) ready(); else img.addEventListener("load", ready, { once: true });
};
// Behind a veil is no picture to draw on, until it is asked for.
if (document.querySelector("img.blind")) document.addEventListener("unveiled", start, { once: true }); else start();
