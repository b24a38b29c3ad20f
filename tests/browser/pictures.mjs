// Pictures and ZIPs as a client sends them, made from a number or drawn.
import { crc32, deflateSync } from "node:zlib";

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };
const u32be = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };

/** A photograph of nothing: hills in many colours, with grain, which no encoder makes small. */
export function png(width, height, seed) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let state = seed >>> 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const at = y * (1 + width * 3) + 1 + x * 3;
      const hill = Math.sin(x / 90 + seed) * 60 + height / 2 > y ? 170 : 60;
      for (let color = 0; color < 3; color += 1) rows[at + color] = hill + ((state >>> (8 * color)) & 63) - (color === 2 ? 20 : 0);
    }
  }
  const chunk = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body]);
    return Buffer.concat([u32be(body.length), named, u32be(crc32(named))]);
  };
  const head = Buffer.concat([u32be(width), u32be(height), Buffer.from([8, 2, 0, 0, 0])]);
  const text = chunk("tEXt", Buffer.from("Author\0Somebody"));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), text, chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

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
export async function photograph(browser, drawing, quality = 80) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } });
  const grain = '<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency=".6" numOctaves="2"/></filter><rect width="800" height="600" filter="url(#grain)" opacity=".3"/>';
  await page.setContent(`<style>body{margin:0}svg{display:block}</style><svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200" viewBox="0 0 800 600">${drawing}${grain}</svg>`);
  const bytes = await page.screenshot({ type: "jpeg", quality });
  await page.close();
  return bytes;
}
