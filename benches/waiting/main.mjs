// What a person waits for: from the press on Submit to the next task with its picture on the screen, and to the first task from an empty
// cache. Chromium at 360 pixels, 3G (1.6 Mbit/s, 300 ms) and a processor six times as slow, pictures of 350 KB; ours beside Label Studio's
// own page in the same run, if scripts/label-studio has installed it. Figures are printed, never asserted; everything is on 127.0.0.1.
//
//     node benches/waiting/main.mjs [COUNT] [PROGRAM]
//
// COUNT tasks are submitted on each page (24 by default), after five seconds of work on each; PROGRAM is target/release/manyhands.
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { file, startBrowser } from "../../tests/browser/harness.mjs";
import { photograph } from "../../tests/browser/pictures.mjs";
import * as ours from "./ours.mjs";
import { ALONE } from "./slow.mjs";
import * as theirs from "./theirs.mjs";

const count = Number(process.argv[2] ?? 24), program = process.argv[3] ?? file("target/release/manyhands");

/** So many different pictures of 350 KB each, nearly. */
async function pictures(browser, many) {
  const draw = (n) => {
    const hill = (y, color) => `<path d="M0 ${y} Q ${150 + 9 * n} ${y - 140} 400 ${y - 20} T 800 ${y - 60} V600 H0Z" fill="${color}"/>`;
    const sign = `<circle cx="${80 + (n * 137) % 640}" cy="${260 + (n * 53) % 200}" r="36" fill="#b22"/>`;
    return `<rect width="800" height="600" fill="#9cd"/>${hill(330, "#385")}${hill(450, "#574")}${sign}`;
  };
  let quality = 95;
  while (quality > 10 && (await photograph(browser, draw(0), quality)).length > 350_000) quality -= 3;
  const made = [];
  for (let n = 1; n <= many; n += 1) made.push([`picture-${String(n).padStart(2, "0")}.jpg`, await photograph(browser, draw(n), quality)]);
  return made;
}

const at = (all, share) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const size = (bytes) => `${(bytes / 1_000_000).toFixed(2)} MB`;
function report(who, { waits, first, way, firstBytes, nextBytes, seen }) {
  const all = waits.length ? `p50 ${seconds(at(waits, 0.5))}, p75 ${seconds(at(waits, 0.75))}, most ${seconds(at(waits, 1))} of ${waits.length}` : "";
  console.log(`| ${who} | ${all} | ${nextBytes === undefined ? "" : size(nextBytes)} | ${first.map(seconds).join(", ")} | ${way ? way.map(seconds).join(", ") : ""} | ${size(firstBytes)} | ${seen} |`);
}

const browser = await startBrowser(ALONE);
const folder = await mkdtemp(join(tmpdir(), "waiting-"));
try {
  const files = await pictures(browser, count + 8);
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  console.log(`${files.length} pictures of ${files.map(([, bytes]) => bytes.length).reduce((a, b) => a + b) / files.length | 0} bytes; ${new Date().toISOString()}`);
  console.log("| page | submit to next task, picture on the screen | bytes for it, picture and all | first task, empty cache, by its address | from the board: board and press together | bytes of the first task | the button to submit |\n|---|---|---|---|---|---|---|");
  report("Manyhands", await ours.measure(browser, program, files, count));
  if (existsSync(file("target/label-studio"))) report("Label Studio", await theirs.measure(browser, folder, count));
  else console.log("left out: Label Studio; scripts/label-studio installs it");
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
