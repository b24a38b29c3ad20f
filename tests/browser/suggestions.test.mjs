// What a model suggests, in real pages: a choice taken over by a press and put back, passages and boxes taken over and one corrected, and
// the same without scripts. Nothing is filled in before a press.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PICTURE, drawingOn, fingersOn } from "./drawing.mjs";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page, context } = visit;
  await context.route("https://pictures.example/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }));
  await enter(page, demo.address, who);
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await speak(options.language ?? "en");
  const go = (path) => page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  return { ...visit, go, press, speak };
}

/** The page in both languages and at both widths, as it stands; nothing reaches out of it, and what is pressed is large enough. */
async function pictures(visit, name, path) {
  for (const [language, width] of [["fr", 1280], ["en", 1280], ["fr", 360], ["en", 360]]) {
    await visit.speak(language);
    await visit.page.setViewportSize({ width, height: 740 });
    await visit.go(path);
    await visit.page.waitForLoadState("networkidle");
    assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${name} at ${width} in ${language}`);
    assert.equal(await visit.page.evaluate(() => [...document.querySelectorAll(".suggested button, [data-take-all]")].filter((one) => one.offsetHeight < 43.5).length), 0, "44 px");
    await visit.page.screenshot({ path: join(shots, `suggestions-${name}-${width}-${language}.png`), fullPage: true });
  }
}

const FORM = { title: "Trial of suggestions", price: "9.00", seconds: "60", question: "What is the tone?", choices: "Kind\nUnkind" };

/** A draft that asks this; its address. */
async function draft(client, fields) {
  await client.go("/desk/C-1/batch");
  for (const [name, value] of Object.entries({ ...FORM, ...fields })) {
    const field = client.page.locator(`main [name="${name}"]:not([type=hidden])`).first();
    if (await field.evaluate((element) => element.tagName) === "SELECT") await field.selectOption(value); else await field.fill(value);
  }
  await client.press('form[action="/desk/C-1/batch"] button');
  return new URL(client.page.url()).pathname;
}
async function bring(client, batch, what, text) {
  await client.go(batch);
  await client.page.setInputFiles(`input[name="${what}"]`, { name: `${what}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) });
  await client.press(`form[action="${batch}/${what}"] button`);
}
const lines = async (client) => {
  await client.go("/desk/C-1");
  const [download] = await Promise.all([client.page.waitForEvent("download"), client.page.locator('a[href$="results.jsonl"]').click()]);
  const { readFileSync } = await import("node:fs");
  return readFileSync(await download.path(), "utf8").trim().split("\n").map((line) => JSON.parse(line));
};
const acceptAll = async (client, batch) => {
  await client.go(`${batch}/review`);
  await client.press(`form[action="${batch}/review"] button`);
};

const TEXT = "Zoé met Ada in Paris. Ada wrote the first program.";
const CSV = ["id,payload,suggestion.answer,suggestion.names,suggestion_model,suggestion_version",
  ...[1, 2, 3].map((n) => `text-${n},"${TEXT}",Kind,"[{""start"":0,""end"":3,""label"":""Name"",""text"":""Zoé""},{""start"":15,""end"":20,""label"":""Name"",""text"":""Paris""}]",tagger,2`)].join("\n");

test("a choice and passages are taken over, put back, corrected, and without scripts; the answer says what was changed", async () => {
  const client = await as("client");
  const batch = await draft(client, { answer_kind: "one-choice" });
  await client.go(`${batch}/ask/spans`);
  for (const [name, value] of Object.entries({ question: "Which words are names?", name: "names", choices: "Name" })) await client.page.locator(`main [name="${name}"]`).first().fill(value);
  await client.press(`form[action="${batch}/ask/spans"] button`);
  await bring(client, batch, "items", CSV);
  await pictures(client, "draft", batch);
  await pictures(client, "preview", `${batch}/preview`);
  await client.speak("en");
  await client.go(batch);
  await client.press(`form[action="${batch}/open"] button`);

  const member = await as("member", { width: 360, touch: true });
  await pictures(member, "board", "/work");
  await member.press(`form[action="${batch}/claim"] button`);
  const { page } = member;
  const claim = new URL(page.url()).pathname;
  await pictures(member, "bench", claim);
  const chosen = () => page.locator("input[type=radio]:checked").evaluateAll((all) => all.map((one) => one.value));
  const typed = () => page.locator('textarea[name="names"]').inputValue();
  assert.deepEqual([await chosen(), await typed()], [[], ""], "nothing is filled in by itself");

  // One press, without a page in between; the same press puts back what stood there.
  let loads = 0;
  page.on("load", () => { loads += 1; });
  const first = page.locator('.q:has([name="answer"]) [data-take]'), second = page.locator('.q:has([name="names"]) [data-take]');
  await first.tap();
  assert.deepEqual(await chosen(), ["Kind"]);
  assert.match(await first.innerText(), /Put back/);
  await first.tap();
  assert.deepEqual(await chosen(), []);
  // All that is open: what was chosen stays.
  await page.locator(".choice", { hasText: "Unkind" }).tap();
  await page.locator("[data-take-all]").tap();
  assert.deepEqual(await chosen(), ["Unkind"]);
  assert.equal(await typed(), "0-3 Name\n15-20 Name");
  assert.deepEqual(await page.locator(".passage mark").allInnerTexts(), ["Zoé", "Paris"], "marked in the text at once");
  await page.screenshot({ path: join(shots, "suggestions-taken-360-en.png"), fullPage: true });
  // One is wrong, and is taken off; from then on the press would take over anew.
  await page.locator(".marked li", { hasText: "Paris" }).locator("button").tap();
  assert.match(await second.innerText(), /Take over/);
  assert.equal(await typed(), "0-3 Name");
  assert.equal(loads, 0, "no page was fetched");
  await member.press('.lean button[formaction$="/draft"]');
  assert.deepEqual([await chosen(), await typed()], [["Unkind"], "0-3 Name"], "kept as a draft");
  await member.press('.under button[form="answer"]');
  // The second as suggested, whole.
  const whole = new URL(page.url()).pathname;
  await page.locator("[data-take-all]").tap();
  await member.press('.under button[form="answer"]');
  await member.press('form[action$="/release"] button');

  // Without scripts: the page comes back with the fields filled in, and with what was typed.
  const bare = await as("coordinator", { scripts: false, width: 360 });
  await bare.go("/work");
  await bare.press(`form[action="${batch}/claim"] button`);
  await bare.page.fill('textarea[name="names"]', "Name: Ada");
  await bare.press('.q:has([name="answer"]) [data-take]');
  assert.equal(new URL(bare.page.url()).hash, "#f-answer");
  assert.ok(await bare.page.locator('input[value="Kind"]').isChecked());
  assert.equal(await bare.page.inputValue('textarea[name="names"]'), "Name: Ada");
  await bare.page.screenshot({ path: join(shots, "suggestions-bare-360-en.png"), fullPage: true });
  await bare.press('.under button[form="answer"]');

  const reviewer = await as("reviewer");
  await reviewer.go(whole.replace("/claims/", "/reviews/"));
  assert.equal((await reviewer.page.locator("main").innerText()).match(/The same as tagger 2 suggested\./g).length, 2);
  await pictures(reviewer, "review", claim.replace("/claims/", "/reviews/"));
  assert.match(await reviewer.page.locator("main").innerText(), /Another answer than tagger 2 suggested:\s+Kind/);
  await acceptAll(client, batch);
  const told = (await lines(client)).filter(({ item }) => item.startsWith("text-")).map(({ suggestion }) => suggestion.changed);
  assert.deepEqual(told, [{ answer: true, names: true }, { answer: false, names: false }, { answer: false, names: true }]);
  await pictures(client, "items", `${batch}/items`);
  for (const { faults } of [client, member, bare, reviewer]) assert.deepEqual(faults, []);
});

test("boxes are taken over into the drawing and one is corrected; undo takes the press back", async () => {
  const client = await as("client");
  const batch = await draft(client, { title: "Trial of boxes", question: "Outline each car.", answer_kind: "boxes", choices: "car", payload_kind: "image" });
  const box = "car: 80,280 to 250,400", bad = "car: 330,340 to 400,380";
  await bring(client, batch, "items", `id,payload,suggestion,suggestion_model\nstreet-1.svg,https://pictures.example/1.svg,"${box}\n${bad}",finder\n`);
  await client.press(`form[action="${batch}/open"] button`);

  const member = await as("member", { width: 360, touch: true });
  await member.go("/work");
  await member.press(`form[action="${batch}/claim"] button`);
  const { page } = member, claim = new URL(page.url()).pathname;
  await pictures(member, "boxes", claim);
  let drawing = await drawingOn(page);
  assert.equal(await drawing.text(), "", "nothing is drawn by itself");
  await page.locator("[data-take]").tap();
  assert.equal(await drawing.text(), `${box}\n${bad}`);
  assert.match(await page.locator(".drawing").innerText(), /car/);
  await page.screenshot({ path: join(shots, "suggestions-boxes-taken-360-en.png") });
  await drawing.press("Undo");
  assert.equal(await drawing.text(), "");
  await drawing.press("Redo");
  assert.equal(await drawing.text(), `${box}\n${bad}`);
  // The second box is too small: its lower right corner is drawn to where the car ends.
  const fingers = await fingersOn(page, drawing);
  await drawing.press("Move");
  await page.locator(".stage").evaluate((stage) => stage.scrollIntoView({ block: "start" }));
  await fingers.tap(360, 360);
  await fingers.drag([400, 380], [440, 390]);
  const [kept, changed] = (await drawing.text()).split("\n");
  assert.equal(kept, box);
  assert.match(changed, /^car: 330,340 to 4[34]\d(\.\d)?,3[89]\d(\.\d)?$/);
  await member.press('.under button[form="answer"]');
  await acceptAll(client, batch);
  const told = (await lines(client)).find(({ item }) => item === "street-1.svg");
  assert.deepEqual(told.suggestion, { changed: { answer: true }, model: "finder" });
  const OTHER = (fault) => fault.startsWith("other site: https://pictures.example/");
  for (const { faults } of [client, member]) assert.deepEqual(faults.filter((fault) => !OTHER(fault)), []);
});
