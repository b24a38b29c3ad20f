// Contouring objects in pictures, from the client's form to COCO: drawn by touch on a phone, by keyboard, and typed without scripts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PICTURE, drawingOn, fingersOn, near } from "./drawing.mjs";
import { enter, file, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

/** Signed in as somebody, in a browser of their own, to which the client's pictures are served. */
async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page, context } = visit;
  await context.route("https://pictures.example/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }));
  await enter(page, demo.address, who);
  const headers = { "sec-fetch-site": "same-origin" };
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers });
  await speak(options.language ?? "en");
  const go = (path) => page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const shot = (name) => page.screenshot({ path: join(shots, `contours-${name}.png`) });
  return { ...visit, go, press, shot, speak };
}

const OTHER = (fault) => fault.startsWith("other site: https://pictures.example/");

test("objects are contoured on a phone, by keyboard and without scripts, reviewed on the picture, and taken away as COCO", async () => {
  const client = await as("client");
  await client.go("/desk/C-1/batch");
  const fields = { title: "Crossings at dusk", question: "Outline each car and each tree.", choices: "car\ntree" };
  for (const [name, value] of Object.entries(fields)) await client.page.fill(`[name="${name}"]`, value);
  await client.page.selectOption('[name="payload_kind"]', "image");
  await client.page.selectOption('[name="answer_kind"]', "polygons");
  await client.press('form[action="/desk/C-1/batch"] button');
  const batch = client.page.url().match(/\/batches\/([0-9a-f-]+)/)[1];
  const items = join(mkdtempSync(join(tmpdir(), "items-")), "items.csv");
  writeFileSync(items, `id,payload\n${[1, 2, 3].map((n) => `street-${n}.svg,https://pictures.example/${n}.svg`).join("\n")}\n`);
  await client.page.setInputFiles('input[name="items"]', items);
  await client.press(`form[action="/batches/${batch}/items"] button`);
  await client.press(`form[action="/batches/${batch}/open"] button`);

  // On a phone, by touch: a draft outlives a reload, and the answer leads to the next picture.
  const member = await as("member", { width: 360, touch: true });
  await member.go("/work");
  const bytes = [];
  member.page.on("response", (answer) => {
    if (answer.url().startsWith(demo.address)) answer.request().sizes().then((sizes) => bytes.push(sizes.responseBodySize)).catch(() => {});
  });
  await member.press(`form[action="/batches/${batch}/claim"] button`);
  let drawing = await drawingOn(member.page);
  await member.page.waitForLoadState("networkidle");
  assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 30_000, `the workbench weighs ${bytes}`);
  const fingers = await fingersOn(member.page, drawing);
  await member.shot("empty-360-en");
  await drawing.press("tree");
  for (const point of [[530, 120], [590, 300], [470, 300], [530, 120]]) await fingers.tap(...point);
  await drawing.press("car");
  await drawing.press("Polygon");
  for (const point of [[80, 330], [110, 280], [220, 280], [250, 330], [250, 380], [80, 380]]) await fingers.tap(...point);
  await drawing.press("Close");
  await member.shot("drawn-360-en");
  const typed = await drawing.text();
  assert.equal(typed.split("\n").length, 2, typed);
  const small = () => [...document.querySelectorAll(".drawing button, .under .btn")].filter((e) => e.offsetParent && Math.min(e.offsetHeight, e.offsetWidth) < 43.5);
  assert.equal(await member.page.evaluate(`(${small})().length`), 0, "targets of 44 px");
  assert.ok(await member.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await member.press('button[formaction$="/draft"]');
  for (const language of ["fr", "en"]) {
    await member.speak(language);
    await member.page.reload();
    drawing = await drawingOn(member.page);
    assert.equal(await drawing.text(), typed, "the draft is there");
    await member.shot(`draft-360-${language}`);
  }
  const first = member.page.url();
  await member.press('.under button[form="answer"]');
  assert.notEqual(member.page.url(), first, "straight to the next picture");

  // The next one by keyboard alone; an answer without shapes is stopped, in words.
  drawing = await drawingOn(member.page);
  const keyboard = member.page.keyboard;
  await member.page.locator('.under button[form="answer"]').focus();
  await keyboard.press("Enter");
  assert.match(await member.page.getByRole("alert").first().innerText(), /has no answer yet/);
  await member.page.locator(".stage").focus();
  for (const key of ["2", " ", "Shift+ArrowRight", " ", "Shift+ArrowDown", " ", "Enter"]) await keyboard.press(key);
  assert.equal(await drawing.text(), "tree: 320,240 330,240 330,250");
  for (let tries = 0; !(await member.page.evaluate(() => document.activeElement.matches('.under button[form="answer"]'))); tries += 1) {
    assert.ok(tries < 40, "Tab reaches the answer's button");
    await keyboard.press("Tab");
  }
  await Promise.all([member.page.waitForNavigation(), keyboard.press("Enter")]);

  // Without scripts, typed: first as it must not be, which stays.
  await member.press('form[action$="/release"] button');
  const bare = await as("coordinator", { scripts: false, width: 360 });
  await bare.go("/work");
  await bare.press(`form[action="/batches/${batch}/claim"] button`);
  await bare.page.fill("textarea", "car: 0,0 90,90 90,0 0,90");
  await bare.press('.under button[form="answer"]');
  assert.match(await bare.page.locator("main").innerText(), /Line 1: the outline crosses or touches itself/);
  assert.equal(await bare.page.inputValue("textarea"), "car: 0,0 90,90 90,0 0,90");
  await bare.shot("refused-bare-360-en");
  await bare.page.fill("textarea", "car: 0,0 90,0 90,90 0,90");
  await bare.press('.under button[form="answer"]');

  // The reviewer sees each on its picture.
  for (const [width, language] of [[1280, "en"], [360, "fr"]]) {
    const reviewer = await as("reviewer", { width, language });
    await reviewer.go(`/batches/${batch}/review`);
    await reviewer.press('a[href^="/reviews/"]');
    await reviewer.page.locator(".edge").first().waitFor();
    assert.ok(await reviewer.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    await reviewer.shot(`review-${width}-${language}`);
    assert.deepEqual(reviewer.faults.filter((fault) => !OTHER(fault)), []);
    if (language === "fr") {
      await reviewer.go(`/batches/${batch}/review`);
      await reviewer.press(`form[action="/batches/${batch}/review"] button`);
    }
  }

  // What the client takes away, and what pycocotools says of it where it is there.
  await client.go("/desk/C-1");
  const [download] = await Promise.all([client.page.waitForEvent("download"), client.page.locator('a[href$="results.coco.json"]').click()]);
  const coco = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.deepEqual(coco.categories.map(({ name }) => name).slice(0, 2), ["car", "tree"]);
  assert.deepEqual(coco.images.map(({ file_name: name }) => name), ["street-1.svg", "street-2.svg", "street-3.svg"]);
  const tree = coco.annotations.find(({ image_id: image, category_id: category }) => image === 1 && category === 2);
  assert.ok(near(tree.bbox, [470, 120, 120, 180], 3), JSON.stringify(tree));
  const python = file("target/coco/bin/python");
  if (existsSync(python)) {
    assert.match(execFileSync(python, [file("tests/coco/check.py"), await download.path()], { encoding: "utf8" }), /pycocotools agrees/);
  } else {
    assert.ok(!process.env.MANYHANDS_TEST_ALL, "pycocotools is to be in target/coco");
  }
  for (const person of [client, member, bare]) assert.deepEqual(person.faults.filter((fault) => !OTHER(fault)), []);
});
