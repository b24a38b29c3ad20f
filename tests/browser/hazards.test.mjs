// Work that may hurt, on a phone of 360 pixels, with scripts and without: read and agreed to before the claim, veiled until asked for, drawn
// on behind a lifted veil, hidden again at once, and left at once. Nothing clear is fetched before it is asked for.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drawingOn, fingersOn } from "./drawing.mjs";
import { enter, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";
import { png, zip } from "./pictures.mjs";

let demo, browser;
const batches = {};
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  const client = await someone("k-2@demo.example", { width: 1280 });
  batches.texts = await client.batch({ title: "Marked passages", payload_kind: "text", answer_kind: "text", question: "Q?", choices: "" },
    ["items.csv", "text/csv", Buffer.from(`id,payload\n${[1, 2, 3, 4].map((n) => `p-${n},A passage about thornapple number ${n}\n`).join("")}`)]);
  batches.pictures = await client.batch({ title: "Outlined pictures", payload_kind: "image", answer_kind: "polygons", question: "Outline what must be struck.", choices: "Strike" },
    ["p.zip", "application/zip", zip([1, 2, 3, 4].map((n) => [`${n}.png`, png(1200, 900, n)]))]);
  await client.context.close();
});
after(async () => { await browser?.close(); await demo?.stop(); });

/** Somebody signed in, reading English, and which pictures their pages fetched. */
async function someone(email, options = {}) {
  const visit = await visitor(browser, demo.address, { width: 360, ...options });
  const { page, context } = visit;
  if (email.includes("@")) await signIn(page, demo.address, email); else await enter(page, demo.address, email);
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await speak("en");
  const fetched = [];
  page.on("request", (request) => { if (/\/picture/.test(request.url())) fetched.push(new URL(request.url()).search); });
  const go = (path) => page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const path = () => new URL(page.url()).pathname;
  const text = () => page.locator("main").innerText();
  const shoot = (name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  const batch = async (fields, [name, mimeType, buffer]) => {
    await go("/desk");
    const links = await page.locator('main a[href^="/desk/C-"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    const contract = links.find((link) => /^\/desk\/C-\d+$/.test(link));
    await go(`${contract}/batch`);
    const { payload_kind, answer_kind, ...typed } = { price: "0.80", seconds: "180", ...fields };
    await page.selectOption('[name="payload_kind"]', payload_kind);
    await page.selectOption('[name="answer_kind"]', answer_kind);
    for (const [field, value] of Object.entries(typed)) await page.fill(`[name="${field}"]`, value);
    await press(`form[action="${contract}/batch"] button`);
    const made = path().match(/\/batches\/([0-9a-f-]+)/)[1];
    if (answer_kind === "text") {
      await go(`/batches/${made}/ask/spans`);
      for (const [field, value] of [["question", "What must be struck?"], ["name", "it"], ["choices", "Strike"]]) await page.fill(`[name="${field}"]`, value);
      await press(`form[action="/batches/${made}/ask/spans"] button`);
      await go(`/batches/${made}/questions/answer`);
      await press('form[action$="/remove"] button');
      await go(`/batches/${made}`);
    }
    await page.setInputFiles('input[name="items"]', { name, mimeType, buffer });
    await page.locator(`form[action="/batches/${made}/items"] button`).click();
    await page.waitForFunction(() => /4 tasks/.test(document.querySelector("main")?.innerText ?? ""));
    await press(`form[action="/batches/${made}/open"] button`);
    return made;
  };
  return { ...visit, fetched, go, press, path, text, shoot, speak, batch };
}

/** The page in both languages, at both widths. */
async function pictures(person, path, name) {
  for (const language of ["fr", "en"]) {
    await person.speak(language);
    for (const width of [1280, 360]) {
      await person.page.setViewportSize({ width, height: 740 });
      await person.go(path);
      const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width} in ${language}`);
      await person.shoot(`${name}-${width}-${language}`);
    }
  }
}

test("read, agreed to and claimed in two presses; the text is shown, marked and hidden again", { timeout: 240_000 }, async () => {
  const member = await someone("member");
  await pictures(member, "/work/hazards", "hazards-own");
  await pictures(member, "/work", "hazards-board");
  assert.match(await member.text(), /level 3 of 3, in text, in 50\s% of the items/);
  assert.equal(await member.page.locator(`form[action="/batches/${batches.texts}/claim"]`).count(), 0);
  await pictures(member, `/batches/${batches.texts}/hazards`, "hazards-before");
  await member.go("/work");
  await member.press(`a[href="/batches/${batches.texts}/hazards"]`);
  await member.press(`form[action="/batches/${batches.texts}/hazards"] button`);
  const claim = member.path();
  assert.match(claim, /^\/claims\//);
  const passage = member.page.locator(".passage");
  assert.equal(await passage.isVisible(), false, "folded away");
  await member.shoot("hazards-text-360-en");
  await member.page.locator("details.veil summary").click();
  assert.match(await passage.innerText(), /thornapple/);
  await member.shoot("hazards-text-shown-360-en");
  // Marked by selecting, as ever; then one key hides all of it, what was marked too.
  await passage.selectText();
  await member.page.locator('[data-label="Strike"]').click();
  await member.page.locator(".marked li").waitFor();
  await member.page.locator("body").press("Escape");
  assert.equal(await passage.isVisible(), false, "hidden again");
  assert.equal(await member.page.locator(".marked").isVisible(), false);
  await member.page.locator(".under .btn", { hasText: "Submit" }).click();
  await member.page.waitForURL((address) => address.pathname !== claim);
  const next = member.path();
  assert.match(next, /^\/claims\//, "on to the next");
  assert.equal(await passage.isVisible(), false, "which has its own veil");
  await pictures(member, next, "hazards-text");
  await member.go(next);
  await member.press(`form[action="${next}/leave"] button`);
  assert.equal(member.path(), `${next}/left`);
  assert.match(await member.text(), /Nothing was lost/);
  await pictures(member, `${next}/left`, "hazards-left");
  assert.deepEqual(member.faults, []);
});

test("a picture is grey spots until asked for, and the tools begin then", { timeout: 240_000 }, async () => {
  const member = await someone("m-03@demo.example", { mobile: true });
  await member.go(`/batches/${batches.pictures}/hazards`);
  await member.press(`form[action="/batches/${batches.pictures}/hazards"] button`);
  const claim = member.path();
  await member.page.locator("img.blind").evaluate((image) => image.decode());
  await member.page.waitForTimeout(800);
  assert.ok(member.fetched.length > 0 && member.fetched.every((search) => search === "?w=24"), `fetched ${member.fetched}`);
  assert.equal(await member.page.locator(".stage").count(), 0, "no tools behind the veil");
  await member.shoot("hazards-picture-360-en");
  await member.page.getByRole("button", { name: "Show the picture" }).click();
  await member.page.locator(".stage").waitFor();
  assert.ok(member.fetched.includes("?w=960"));
  await member.page.locator(".whole a").waitFor();
  const drawing = await drawingOn(member.page, [1200, 900]);
  const fingers = await fingersOn(member.page, drawing);
  for (const point of [[300, 300], [600, 300], [600, 600]]) await fingers.tap(...point);
  await drawing.press("Close");
  const typed = await member.page.locator('textarea[name="answer"]').inputValue();
  assert.match(typed, /^Strike: /);
  await member.shoot("hazards-picture-drawn-360-en");
  await member.page.getByRole("button", { name: "Hide it again" }).click();
  assert.match(await member.page.locator(".stage").evaluate((stage) => getComputedStyle(stage).filter), /blur/);
  await member.shoot("hazards-picture-hidden-360-en");
  await member.page.getByRole("button", { name: "Show the picture" }).click();
  assert.equal(await member.page.locator(".stage").evaluate((stage) => getComputedStyle(stage).filter), "none");
  // Escape outside the tools hides it, too.
  await member.page.locator(".warned").press("Escape").catch(() => {});
  await member.page.evaluate(() => document.activeElement?.blur());
  await member.page.keyboard.press("Escape");
  assert.match(await member.page.locator(".stage").evaluate((stage) => getComputedStyle(stage).filter), /blur/);
  await member.page.locator(".under .btn", { hasText: "Submit" }).click();
  await member.page.waitForURL((address) => address.pathname !== claim);
  await member.page.locator("img.blind").waitFor();

  // Before its reviewer: the same, and what was drawn stands on it once it is shown.
  const reviewer = await someone("m-02@demo.example");
  const judged = claim.replace("claims", "reviews");
  await reviewer.go(judged);
  await reviewer.page.waitForTimeout(500);
  assert.deepEqual([...new Set(reviewer.fetched)], ["?w=24"], "nothing clear");
  await pictures(reviewer, judged, "hazards-review");
  await reviewer.go(judged);
  await reviewer.page.locator("[data-ask]").click();
  await reviewer.page.locator(".stage .edge").first().waitFor();
  await reviewer.shoot("hazards-review-shown-360-en");
  assert.equal(reviewer.path(), judged, "in its place");
  await pictures(reviewer, `${judged}?show=1`, "hazards-review-lifted");
  assert.deepEqual([...member.faults, ...reviewer.faults], []);
});

test("without scripts the same holds: nothing clear is fetched unasked, nothing typed is lost", { timeout: 240_000 }, async () => {
  const member = await someone("m-08@demo.example", { scripts: false });
  for (const batch of [batches.pictures]) {
    await member.go(`/batches/${batch}/hazards`);
    await member.press(`form[action^="/batches/${batch}/"] button`);
  }
  const claim = member.path();
  assert.match(claim, /^\/claims\//);
  assert.deepEqual([...new Set(member.fetched)], ["?w=24"], "nothing clear");
  await member.page.fill('textarea[name="answer"]', "Strike: 10,10 200,10 200,200");
  await member.press("[data-ask]");
  assert.equal(`${member.path()}${new URL(member.page.url()).search}`, `${claim}?show=1`);
  assert.ok(member.fetched.includes("?w=960"), `${member.fetched}`);
  assert.equal(await member.page.inputValue('textarea[name="answer"]'), "Strike: 10,10 200,10 200,200");
  await member.shoot("hazards-picture-shown-360-en-noscript");
  member.fetched.length = 0;
  await member.press("[data-ask]");
  assert.equal(await member.page.inputValue('textarea[name="answer"]'), "Strike: 10,10 200,10 200,200");
  assert.deepEqual([...new Set(member.fetched)], ["?w=24"], "hidden again");
  await member.shoot("hazards-picture-360-en-noscript");
  await member.press(`form[action="${claim}/leave"] button`);
  assert.match(await member.text(), /Nothing was lost/);

  await member.go(`/batches/${batches.texts}/hazards`);
  await member.press(`form[action^="/batches/${batches.texts}/"] button`);
  const passage = member.page.locator(".passage");
  assert.equal(await passage.isVisible(), false);
  await member.page.locator("details.veil summary").click();
  assert.match(await passage.innerText(), /thornapple/);
  await member.page.locator("details.veil summary").click();
  assert.equal(await passage.isVisible(), false);
  await member.press(`form[action$="/leave"] button`);
  // Taken back: it is asked for again.
  await member.go("/work/hazards");
  await member.press('form[action$="/withdraw"] button');
  await member.go("/work");
  assert.equal(await member.page.locator(`form[action="/batches/${batches.texts}/claim"]`).count(), 0);
  assert.deepEqual(member.faults, []);
});
