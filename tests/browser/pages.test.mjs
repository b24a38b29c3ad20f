// Every page of the demonstration at 360 and 1280 pixels, in English and French, light and dark: no overflow, no fault, under 30 KB.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { binary, enter, file, shots, signIn, PASSWORD, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); await correctAndClose(); await amend(); });
after(async () => { await browser?.close(); await demo?.stop(); });

/** Where entries stand depends on which weekday the demonstration's Fridays are: its book says it. */
function readBook() {
  const out = join(mkdtempSync(join(tmpdir(), "book-")), "book.jsonl");
  execFileSync(binary("manyhands"), ["export", "--data", demo.data, "--format", "jsonl", out]);
  return readFileSync(out, "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

/** What the demonstration's weeks have none of: a correction that is posted, one that waits, a closed period. */
const made = {};
async function correctAndClose() {
  const { context, page } = await visitor(browser, demo.address);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
  // The entry as it should have been: these lines are so many cents more.
  const prepare = async (entry, changes) => {
    await page.goto(`${demo.address}/treasury/corrections/of/${entry}`);
    for (const [line, cents] of changes) {
      const field = page.locator(`input${line}`);
      await field.fill((Number(await field.inputValue()) + cents / 100).toFixed(4));
    }
    await page.fill('input[name="password"]', PASSWORD);
    await press('main form[action="/treasury/corrections"] button');
    return new URL(page.url()).pathname;
  };
  await enter(page, demo.address, "treasurer");
  await context.request.post(`${demo.address}/language`, { form: { lang: "en", next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  const entries = readBook();
  const first = (fits) => entries.find(fits).index;
  const accepted = first(({ kind, calc }) => kind === "work.accepted" && calc.by === "member" && calc.price === "0.300000");
  made.corrected = `/ledger/${accepted}`;
  made.work = `/treasury/corrections/of/${first(({ kind, index }) => kind === "work.accepted" && index > accepted)}`;
  made.evidence = `/office/evidence/${first(({ kind }) => kind === "deposit.received")}`;
  made.payout = `/treasury/corrections/of/${first(({ kind }) => kind === "payout.approved")}`;
  made.posted = await prepare(accepted, [['[value="-0.24"]', -1], ['[name="line0"]', 1]]);
  made.waiting = await prepare(first(({ kind }) => kind === "deposit.received"), [['[name="line0"]', -1250], ['[name="line1"]', 1250]]);
  await page.goto(`${demo.address}/ledger/balances`);
  await press('main form[action="/treasury/periods"] button');
  await context.clearCookies();
  await enter(page, demo.address, "coordinator");
  await page.goto(`${demo.address}${made.posted}`);
  await page.fill('input[name="password"]', PASSWORD);
  await press(`main form[action="${made.posted}"] button`);
  await context.close();
}

/** Nor a contract that changed: one change is agreed to, another waits. */
async function amend() {
  const { context, page } = await visitor(browser, demo.address);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
  const path = `${demo.address}/contracts/C-1/amend`;
  const propose = async (change) => {
    await context.clearCookies();
    await enter(page, demo.address, "client");
    await page.goto(path);
    await press('main form[action$="/do/draft"] button');
    for (const [step, field, value] of change) {
      await page.goto(`${path}/${step}`);
      const input = page.locator(`main [name="${field}"]`);
      await input.fill(value(await input.inputValue()));
      await press(`main form[action$="/amend/${step}"] button`);
    }
    await page.fill('main [name="reason"]', "Section 2 was read in two ways.");
    await press('main form[action$="/do/propose"] button');
  };
  await propose([["task", "guidelines", (text) => text.replace(/\n/, "\n1.1 Signs that face away count too.\n")], ["terms", "notice_days", () => "21"]]);
  await context.clearCookies();
  await enter(page, demo.address, "coordinator");
  await page.goto(path);
  await press('main form[action$="/do/agree"] button');
  await propose([["price", "price", () => "9.60"]]);
  await page.goto(`${demo.address}/desk/C-1`);
  made.batch = await page.locator('main a[href^="/batches/"]').last().getAttribute("href");
  [made.items, made.preview] = [`${made.batch}/items`, `${made.batch}/preview`];
  await context.close();
}

const PAGES = {
  visitor: { today: "/", contracts: "/contracts", contract: "/contracts/C-2", versions: "/contracts/C-1/versions", rates: "/rates", ledger: "/ledger", entry: "/ledger/40", verify: "/verify", "verify-entry": "/verify?entry=40", signin: "/signin", reset: "/reset", mail: "/demo/mail", message: "first:/demo/mail:/demo/mail/", missing: "/nowhere" },
  member: { board: "/work", pay: "/pay", account: "/account", leave: "/account/leave", key: "/account/key", sign: "/sign", workbench: "first:/work:/claims/", "end-client": "/end-clients/LEI-DEMO00NORDSEEMOB0104", changed: "/contracts/C-1" },
  reviewer: { reviews: "/reviews", review: "first:/reviews:/reviews/", "review-many": "first:/reviews:/batches/" },
  treasurer: { treasury: "/treasury", payout: "/treasury/payouts/O-1", "key-officer": "/account/key", balances: "/ledger/balances", "balances-then": "/ledger/balances?size=60", "balances-refused": "/ledger/balances?size=99999", "correction-new": "made:work", "correction-not": "made:payout", "correction-mine": "made:waiting" },
  coordinator: { office: "/office", "amend-asked": "/contracts/C-1/amend", "life-coop": "/contracts/C-2/life", approval: "/office/contracts/C-7", expense: "first:/office:/treasury/expenses/", person: "first:/office:/office/people/", evidence: "made:evidence", "correction-waiting": "made:waiting", "correction-posted": "made:posted", "entry-corrected": "made:corrected" },
  client: { desk: "/desk", "desk-contract": "/desk/C-1", batch: "first:/desk/C-1:/batches/", "new-batch": "/desk/C-1/batch", money: "/money", life: "/contracts/C-1/life", "life-pause": "/contracts/C-1/life/pause", "life-terminate": "/contracts/C-1/life/terminate", "life-not": "/contracts/C-1/life/complete", "amend-waits": "/contracts/C-1/amend", quote: "/desk/C-1/quote?pieces=5000&copies=3", "quote-refused": "/desk/C-1/quote?pieces=many&copies=3", items: "made:items", preview: "made:preview" },
  "k-6@demo.example": { "draft-who": "/desk/C-5/who", "draft-what-for": "/desk/C-5/what-for", "draft-task": "/desk/C-5/task", "draft-price": "/desk/C-5/price", "draft-hazards": "/desk/C-5/hazards", "draft-terms": "/desk/C-5/terms", "draft-refused": "/desk/C-5/submit" },
};
const STATUS = { missing: 404, "balances-refused": 422, "correction-not": 422, "draft-refused": 422, "life-not": 422, "quote-refused": 422 };

for (const width of [360, 1280]) {
  for (const [language, scheme] of [["en", "light"], ["fr", "dark"], ["en", "dark"], ["fr", "light"]]) {
    for (const [who, pages] of Object.entries(PAGES)) {
      test(`${who} at ${width} in ${language}, ${scheme}`, async () => {
        const { context, page, faults } = await visitor(browser, demo.address, { width, language, scheme });
        if (who !== "visitor") {
          await (who.includes("@") ? signIn : enter)(page, demo.address, who);
          await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
        }
        for (const [name, path] of Object.entries(pages)) {
          let address = path;
          if (path.startsWith("made:")) address = made[path.slice(5)];
          if (path.startsWith("first:")) {
            const [, list, prefix] = path.split(":");
            await page.goto(`${demo.address}${list}`);
            address = await page.locator(`main a[href^="${prefix}"]`).last().getAttribute("href");
          }
          const bytes = [];
          const count = (answer) => answer.request().sizes().then((sizes) => bytes.push(sizes.responseBodySize)).catch(() => {});
          page.on("response", count);
          const answer = await page.goto(`${demo.address}${address}`, { waitUntil: "load" });
          page.off("response", count);
          assert.equal(answer.status(), STATUS[name] ?? 200, address);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          await page.screenshot({ path: join(shots, `${name}-${width}-${language}-${scheme}.png`), fullPage: true });
          // README's picture, when asked for.
          if (process.env.MANYHANDS_PICTURES && `${name}-${width}-${language}-${scheme}` === "today-1280-en-light") await page.screenshot({ path: file("docs/pictures/today.png") });
          assert.ok(wide <= 0, `${address} is ${wide} px too wide`);
          assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 30_000, `${address} weighs ${bytes}`);
          const small = await page.evaluate(() => [...document.querySelectorAll(".btn, .places a, .seal")].filter((e) => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5).map((e) => e.textContent));
          assert.deepEqual(small, [], `${address}: targets under 44 px`);
        }
        assert.deepEqual(faults.filter((fault) => !fault.includes("404")), []);
        await context.close();
      });
    }
  }
}

test("wide, the place one is at is underlined on the masthead's own rule", async () => {
  const { context, page } = await visitor(browser, demo.address);
  for (const path of ["/ledger", "/contracts"]) {
    await page.goto(`${demo.address}${path}`);
    const seen = await page.evaluate(() => {
      const place = document.querySelector(".places a[aria-current]"), box = place.getBoundingClientRect();
      const mast = document.querySelector(".mast").getBoundingClientRect();
      // What is cut off is not found at its own last line.
      const last = document.elementFromPoint(box.left + box.width / 2, box.bottom - 1);
      return { visible: last === place, gap: mast.bottom - box.bottom, thick: getComputedStyle(place).borderBottomWidth };
    });
    assert.deepEqual(seen, { visible: true, gap: 0, thick: "3px" }, path);
  }
  await context.close();
});

for (const width of [360, 1280]) {
  test(`a payout's line shows each of its entries in the money column, at ${width}`, async () => {
    const { context, page } = await visitor(browser, demo.address, { width });
    await enter(page, demo.address, "member");
    await context.request.post(`${demo.address}/language`, { form: { lang: "en", next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
    await page.goto(`${demo.address}/pay`);
    const steps = page.locator("main .row", { hasText: "Payout O-2" }).locator(".steps li");
    assert.deepEqual((await steps.allTextContents()).map((text) => text.split(",")[0]), ["sent", "arrived"]);
    const figure = await page.locator("main .row", { hasText: "Payout O-2" }).locator(".fig").boundingBox();
    for (const seal of await steps.locator(".seal").all()) {
      const box = await seal.boundingBox();
      assert.ok(Math.abs(box.x + box.width - figure.x - figure.width) < 1 && box.x >= figure.x, "in the column");
      await page.goto(new URL(await seal.getAttribute("href"), demo.address).href);
      assert.equal(await page.locator('main a[href$="/receipt"]').count(), 1, "and leads to its receipt");
      await page.goBack();
    }
    await context.close();
  });
}

test("a payout can be read on a phone, whatever became of its lines", async () => {
  const { context, page } = await visitor(browser, demo.address);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await enter(page, demo.address, "treasurer");
  await page.goto(`${demo.address}/treasury`);
  await page.fill('form[action="/treasury/payouts"] [name="minimum"]', "0.01");
  await page.fill('form[action="/treasury/payouts"] [name="password"]', PASSWORD);
  await press('form[action="/treasury/payouts"] button');
  const run = page.url();
  await context.clearCookies();
  await enter(page, demo.address, "coordinator");
  await page.goto(run);
  await page.fill('form[action$="/approve"] [name="password"]', PASSWORD);
  await press('form[action$="/approve"] button');
  await context.clearCookies();
  await enter(page, demo.address, "treasurer");
  await page.goto(run);
  await page.locator('form[action$="/fail"] [name="reason"]').first().fill("the number does not answer");
  await press('form[action$="/fail"] button');
  for (const [language, failed] of [["en", "failed, back in the balance"], ["fr", "échoué, de retour au solde"]]) {
    await speak(language);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      await page.goto(run);
      const row = page.locator("main .acct tbody tr", { hasText: failed }).first();
      const [name, sum] = [await row.locator("th").boundingBox(), await row.locator("td").last().boundingBox()];
      await page.screenshot({ path: join(shots, `payout-failed-${width}-${language}.png`), fullPage: true });
      assert.ok(name.width >= 150, `the name has ${name.width} px at ${width} in ${language}`);
      assert.ok(sum.x + sum.width <= width, `the sum ends at ${sum.x + sum.width} of ${width} in ${language}`);
    }
  }
  await context.close();
});
