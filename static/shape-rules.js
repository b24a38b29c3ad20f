// Shapes as lines of text, by the rules of the server (src/domain/shapes): what a line says, and what is wrong with it.
// tests/fixtures/shapes.json holds both to the same answers. Points are [x, y] in whole tenths of a pixel.

const REACH = 1000000, POINTS = 500, ALL_POINTS = 5000, SHAPES = 200;
const BETWEEN = ["to", "TO", "To", "à", "À"];

/** Tenths as a decimal number of pixels. */
export const decimal = (tenths) => {
  const size = Math.abs(tenths);
  return `${tenths < 0 ? "-" : ""}${Math.floor(size / 10)}${size % 10 ? `.${size % 10}` : ""}`;
};
export const wordsOf = ([x, y]) => `${decimal(x)},${decimal(y)}`;

/** A shape as its line; `between` is the word between the corners of a box. */
export const lineOf = ({ label, tool, points, open }, between) =>
  `${label}: ${points.map(wordsOf).join(tool === "box" ? ` ${between} ` : " ")}${open ? " …" : ""}`;

/** Twice the signed area: the shoelace formula. */
export const twiceArea = (ring) => ring.reduce((sum, [x, y], n) => {
  const [nextX, nextY] = ring[(n + 1) % ring.length];
  return sum + x * nextY - nextX * y;
}, 0);

const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
const isFlat = (ring) => {
  const second = ring.find((point) => point[0] !== ring[0][0] || point[1] !== ring[0][1]);
  return !second || ring.every((point) => turn(ring[0], second, point) === 0);
};
const between = (one, other, value) => Math.min(one, other) <= value && value <= Math.max(one, other);

/** Whether two segments have a point in common. */
const meet = (a, b, c, d) => {
  const [forC, forD, forA, forB] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (forC !== forD && forA !== forB) return true;
  const on = (side, p, q, point) => side === 0 && between(p[0], q[0], point[0]) && between(p[1], q[1], point[1]);
  return on(forC, a, b, c) || on(forD, a, b, d) || on(forA, c, d, a) || on(forB, c, d, b);
};

/** The first two sides that meet where they should not. */
const crossing = (ring) => {
  const last = ring.length - 1;
  for (let i = 0; i <= last; i += 1) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]];
    for (let j = i + 1; j <= last; j += 1) {
      const [c, d] = [ring[j], ring[(j + 1) % ring.length]];
      // Neighbours share a point; where one runs back over the other, the side after it begins on it, or it ends there.
      const neighbours = j === i + 1 || (i === 0 && j === last);
      if (!neighbours && meet(a, b, c, d)) return [i, j];
    }
  }
  return null;
};

/** The same text for the same shape, from whichever point and in whichever direction it was drawn. */
const keyOf = ({ label, tool, points }) => {
  if (tool === "box") {
    const [[ax, ay], [bx, by]] = points;
    return `${label} box ${Math.min(ax, bx)} ${Math.min(ay, by)} ${Math.max(ax, bx)} ${Math.max(ay, by)}`;
  }
  const ring = twiceArea(points) < 0 ? [...points].reverse() : points;
  const first = ring.reduce((best, [x, y], n) => (y < ring[best][1] || (y === ring[best][1] && x < ring[best][0]) ? n : best), 0);
  return `${label} polygon ${[...ring.slice(first), ...ring.slice(0, first)].join(" ")}`;
};

/** Thrown where a line breaks a rule: the sentence's code and what stands in it. */
class Fault {
  constructor(code, places = {}) { this.code = code; this.places = places; }
}

/** What `read` needs to know: tools, labels, and width and height in pixels (or null). */
export function rulesOf({ tools, labels, size }) {
  const [width, height] = size ? size.map((pixels) => Math.min(pixels * 10, REACH)) : [REACH, REACH];

  const within = (point) => {
    if (point[0] >= 0 && point[0] <= width && point[1] >= 0 && point[1] <= height) return point;
    if (!size) throw new Fault("shape-beyond", { point: wordsOf(point) });
    throw new Fault("shape-outside", { point: wordsOf(point), width: size[0], height: size[1] });
  };
  const tenthsOf = (word) => {
    const found = word.match(/^([-−]?)(\d{1,9})(?:\.(\d))?$/);
    if (!found) throw new Fault("shape-number", { number: [...word].slice(0, 20).join("") });
    return (found[1] ? -1 : 1) * (Number(found[2]) * 10 + Number(found[3] ?? 0));
  };
  const pointsOf = (text) => {
    const numbers = text.split(/[\s,;()[\]]+/).filter(Boolean).map(tenthsOf);
    if (numbers.length % 2) throw new Fault("shape-half-point");
    return numbers.filter((_, n) => n % 2 === 0).map((x, n) => within([x, numbers[2 * n + 1]]));
  };
  const labelOf = (typed) => {
    const tidy = typed.normalize("NFC").split(/\s+/).filter(Boolean).join(" ");
    const label = labels.find((known) => known === tidy) ?? labels.find((known) => known.toLowerCase() === tidy.toLowerCase());
    if (label === undefined) throw new Fault("shape-label", { label: tidy });
    return label;
  };

  /** Fills in what a line says as far as it can be read, and throws at what is wrong. */
  const readLine = (line, shape) => {
    const colon = line.lastIndexOf(":");
    if (colon < 0 && labels.length !== 1) throw new Fault("shape-unread");
    shape.label = colon < 0 ? labels[0] : labelOf(line.slice(0, colon));
    let outline = line.slice(colon + 1).trim();
    if (/(…|\.\.\.)$/.test(outline)) {
      shape.open = true;
      outline = outline.replace(/(…|\.\.\.)$/, "");
      shape.points = pointsOf(outline);
      throw new Fault("shape-open");
    }
    const word = BETWEEN.find((known) => outline.includes(known));
    if (word) {
      shape.tool = "box";
      const place = outline.indexOf(word);
      const corners = [pointsOf(outline.slice(0, place)), pointsOf(outline.slice(place + word.length))];
      if (corners.some((corner) => corner.length !== 1)) throw new Fault("shape-corners");
      shape.points = corners.flat();
      if (!tools.includes("box")) throw new Fault("shape-no-boxes");
      const [[ax, ay], [bx, by]] = shape.points;
      if (ax === bx || ay === by) throw new Fault("shape-flat");
      return;
    }
    const ring = pointsOf(outline);
    if (ring.length > 1 && wordsOf(ring[0]) === wordsOf(ring[ring.length - 1])) ring.pop();
    shape.points = ring;
    if (ring.length < 3) throw new Fault("shape-points-few");
    if (ring.length > POINTS) throw new Fault("shape-points-many", { most: POINTS });
    const seen = new Set();
    const twice = ring.find((point) => seen.size === seen.add(wordsOf(point)).size);
    if (twice) throw new Fault("shape-point-twice", { point: wordsOf(twice) });
    if (!tools.includes("polygon")) throw new Fault("shape-no-polygons");
    if (isFlat(ring)) throw new Fault("shape-flat");
    const sides = crossing(ring);
    if (sides) throw new Fault("shape-crosses", { one: sides[0] + 1, other: sides[1] + 1 });
  };

  /** Every line that is not empty: its shape as far as it can be read, and its fault, if it has one. */
  const read = (text) => {
    const seen = new Set();
    const shapes = text.split(/\r?\n/).flatMap((raw, n) => {
      if (!raw.trim()) return [];
      const shape = { raw, label: "", tool: "polygon", points: [], open: false, fault: null };
      try {
        readLine(raw, shape);
        const size = seen.size;
        if (seen.add(keyOf(shape)).size === size) throw new Fault("shape-twice");
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        shape.fault = { code: fault.code, places: { ...fault.places, line: n + 1 } };
      }
      return [shape];
    });
    const points = shapes.filter((shape) => !shape.fault).reduce((sum, shape) => sum + shape.points.length, 0);
    const much = { code: "shapes-too-many", places: { shapes: SHAPES, points: ALL_POINTS } };
    return { shapes, faults: shapes.length > SHAPES || points > ALL_POINTS ? [much] : shapes.flatMap((shape) => shape.fault ?? []) };
  };
  return { read };
}
