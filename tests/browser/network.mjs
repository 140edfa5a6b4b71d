// A network in a live page: what it records, and what happens when a run takes more work than a page does unasked.
// node network.mjs PAGE.html FOLDER_FOR_SCREENSHOTS PATH_OF_PLAYWRIGHT_CORE
import { pathToFileURL } from "node:url";
import { hands, open } from "./common.mjs";

const [, , file, shots, library] = process.argv;
const { context, page, seen } = await open(library);
const { again, csv, done, editor, shot, write } = hands(page, shots);

await page.goto(pathToFileURL(file).href);
await done();
seen.first = await csv();
seen.fused = await page.evaluate(() => window.snnc.fused);
await editor();
await shot("network");

// Steps that go on: run, pause, one step, and the speed of real time.
await page.check("#beyond");
await page.waitForFunction(() => window.snnc.state.running && window.snnc.state.time > window.snnc.state.window, null, { timeout: 30000 });
const time = () => page.evaluate(() => window.snnc.state.time);
await again(() => page.click("#play"), "paused");
const before = await time();
await again(() => page.click("#step"), "paused");
seen.step = (await time()) - before;
await page.selectOption("#speed", "0.1");
const from = [await time(), Date.now()];
await page.click("#play");
await page.waitForTimeout(2000);
await again(() => page.click("#play"), "paused");
seen.pace = ((await time()) - from[0]) / ((Date.now() - from[1]) / 1000);
// A slider that moves while the model runs keeps its state: time goes on.
await page.selectOption("#speed", "0");
await page.click("#play");
const running = await time();
await page.locator("#sliders input[type=range]").first().fill("900");
await page.waitForFunction((t) => window.snnc.state.running && window.snnc.state.time > t, running + 0.01, { timeout: 30000 });
await again(() => page.click("#play"), "paused");
await page.uncheck("#beyond");
await page.selectOption("#speed", "0");

await again(() => write("neurons a[1000] {\n    dv/dt = -v/(10 ms) : 1\n}\nrun 100000 s\n"), "budget");
seen.budget = await page.locator("#status").textContent();
await context.close();
console.log(JSON.stringify(seen));
