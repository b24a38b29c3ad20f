// The line is cut in the middle of a task: what was typed, chosen or drawn is kept on the device, arrives once, and leads on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { drawingOn, fingersOn, PICTURE } from "./drawing.mjs";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser, client;
before(async () => { demo = await startDemo(); browser = await startBrowser(); client = await as("client"); });
after(async () => { await browser?.close(); await demo?.stop(); });

const CUT = (fault) => /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_ABORTED|other site: https:\/\/pictures\.example/.test(fault);
async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  await visit.context.route("https://pictures.example/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }));
  await enter(visit.page, demo.address, who);
  const speak = (lang) => visit.context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await speak(options.language ?? "en");
  const go = (path) => visit.page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]);
  const says = async (words) => { await visit.page.locator(".kept", { hasText: words }).waitFor(); };
  const shot = (name) => visit.page.screenshot({ path: join(shots, `offline-${name}.png`) });
  /** How many answers of a batch are with the reviewer: what the server has, read by another page. */
  const arrived = async (title) => {
    const text = await (await visit.context.request.get(`${demo.address}/pay`)).text();
    return text.split(`>${title}`).length - 1;
  };
  /** Gives back what is in hand. */
  const leave = async () => {
    for (;;) {
      await go("/work");
      const held = visit.page.locator('main a.btn[href^="/claims/"]').first();
      if (!(await held.count())) return;
      await Promise.all([visit.page.waitForNavigation(), held.click()]);
      await press('form[action$="/release"] button');
    }
  };
  /** How many tasks of a batch are in hand. */
  const inHand = async (title) => {
    const other = await visit.context.newPage();
    await other.goto(`${demo.address}/work`);
    const count = await other.locator('main li:has(a.btn[href^="/claims/"])', { hasText: title }).count();
    await other.close();
    return count;
  };
  /** As after a dead battery: the page has gone, and another is opened. */
  const reopen = async () => {
    await visit.page.close();
    visit.page = await visit.context.newPage();
    visit.page.on("pageerror", (error) => visit.faults.push(`script: ${error}`));
    return visit.page;
  };
  return { ...visit, speak, go, press, says, shot, arrived, leave, inHand, reopen };
}

/** A batch of three tasks, its claim button on the board. */
async function batch(title, fields, rows) {
  await client.go("/desk/C-1/batch");
  for (const [name, value] of Object.entries({ title, price: "9.00", seconds: "60", ...fields })) {
    const field = client.page.locator(`main [name="${name}"]`).first();
    if (await field.evaluate((one) => one.tagName === "SELECT")) await field.selectOption(value); else await field.fill(value);
  }
  await client.press('form[action="/desk/C-1/batch"] button');
  const draft = new URL(client.page.url()).pathname;
  const open = async () => {
    await client.go(draft);
    await client.page.setInputFiles('input[name="items"]', { name: "items.csv", mimeType: "text/csv", buffer: Buffer.from(`id,payload\n${rows.join("\n")}\n`) });
    await client.press(`form[action="${draft}/items"] button`);
    await client.press(`form[action="${draft}/open"] button`);
    return `form[action="${draft}/claim"] button`;
  };
  return { draft, open };
}
const TEXTS = ["1,Zoé met Ada in Paris.", "2,Ada is here.", "3,Nobody is."];
const SUBMIT = '.under button[form="answer"]';
const claimOf = (page) => new URL(page.url()).pathname;

test("typed without a line: kept over a reload, sent by itself when it is back, once, and on to the next task", async () => {
  const { open } = await batch("Said in a word", { question: "What do you say?", answer_kind: "text" }, TEXTS);
  const claim = await open();
  const member = await as("member", { width: 360, touch: true });
  await member.go("/work");
  await member.press(claim);
  const first = claimOf(member.page);
  await member.page.fill("textarea", "A meeting,\nin Paris.");
  await member.context.setOffline(true);
  await member.page.locator(SUBMIT).click();
  await member.says("Your answer is kept on this device and goes out by itself");
  assert.ok(await member.page.locator("main").evaluate((main) => main.inert), "what is sent is what was pressed");
  await member.shot("waits-360-en");
  assert.equal(await member.arrived("Said in a word"), 0);

  // Without a line there is no page either; with one, what was kept is there and goes out before anybody presses.
  await member.page.reload().catch(() => {});
  member.page = await member.reopen();
  await member.context.setOffline(false);
  await member.go(first);
  await member.page.waitForURL(/sent=/);
  assert.notEqual(claimOf(member.page), first, "the next task");
  assert.equal(await member.page.inputValue("textarea"), "");
  assert.equal(await member.arrived("Said in a word"), 1);

  // Cut while the page stays: it goes out at the browser's word, and can be changed before.
  const second = claimOf(member.page);
  await member.context.setOffline(true);
  await member.page.fill("textarea", "Ada is");
  await member.page.locator(SUBMIT).click();
  await member.page.getByRole("button", { name: "Change the answer" }).click();
  await member.page.fill("textarea", "Ada is here");
  await member.page.locator(SUBMIT).click();
  await member.says("No connection");
  await member.context.setOffline(false);
  await member.page.waitForURL((url) => url.pathname !== second);
  assert.equal(await member.arrived("Said in a word"), 2);
  assert.equal(await member.page.evaluate(() => Object.keys(localStorage).length), 0, "what arrived is not kept");
  const told = await (await client.context.request.get(`${demo.address}${second.replace("claims", "reviews")}`)).text();
  assert.match(told, /Ada is here/);
  assert.deepEqual(member.faults.filter((fault) => !CUT(fault)), []);
  await member.leave();
  await member.context.close();
});

test("cut after the server wrote it and before its answer came: it arrives once", async () => {
  const { open } = await batch("Cut on the way back", { question: "What is it?", answer_kind: "one-choice", choices: "Sign [s]\nBush [b]" }, TEXTS);
  const claim = await open();
  const member = await as("member", { width: 1280 });
  await member.go("/work");
  await member.press(claim);
  const first = claimOf(member.page);
  let written = 0;
  await member.context.route("**/submit*", async (route) => {
    const answer = await route.fetch();
    written += 1;
    if (written === 1) await route.abort("internetdisconnected"); else await route.fulfill({ response: answer });
  });
  await member.page.keyboard.press("b");
  await member.page.locator(SUBMIT).click();
  await member.says("No connection");
  assert.equal(await member.arrived("Cut on the way back"), 1, "the server has it");
  await member.page.getByRole("button", { name: "Try now" }).click();
  await member.page.waitForURL((url) => url.pathname !== first);
  assert.ok(written >= 2);
  assert.equal(await member.arrived("Cut on the way back"), 1, "once");
  assert.equal(await member.inHand("Cut on the way back"), 1, "and one next task is claimed, not two");

  // Changed after it had arrived: the server says so, and nothing is lost.
  const second = claimOf(member.page);
  written = 0;
  await member.page.keyboard.press("s");
  await member.page.locator(SUBMIT).click();
  await member.says("No connection");
  await member.page.getByRole("button", { name: "Change the answer" }).click();
  await member.page.keyboard.press("b");
  await member.page.locator(SUBMIT).click();
  await member.page.waitForURL(new RegExp(`${second}/submit`));
  assert.match(await member.page.locator("main").innerText(), /submitted already/i);
  assert.ok(await member.page.locator('input[value="Bush"]').isChecked());
  assert.equal(await member.arrived("Cut on the way back"), 2);
  assert.deepEqual(member.faults.filter((fault) => !CUT(fault)), []);
  await member.leave();
  await member.context.close();
});

test("a polygon drawn without a line is kept, put back and sent", async () => {
  const fields = { payload_kind: "image", answer_kind: "polygons", question: "Outline each tree.", choices: "tree\ncar" };
  const { open } = await batch("Trees without a line", fields, [1, 2, 3].map((n) => `${n}.svg,https://pictures.example/${n}.svg`));
  const claim = await open();
  const member = await as("member", { width: 360, touch: true });
  await member.go("/work");
  await member.press(claim);
  const first = claimOf(member.page);
  let drawing = await drawingOn(member.page);
  const fingers = await fingersOn(member.page, drawing);
  await member.context.setOffline(true);
  for (const point of [[530, 120], [590, 300], [470, 300]]) await fingers.tap(...point);
  await member.page.waitForTimeout(300);
  // The battery ends in the middle of the outline.
  await member.context.setOffline(false);
  await member.go(first);
  await member.says("What you answered here before is back");
  await member.shot("restored-360-en");
  drawing = await drawingOn(member.page);
  const [open_] = await drawing.lines();
  assert.ok(open_.open && open_.points.length === 3, await drawing.text());
  await drawing.press("Close");
  const typed = await drawing.text();
  await member.context.setOffline(true);
  await member.page.locator(SUBMIT).click();
  await member.says("No connection");
  await member.context.setOffline(false);
  await member.page.waitForURL((url) => url.pathname !== first);
  assert.equal(await member.arrived("Trees without a line"), 1);
  const told = await (await client.context.request.get(`${demo.address}${first.replace("claims", "reviews")}`)).text();
  assert.ok(told.includes(typed.split(" ")[1]), typed);
  assert.deepEqual(member.faults.filter((fault) => !CUT(fault)), []);
  await member.leave();
  await member.context.close();
});

/** Other kinds: how the batch asks, what a member does, and what stands in the form afterwards. */
const values = (page) => page.evaluate(() => [...document.querySelectorAll("#answer :is(textarea,select,input)[name]")].filter((one) => !["key", "active_seconds"].includes(one.name)).map((one) => (/checkbox|radio/.test(one.type) ? one.checked : one.value)));
const KINDS = {
  "several-choices": [{ choices: "Sign\nBush\nCar" }, async (page) => { await page.locator('input[value="Sign"]').check(); await page.locator('input[value="Car"]').check(); }],
  number: [{}, (page) => page.fill('input[name="it"]', "7.5")],
  ranking: [{ choices: "Clear\nTrue\nKind" }, async (page) => { for (const words of ["True", "Kind", "Clear"]) await page.locator(".place b", { hasText: words }).click(); }],
  pairs: [{ most: "3" }, async (page) => {
    for (const at of [0, 1, 2]) {
      await page.locator("textarea").nth(2 * at).fill(`Who is ${at}?`);
      await page.locator("textarea").nth(2 * at + 1).fill(`Ada ${at}.`);
      if (at < 2) await page.locator("[data-more]").click();
    }
  }],
  spans: [{ choices: "Name\nPlace" }, async (page) => {
    await page.evaluate(() => {
      const text = document.querySelector(".passage").firstChild, range = document.createRange();
      range.setStart(text, 8);
      range.setEnd(text, 11);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    });
    await page.waitForTimeout(60);
    await page.locator('.labels [data-label="Name"]').click();
  }],
};
for (const [kind, [asks, answer]] of Object.entries(KINDS)) {
  test(`${kind}: what was given without a line is back in its place, saved when the line is back, and sent`, async () => {
    const { draft, open } = await batch(`Kept ${kind}`, { question: "Q?", answer_kind: "text" }, TEXTS);
    await client.go(`${draft}/ask/${kind}`);
    for (const [name, value] of Object.entries({ question: "What do you say?", name: "it", ...asks })) await client.page.locator(`main [name="${name}"]`).first().fill(value);
    await client.press(`form[action="${draft}/ask/${kind}"] button`);
    await client.go(`${draft}/questions/answer`);
    await client.press('form[action$="/remove"] button');
    const claim = await open();
    const member = await as("member", { width: 360 });
    await member.go("/work");
    await member.press(claim);
    const first = claimOf(member.page);
    await member.context.setOffline(true);
    await answer(member.page);
    const given = await values(member.page);
    await member.page.locator('button[formaction$="/draft"]:not([data-more])').click();
    await member.says("Your draft is kept on this device");
    await member.page.reload().catch(() => {});
    member.page = await member.reopen();
    await member.context.setOffline(false);
    await member.go(first);
    assert.deepEqual(await values(member.page), given, "in its place");
    await member.page.locator("#saved", { hasText: "Saved." }).waitFor();
    assert.equal(await member.page.evaluate(() => Object.keys(localStorage).length), 0, "the server has it");
    await member.page.reload();
    assert.deepEqual((await values(member.page)).slice(0, given.length), given, "the draft says the same");
    await member.press(SUBMIT);
    assert.match(member.page.url(), /sent=/);
    assert.equal(await member.arrived(`Kept ${kind}`), 1);
    assert.deepEqual(member.faults.filter((fault) => !CUT(fault)), []);
    await member.leave();
    await member.context.close();
  });
}

test("signed out meanwhile: kept, nobody else sees it, and it goes out after signing in again", async () => {
  const { open } = await batch("While signed out", { question: "What do you say?", answer_kind: "text" }, TEXTS);
  const claim = await open();
  const member = await as("member", { width: 360 });
  await member.go("/work");
  await member.press(claim);
  await member.page.fill("textarea", "Only mine to see.");
  const cookies = await member.context.cookies();
  await member.context.clearCookies();
  await member.page.locator(SUBMIT).click();
  await member.says("You are signed out. “While signed out");
  await member.shot("signed-out-360-en");

  // Somebody else on the same phone neither sees nor sends it.
  const mine = member.page;
  member.page = await member.context.newPage();
  await enter(member.page, demo.address, "treasurer");
  await member.page.goto(`${demo.address}/work`);
  await member.page.waitForTimeout(300);
  assert.equal(await member.page.locator(".kept").innerText(), "");
  assert.doesNotMatch(await member.page.locator("body").innerText(), /Only mine/);
  await mine.getByRole("button", { name: "Change the answer" }).waitFor();
  assert.equal(await member.page.evaluate(() => Object.keys(localStorage).length), 1);
  await mine.close();

  // Signed in again, any page of ours sends it, in the language it is read in.
  await member.context.clearCookies();
  await member.context.addCookies(cookies);
  await member.speak("fr");
  await member.page.goto(`${demo.address}/pay`);
  await member.page.locator(".kept", { hasText: "est arrivé" }).waitFor();
  await member.page.screenshot({ path: join(shots, "offline-arrived-360-fr.png") });
  assert.equal(await member.arrived("While signed out"), 1);
  assert.equal(await member.inHand("While signed out"), 0, "nobody who left the bench holds a next task");
  await member.context.close();
});

test("the time ran out meanwhile: a clear sentence, and the text is there to copy; signing out leaves nothing", async () => {
  const { open } = await batch("Too late", { question: "What do you say?", answer_kind: "text" }, TEXTS);
  const claim = await open();
  const member = await as("coordinator", { width: 360 });
  await member.go("/work");
  await member.press(claim);
  await member.page.fill("textarea", "Written in the dark.");
  await member.context.setOffline(true);
  await member.page.locator(SUBMIT).click();
  await member.says("No connection");
  const day = await client.context.request.post(`${demo.address}/demo/day`, { headers: { "sec-fetch-site": "same-origin" }, form: { key: "a-day" } });
  assert.equal(day.status(), 200);
  // Only now: a page that closes may still hear that the line is back, and send what it kept.
  await member.page.close();
  await member.context.setOffline(false);
  member.page = await member.context.newPage();
  await member.page.goto(`${demo.address}/pay`);
  await member.page.locator(".kept details").waitFor();
  await member.page.locator(".kept summary").click();
  assert.match(await member.page.locator(".kept").innerText(), /was not taken\. The time was up/);
  assert.match(await member.page.locator(".kept").innerText(), /Written in the dark\./);
  assert.equal(await member.arrived("Too late"), 0);
  await member.page.screenshot({ path: join(shots, "offline-too-late-360-en.png") });
  await member.page.goto(`${demo.address}/account`);
  await member.page.locator('form[action="/signout"] button').click();
  await member.page.locator(".kept", { hasText: "signing out deletes it" }).waitFor();
  await Promise.all([member.page.waitForNavigation(), member.page.locator('form[action="/signout"] button').click()]);
  assert.equal(await member.page.evaluate(() => Object.keys(localStorage).length), 0);
  await member.context.close();
});
