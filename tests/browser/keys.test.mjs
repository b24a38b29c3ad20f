// Keys in real browsers: two officers make theirs, four days pass, a payout run takes both signatures; a member whose browser
// lacks Ed25519 and one without scripts sign too; then the export verifies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, binary, enter, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const place = mkdtempSync(join(tmpdir(), "keys-"));
const manyhands = (args, input = "") => execFileSync(binary("manyhands"), args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "ignore"] });

/** Somebody in a browser of their own, with this script run before each page's own. */
async function as(who, { before, ...options } = {}) {
  const visit = await visitor(browser, demo.address, options);
  if (before) await visit.context.addInitScript(before);
  await (who.includes("@") ? signIn(visit.page, demo.address, who) : enter(visit.page, demo.address, who));
  await speak(visit, "en");
  const main = visit.page.locator("main");
  const go = (path) => visit.page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]);
  const says = async (words) => assert.match(await main.innerText(), words);
  return { ...visit, who, go, press, says, main, fill: (name, value) => main.locator(`[name="${name}"]:not([type=hidden])`).first().fill(value) };
}

async function speak({ context }, language) {
  const headers = { "sec-fetch-site": "same-origin" };
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers });
}

/** Pictures of the page a person looks at, in both languages and at both widths; none is too wide. */
async function pictures(person, name) {
  const { page } = person;
  const address = page.url();
  for (const language of ["fr", "en"]) {
    await speak(person, language);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(address, { waitUntil: "networkidle" });
      await page.screenshot({ path: join(shots, `keys-${name}-${width}-${language}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width} in ${language}`);
    }
  }
}

/** The code in the newest mail to an address. */
async function code(person, address) {
  for (let tries = 0; tries < 40; tries += 1) {
    await person.go("/demo/mail");
    const mail = person.page.locator("li.row", { hasText: address }).filter({ hasText: /code for your key|code pour votre clé/ }).first();
    if (await mail.count()) {
      await mail.locator("h3 a").click();
      return (await person.main.innerText()).match(/\b(\d{4}) (\d{4})\b/).slice(1).join("");
    }
    await person.page.waitForTimeout(250);
  }
  throw new Error(`no code was mailed to ${address}`);
}

/** Password and mailed code; then the page on which the key is made. */
async function ask(person, address) {
  await person.go("/account/key");
  await person.fill("password", PASSWORD);
  await person.press('form[action="/account/key/code"] button');
  const digits = await code(person, address);
  await person.go("/account/key");
  return digits;
}

/** Makes a key in the browser, with one press. */
async function enrol(person, address, digits) {
  const mailed = digits ?? (await ask(person, address));
  await person.go("/account/key");
  await person.fill("code", mailed);
  assert.ok(!(await person.main.locator('[name="vkey"]').isVisible()), "nobody types a key");
  await person.press('form[action="/account/key"] .btn:not([type=button])');
  await person.page.waitForFunction(() => /holds your key [0-9a-f]{8}/.test(document.querySelector("main").innerText));
}

async function days(person, count) {
  for (let day = 0; day < count; day += 1) {
    await person.go("/");
    await person.press('form[action="/demo/day"] button');
  }
}

/** Password, the text, one press: from whatever page asks for a signature. */
async function sign(person, path) {
  if (path) await person.go(path);
  if (!/\/texts\//.test(person.page.url())) {
    const form = 'form[action^="/sign/"]';
    if (await person.page.locator(`${form} [name="password"]`).count()) await person.page.locator(`${form} [name="password"]`).fill(PASSWORD);
    await person.press(`${form} button`);
  }
  assert.match(person.page.url(), /\/texts\/[0-9a-f]{32}$/);
  await person.page.waitForFunction(() => /holds your key/.test(document.querySelector("main").innerText));
  assert.ok(!(await person.main.locator('[name="note"]').isVisible()), "nobody pastes a note");
  await person.press('form[data-sign] .btn:not([type=button])');
}

test("a client's user makes a key with one press, and signs what they accept", async () => {
  const client = await as("client");
  await client.go("/account");
  await client.says(/Your key[\s\S]*work for your organisation is accepted/);
  await client.go("/account/key");
  const address = await client.page.goto(`${demo.address}/account`).then(() => client.main.innerText()).then((text) => text.match(/\S+@demo\.example/)[0]);
  await client.go("/account/key");
  await pictures(client, "client-none");
  await enrol(client, address);
  await client.says(/In force/);
  await pictures(client, "client-made");
  await client.go("/reviews");
  await client.press('main a.btn[href^="/reviews/"]');
  await pictures(client, "client-review");
  await client.press('form[action^="/sign/acceptance/"] button');
  await client.says(/your organisation accepts this piece/);
  await pictures(client, "client-text");
  await sign(client);
  // Above the next piece stands what was accepted, with its entry.
  await client.go("/ledger");
  await client.page.screenshot({ path: join(shots, "keys-client-ledger.png") });
  await client.press('main a.seal');
  await client.says(/Work accepted[\s\S]*Signed by[\s\S]*U-[0-9A-Z]{8}/);
  await pictures(client, "client-entry");
  assert.deepEqual(client.faults, []);
  await client.context.close();
});

test("two officers sign a payout in two browsers, and others sign as they can", async () => {
  const treasurer = await as("treasurer");
  const coordinator = await as("coordinator");
  const member = await as("member", {
    // A browser of before: WebCrypto knows no Ed25519.
    before: () => {
      const { generateKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.generateKey = function (name, ...rest) {
        return name === "Ed25519" ? Promise.reject(new DOMException("unknown", "NotSupportedError")) : generateKey.call(this, name, ...rest);
      };
    },
  });

  const libraries = (person) => {
    const seen = [];
    person.page.on("request", (request) => request.url().endsWith("/noble-ed25519.js") && seen.push(request.url()));
    return seen;
  };
  const [needed, notNeeded] = [libraries(member), libraries(treasurer)];

  // Keys begin with the officers.
  await member.go("/account/key");
  await member.says(/Keys begin with the treasurers and coordinators/);
  await treasurer.go("/account/key");
  await pictures(treasurer, "none");
  const digits = await ask(treasurer, "m-09@demo.example");
  await pictures(treasurer, "code");
  await treasurer.page.setViewportSize({ width: 360, height: 740 });
  await enrol(treasurer, "m-09@demo.example", digits);
  await pictures(treasurer, "made");
  await enrol(coordinator, "m-01@demo.example");

  // A key lies where no script reads it.
  const secret = await treasurer.page.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open("manyhands", 1);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("keys").objectStore("keys").getAll();
      asked.onsuccess = async () => {
        const [key] = asked.result;
        const exported = await crypto.subtle.exportKey("pkcs8", key.secret).then(() => "exported", (error) => error.name);
        done([asked.result.length, key.secret instanceof CryptoKey, key.secret.extractable, exported]);
      };
    };
  }));
  assert.deepEqual(secret, [1, true, false, "InvalidAccessError"]);

  // Before three days are over, a second person approves with their password.
  await days(treasurer, 2);
  await coordinator.go("/office");
  await coordinator.press('main a[href^="/treasury/expenses/"]');
  await coordinator.fill("password", PASSWORD);
  await coordinator.press('form[action^="/treasury/expenses/"] button');
  assert.match(coordinator.page.url(), /\/ledger\/\d+$/);
  assert.ok(!/Signed by/.test(await coordinator.main.innerText()));
  await days(treasurer, 2);

  // From then on, two sign: the one who prepares goes straight on to the text.
  await treasurer.go("/treasury");
  await treasurer.page.locator('form[action="/treasury/payouts"] [name="minimum"]').fill("0.01");
  await treasurer.page.locator('form[action="/treasury/payouts"] [name="password"]').fill(PASSWORD);
  await treasurer.press('form[action="/treasury/payouts"] button');
  await treasurer.says(/Whoever signs says/);
  await pictures(treasurer, "text");
  // The browser signs nothing but what the page shows: the line must be about the body below it.
  await treasurer.page.waitForFunction(() => /holds your key/.test(document.querySelector("main").innerText));
  const text = treasurer.page.url();
  await treasurer.page.evaluate(() => { const form = document.querySelector("form[data-sign]"); form.dataset.body = form.dataset.body.replace(/"total":"/, '"total":"9'); });
  await treasurer.page.locator("form[data-sign] .btn:not([type=button])").click();
  await treasurer.page.locator('form[data-sign] [role="alert"]').waitFor();
  await treasurer.says(/This browser could not sign\. Nothing was sent/);
  assert.equal(treasurer.page.url(), text);
  await treasurer.page.reload();
  await sign(treasurer);
  await treasurer.says(/You have signed\. Another person’s signature is missing/);
  const run = treasurer.page.url().match(/O-\d+/)[0];
  await pictures(treasurer, "waits");
  await coordinator.go("/sign");
  await coordinator.says(new RegExp(`Payout ${run}[\\s\\S]*Signed by Astro N\\.`));
  await pictures(coordinator, "list");
  await coordinator.go(`/treasury/payouts/${run}`);
  await pictures(coordinator, "second");
  await sign(coordinator);
  await coordinator.says(/Approved and sent/);
  const seal = await coordinator.page.goto(`${demo.address}/treasury`).then(() => coordinator.page.locator("li.row", { hasText: run }).locator("a.seal").getAttribute("href"));
  const anybody = await visitor(browser, demo.address);
  await anybody.page.goto(`${demo.address}${seal}`);
  const names = await anybody.page.locator("dt", { hasText: /^M-[0-9A-Z]{8}$/ }).allInnerTexts();
  assert.equal(new Set(names).size, 2, "the entry says who signed, by two pseudonymous ids");
  assert.ok(!/Astro|Wanjiru/.test(await anybody.page.locator("main").innerText()), "and no name");
  await pictures({ ...anybody, page: anybody.page }, "entry");

  // A member whose browser lacks Ed25519 makes a key with the library, and signs for a new member beside the coordinator.
  await enrol(member, "m-04@demo.example");
  const invite = async (email) => {
    await coordinator.go("/office");
    await coordinator.fill("name", "Hery A.");
    await coordinator.fill("email", email);
    await coordinator.fill("country", "MG");
    await coordinator.press('form[action="/office/invite"] button');
    return new URL(coordinator.page.url()).pathname;
  };
  const first = await invite("hery@demo.example");
  await pictures(coordinator, "admission");
  await sign(coordinator, first);
  await sign(member, first);
  await member.says(/Member admitted[\s\S]*Signed by/);
  assert.ok(needed.length > 0 && notNeeded.length === 0, "the library is loaded where it is needed, and only there");

  // One without scripts, whose key lies in a file.
  const bare = await as("reviewer", { scripts: false });
  await bare.fill("code", await ask(bare, "m-02@demo.example"));
  const name = (await bare.page.content()).match(/sign --new (\S+) --key/)[1];
  const file = join(place, "my.key");
  await bare.fill("vkey", manyhands(["sign", "--new", name, "--key", file]).trim());
  await bare.press('form[action="/account/key"] button');
  const second = await invite("again@demo.example");
  await sign(coordinator, second);
  await bare.go("/sign");
  await bare.press('a.btn[href^="/sign/admission/"]');
  await bare.fill("password", PASSWORD);
  await bare.press('form[action^="/sign/"] button');
  await pictures(bare, "bare");
  writeFileSync(join(place, "text.txt"), await bare.page.locator("details .mono").first().evaluate((text) => text.textContent));
  await bare.fill("note", "not a note");
  await bare.press('form[action^="/texts/"] button');
  await bare.says(/This is no signed note/);
  await bare.fill("note", manyhands(["sign", "--key", file, join(place, "text.txt")]));
  await bare.press('form[action^="/texts/"] button');
  await bare.says(/Member admitted[\s\S]*Signed by/);

  // Somebody without a key asks to leave, and two officers sign for them.
  const leaver = await as("m-05@demo.example");
  await leaver.go("/account/leave");
  await pictures(leaver, "leave-asked");
  await leaver.fill("password", PASSWORD);
  await leaver.press('form[action="/account/leave"] button');
  await leaver.says(/You have left once two treasurers or coordinators have signed/);
  await pictures(leaver, "leave-waits");
  await coordinator.go("/sign");
  await coordinator.press('a.btn[href^="/sign/departure/"]');
  await pictures(coordinator, "departure");
  const departure = new URL(coordinator.page.url()).pathname;
  await sign(coordinator, departure);
  await sign(treasurer, departure);
  await treasurer.says(/Member left[\s\S]*Signed by/);
  await leaver.go("/account");
  assert.equal(await leaver.main.locator('a[href="/account/leave"]').count(), 0, "off the roll");

  // Whoever never came in is taken off the roll by two, and erased with it.
  await coordinator.go("/office");
  await coordinator.press('li.row:has-text("again@demo.example") h3 a');
  const account = new URL(coordinator.page.url()).pathname;
  await coordinator.fill("password", PASSWORD);
  await coordinator.press('form[action$="/erase"] button');
  await pictures(coordinator, "never-came");
  await sign(coordinator);
  await coordinator.go(account);
  await pictures(coordinator, "never-came-waits");
  await coordinator.press('a[href^="/sign/departure/"]');
  await pictures(coordinator, "never-came-signed");
  await sign(treasurer, new URL(coordinator.page.url()).pathname);
  await treasurer.says(/Member left[\s\S]*Signed by/);
  assert.equal((await coordinator.go(account)).status(), 404);

  // With a key one signs one's own leaving, without scripts too.
  await bare.go("/account/leave");
  await pictures(bare, "leave-signed");
  await bare.fill("password", PASSWORD);
  await bare.press('form[action="/account/leave"] button');
  await pictures(bare, "leave-text");
  writeFileSync(join(place, "leave.txt"), await bare.page.locator("details .mono").first().evaluate((text) => text.textContent));
  await bare.fill("note", manyhands(["sign", "--key", file, join(place, "leave.txt")]));
  await bare.press('form[action^="/texts/"] button');
  await bare.says(/Member left[\s\S]*Signed by/);

  // A lost key: retired, another made, two members vouch.
  await coordinator.go("/account/key");
  await coordinator.page.locator('form[action="/account/key/retire"] [name="password"]').fill(PASSWORD);
  await coordinator.press('form[action="/account/key/retire"] button');
  await coordinator.says(/Retired .*: lost/);
  await pictures(coordinator, "lost");
  await coordinator.page.locator('form[action="/account/key/another"] [name="password"]').fill(PASSWORD);
  await coordinator.press('form[action="/account/key/another"] .btn:not([type=button])');
  await coordinator.says(/waits for two members with keys/);
  await pictures(coordinator, "request");
  await days(treasurer, 4);
  const wanted = (await coordinator.page.content()).match(/\/sign\/key\/[0-9a-f-]{36}/)[0];
  await treasurer.go(wanted);
  await pictures(treasurer, "vouch");
  await sign(treasurer, wanted);
  await sign(member, wanted);
  await coordinator.go("/account/key");
  await coordinator.says(/In force; among two people it counts from/);
  await coordinator.page.waitForFunction(() => /holds your key/.test(document.querySelector("main").innerText));

  const out = join(place, "out");
  manyhands(["export", out, "--data", demo.data]);
  const said = execFileSync(binary("manyhands-verify"), [out, "--vkey", join(demo.data, "origin.vkey")], { encoding: "utf8" });
  for (const level of ["level 1 bytes: holds", "level 2 log: holds", "level 3 books: holds", "level 4 rules: holds"]) assert.ok(said.includes(level), said);
  for (const person of [treasurer, coordinator, member, leaver, bare, anybody]) assert.deepEqual(person.faults.filter((fault) => !/\b(422|404)\b/.test(fault)), []);
});
