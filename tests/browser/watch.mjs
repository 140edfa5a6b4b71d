// A watched page: what a save with an error shows, and what stays over a save.
// node watch.mjs ADDRESS MODEL.snn FOLDER_FOR_SCREENSHOTS PATH_OF_PLAYWRIGHT_CORE
import { readFileSync, writeFileSync } from "node:fs";
import { hands, open } from "./common.mjs";

const [, , address, model, shots, library] = process.argv;
const { context, page, seen } = await open(library, { offline: false });
const { again, csv, done, shot } = hands(page, shots);
const text = readFileSync(model, "utf8");

await page.goto(address);
await done();
await again(() => page.locator("#sliders input[type=range]").first().fill("1000"));
writeFileSync(model, text.replace("+ drive)/tau", "+ tau)/tau"));
await page.waitForSelector("#overlay:not([hidden])", { timeout: 20000 });
seen.overlay = await page.locator("#overlay-text").textContent();
await shot("overlay");
await again(() => writeFileSync(model, text.replace("+ drive)/tau", "+ 2*drive)/tau")));
seen.hidden = await page.locator("#overlay").isHidden();
seen.slider = await page.locator("#sliders input.value").first().inputValue();
seen.after = await csv();
seen.fused = await page.evaluate(() => window.snnc.fused);
// A click on the overlay's line leads to the place; a reload of the page keeps the slider by its link.
await page.reload();
await done();
seen.reloaded = await csv();
seen.requests = seen.requests.filter((one) => !one.startsWith(address));
await context.close();
console.log(JSON.stringify(seen));
