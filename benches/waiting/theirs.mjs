// Label Studio's own labelling page, on the same pictures: the stream of tasks as its button "Label All Tasks" opens it, a choice and
// its submission by their keys, since its button may not be on a screen of 360 pixels.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { file } from "../../tests/browser/harness.mjs";
import { WORK, phone } from "./slow.mjs";

/** Label Studio with these pictures, until `stop`. */
async function start(folder) {
  const child = spawn(file("target/label-studio/bin/python"), ["-W", "ignore", file("benches/studio/serve.py"), "pictures", folder, "0"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const told = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => { if (line.startsWith("{")) resolve(JSON.parse(line)); });
    child.on("exit", (code) => reject(new Error(`Label Studio ended with ${code}`)));
  });
  return { ...told, stop: async () => { child.stdin.end(); await ended; } };
}

/** Notes when the keys are pressed that submit, and when another task's picture is decoded and painted. */
function note() {
  addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) { globalThis.pressedAt = event.timeStamp; globalThis.shownAt = null; } }, true);
  let last = "";
  const look = () => {
    const image = [...document.querySelectorAll("img")].find((one) => one.src.includes("/data/upload/") || one.src.startsWith("blob:"));
    const task = globalThis.Htx?.task?.id;
    if (image?.complete && image.naturalWidth && task && String(task) !== last && globalThis.Htx.annotationStore?.selected) {
      last = String(task);
      image.decode().then(() => requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.shownAt = performance.now(); })));
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const shown = (page) => page.waitForFunction(() => globalThis.shownAt, null, { timeout: 120_000 }).then((handle) => handle.jsonValue());

export async function measure(browser, folder, count) {
  const studio = await start(folder);
  try {
    const signing = await browser.newPage();
    await signing.goto(`${studio.address}/user/login/`);
    await signing.fill("input[name=email]", studio.email);
    await signing.fill("input[name=password]", studio.password);
    await Promise.all([signing.waitForURL((url) => !url.pathname.startsWith("/user/login")), signing.click("button[type=submit]")]);
    const storage = await signing.context().storageState();
    await signing.context().close();

    const first = [];
    let firstBytes = 0, visit;
    for (let time = 0; time < 3; time += 1) {
      if (visit) await visit.context.close();
      visit = await phone(browser, studio.address, storage);
      await visit.context.addInitScript(note);
      await visit.page.goto(`${studio.address}/projects/${studio.project}/data?labeling=1`, { timeout: 180_000, waitUntil: "commit" });
      first.push(await shown(visit.page));
      firstBytes = visit.line.bytes();
    }
    const { page, line } = visit, waits = [];
    const box = await page.locator('button[aria-label="Submit current annotation"]').first().boundingBox({ timeout: 5_000 }).catch(() => null);
    const seen = box && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 740 ? "on the screen" : "outside the screen";
    const before = line.bytes();
    for (let n = 0; n < count; n += 1) {
      await page.waitForTimeout(WORK);
      await page.keyboard.press("1");
      await page.waitForTimeout(500);
      await page.keyboard.press("Control+Enter");
      await page.waitForFunction(() => globalThis.pressedAt && globalThis.shownAt > globalThis.pressedAt, null, { timeout: 60_000 });
      waits.push(await page.evaluate(() => globalThis.shownAt - globalThis.pressedAt));
    }
    return { waits, first, firstBytes, nextBytes: (line.bytes() - before) / count, seen };
  } finally {
    await studio.stop();
  }
}
