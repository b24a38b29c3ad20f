// Ballots in real browsers: from the mail to the cast ballot in two presses, signing in on the way, without scripts, by a key made in the
// browser, changed; then the recount says yes, and of a tampered opening no.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, enter, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser, vote, kept, refused;
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

/** A mail to an address that carries a code for the vote which was not read before, opened; its digits. Mails of one moment stand in any order. */
const read = new Set();
async function openMail(person, address) {
  for (let tries = 0; tries < 120; tries += 1) {
    await person.go("/demo/mail");
    const mails = person.page.locator("li.row", { hasText: address }).filter({ hasText: /8\.50 dollars|code for your vote|code pour votre vote/ });
    for (const path of await mails.locator("h3 a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) {
      await person.go(path);
      const digits = (await person.main.innerText()).match(/#code=(\d{8})/)?.[1];
      if (digits && !read.has(digits)) {
        read.add(digits);
        return digits;
      }
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
  assert.ok(!member.page.url().includes(digits), "it stands in the address no longer, and so in no history");
  await pictures(member, "open");
  assert.equal(await code.inputValue(), digits, "it stays where it is when the page is read again, in another language too");
  assert.ok(sent.every((part) => !part.includes(digits)), "the code was sent to no server before the press");
  await member.press('form[data-way="code"] button[value="yes"]');
  assert.equal(member.presses(), 2, "from the mail to the cast ballot");
  await member.says(/Your ballot is cast\.[\s\S]*It says\s+Yes/);
  assert.equal(await code.inputValue(), "", "a code is good for one ballot");
  await member.page.waitForFunction(() => /it keeps on this device/.test(document.querySelector("main").innerText));
  await pictures(member, "cast");

  // Another code, and the other choice: the last one counts. Enter in the field is no vote.
  await member.press(`form[action="${vote}/ballot/code"] button`);
  await member.says(/A code is on its way/);
  await openMail(member, "m-04@demo.example");
  await member.press('main a[href*="/ballot#code="]');
  await Promise.all([member.page.waitForNavigation(), code.press("Enter")]);
  await member.says(/Choose yes, no or abstain/);
  assert.match(await code.inputValue(), /^\d{8}$/, "what stood there is kept");
  await pictures(member, "no-choice", { reload: false });
  await member.press('form[data-way="code"] button[value="no"]');
  await member.says(/It says\s+No[\s\S]*Earlier ballots/);
  const saved = await (await member.context.request.get(`${demo.address}${vote}/ballot/opening`)).text();
  assert.match(saved, /choice: no\nsalt: [0-9a-f]{64}\nsealed: [0-9a-f]{64}/);
  // The browser has it, too, and needs no server to say it: the form for a ballot that the server cannot open is filled in.
  await member.page.waitForFunction(() => /it keeps on this device/.test(document.querySelector("main").innerText));
  const form = `<form method="post" action="${vote}/ballot/open"><select name="choice"><option value=""></option><option value="no"></option></select><input name="salt"></form>`;
  await member.page.route(`**${vote}/ballot`, async (route) => {
    const page = await (await route.fetch()).text();
    await route.fulfill({ body: page.replace("</main>", `${form}</main>`), contentType: "text/html; charset=utf-8" });
  });
  await member.go(`${vote}/ballot`);
  const typed = member.main.locator('form[action$="/ballot/open"] [name="salt"]');
  await member.page.waitForFunction(() => document.querySelector('form[action$="/ballot/open"] [name="salt"]').value.length === 64);
  assert.ok(saved.includes(`salt: ${await typed.inputValue()}`), "the salt that was drawn here");
  assert.equal(await member.main.locator('form[action$="/ballot/open"] [name="choice"]').inputValue(), "no");
  await member.page.unroute(`**${vote}/ballot`);
  kept = await member.context.storageState();
  assert.deepEqual(member.faults, []);
  await member.context.close();
});

test("who is not signed in comes to the ballot with the code, by way of the sign-in page", async () => {
  const visit = await as("m-05@demo.example", { signedIn: false, width: 360 });
  const digits = await openMail(visit, "m-05@demo.example");
  await visit.press('main a[href*="/ballot#code="]');
  assert.match(visit.page.url(), /\/signin\?next=/);
  assert.ok(!visit.page.url().includes(digits), "it is taken out of the address, and kept for this tab");
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

const ballotsHere = ({ page }) => page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.startsWith("manyhands-ballots:")).flatMap(([, value]) => JSON.parse(value)));

test("what was surely not cast is kept no longer, what may have been cast is, and a mail's link fills in the page that stands there", async () => {
  const officer = await as("coordinator");
  const { page } = officer, code = officer.main.locator('[name="code"]');
  await officer.go(`${vote}/ballot`);
  await officer.press('form[data-way="code"] button[value="yes"]');
  await officer.says(/You typed no code[\s\S]*Nothing was cast/);
  assert.deepEqual(await ballotsHere(officer), [], "nothing was cast, says the answer");
  await pictures(officer, "no-code", { reload: false });
  for (const [typed, words] of [["1234", /A code has eight digits/], ["abcd efgh", /A code has eight digits/], ["0000 0000", /does not fit this vote/]]) {
    await code.fill(typed);
    await officer.press('form[data-way="code"] button[value="no"]');
    await officer.says(words);
    assert.deepEqual(await ballotsHere(officer), []);
  }
  refused = await officer.context.storageState();
  // The line is lost: it may have arrived, so what opens it stays.
  await officer.go(`${vote}/ballot`);
  await code.fill("0000 0000");
  await page.route(`**${vote}/ballot`, (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  const cut = page.waitForEvent("requestfailed");
  await officer.main.locator('form[data-way="code"] button[value="yes"]').click();
  await cut;
  await page.unroute(`**${vote}/ballot`);
  await officer.go(`${vote}/ballot`);
  const [lost, ...others] = await ballotsHere(officer);
  assert.deepEqual([lost.choice, lost.index, others.length], ["yes", undefined, 0]);
  // One that is refused under the same salt takes nothing of it along.
  await page.evaluate(({ salt }) => { document.querySelector('form[data-way="code"]').elements.salt.value = salt; }, lost);
  await code.fill("0000 0000");
  await officer.press('form[data-way="code"] button[value="no"]');
  assert.deepEqual(await ballotsHere(officer), [lost]);
  // Nor does an answer about one that the book was seen to have.
  const seen = await page.evaluate(({ salt }) => {
    const [name, value] = Object.entries(localStorage).find(([name]) => name.startsWith("manyhands-ballots:"));
    localStorage.setItem(name, JSON.stringify(JSON.parse(value).map((ballot) => ({ ...ballot, index: 7 }))));
    document.querySelector('form[data-way="code"]').elements.salt.value = salt;
    return JSON.parse(localStorage.getItem(name));
  }, lost);
  await officer.main.locator('form[data-way="code"]').evaluate((form) => {
    form.elements.code.value = "0000 0000";
    const choice = Object.assign(document.createElement("input"), { type: "hidden", name: "choice", value: "yes" });
    form.append(choice);
  });
  await Promise.all([page.waitForNavigation(), officer.main.locator('form[data-way="code"]').evaluate((form) => form.submit())]);
  await officer.says(/does not fit this vote/);
  assert.deepEqual(await ballotsHere(officer), seen);

  // The page stands in the tab; then a link of a mail leads there.
  await officer.go(`${vote}/ballot`);
  assert.equal(await code.inputValue(), "");
  for (const digits of ["12345678", "87654321"]) {
    await page.evaluate((digits) => { location.hash = `code=${digits}`; }, digits);
    await page.waitForFunction((digits) => document.querySelector('[name="code"]').value === digits, digits, { timeout: 5000 });
    assert.ok(!page.url().includes(digits), "it is taken out of the address");
  }
  await page.reload();
  assert.equal(await code.inputValue(), "87654321", "and kept for this tab");
  assert.deepEqual(officer.faults.filter((fault) => !/ERR_FAILED/.test(fault)), []);
  await officer.context.close();
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
  // A first key may vote at once. The ballot leads there, and the page of the key leads back.
  await officer.go(`${vote}/ballot`);
  await officer.press('main a[href^="/account/key"]');
  const toKey = new URL(officer.page.url());
  assert.equal(`/proposals/${toKey.searchParams.get("vote")}`, vote);
  await officer.page.fill('[name="password"]', PASSWORD);
  await officer.press('form[action^="/account/key/code"] button');
  await pictures(officer, "key-none");
  let mailed;
  for (let tries = 0; tries < 60 && !mailed; tries += 1) {
    await officer.go("/demo/mail");
    const mail = officer.page.locator("li.row", { hasText: "m-09@demo.example" }).filter({ hasText: /code for your key|code pour votre clé/ }).first();
    if (await mail.count()) {
      await mail.locator("h3 a").click();
      mailed = (await officer.main.innerText()).match(/\b(\d{4}) (\d{4})\b/).slice(1).join("");
    } else await officer.page.waitForTimeout(250);
  }
  await officer.page.goto(toKey.href);
  await officer.page.fill('[name="code"]', mailed);
  await officer.press('form[action^="/account/key?"] .btn:not([type=button])');
  await pictures(officer, "key-made");
  await officer.main.getByRole("link", { name: /Back to your ballot in P-\d+/ }).click();
  await officer.page.waitForURL(`**${vote}/ballot`);

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
  // The same browser as before: it has what it kept.
  const member = await as("member");
  await member.page.evaluate((items) => items.forEach(({ name, value }) => localStorage.setItem(name, value)), kept.origins.flatMap((origin) => origin.localStorage));
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
  await member.says(/Yes: it is counted right[\s\S]*All 4 ballots open their seals[\s\S]*counted as “No”, as you cast it in this browser[\s\S]*Not checked: /);
  await pictures(member, "counted", { reload: false });

  /** Counts once more after what the server tells was changed: its answer is of this class, and has these words. */
  const tampered = async (person, change, how, ...words) => {
    const bytes = await (await person.context.request.get(`${demo.address}${vote}/ballots/openings.json`)).text();
    const files = { told: await (await person.context.request.get(`${demo.address}${vote}/ballots/recount.json`)).json(), openings: JSON.parse(bytes) };
    const before = JSON.stringify(files.openings);
    change(files);
    const after = JSON.stringify(files.openings);
    await person.page.route("**/recount.json", (route) => route.fulfill({ json: files.told }));
    await person.page.route("**/openings.json", (route) => route.fulfill({ body: before === after ? bytes : after }));
    await person.go(`${vote}/ballots`);
    await person.main.getByRole("button", { name: "Count here" }).click();
    await person.main.locator(`${how} h3`).waitFor();
    for (const said of words) await person.says(said);
    await person.page.unroute("**/recount.json");
    await person.page.unroute("**/openings.json");
  };
  /** An entry that says something else, under the signature that it had. */
  const altered = ({ told }, index, change) => {
    const [text, signature] = told.notes[index].split("\n\n"), entry = JSON.parse(text);
    change(entry);
    told.notes[index] = `${JSON.stringify(entry)}\n\n${signature}`;
  };
  const sealOf = (salt, member, choice) => createHash("sha256").update(Buffer.from(salt, "hex")).update(`${vote.split("/").at(-1)}\n${member}\n${choice}`).digest("hex");
  const memberOf = ({ told }, index) => JSON.parse(told.notes[index].split("\n")[0]).refs.member;
  const no = /No: something does not fit/;
  const tamper = (change, ...words) => tampered(member, change, ".stop", no, ...words);

  await tamper(({ openings }) => { openings[0][1] = openings[0][1] === "no" ? "yes" : "no"; }, /does not open its seal/, /not what the vote’s last entry names/);
  await pictures(member, "tampered", { reload: false });
  // Another's ballot, opened to another choice under a seal that fits it: nothing but the signature of its entry says no.
  await tamper((files) => {
    const { told, openings } = files;
    const other = openings.find(([index]) => index !== told.own);
    other[1] = other[1] === "no" ? "yes" : "no";
    altered(files, other[0], (entry) => { entry.calc.sealed = sealOf(other[2], memberOf(files, other[0]), other[1]); });
  }, /is not signed by the co-op’s key/);
  // A forgery that agrees with itself throughout: every count, and the hash of what opens it.
  await tamper((files) => {
    const { told, openings } = files;
    const other = openings.find(([index, choice]) => index !== told.own && choice === "yes");
    other[1] = "no";
    altered(files, other[0], (entry) => { entry.calc.sealed = sealOf(other[2], memberOf(files, other[0]), "no"); });
    altered(files, told.closed, (entry) => {
      entry.calc.counts.yes -= 1;
      entry.calc.counts.no += 1;
      entry.calc.result = "rejected";
      entry.calc.openings = createHash("sha256").update(JSON.stringify(openings)).digest("hex");
    });
  }, /is not signed by the co-op’s key/);
  await tamper((files) => altered(files, files.told.closed, (entry) => { entry.calc.counts.yes += 1; }), /do not come to the counts/);
  await tamper((files) => altered(files, files.told.closed, (entry) => { entry.calc.result = entry.calc.result === "passed" ? "void" : "passed"; }), /the result is another/);
  await tamper((files) => altered(files, files.told.opened, (entry) => { entry.calc.roll_size = 3; }), /4 ballots, where 3 members could vote/);
  // Two ballots of nobody, which were never opened, would help to a quorum.
  await tamper((files) => altered(files, files.told.closed, (entry) => {
    entry.calc.cast += 2;
    entry.calc.by_session += 2;
    entry.calc.unopened += 2;
    entry.calc.eligible += 2;
  }), /do not come to the counts/);
  await tamper(({ openings }) => { openings.push(openings.at(-1)); }, /is counted twice/);
  await tamper(({ told }) => { delete told.notes[told.closed]; }, /is not here/);
  // One's own ballot is left out, whether or not the server says that it was cast: this browser knows.
  for (const claimed of [true, false]) {
    await tamper(({ told, openings }) => {
      openings.splice(openings.findIndex(([index]) => index === told.own), 1);
      if (!claimed) told.own = null;
    }, /Your own ballot, entry № .*, is not counted/);
  }
  // Or says, under a seal that fits, what was not cast here.
  await tamper((files) => {
    const { told, openings } = files;
    const mine = openings.find(([index]) => index === told.own);
    mine[1] = "yes";
    altered(files, mine[0], (entry) => { entry.calc.sealed = sealOf(mine[2], told.member, "yes"); });
  }, /counted as “Yes”, which is not what you cast in this browser/);
  // Nothing else is wrong, but this browser saw a later ballot of its member in the book than the one that counts.
  const before = await member.page.evaluate(() => {
    const [name, value] = Object.entries(localStorage).find(([name]) => name.startsWith("manyhands-ballots:")), ballots = JSON.parse(value);
    const index = Math.max(...ballots.map((ballot) => ballot.index ?? -1)) + 1;
    localStorage.setItem(name, JSON.stringify([...ballots, { choice: "yes", salt: "0".repeat(64), index }]));
    return { name, value };
  });
  await tamper(() => {}, /Your own ballot, entry № .*, is not counted/);
  await member.page.evaluate(({ name, value }) => localStorage.setItem(name, value), before);
  // What the server says of one's own ballot is asked for by nobody.
  await tampered(member, ({ told }) => { told.own = null; }, ".good", /as you cast it in this browser/);
  // In a browser in which nothing was cast the answer is no plain yes: neither of a ballot that counts, nor of none.
  const elsewhere = await as("member");
  await tampered(elsewhere, () => {}, ".note", /your own ballot was not compared/, /counted as “No”[\s\S]*You did not cast it in this browser/);
  await pictures(elsewhere, "unkept", { reload: false });
  await elsewhere.context.close();
  // One whose ballot was refused: nothing of it is left, and nobody is told to look for it.
  const silent = await as("coordinator");
  await silent.page.evaluate((items) => items.forEach(({ name, value }) => localStorage.setItem(name, value)), refused.origins.flatMap((origin) => origin.localStorage));
  await tampered(silent, () => {}, ".note", /your own ballot was not compared/, /You cast no ballot in this vote, says the book, and this browser kept none/);
  await silent.context.close();
  assert.deepEqual(member.faults, []);
  await member.context.close();

  // Without scripts the server's own recount stands there, and says whose word it is.
  const bare = await as("reviewer", { scripts: false });
  await bare.go(`${vote}/ballots`);
  await bare.says(/That is the server’s own word/);
  assert.equal(await bare.main.getByRole("button", { name: "Count here" }).count(), 0);
  await bare.go(`${vote}/ballot`);
  await bare.says(/This vote is closed and counted/);
  await bare.says(/(Passed|Rejected|No quorum)\. This vote is closed and counted/);
  await pictures(bare, "closed");
  await bare.context.close();
});
