// Our own workbench: a batch of pictures, claimed and submitted one after the other.
import { enter, startDemo, visitor } from "../../tests/browser/harness.mjs";
import { zip } from "../../tests/browser/pictures.mjs";
import { WORK, phone } from "./slow.mjs";

const SUBMIT = '.under button[form="answer"]';

/** Notes when Submit is pressed, and when the task stands there with its picture decoded and painted. */
function note() {
  addEventListener("click", (event) => { if (event.target.closest?.('.under button[form="answer"]')) sessionStorage.pressedAt = performance.timeOrigin + event.timeStamp; }, true);
  const look = () => {
    const image = document.querySelector("img.pic");
    if (!image?.complete || !image.naturalWidth || !document.querySelector('.under button[form="answer"]')) { requestAnimationFrame(look); return; }
    image.decode().then(() => requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.shownAt = performance.timeOrigin + performance.now(); })));
  };
  requestAnimationFrame(look);
}

async function batchOf(browser, address, files) {
  const { context, page } = await visitor(browser, address);
  const press = (selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  await enter(page, address, "client");
  await page.goto(`${address}/desk/C-1/batch`);
  for (const [name, value] of Object.entries({ title: "Signs, one after the other", price: "5.00", seconds: "120", question: "Is there a sign?", choices: "Yes\nNo" })) await page.fill(`[name="${name}"]`, value);
  await page.selectOption('[name="payload_kind"]', "image");
  await press('form[action="/desk/C-1/batch"] button');
  const draft = new URL(page.url()).pathname;
  await page.setInputFiles('input[name="items"]', { name: "signs.zip", mimeType: "application/zip", buffer: zip(files) });
  await page.locator(`form[action="${draft}/items"] button`).click();
  await page.waitForFunction((count) => document.querySelector("main")?.innerText.includes(`${count} tasks`), files.length, { timeout: 120_000 });
  await press(`form[action="${draft}/open"] button`);
  await context.close();
  return draft;
}

const shown = (page) => page.waitForFunction(() => globalThis.shownAt, null, { timeout: 60_000 }).then((handle) => handle.jsonValue());

export async function measure(browser, program, files, count) {
  const demo = await startDemo(program);
  try {
    const draft = await batchOf(browser, demo.address, files);
    const member = await visitor(browser, demo.address);
    await enter(member.page, demo.address, "member");
    const storage = await member.context.storageState();
    await member.context.close();
    const bench = async () => {
      const visit = await phone(browser, demo.address, storage);
      await visit.context.addInitScript(note);
      return visit;
    };

    // From the board, three times with an empty cache; what was claimed is left again, but for the last.
    const first = [], way = [];
    let firstBytes = 0, visit;
    for (let time = 0; time < 3; time += 1) {
      visit = await bench();
      const began = Date.now();
      await visit.page.goto(`${demo.address}/work`);
      await visit.page.evaluate(() => new Promise((painted) => { requestAnimationFrame(() => requestAnimationFrame(painted)); }));
      await Promise.all([visit.page.waitForNavigation(), visit.page.locator(`form[action="${draft}/claim"] button`).click()]);
      way.push(await shown(visit.page) - began);
      const claim = visit.page.url();
      await visit.context.close();
      // The same task once more by its address, with an empty cache.
      visit = await bench();
      const again = Date.now();
      await visit.page.goto(claim);
      first.push(await shown(visit.page) - again);
      firstBytes = visit.line.bytes();
      if (time < 2) {
        await Promise.all([visit.page.waitForNavigation(), visit.page.locator('form[action$="/release"] button').click()]);
        await visit.context.close();
      }
    }

    const { page, line } = visit, waits = [];
    const box = await page.locator(SUBMIT).boundingBox();
    const seen = box && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 740 ? "on the screen" : "outside the screen";
    const before = line.bytes();
    for (let n = 0; n < count; n += 1) {
      await page.waitForTimeout(WORK);
      await page.locator('input[value="Yes"]').check();
      const here = page.url();
      await page.locator(SUBMIT).click();
      await page.waitForURL((url) => url.href !== here, { timeout: 60_000 });
      const at = await shown(page);
      waits.push(at - Number(await page.evaluate(() => sessionStorage.pressedAt)));
    }
    const nextBytes = (line.bytes() - before) / count;
    await visit.context.close();
    return { waits, first, way, firstBytes, nextBytes, seen };
  } finally {
    await demo.stop();
  }
}
