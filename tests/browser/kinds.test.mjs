// Each kind of work, from its ready-made form to pay: the client's desk, a phone of 360 pixels on 3G, the reviewer, the balance, the file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { PICTURE, drawingOn, fingersOn, near } from "./drawing.mjs";
import { enter, selectWords, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";
import { photograph, zip } from "./pictures.mjs";

/** 3G as Chromium's own tools have it: 1.6 Mbit/s down, 750 kbit/s up, 300 ms. */
const SLOW = { offline: false, latency: 300, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

let demo, browser, member, reviewer;
const clients = {}, pictures = {};
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  // Text that can hurt belongs to the contract that says so.
  for (const [contract, email] of [["C-1", "k-1@demo.example"], ["C-2", "k-2@demo.example"]]) clients[contract] = await as(email);
  member = await as("member", { width: 360, mobile: true });
  const session = await member.context.newCDPSession(member.page);
  await session.send("Network.enable");
  member.network = (conditions) => session.send("Network.emulateNetworkConditions", conditions);
  reviewer = await as("reviewer");
  pictures.street = await photograph(browser, `<g transform="scale(1.25)">${PICTURE.replace(/<\/?svg[^>]*>/g, "")}</g>`);
  pictures.face = await photograph(browser, FACE);
});
after(async () => { await browser?.close(); await demo?.stop(); });

/** Somebody in a browser of their own, who counts the pages they see, what they press and what they fill in. */
async function as(who, options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page, context } = visit;
  page.setDefaultTimeout(15_000);
  const counted = { pages: 0, presses: 0, fields: 0 };
  page.on("framenavigated", (frame) => { if (frame === page.mainFrame()) counted.pages += 1; });
  if (who.includes("@")) {
    await signIn(page, demo.address, who);
    counted.presses += 1;
    counted.fields += 2;
  } else await enter(page, demo.address, who);
  const speak = (lang) => context.request.post(`${demo.address}/language`, { form: { lang, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  const go = (path) => page.goto(`${demo.address}${path}`);
  const press = async (selector) => {
    counted.presses += 1;
    const target = page.locator(selector).first();
    await Promise.all([page.waitForNavigation(), options.mobile ? target.tap() : target.click()]);
  };
  const fill = async (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`main [name="${name}"]`).first();
      if (await field.evaluate((element) => element.tagName === "SELECT")) await field.selectOption(value);
      else await field.fill(value);
      counted.fields += 1;
    }
  };
  return { ...visit, counted, speak, go, press, fill, text: () => page.locator("main").innerText() };
}

/** 800 × 600: somebody before a wall, the hair above the forehead. */
const FACE = `<rect width="800" height="600" fill="#b9c4c0"/><rect y="430" width="800" height="170" fill="#8f8474"/><path d="M180 600q20-150 220-160 200 10 220 160z" fill="#31506b"/><path d="M350 400h100v70q-50 30-100 0z" fill="#8a5a3c"/><ellipse cx="400" cy="290" rx="112" ry="146" fill="#a06b48"/><path d="M284 280q-10-170 116-170t116 170q-20-70-60-90-60 26-120 0-36 20-52 90z" fill="#241a15"/><g fill="#fff"><ellipse cx="355" cy="280" rx="22" ry="12"/><ellipse cx="445" cy="280" rx="22" ry="12"/></g><circle cx="355" cy="280" r="9"/><circle cx="445" cy="280" r="9"/><path d="M398 290q-16 46-8 52h20" fill="none" stroke="#6f452c" stroke-width="5"/><path d="M355 378q45 26 90 0" fill="none" stroke="#5d2620" stroke-width="9"/>`;

/* Answering as a phone does: each gives back what the client is to find. */
const keys = () => member.page.keyboard;
/** Taps the choice at this place of a question; its words. */
async function choose(name, place) {
  const choice = member.page.locator(".choice", { has: member.page.locator(`input[name="${name}"]`) }).nth(place);
  await choice.tap();
  return choice.locator("b").innerText();
}
/** Taps a field, and types. */
async function write(name, words, place = 0) {
  await member.page.locator(`textarea[name="${name}"]`).nth(place).tap();
  await keys().insertText(words);
  return words;
}
/** Selects these words of the text and taps the label at this place. */
async function mark(passage, words, place) {
  const start = [...passage.slice(0, passage.indexOf(words))].length, end = start + [...words].length;
  await selectWords(member.page, start, end);
  const label = member.page.locator(".labels [data-label]").nth(place);
  await label.scrollIntoViewIfNeeded();
  const seen = await member.page.locator(".passage").evaluate((text) => text.getBoundingClientRect().bottom);
  assert.ok(seen > 40, `the text is in sight while it is marked: it ends at ${seen}`);
  await label.tap();
  return { start, end, label: await label.getAttribute("data-label"), text: words };
}
/** What the field says, as the client gets it: tenths of a pixel, wherever an outline begins and whichever way it goes. */
const outlines = (shapes) => shapes.map(({ label, points }) => [label, points.map((point) => point.map((part) => Math.round(part * 10)).join()).sort()]);
/** Tab after Tab, until the focus is there. */
async function tabTo(selector) {
  for (let tries = 0; !(await member.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)); tries += 1) {
    assert.ok(tries < 120, `Tab reaches ${selector}`);
    await keys().press("Tab");
  }
}

const CAR = [[80, 330], [110, 280], [220, 280], [250, 330], [250, 378], [80, 378]].map((point) => point.map((part) => part * 2.5));
const VAN = [[330, 340], [440, 340], [440, 390], [330, 390]].map((point) => point.map((part) => part * 2.5));
/** From the hairline to the chin. */
const OVAL = [[920, 390], [1010, 480], [1020, 640], [950, 800], [800, 870], [650, 800], [580, 640], [590, 480], [680, 390], [800, 410]];

const MAIL = { en: "My parcel came a week late, and the box was crushed. The lamp itself is fine. La prochaine fois, écrivez-moi avant.", fr: "Mon colis est arrivé avec une semaine de retard et le carton était écrasé. La lampe, elle, va bien. Next time, write to me first." };
const CLAIMS = "The river Nile is the longest river of Africa. It flows from north to south, and ends in the Mediterranean Sea.";
const LAMP = "A lamp that is left on all day uses as much power as a kettle that boils for six minutes. Switching it off at noon saves half of that.";
const HARSH = { en: "You people are all the same. Come to my street once more and I will break your windows.", fr: "Vous êtes tous les mêmes. Revenez dans ma rue et je vous casse les vitres." };
const EGG = "How do I boil an egg?";
const EGGS = ["Put it in boiling water for eight minutes, then in cold water.", "Eggs are boiled in water until they are done.", "Never boil an egg: it explodes.\n\nFry it."];
const csv = (...lines) => lines.map((cells) => cells.map((cell) => `"${cell}"`).join(",")).join("\n");

/** Each: what the batch is called, what it shows, its items, and how a member answers; given back is what the client is to find. */
const KINDS = {
  "sort-texts": {
    title: { en: "Letters to a lamp shop", fr: "Lettres à un magasin de lampes" },
    items: (id, language) => csv(["id", "payload"], [id, MAIL[language]]),
    answer: async () => ({ topic: await choose("topic", 1), tone: await choose("tone", 2), language: await write("language", "Français") }),
  },
  "sort-photos": {
    title: { en: "Photos for a map", fr: "Photos pour une carte" }, pictures: ["street"],
    answer: async () => ({ scene: await choose("scene", 1), shown: [await choose("shown", 2), await choose("shown", 4)], usable: await choose("usable", 0) }),
  },
  factual: {
    title: { en: "Lines on rivers", fr: "Des lignes sur les fleuves" }, items: (id) => csv(["id", "payload"], [id, CLAIMS]),
    answer: async () => {
      const factual = await choose("factual", 1);
      const claims = [await mark(CLAIMS, "the longest river of Africa", 0), await mark(CLAIMS, "from north to south", 1)];
      assert.equal(await member.page.locator(".passage mark").count(), 2);
      return { factual, claims, source: await write("source", "https://en.wikipedia.org/wiki/Nile") };
    },
  },
  write: {
    title: { en: "Questions on saving power", fr: "Questions sur l’énergie" }, items: (id) => csv(["id", "payload"], [id, LAMP]),
    answer: async () => {
      const first = { question: await write("pairs", "How long must a kettle boil to use as much as the lamp?", 0), answer: await write("pairs", "Six minutes.", 1) };
      await member.page.locator("[data-more]").tap();
      return { pairs: [first, { question: await write("pairs", "What does switching off at noon save?", 2), answer: await write("pairs", "Half of it.", 3) }] };
    },
  },
  rate: {
    title: { en: "Two answers about eggs", fr: "Deux réponses sur les œufs" }, items: (id) => csv(["id", "payload", "a", "b"], [id, EGG, EGGS[0], EGGS[1]]),
    answer: async () => {
      await choose("better", 0);
      const better = { choice: "a", reason: await write("better", "It says how long, and what to do then.") };
      return { better, faults_b: [await choose("faults_b", 1), await choose("faults_b", 2)] };
    },
  },
  rank: {
    title: { en: "Three answers about eggs", fr: "Trois réponses sur les œufs" }, items: (id) => csv(["id", "payload", "a", "b", "c"], [id, EGG, EGGS[1], EGGS[2], EGGS[0]]),
    answer: async () => {
      for (const place of [2, 0, 1]) await member.page.locator(".place b").nth(place).tap();
      return { order: ["c", "a", "b"], best_fit: await choose("best_fit", 1), remark: await write("remark", "Say how large the egg is.") };
    },
  },
  moderate: {
    title: { en: "Comments under a film", fr: "Commentaires sous un film" }, contract: "C-2", items: (id, language) => csv(["id", "payload"], [id, HARSH[language]]),
    answer: async (language) => {
      const harm = await choose("harm", 2), categories = [await choose("categories", 0), await choose("categories", 4)];
      return { harm, categories, passages: [await mark(HARSH[language], { en: "I will break your windows", fr: "je vous casse les vitres" }[language], 0)] };
    },
  },
  contours: {
    title: { en: "Crossings at dusk", fr: "Carrefours au crépuscule" }, pictures: ["street", "street"],
    answer: async () => {
      const drawing = await drawingOn(member.page, [1600, 1200]), fingers = await fingersOn(member.page, drawing);
      for (const point of [...CAR, CAR[0]]) await fingers.tap(...point);
      await member.page.locator('.drawing [role="group"] button', { hasText: /(Bus or lorry|Bus ou camion)$/ }).tap();
      await member.page.locator(".drawing button", { hasText: /^(Polygon|Polygone)$/ }).tap();
      for (const point of VAN) await fingers.tap(...point);
      await member.page.locator(".drawing button", { hasText: /^(Close|Fermer)$/ }).tap();
      const drawn = await drawing.lines();
      assert.equal(drawn.length, 2, await drawing.text());
      [CAR, VAN].forEach((points, n) => points.forEach((point, at) => assert.ok(near(drawn[n].points[at], point, 4), `${drawn[n].points[at]} is ${point}`)));
      return { objects: outlines(drawn), complete: await choose("complete", 0) };
    },
  },
  face: {
    title: { en: "Portraits for a photo booth", fr: "Portraits pour un photomaton" }, pictures: ["face"], byKeys: true,
    answer: async () => {
      const drawing = await drawingOn(member.page, [1600, 1200]);
      await tabTo(".stage");
      let [x, y] = [800, 600];
      for (const point of OVAL) {
        for (; x !== point[0]; x += Math.sign(point[0] - x) * 10) await keys().press(point[0] > x ? "Shift+ArrowRight" : "Shift+ArrowLeft");
        for (; y !== point[1]; y += Math.sign(point[1] - y) * 10) await keys().press(point[1] > y ? "Shift+ArrowDown" : "Shift+ArrowUp");
        await keys().press(" ");
      }
      await keys().press("Enter");
      const drawn = await drawing.lines();
      assert.deepEqual(drawn.map(({ points }) => points), [OVAL], "every key is a place on the picture");
      await tabTo('input[name="hidden"]');
      await keys().press(" ");
      return { faces: outlines(drawn), hidden: await member.page.locator(".choice", { has: member.page.locator('input[name="hidden"]') }).first().locator("b").innerText() };
    },
  },
};

/** From the desk to an open batch, by what can be pressed. */
async function open(client, contract, code, language) {
  const { title, items, pictures: names } = KINDS[code], id = `${code}-${language}`;
  const { page, press } = client;
  if (new URL(page.url()).pathname !== "/desk") await press('a[href="/desk"]');
  await press(`main a[href="/desk/${contract}"]`);
  await press(`main a[href="/desk/${contract}/batch"]`);
  await press(`main a[href="/desk/${contract}/batch?of=${code}"]`);
  await client.fill({ title: title[language], price: "9.00", seconds: "600", copies: "1" });
  await press(`form[action="/desk/${contract}/batch"] button`);
  const batch = new URL(page.url()).pathname;
  const file = names
    ? { name: `${id}.zip`, mimeType: "application/zip", buffer: zip(names.map((name, n) => [`${id}/${n + 1}.jpg`, pictures[name]])) }
    : { name: `${id}.csv`, mimeType: "text/csv", buffer: Buffer.from(items(`${id}/1`, language)) };
  await page.setInputFiles('input[name="items"]', file);
  client.counted.fields += 1;
  await press(`form[action="${batch}/items"] button`);
  await page.screenshot({ path: join(shots, `kinds-${code}-draft-1280-${language}.png`), fullPage: true });
  await press(`form[action="${batch}/open"] button`);
  assert.equal(new URL(page.url()).pathname, batch, await client.text());
  return batch;
}

/** What is wrong with a page on a phone: too wide, too small to be pressed, or a button that something covers. */
const wrongOn = (page) => page.evaluate(() => {
  const wrong = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth || innerWidth > 360) wrong.push(`${root.scrollWidth} of ${innerWidth} px wide`);
  const targets = "main button, main summary, main select, main textarea, main input:not([type=hidden]), main h3 a, main a.seal, .whole a, .mast a, .foot a, .foot button";
  for (const element of document.querySelectorAll(targets)) {
    const target = element.closest("label") ?? element, box = target.getBoundingClientRect();
    if (!target.checkVisibility() || target.matches(".vh")) continue;
    if (box.height < 43.5 || box.width < 43.5) wrong.push(`${Math.round(box.width)} × ${Math.round(box.height)} px: ${target.outerHTML.slice(0, 120)}`);
  }
  const submit = document.querySelector(".under .btn:last-child");
  if (!submit) return wrong;
  const box = submit.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!submit.contains(there) || box.bottom > innerHeight || box.right > innerWidth) wrong.push(`the button is covered by ${there?.outerHTML.slice(0, 120)}`);
  // At the end of the page nothing is left below the buttons.
  const [x, y] = [scrollX, scrollY];
  scrollTo(0, root.scrollHeight);
  const last = Math.max(...[...document.querySelectorAll(".foot, .ask")].map((part) => part.getBoundingClientRect().bottom));
  if (last > document.querySelector(".under").getBoundingClientRect().top + 1) wrong.push(`the page ends at ${last}, under its buttons`);
  scrollTo(x, y);
  return wrong;
});

const itemReady = async () => {
  const item = member.page.locator("img.pic, .passage").first();
  await item.waitFor();
  await item.evaluate((element) => (element.tagName === "IMG" ? element.decode() : null));
};

/** On the phone and on 3G: found on the board, claimed, answered, handed in. */
async function work(batch, code, language) {
  const { byKeys, answer, pictures: names } = KINDS[code], { page } = member;
  await member.network(SLOW);
  await member.go("/work");
  assert.deepEqual(await wrongOn(page), []);
  // What may hurt is read and agreed to first.
  const read = `a[href="${batch}/hazards"]`, asks = await page.locator(read).count();
  if (asks) await member.press(read);
  const claim = `form[action="${batch}/${asks ? "hazards" : "claim"}"] button`;
  let begun;
  if (byKeys) {
    await tabTo(claim);
    begun = Date.now();
    await Promise.all([page.waitForNavigation(), keys().press("Enter")]);
  } else {
    await page.locator(claim).scrollIntoViewIfNeeded();
    begun = Date.now();
    await member.press(claim);
  }
  const veil = page.locator(".veil summary");
  if (await veil.count()) await veil.click();
  await itemReady();
  const times = [Date.now() - begun], held = new URL(page.url()).pathname.split("/")[2];
  await page.screenshot({ path: join(shots, `kinds-${code}-empty-360-${language}.png`) });
  const wanted = await answer(language);
  assert.deepEqual(await wrongOn(page), []);
  await page.screenshot({ path: join(shots, `kinds-${code}-bench-360-${language}.png`) });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(shots, `kinds-${code}-whole-360-${language}.png`), fullPage: true });
  const submit = '.under button[form="answer"]';
  if (byKeys) {
    await tabTo(submit);
    begun = Date.now();
    await Promise.all([page.waitForNavigation(), keys().press("Enter")]);
  } else {
    begun = Date.now();
    await member.press(submit);
  }
  assert.equal(new URL(page.url()).searchParams.get("sent"), held, await member.text());
  if (names?.length > 1) {
    await itemReady();
    times.push(Date.now() - begun);
    await member.press('form[action$="/release"] button');
  }
  await member.network(FAST);
  return { wanted, times };
}

/** One line of the client's file, its outlines as they were drawn. */
const answerOf = ({ answer }) => Object.fromEntries(Object.entries(answer).map(([name, value]) => [
  name,
  value[0]?.points_tenths ? value.map(({ label, points_tenths: points }) => [label, points.map((point) => point.join()).sort()]) : value,
]));

const ACCEPTED = { en: /One piece is accepted: 9\.00\sUSD/, fr: /9,00\sUSD/ };
const STORIES = [...Object.keys(KINDS).map((code) => [code, "en"]), ["contours", "fr"], ["moderate", "fr"]];

for (const [code, language] of STORIES) {
  test(`${code} in ${language}: from the ready-made form to pay`, async () => {
    const { title, contract = "C-1" } = KINDS[code], client = clients[contract], began = Date.now();
    for (const person of [client, member, reviewer]) await person.speak(language);
    const batch = await open(client, contract, code, language);
    // As docs/answers.md says.
    if (code === "sort-texts") assert.deepEqual(client.counted, { pages: 8, presses: 7, fields: 7 });

    const { wanted, times } = await work(batch, code, language);

    // Reviewed on a wide screen, which a narrow one shows as well.
    await reviewer.go("/reviews");
    await reviewer.press(`.row:has(a[href="${batch}/review"]) .go a`);
    const shown = reviewer.page.locator(".edge");
    if (code === "contours" || code === "face") await shown.first().waitFor();
    for (const width of [1280, 360]) {
      await reviewer.page.setViewportSize({ width, height: 800 });
      assert.ok(await reviewer.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `the review at ${width}`);
      await reviewer.page.screenshot({ path: join(shots, `kinds-${code}-review-${width}-${language}.png`), fullPage: true });
    }
    await reviewer.page.setViewportSize({ width: 1280, height: 800 });
    await reviewer.press('form[action$="/accept"] button');
    assert.match(await reviewer.text(), ACCEPTED[language]);

    // The member's balance has the sum, why, and the entry.
    const { page } = member;
    await member.go("/pay");
    assert.deepEqual(await wrongOn(page), []);
    const row = page.locator(".row", { hasText: title[language] }).first(), share = language === "fr" ? "7,20" : "7.20";
    assert.equal(await row.locator(".hour").innerText(), share);
    await page.screenshot({ path: join(shots, `kinds-${code}-pay-360-${language}.png`) });
    await Promise.all([page.waitForNavigation(), row.locator('a.seal[href^="/ledger/"]').last().tap()]);
    assert.ok((await member.text()).includes(share), "the entry has the member's share");
    assert.deepEqual(await wrongOn(page), []);

    // The client takes the answer away as it was given.
    await client.go(`/desk/${contract}`);
    const [download] = await Promise.all([client.page.waitForEvent("download"), client.page.locator('a[href$="results.jsonl"]').click()]);
    const lines = readFileSync(await download.path(), "utf8").trim().split("\n").map(JSON.parse);
    const own = lines.filter(({ item }) => item.startsWith(`${code}-${language}/`));
    assert.deepEqual(own.map(answerOf), [wanted]);
    assert.ok(!JSON.stringify(own).includes("M-"), "no person");
    for (const person of [client, member, reviewer]) assert.deepEqual(person.faults, []);
    console.log(`${code} in ${language}: ${times.map((time) => `${(time / 1000).toFixed(1)} s`).join(", next item ")} from press to item on 3G; the story ${((Date.now() - began) / 1000).toFixed(0)} s`);
  });
}
