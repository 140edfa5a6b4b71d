// What all scripts share: a browser without a network, a record of what it complains about, and a few gestures.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function open(library, { offline = true, ...options } = {}) {
  const { chromium } = createRequire(import.meta.url)(library);
  const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const profile = mkdtempSync(join(tmpdir(), "snnc-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: flags, viewport: { width: 1280, height: 900 }, offline, ...options,
  });
  const page = await context.newPage();
  const seen = { complaints: [], requests: [] };
  page.on("console", (message) => { if (message.type() === "error") seen.complaints.push(message.text()); });
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("request", (request) => { if (!/^(file|blob|data):/.test(request.url())) seen.requests.push(request.url()); });
  return { context, page, seen };
}

/// Gestures on a page.
export function hands(page, shots) {
  const done = (why = "complete") => page.waitForFunction((why) => window.snnc?.done?.why === why, why, { timeout: why === "budget" ? 150000 : 60000 });
  return {
    done,
    /// Acts, and waits for the end of the run that this begins.
    async again(act, why) {
      await page.evaluate(() => { window.snnc.done = null; });
      await act();
      await done(why);
    },
    async csv() {
      await page.evaluate(() => window.snnc.getCsv());
      await page.waitForFunction(() => window.snnc.csv, null, { timeout: 30000 });
      return page.evaluate(() => window.snnc.csv);
    },
    editor: () => page.waitForFunction(() => window.snnc.editor.view, null, { timeout: 30000 }),
    edit: (from, to) => page.evaluate(([from, to]) => {
      const { view } = window.snnc.editor, at = view.state.doc.toString().indexOf(from);
      view.dispatch({ changes: { from: at, to: at + from.length, insert: to } });
    }, [from, to]),
    write: (text) => page.evaluate((text) => {
      const { view } = window.snnc.editor;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    }, text),
    shot: (name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }),
    /// The file that a button saves: its name, and its bytes in base 64.
    async download(button) {
      const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
      return [file.suggestedFilename(), readFileSync(await file.path()).toString("base64")];
    },
  };
}
