// Opens a live page from a file, works with it, and prints what was seen as JSON.
// node page.mjs PAGE.html FOLDER_FOR_SCREENSHOTS PATH_OF_PLAYWRIGHT_CORE
import { pathToFileURL } from "node:url";
import { hands, open } from "./common.mjs";

const [, , file, shots, library] = process.argv;
const { context, page, seen } = await open(library);
const { again, csv, done, download, edit, editor, shot, write } = hands(page, shots);
const address = pathToFileURL(file).href;

await page.goto(address);
await done();
Object.assign(seen, await page.evaluate(() => ({ loadToPlot: window.snnc.loadToPlot, loadToRun: window.snnc.loadToRun })));
seen.first = await csv();
seen.fused = await page.evaluate(() => window.snnc.fused);
seen.plots = await page.locator("canvas").count();
seen.equations = await page.locator("#equations math").count();
seen.report = await page.locator("#report tr").first().locator("th, td").allTextContents();
// Spikes drawn on the traces: times per line.
const onTraces = () => page.evaluate(() => window.snnc.state.list[0].panels[0].marks.map(({ spikes }) => spikes ? [...window.snnc.state.pool.subarray(spikes.x[0], spikes.x[0] + spikes.x[1])] : null));
seen.onTraces = await onTraces();
await editor();
await shot("light");

// Files.
for (const kind of ["png", "svg", "csv", "snn"]) (seen.files ??= {})[kind] = await download(`#save-${kind}`);
seen.svg = await page.evaluate((text) => {
  const svg = new DOMParser().parseFromString(atob(text), "image/svg+xml");
  return [svg.querySelectorAll("parsererror").length, svg.documentElement.localName, svg.querySelectorAll("path").length > 20];
}, seen.files.svg[1]);

// A slider; the link that it writes, opened anew; parameter sets.
await again(() => page.locator("#sliders input[type=range]").first().fill("1000"));
seen.link = page.url().split("#")[1];
seen.moved = await csv();
const other = await context.newPage();
await other.goto(`${address}#${seen.link}`);
await other.waitForFunction(() => window.snnc?.done?.why === "complete", null, { timeout: 60000 });
seen.fromLink = [await hands(other, shots).csv(), await other.locator("#sliders input.value").first().inputValue()];
await other.close();
await again(() => page.getByRole("button", { name: "strong" }).click());
seen.strong = await csv();
seen.sets = await page.locator("#sets button").allTextContents();
seen.pressed = await page.locator("#sets button[aria-pressed=true]").allTextContents();
await again(() => page.click("#defaults"));

// Light and dark, by the system and by the button; a narrow screen.
const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
seen.paper = [await paper()];
await page.emulateMedia({ colorScheme: "dark" });
seen.paper.push(await paper());
await page.click("#theme");
seen.paper.push(await paper());
await page.click("#theme");
await page.emulateMedia({ colorScheme: "light" });
seen.paper.push(await paper());
await shot("dark");
await page.click("#theme");
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForTimeout(200);
await shot("phone");
seen.wide = await page.evaluate(() => document.documentElement.scrollWidth);
// Whatever is pressed with a finger is large enough, and every control says what it is.
seen.small = await page.evaluate(() => [...document.querySelectorAll("button, select, input")].filter((one) => one.offsetParent && !one.closest(".cm-editor") && one.type !== "checkbox" && one.getBoundingClientRect().height < 24).map((one) => one.outerHTML));
seen.nameless = await page.evaluate(() => [...document.querySelectorAll("button, select, input, canvas")].filter((one) => !(one.textContent.trim() || one.ariaLabel || one.getAttribute("aria-label") || one.labels?.length)).map((one) => one.outerHTML));
await page.setViewportSize({ width: 1280, height: 900 });

// The keyboard: a slider, the run, a neuron, and the zoom of a plot.
await page.locator("#sliders input[type=range]").first().focus();
await again(() => page.keyboard.press("ArrowRight"));
seen.nudged = await page.evaluate(() => window.snnc.state.values.get("drive"));
await again(() => page.click("#defaults"));
await page.evaluate(() => document.activeElement.blur());
await again(() => page.keyboard.press("r"));
seen.reset = await page.locator("#status").textContent();
await again(() => page.keyboard.press(" "));
await again(() => page.keyboard.press("."), "paused");
await again(() => page.keyboard.press(" "));
const low = () => page.evaluate(() => { const [key, zoom] = [...window.snnc.state.zoom][0] ?? []; return zoom ? [key, zoom.low, zoom.high] : null; });
await page.locator("canvas").first().focus();
await page.keyboard.press("+");
seen.zoomed = await low();
await page.keyboard.press("0");
seen.whole = await low();
const view = await page.locator("canvas").first().boundingBox();
await page.mouse.move(view.x + 200, view.y + 100);
await page.mouse.down();
await page.mouse.move(view.x + 300, view.y + 100);
await page.mouse.up();
seen.dragged = await low();
await page.locator("canvas").first().dblclick();
seen.back = await low();

// An edited equation; then an error of units, seen where it is.
const original = await page.evaluate(() => window.snnc.editor.text());
await again(() => edit("+ drive)/tau", "+ 2*drive)/tau"));
seen.edited = await csv();
seen.editToPlot = [];
let before = "2*drive";
for (const next of ["1.5*drive", "1.2*drive", "1.7*drive", "1.1*drive", "1.6*drive"]) {
  await again(() => edit(before, next));
  before = next;
  seen.editToPlot.push(await page.evaluate(() => window.snnc.editToPlot));
}
await write(original.replace("+ drive)/tau", "+ tau)/tau"));
await page.waitForSelector(".cm-lintRange-error", { timeout: 20000 });
seen.marked = await page.locator(".cm-lintRange-error").allTextContents();
seen.message = await page.locator("#diagnostics").textContent();
seen.stale = await page.locator("#plots.stale").count();
await shot("error");
await again(() => write(original));
await page.waitForFunction(() => !document.querySelector(".cm-lintRange-error"), null, { timeout: 20000 });

// What happens outside a budget is said, and the page stays usable: memory; work without end, inside one run and inside one step of a sweep.
await write("neurons big[90000000] {\n    dv/dt = -v/(10 ms) : 1\n}\nrun 1 ms\n");
await page.waitForSelector("#diagnostics li.error", { timeout: 20000 });
seen.memory = await page.locator("#diagnostics li.error button").allTextContents();
await write("neurons a[1000] {\n    dv/dt = -v/(10 ms) : 1\n}\nfor x in [1, 2] {\n    run 100000 s\n}\n");
await page.waitForSelector("#stuck:not([hidden])", { timeout: 40000 });
seen.stuck = await page.locator("#stuck").textContent();
await page.click("#restart");
seen.stopped = await page.locator("#status").textContent();
await again(() => write(original));

// A neuron is traced by a click into the raster, and by number; then the model goes on beyond its end, and is paused.
const plots = await page.locator("canvas").count();
const raster = page.locator("canvas").nth(1);
const box = await raster.boundingBox();
await raster.click({ position: { x: box.width / 2, y: box.height / 2 } });
await page.waitForFunction((n) => document.querySelectorAll("canvas").length > n, plots, { timeout: 20000 });
await page.fill("#trace-index", "9");
await again(() => page.press("#trace-index", "Enter"));
seen.traced = await page.locator("#traces button").allTextContents();
await shot("traced");
await page.check("#beyond");
await page.waitForTimeout(1500);
// A run that had ended before it was told to go on is set going by the first click, and paused by the second.
const paused = (timeout) => page.waitForFunction(() => /Paused at/.test(document.querySelector("#status").textContent), null, { timeout });
await page.click("#play");
try {
  await paused(3000);
} catch {
  await page.click("#play");
  await paused(20000);
}
seen.paused = await page.locator("#status").textContent();

// What a stranger's text could try: none of it runs, and nothing is reached.
seen.tried = await page.evaluate(async () => {
  const refused = async (what) => { try { await what(); return false; } catch { return true; } };
  const script = document.createElement("script");
  script.textContent = "window.intruder = true";
  document.body.append(script);
  const picture = document.createElement("div");
  picture.innerHTML = '<img src="data:," onerror="window.intruder = true">';
  document.body.append(picture);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    eval: await refused(() => (0, eval)("1")),
    fetch: await refused(() => fetch("https://example.org/")),
    script: window.intruder === undefined,
  };
});
seen.complaints = seen.complaints.filter((text) => !/Content Security Policy|content security policy/.test(text));
await context.close();
console.log(JSON.stringify(seen));
