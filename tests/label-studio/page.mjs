// Opens tasks in Label Studio's own page and writes what it makes of their first annotation, as it would send it: a list of results
// for each task, as JSON. Takes one argument: address, email, password, project, tasks with their annotations, and files, as JSON.
import { createRequire } from "node:module";

const require = createRequire(new URL("../browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const asked = JSON.parse(process.argv[2]);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`Label Studio's page: ${error}`));
  // Nothing leaves this machine; pictures that the tasks name are given to the page as files of that name.
  await page.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
  const named = (url) => asked.files[url.pathname.split("/").pop()];
  await page.route((url) => named(url), (route) => route.fulfill({ body: Buffer.from(named(new URL(route.request().url())), "base64"), contentType: "image/png" }));
  await page.goto(`${asked.address}/user/login/`);
  await page.fill("input[name=email]", asked.email);
  await page.fill("input[name=password]", asked.password);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/user/login")), page.click("button[type=submit]")]);
  const all = [];
  const look = ([id, annotation]) => {
    const store = window.Htx;
    const found = store?.annotationStore?.annotations.find((one) => String(one.pk) === String(annotation));
    if (String(store?.task?.id) !== String(id) || !found) return null;
    // The page may have begun an annotation of its own beside it.
    if (store.annotationStore.selected !== found) store.annotationStore.selectAnnotation(found.id);
    const marked = [...document.querySelectorAll(".htx-highlight")].map((mark) => mark.textContent);
    return { results: found.serializeAnnotation(), marked };
  };
  for (const { task, annotation, count } of asked.tasks) {
    // Whoever chooses an annotation while the page still sets it up gets an empty one: it is left alone for a
    // while, then looked at, and loaded again where nothing came. What is missing after five times is missing.
    let shown = null;
    for (let loads = 0; loads < 5 && shown?.results.length !== count; loads += 1) {
      await page.goto(`${asked.address}/projects/${asked.project}/data?task=${task}`);
      await page.waitForFunction((id) => String(window.Htx?.task?.id) === String(id) && window.Htx.annotationStore?.selected, task, { timeout: 60_000 });
      await page.waitForTimeout(2_000 + 2_000 * loads);
      await page.evaluate(look, [task, annotation]);
      await page.waitForTimeout(1_500 + 1_000 * loads);
      shown = await page.evaluate(look, [task, annotation]);
    }
    all.push(shown ?? { results: [], marked: [] });
  }
  process.stdout.write(JSON.stringify(all));
} finally {
  await browser.close();
}
