// A page with a picture and the field that shapes stand in, served with the program's own policy, style, words and scripts;
// and fingers on it: Chromium's own touches, several at once.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { file } from "./harness.mjs";

/** The policy of every page, as src/web/fairings.rs sends it. */
const POLICY = readFileSync(file("src/web/fairings.rs"), "utf8").match(/POLICY: &str = "([^"]*)"/)[1].replace(/\\\n\s*/g, "");

/** The sentences of a language's catalogue, with `{place}` for each place in them. */
export function wordsOf(language) {
  const lines = readFileSync(file(`locales/${language}/shapes.ftl`), "utf8").split("\n");
  const pairs = lines.filter((line) => / = /.test(line)).map((line) => line.match(/^(\S+) = (.*)$/)).filter(Boolean);
  return Object.fromEntries(pairs.map(([, id, text]) => [id.replace("refusal-", ""), text.replace(/\{ \$(\w+) \}/g, "{$1}")]));
}

/** 640 × 480 pixels: a road, two cars, a tree. */
export const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#9db7c9"/><rect y="300" width="640" height="180" fill="#55585c"/><path d="M0 390h640" stroke="#ddd" stroke-width="6" stroke-dasharray="40 30"/><path d="M80 330l30-50h110l30 50v50H80z" fill="#b3402e"/><circle cx="120" cy="380" r="20"/><circle cx="215" cy="380" r="20"/><path d="M470 300l60-180 60 180z" fill="#2f6b3a"/><path d="M522 300h16v50h-16z" fill="#6b4a2f"/><path d="M330 340h110v50H330z" fill="#d8b24a"/></svg>`;

const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/** The workbench's parts as its template has them. */
function pageOf({ language, labels, tools, typed, fixed }) {
  const words = escape(JSON.stringify(wordsOf(language)));
  const data = `data-shapes data-tools="${tools.join(" ")}" data-labels="${escape(JSON.stringify(labels.map((label, n) => [label, String(n + 1)])))}" data-words="${words}"`;
  const field = fixed ? `<p class="said mono" ${data}>${typed}</p>` : `<textarea id="f-answer" class="mono" name="answer" ${data}>${typed}</textarea>`;
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Shapes</title><link rel="stylesheet" href="/app.css"><script type="module" src="/shapes.js"></script><body><header class="mast b"><a class="brand" href="/">Visible Hands</a></header><main id="main" class="bench"><img class="pic" src="/picture.svg" alt=""><div class="state"><span><b>40 min</b></span><span><b>7.52 USD</b></span></div><div class="ask"><form id="answer" method="post" action="/submit"><h1><label for="f-answer">Outline each car and tree.</label></h1><p class="small soft" data-shape-hint>${labels.join(", ")}</p>${field}</form><button form="answer" formaction="/claims/1/draft">Save draft</button></div><div class="under"><button class="btn line">Leave</button><button class="btn" form="answer">Submit</button></div></main></body></html>`;
}

/** Serves the page; `posted` gathers what its form sends. */
export async function serveDrawing(options = {}) {
  const settings = { language: "en", labels: ["car", "tree"], tools: ["box", "polygon"], typed: "", ...options };
  const posted = [];
  const server = createServer((request, response) => {
    const send = (type, text) => response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(text);
    const name = request.url.split("?")[0].slice(1);
    if (request.method === "POST") {
      let body = "";
      request.on("data", (part) => { body += part; });
      request.on("end", () => {
        posted.push({ to: name, answer: new URLSearchParams(body).get("answer") });
        settings.typed = posted.at(-1).answer;
        response.writeHead(303, { location: "/" }).end();
      });
    } else if (name === "picture.svg") send("image/svg+xml", PICTURE);
    else if (name.endsWith(".css")) send("text/css", readFileSync(file(`static/${name}`)));
    else if (name.endsWith(".js")) send("text/javascript", readFileSync(file(`static/${name}`)));
    else if (name === "favicon.ico") response.writeHead(404).end();
    else send("text/html; charset=utf-8", pageOf(settings));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, posted, settings, stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** The picture on the screen: where a pixel of it is, what stands in the field, what was said. */
export async function drawingOn(page, pixels = [640, 480]) {
  await page.locator(".stage").waitFor();
  const at = async (x, y) => {
    const image = await page.locator(".stage > img").boundingBox();
    return [image.x + (x * image.width) / pixels[0], image.y + (y * image.height) / pixels[1]];
  };
  const text = () => page.locator("[data-shapes]").evaluate((field) => field.value ?? field.textContent);
  const lines = async () => (await text()).split("\n").filter(Boolean).map((line) => {
    const [, label, outline] = line.match(/^(.*): (.*)$/);
    return { label, open: outline.endsWith("…"), box: / (to|à) /.test(outline), points: [...outline.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]) };
  });
  const said = () => page.locator(".told").innerText();
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  return { at, text, lines, said, press };
}

/** Fingers: each a path of pixels of the picture, moved together in steps. */
export async function fingersOn(page, drawing) {
  const session = await page.context().newCDPSession(page);
  const send = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  const point = ([x, y], id) => ({ x, y, id, radiusX: 12, radiusY: 12 });
  /** Down at the first place of each path, along it, and up. */
  const move = async (paths, steps = 6) => {
    await send("touchStart", paths.slice(0, 1).map((path, id) => point(path[0], id)));
    if (paths.length > 1) await send("touchStart", paths.map((path, id) => point(path[0], id)));
    for (let step = 1; step <= steps; step += 1) {
      await send("touchMove", paths.map(([from, to], id) => point([0, 1].map((n) => from[n] + ((to[n] - from[n]) * step) / steps), id)));
    }
  };
  const up = () => send("touchEnd", []);
  const tap = async (x, y) => {
    const place = await drawing.at(x, y);
    await send("touchStart", [point(place, 0)]);
    await up();
  };
  const drag = async (from, to) => {
    await move([[await drawing.at(...from), await drawing.at(...to)]]);
    await up();
  };
  return { move, up, tap, drag };
}

export const near = (found, wanted, by = 2) => found.every((part, n) => Math.abs(part - wanted[n]) <= by);
