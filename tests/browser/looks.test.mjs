// Pages that members and clients reach only in the middle of something: a vote that passed, was rejected, had no quorum; the ballot before
// and after it is cast; the recount; what a proposal would do; a price that is asked; what may be met at work. Each at 360 and 1280 pixels,
// in English and French, light and dark, with words and names as long as they come: nothing reaches out of the page, nothing is too small
// to press.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
const made = {};
before(async () => { demo = await startDemo(); browser = await startBrowser(); await prepare(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

const press = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
const speak = (context, lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });

/** Somebody of the demonstration, without scripts. */
async function as(who, options = { scripts: false }) {
  const { context, page, faults } = await visitor(browser, demo.address, options);
  await (who.includes("@") ? signIn : enter)(page, demo.address, who);
  await speak(context, options.language ?? "en");
  return { context, page, faults, go: (path) => page.goto(`${demo.address}${path}`) };
}

/** The address of the first row of this page that says so. */
async function find(person, path, words, links) {
  await person.go(path);
  const row = person.page.locator("main .row", { hasText: words }).locator(`a[href^="${links}"]`).first();
  return row.getAttribute("href");
}

/** Where the demonstration's votes stand, a draft full of long words, a discussion, and a price that waits for its client. */
async function prepare() {
  const member = await as("member");
  const votes = { passed: "The floor in euros", "passed-price": "a sequence for C-4", rejected: "Rejected.", "no-quorum": "No quorum.", open: "have voted, the quorum is" };
  for (const [name, words] of Object.entries(votes)) made[name] = await find(member, "/proposals", words, "/proposals/P-");
  await member.go("/work");
  made.batch = await member.page.locator('main a[href$="/hazards"][href^="/batches/"]').first().getAttribute("href");
  await member.go("/proposals/new/rules?kind=rate-change");
  await member.page.fill('[name="floor/general/USD"]', "8.60");
  await member.page.fill('[name="title"]', `8.60 USD, ${LONG}?`);
  await member.page.fill('[name="text"]', `The rent does not wait: https://example.org/${LONG.toLowerCase()}`);
  await press(member.page, 'main form[action="/proposals/new/rules"] .acts button');
  made.draft = new URL(member.page.url()).pathname;
  for (const words of ["What does it cost the clients?", `As I said in ${LONG}.`, "And who pays?", "The client does.", "Then it is well."]) {
    if (words.startsWith("What")) await member.go(made.draft); else await press(member.page, '.thread li:last-child a[href*="/comments/"]');
    await member.page.locator('main [name="text"]').last().fill(words);
    await press(member.page, 'main form[action$="/comments"] .acts button');
  }
  made.answer = await member.page.locator('.thread li:last-child a[href*="/comments/"]').getAttribute("href");
  await member.context.close();
}

/** Pages by who reads them; each address of its own, or one that was found. */
const PAGES = {
  visitor: { "rates-visitor": "/rates" },
  member: {
    passed: "made:passed", "passed-price": "made:passed-price", rejected: "made:rejected", "no-quorum": "made:no-quorum", open: "made:open",
    "ballot-open": "made:open:/ballot", "ballot-closed": "made:passed:/ballot", "recount-sealed": "made:open:/ballots", recount: "made:passed:/ballots",
    "effects-draft": "made:draft:/effects", "effects-open": "made:open:/effects", "effects-closed": "made:passed:/effects", "effects-price": "made:passed-price:/effects",
    draft: "made:draft", "draft-edit": "made:draft:/edit", answer: "made:answer", "new-text": "/proposals/new/text", "new-exclusion": "/proposals/new/exclusion",
    rates: "/rates", hazards: "/work/hazards", "hazards-batch": "made:batch",
  },
  coordinator: { office: "/office" },
  "k-4@demo.example": { "asked-settled": "made:passed-price:asked" },
};

/** What reaches out of the page, and what is too small to press: links within sentences apart, they are as high as their line. */
const measure = () => {
  const shown = (element) => element.getClientRects().length > 0 && !element.classList.contains("vh");
  const inside = (element) => element.matches("p:not(.acts):not(.sealed) > a, .facts a, input[type=checkbox], input[type=radio]");
  const all = [...document.querySelectorAll("main :is(a, button, summary, select, input:not([type=hidden]), textarea)")];
  const small = all.filter((element) => shown(element) && !inside(element) && element.getBoundingClientRect().height < 43.5);
  const wide = [...document.querySelectorAll("main *")].filter((element) => shown(element) && element.getBoundingClientRect().right > innerWidth + 1);
  const name = (element) => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`;
  return { over: document.documentElement.scrollWidth - document.documentElement.clientWidth, wide: wide.map(name).slice(0, 5), small: small.map(name) };
};

async function look(page, name, address, [width, language, scheme]) {
  const bytes = [];
  const count = (answer) => answer.request().sizes().then((sizes) => bytes.push(sizes.responseBodySize)).catch(() => {});
  await page.setViewportSize({ width, height: 740 });
  page.on("response", count);
  const answer = await page.goto(`${demo.address}${address}`, { waitUntil: "load" });
  page.off("response", count);
  assert.equal(answer.status(), 200, address);
  const wrong = [];
  const { over, wide, small } = await page.evaluate(measure);
  // As high as the page, so that the places stand at its end and hide nothing.
  await page.setViewportSize({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  await page.screenshot({ path: join(shots, `looks-${name}-${width}-${language}-${scheme}.png`) });
  if (over > 0) wrong.push(`${name}, ${address}, is ${over} px too wide at ${width} in ${language}: ${wide}`);
  wrong.push(...small.map((what) => `${name}, ${address}: under 44 px: ${what}`));
  if (bytes.reduce((sum, size) => sum + size, 0) >= 30_000) wrong.push(`${address} weighs ${bytes}`);
  return wrong;
}

/** The address of a page; `asked` is the client's page of a vote on a price. */
function address(path) {
  const [, what, rest = ""] = path.split(":");
  if (!what) return path;
  return rest.startsWith("asked") ? made[what].replace("/proposals/", "/asked/") + rest.slice(5) : `${made[what]}${rest}`;
}

/** Each width in both languages and both colours, and neither twice. */
const SIGHTS = { 360: [["en", "light"], ["fr", "dark"]], 1280: [["fr", "light"], ["en", "dark"]] };
for (const width of [360, 1280]) {
  for (const [language, scheme] of SIGHTS[width]) {
    for (const [who, pages] of Object.entries(PAGES)) {
      test(`${who} in the middle of something, at ${width} in ${language}, ${scheme}`, async () => {
        const options = { width, language, scheme };
        const person = who === "visitor" ? await visitor(browser, demo.address, options) : await as(who, options);
        const wrong = [];
        for (const [name, path] of Object.entries(pages)) wrong.push(...await look(person.page, name, address(path), [width, language, scheme]));
        assert.deepEqual([...wrong, ...person.faults], []);
        await person.context.close();
      });
    }
  }
}

/** These pages at both widths, in both languages, light and dark. */
async function lookAt(who, pages) {
  for (const width of [360, 1280]) {
    for (const [language, scheme] of SIGHTS[width]) {
      const person = await as(who, { width, language, scheme });
      const wrong = [];
      for (const [name, path] of Object.entries(pages)) wrong.push(...await look(person.page, name, address(path), [width, language, scheme]));
      assert.deepEqual([...wrong, ...person.faults], []);
      await person.context.close();
    }
  }
}

test("a ballot that is cast, and a price that waits for its client", { timeout: 300_000 }, async () => {
  const member = await as("member");
  await member.go("/proposals/new/price-ask");
  const batch = await member.page.locator('[name="batch"] option', { hasText: "C-1" }).first().getAttribute("value");
  await member.page.selectOption('[name="batch"]', batch);
  await member.page.fill('[name="price"]', "10.40");
  const title = "Ask 10.40 USD for a street scene?";
  await member.page.fill('[name="title"]', title);
  await member.page.fill('[name="text"]', "The pictures became larger, and the hour did not.");
  await press(member.page, 'main form[action="/proposals/new/price-ask"] .acts button');
  const draft = new URL(member.page.url()).pathname;
  for (const who of ["reviewer", "treasurer"]) {
    const other = await as(who);
    await other.go(draft);
    await press(other.page, 'main form[action$="/sign"] button');
    await other.context.close();
  }
  made.ready = draft;
  await lookAt("member", { "draft-ready": "made:ready", "draft-freezes": "made:ready:/open" });
  await member.go(`${draft}/open`);
  await press(member.page, 'main form[action$="/open"] button');
  made.asked = new URL(member.page.url()).pathname;
  for (const [who, mail] of [["member", "m-04@"], ["reviewer", "m-02@"], ["treasurer", "m-09@"], ["coordinator", "m-01@"]]) {
    const voter = await as(who);
    const digits = await codeOf(voter, mail, title);
    await voter.go(`${made.asked}/ballot`);
    await voter.page.fill('[name="code"]', digits);
    await press(voter.page, 'form[data-way="code"] button[value="yes"]');
    await voter.context.close();
  }
  await lookAt("member", { "ballot-cast": "made:asked:/ballot" });
  for (let day = 0; day < 4; day += 1) {
    await member.go("/");
    await press(member.page, 'form[action="/demo/day"] button');
  }
  await until(member, made.asked, /Passed\./);
  await lookAt("member", { "closed-asked": "made:asked", "ballot-counted": "made:asked:/ballot" });
  await lookAt("client", { asked: "made:asked:asked", "asked-accept": "made:asked:asked/accept", "asked-refuse": "made:asked:asked/refuse" });
  await member.context.close();
});

/** The code of the newest mail to this address about a vote. */
async function codeOf(person, mail, title) {
  for (let tries = 0; tries < 120; tries += 1) {
    await person.go("/demo/mail");
    const row = person.page.locator("li.row", { hasText: mail }).filter({ hasText: title }).first();
    if (await row.count()) {
      await person.go(await row.locator("h3 a").getAttribute("href"));
      const digits = (await person.page.locator("main").innerText()).match(/#code=(\d{8})/)?.[1];
      if (digits) return digits;
    }
    await person.page.waitForTimeout(250);
  }
  throw new Error(`no code was mailed to ${mail}`);
}

/** Looks at a page until it says this. */
async function until(person, path, words) {
  for (let tries = 0; tries < 120; tries += 1) {
    await person.go(path);
    if (words.test(await person.page.locator("main").innerText())) return;
    await person.page.waitForTimeout(250);
  }
  throw new Error(`${path} does not say ${words}`);
}
