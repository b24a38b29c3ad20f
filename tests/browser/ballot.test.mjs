// Ballots in real browsers: from the mail to the cast ballot in two presses, signing in on the way, without scripts, by a key made in the
// browser, changed; then the recount says yes, and of a tampered opening no.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, enter, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser, vote;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  vote = await putToTheVote();
});
after(async () => { await browser?.close(); await demo?.stop(); });

/** Somebody in a browser of their own, who reads English. */
async function as(who, { signedIn = true, ...options } = {}) {
  const visit = await visitor(browser, demo.address, options);
  if (signedIn) await (who.includes("@") ? signIn(visit.page, demo.address, who) : enter(visit.page, demo.address, who));
  const main = visit.page.locator("main");
  let presses = 0;
  const person = {
    ...visit, who, main,
    go: (path) => visit.page.goto(`${demo.address}${path}`),
    press: (selector) => { presses += 1; return Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]); },
    says: async (words) => assert.match(await main.innerText(), words),
    presses: () => { const counted = presses; presses = 0; return counted; },
  };
  await speak(person, "en");
  return person;
}

async function speak({ context }, language) {
  const headers = { "sec-fetch-site": "same-origin" };
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers });
}

/** Pictures of the page a person looks at, in both languages and at both widths; none is too wide. */
async function pictures(person, name, { reload = true } = {}) {
  const { page } = person;
  const address = page.url();
  for (const language of reload ? ["fr", "en"] : ["en"]) {
    await speak(person, language);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      if (reload) { await page.goto("about:blank"); await page.goto(address, { waitUntil: "networkidle" }); }
      await page.screenshot({ path: join(shots, `ballot-${name}-${width}-${language}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width} in ${language}`);
    }
  }
}

/** A higher floor, written by one, signed by two, put to the vote: its address. */
async function putToTheVote() {
  const author = await as("member");
  await author.go("/proposals/new/rules?kind=rate-change");
  await author.page.evaluate(() => document.querySelectorAll("main details").forEach((folded) => { folded.open = true; }));
  await author.main.locator('[name="title"]').fill("Shall an hour pay at least 8.50 dollars?");
  await author.main.locator('[name="text"]').fill("Prices rose, and the floor did not.");
  await author.main.locator('[name="floor/general/USD"]').fill("8.50");
  await author.press('form[action="/proposals/new/rules"] .btn');
  const draft = new URL(author.page.url()).pathname;
  for (const door of ["reviewer", "treasurer"]) {
    const other = await as(door);
    await other.go(draft);
    await other.press(`form[action="${draft}/sign"] button`);
    await other.context.close();
  }
  await author.go(`${draft}/open`);
  await author.press(`form[action="${draft}/open"] button`);
  const address = new URL(author.page.url()).pathname;
  assert.match(address, /^\/proposals\/P-\d+$/);
  await author.context.close();
  return address;
}

/** The newest mail to an address that carries a code for the vote, opened; its digits. */
async function openMail(person, address, than = "") {
  for (let tries = 0; tries < 60; tries += 1) {
    await person.go("/demo/mail");
    const mail = person.page.locator("li.row", { hasText: address }).filter({ hasText: /8\.50 dollars|code for your vote|code pour votre vote/ }).first();
    if (await mail.count()) {
      await mail.locator("h3 a").click();
      const digits = (await person.main.innerText()).match(/#code=(\d{8})/)?.[1];
      if (digits && digits !== than) return digits;
    }
    await person.page.waitForTimeout(250);
  }
  throw new Error(`no code was mailed to ${address}`);
}

async function days(person, count) {
  for (let day = 0; day < count; day += 1) {
    await person.go("/");
    await person.press('form[action="/demo/day"] button');
  }
}

test("from the mail to the cast ballot it is two presses, and a change is as short", async () => {
  const member = await as("member", { width: 360, mobile: true });
  const sent = [];
  member.page.on("request", (request) => sent.push(request.url().split("#")[0], ...Object.values(request.headers())));
  const digits = await openMail(member, "m-04@demo.example");
  await member.presses();
  await member.press('main a[href*="/ballot#code="]');
  await member.says(/Shall an hour pay at least 8\.50 dollars\?/);
  await member.says(/8\.00[\s\S]*8\.50/);
  await member.says(/your ballot is sealed[\s\S]*beside your number, M-[0-9A-Z]{8}[\s\S]*The last one counts/);
  const code = member.main.locator('[name="code"]');
  assert.equal(await code.inputValue(), digits, "the script puts the code in");
  await pictures(member, "open");
  assert.equal(await code.inputValue(), digits, "it stays where it is when the page is read again, in another language too");
  assert.ok(sent.every((part) => !part.includes(digits)), "the code was sent to no server before the press");
  await member.press('form[data-way="code"] button[value="yes"]');
  assert.equal(member.presses(), 2, "from the mail to the cast ballot");
  await member.says(/Your ballot is cast\.[\s\S]*It says\s+Yes/);
  await pictures(member, "cast");

  // Another code, and the other choice: the last one counts. Enter in the field is no vote.
  await member.press(`form[action="${vote}/ballot/code"] button`);
  await member.says(/A code is on its way/);
  await openMail(member, "m-04@demo.example", digits);
  await member.press('main a[href*="/ballot#code="]');
  await Promise.all([member.page.waitForNavigation(), code.press("Enter")]);
  await member.says(/Choose yes, no or abstain/);
  assert.match(await code.inputValue(), /^\d{8}$/, "what stood there is kept");
  await pictures(member, "no-choice", { reload: false });
  await member.press('form[data-way="code"] button[value="no"]');
  await member.says(/It says\s+No[\s\S]*Earlier ballots/);
  const saved = await member.context.request.get(`${demo.address}${vote}/ballot/opening`);
  assert.match(await saved.text(), /choice: no\nsalt: [0-9a-f]{64}\nsealed: [0-9a-f]{64}/);
  assert.deepEqual(member.faults, []);
  await member.context.close();
});

test("who is not signed in comes to the ballot with the code, by way of the sign-in page", async () => {
  const visit = await as("m-05@demo.example", { signedIn: false, width: 360 });
  const digits = await openMail(visit, "m-05@demo.example");
  await visit.press('main a[href*="/ballot#code="]');
  assert.match(visit.page.url(), /\/signin\?next=.*#code=\d{8}$/, "the browser keeps what stands behind #");
  // A wrong password in between loses nothing.
  await visit.page.fill('input[name="email"]', visit.who);
  await visit.page.fill('input[name="password"]', "wrong");
  await visit.press('form[action^="/signin"] button');
  await visit.page.fill('input[name="password"]', PASSWORD);
  await visit.press('form[action^="/signin"] button');
  assert.equal(new URL(visit.page.url()).pathname, `${vote}/ballot`);
  assert.equal(await visit.main.locator('[name="code"]').inputValue(), digits);
  await visit.press('form[data-way="code"] button[value="abstain"]');
  await visit.says(/It says\s+Abstain/);
  assert.deepEqual(visit.faults, []);
  await visit.context.close();
});

test("without scripts the digits are typed, and a wrong code keeps what was pressed", async () => {
  const bare = await as("reviewer", { scripts: false, width: 360 });
  const digits = await openMail(bare, "m-02@demo.example");
  await bare.press('main a[href*="/ballot#code="]');
  assert.equal(await bare.main.locator('[name="code"]').inputValue(), "");
  await bare.main.locator('[name="code"]').fill("1234 5678");
  await bare.press('form[data-way="code"] button[value="yes"]');
  await bare.says(/does not fit this vote[\s\S]*You pressed “Yes”/);
  await pictures(bare, "wrong-code", { reload: false });
  await bare.main.locator('[name="code"]').fill(`${digits.slice(0, 4)} ${digits.slice(4)}`);
  await bare.press('form[data-way="code"] button[value="yes"]');
  await bare.says(/Your ballot is cast\.[\s\S]*It says\s+Yes/);
  await bare.context.close();
});

test("a key made in the browser signs the ballot that the page shows, with a salt drawn here", async () => {
  const officer = await as("treasurer");
  // A first key may vote at once.
  await officer.go("/account/key");
  await officer.page.fill('[name="password"]', PASSWORD);
  await officer.press('form[action="/account/key/code"] button');
  let mailed;
  for (let tries = 0; tries < 60 && !mailed; tries += 1) {
    await officer.go("/demo/mail");
    const mail = officer.page.locator("li.row", { hasText: "m-09@demo.example" }).filter({ hasText: /code for your key|code pour votre clé/ }).first();
    if (await mail.count()) {
      await mail.locator("h3 a").click();
      mailed = (await officer.main.innerText()).match(/\b(\d{4}) (\d{4})\b/).slice(1).join("");
    } else await officer.page.waitForTimeout(250);
  }
  await officer.go("/account/key");
  await officer.page.fill('[name="code"]', mailed);
  await officer.press('form[action="/account/key"] .btn:not([type=button])');

  await openMail(officer, "m-09@demo.example");
  await officer.press('main a[href*="/ballot#code="]');
  await officer.page.waitForFunction(() => /holds your key/.test(document.querySelector("main").innerText));
  await officer.main.getByRole("button", { name: "Use the code from the mail instead" }).waitFor();
  assert.ok(!(await officer.main.locator('[name="code"]').isVisible()), "the way of this browser comes first");
  await pictures(officer, "key");
  await officer.page.waitForFunction(() => document.querySelector('form[data-way="key"] [name="salt"]').value.length === 64);
  const salt = await officer.main.locator('form[data-way="key"] [name="salt"]').inputValue();
  assert.match(salt, /^[0-9a-f]{64}$/);
  await officer.press('form[data-way="key"] button[value="yes"]');
  assert.match(officer.page.url(), /\/texts\/[0-9a-f]{32}$/);
  await officer.says(/Shall an hour pay at least 8\.50 dollars\?[\s\S]*You say\s+Yes/);
  await officer.page.waitForFunction(() => /holds your key/.test(document.querySelector("main").innerText));
  await pictures(officer, "text");
  // Signed is only what the page shows: a seal over another choice is not.
  await officer.page.waitForFunction(() => document.querySelector('form[data-sign] [name="note"]').closest(".field").hidden);
  const honest = await officer.page.evaluate(() => {
    const form = document.querySelector("form[data-sign]"), before = form.dataset.unsealed;
    form.dataset.unsealed = before.replace('"yes"', '"no"');
    return before;
  });
  assert.ok(honest.includes(salt), "the salt that this browser drew");
  await officer.page.locator("form[data-sign] .btn:not([type=button])").click();
  await officer.page.locator('form[data-sign] [role="alert"]').waitFor();
  await officer.page.reload();
  await officer.page.waitForFunction(() => document.querySelector('form[data-sign] [name="note"]').closest(".field").hidden);
  await officer.press("form[data-sign] .btn:not([type=button])");
  assert.equal(new URL(officer.page.url()).pathname, `${vote}/ballot`);
  await officer.says(/Your ballot is cast\.[\s\S]*signed with your key/);
  await officer.says(new RegExp(salt));
  assert.equal(await officer.main.locator('[name="code"]').count(), 0, "only the key replaces it");
  await pictures(officer, "signed");
  assert.deepEqual(officer.faults, []);
  await officer.context.close();
});

test("after the close the browser recounts: yes as it is, no where an opening was tampered with", async () => {
  const member = await as("member");
  await member.go(`${vote}/ballots`);
  await member.says(/sealed until the vote closes/);
  await pictures(member, "sealed");
  await days(member, 15);
  for (let tries = 0; tries < 60; tries += 1) {
    await member.go(`${vote}/ballots`);
    if (/Count here/.test(await member.main.innerText())) break;
    await member.page.waitForTimeout(500);
  }
  await member.says(/Your own ballot is counted as you cast it: yes, here\./);
  await pictures(member, "recount");
  const count = () => member.main.getByRole("button", { name: "Count here" }).click();
  await count();
  await member.main.locator(".good h3").waitFor();
  await member.says(/Yes: it is counted right[\s\S]*All 4 ballots open their seals[\s\S]*Your own ballot says “No”/);
  await pictures(member, "counted", { reload: false });

  const tampered = async (change) => {
    await member.page.route("**/recount.json", async (route) => {
      const told = await (await route.fetch()).json();
      change(told);
      await route.fulfill({ json: told });
    });
    await member.go(`${vote}/ballots`);
    await count();
    await member.main.locator(".stop h3").waitFor();
    await member.says(/No: something does not fit/);
    await member.page.unroute("**/recount.json");
  };
  await tampered((told) => { told.ballots[0].choice = told.ballots[0].choice === "no" ? "yes" : "no"; });
  await member.says(/does not open its seal/);
  await pictures(member, "tampered", { reload: false });
  await tampered((told) => { told.ballots[1].salt = `${"0".repeat(63)}1`; });
  await tampered((told) => { told.counts.yes += 1; });
  await member.says(/do not come to the counts/);
  await tampered((told) => { told.result = told.result === "passed" ? "rejected" : "passed"; });
  await member.says(/the result is another/);
  await tampered((told) => { told.ballots.pop(); });
  // One's own ballot, opened to another choice with a seal that fits it: the signed entry says otherwise.
  await tampered((told) => {
    const mine = told.ballots.find(({ index }) => index === told.own.index);
    Object.assign(mine, told.ballots.find(({ choice }) => choice === "yes"), { index: mine.index });
  });
  await member.says(/Your own ballot does not say what your entry has sealed/);
  assert.deepEqual(member.faults, []);
  await member.context.close();

  // Without scripts the server's own recount stands there, and says whose word it is.
  const bare = await as("reviewer", { scripts: false });
  await bare.go(`${vote}/ballots`);
  await bare.says(/That is the server’s own word/);
  assert.equal(await bare.main.getByRole("button", { name: "Count here" }).count(), 0);
  await bare.go(`${vote}/ballot`);
  await bare.says(/This vote is closed and counted/);
  await pictures(bare, "closed");
  await bare.context.close();
});
