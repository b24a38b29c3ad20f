// Long video or lidar in another tool, from the ready-made form to pay: a small server here is the tool. The member's phone is 360
// pixels wide and on 3G; the tool's page posts the result from the browser, as docs/external-tools.md says.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { promisify } from "node:util";
import { enter, file, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

const SLOW = { offline: false, latency: 300, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const RESULT = { scan: "dawn/1", boxes: [{ t: 0, at: [12.5, 3, 0.4], size: [4.2, 1.8, 1.5], label: "car" }] };
const BYTES = Buffer.from(JSON.stringify(RESULT));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A tool's page: it does the work when its button is pressed, and posts the result by what stands behind the # of its address. */
const PAGE = `<!doctype html><title>A lidar tool</title><meta name="viewport" content="width=device-width,initial-scale=1"><h1></h1><button>Done</button><p id="said"></p><script>
const given = new URLSearchParams(location.hash.slice(1));
document.querySelector("h1").textContent = given.get("item");
document.querySelector("button").addEventListener("click", async () => {
  const answer = await fetch(given.get("post") + "?name=scan.json", { method: "POST", body: ${JSON.stringify(JSON.stringify(RESULT))}, headers: { Authorization: "Bearer " + given.get("token"), "Content-Type": "application/json" } });
  const told = await answer.json();
  document.getElementById("said").textContent = answer.ok ? "Sent: " + told.result.sha256 : told.title;
});
</script>`;

let demo, browser, tool, asked = [];
before(async () => {
  tool = createServer((request, response) => {
    asked.push({ url: request.url, referer: request.headers.referer, cookie: request.headers.cookie });
    response.setHeader("Content-Type", "text/html").end(PAGE);
  });
  await new Promise((ready) => tool.listen(0, "127.0.0.1", ready));
  demo = await startDemo();
  browser = await startBrowser();
});
after(async () => { await browser?.close(); await demo?.stop(); tool?.close(); });

// Another name than the demonstration's: cookies do not tell ports apart.
const host = () => `localhost:${tool.address().port}`;
const link = () => `http://${host()}/annotate?scan={item}#item={item}&token={token}&post={post}`;

async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page, context } = visit;
  page.setDefaultTimeout(60_000);
  if (who.includes("@")) await signIn(page, demo.address, who); else await enter(page, demo.address, who);
  const language = options.language ?? "en";
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  return {
    ...visit,
    go: (path) => page.goto(`${demo.address}${path}`),
    press: (selector) => Promise.all([page.waitForNavigation(), options.mobile ? page.locator(selector).first().tap() : page.locator(selector).first().click()]),
    text: () => page.locator("main").innerText(),
    shot: (name) => page.screenshot({ path: join(shots, `external-${name}-${language}.png`), fullPage: true }),
  };
}

/** From the desk to an open batch, by what can be pressed. */
async function open(client, title, items, language = "en") {
  const { page, press, go } = client;
  await go("/desk/C-1/batch");
  await press('main a[href="/desk/C-1/batch?of=tool"]');
  for (const [name, value] of Object.entries({ title, price: "9.00", seconds: "600", copies: "1" })) await page.fill(`main [name="${name}"]`, value);
  await press('form[action="/desk/C-1/batch"] button');
  const batch = new URL(page.url()).pathname;
  await page.setInputFiles('input[name="items"]', { name: "scans.csv", mimeType: "text/csv", buffer: Buffer.from(`id,payload\n${items.map((id) => `${id},"Box every car and lorry."`).join("\n")}\n`) });
  await press(`form[action="${batch}/items"] button`);
  // The ready-made form's own link leads nowhere: the batch does not open with it.
  await press(`form[action="${batch}/open"] button`);
  assert.match(await page.locator("main").innerText(), /tool\.example/);
  await go(`${batch}/questions/result`);
  await client.shot("question-1280");
  await page.fill('[name="link"]', link());
  await press(`form[action="${batch}/questions/result"] button`);
  await go(`${batch}/preview`);
  await client.shot("preview-1280");
  assert.match(await page.locator(".tool a.btn").getAttribute("href"), /token=preview&post=/);
  await go(batch);
  await press(`form[action="${batch}/open"] button`);
  assert.equal(new URL(page.url()).pathname, batch, await client.text());
  return batch;
}

async function phone(options = {}) {
  const member = await as("member", { width: 360, mobile: true, ...options });
  const session = await member.context.newCDPSession(member.page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", SLOW);
  return member;
}

const isNarrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth && innerWidth <= 360);
/** Nothing that can be pressed is smaller than a finger. */
const tooSmall = (page) => page.evaluate(() => [...document.querySelectorAll("main .tool a.btn, main .tool button, main .tool summary, main .tool input[type=file], main .tool textarea")].filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height]).filter(([, height]) => height < 43.5));

test("a tool is opened by the member's press, posts back, and the member submits, is paid, and the client takes the file away", async () => {
  const client = await as("k-1@demo.example"), reviewer = await as("reviewer"), member = await phone();
  const batch = await open(client, "A street at dawn", ["dawn/1"]);
  const { page } = member;
  await member.go("/work");
  await page.locator(`form[action="${batch}/claim"] button`).scrollIntoViewIfNeeded();
  await member.press(`form[action="${batch}/claim"] button`);
  const claim = new URL(page.url()).pathname;
  assert.match(await member.text(), new RegExp(`Opens ${host()} in a new tab`));
  assert.ok(!(await page.content()).includes("token"), "no page of ours holds a token");
  await member.shot("bench-empty-360");
  assert.deepEqual(await tooSmall(page), []);
  await page.locator('textarea[name="remark"]').fill("one lorry is half hidden");

  // The tool, in a tab of its own: it knows neither where it was opened from nor any cookie.
  const [tab] = await Promise.all([member.context.waitForEvent("page"), page.locator(".tool a.btn").tap()]);
  await tab.waitForLoadState();
  assert.equal(await tab.locator("h1").innerText(), "dawn/1");
  assert.equal(await tab.evaluate(() => `${document.referrer}|${window.opener}`), "|null");
  assert.deepEqual(asked.filter(({ url }) => url.startsWith("/annotate")), [{ url: "/annotate?scan=dawn%2F1", referer: undefined, cookie: undefined }]);
  await tab.locator("button").click();
  await tab.locator("#said", { hasText: "Sent:" }).waitFor();
  assert.equal(await tab.locator("#said").innerText(), `Sent: ${sha256(BYTES)}`);
  const token = new URLSearchParams(new URL(tab.url()).hash.slice(1)).get("token");
  await tab.close();

  // Back at the bench it is there by itself, and what was typed still is.
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await page.locator("[data-came]", { hasText: "The tool has sent its result: scan.json" }).waitFor();
  assert.equal(await page.locator('textarea[name="remark"]').inputValue(), "one lorry is half hidden");
  await page.locator('.choice:has(input[name="whole"])').nth(1).tap();
  await member.shot("bench-came-360");
  assert.ok(await isNarrow(page));
  await member.press('.under button[form="answer"]');
  assert.equal(new URL(page.url()).searchParams.get("sent"), claim.split("/")[2], await member.text());

  // The token ended with it.
  const late = await fetch(`${demo.address}/tool/result`, { method: "POST", body: "{}", headers: { Authorization: `Bearer ${token}` } });
  assert.deepEqual([late.status, (await late.json()).title], [401, "tool-token"]);

  await reviewer.go("/reviews");
  await reviewer.press(`.row:has(a[href="${batch}/review"]) .go a`);
  for (const width of [360, 1280]) {
    await reviewer.page.setViewportSize({ width, height: 800 });
    assert.ok(await reviewer.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `the review at ${width}`);
    await reviewer.shot(`review-${width}`);
  }
  const [seen] = await Promise.all([reviewer.page.waitForEvent("download"), reviewer.page.locator('a[href$="/result"]').click()]);
  assert.deepEqual(readFileSync(await seen.path()), BYTES);
  await reviewer.press('form[action$="/accept"] button');
  assert.match(await reviewer.text(), /One piece is accepted: 9\.00\sUSD/);
  await member.go("/pay");
  assert.equal(await page.locator(".row", { hasText: "A street at dawn" }).first().locator(".hour").innerText(), "7.20");

  await client.go("/desk/C-1");
  await client.shot("desk-1280");
  const [lines] = await Promise.all([client.page.waitForEvent("download"), client.page.locator('a[href$="results.jsonl"]').click()]);
  const own = readFileSync(await lines.path(), "utf8").trim().split("\n").map(JSON.parse).filter(({ item }) => item === "dawn/1");
  assert.deepEqual(own.map(({ answer }) => answer), [{
    remark: "one lorry is half hidden", whole: "Partly",
    result: { name: "scan.json", bytes: BYTES.length, sha256: sha256(BYTES), download: `/desk/C-1/results/${sha256(BYTES)}` },
  }]);
  const [zip] = await Promise.all([client.page.waitForEvent("download"), client.page.locator('a[href$="results.zip"]').click()]);
  const { stdout } = await promisify(execFile)("python3", ["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(sorted(z.namelist())); print(z.read(sys.argv[2]).decode())", await zip.path(), `files/${sha256(BYTES)}.json`]);
  assert.equal(stdout, `['files/${sha256(BYTES)}.json', 'results.jsonl']\n${BYTES}\n`);
  for (const person of [client, reviewer]) assert.deepEqual(person.faults, []);
  assert.deepEqual(member.faults.filter((fault) => !fault.startsWith(`other site: http://${host()}/annotate`)), [], "our page asks nobody else");
});

test("by hand: a file with a script, pasted without one, and the lines of docs/external-tools.md", async () => {
  const client = await as("k-1@demo.example", { language: "fr" });
  const batch = await open(client, "Une rue à l’aube", ["aube/1", "aube/2"], "fr");
  const member = await phone({ language: "fr" }), { page } = member;
  await member.go("/work");
  await member.press(`form[action="${batch}/claim"] button`);
  const claim = new URL(page.url()).pathname;
  await page.locator('textarea[name="remark"]').fill("tout est là");
  await page.locator(".tool summary").tap();
  await member.shot("bench-hand-360");
  assert.deepEqual(await tooSmall(page), []);
  await page.setInputFiles('input[name="result-file"]', { name: "relevé.zip", mimeType: "application/zip", buffer: Buffer.from("PK\x03\x04zip") });
  await member.press('.tool details button');
  assert.equal(page.url(), `${demo.address}${claim}`, "the address says nothing of it, so opening it again drops nothing");
  assert.match(await member.text(), /Vous avez envoyé le résultat\s: aube-1\.zip/);
  assert.equal(await page.locator('textarea[name="remark"]').inputValue(), "tout est là");
  assert.equal(await page.locator(".kept p").count(), 0, "nothing waits on the device");
  await member.shot("bench-sent-360");

  // As the page for makers of tools says it, with the token that a press gives.
  const address = await page.evaluate(async (path) => (await fetch(path, { redirect: "manual" })).type, `${claim}/tool`);
  assert.equal(address, "opaqueredirect");
  const [tab] = await Promise.all([member.context.waitForEvent("page"), page.locator(".tool a.btn").tap()]);
  await tab.waitForLoadState();
  const token = new URLSearchParams(new URL(tab.url()).hash.slice(1)).get("token");
  await tab.close();
  const said = readFileSync(file("docs/external-tools.md"), "utf8").match(/ {4}(curl [^]*?)\n\n/)[1];
  const scan = join(demo.data, "scan-0042.json");
  writeFileSync(scan, BYTES);
  const command = said.replace("@scan-0042.json", `@${scan}`).replace("TOKEN", token).replace("https://coop.example", demo.address);
  const { stdout } = await promisify(execFile)("bash", ["-c", command.replace("curl ", "curl -s ")]);
  const { fresh, result } = JSON.parse(stdout);
  assert.deepEqual([fresh, result.name, result.kind, result.from, result.bytes, result.sha256], [true, "scan-0042.json", "json", "tool", BYTES.length, sha256(BYTES)]);
  assert.deepEqual(Object.keys(result).sort(), Object.keys(JSON.parse(readFileSync(file("docs/external-tools.md"), "utf8").match(/ {4}(\{"fresh":true.*)/)[1]).result).sort(), "the page shows every member");
  await page.reload();
  assert.match(await member.text(), /L’outil a envoyé son résultat\s: scan-0042\.json.*Il a remplacé un résultat précédent\./);
  await member.press('form[action$="/release"] button');

  const plain = await as("member", { width: 360, language: "fr", scripts: false });
  await plain.go("/work");
  await plain.press(`form[action="${batch}/claim"] button`);
  await plain.page.locator(".tool summary").click();
  await plain.page.fill('textarea[name="result-text"]', "image,étiquette\n1,voiture\n");
  await plain.page.fill('textarea[name="remark"]', "collé");
  await plain.press(".tool details button");
  assert.match(await plain.text(), /Vous avez envoyé le résultat\s: aube-1\.txt/);
  assert.equal(await plain.page.locator('textarea[name="remark"]').inputValue(), "collé");
  await plain.page.locator('input[name="whole"]').first().check();
  await plain.press('.under button[form="answer"]');
  assert.match(plain.page.url(), /sent=/);
  for (const width of [1280, 360]) {
    await client.page.setViewportSize({ width, height: 800 });
    await client.go("/desk/C-1");
    await client.shot(`desk-${width}`);
    await client.go(`${batch}/preview`);
    await client.shot(`preview-${width}`);
  }
  assert.deepEqual([...client.faults, ...plain.faults], []);
});
