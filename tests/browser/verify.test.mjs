// The page that checks receipts, in a real browser: what it lets pass, what it refuses and how, and that nothing leaves.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter, file, shots, startBrowser, startDemo, visitor } from "./harness.mjs";
import { beyond, bytes, entry, makeKey, makeKeyWithPlus, mixed, named, neutral, note, receipt } from "./receipts.mjs";

let demo, browser, good, index;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  // The newest accepted work of the demonstration.
  for (index = 400; index > 0; index -= 1) {
    const answer = await fetch(`${demo.address}/ledger/${index}/receipt`);
    if (!answer.ok) continue;
    good = await answer.text();
    if (said(good).kind === "work.accepted") break;
  }
});
after(async () => { await browser?.close(); await demo?.stop(); });

/** The entry in a receipt. */
const said = (text) => JSON.parse(Buffer.from(text.split("\n")[1].slice(6), "base64").toString().split("\n")[0]);
const place = mkdtempSync(join(tmpdir(), "receipts-"));
const saved = (name, content) => { writeFileSync(join(place, name), content); return join(place, name); };

/** A browser at the page, and what it asked the network for since the page was there. */
async function open(options = {}) {
  const visit = await visitor(browser, demo.address, options);
  const { page } = visit;
  if (options.before) await page.addInitScript(options.before);
  const asked = [];
  await page.goto(`${demo.address}/verify`, { waitUntil: "networkidle" });
  page.on("request", (request) => asked.push(request.url()));
  /** Checks a text, under these keys if any are given; what the page says then. */
  const check = async (text, keys) => {
    if (keys !== undefined) await page.fill("#f-keys", keys);
    await page.fill("#f-text", text);
    return answer(() => page.click("#verify button"));
  };
  const answer = async (deed) => {
    await page.evaluate(() => { document.getElementById("answer").textContent = ""; });
    await deed();
    await page.waitForSelector("#answer h3");
    return page.locator("#answer").innerText();
  };
  const choose = (...files) => answer(() => page.setInputFiles("#f-files", files));
  return { ...visit, asked, check, answer, choose };
}

const LESS = () => {
  const { importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.importKey = function (format, key, name, ...rest) {
    if (name === "Ed25519") return Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
    return importKey.call(this, format, key, name, ...rest);
  };
};

const ours = makeKey("coop.example/main");
const entryKey = makeKey("coop.example/main/entry");
const notes = [0, 1, 2, 3, 4, 5, 6].map((n) => note(entry({ refs: { member: `M-0000000${n}` } }), entryKey));
const honest = (n) => receipt(notes, n, ours);
const keys = `${ours.vkey}\n${entryKey.vkey}`;

for (const [language, width] of [["en", 360], ["en", 1280], ["fr", 360], ["fr", 1280]]) {
  test(`a good receipt, a tampered one, a foreign one: ${language}, ${width}`, async () => {
    const { page, choose, check, faults, context } = await open({ language, width });
    const shot = (name) => page.screenshot({ path: join(shots, `verify-${name}-${width}-${language}.png`), fullPage: true });
    const words = language === "en"
      ? { yes: "Yes: entry № ", work: "Work accepted", worker: "worker", no: "No: the entry is not in the book.", other: "No: this receipt is of another book.", of: "It is of coop.example/main; the keys given are of demo." }
      : { yes: "Oui\u00a0: l’écriture № ", work: "Travail accepté", worker: "travail fait par", no: "Non\u00a0: l’écriture n’est pas au livre.", other: "Non\u00a0: ce reçu est d’un autre livre.", of: "Il est de coop.example/main\u202f; les clés données sont de demo." };
    const yes = await choose(saved("good.tlog-proof", good));
    const paid = said(good).lines.find(([account]) => account.startsWith("Liabilities:Escrow:"))[2].replace(/(\.\d\d\d*?)0+$/, "$1");
    for (const part of [words.yes, words.work, words.worker, "Liabilities:Members:M-", language === "en" ? paid : paid.replace(".", ",")]) {
      assert.ok(yes.includes(part), `${part} in ${yes}`);
    }
    await shot("good");
    // One digit of the member who did the work.
    const lines = good.split("\n");
    lines[1] = `extra ${Buffer.from(Buffer.from(lines[1].slice(6), "base64").toString().replace(/"worker":"M-./, '"worker":"M-Z')).toString("base64")}`;
    assert.ok((await choose(saved("tampered.tlog-proof", lines.join("\n")))).includes(words.no));
    await shot("tampered");
    const foreign = await check(honest(3));
    assert.ok(foreign.includes(words.other) && foreign.includes(words.of), foreign);
    await shot("foreign");
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("a file is chosen or dropped, a text is pasted, and the entry stands there in plain words", async () => {
  const { page, answer, check, choose, faults, context } = await open();
  const name = saved(`entry-${index}.tlog-proof`, good);
  const shown = [await choose(name), await check(`  \n${good}\n\n`)];
  shown.push(await answer(async () => {
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "entry.tlog-proof"));
      return transfer;
    }, good);
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
  }));
  assert.ok(shown.every((text) => text === shown[0]), shown.join("\n"));
  const fields = said(good);
  const plain = shown[0].replace(/[\u00a0\u202f]/g, " ");
  for (const part of [`Yes: entry № ${index} is in the book of demo.visible-hands.example/main.`, "The entry itself is signed under demo.visible-hands.example/main/entry+", "Work accepted", fields.refs.worker, fields.refs.claim, fields.refs.contract, `${fields.at.slice(11, 16)} (UTC)`, "seconds", "price"]) {
    assert.ok(plain.includes(part), `${part} in ${plain}`);
  }
  for (const [account, unit, amount] of fields.lines) {
    const figure = amount.replace(/^-/, "−").replace(/(\.\d\d\d*?)0+$/, "$1");
    assert.ok(new RegExp(`${account}\\s+${figure.replace(".", "\\.")} ${unit}`).test(plain), `${account} ${figure} in ${plain}`);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("from an entry's page it is one press, and from its foot another", async () => {
  const { context, page } = await visitor(browser, demo.address);
  for (const selector of [`main a[href="/verify?entry=${index}"]`, `footer a[href="/verify?entry=${index}"]`]) {
    await page.goto(`${demo.address}/ledger/${index}`);
    await page.click(selector);
    await page.waitForSelector("#answer h3");
    assert.match(await page.locator("#answer h3").innerText(), /^Yes/);
  }
  for (const odd of ["999999", "-1", "x", "18446744073709551616"]) {
    assert.equal((await page.goto(`${demo.address}/verify?entry=${odd}`)).status(), 404, odd);
  }
  await context.close();
});

for (const [how, script] of [["the browser's Ed25519", undefined], ["the library's", LESS]]) {
  test(`nothing is asked of the network while checking, with ${how}`, async () => {
    const { context, asked, check, choose, page, faults } = await open({ before: script });
    const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name.split("/").pop()));
    assert.equal(scripts.includes("noble-ed25519.js"), script !== undefined, `loaded: ${scripts}`);
    await context.setOffline(true);
    assert.match(await check(good), /^Yes/);
    assert.match(await choose(saved("good.tlog-proof", good)), /^Yes/);
    assert.match(await check(good.replace("\nindex ", "\nindex 1")), /^No/);
    assert.deepEqual(asked, []);
    assert.deepEqual(faults, [], "it did not even try");
    // And if the script tried, the browser would not let it.
    await context.setOffline(false);
    const tried = await page.evaluate(() => fetch("/health/live").then(() => "answered", () => "refused"));
    assert.equal(tried, "refused");
    await context.close();
  });

  test(`signatures that hold by other rules than ours are refused, with ${how}`, async () => {
    const { context, check } = await open({ before: script });
    for (let n = 0; n < notes.length; n += 1) assert.match(await check(honest(n), keys), /^Yes: entry/);
    for (const [what, signature] of [["S beyond the order", beyond], ["R of small order", neutral], ["only with the cofactor", mixed]]) {
      assert.match(await check(receipt(notes, 2, ours, { signature })), /^No: the book’s page was changed\./, what);
    }
    assert.match(await check(receipt(notes, 2, ours, { signature: (text, key) => key.sign(`${text}x`) })), /^No: the book’s page/);
    assert.match(await check(receipt(notes, 2, ours, { signature: (text, key) => key.sign(text).subarray(1) })), /^No: the book’s page/);
    // Under the neutral point as a key, S = 0 and R neutral sign everything; so do the other points of small order, some times.
    for (const y of [0n, 1n, 2n ** 255n - 20n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n, 2n ** 255n - 18n, 2n ** 255n + 1n]) {
      const weak = { ...named("coop.example/main", bytes(y)), sign: () => Buffer.concat([bytes(1n), bytes(0n)]) };
      assert.match(await check(receipt(notes, 2, weak), weak.vkey), /^No: this key proves nothing\./, y.toString(16));
    }
    await context.close();
  });
}

test("what a browser that lets every signature pass must not let pass is refused all the same", async () => {
  const lax = () => { SubtleCrypto.prototype.verify = () => Promise.resolve(true); };
  const { context, check } = await open({ before: lax });
  assert.match(await check(receipt(notes, 2, ours, { signature: mixed }), keys), /^Yes/, "this browser lets everything pass");
  for (const [what, signature] of [["S beyond the order", beyond], ["R of small order", neutral]]) {
    assert.match(await check(receipt(notes, 2, ours, { signature })), /^No: the book’s page was changed\./, what);
  }
  const noncanonical = (text, key) => Buffer.concat([bytes(2n ** 255n - 16n), key.sign(text).subarray(32)]);
  assert.match(await check(receipt(notes, 2, ours, { signature: noncanonical })), /^No: the book’s page was changed\./);
  await context.close();
});

test("a receipt with any one of its characters changed never passes", async () => {
  const { context, page } = await open();
  const passed = await page.evaluate(async (text) => {
    const form = document.getElementById("verify");
    const answer = document.getElementById("answer");
    const says = async (changed) => {
      answer.textContent = "";
      form.elements.text.value = changed;
      form.requestSubmit();
      while (!answer.firstChild) await new Promise((resolve) => setTimeout(resolve));
      return answer.firstChild.textContent;
    };
    const passed = [];
    if (!(await says(text)).startsWith("Yes")) passed.push("the good one does not pass");
    for (let at = 0; at < text.length - 1; at += 1) {
      const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
      if ((await says(text.slice(0, at) + other + text.slice(at + 1))).startsWith("Yes")) passed.push(`${at}: ${text[at]} as ${other}`);
      if (at % 7 === 0 && (await says(text.slice(0, at) + text.slice(at + 1))).startsWith("Yes")) passed.push(`${at}: ${text[at]} left out`);
    }
    return passed;
  }, good);
  assert.deepEqual(passed, []);
  await context.close();
});

test("each refusal says what is wrong", async () => {
  const { context, check, choose, faults } = await open();
  const stranger = makeKey("coop.example/main");
  const lines = honest(2).split("\n");
  const changed = (at, to) => lines.map((line, place) => (place === at ? to : line)).join("\n");
  const cases = [
    ["hello", "No: this is no receipt."],
    ["", "Nothing to check yet."],
    [" \n", "Nothing to check yet."],
    [note("x\n", ours), "No: this is no receipt."],
    [changed(0, "c2sp.org/tlog-proof@v2"), "No: this is no receipt."],
    [changed(1, "extra !"), /^No: this receipt is damaged\.\s+Its line 2 /],
    [changed(2, "index 02"), /^No: this receipt is damaged\.\s+Its line 3 /],
    [changed(2, "index 99999999999999999"), /Its line 3 /],
    [changed(4, "AAAA"), /Its line 5 /],
    [lines.slice(0, 5).join("\n"), /^No: this receipt is damaged/],
    [honest(2).replace(/\n7\n/, "\n07\n"), /^No: this receipt is damaged/],
    [honest(2).replace(/\n7\n/, "\n9007199254740993\n"), /^No: this receipt is damaged/],
    [honest(2).replace(/\n7\n/, "\n8\n"), "No: the book’s page was changed."],
    [receipt(notes, 2, stranger), /^No: it is signed by a key that is not given here\.[\s\S]*Ask the co-op, by a way that does not lead through this page/],
    [receipt(notes, 2, makeKey("other.example/log")), /^No: this receipt is of another book\.\s+It is of other\.example\/log; the keys given are of coop\.example\/main/],
    [honest(2).replace("index 2\n", "index 3\n"), "No: the entry is not in the book."],
    [honest(2).replace("index 2\n", "index 7\n"), "No: the entry is not in the book."],
    [receipt(notes, 2, ours, { size: 3 }), "No: the entry is not in the book."],
    [receipt(notes, 2, ours, { size: 70 }), "No: the entry is not in the book."],
    [receipt([entry()], 0, ours), "No: this is no entry."],
    [receipt([note("not a line of JSON\n", entryKey)], 0, ours), "No: this is no entry."],
    [receipt([note(`${entry()}${entry()}`, entryKey)], 0, ours), "No: this is no entry."],
    [receipt([note(entry(), entryKey, makeKey("x").sign(entry()))], 0, ours), "No: the entry’s own signature does not hold."],
    [receipt(notes, 2, ours, { bare: true }), "Not yet: the entry is missing."],
  ];
  await check(honest(2), keys);
  for (const [text, says] of cases) {
    const answer = await check(text);
    assert.ok(says instanceof RegExp ? says.test(answer) : answer.startsWith(says), `${says} in ${answer} of ${text.slice(0, 200)}`);
    assert.ok(answer.split("\n").filter(Boolean).length > 1 && !answer.includes("⟦") && !answer.includes("undefined"), answer);
  }
  assert.match(await choose(saved("large.tlog-proof", "x".repeat(300_000))), /^No: this is no receipt\./);
  assert.match(await choose(saved("picture.png", readFileSync(file("docs/pictures/today.png")))), /^No: this is no receipt\./);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a key is cut at its first two plus signs, and one that was cut elsewhere is refused", async () => {
  const { context, check } = await open();
  const key = makeKeyWithPlus("coop.example/main");
  const text = receipt(notes, 2, key);
  assert.match(await check(text, `\n  ${key.vkey}  \n\n`), /^Yes[\s\S]*no key of coop\.example\/main\/entry is given/);
  const cut = key.vkey.slice(0, key.vkey.lastIndexOf("+"));
  for (const odd of [cut, `${cut}\n${key.vkey.slice(cut.length)}`, key.vkey.slice(0, -1), key.vkey.replace("+", " "), key.vkey.toUpperCase(), "x", "+", "++", key.vkey.replace("main", "mian"), key.vkey.replace(/=*$/, "="), `${key.vkey} ${key.vkey}`]) {
    assert.match(await check(text, odd), /^No: this is no key\.[\s\S]*“/, odd);
  }
  assert.match(await check(text, "  \n"), /^No: there is no key\./);
  await context.close();
});

test("with another co-op's key its receipts are checked", async () => {
  const { context, check } = await open();
  assert.match(await check(honest(5), keys), /^Yes: entry № 5 is in the book of coop\.example\/main\.[\s\S]*The entry itself is signed under coop\.example\/main\/entry\+[\s\S]*M-00000005/);
  await context.close();
});

test("a bare receipt passes with its note, and not with another", async () => {
  const { context, choose, page } = await open();
  await page.fill("#f-keys", keys);
  const bare = saved("bare.tlog-proof", receipt(notes, 4, ours, { bare: true }));
  assert.match(await choose(bare, saved("4.note", notes[4])), /^Yes: entry № 4/);
  assert.match(await choose(bare, saved("5.note", notes[5])), /^No: the entry is not in the book\./);
  assert.match(await choose(bare), /^Not yet/);
  await context.close();
});

test("a note that is another entry's is never passed over", async () => {
  const { context, choose, page } = await open();
  await page.fill("#f-keys", keys);
  const whole = saved("whole.tlog-proof", honest(4));
  assert.match(await choose(whole, saved("4.note", notes[4])), /^Yes: entry № 4/);
  assert.match(await choose(whole, saved("5.note", notes[5])), /^No: the note is another entry’s\.\s+The receipt is of entry № 4 /);
  assert.match(await choose(saved("4.note", notes[4]), saved("5.note", notes[5]), whole), /^Not checked: one receipt at a time/);
  await context.close();
});

test("two receipts are never answered as one", async () => {
  const { context, choose, check, page } = await open();
  await page.fill("#f-keys", keys);
  const damaged = honest(2).replace("index 2", "index 3");
  const [first, second] = [saved("first.tlog-proof", damaged), saved("second.tlog-proof", honest(4))];
  assert.match(await choose(first, second), /^Not checked: one receipt at a time/);
  assert.match(await check(damaged + honest(4)), /^Not checked: one receipt at a time/);
  assert.match(await check(honest(4) + damaged), /^Not checked: one receipt at a time/);
  const torn = damaged.replace("@v1", "@v2");
  assert.match(await check(torn + honest(4)), /^Not checked: something stands above the receipt\.\s+It is “c2sp\.org\/tlog-proof@v2”/);
  assert.doesNotMatch(await check(honest(4) + torn), /^Yes/);
  await context.close();
});

test("a broken line of a key spoils the good one before it", async () => {
  const { context, check } = await open();
  assert.match(await check(honest(4), keys), /^Yes/);
  const line = (text, key) => note(text, key, makeKey(key.name).sign(text)).split("\n").at(-2);
  const cut = honest(4).lastIndexOf("\n\n");
  const page = honest(4).slice(honest(4).indexOf("\n\n") + 2, cut + 1);
  assert.match(await check(`${honest(4)}${line(page, ours)}\n`), /^No: the book’s page was changed/);
  // A line of nobody whose key is given says nothing.
  assert.match(await check(`${honest(4)}${line(page, makeKey("witness.example"))}\n`), /^Yes/);
  const spoilt = `${notes[4]}${line(notes[4].slice(0, notes[4].lastIndexOf("\n\n") + 1), entryKey)}\n`;
  assert.match(await check(receipt([spoilt], 0, ours)), /^No: the entry’s own signature does not hold/);
  await context.close();
});

test("a receipt is read as a mail program leaves it", async () => {
  const { context, check, choose, page } = await open();
  await page.fill("#f-keys", keys);
  const crlf = honest(4).replaceAll("\n", "\r\n");
  const quoted = (mark) => honest(4).trimEnd().split("\n").map((line) => `${mark}${line}`.trimEnd()).join("\n");
  assert.match(await choose(saved("crlf.tlog-proof", crlf)), /^Yes: entry № 4/);
  assert.match(await choose(saved("quoted.txt", `>\r\n${quoted("> ").replaceAll("\n", "\r\n")}\r\n`)), /^Yes: entry № 4/);
  for (const mark of ["> ", ">", "> > ", ">> "]) assert.match(await check(`\n${quoted(mark)}\n\n`), /^Yes: entry № 4/, mark);
  assert.match(await check(`On Monday, Ines wrote:\n${quoted("> ")}`), /^Not checked: something stands above the receipt\.\s+It is “On Monday, Ines wrote:”/);
  assert.match(await check(quoted("> ").replace("index 4", "index 3")), /^No: the entry is not in the book/);
  await context.close();
});

test("the foot of a mail is known for what it is", async () => {
  const { context, check } = await open();
  const foot = (await (await fetch(`${demo.address}/log/checkpoint`)).text()).split("\n").slice(0, 3);
  const quoted = foot.map((line) => `> ${line}`).join("\n");
  for (const text of [foot.join("\n"), quoted, `The co-op’s book as it stood.\n${quoted}\n`]) {
    assert.match(await check(text), /^Not a receipt: this is the foot of a page\.[\s\S]*manyhands-verify BOOK --seen FILE/);
  }
  await context.close();
});

test("with the entries' key alone, the page says which key is missing", async () => {
  const { context, check } = await open();
  const answer = await check(honest(4), entryKey.vkey);
  assert.match(answer, /^No: the key of the book’s pages is missing\.[\s\S]*by coop\.example\/main; the keys given are of coop\.example\/main\/entry\./);
  assert.match(await check(receipt(notes, 2, makeKey("other.example/log"))), /the keys given are of coop\.example\/main\/entry\./);
  await context.close();
});

test("what an entry says is shown as words, whatever it holds", async () => {
  const { context, check, page } = await open();
  const evil = "<img src=x onerror=document.title='hit'>";
  const fields = { at: evil, kind: evil, refs: { [evil]: evil, __proto__: evil }, calc: { book: 1, price: 7, list: [evil] }, lines: [[evil, evil, "-1234567.500000"], ["A", "USD", "odd"], []] };
  const answer = await check(receipt([note(entry(fields), entryKey)], 0, ours), keys);
  assert.ok(answer.startsWith("Yes") && answer.includes(evil) && answer.replace(/\u202f/g, " ").includes("−1 234 567.50"), answer);
  assert.equal(await page.locator("#answer img").count(), 0);
  assert.notEqual(await page.title(), "hit");
  await context.close();
});

test("a key that was retired signs no page of a later size", async () => {
  const visit = await visitor(browser, demo.address);
  await visit.page.route("**/verify", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replaceAll("[0,null]", "[0,5]") });
  });
  await visit.page.goto(`${demo.address}/verify`);
  await visit.page.fill("#f-text", good);
  await visit.page.click("#verify button");
  await visit.page.waitForSelector("#answer h3");
  assert.match(await visit.page.locator("#answer").innerText(), /^No: this key was not in force\./);
  await visit.context.close();
});

test("without scripts, and without cryptography, the page says how to check instead", async () => {
  for (const [language, words] of [["en", "a server’s own word is no check"], ["fr", "la parole d’un serveur n’est pas une vérification"]]) {
    const bare = await visitor(browser, demo.address, { scripts: false, language, width: 360 });
    await bare.page.goto(`${demo.address}/verify`);
    const text = await bare.page.locator("main").innerText();
    assert.ok(text.includes(words) && text.includes("manyhands-verify") && text.includes("--vkey origin.vkey"), text);
    assert.ok(!(await bare.page.locator("#verify").isVisible()), "there is nothing to send");
    await bare.page.screenshot({ path: join(shots, `verify-bare-360-${language}.png`), fullPage: true });
    await bare.context.close();
  }
  const open_ = await open({ before: () => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }) });
  assert.match(await open_.check(good), /^Not here: this browser does not check\./);
  await open_.context.close();
});

test("a visitor and a member find the page, and read which keys it goes by", async () => {
  const { context, page } = await visitor(browser, demo.address);
  await page.goto(demo.address);
  await page.click('nav a[href="/verify"]');
  const keys = await page.inputValue("#f-keys");
  assert.equal(keys.split("\n")[0], readFileSync(join(demo.data, "origin.vkey"), "utf8").trim());
  await enter(page, demo.address, "member");
  await page.goto(`${demo.address}/pay`);
  await page.click('footer a[href="/verify"]');
  assert.equal(new URL(page.url()).pathname, "/verify");
  await context.close();
});
