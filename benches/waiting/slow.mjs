// A page as it is on a cheap phone with a thin line, and what its network carried.

/** Emulates both from now on; back comes a count of bytes, as they came over the line. */
export async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 300, downloadThroughput: 200_000, uploadThroughput: 93_750, connectionType: "cellular3g" });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  return { bytes: () => bytes };
}

/** A phone with an empty cache, signed in as somebody was who did so on a good line. */
export async function phone(browser, address, storage) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "en-GB", isMobile: true, hasTouch: true, deviceScaleFactor: 1, storageState: storage });
  const page = await context.newPage();
  return { context, page, line: await slow(page) };
}

/** Nothing leaves this machine. Playwright's own way of refusing requests would switch the browser's cache off. */
export const ALONE = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
/** What a person works before they submit. */
export const WORK = 5_000;
