// Boxes and polygons on a picture, drawn by touch at 360 pixels, by mouse at 1280, and by keyboard alone; what is drawn is
// what stands in the field, and what is wrong is said as the server says it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { drawingOn, fingersOn, near, serveDrawing, wordsOf } from "./drawing.mjs";
import { file, shots, startBrowser } from "./harness.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** The page in a browser of its own; at its end nothing may have gone wrong in it. */
async function draw(options, act) {
  const { width = 1280, touch = false, scripts = true, ...rest } = options;
  const served = await serveDrawing(rest);
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 740 : 800 }, hasTouch: touch, isMobile: touch, javaScriptEnabled: scripts });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (line) => line.type() === "error" && !line.text().includes("favicon") && !line.text().includes("404") && faults.push(line.text()));
  await page.goto(served.address);
  const drawing = scripts ? await drawingOn(page) : null;
  const fingers = touch ? await fingersOn(page, drawing) : null;
  try {
    await act({ page, drawing, fingers, served, shot: (name) => page.screenshot({ path: join(shots, `shapes-${name}.png`) }) });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
    await served.stop();
  }
}

const TREE = [[530, 120], [590, 300], [470, 300]];

test("the browser reads and refuses every line as the server does", async () => {
  await draw({}, async ({ page }) => {
    const cases = JSON.parse(readFileSync(file("tests/fixtures/shapes.json"), "utf8"));
    const found = await page.evaluate(async (cases) => {
      const { lineOf, rulesOf } = await import("/shapes.js".replace("shapes", "shape-rules"));
      return cases.map((one) => {
        const size = "size" in one ? one.size : [640, 480];
        const rules = rulesOf({ tools: one.tools ?? ["box", "polygon"], labels: one.labels ?? ["car", "tree", "sign: stop"], size });
        const { faults, shapes } = rules.read(one.text);
        const again = rules.read(shapes.map((shape) => lineOf(shape, "to")).join("\n"));
        return { refused: faults.map((fault) => [fault.code, fault.places.line]), again: again.faults.length };
      });
    }, cases);
    cases.forEach((one, n) => assert.deepEqual(found[n].refused, one.refused ?? [], one.text));
    cases.forEach((one, n) => assert.ok(one.refused || found[n].again === 0, `${one.text} is written so that it can be read`));
  });
});

test("every word that the scripts say is there in both languages", () => {
  const script = ["shapes.js", "shape-panel.js", "shape-view.js", "shape-rules.js"].map((name) => readFileSync(file(`static/${name}`), "utf8")).join("\n");
  const ids = [...script.matchAll(/"(shapes?-[a-z-]+)"/g)].map(([, id]) => id).concat(["move", "box", "polygon"].flatMap((tool) => [`shape-${tool}`, `shape-hint-${tool}`]));
  assert.ok(ids.length > 40, String(ids.length));
  for (const language of ["en", "fr"]) {
    const words = wordsOf(language);
    assert.deepEqual(ids.filter((id) => id !== "shape-keys" && !words[id]), [], language);
  }
});

test("by touch at 360: a polygon, a point moved, undone and done again, zoomed by two fingers, a box, saved, loaded, sent", async () => {
  await draw({ width: 360, touch: true }, async ({ page, drawing, fingers, served, shot }) => {
    await drawing.press("tree");
    for (const [x, y] of TREE) await fingers.tap(x, y);
    assert.match(await drawing.said(), /^Point 3 at/);
    assert.equal((await drawing.lines())[0].open, true, "an open polygon stands in the field too: it outlives a power cut");
    await page.reload();
    assert.equal((await drawing.lines())[0], undefined, "this page's field is what the server has");
    await drawing.press("tree");
    for (const [x, y] of TREE) await fingers.tap(x, y);
    await shot("open-360-en");
    await fingers.tap(...TREE[0]);
    assert.match(await drawing.said(), /^Polygon closed: tree, points: 3/);
    let [tree] = await drawing.lines();
    assert.equal(tree.label, "tree");
    TREE.forEach((point, n) => assert.ok(near(tree.points[n], point), `${tree.points[n]}`));

    // A point is dragged; under the finger it is seen in the loupe.
    await drawing.press("1 tree, polygon, points: 3");
    await fingers.move([[await drawing.at(...TREE[1]), await drawing.at(560, 230)]]);
    assert.ok(await page.locator(".loupe").isVisible());
    await shot("loupe-360-en");
    await fingers.up();
    assert.ok(await page.locator(".loupe").isHidden());
    assert.ok(near((await drawing.lines())[0].points[1], [560, 230]), await drawing.text());
    await drawing.press("Undo");
    assert.ok(near((await drawing.lines())[0].points[1], TREE[1]));
    await drawing.press("Redo");
    assert.ok(near((await drawing.lines())[0].points[1], [560, 230]));

    // Two fingers: away from each other, then together across.
    const before = await page.locator(".stage > img").boundingBox();
    const [left, right] = [await drawing.at(260, 240), await drawing.at(380, 240)];
    await fingers.move([[left, [left[0] - 60, left[1]]], [right, [right[0] + 60, right[1]]]]);
    await fingers.up();
    const zoomed = await page.locator(".stage > img").boundingBox();
    const by = zoomed.width / before.width;
    assert.ok(by > 2 && by < 4, `${by}`);
    assert.equal((await drawing.lines()).length, 1, "two fingers draw nothing");
    await fingers.move([[left, [left[0] + 40, left[1]]], [right, [right[0] + 40, right[1]]]]);
    await fingers.up();
    const moved = await page.locator(".stage > img").boundingBox();
    assert.ok(Math.abs(moved.x - zoomed.x - 40) < 3 && Math.abs(moved.width - zoomed.width) < 3, "they move the picture");
    await shot("zoomed-360-en");
    await drawing.press("Fit");
    assert.ok(Math.abs((await page.locator(".stage > img").boundingBox()).width - before.width) < 1);

    // A box from corner to corner.
    await drawing.press("Box");
    await drawing.press("car");
    await fingers.drag([80, 280], [250, 400]);
    const box = (await drawing.lines())[1];
    assert.ok(box.box && box.label === "car" && near(box.points.flat(), [80, 280, 250, 400]), await drawing.text());
    await shot("drawn-360-en");

    const typed = await drawing.text();
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.waitForURL(/\/$/);
    assert.deepEqual(served.posted.map(({ to }) => to), ["claims/1/draft"]);
    await drawingOn(page);
    assert.equal(await drawing.text(), typed, "the draft is there");
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Submit" }).click()]);
    assert.equal(served.posted[1].to, "submit");
    assert.equal(served.posted[1].answer.replaceAll("\r", ""), typed);
  });
});

test("what can be pressed is 44 pixels, nothing is wider than the phone, and the buttons stand under the thumb", async () => {
  for (const language of ["en", "fr"]) {
    await draw({ width: 360, touch: true, language, typed: "car: 80,280 to 250,400\ntree: 530,120 590,300 470,300" }, async ({ page, drawing, fingers, shot }) => {
      await fingers.tap(530, 250);
      await shot(`chosen-360-${language}`);
      await fingers.tap(...TREE[1]);
      const small = await page.evaluate(() => [...document.querySelectorAll(".drawing button, .under .btn")].filter((e) => e.offsetParent && Math.min(e.offsetHeight, e.offsetWidth) < 43.5).map((e) => e.textContent));
      assert.deepEqual(small, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
      const [stage, under] = [await page.locator(".stage").boundingBox(), await page.locator(".under").boundingBox()];
      assert.deepEqual([stage.x, stage.width], [0, 360], "edge to edge");
      assert.ok(under.y + under.height <= 741 && stage.y + stage.height < under.y);
      await shot(`point-360-${language}`);
      assert.ok(near((await drawing.lines())[1].points[1], TREE[1]), "a tap on a point moves nothing");
    });
  }
});

test("by mouse at 1280: polygon, point, undo, wheel, label, and a crossing is said and stops the answer, not the draft", async () => {
  await draw({}, async ({ page, drawing, served, shot }) => {
    const click = async (x, y) => page.mouse.click(...(await drawing.at(x, y)));
    for (const point of [[80, 330], [250, 330], [80, 400], [250, 400], [80, 330]]) await click(...point);
    assert.match(await drawing.said(), /Line 1: the outline crosses or touches itself: the side after point 2 meets the side after point 4/);
    await shot("crossing-1280-en");
    await page.getByRole("button", { name: "Submit" }).click();
    assert.match(await page.getByRole("alert").innerText(), /crosses or touches itself/);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert");
    assert.deepEqual(served.posted, []);
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Save draft" }).click()]);
    assert.equal(served.posted[0].to, "claims/1/draft");
    await drawingOn(page);

    // The two lower points change places: dragged.
    await click(100, 395);
    const drag = async (from, to) => {
      await page.mouse.move(...(await drawing.at(...from)));
      await page.mouse.down();
      await page.mouse.move(...(await drawing.at(...to)), { steps: 4 });
      await page.mouse.up();
    };
    await drag([80, 400], [300, 450]);
    await drag([250, 400], [80, 400]);
    await drag([300, 450], [250, 400]);
    assert.ok(!(await drawing.said()).includes("crosses"), await drawing.text());
    await page.keyboard.press("Control+z");
    assert.ok(near((await drawing.lines())[0].points[2], [300, 450], 1));
    await page.keyboard.press("Control+Shift+z");
    assert.ok(near((await drawing.lines())[0].points[2], [250, 400], 1));
    await page.keyboard.press("2");
    assert.equal((await drawing.lines())[0].label, "tree", "a label's digit names the chosen shape anew");

    const before = await page.locator(".stage > img").boundingBox();
    const spot = await drawing.at(160, 360);
    await page.mouse.move(...spot);
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(50);
    const zoomed = await page.locator(".stage > img").boundingBox();
    assert.ok(zoomed.width > before.width * 2);
    assert.ok(near(await drawing.at(160, 360), spot, 3), "around the pointer");
    await shot("zoomed-1280-en");
    await page.keyboard.press("Delete");
    assert.equal(await drawing.text(), "");
  });
});

test("by keyboard alone: a box, a polygon, a point moved by 1 and 10, undo, zoom, and the rest of the page is reached", async () => {
  await draw({ typed: "" }, async ({ page, drawing, served, shot }) => {
    const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
    const focused = () => page.evaluate(() => [document.activeElement.className.baseVal ?? document.activeElement.className, document.activeElement.textContent, document.activeElement.getAttribute("aria-label")]);
    for (let tries = 0; (await focused())[0] !== "stage"; tries += 1) { assert.ok(tries < 10); await press("Tab"); }
    await press("b", "1", " ", ...Array(3).fill("Shift+ArrowRight"), ...Array(2).fill("ArrowDown"));
    await shot("keys-box-1280-en");
    await press(" ");
    assert.equal(await drawing.text(), "car: 320,240 to 350,242");
    await press("p", "2", " ", "Shift+ArrowDown", " ", "Shift+ArrowLeft", " ", "Enter");
    assert.equal((await drawing.lines())[1].label, "tree");
    assert.equal(await drawing.text(), "car: 320,240 to 350,242\ntree: 350,242 350,252 340,252");
    // To the points of the chosen shape.
    await press("Tab", "Tab", "ArrowRight", "Shift+ArrowRight");
    assert.match((await focused())[2], /^tree, point 2 of 3: 361,252$/);
    assert.match(await drawing.said(), /^Point 2 moved to 361,252/);
    await press("Control+z", "Control+z", "Control+y");
    assert.equal((await drawing.lines())[1].points[1][0], 351);
    const before = await page.locator(".stage > img").boundingBox();
    await press("+", "+");
    assert.ok((await page.locator(".stage > img").boundingBox()).width > before.width * 2);
    await shot("keys-zoomed-1280-en");
    await press("0");
    assert.ok(Math.abs((await page.locator(".stage > img").boundingBox()).width - before.width) < 1);
    await press("Delete");
    assert.match(await drawing.said(), /keeps three points/);
    await press("Shift+Delete");
    assert.equal(await drawing.text(), "car: 320,240 to 350,242");
    assert.equal((await focused())[0], "stage");
    // A corner of the box, which has four although two are kept.
    for (let tries = 0; !(await focused())[2]?.startsWith("1 car, box"); tries += 1) { assert.ok(tries < 20); await press("Tab"); }
    await press("Enter", "Tab", "Tab", "Shift+ArrowDown", "ArrowRight");
    assert.equal(await drawing.text(), "car: 320,240 to 351,252");
    assert.match(await drawing.said(), /^Point 3 moved to 351,252/);
    await press("Control+z", "Control+z", "Escape");
    // No trap: Tab leads through the tools to the buttons of the form.
    for (let tries = 0; (await focused())[1] !== "Submit"; tries += 1) { assert.ok(tries < 30); await press("Tab"); }
    await Promise.all([page.waitForNavigation(), press("Enter")]);
    assert.equal(served.posted[0].answer, "car: 320,240 to 350,242");
  });
});

test("without scripts the field is there to type into; with them what is typed is drawn", async () => {
  await draw({ scripts: false, width: 360 }, async ({ page, served, shot }) => {
    await page.fill("textarea", "car: 80,280 to 250,400");
    await shot("bare-360-en");
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Submit" }).click()]);
    assert.equal(served.posted[0].answer, "car: 80,280 to 250,400");
  });
  await draw({ typed: "a line that is none" }, async ({ page, drawing }) => {
    assert.match(await drawing.said(), /Line 1 cannot be read/);
    await page.getByText("Shapes as text").click();
    await page.fill("textarea", "a line that is none\ncar: 80,280 to 250,400");
    await page.locator("textarea").press("End");
    await page.keyboard.type(" ");
    assert.equal(await page.locator(".edge").count(), 1);
    await page.locator(".stage").focus();
    await page.keyboard.press("b");
    await page.keyboard.press(" ");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press(" ");
    assert.match(await drawing.text(), /^a line that is none\n/, "what cannot be read stays as typed");
    assert.equal((await drawing.lines().catch(() => [])).length, 0);
  });
});

test("whoever reviews sees the shapes and changes nothing", async () => {
  await draw({ fixed: true, typed: "car: 80,280 to 250,400\ntree: 530,120 590,300 470,300" }, async ({ page, drawing, shot }) => {
    assert.equal(await page.locator(".edge").count(), 2);
    assert.equal(await drawing.said(), wordsOf("en")["shape-hint-look"], "nothing to change is offered");
    const before = await drawing.text();
    await page.mouse.click(...(await drawing.at(100, 300)));
    await page.keyboard.press("Delete");
    await page.keyboard.press("b");
    assert.equal(await drawing.text(), before);
    assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
    await shot("review-1280-en");
  });
});
