// Each kind of question on a phone: by touch and key, and without scripts; in English and French; drafts and refusals keep everything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, selectWords, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser, client, contract;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  client = await as("client");
  await client.page.goto(`${demo.address}/desk`);
  const links = await client.page.locator('main a[href^="/desk/C-"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  // The first of this client's contracts on which batches can be opened.
  for (const link of links) {
    const answer = await client.page.goto(`${demo.address}${link}/batch`);
    if (answer.status() !== 200) continue;
    await fill(client.page, { title: "Trial", price: "9.00", seconds: "60", question: "Q?", answer_kind: "text" });
    await press(client.page, `form[action="${link}/batch"] button`);
    if (/\/batches\//.test(client.page.url())) { contract = link; break; }
  }
  assert.ok(contract, links.join());
});
after(async () => { await browser?.close(); await demo?.stop(); });

async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  await enter(visit.page, demo.address, who);
  await speak(visit, options.language ?? "en");
  return visit;
}
const speak = ({ context }, lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]:not([type=hidden])`).first();
    const [tag, type] = await field.evaluate((element) => [element.tagName, element.type]);
    if (tag === "SELECT") await field.selectOption(value);
    else if (type === "checkbox") await field.setChecked(value);
    else await field.fill(value);
  }
}

const TEXT = "Zoé met Ada in Paris. Ada wrote the first program; Zoé reads it to her class, every spring, in the same small room.";
const PAIR = "id,payload,a,b\n1,How do I boil an egg?,\"Put it in boiling water for eight minutes, then in cold water.\",\"Eggs are boiled in water until they are done.\"\n2,Again?,x,y\n";
const TWO = `id,payload\n1,"${TEXT}"\n2,Ada is here.\n`;

/** What each kind is: how the client asks, the items, how a finger and how a reader without scripts answers, and the value sent. */
const KINDS = {
  ranking: {
    asks: { choices: "Clear\nTrue\nKind [k]" }, items: TWO,
    touch: async (page) => {
      for (const words of ["True", "Kind", "Clear"]) await page.locator(".place b", { hasText: words }).tap();
      assert.deepEqual(await page.locator('select[name="it"]').evaluateAll((all) => all.map((one) => one.value)), ["3", "1", "2"]);
      // By key: out, and in again at the end.
      await page.keyboard.press("2");
      await page.keyboard.press("2");
    },
    bare: async (page) => { for (const [at, place] of ["1", "3", "2"].entries()) await page.locator('select[name="it"]').nth(at).selectOption(place); },
    value: { touch: ["Kind", "Clear", "True"], bare: ["Clear", "Kind", "True"] },
  },
  preference: {
    asks: { tie: true, reason: "10" }, items: PAIR,
    touch: async (page) => { await page.keyboard.press("a"); await page.locator(".choice", { hasText: /A / }).first().tap(); await page.locator('textarea[name="it"]').fill("It says how long."); },
    bare: async (page) => { await page.locator('input[name="it"][value="tie"]').check(); await page.locator('textarea[name="it"]').fill("Neither helps much."); },
    value: { touch: { choice: "a", reason: "It says how long." }, bare: { choice: "tie", reason: "Neither helps much." } },
  },
  pairs: {
    asks: { most: "3" }, items: TWO,
    touch: async (page) => {
      await page.locator('textarea[name="it"]').nth(0).fill("Who wrote it?");
      await page.locator('textarea[name="it"]').nth(1).fill("Ada.");
      await page.locator("[data-more]").tap();
      await page.locator('textarea[name="it"]').nth(2).fill("Who reads it?");
      await page.locator('textarea[name="it"]').nth(3).fill("Zoé.");
    },
    bare: async (page) => {
      await page.locator('textarea[name="it"]').nth(0).fill("Who is here?");
      await page.locator('textarea[name="it"]').nth(1).fill("Ada.");
      await press(page, "[data-more]");
      assert.equal(await page.locator('textarea[name="it"]').count(), 4, "saved, with room for another");
    },
    value: { touch: [{ question: "Who wrote it?", answer: "Ada." }, { question: "Who reads it?", answer: "Zoé." }], bare: [{ question: "Who is here?", answer: "Ada." }] },
  },
  spans: {
    asks: { choices: "Name\nPlace [p]" }, items: TWO,
    touch: async (page) => {
      const select = (start, end) => selectWords(page, start, end);
      await select(0, 4);
      await page.locator('.labels [data-label="Name"]').tap();
      await select(15, 20);
      await page.keyboard.press("p");
      await select(8, 11);
      await page.locator('.labels [data-label="Name"]').tap();
      await page.locator(".marked li", { hasText: "Ada" }).locator("button").tap();
      assert.equal(await page.locator(".passage mark").count(), 2);
    },
    bare: async (page) => { await page.locator('textarea[name="it"]').fill("Name: Ada"); },
    value: {
      touch: [{ start: 0, end: 3, label: "Name", text: "Zoé" }, { start: 15, end: 20, label: "Place", text: "Paris" }],
      bare: [{ start: 0, end: 3, label: "Name", text: "Ada" }],
    },
  },
};

for (const [kind, { asks, items, touch, bare, value }] of Object.entries(KINDS)) {
  test(`${kind}: asked without scripts, answered on a phone by touch and key, and without scripts`, async () => {
    const { page } = client;
    await page.goto(`${demo.address}${contract}/batch`);
    await fill(page, { title: `Trial of ${kind}`, price: "9.00", seconds: "60", question: "Q?", answer_kind: "text" });
    await press(page, `form[action="${contract}/batch"] button`);
    const batch = new URL(page.url()).pathname;
    await page.goto(`${demo.address}${batch}/ask/${kind}`);
    await fill(page, { question: "What do you say to this text?", name: "it", ...asks });
    await press(page, `form[action="${batch}/ask/${kind}"] button`);
    await page.goto(`${demo.address}${batch}/questions/answer`);
    await press(page, 'form[action$="/remove"] button');
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      await page.screenshot({ path: join(shots, `questions-${kind}-${width}.png`), fullPage: true });
    }
    await page.goto(`${demo.address}${batch}`);
    await page.setInputFiles('input[name="items"]', { name: "items.csv", mimeType: "text/csv", buffer: Buffer.from(items) });
    await press(page, `form[action="${batch}/items"] button`);
    await press(page, `form[action="${batch}/open"] button`);

    const member = await as("member", { width: 360, touch: true });
    await member.page.goto(`${demo.address}/work`);
    await press(member.page, `form[action="${batch}/claim"] button`);
    const claim = member.page.url();
    for (const [language, width] of [["fr", 1280], ["en", 1280], ["fr", 360], ["en", 360]]) {
      await speak(member, language);
      await member.page.setViewportSize({ width, height: 740 });
      const sizes = [];
      const count = (answer) => sizes.push(answer.request().sizes().then((size) => size.responseBodySize).catch(() => 0));
      member.page.on("response", count);
      await member.page.goto(claim, { waitUntil: "load" });
      member.page.off("response", count);
      assert.ok((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) < 10_000, `${kind} weighs ${await Promise.all(sizes)}`);
      assert.equal(await member.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${kind} at ${width} in ${language}`);
      await member.page.screenshot({ path: join(shots, `bench-${kind}-${width}-${language}.png`), fullPage: width > 360 });
    }
    await touch(member.page);
    for (const width of [360, 1280]) {
      await member.page.setViewportSize({ width, height: 740 });
      await member.page.screenshot({ path: join(shots, `bench-${kind}-done-${width}.png`), fullPage: true });
    }
    const small = await member.page.evaluate(() => [...document.querySelectorAll(".btn, .choice, .labels button, .place select, .marked button, .lean button")].filter((e) => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML));
    assert.deepEqual(small, [], "targets under 44 px");
    // The draft keeps everything.
    await press(member.page, 'button[formaction$="/draft"]:not([data-more])');
    await press(member.page, '.under button[form="answer"]');
    assert.doesNotMatch(member.page.url(), /submit/, await member.page.locator("main").innerText());

    await press(member.page, 'form[action$="/release"] button');
    const plain = await as("coordinator", { width: 360, scripts: false });
    await plain.page.goto(`${demo.address}/work`);
    await press(plain.page, `form[action="${batch}/claim"] button`);
    await plain.page.screenshot({ path: join(shots, `bench-${kind}-bare-360.png`), fullPage: true });
    await bare(plain.page);
    await press(plain.page, '.under button[form="answer"]');
    assert.doesNotMatch(plain.page.url(), /submit/, await plain.page.locator("main").innerText());

    // Reviewed and taken away.
    const reviewer = await as("reviewer", { width: 360 });
    await reviewer.page.goto(`${demo.address}${batch}/review`);
    await press(reviewer.page, 'main a[href^="/reviews/"]');
    await reviewer.page.screenshot({ path: join(shots, `review-${kind}-360.png`), fullPage: true });
    await reviewer.page.goto(`${demo.address}${batch}/review`);
    await press(reviewer.page, `form[action="${batch}/review"] button`);
    await client.page.goto(`${demo.address}${contract}`);
    const text = await (await client.context.request.get(`${demo.address}${contract}/results.jsonl`)).text();
    const answers = text.trim().split("\n").map(JSON.parse).filter((line) => line.answer.it !== undefined).slice(-2).map((line) => line.answer.it);
    assert.deepEqual(answers, [value.touch, value.bare]);
    for (const visit of [member, plain, reviewer]) {
      assert.deepEqual(visit.faults, []);
      await visit.context.close();
    }
  });
}

test("a refusal stands at its question, with everything that was typed", async () => {
  const { page } = client;
  await page.goto(`${demo.address}${contract}/batch`);
  await fill(page, { title: "Trial of several", price: "9.00", seconds: "60", question: "What is it?", answer_kind: "one-choice", choices: "Sign [s]\nBush [b]" });
  await press(page, `form[action="${contract}/batch"] button`);
  const batch = new URL(page.url()).pathname;
  for (const [kind, fields] of [["number", { question: "How many?", name: "many" }], ["text", { question: "Anything else?", name: "more", optional: true }]]) {
    await page.goto(`${demo.address}${batch}/ask/${kind}`);
    await fill(page, fields);
    await press(page, `form[action="${batch}/ask/${kind}"] button`);
  }
  await page.goto(`${demo.address}${batch}`);
  await page.setInputFiles('input[name="items"]', { name: "items.csv", mimeType: "text/csv", buffer: Buffer.from(TWO) });
  await press(page, `form[action="${batch}/items"] button`);
  await press(page, `form[action="${batch}/open"] button`);

  // Without scripts the browser's own rules hold, and where it has none, the server's.
  const plain = await as("coordinator", { width: 360, scripts: false });
  await plain.page.goto(`${demo.address}/work`);
  await press(plain.page, `form[action="${batch}/claim"] button`);
  for (const field of ["many", "answer"]) assert.ok(await plain.page.locator(`[name="${field}"]`).first().evaluate((element) => element.required), field);
  const claim = new URL(plain.page.url()).pathname;
  const key = await plain.page.locator('#answer [name="key"]').inputValue();
  const typed = { key, active_seconds: "0", answer: "Bush", many: "a few", more: "By the road." };
  await plain.page.evaluate(() => { document.getElementById("answer").noValidate = true; });
  await plain.page.locator('[name="answer"][value="Bush"]').check();
  await plain.page.fill('[name="many"]', typed.many);
  await plain.page.fill('[name="more"]', typed.more);
  await press(plain.page, '.under button[form="answer"]');
  for (const [language, words] of [["en", /“How many\?” asks for a number/], ["fr", /«\sHow many\?\s» demande un nombre/]]) {
    await speak(plain, language);
    const answer = await plain.context.request.post(`${demo.address}${claim}/submit`, { form: { ...typed, key: `${key}-${language}` }, headers: { "sec-fetch-site": "same-origin" } });
    assert.equal(answer.status(), 422);
    assert.match(await answer.text(), words);
  }
  assert.match(await plain.page.locator("#f-many").inputValue(), /a few/);
  assert.equal(await plain.page.locator(".q.bad").count(), 1);
  assert.ok(await plain.page.locator('[name="answer"][value="Bush"]').isChecked());
  await plain.page.screenshot({ path: join(shots, "bench-refused-360.png"), fullPage: true });
  await speak(plain, "en");
  await plain.page.fill('[name="many"]', "3");
  await press(plain.page, '.under button[form="answer"]');
  assert.doesNotMatch(plain.page.url(), /submit/);
  await press(plain.page, 'form[action$="/release"] button');
  assert.deepEqual(plain.faults, []);
  await plain.context.close();

  // By key alone: the choice leads on to the number, Enter submits.
  const member = await as("member", { width: 1280 });
  await member.page.goto(`${demo.address}/work`);
  await press(member.page, `form[action="${batch}/claim"] button`);
  await member.page.keyboard.press("s");
  assert.equal(await member.page.evaluate(() => document.activeElement.name), "many");
  await member.page.keyboard.type("2");
  await Promise.all([member.page.waitForNavigation(), member.page.keyboard.press("Enter")]);
  assert.match(member.page.url(), /sent=/);
  assert.deepEqual(member.faults, []);
  await member.context.close();
});
