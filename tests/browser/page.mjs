// Opens a live page in headless Chromium, works with it, and prints what was seen as JSON.
// node page.mjs PAGE.html FOLDER_FOR_SCREENSHOTS PATH_OF_PLAYWRIGHT_CORE
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [, , page_file, shots, library] = process.argv;
const { chromium } = createRequire(import.meta.url)(library);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const profile = mkdtempSync(join(tmpdir(), "snnc-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: flags, viewport: { width: 1280, height: 900 }, offline: true,
});
const page = await context.newPage();
const seen = { complaints: [], requests: [] };
page.on("console", (message) => { if (message.type() === "error") seen.complaints.push(message.text()); });
page.on("pageerror", (error) => seen.complaints.push(String(error)));
page.on("request", (request) => { if (!/^(file|blob|data):/.test(request.url())) seen.requests.push(request.url()); });

const done = () => page.waitForFunction(() => window.snnc?.done?.why === "complete", null, { timeout: 60000 });
const csv = async () => {
  await page.evaluate(() => window.snnc.getCsv());
  await page.waitForFunction(() => window.snnc.csv, null, { timeout: 30000 });
  return page.evaluate(() => window.snnc.csv);
};
const again = async (act) => {
  await page.evaluate(() => { window.snnc.done = null; });
  await act();
};
const shot = (name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

await page.goto(pathToFileURL(page_file).href);
await done();
seen.loadToPlot = await page.evaluate(() => window.snnc.loadToPlot);
seen.first = await csv();
seen.plots = await page.locator("canvas").count();
seen.equations = await page.locator("#equations math").count();
await shot("light");

// A slider.
await again(() => page.locator("#sliders input[type=range]").first().fill("1000"));
await done();
seen.link = page.url().split("#")[1];
seen.moved = await csv();

// The theme, and a narrow screen.
await page.click("#theme");
await shot("dark");
await page.click("#theme");
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForTimeout(200);
await shot("phone");
seen.wide = await page.evaluate(() => document.documentElement.scrollWidth);
await page.setViewportSize({ width: 1280, height: 900 });

// An edited equation; then an error of units, seen where it is.
await page.click("#defaults");
const original = await page.evaluate(() => window.snnc.editor.text());
const edit = (from, to) => page.evaluate(([from, to]) => {
  const { view } = window.snnc.editor, at = view.state.doc.toString().indexOf(from);
  view.dispatch({ changes: { from: at, to: at + from.length, insert: to } });
}, [from, to]);
await page.waitForTimeout(500);
await again(() => edit("+ drive)/tau", "+ 2*drive)/tau"));
await done();
seen.editToPlot = await page.evaluate(() => window.snnc.editToPlot);
seen.edited = await csv();
await edit("+ 2*drive)/tau", "+ tau)/tau");
await page.waitForSelector(".cm-lintRange-error", { timeout: 20000 });
seen.marked = await page.locator(".cm-lintRange-error").allTextContents();
seen.message = await page.locator("#diagnostics").textContent();
await shot("error");
await page.evaluate((text) => window.snnc.editor.view.dispatch({ changes: { from: 0, to: window.snnc.editor.view.state.doc.length, insert: text } }), original);
await page.waitForFunction(() => !document.querySelector(".cm-lintRange-error"), null, { timeout: 20000 });

// A neuron is traced by a click into the raster; then the model goes on beyond its end, and is paused.
await done();
const plots = await page.locator("canvas").count();
const raster = page.locator("canvas").nth(1);
const box = await raster.boundingBox();
await raster.click({ position: { x: box.width / 2, y: box.height / 2 } });
await page.waitForFunction((n) => document.querySelectorAll("canvas").length > n, plots, { timeout: 20000 });
seen.traced = await page.locator("#traces button").allTextContents();
await page.check("#beyond");
await page.waitForTimeout(1500);
// A run that had ended before it was told to go on is set going by the first click, and paused by the second.
const paused = (timeout) =>
    page.waitForFunction(() => /Paused at/.test(document.querySelector("#status").textContent), null, { timeout });
await page.click("#play");
try {
    await paused(3000);
} catch {
    await page.click("#play");
    await paused(20000);
}
seen.paused = await page.locator("#status").textContent();
await context.close();
console.log(JSON.stringify(seen));
