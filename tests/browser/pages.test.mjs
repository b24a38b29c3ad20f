// Every page of the demonstration at 360 and 1280 pixels, in English and French, light and dark: no overflow, no fault, under 30 KB.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, file, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const PAGES = {
  visitor: { today: "/", contracts: "/contracts", contract: "/contracts/C-2", rates: "/rates", ledger: "/ledger", entry: "/ledger/40", verify: "/verify", "verify-entry": "/verify?entry=40", signin: "/signin", reset: "/reset", mail: "/demo/mail", message: "first:/demo/mail:/demo/mail/", missing: "/nowhere" },
  member: { board: "/work", pay: "/pay", account: "/account", leave: "/account/leave", key: "/account/key", sign: "/sign", workbench: "first:/work:/claims/" },
  reviewer: { reviews: "/reviews", review: "first:/reviews:/reviews/", "review-many": "first:/reviews:/batches/" },
  treasurer: { treasury: "/treasury", payout: "/treasury/payouts/O-1", "key-officer": "/account/key" },
  coordinator: { office: "/office", approval: "/office/contracts/C-7", expense: "first:/office:/treasury/expenses/", person: "first:/office:/office/people/", evidence: "/office/evidence/14" },
  client: { desk: "/desk", "desk-contract": "/desk/C-1", batch: "first:/desk/C-1:/batches/", "new-batch": "/desk/C-1/batch", money: "/money" },
  "k-6@demo.example": { "draft-who": "/desk/C-5/who", "draft-what-for": "/desk/C-5/what-for", "draft-task": "/desk/C-5/task", "draft-price": "/desk/C-5/price", "draft-hazards": "/desk/C-5/hazards", "draft-terms": "/desk/C-5/terms", "draft-refused": "/desk/C-5/submit" },
};
const STATUS = { missing: 404, "draft-refused": 422 };

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
