// The picture with the shapes on it: where a pixel of it is on the screen, zooming and moving, outlines, grips, cross and loupe.
// What happens to the shapes does not belong here. Points are [x, y]: of the picture in tenths of a pixel, of the screen in pixels.
import { twiceArea, wordsOf } from "./shape-rules.js";

const SVG = "http://www.w3.org/2000/svg";
/** A finger's reach: half of 44 pixels. */
export const NEAR = 22;
const LOUPE = 56;
export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
export const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** An element with attributes and what stands in it. */
export function make(name, attributes = {}, ...inside) {
  const element = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

/** All corners of a shape; a box is kept as two. */
export const outline = ({ tool, points }) => {
  if (tool !== "box" || points.length < 2) return points;
  const [[ax, ay], [bx, by]] = points;
  return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
};

/** A view on a picture of this size; `looked` is called when it moved, `entered` when a grip gets the focus by key. */
export function viewOf(img, size, say, { looked, entered }) {
  const drawn = make("svg:g", { id: "drawn" }), grips = make("svg:g"), cross = make("svg:path", { class: "cross" });
  const stage = make("div", { class: "stage", tabindex: "0", role: "application", "aria-describedby": "shape-keys" }, make("svg:svg"));
  stage.firstChild.append(drawn, grips, cross);
  const loupeArt = make("svg:use", { href: "#drawn" }), loupeImage = img.cloneNode();
  const aim = make("svg:path", { class: "cross", d: `M${LOUPE} ${LOUPE - 22}v44M${LOUPE - 22} ${LOUPE}h44` });
  const loupe = make("div", { class: "loupe", hidden: "", "aria-hidden": "true" }, loupeImage, make("svg:svg", {}, loupeArt, aim));
  for (const picture of [img, loupeImage]) Object.assign(picture.style, { width: `${size[0]}px`, height: `${size[1]}px` });

  const view = { scale: 1, x: 0, y: 0 };
  let fitted = true;
  const toScreen = ([x, y]) => [x / 10 * view.scale + view.x, y / 10 * view.scale + view.y];
  const toPicture = ([x, y]) => {
    // Whole pixels until a pixel of the picture is wide enough to aim inside it.
    const step = view.scale > 2 ? 1 : 10;
    const tenths = (at, start, most) => clamp(Math.round((at - start) / view.scale * 10 / step) * step, 0, most * 10);
    return [tenths(x, view.x, size[0]), tenths(y, view.y, size[1])];
  };
  const least = () => Math.min(stage.clientWidth / size[0], stage.clientHeight / size[1]);
  const look = (to) => {
    Object.assign(view, to);
    const keep = (start, shown, room) => (shown <= room ? (room - shown) / 2 : clamp(start, room - shown, 0));
    view.x = keep(view.x, size[0] * view.scale, stage.clientWidth);
    view.y = keep(view.y, size[1] * view.scale, stage.clientHeight);
    img.style.transform = `translate(${view.x}px,${view.y}px) scale(${view.scale})`;
    fitted = view.scale === least();
    looked();
  };
  /** The whole picture, in a stage that leaves room for the tools. */
  const fit = () => {
    const width = stage.parentNode.clientWidth, room = innerWidth < 960 ? innerHeight * 0.5 : innerHeight - 250;
    stage.style.height = `${Math.round(Math.min(width * size[1] / size[0], Math.max(room, 200)))}px`;
    look({ scale: least(), x: 0, y: 0 });
  };
  /** From a view to another scale, with what lay at `before` now at `after`. */
  const zoom = (from, by, before, after) => {
    const scale = clamp(from.scale * by, least(), Math.max(8, least() * 8)), part = scale / from.scale;
    look({ scale, x: after[0] - (before[0] - from.x) * part, y: after[1] - (before[1] - from.y) * part });
  };

  const pathOf = (points, closed) => {
    const steps = points.map((at, n) => `${n ? "L" : "M"}${toScreen(at).map((part) => part.toFixed(1)).join(" ")}`);
    return steps.join("") + (closed ? "Z" : "");
  };
  const edges = (path, kind) => [make("svg:path", { class: "halo", d: path }), make("svg:path", { class: `edge${kind}`, d: path })];
  const paintShape = (shape, n, isChosen) => {
    const kind = `${isChosen ? " chosen" : ""}${shape.fault && !shape.open ? " bad" : ""}${shape.open ? " open" : ""}`;
    const [x, y] = toScreen(outline(shape).reduce((top, at) => (at[1] < top[1] ? at : top)));
    const place = { x: clamp(x, 2, stage.clientWidth - 40), y: clamp(y - 6, 16, stage.clientHeight) };
    const name = make("svg:text", place, say("shape-name", { number: n + 1, label: shape.label }));
    return [...edges(pathOf(outline(shape), !shape.open), kind), name];
  };
  /** Grips stay the same elements, so that focus stays where it is. */
  const paintGrips = (shape, point) => {
    const points = shape ? outline(shape) : [];
    while (grips.children.length > points.length) grips.lastChild.remove();
    points.forEach((at, n) => {
      if (!grips.children[n]) {
        const made = make("svg:circle", { r: 7, tabindex: "0", role: "button" });
        made.addEventListener("focus", () => { if (made.matches(":focus-visible")) entered(n); });
        grips.append(made);
      }
      const [x, y] = toScreen(at), grip = grips.children[n];
      grip.setAttribute("cx", x);
      grip.setAttribute("cy", y);
      grip.setAttribute("class", `grip${n === point ? " here" : ""}${shape.open && n === 0 && points.length > 2 ? " first" : ""}`);
      const places = { label: shape.label, point: n + 1, points: points.length, at: wordsOf(at) };
      grip.setAttribute("aria-label", say("shape-point-name", places));
    });
  };
  /** Everything: the shapes, a box that is begun, the grips of one shape, the cross. */
  const paint = ({ shapes, chosen, point, begun, gripped, cursor }) => {
    drawn.replaceChildren(...shapes.flatMap((shape, n) => (shape.points.length ? paintShape(shape, n, n === chosen) : [])));
    if (begun) drawn.append(...edges(pathOf(outline({ tool: "box", points: begun }), true), " open"));
    paintGrips(gripped, point);
    const [x, y] = cursor ? toScreen(cursor) : [];
    cross.setAttribute("d", cursor ? `M${x} ${y - 22}v44M${x - 22} ${y}h44` : "");
    stage.setAttribute("aria-label", say("shape-picture", { count: shapes.length }));
  };

  /** The nearest point of a shape within a finger's reach, or -1. */
  const gripAt = (at, shape) => {
    const all = (shape ? outline(shape) : []).map((grip, n) => ({ n, away: far(toScreen(grip), at) }));
    return all.filter(({ away }) => away <= NEAR).sort((a, b) => a.away - b.away)[0]?.n ?? -1;
  };
  /** The smallest shape here, or -1. */
  const shapeAt = (at, shapes) => {
    const test = make("svg:path", { "stroke-width": NEAR });
    grips.append(test);
    const hits = shapes.map((shape, n) => ({ n, shape })).filter(({ shape }) => {
      test.setAttribute("d", shape.points.length > 1 ? pathOf(outline(shape), true) : "");
      return test.isPointInFill(new DOMPoint(...at)) || test.isPointInStroke(new DOMPoint(...at));
    });
    test.remove();
    const area = ({ shape }) => Math.abs(twiceArea(outline(shape)));
    return hits.sort((a, b) => area(a) - area(b))[0]?.n ?? -1;
  };
  /** Magnified twice, in the corner away from the finger: a finger hides what it points at. Nothing hides it again. */
  const magnify = (at) => {
    loupe.hidden = !at;
    if (!at) return;
    loupe.classList.toggle("right", at[0] < stage.clientWidth / 2);
    const [x, y] = [LOUPE - at[0] * 2, LOUPE - at[1] * 2];
    loupeArt.setAttribute("transform", `translate(${x} ${y}) scale(2)`);
    loupeImage.style.transform = `translate(${x + view.x * 2}px,${y + view.y * 2}px) scale(${view.scale * 2})`;
  };

  /** Takes the picture's place. */
  const enter = (panel) => {
    img.replaceWith(panel);
    panel.prepend(stage);
    stage.prepend(img);
    stage.append(loupe);
    new ResizeObserver(() => { if (fitted) fit(); else look({}); }).observe(panel);
  };
  return { stage, grips, view, toScreen, toPicture, look, fit, zoom, paint, gripAt, shapeAt, magnify, enter };
}
