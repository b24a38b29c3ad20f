// A client who has never seen the program, from the invitation to training data: 5,000 pictures as a ZIP, the form, the first item as a
// member sees it, the quote, the deposit, known answers, work, progress, review, COCO. What they press and see is counted, as docs/client.md says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PICTURE } from "./drawing.mjs";
import { PASSWORD, enter, file, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";
import { photograph, png, zip } from "./pictures.mjs";

const COUNT = 5_000, GOLD = 1_000;
const name = (n) => `crossing/${String(n).padStart(4, "0")}.${n === 1 ? "jpg" : "png"}`;

const folder = mkdtempSync(join(tmpdir(), "client-"));
let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); rmSync(folder, { recursive: true }); });

/** Somebody in a browser of their own, who counts the pages they see, what they press and what they fill in. */
async function somebody(options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page, context } = visit;
  page.setDefaultTimeout(15_000);
  const counted = { pages: 0, presses: 0, fields: 0 };
  page.on("framenavigated", (frame) => { if (frame === page.mainFrame()) counted.pages += 1; });
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  const go = (path) => page.goto(`${demo.address}${path}`);
  const press = async (selector, { wait = 15_000 } = {}) => {
    counted.presses += 1;
    await Promise.all([page.waitForNavigation({ timeout: wait }), page.locator(selector).first().click()]);
  };
  const fill = async (fields) => {
    for (const [field, value] of Object.entries(fields)) {
      const input = page.locator(`main [name="${field}"]:not([type=hidden])`).first();
      if (await input.evaluate((element) => element.tagName === "SELECT")) await input.selectOption(value);
      else await input.fill(value);
      counted.fields += 1;
    }
  };
  const send = async (field, called, bytes) => {
    const path = join(folder, called);
    writeFileSync(path, bytes);
    await page.setInputFiles(`input[name="${field}"]`, path);
    counted.fields += 1;
  };
  const take = async (selector) => {
    counted.presses += 1;
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(selector).first().click()]);
    return download.path();
  };
  const path = () => new URL(page.url()).pathname;
  return { ...visit, counted, speak, go, press, fill, send, take, path, text: () => page.locator("main").innerText() };
}

async function as(who, options) {
  const person = await somebody(options);
  await (who.includes("@") ? signIn(person.page, demo.address, who) : enter(person.page, demo.address, who));
  await person.speak("en");
  return person;
}

/** The page in both languages, at both widths; nothing of it is counted. */
async function pictures(person, called) {
  const { page, counted } = person, before = { ...counted }, here = page.url();
  for (const language of ["fr", "en"]) {
    await person.speak(language);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(here);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${called} is ${wide} px too wide at ${width} in ${language}`);
      await page.screenshot({ path: join(shots, `client-${called}-${width}-${language}.png`), fullPage: true });
    }
  }
  Object.assign(counted, before);
}

/** The newest mail to this address: its text. */
async function mailTo(person, address, says) {
  for (let tries = 0; tries < 30; tries += 1) {
    await person.go("/demo/mail");
    const rows = await person.page.locator(".row", { hasText: address }).locator("h3 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const row of rows) {
      await person.go(row);
      const text = await person.text();
      if (says.test(text)) return text;
    }
    await person.page.waitForTimeout(500);
  }
  throw new Error(`no mail to ${address} says ${says}`);
}

const CONTRACT = {
  who: { title: "Crossings of Lyon", end_client: "Rue Libre SAS", country: "FR", register: "RCS Lyon", number: "904 117 362" },
  "what-for": { purpose: "a walking stick that hears traffic", provenance: "Our own cameras at crossings, in 2026.", consent: "Faces and plates are made unreadable before you see them." },
  task: { guidelines: "1 Outline every vehicle and person.\n2 Leave out what is smaller than a thumb.", unit_noun: "image", reading_minutes: "2" },
  price: { currency: "EUR", price: "0.30", seconds: "60" },
  hazards: {},
  terms: { rejection: "With a code and a section.", notice_days: "14", kill_fee: "10" },
};

/** What docs/client.md says, step by step: pages, presses, fields. */
const said = () => {
  const rows = readFileSync(file("docs/client.md"), "utf8").matchAll(/^\| \d \| .* \| (\d+) \| (\d+) \| (\d+) \|$/gm);
  return [...rows].map((row) => row.slice(1).map(Number));
};

test("a newcomer brings 5,000 pictures and takes COCO away", { timeout: 900_000 }, async () => {
  const began = Date.now(), steps = [], times = [];
  const photo = await photograph(browser, PICTURE.replace(/<\/?svg[^>]*>/g, ""));
  const archive = zip(Array.from({ length: COUNT }, (_, n) => [name(n + 1), n === 0 ? photo : png(48 + (n % 5) * 8, 40, n)]));
  console.log(`${COUNT} pictures in a ZIP of ${(archive.length / 1e6).toFixed(0)} MB, made in ${((Date.now() - began) / 1000).toFixed(1)} s`);

  // The co-op invites them.
  const coordinator = await as("coordinator");
  await coordinator.go("/office");
  await coordinator.fill({ name: "Inès Morel", email: "ines@rue-libre.example", role: "client", client: "Rue Libre SAS", country: "FR", zone: "Europe/Paris" });
  await coordinator.press('form[action="/office/invite"] button');
  const invitation = (await mailTo(coordinator, "ines@rue-libre.example", /\/invitation\//)).match(/\/invitation\/[\w-]+/)[0];

  const client = await somebody();
  const { page, press } = client;
  const step = (words) => {
    const sum = [client.counted.pages, client.counted.presses, client.counted.fields];
    const before = steps.reduce((all, own) => all.map((part, place) => part + own[place]), [0, 0, 0]);
    steps.push(sum.map((part, place) => part - before[place]));
    times.push(`${words} ${((Date.now() - began) / 1000).toFixed(0)} s`);
  };
  await client.go(invitation);
  await client.fill({ password: PASSWORD });
  await press("main form button");
  assert.equal(client.path(), "/desk", "a new account begins at the desk");
  step("account");

  // The contract, and its approval.
  await press('form[action="/desk/new"] button');
  const contract = client.path().match(/C-\d+/)[0];
  for (const [called, fields] of Object.entries(CONTRACT)) {
    assert.equal(client.path(), `/desk/${contract}/${called}`);
    await client.fill(fields);
    await press(`form[action="/desk/${contract}/${called}"] button`);
  }
  await press(`form[action="/desk/${contract}/submit"] button`);
  assert.match(await client.text(), /A coordinator reads it next/);
  step("contract");
  await coordinator.go(`/office/contracts/${contract}`);
  await coordinator.press(`form[action="/office/contracts/${contract}/approve"] button`);
  await mailTo(coordinator, "ines@rue-libre.example", /is approved and public/);

  // What waits leads to the first batch: contours, with its questions ready.
  await press('.places a[href="/desk"]');
  assert.match(await client.text(), /Waits for you[\s\S]*A first batch[\s\S]*The deposit/);
  await pictures(client, "desk-approved");
  await press(`.go a[href="/desk/${contract}/batch"]`);
  await pictures(client, "new-batch");
  await press(`main a[href="/desk/${contract}/batch?of=contours"]`);
  await pictures(client, "new-contours");
  await client.fill({ review_share: "40" });
  await press(`form[action="/desk/${contract}/batch"] button`);
  const draft = client.path(), batch = draft.split("/")[2];
  step("form");

  // The pictures; how far it is, is told until they are all looked through.
  const told = [];
  await page.exposeFunction("heard", (words) => { told.push(words); });
  await page.evaluate(() => {
    const status = document.querySelector("[data-upload]");
    new MutationObserver(() => globalThis.heard(status.textContent)).observe(status, { childList: true, subtree: true, characterData: true });
  });
  await client.send("items", "crossings.zip", archive);
  const sent = Date.now();
  await press(`form[action="${draft}/items"] button`, { wait: 400_000 });
  console.log(`uploaded, unpacked, decoded and kept in ${((Date.now() - sent) / 1000).toFixed(1)} s; told: ${told.length} times, ${told.at(-1)}`);
  assert.ok(told.some((words) => /Looked through: [1-9]\d* %/.test(words)), told.join("; "));
  assert.match(await client.text(), /5\s000 tasks/);
  step("pictures");
  await pictures(client, "draft");

  // The first one in the member's workbench, drawn on as a member would, and the quote.
  await press(`main a[href="${draft}/preview"]`);
  await page.locator("img.pic").first().evaluate((image) => image.decode());
  assert.match(await page.locator("body").innerText(), /You only look/);
  await pictures(client, "first-item");
  await press(`a[href="${draft}"]`);
  await press(`main a[href="/desk/${contract}/quote"]`);
  const quote = await client.text();
  assert.match(quote, /deposit, EUR\s*1\s500\.00/);
  const reference = quote.match(/RF\d\d\s[A-Z0-9\s]+?(?= reference)/)[0];
  await pictures(client, "quote");
  step("quote");
  const treasurer = await as("treasurer");
  await treasurer.go("/treasury");
  await treasurer.fill({ amount: "1500.00", reference });
  await treasurer.press('form[action="/treasury/deposit"] button');
  await mailTo(coordinator, "ines@rue-libre.example", /1\s500\.00\sEUR arrived/);

  // Known answers, in the table of the items that the program offers.
  await press('.places a[href="/desk"]');
  await press(`.go a[href="${draft}"]`);
  const table = readFileSync(await client.take(`a[href="${draft}/gold.csv"]`), "utf8").trim().split("\r\n");
  assert.deepEqual([table.length, table[0], table[1]], [COUNT + 1, "id,gold.complete,gold_explanation", `${name(1)},,`]);
  const known = new Set();
  const filled = table.map((line, n) => {
    if (n === 0 || n % (COUNT / GOLD)) return line;
    known.add(line.split(",")[0]);
    return line.replace(",,", ",Yes,Everything on it has an outline.");
  });
  await client.send("gold", "known.csv", filled.join("\r\n"));
  await press(`form[action="${draft}/gold"] button`);
  assert.match(await client.text(), /1\s000 of 5\s000 items have a known answer/);
  await pictures(client, "draft-ready");
  await press(`form[action="${draft}/open"] button`);
  assert.equal(client.path(), draft);
  assert.match(await client.text(), /Open\. 5\s000 tasks/);
  step("known answers");

  // Three members work; one is still at it when the client looks.
  const done = [];
  const members = [];
  for (const who of ["m-04@demo.example", "m-05@demo.example", "m-06@demo.example"]) {
    const member = await as(who, { scripts: false, width: 360 });
    members.push(member);
    await member.go("/work");
    assert.match(await member.text(), /about 1 in 5 items has a known answer/);
    await member.press(`form[action="${draft}/claim"] button`);
    for (let piece = 0; piece < 8; piece += 1) {
      if (!(await member.page.locator('textarea[name="objects"]').count())) await member.press(`form[action="${draft}/claim"] button`);
      const item = (await member.page.locator("img.pic").first().getAttribute("alt")).match(/crossing\/\d+\.\w+/)[0];
      await member.page.fill('textarea[name="objects"]', `Car: ${piece},4 ${piece + 30},4 ${piece + 30},26 ${piece},26\nPerson: 40,6 47,6 47,36 40,36`);
      await member.page.check(`input[name="complete"][value="${piece === 7 ? "There are none" : "Yes"}"]`);
      await member.press('.under button[form="answer"]');
      done.push(item);
    }
  }
  assert.equal(new Set(done).size, 24, "nobody got another's item");
  assert.ok(done.some((item) => known.has(item)), "known answers came among the others");
  times.push(`work ${((Date.now() - began) / 1000).toFixed(0)} s`);

  // Progress, on the desk.
  await press('.places a[href="/desk"]');
  await press(`main a[href="/desk/${contract}"]`);
  const desk = await client.text();
  const drawn = Number(desk.match(/(\d+) images? to review/)[1]);
  assert.ok(drawn > 1 && drawn < 24, `${drawn} of 24 are drawn to be read`);
  assert.match(desk, /to review\s*24\s*7\.20/);
  assert.match(desk, /ordered\s*5\s000\s*1\s500\.00/);
  await pictures(client, "desk");
  step("progress");

  // The drawn ones are judged: one looked at, the others at once, their count and sum confirmed. Then the rest, unread.
  await press(`.go a[href^="/reviews/"]`);
  await page.locator(".edge").first().waitFor();
  await pictures(client, "review");
  await press('form[action$="/accept"] button');
  await press('.places a[href="/reviews"]');
  await press(`main a[href="/batches/${batch}/review"]`);
  const sum = (pieces) => ((pieces * 30) / 100).toFixed(2);
  assert.match(await client.text(), new RegExp(`${drawn - 1} images?[\\s\\S]*${sum(drawn - 1).replace(".", "\\.")}\\sEUR`));
  await press(`form[action="/batches/${batch}/review"] button`);
  await press('.places a[href="/desk"]');
  assert.match(await client.text(), new RegExp(`${24 - drawn} images? not drawn`));
  await press(`.go a[href="${draft}/sample"]`);
  await pictures(client, "rest");
  await press(`form[action="${draft}/rest"] button`);
  step("review");

  // Taken away, and read by the library that training code reads it with.
  await press('.places a[href="/desk"]');
  await press(`main a[href="/desk/${contract}"]`);
  assert.match(await client.text(), /accepted, paid\s*24\s*7\.20/);
  const coco = await client.take('a[href$="results.coco.json"]');
  step("results");
  await pictures(client, "desk-done");
  const own = done.filter((item) => !known.has(item)).sort();
  const document = JSON.parse(readFileSync(coco, "utf8"));
  assert.deepEqual(document.images.map((image) => image.file_name).sort(), own, "known answers are left out");
  assert.deepEqual(document.categories.map((category) => category.name), ["Car", "Bus or lorry", "Bicycle", "Person"]);
  assert.equal(document.annotations.length, own.length * 2);
  const read = execFileSync(file("target/coco/bin/python"), [file("tests/coco/check.py"), coco], { encoding: "utf8" });
  assert.match(read, new RegExp(`^${own.length} images, ${own.length * 2} annotations`));
  console.log(read.trim());
  console.log(times.join(", "));
  for (const person of [client, coordinator, treasurer, ...members]) assert.deepEqual(person.faults, []);
  console.log(JSON.stringify(steps));
  assert.deepEqual(steps, said(), "docs/client.md says how much there is to press and to see");
});
