// A rate as a story in real browsers: proposed on a phone, signed, discussed, looked at before anybody votes; three vote with keys made in
// their browsers, one without scripts by the mailed code, one changes their vote; it closes, the rule is enacted, the board's floors change,
// the batch below the new floor is flagged, its client raises the price; and the book verifies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, binary, enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const TITLE = "Ten dollars and twenty cents an hour?";

/** Somebody of the demonstration in a browser of their own. */
async function as(who, { language = "en", ...options } = {}) {
  const visit = await visitor(browser, demo.address, { language, ...options });
  await enter(visit.page, demo.address, who);
  const main = visit.page.locator("main");
  const person = {
    ...visit, who, language, main,
    go: (path) => visit.page.goto(`${demo.address}${path}`),
    press: (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]),
    text: () => main.innerText(),
    says: async (words) => assert.match(await main.innerText(), words),
    fill: async (fields) => {
      for (const [name, value] of Object.entries(fields)) {
        const field = main.locator(`[name="${name}"]:not([type=hidden])`).first();
        // A group of rules is folded: whoever looks for one opens it.
        await field.evaluate((element) => { for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true; });
        await field.fill(value);
      }
    },
  };
  await speak(person, language);
  return person;
}

async function speak({ context }, language) {
  const headers = { "sec-fetch-site": "same-origin" };
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers });
}

/** Pictures of the page a person looks at, in both languages and at both widths; none is too wide. */
async function pictures(person, name, says = {}) {
  const { page } = person;
  const [address, size] = [page.url(), page.viewportSize()];
  for (const language of ["en", "fr"]) {
    await speak(person, language);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(address, { waitUntil: "load" });
      if (says[language]) await person.says(says[language]);
      await page.screenshot({ path: join(shots, `votes-${name}-${width}-${language}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width} in ${language}`);
    }
  }
  await speak(person, person.language);
  await page.setViewportSize(size);
  await page.goto(address);
}

/** The newest mail to an address with this in its subject: its text. */
async function mail(person, address, subject, than = "") {
  for (let tries = 0; tries < 80; tries += 1) {
    await person.go("/demo/mail");
    const row = person.page.locator("li.row", { hasText: address }).filter({ hasText: subject }).first();
    if (await row.count()) {
      await row.locator("h3 a").click();
      const text = await person.text();
      if (!than || !text.includes(than)) return text;
    }
    await person.page.waitForTimeout(250);
  }
  throw new Error(`no mail “${subject}” to ${address}`);
}

/** Makes a key in the browser: password, mailed code, one press. */
async function enrol(person, address) {
  await person.go("/account/key");
  await person.page.fill('main [name="password"]', PASSWORD);
  await person.press('form[action="/account/key/code"] button');
  const code = (await mail(person, address, /for your key|votre clé/)).match(/\b(\d{4}) (\d{4})\b/).slice(1).join("");
  await person.go("/account/key");
  await person.page.fill('main [name="code"]', code);
  await person.press('form[action="/account/key"] .btn:not([type=button])');
  await person.page.waitForFunction(() => /[0-9a-f]{8}/.test(document.querySelector("[data-held]")?.dataset.held ?? ""));
}

/** Votes with the key of this browser: a choice, then the text that is signed. */
async function voteByKey(person, vote, choice) {
  await person.go(`${vote}/ballot`);
  await person.page.waitForFunction(() => document.querySelector('form[data-way="key"] [name="salt"]').value.length === 64);
  await person.press(`form[data-way="key"] button[value="${choice}"]`);
  assert.match(person.page.url(), /\/texts\/[0-9a-f]{32}$/);
  await person.page.waitForFunction(() => document.querySelector('form[data-sign] [name="note"]').closest(".field").hidden);
  await person.press("form[data-sign] .btn:not([type=button])");
  assert.equal(new URL(person.page.url()).pathname, `${vote}/ballot`);
}

/** So many days later. */
async function days(person, count) {
  for (let day = 0; day < count; day += 1) {
    await person.go("/");
    await person.press('form[action="/demo/day"] button');
  }
}

/** Looks at a page until it says this. */
async function until(person, path, words) {
  for (let tries = 0; tries < 80; tries += 1) {
    await person.go(path);
    if (words.test(await person.text())) return;
    await person.page.waitForTimeout(250);
  }
  assert.match(await person.text(), words, path);
}

test("a rate is proposed, voted and holds, and the board changes with it", async () => {
  const member = await as("member", { width: 360, mobile: true });
  const reviewer = await as("reviewer", { scripts: false, width: 360 });
  const [coordinator, treasurer] = [await as("coordinator"), await as("treasurer", { language: "fr" })];

  // What is there: one open, one enacted, one called again, one rejected.
  await member.go("/proposals");
  await pictures(member, "list", { en: /Keep taking safety text work/, fr: /Keep taking safety text work/ });

  // Proposed, at first with a slip of the hand, which loses nothing.
  await member.go("/proposals/new/rules?kind=rate-change");
  await member.fill({ title: TITLE, text: "An image takes three quarters of an hour, and the rent does not wait.", "floor/general/USD": "-1" });
  await member.press('form[action="/proposals/new/rules"] .acts .btn');
  assert.equal(await member.page.inputValue('main [name="title"]'), TITLE, "what was typed is kept");
  await answered(member, "refused");
  await member.fill({ "floor/general/USD": "10.20" });
  await member.press('form[action="/proposals/new/rules"] .acts .btn');
  const draft = new URL(member.page.url()).pathname;
  assert.match(draft, /^\/proposals\/drafts\//);

  // Looked at before anybody votes: to me, to us, and two batches that would fall under it.
  await member.go(`${draft}/effects`);
  await pictures(member, "effects", { en: /Ten dollars and twenty cents[\s\S]*Street scenes/, fr: /Ten dollars and twenty cents[\s\S]*Street scenes/ });

  // Discussed and signed, without scripts and with.
  await reviewer.go(draft);
  await reviewer.main.locator(`form[action="${draft}/comments"] textarea`).last().fill("What happens to what is claimed already?");
  await Promise.all([reviewer.page.waitForNavigation(), reviewer.main.locator(`form[action="${draft}/comments"] .acts button`).last().click()]);
  await member.go(draft);
  await member.press('.thread a[href*="/comments/"]');
  await member.main.locator("textarea").fill("It keeps its price.");
  await member.press(`form[action="${draft}/comments"] .acts button`);
  for (const person of [reviewer, coordinator]) {
    await person.go(draft);
    await person.press(`form[action="${draft}/sign"] button`);
  }
  await member.go(draft);
  await pictures(member, "draft", { en: /It keeps its price/ });
  await member.go(`${draft}/open`);
  await pictures(member, "freezes");
  await member.press(`form[action="${draft}/open"] button`);
  const vote = new URL(member.page.url()).pathname;
  assert.match(vote, /^\/proposals\/P-\d+$/);
  const id = vote.split("/").pop();

  // Three with keys made in their browsers. The treasurer's begins it: officers come first.
  await enrol(treasurer, "m-09@demo.example");
  await enrol(coordinator, "m-01@demo.example");
  await enrol(member, "m-04@demo.example");
  await voteByKey(coordinator, vote, "no");
  await voteByKey(treasurer, vote, "yes");
  await voteByKey(member, vote, "yes");
  await pictures(member, "ballot", { en: /yes/i, fr: /oui/i });
  // One without scripts: the digits of the mail.
  const digits = (await mail(reviewer, "m-02@demo.example", id)).match(/#code=(\d{8})/)[1];
  await reviewer.go(`${vote}/ballot`);
  await reviewer.fill({ code: `${digits.slice(0, 4)} ${digits.slice(4)}` });
  await reviewer.press('form[data-way="code"] button[value="abstain"]');
  await reviewer.says(/Your ballot is cast/);
  // One has read the answer, and changes their vote.
  await days(coordinator, 1);
  await voteByKey(coordinator, vote, "yes");
  await coordinator.says(/Earlier ballots/);

  // While it is open its page says how many, and not how.
  await member.go(vote);
  await pictures(member, "open", { en: /4 of 11/, fr: /4 sur 11/ });
  await member.go(`${vote}/ballots`);
  await member.says(/sealed until the vote closes/);

  // It closes; everybody recounts it.
  await days(member, 7);
  await until(member, vote, /Passed/);
  await pictures(member, "closed", { en: /Passed[\s\S]*3[\s\S]*0[\s\S]*1/, fr: /Adopté/ });
  await member.go(`${vote}/ballots`);
  await member.says(/Your own ballot is counted as you cast it/);
  await member.main.getByRole("button", { name: "Count here" }).click();
  await member.main.locator(".good h3").waitFor();

  // On its day the floor holds: the rates, the board, the batch below it, its client's desk.
  await member.go("/rates");
  await member.says(/8\.00/);
  await days(member, 14);
  await until(member, "/rates", /10\.20/);
  await pictures(member, "rates", { en: /10\.20/, fr: /10,20/ });
  await until(member, "/work", /Under the floor since[\s\S]*9\.57\sUSD/);
  await pictures(member, "board", { en: /Under the floor since[\s\S]*9\.57\sUSD/, fr: /9,57\sUSD/ });
  const client = await as("client");
  await client.go("/desk");
  await client.says(/under the floor/i);
  const price = await client.main.locator('a[href$="/price"]').first().getAttribute("href");
  await client.go(price);
  await pictures(client, "price", { en: /9\.57\sUSD/, fr: /9,57\sUSD/ });
  await client.press('button[form="f-price-beside"]');
  await member.go("/work");
  assert.doesNotMatch(await member.text(), /Under the floor since/, "from the least price on it goes on");

  // Anybody can check.
  const out = join(mkdtempSync(join(tmpdir(), "votes-")), "out");
  execFileSync(binary("manyhands"), ["export", out, "--openings", "--data", demo.data]);
  const said = execFileSync(binary("manyhands-verify"), [out, "--vkey", join(demo.data, "origin.vkey")], { encoding: "utf8" });
  for (const level of ["level 1 bytes: holds", "level 2 log: holds", "level 3 books: holds", "level 4 rules: holds"]) assert.ok(said.includes(level), said);
  assert.match(said, /rule\.enacted 2/);
  for (const person of [member, coordinator, treasurer, client]) assert.deepEqual(person.faults.filter((fault) => !/\b(422|404)\b/.test(fault)), []);
});

/** A picture of a page that cannot be read again, since a form led to it. */
async function answered({ page }, name) {
  const size = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(shots, `votes-${name}-${width}-en.png`), fullPage: true });
  }
  await page.setViewportSize(size);
}
