// Starts the demonstration and drives it with Debian's Chromium.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = new URL("../..", import.meta.url).pathname;
/** A file of the project. */
export const file = (name) => join(root, name);
export const shots = join(root, "target/screenshots");
mkdirSync(shots, { recursive: true });

/** A program as `cargo build` leaves it. */
export const binary = (name) => join(root, "target/debug", name);

/** A running demonstration: its address, its data folder, and a way to stop it. */
export async function startDemo(program = binary("manyhands")) {
  const data = await mkdtemp(join(tmpdir(), "manyhands-"));
  const child = spawn(program, ["demo", "--port", "0", "--data", data], { stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
      const found = said.match(/Ready: (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the demonstration ended with ${code}`)));
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { address, data, stop };
}

export async function startBrowser(more = []) {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

/** A fresh visitor with this width, language, colours. What is wrong with a page gathers in `faults`. */
export async function visitor(browser, address, { width = 1280, language = "en", scheme = "light", scripts = true, touch = false, mobile = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 740 : 800 },
    locale: language === "fr" ? "fr-FR" : "en-GB",
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    hasTouch: touch || mobile,
    isMobile: mobile,
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script: ${error}`));
  page.on("console", (line) => line.type() === "error" && !line.text().includes("422") && faults.push(`console: ${line.text()}`));
  page.on("request", (request) => request.url().startsWith(address) || request.url().startsWith("data:") || faults.push(`other site: ${request.url()}`));
  return { context, page, faults };
}

export const PASSWORD = "open account book";

/** Signs in as everybody does. */
export async function signIn(page, address, email) {
  await page.goto(`${address}/signin`);
  await page.fill('input[name="email"]', email);
  await page.fill('input[name="password"]', PASSWORD);
  await Promise.all([page.waitForNavigation(), page.locator('form[action="/signin"] button').click()]);
}

/** Signs in through the demonstration's door. */
export async function enter(page, address, who) {
  await page.goto(`${address}/`);
  await Promise.all([page.waitForNavigation(), page.locator(`form[action="/demo/as/${who}"] button`).click()]);
}

/** Selects these characters of the passage, as the handles of a phone do; back when the page has heard of it. */
export const selectWords = (page, start, end) => page.evaluate(([from, to]) => new Promise((heard) => {
  const passage = document.querySelector(".passage"), walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT), range = document.createRange();
  let at = 0, node;
  while ((node = walker.nextNode())) {
    if (at <= from && from <= at + node.length) range.setStart(node, from - at);
    if (at < to && to <= at + node.length) range.setEnd(node, to - at);
    at += node.length;
  }
  document.addEventListener("selectionchange", () => heard(), { once: true });
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}), [start, end]);
