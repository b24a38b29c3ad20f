// Somebody is erased in the office, and somebody leaves in their account: in two browsers, at both widths, in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { enter, PASSWORD, shots, signIn, startBrowser, startDemo, visitor } from "./harness.mjs";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await startBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const WORDS = {
  en: { cannot: "cannot be undone", wrong: "The password is wrong", button: "Erase for ever", leave: "Leave the co-op", left: "Member left" },
  fr: { cannot: "est sans retour", wrong: "Le mot de passe", button: "Effacer pour toujours", leave: "Quitter la coopérative", left: "Membre parti" },
};

async function speak(context, language) {
  await context.request.post(`${demo.address}/language`, { form: { lang: language, next: "/" }, headers: { "sec-fetch-site": "same-origin" } });
}

for (const [width, language, number] of [[1280, "en", 1], [360, "fr", 2]]) {
  test(`an account is erased for ever at ${width} in ${language}`, async () => {
    const words = WORDS[language];
    const { context, page, faults } = await visitor(browser, demo.address, { width, language });
    await enter(page, demo.address, "coordinator");
    await speak(context, language);
    await page.goto(`${demo.address}/office`);
    const name = `Quillfeather ${number}`;
    for (const [field, value] of [["name", name], ["email", `quill-${number}@example.coop`], ["country", "KE"]]) await page.fill(`form[action="/office/invite"] [name="${field}"]`, value);
    await Promise.all([page.waitForNavigation(), page.locator('form[action="/office/invite"] button').click()]);
    await Promise.all([page.waitForNavigation(), page.getByRole("link", { name }).click()]);
    assert.ok((await page.textContent("main")).includes(words.cannot));
    await page.screenshot({ path: join(shots, `erase-${width}-${language}.png`), fullPage: true });

    await page.fill('input[name="password"]', "not the password");
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: words.button }).click()]);
    assert.ok((await page.textContent("main")).includes(words.wrong));
    assert.equal(await page.inputValue('input[name="password"]'), "", "a password is never shown again");
    await page.screenshot({ path: join(shots, `erase-refused-${width}-${language}.png`), fullPage: true });

    await page.fill('input[name="password"]', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: words.button }).click()]);
    assert.equal(new URL(page.url()).pathname, "/office");
    assert.ok(!(await page.textContent("main")).includes(name));
    assert.deepEqual(faults, []);
    await context.close();
  });

  test(`a member leaves at ${width} in ${language}`, async () => {
    const words = WORDS[language];
    const { context, page, faults } = await visitor(browser, demo.address, { width, language });
    await signIn(page, demo.address, number === 1 ? "m-05@demo.example" : "m-06@demo.example");
    await speak(context, language);
    await page.goto(`${demo.address}/account`);
    await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: words.leave }).click()]);
    await page.screenshot({ path: join(shots, `leave-${width}-${language}.png`), fullPage: true });
    await page.fill('form[action="/account/leave"] input[name="password"]', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: words.leave }).click()]);
    assert.match(new URL(page.url()).pathname, /^\/ledger\/\d+$/);
    assert.ok((await page.textContent("main")).includes(words.left), await page.textContent("main"));
    assert.deepEqual(faults, []);
    await context.close();
  });
}
