// From one task to the next: its picture is there before it is asked for, and what was submitted by accident comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";
import { png, zip } from "./pictures.mjs";

let demo, browser, client, claim;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  client = await as("client");
  await client.go("/desk/C-1/batch");
  for (const [name, value] of Object.entries({ title: "Signs, one after the other", price: "5.00", seconds: "120", question: "Is there a sign?", choices: "Yes\nNo" })) await client.page.fill(`[name="${name}"]`, value);
  await client.page.selectOption('[name="payload_kind"]', "image");
  await client.press('form[action="/desk/C-1/batch"] button');
  const draft = new URL(client.page.url()).pathname;
  const pictures = [1, 2, 3, 4, 5, 6].map((n) => [`${n}.png`, png(700, 500, n)]);
  await client.page.setInputFiles('input[name="items"]', { name: "signs.zip", mimeType: "application/zip", buffer: zip(pictures) });
  await client.page.locator(`form[action="${draft}/items"] button`).click();
  await client.page.waitForFunction(() => document.querySelector("main")?.innerText.includes("6 tasks"));
  await client.press(`form[action="${draft}/open"] button`);
  claim = `form[action="${draft}/claim"] button`;
});
after(async () => { await browser?.close(); await demo?.stop(); });

async function as(who, options = {}, prepare = () => {}) {
  const visit = await visitor(browser, demo.address, options);
  await prepare(visit);
  await enter(visit.page, demo.address, who);
  const speak = (lang) => visit.context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await speak("en");
  const go = (path) => visit.page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]);
  const status = async (path) => (await visit.context.request.get(`${demo.address}${path}`, { maxRedirects: 0 })).status();
  return { ...visit, speak, go, press, status, path: () => new URL(visit.page.url()).pathname };
}
const SUBMIT = '.under button[form="answer"]';
/** The pictures that this page has asked for, with what came over the line. */
const pictures = (page) => page.evaluate(() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/picture")).map((one) => [new URL(one.name).pathname, one.transferSize]));

test("the next picture is there before the task is, and nobody else's to see", async () => {
  const member = await as("member", { width: 360 });
  await member.go("/work");
  await member.press(claim);
  const first = member.path();
  await member.page.waitForFunction(() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/picture") && one.responseEnd).length === 2);
  const [[own], [next, bytes]] = await pictures(member.page);
  assert.ok(own.startsWith(first) && !next.startsWith(first) && bytes > 10_000, `${own} ${next} ${bytes}`);
  const stranger = await as("treasurer");
  assert.deepEqual([await member.status(`${next}?w=960`), await stranger.status(`${next}?w=960`)], [200, 404]);
  assert.equal(await member.status(next.replace("/picture", "")), 404, "it is not begun");

  await member.page.check('input[value="Yes"]');
  await member.press(SUBMIT);
  assert.equal(`${member.path()}/picture`, next, "the task that was ready");
  await member.page.locator("img.pic").evaluate((image) => image.decode());
  const [[again, over]] = await pictures(member.page);
  assert.deepEqual([again, over], [next, 0], "nothing of it came over the line again");

  // Leaving the task gives the next one back too.
  await member.page.waitForFunction(() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/picture") && one.responseEnd).length === 2);
  const [, [after]] = await pictures(member.page);
  await member.press('form[action$="/release"] button');
  assert.equal(await member.status(after), 404);
  assert.deepEqual(member.faults, []);
  await member.context.close();
  await stranger.context.close();
});

test("where data is to be saved nothing comes ahead", async () => {
  const asked = [];
  const member = await as("coordinator", { width: 360 }, async ({ context, page }) => {
    await context.addInitScript(() => { Object.defineProperty(navigator, "connection", { value: { saveData: true } }); });
    page.on("request", (request) => { if (request.url().endsWith("/ahead")) asked.push(request.url()); });
  });
  await member.go("/work");
  await member.press(claim);
  await member.page.waitForTimeout(1000);
  assert.deepEqual([asked, (await pictures(member.page)).length], [[], 1]);
  await member.press('form[action$="/release"] button');
  await member.context.close();
});

test("submitted by accident: one press brings it back as it was, until somebody opens it", async () => {
  const member = await as("member", { width: 360 });
  await member.go("/work");
  await member.press(claim);
  const first = member.path();
  await member.page.check('input[value="No"]');
  await member.press(SUBMIT);
  for (const language of ["fr", "en"]) {
    await member.speak(language);
    await member.page.reload();
    await member.page.screenshot({ path: join(shots, `flow-after-360-${language}.png`), fullPage: true });
  }
  await member.press(`form[action="${first}/back"] button`);
  assert.equal(member.path(), first);
  assert.ok(await member.page.isChecked('input[value="No"]'), "what was chosen stands there");
  await member.page.check('input[value="Yes"]');
  await member.press(SUBMIT);

  // In the list of work and on its own page, while it does something.
  for (const language of ["fr", "en"]) {
    for (const width of [360, 1280]) {
      await member.speak(language);
      await member.page.setViewportSize({ width, height: 740 });
      await member.go("/work");
      assert.equal(await member.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${width} ${language}`);
      await member.page.screenshot({ path: join(shots, `flow-board-${width}-${language}.png`), fullPage: true });
      await member.go(first);
      await member.page.screenshot({ path: join(shots, `flow-submitted-${width}-${language}.png`) });
    }
  }
  await client.go(first.replace("claims", "reviews"));
  assert.match(await client.page.locator("main").innerText(), /Yes/);
  await member.press(`form[action="${first}/back"] button`);
  assert.match(await member.page.locator("main").innerText(), /Somebody has opened this for review/);
  await member.page.screenshot({ path: join(shots, "flow-seen-1280-en.png") });
  await member.go("/work");
  assert.equal(await member.page.locator(`form[action="${first}/back"]`).count(), 0);
  assert.deepEqual(member.faults, []);
  await member.context.close();
});
