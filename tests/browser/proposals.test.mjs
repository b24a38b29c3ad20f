// The pages of votes: a member proposes, two sign, all without scripts; then each page at 360 and 1280 pixels, in English and French:
// no overflow, no fault, under 30 KB, nothing too small to press.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
const made = {};
before(async () => { demo = await startDemo(); browser = await startBrowser(); await propose(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const press = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
const english = (context) => context.request.post(`${demo.address}/language`, { form: { lang: "en", next: "/" }, headers: { "sec-fetch-site": "same-origin" } });

/** Somebody of the demonstration, on a phone without scripts. */
async function as(who) {
  const { context, page } = await visitor(browser, demo.address, { width: 360, scripts: false });
  await enter(page, demo.address, who);
  await english(context);
  return { context, page, go: (path) => page.goto(`${demo.address}${path}`) };
}

/** A draft that waits for one more signature, and a vote that is open. */
async function propose() {
  const author = await as("member");
  await author.go("/proposals/new");
  await press(author.page, 'main a[href="/proposals/new/rules?kind=constitution"]');
  await author.page.locator("summary", { hasText: "Where each 100 goes" }).click();
  await author.page.fill('[name="split/worker"]', "82");
  await press(author.page, 'main form[action="/proposals/new/rules"] .acts button');
  // Everything that is wrong is said at once, and what was typed is still there.
  assert.match(await author.page.locator(".faults").textContent(), /add up to 102 percent/);
  assert.equal(await author.page.inputValue('[name="split/worker"]'), "82");
  made.refused = await author.page.content();
  await author.page.fill('[name="split/operations"]', "5");
  await author.page.fill('[name="title"]', "82 of each 100 for whoever does the work?");
  await author.page.fill('[name="text"]', "Operations were under budget for four quarters.\n\nWhat is left there should go to the work.");
  await author.page.locator("summary", { hasText: "Ordinary vote: how it is held" }).click();
  await author.page.selectOption('[name="votes/ordinary/majority"]', "least 3/5");
  await press(author.page, 'main form[action="/proposals/new/rules"] .acts button');
  made.draft = new URL(author.page.url()).pathname;
  await author.go("/proposals/new/rules?kind=rate-change");
  await author.page.fill('[name="floor/general/USD"]', "9.20");
  await author.page.fill('[name="title"]', "9.20 USD an hour?");
  await author.page.fill('[name="text"]', "Rent and bread rose by a tenth since the founding.");
  await press(author.page, 'main form[action="/proposals/new/rules"] .acts button');
  const floor = new URL(author.page.url()).pathname;
  for (const [who, drafts] of [["reviewer", [made.draft, floor]], ["treasurer", [floor]]]) {
    const other = await as(who);
    for (const draft of drafts) {
      await other.go(draft);
      await press(other.page, 'main form[action$="/sign"] button');
    }
    if (who === "reviewer") {
      for (const path of [made.draft, floor]) {
        await other.go(path);
        await other.page.locator('main form[action$="/comments"] textarea').last().fill("What does it cost the clients?");
        await press(other.page, 'main form[action$="/comments"]:last-of-type .acts button');
      }
    }
    await other.context.close();
  }
  await author.go(made.draft);
  await press(author.page, '.thread a[href*="/comments/"]');
  await author.page.fill('main [name="text"]', "Nothing: the price stays, only its parts change.");
  await press(author.page, 'main form[action$="/comments"] button');
  await author.go(floor);
  await press(author.page, 'main a[href$="/open"]');
  made.freezes = await author.page.locator("main").textContent();
  await press(author.page, 'main form[action$="/open"] button');
  made.vote = new URL(author.page.url()).pathname;
  assert.match(made.vote, /^\/proposals\/P-\d+$/);
  await author.context.close();
}

const PAGES = {
  "votes": "/proposals",
  "vote-new": "/proposals/new",
  "vote-form-rates": "/proposals/new/rules?kind=rate-change",
  "vote-form-rules": "/proposals/new/rules?kind=constitution",
  "vote-form-price": "/proposals/new/price-ask",
  "vote-form-member": "/proposals/new/mandate",
  "vote-draft": "made:draft",
  "vote-edit": "made:draft:/edit",
  "vote-open": "made:vote",
};

for (const width of [360, 1280]) {
  for (const [language, scheme] of [["en", "light"], ["fr", "light"], ["en", "dark"]]) {
    test(`pages of votes at ${width} in ${language}, ${scheme}`, async () => {
      const { context, page, faults } = await visitor(browser, demo.address, { width, language, scheme });
      await enter(page, demo.address, "member");
      await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
      for (const [name, path] of Object.entries(PAGES)) {
        const [, what, rest = ""] = path.split(":");
        const address = what ? `${made[what]}${rest}` : path;
        const bytes = [];
        const count = (answer) => answer.request().sizes().then((sizes) => bytes.push(sizes.responseBodySize)).catch(() => {});
        page.on("response", count);
        const answer = await page.goto(`${demo.address}${address}`, { waitUntil: "load" });
        page.off("response", count);
        assert.equal(answer.status(), 200, address);
        if (name === "vote-form-rules") await page.evaluate(() => document.querySelectorAll("details.group").forEach((group, place) => { group.open = place === 0 || place === 5; }));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        await page.screenshot({ path: join(shots, `${name}-${width}-${language}-${scheme}.png`), fullPage: true });
        assert.ok(wide <= 0, `${address} is ${wide} px too wide`);
        assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 30_000, `${address} weighs ${bytes}`);
        const small = await page.evaluate(() => [...document.querySelectorAll(".btn, .places a, .seal, summary")].filter((e) => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5).map((e) => e.textContent));
        assert.deepEqual(small, [], `${address}: targets under 44 px`);
      }
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
}

test("whoever changes a draft finds open what it changes, and nothing else", async () => {
  const { context, page } = await visitor(browser, demo.address, { width: 360, scripts: false });
  await enter(page, demo.address, "member");
  await english(context);
  await page.goto(`${demo.address}${made.draft}/edit`);
  assert.deepEqual(await page.locator("details.group[open] > summary").allTextContents(), ["Where each 100 goes", "Ordinary vote: how it is held"]);
  assert.equal(await page.inputValue('[name="split/worker"]'), "82");
  await context.close();
});

test("the way to the ballot stands in the head of an open vote", async () => {
  const { context, page } = await visitor(browser, demo.address, { width: 360 });
  await enter(page, demo.address, "reviewer");
  await english(context);
  await page.goto(`${demo.address}${made.vote}`);
  const button = page.locator("main .head a.btn");
  assert.equal(await button.getAttribute("href"), `${made.vote}/ballot`);
  const box = await button.boundingBox();
  assert.ok(box.y + box.height < 740, `on the first screen, not at ${box.y}`);
  assert.match(made.freezes, /It cannot be taken back/);
  await context.close();
});
