// What a client uploads: pictures that look and weigh like photographs, and a ZIP of them.
import { crc32 } from "node:zlib";

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };

/** A ZIP whose entries are stored as they are (APPNOTE 4.3). */
export function zip(files) {
  const parts = [], directory = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const called = Buffer.from(name);
    const facts = Buffer.concat([u16(20), u16(0x800), u16(0), u16(0), u16(0), u32(crc32(bytes)), u32(bytes.length), u32(bytes.length), u16(called.length), u16(0)]);
    const local = Buffer.concat([u32(0x04034b50), facts, called, bytes]);
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), facts, u16(0), u16(0), u16(0), u32(0), u32(at), called]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.concat(directory);
  return Buffer.concat([...parts, end, u32(0x06054b50), u16(0), u16(0), u16(files.length), u16(files.length), u32(end.length), u32(at), u16(0)]);
}

/** A drawing (the inside of an SVG of 800 × 600) as a JPEG of 1600 × 1200 with the grain of a photograph. */
export async function photograph(browser, drawing) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } });
  const grain = '<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency=".6" numOctaves="2"/></filter><rect width="800" height="600" filter="url(#grain)" opacity=".3"/>';
  await page.setContent(`<style>body{margin:0}svg{display:block}</style><svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200" viewBox="0 0 800 600">${drawing}${grain}</svg>`);
  const bytes = await page.screenshot({ type: "jpeg", quality: 80 });
  await page.close();
  return bytes;
}
