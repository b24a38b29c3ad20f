// A share of the items is read: asked for by the client, judged by keys beside the guidelines, the rest accepted in one press, and the
// draw told in the end. In English and French, on a phone and on a desk.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser, client, member, reviewer, contract, batch;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  [client, member, reviewer] = [await as("client"), await as("member"), await as("reviewer")];
  await client.page.goto(`${demo.address}/desk`);
  const links = await client.page.locator('main a[href^="/desk/C-"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const link of links) {
    const answer = await client.page.goto(`${demo.address}${link}/batch`);
    if (answer.status() !== 200) continue;
    await fill(client.page, { title: "Street corners", price: "9.00", seconds: "60", review_share: "30", question: "What is there?", answer_kind: "one-choice", choices: "Sign\nBush" });
    await press(client.page, `form[action="${link}/batch"] button`);
    if (/\/batches\//.test(client.page.url())) { contract = link; break; }
  }
  assert.ok(contract, links.join());
  batch = new URL(client.page.url()).pathname;
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
const key = (page, name) => Promise.all([page.waitForNavigation(), page.keyboard.press(name)]);
async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]:not([type=hidden])`).first();
    if (await field.evaluate((element) => element.tagName) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}
/** The page as it stands at both widths, in both languages. */
async function look(visit, path, name) {
  for (const language of ["fr", "en"]) {
    await speak(visit, language);
    for (const width of [360, 1280]) {
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.page.goto(`${demo.address}${path}`);
      await visit.page.screenshot({ path: join(shots, `sample-${name}-${width}-${language}.png`), fullPage: true });
      const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} at ${width} in ${language} is ${wide} px too wide`);
    }
  }
}

test("the client asks for a share, and members read it before they claim", async () => {
  const { page } = client;
  const items = Array.from({ length: 10 }, (_, n) => `corner-${n + 1},Corner ${n + 1}: a post with something green on it.`).join("\n");
  await page.locator('main input[type="file"][name="items"]').first().setInputFiles({ name: "items.csv", mimeType: "text/csv", buffer: Buffer.from(`id,payload\n${items}\n`) });
  await press(page, `form[action="${batch}/items"] button`);
  await look(client, batch, "draft");
  assert.equal(await page.locator('[name="review_share"]').inputValue(), "30");
  await press(page, `form[action="${batch}/open"] button`);
  await look(client, batch, "batch");
  await member.page.goto(`${demo.address}/work`);
  const row = member.page.locator("li.row", { has: member.page.locator(`form[action="${batch}/claim"]`) });
  assert.match(await row.innerText(), /30\s%\sof the items are read, drawn/);
});

test("a member answers all of it, and nothing says what was drawn", async () => {
  const { page } = member;
  await page.goto(`${demo.address}/work`);
  await press(page, `form[action="${batch}/claim"] button`);
  for (let n = 0; n < 10; n += 1) {
    assert.match(page.url(), /\/claims\//, `task ${n + 1}`);
    await page.locator('input[type="radio"]').first().check();
    await press(page, 'button[form="answer"]:not([formaction])');
  }
  await look(member, `${batch}/sample`, "member");
  const text = await page.locator("main").innerText();
  assert.match(text, /3 of 10 items/);
  assert.doesNotMatch(text, /waiting|decided:/);
});

test("whoever judges has the guidelines beside the work, and keys", async () => {
  const { page } = reviewer;
  await page.goto(`${demo.address}${batch}/review`);
  const first = await page.locator('main a[href^="/reviews/"]').first().getAttribute("href");
  await look(reviewer, first, "review");
  // Beside, and in sight, where there is room; after it on a phone.
  await page.setViewportSize({ width: 1280, height: 800 });
  const [guide, item] = [await page.locator(".beside").boundingBox(), await page.locator("section.leaf").first().boundingBox()];
  assert.ok(guide.x >= item.x + item.width && guide.y < 700, JSON.stringify({ guide, item }));
  await page.locator("footer").scrollIntoViewIfNeeded();
  const after = await page.locator(".beside").boundingBox();
  assert.ok(after.y > -10 && after.y < 400, `it stays in sight: ${after.y}`);
  await page.setViewportSize({ width: 360, height: 800 });
  const [below, form] = [await page.locator(".beside").boundingBox(), await page.locator("form[data-hot=a]").boundingBox()];
  assert.ok(below.y > form.y && below.x === form.x, "after it on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  // b leads to sending back; what is typed there presses nothing.
  await page.goto(`${demo.address}${first}`);
  await page.keyboard.press("b");
  assert.equal(await page.evaluate(() => document.activeElement.name), "code");
  await page.locator('[name="reason"]').focus();
  await page.keyboard.type("aaa r");
  assert.equal(new URL(page.url()).pathname, first, "typing judges nothing");
  await page.goto(`${demo.address}${first}`);
  assert.equal(await page.locator("form[data-hot=a] button").getAttribute("aria-keyshortcuts"), "a");
  await key(page, "r");
  assert.match(page.url(), /\/reject$/);
  await page.goBack();
  // Two by one key each.
  await key(page, "a");
  assert.match(page.url(), /\/reviews\/.*accepted=/);
  assert.notEqual(new URL(page.url()).pathname, first);
  await key(page, "a");
});

test("the client accepts the rest once everything drawn is decided, and the draw is told", async () => {
  const { page } = client;
  await look(client, `${batch}/sample`, "client");
  assert.match(await page.locator("main").innerText(), /One drawn answer waits to be read/);
  assert.equal(await page.locator(`form[action="${batch}/rest"]`).count(), 0);
  await page.goto(`${demo.address}${batch}/review`);
  await press(page, `form[action="${batch}/review"] button`);
  await look(client, "/reviews", "reviews");
  await page.locator(`main a[href="${batch}/sample"]`).first().click();
  await look(client, `${batch}/sample`, "rest");
  await press(page, `form[action="${batch}/rest"] button`);
  assert.match(await page.locator("main").innerText(), /7 pieces are accepted/);
  await look(client, `${batch}/sample`, "done");
  const told = await (await client.context.request.get(`${demo.address}${batch}/sample.json`)).json();
  const sha = (text) => createHash("sha256").update(text).digest("hex");
  assert.equal(sha(told.seed), told.seed_sha256);
  const place = (task) => sha(`manyhands sample 1\n${told.seed}\n${task}\n`);
  const tasks = [...told.drawn, ...told.not_drawn].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  assert.deepEqual(tasks.slice(0, 3).sort(), [...told.drawn].sort());
  for (const visit of [client, member, reviewer]) assert.deepEqual(visit.faults, []);
});
