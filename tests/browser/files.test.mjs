// A client sends a ZIP of pictures, and a member on a phone sees the first one: upright, light, and nobody else's.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter, shots, startBrowser, startDemo, visitor } from "./harness.mjs";
import { png, zip } from "./pictures.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

async function as(who, options) {
  const visit = await visitor(browser, demo.address, options);
  await enter(visit.page, demo.address, who);
  const speak = (lang) => visit.context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  await speak("en");
  const go = (path) => visit.page.goto(`${demo.address}${path}`);
  const press = (selector) => Promise.all([visit.page.waitForNavigation(), visit.page.locator(selector).first().click()]);
  return { ...visit, go, press, speak, text: () => visit.page.locator("main").innerText() };
}

/** The page in both languages, at both widths. */
async function pictures(person, path, name) {
  for (const language of ["fr", "en"]) {
    await person.speak(language);
    for (const width of [360, 1280]) {
      await person.page.setViewportSize({ width, height: 800 });
      await person.go(path);
      const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width} in ${language}`);
      await person.page.screenshot({ path: join(shots, `${name}-${width}-${language}.png`), fullPage: true });
    }
  }
}

/** A contract of this client's that takes batches. */
async function contractOf(client) {
  await client.go("/desk");
  const links = await client.page.locator('main a[href^="/desk/C-"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  for (const link of new Set(links)) {
    await client.go(link);
    if (await client.page.locator(`main a[href="${link}/batch"]`).count()) return link.split("/")[2];
  }
  throw new Error(`none of ${links} takes batches`);
}

test("a ZIP of pictures becomes tasks, and a phone sees the first in at most 150 KB", { timeout: 240_000 }, async () => {
  const client = await as("client", { width: 360 });
  const contract = await contractOf(client);
  await client.go(`/desk/${contract}/batch`);
  await client.page.fill('[name="title"]', "Signs at a crossing");
  await client.page.fill('[name="price"]', "5.00");
  await client.page.fill('[name="seconds"]', "120");
  await client.page.selectOption('[name="payload_kind"]', "image");
  await client.page.selectOption('[name="answer_kind"]', "one-choice");
  await client.page.fill('[name="question"]', "Is there a sign?");
  await client.page.fill('[name="choices"]', "Yes\nNo");
  await client.press(`form[action="/desk/${contract}/batch"] button`);
  const batch = client.page.url().match(/\/batches\/([0-9a-f-]+)/)[1];
  const draft = `/batches/${batch}`;

  // What is none is named, and nothing is taken; the page says so through the script, too.
  const first = png(1400, 1050, 1);
  const send = async (name, buffer) => {
    await client.page.setInputFiles('input[name="items"]', { name, mimeType: "application/zip", buffer });
    await client.page.locator(`form[action="${draft}/items"] button`).click();
  };
  await send("bad.zip", zip([["crossing/1.png", first], ["crossing/2.png", Buffer.from("<script>alert(1)</script>")]]));
  await client.page.waitForFunction(() => document.querySelector("main")?.innerText.includes("whatever its name says"));
  assert.match(await client.text(), /crossing\/2\.png is no JPEG, PNG or WebP picture/);
  await client.page.screenshot({ path: join(shots, "files-refused-360-en.png"), fullPage: true });

  await client.go(draft);
  const said = [];
  await client.page.exposeFunction("heard", (words) => { said.push(words); });
  await client.page.evaluate(() => {
    const status = document.querySelector("[data-upload]");
    new MutationObserver(() => globalThis.heard(status.textContent)).observe(status, { childList: true, subtree: true, characterData: true });
  });
  await send("crossing.zip", zip([["crossing/1.png", first], ["crossing/2.png", png(1000, 750, 2)], ["crossing/tall.png", png(300, 1200, 3)]]));
  await client.page.waitForFunction(() => document.querySelector("main")?.innerText.includes("3 tasks"));
  assert.ok(said.some((words) => /has arrived|Sent: \d+ %/.test(words)), said.join("; "));
  assert.match(await client.text(), /A task takes 0\.\d\d MB/);
  await pictures(client, draft, "files-draft");
  await client.go(draft);
  await client.press(`form[action="${draft}/open"] button`);
  assert.equal(new URL(client.page.url()).pathname, draft);

  const member = await as("member", { width: 360 });
  await member.go("/work");
  assert.match(await member.text(), /0\.\d\d MB of your data a task, at first view/);
  const seen = [];
  member.page.on("response", (response) => { if (response.url().includes("/picture")) seen.push(response); });
  await member.press(`form[action="${draft}/claim"] button`);
  const claim = new URL(member.page.url()).pathname;
  const picture = member.page.locator("img.pic");
  await picture.evaluate((image) => image.decode());
  // Of this task; the next one's may be on its way.
  seen.splice(0, seen.length, ...seen.filter((response) => response.url().includes(claim)));
  assert.equal(seen.length, 1);
  const bytes = (await seen[0].body()).length;
  console.log(`first view: ${bytes} bytes of ${first.length}`);
  assert.ok(bytes <= 150_000, `${bytes} bytes at first view`);
  assert.equal(seen[0].headers()["content-type"], "image/jpeg");
  const box = await picture.evaluate((image) => ({ natural: image.naturalWidth, shown: image.clientWidth, high: image.clientHeight, says: [image.width, image.getAttribute("height")], alt: image.alt }));
  assert.equal(box.shown, 360);
  assert.equal(Math.round(box.high), 270, "its place is kept before it comes");
  assert.ok(box.natural <= 960 && box.natural >= 360);
  assert.match(box.alt, /crossing\/1\.png/);
  const whole = await member.page.locator(".whole a").getAttribute("href");
  const full = await member.context.request.get(`${demo.address}${whole}`);
  assert.equal(full.headers()["content-type"], "image/png");
  assert.ok((await full.body()).length > 1_000_000 && !(await full.body()).includes("Somebody"));
  await pictures(member, claim, "files-workbench");
  await pictures(member, "/work", "files-board");

  // To anybody else it is not there, and without an account neither.
  const treasurer = await as("treasurer", {});
  const status = async (person, path) => (await person.context.request.get(`${demo.address}${path}`, { maxRedirects: 0 })).status();
  assert.equal(await status(treasurer, whole), 404);
  assert.equal(await status(await visitor(browser, demo.address), whole), 303);

  // Handed in: whoever judges it sees it beside the answer.
  await member.page.setViewportSize({ width: 360, height: 740 });
  await member.go(claim);
  await member.page.check('input[value="Yes"]');
  await member.press('.under button[form="answer"]');
  await pictures(client, claim.replace("claims", "reviews"), "files-review");
  assert.match(await client.text(), /Full resolution: 1\s400 × 1\s050/);
  for (const person of [client, member]) assert.deepEqual(person.faults, []);
});

test("what is drawn on a picture that is kept is measured on the whole picture, not on its first view", { timeout: 240_000 }, async () => {
  const client = await as("client", {});
  const contract = await contractOf(client);
  await client.go(`/desk/${contract}/batch`);
  for (const [name, value] of [["title", "Signs outlined"], ["price", "5.00"], ["seconds", "120"], ["question", "Outline each sign."], ["choices", "sign\npost"]]) {
    await client.page.fill(`[name="${name}"]`, value);
  }
  await client.page.selectOption('[name="payload_kind"]', "image");
  await client.page.selectOption('[name="answer_kind"]', "polygons");
  await client.press(`form[action="/desk/${contract}/batch"] button`);
  const draft = new URL(client.page.url()).pathname;
  await client.page.setInputFiles('input[name="items"]', { name: "signs.zip", mimeType: "application/zip", buffer: zip([["wide.png", png(1400, 1050, 7)]]) });
  await client.page.locator(`form[action="${draft}/items"] button`).click();
  await client.page.waitForFunction(() => document.querySelector("main")?.innerText.includes("1 task"));
  await client.press(`form[action="${draft}/open"] button`);

  // Typed, beyond the first view's 960 pixels and within the picture's 1400; and first beyond those, too.
  const bare = await as("member", { width: 360, scripts: false });
  await bare.go("/work");
  await bare.press(`form[action="${draft}/claim"] button`);
  const claim = new URL(bare.page.url()).pathname;
  await bare.page.fill("textarea", "sign: 700,0 1500,0 1500,525");
  await bare.press('.under button[form="answer"]');
  assert.match(await bare.text(), /1\s?400/);
  assert.equal(await bare.page.inputValue("textarea"), "sign: 700,0 1500,0 1500,525");
  // The script shows the same draft, on a phone, at its place.
  const member = await as("member", { width: 360 });
  const drawnAt = (page) => page.evaluate(() => {
    const stage = document.querySelector(".stage").getBoundingClientRect(), edge = document.querySelector(".edge").getBoundingClientRect();
    return [(edge.left - stage.left) / stage.width, (edge.right - stage.left) / stage.width].map((share) => Math.round(share * 20) / 20);
  });
  await bare.page.fill("textarea", "sign: 700,0 1400,0 1400,525");
  await bare.press('button[formaction$="/draft"]');
  await member.go(claim);
  await member.page.locator(".edge").first().waitFor();
  assert.deepEqual(await drawnAt(member.page), [0.5, 1]);
  assert.equal(await member.page.locator("img.pic").count() >= 1, true);
  await pictures(member, claim, "files-drawing");
  await bare.press('.under button[form="answer"]');

  // Reviewed on one picture, and taken away with the picture's own size.
  await client.go(claim.replace("claims", "reviews"));
  await client.page.locator(".edge").first().waitFor();
  assert.deepEqual(await drawnAt(client.page), [0.5, 1]);
  await pictures(client, claim.replace("claims", "reviews"), "files-drawn-review");
  await client.go(claim.replace("claims", "reviews"));
  await client.press(`form[action="${claim.replace("claims", "reviews")}/accept"] button`);
  const coco = await (await client.context.request.get(`${demo.address}/desk/${contract}/results.coco.json`)).json();
  assert.deepEqual(coco.images.map(({ file_name, width, height }) => [file_name, width, height]), [["wide.png", 1400, 1050]]);
  for (const person of [client, member, bare]) assert.deepEqual(person.faults, []);
});

test("without scripts a single picture is sent and seen", { timeout: 120_000 }, async () => {
  const client = await as("client", { scripts: false });
  const contract = await contractOf(client);
  await client.go(`/desk/${contract}/batch`);
  for (const [name, value] of [["title", "One sign"], ["price", "5.00"], ["seconds", "120"], ["question", "Is there a sign?"], ["choices", "Yes\nNo"]]) {
    await client.page.fill(`[name="${name}"]`, value);
  }
  await client.page.selectOption('[name="payload_kind"]', "image");
  await client.press(`form[action="/desk/${contract}/batch"] button`);
  const draft = new URL(client.page.url()).pathname;
  await client.page.setInputFiles('input[name="items"]', { name: "sign.png", mimeType: "image/png", buffer: png(640, 480, 5) });
  await client.press(`form[action="${draft}/items"] button`);
  assert.match(await client.text(), /1 task\b/);
  const shown = await client.context.request.get(`${demo.address}${draft}/items/1/picture?w=480`);
  assert.deepEqual([shown.status(), shown.headers()["content-type"]], [200, "image/jpeg"]);
});
