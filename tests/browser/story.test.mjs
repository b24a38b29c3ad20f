// The whole story in a real browser: contract, approval, deposit, batch, claim, work, review, pay, mail, results, payout;
// then the export verifies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, binary, enter, file, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

/** Signed in as somebody, in a browser of their own. */
async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  await enter(visit.page, demo.address, who);
  if (options.language) await speak(visit, options.language);
  const go = (path) => visit.page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]);
  const fill = async (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = visit.page.locator(`main [name="${name}"]:not([type=hidden])`).first();
      if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
      else await field.fill(value);
    }
  };
  return { ...visit, go, press, fill, text: () => visit.page.locator("main").innerText() };
}

async function speak({ context }, language) {
  const headers = { "sec-fetch-site": "same-origin" };
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers });
}

const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

/** A picture of the page in both languages, at both widths. */
async function pictures(person, name, say) {
  for (const [language, words] of Object.entries(say)) {
    await speak(person, language);
    for (const width of [360, 1280]) {
      await person.page.setViewportSize({ width, height: 800 });
      await person.again();
      assert.match(await person.text(), words, `${name} in ${language}`);
      await shot(person.page, `${name}-${width}-${language}`);
    }
  }
  await speak(person, "en");
}

async function download(person, selector) {
  const [file] = await Promise.all([person.page.waitForEvent("download"), person.page.locator(selector).first().click()]);
  return readFileSync(await file.path(), "utf8");
}

const TERMS = {
  "what-for": { purpose: "shop suggestions", provenance: "Made for this test.", consent: "Nobody real is in the items." },
  task: { guidelines: "1 Look.\n2 Choose.", unit_noun: "pair", reading_minutes: "5" },
  price: { currency: "USD", price: "0.40", seconds: "120" },
  hazards: {},
  terms: { rejection: "With a code and a section.", notice_days: "14", kill_fee: "10" },
};

test("from a contract to a payout, and the book verifies", async () => {
  const client = await as("client");
  let contract, batch;

  // The contract; it hides its end client first, and is refused in both languages.
  await client.go("/desk");
  await client.press('form[action="/desk/new"] button');
  contract = client.page.url().match(/\/desk\/(C-\d+)/)[1];
  client.again = async () => {
    await client.go(`/desk/${contract}/who`);
    await client.fill({ title: "Same garment, second season", end_client: "Confidential", country: "DE" });
    await client.press(`form[action="/desk/${contract}/who"] button`);
  };
  await pictures(client, "refused-end-client", { en: /The end client must be named/, fr: /Le client final doit être nommé/ });
  await client.go(`/desk/${contract}/who`);
  await client.fill({ title: "Same garment, second season", end_client: "Nordsee Mobility AG", country: "DE", lei: "DEMO00NORDSEEMOB0104" });
  await client.press(`form[action="/desk/${contract}/who"] button`);
  for (const [step, fields] of Object.entries(TERMS)) {
    assert.ok(client.page.url().endsWith(`/${contract}/${step}`), client.page.url());
    await client.fill(fields);
    await client.press(`form[action="/desk/${contract}/${step}"] button`);
  }
  await client.press(`form[action="/desk/${contract}/submit"] button`);

  // Approval, deposit.
  const coordinator = await as("coordinator", { language: "en" });
  await coordinator.go(`/office/contracts/${contract}`);
  await coordinator.fill({ what: "Name and number compared with the register." });
  await coordinator.press(`form[action="/office/contracts/${contract}/approve"] button`);
  const treasurer = await as("treasurer", { language: "en" });
  await treasurer.go("/treasury");
  await treasurer.fill({ contract, amount: "20.00", reference: "transfer 4711" });
  await treasurer.press('form[action="/treasury/deposit"] button');

  // The batch: under the floor first.
  await client.go(`/desk/${contract}/batch`);
  await client.fill({ title: "Same garment, second season", price: "0.11", seconds: "120", payload_kind: "text", answer_kind: "one-choice", question: "Is it the same garment?", choices: "Same\nAnother" });
  await client.press(`form[action="/desk/${contract}/batch"] button`);
  batch = client.page.url().match(/\/batches\/([0-9a-f-]+)/)[1];
  await client.page.setInputFiles('input[name="items"]', file("src/cli/demo/pairs.csv"));
  await client.press(`form[action="/batches/${batch}/items"] button`);
  client.again = async () => {
    await client.go(`/batches/${batch}`);
    await client.press(`form[action="/batches/${batch}/open"] button`);
  };
  await pictures(client, "refused-floor", { en: /2\.64\sUSD an hour[\s\S]*least price at this time is 0\.34\sUSD/, fr: /0,34\sUSD/ });
  await client.page.setViewportSize({ width: 1280, height: 800 });
  await client.again();
  // The least price is one press away, beside the field.
  await client.press('button[form="f-price-beside"]');
  await client.press(`form[action="/batches/${batch}/open"] button`);

  // A member on a phone: claims, a draft survives a reload, submit leads on.
  const member = await as("member", { width: 360, language: "en" });
  const claims = [];
  await member.go("/work");
  await member.press(`form[action="/batches/${batch}/claim"] button`);
  for (let piece = 0; piece < 2; piece += 1) {
    claims.push(member.page.url());
    await member.page.locator('input[name="answer"][value="Same"]').check();
    if (piece === 0) {
      await member.press('button[formaction$="/draft"]');
      await member.page.reload();
      assert.ok(await member.page.locator('input[name="answer"][value="Same"]').isChecked(), "the draft is there");
    }
    await member.press('.under button[form="answer"]');
  }
  assert.notEqual(claims[0], claims[1], "submit leads to the next task");
  await member.press('form[action$="/release"] button');

  // Another member without scripts.
  const bare = await as("coordinator", { scripts: false, language: "en" });
  await bare.go("/work");
  await bare.press(`form[action="/batches/${batch}/claim"] button`);
  await bare.page.locator('input[name="answer"][value="Another"]').check();
  await bare.press('.under button[form="answer"]');

  // Review: one is sent back, two accepted at once.
  const reviewer = await as("reviewer", { language: "en" });
  await reviewer.go(`/batches/${batch}/review`);
  assert.match(await reviewer.text(), /3 pairs[\s\S]*1\.02\sUSD/);
  await reviewer.press(`form[action="/batches/${batch}/review"] button`);

  // The member's balance, receipt, mail.
  await member.go("/pay");
  assert.match(await member.text(), /Same garment, second season/);
  const entry = await member.page.locator('a.seal[href^="/ledger/"]').first().getAttribute("href");
  await member.go(entry);
  const receipt = await download(member, `a[href="${entry}/receipt"]`);
  assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\n/);
  assert.match(await download(member, `a[href="${entry}/note"]`), /"kind":"work\.accepted"/);
  await assert.doesNotReject(async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      await member.go("/demo/mail");
      if (/Same garment, second season/.test(await member.text())) return;
      await member.page.waitForTimeout(500);
    }
    throw new Error("no mail about the work");
  });

  // The client takes the results away.
  await client.go(`/desk/${contract}`);
  const lines = (await download(client, 'a[href$="results.jsonl"]')).trim().split("\n").map(JSON.parse);
  assert.deepEqual(lines.map((line) => line.answer.answer).sort(), ["Another", "Same", "Same"]);
  assert.ok(!JSON.stringify(lines).includes("M-"), "no person");
  assert.equal((await download(client, 'a[href$="results.csv"]')).trim().split("\n").length, 4);

  // Paid out: one prepares, another approves.
  await treasurer.go("/treasury");
  await treasurer.page.locator('form[action="/treasury/payouts"] [name="minimum"]').fill("0.01");
  await treasurer.page.locator('form[action="/treasury/payouts"] [name="password"]').fill(PASSWORD);
  await treasurer.press('form[action="/treasury/payouts"] button');
  const run = treasurer.page.url().match(/O-\d+/)[0];
  await coordinator.go(`/treasury/payouts/${run}`);
  await coordinator.fill({ password: PASSWORD });
  assert.match(await coordinator.text(), /demonstration account M-04/, "the second person sees where the money goes");
  await coordinator.press(`form[action="/treasury/payouts/${run}/approve"] button`);
  await treasurer.go(`/treasury/payouts/${run}`);
  assert.match(await download(treasurer, 'a[href$="/file.csv"]'), /Nathalie R\.,.*demonstration account M-04/);
  await member.go("/pay");
  assert.match(await member.text(), new RegExp(run));

  // Anybody can check.
  const out = join(mkdtempSync(join(tmpdir(), "book-")), "out");
  execFileSync(binary("manyhands"), ["export", out, "--data", demo.data]);
  const said = execFileSync(binary("manyhands-verify"), [out, "--vkey", join(demo.data, "origin.vkey")], { encoding: "utf8" });
  for (const level of ["level 1 bytes: holds", "level 2 log: holds", "level 3 books: holds"]) assert.ok(said.includes(level), said);
  for (const person of [client, coordinator, treasurer, member, bare, reviewer]) {
    assert.deepEqual(person.faults.filter((fault) => !fault.includes("422")), []);
  }
});
