// A live page: sliders, plots, the editor and the engine put together.

import { draw, number, Svg } from "./plot.js";
import { bytes85 } from "./unpack.js";
import { zip } from "./zip.js";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};
// What tests and the curious may look at: milliseconds from the navigation to the first plot, and to the first one that was computed here; from an
// edit to its plot; how the last run ended; and whether kernels use the fused multiply-add of relaxed SIMD.
window.snnc = { state: null, fused: null, loadToPlot: null, loadToRun: null, editToPlot: null, done: null };

// ---- What the page knows

const state = {
  values: new Map(), // Values set by sliders, as text with unit.
  parameters: null,
  seed: 1,
  traces: [], // Neurons to trace: { population, index, variable }.
  offer: null,
  list: [], pool: new Float64Array(), time: 0, window: 0,
  running: false,
  number: 0,
  took: 20, // Milliseconds that the last model took to compile.
  zoom: new Map(),
  asked: 0,
};

window.snnc.state = state;

function readLink() {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name === "parameters") state.parameters = value;
    else if (name === "seed") state.seed = Number(value) || 1;
    else state.values.set(name, value);
  }
}
function writeLink() {
  const link = new URLSearchParams([...state.values]);
  if (state.parameters) link.set("parameters", state.parameters);
  if (state.seed !== 1) link.set("seed", state.seed);
  const text = link.toString();
  try { history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search); } catch { location.hash = text; }
}
readLink();

// ---- The engine

let engine, ready = false, waiting = null, watchdog = 0;

function startEngine() {
  engine?.terminate();
  ready = false;
  const source = new Blob([JSON.parse($("engine").textContent)], { type: "text/javascript" });
  engine = new Worker(URL.createObjectURL(source));
  engine.onmessage = ({ data }) => {
    clearTimeout(watchdog);
    $("stuck").hidden = true;
    heard[data.is]?.(data);
    if (state.running) watch();
  };
  engine.onerror = (event) => say(`The engine failed: ${event.message}`);
  engine.postMessage({ is: "core", packed: $("core").textContent });
}
function tell(message) {
  engine.postMessage(message);
  watch();
}
/// An engine that works and says nothing for long can be stopped.
function watch() {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => { $("stuck").hidden = false; }, 8000);
}

const say = (text) => { $("status").textContent = text; };
const seconds = (t) => t === 0 ? "0 ms" : t < 1 ? `${number(Number((t * 1000).toPrecision(6)))} ms` : `${number(Number(t.toPrecision(6)))} s`;

/// Compiles the text with the present sliders; `keep` continues the simulation instead of beginning anew.
function load(keep = false) {
  if (!ready) { waiting = keep; return; }
  writeLink();
  const append = state.traces.map(({ population, index, variable }) => `\nplot "${population}[${index}]": ${population}.${variable}[${index}]`).join("");
  const set = [...state.values];
  state.number++;
  state.asked ||= performance.now();
  tell({
    is: "load", number: state.number, play: true, speed: keep ? speed() : 0, beyond: keep && beyond(),
    request: { name: data.name ?? "model.snn", text: text.text(), append, set, parameters: state.parameters, seed: state.seed, files: data.files ?? {}, keep },
  });
  setRunning(true);
}

const speed = () => Number($("speed").value);
const beyond = () => $("beyond").checked;
function setRunning(on) {
  state.running = on;
  $("play").textContent = on ? "Pause" : "Run";
  $("play").setAttribute("aria-pressed", String(on));
}

const heard = {
  ready({ fused }) {
    ready = true;
    window.snnc.fused = fused;
    if (waiting !== "nothing") load(waiting ?? false);
    waiting = null;
  },
  /// The editor, which is not needed for the first plot.
  unpacked({ text: script }) { document.head.append(make("script", { textContent: script })); text.open(window.snncEditor); },
  offer({ offer, number: n, took }) {
    state.took = took;
    if (n !== state.number) return;
    // A slider whose constant is gone from the text, or was never there, as in a link, is forgotten.
    const lost = offer.diagnostics.filter((one) => one.code === "E0213").map((one) => one.text);
    const names = [...state.values.keys()].filter((name) => lost.some((text) => text.includes(`\`${name}\``)));
    if (names.length) {
      names.forEach((name) => state.values.delete(name));
      load();
      return;
    }
    text.mark(offer.diagnostics);
    listDiagnostics(offer.diagnostics);
    if (!offer.ok) {
      setRunning(false);
      say("The model has errors: the plots show it as it was before.");
      $("plots").classList.add("stale");
      if (!state.offer) state.offer = offer;
      return;
    }
    $("plots").classList.remove("stale");
    know(offer);
  },
  figures({ list, pool, time, window: span }) {
    Object.assign(state, { list, pool, time, window: span });
    panels();
    const now = performance.now();
    window.snnc.loadToPlot ??= now;
    window.snnc.loadToRun ??= now;
    if (state.asked) { window.snnc.editToPlot = now - state.asked; state.asked = 0; }
    if (state.running) say(`${seconds(time)} simulated`);
  },
  report({ report }) { showReport(report); },
  stopped({ why, time, spent }) {
    setRunning(false);
    const words = {
      complete: `${seconds(time)} simulated in ${seconds(spent / 1000)}.`,
      paused: `Paused at ${seconds(time)}.`,
      budget: `Paused at ${seconds(time)} after half a minute of work. Run goes on.`,
      failed: `Stopped at ${seconds(time)}.`,
      loaded: "",
    };
    say(words[why]);
    window.snnc.done = { why, time, spent };
    if (!text.asked && $("editor-part").open) askForEditor();
  },
  failed({ diagnostic }) { listDiagnostics([...(state.offer?.diagnostics ?? []), diagnostic]); },
  csv({ files }) {
    window.snnc.csv = files;
    if (state.quietCsv) { state.quietCsv = false; return; }
    if (files.length === 1) save(files[0][0], new Blob([files[0][1]], { type: "text/csv" }));
    else save(`${stem()}.zip`, new Blob([zip(files)], { type: "application/zip" }));
  },
  broken({ text }) {
    setRunning(false);
    listDiagnostics([{ severity: "error", message: "the engine failed and was started again", text, labels: [], notes: [] }]);
    startEngine();
  },
};
window.snnc.getCsv = () => { state.quietCsv = true; window.snnc.csv = null; tell({ is: "csv" }); };

// ---- Sliders

function sliders(knobs) {
  const box = $("sliders");
  const signature = JSON.stringify(knobs.map(({ name, low, high, unit }) => [name, low, high, unit]));
  $("sliders-part").hidden = !knobs.length && !(data.parameters ?? []).length;
  if (box.dataset.signature === signature) {
    for (const knob of knobs) {
      const row = box.querySelector(`[data-name="${CSS.escape(knob.name)}"]`);
      if (row && document.activeElement !== row.slider && document.activeElement !== row.field) row.show(knob.value);
    }
    return;
  }
  box.dataset.signature = signature;
  box.replaceChildren(...knobs.map(slider));
}

function slider(knob) {
  const log = knob.low > 0 && knob.high / knob.low >= 1000;
  const to = log ? Math.log : (v) => v, from = log ? Math.exp : (v) => v;
  const low = to(knob.low), span = to(knob.high) - low;
  const id = `knob-${knob.name}`;
  const range = make("input", { type: "range", min: 0, max: 1000, step: 1, id });
  const field = make("input", { type: "text", inputMode: "decimal", className: "value" });
  field.setAttribute("aria-label", `${knob.name} in ${knob.unit || "pure numbers"}`);
  const row = make("div", { className: "knob", title: knob.doc ?? "" },
    make("label", { htmlFor: id, textContent: knob.name }), range,
    make("span", { className: "entry" }, field, make("span", { className: "unit", textContent: knob.unit })));
  row.dataset.name = knob.name;
  Object.assign(row, { slider: range, field });
  const words = (v) => number(Number((v / knob.scale).toPrecision(5)));
  row.show = (v) => {
    range.value = Math.round((to(v) - low) / (span || 1) * 1000);
    range.setAttribute("aria-valuetext", `${words(v)} ${knob.unit}`);
    field.value = words(v);
  };
  row.show(knob.value);
  const set = (v) => {
    const value = Math.min(Math.max(v, knob.low), knob.high);
    row.show(value);
    state.values.set(knob.name, `${words(value)} ${knob.unit}`.trim());
    soon(true);
  };
  range.oninput = () => set(from(low + span * range.value / 1000));
  field.onchange = () => { const v = Number(field.value) * knob.scale; if (isFinite(v)) set(v); };
  row.ondblclick = () => { state.values.delete(knob.name); soon(true); };
  return row;
}

/// Loads after the last of several quick changes; a run that goes on beyond the protocol keeps its state.
let timer = 0;
function soon(moved) {
  clearTimeout(timer);
  const keep = moved && state.running && beyond();
  // After an edit as long as the compiler takes, so that fast models follow every key and slow ones wait for the last.
  timer = setTimeout(() => load(keep), moved ? 15 : Math.min(300, state.took));
}

function parameterSets() {
  const names = [...text.text().matchAll(/^\s*parameters\s+(\w+)\s*\{/gm)].map((found) => found[1]);
  data.parameters = names;
  const buttons = [null, ...names].map((name) => {
    const button = make("button", { type: "button", textContent: name ?? "as written", className: "chip" });
    button.setAttribute("aria-pressed", String(state.parameters === name));
    button.onclick = () => { state.parameters = name; state.values.clear(); parameterSets(); load(); };
    return button;
  });
  $("sets").replaceChildren(...(names.length ? buttons : []));
}

// ---- Plots

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const cached = () => { const seen = {}; return (name) => seen[name] ??= style(name); };
const canvases = [];
const ratio = () => Math.min(window.devicePixelRatio || 1, 3);

function range(panel, key) {
  const zoomed = state.zoom.get(key);
  if (zoomed) return { x: zoomed };
  const isTime = panel.x.label === "time" && panel.x.low === 0;
  if (isTime && state.time > state.window * (1 + 1e-9)) return { x: { low: state.time - state.window, high: state.time } };
  if (isTime && state.time < state.window) return { x: { low: 0, high: state.window } };
  return null;
}

function panels() {
  let k = 0;
  const box = $("plots");
  state.list.forEach((figure, f) => figure.panels.forEach((panel, p) => {
    const key = `${f}.${p}`;
    const item = canvases[k] ??= canvas(k);
    if (!item.box.isConnected) box.append(item.box);
    item.panel = panel; item.key = key;
    item.paint();
    k++;
  }));
  for (const left of canvases.splice(k)) left.box.remove();
  $("empty").hidden = k > 0;
}

function canvas() {
  const surface = make("canvas", { tabIndex: 0 });
  const hint = make("div", { className: "hint" });
  const box = make("figure", { className: "plot" }, surface, hint);
  const item = { box, surface, panel: null, key: "", map: null, drag: null };
  item.paint = () => {
    const width = box.clientWidth || 600, height = Math.round(Math.min(300, Math.max(200, width * 0.5)));
    const r = ratio();
    if (surface.width !== Math.round(width * r) || surface.height !== Math.round(height * r)) {
      surface.width = Math.round(width * r); surface.height = Math.round(height * r);
      surface.style.height = `${height}px`;
    }
    const ctx = surface.getContext("2d");
    ctx.setTransform(r, 0, 0, r, 0, 0);
    const zoom = range(item.panel, item.key);
    item.map = draw(ctx, item.panel, state.pool, width, height, cached(), zoom);
    if (item.drag) {
      ctx.fillStyle = style("--accent"); ctx.globalAlpha = 0.15;
      ctx.fillRect(Math.min(item.drag.from, item.drag.to), item.map.frame.top, Math.abs(item.drag.to - item.drag.from), item.map.h);
      ctx.globalAlpha = 1;
    }
    surface.setAttribute("role", "img");
    const count = item.panel.marks.length;
    surface.setAttribute("aria-label", `${item.panel.title || "plot"}: ${item.panel.y.label} over ${item.panel.x.label}, ${count} ${count === 1 ? "mark" : "marks"}. Plus and minus zoom, arrows move, 0 shows all.`);
  };
  const at = (x) => {
    const { frame, w, x: axis } = item.map, part = (x - frame.left) / w;
    return axis.log ? Math.exp(Math.log(axis.low) + part * Math.log(axis.high / axis.low)) : axis.low + part * (axis.high - axis.low);
  };
  const zoom = (low, high) => { if (high > low) state.zoom.set(item.key, { low, high }); item.paint(); };
  surface.onpointerdown = (event) => { if (event.button === 0 && event.pointerType !== "touch") { item.drag = { from: event.offsetX, to: event.offsetX, y: event.offsetY }; surface.setPointerCapture(event.pointerId); } };
  surface.onpointermove = (event) => {
    if (item.drag) { item.drag.to = event.offsetX; item.paint(); }
    if (!item.map) return;
    const { x, y, frame, h } = item.map;
    const vy = y.low + (1 - (event.offsetY - frame.top) / h) * (y.high - y.low);
    hint.textContent = `${number(at(event.offsetX) / x.scale)} ${x.unit}, ${number(vy / y.scale)} ${y.unit}`;
  };
  surface.onpointerleave = () => { hint.textContent = ""; };
  surface.onpointerup = (event) => {
    const drag = item.drag;
    item.drag = null;
    item.dragged = drag && Math.abs(drag.to - drag.from) >= 4;
    if (!drag || Math.abs(drag.to - drag.from) < 4) { item.paint(); return; }
    zoom(at(Math.min(drag.from, drag.to)), at(Math.max(drag.from, drag.to)));
  };
  surface.onclick = (event) => {
    const raster = item.panel.raster;
    if (!raster || !item.map || item.dragged) return;
    const { y, frame, h } = item.map;
    const index = Math.round(y.low + (1 - (event.offsetY - frame.top) / h) * (y.high - y.low));
    trace(raster.population, index + raster.first);
  };
  surface.ondblclick = () => { state.zoom.delete(item.key); item.paint(); };
  surface.onkeydown = (event) => {
    const { x } = item.map, span = x.high - x.low, middle = (x.low + x.high) / 2;
    const actions = {
      "+": () => zoom(middle - span / 4, middle + span / 4), "=": () => zoom(middle - span / 4, middle + span / 4),
      "-": () => zoom(middle - span, middle + span),
      ArrowLeft: () => zoom(x.low - span / 8, x.high - span / 8), ArrowRight: () => zoom(x.low + span / 8, x.high + span / 8),
      0: () => { state.zoom.delete(item.key); item.paint(); },
    };
    if (actions[event.key]) { actions[event.key](); event.preventDefault(); }
  };
  new ResizeObserver(() => item.panel && item.paint()).observe(box);
  return item;
}

function trace(population, index) {
  const group = state.offer?.groups?.find((group) => group.name === population);
  if (!group?.state || index < 0 || index >= group.size) return;
  const same = (one) => one.population === population && one.index === index;
  if (state.traces.some(same)) state.traces = state.traces.filter((one) => !same(one));
  else state.traces.push({ population, index, variable: group.state });
  showTraces();
  load();
}
function showTraces() {
  $("traces").replaceChildren(...state.traces.map((one) => {
    const name = `${one.population}[${one.index}]`;
    const button = make("button", { type: "button", className: "chip", textContent: `${name} ×` });
    button.setAttribute("aria-label", `stop tracing ${name}`);
    button.onclick = () => trace(one.population, one.index);
    return button;
  }));
}
/// The same without a pointer: a population and a number.
function tracer(groups) {
  const fit = (groups ?? []).filter((group) => group.state);
  $("tracer").hidden = !fit.length;
  const names = fit.map((group) => group.name).join();
  if ($("trace-population").dataset.names !== names) {
    $("trace-population").dataset.names = names;
    $("trace-population").replaceChildren(...fit.map((group) => make("option", { textContent: group.name })));
  }
  const chosen = fit.find((group) => group.name === $("trace-population").value);
  if (chosen) $("trace-index").max = chosen.size - 1;
}
$("trace-population").onchange = () => tracer(state.offer?.groups);
$("tracer").onsubmit = (event) => {
  event.preventDefault();
  trace($("trace-population").value, Number($("trace-index").value));
};

// ---- Diagnostics, report, equations

function listDiagnostics(list) {
  const rows = list.filter((one) => one.severity !== "info").map((one) => {
    const row = make("li", { className: one.severity });
    const place = one.labels[0]?.place;
    const head = make("button", { type: "button", textContent: `${one.code ? `${one.code}: ` : ""}${one.message}` });
    head.onclick = () => { text.place = place; $("editor-part").open = true; if (place) text.go(place); };
    row.append(head, make("pre", { textContent: one.text }));
    return row;
  });
  $("diagnostics").replaceChildren(...rows);
  $("diagnostics").hidden = !rows.length;
  const errors = list.filter((one) => one.severity === "error");
  if (data.watch) {
    $("overlay").hidden = !errors.length;
    $("overlay-text").textContent = errors.map((one) => one.text).join("\n");
  }
}

function showReport(report) {
  const rows = (report.populations ?? []).map((one) => {
    const cells = [one.name, one.neurons, one.spikes ?? "–", one.rate_hz == null ? "–" : `${number(Number(one.rate_hz.toPrecision(3)))} Hz`, one.method ? `${one.method}${one.method_automatic ? " (chosen)" : ""}` : "–"];
    const row = make("tr", {}, ...cells.map((cell, k) => make(k ? "td" : "th", { textContent: cell })));
    return one.silent_because?.length ? [row, make("tr", {}, Object.assign(make("td", { textContent: one.silent_because.join("; ") }), { colSpan: 5, className: "why" }))] : [row];
  }).flat();
  $("report").replaceChildren(...rows);
  $("seed").textContent = `seed ${report.seed}, ${report.steps} steps`;
}

function typeset() {
  const rows = state.offer?.equations ?? [];
  $("equations").innerHTML = rows.join("");
  $("equations-part").hidden = !rows.length;
}

// ---- Downloads

function save(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
const stem = () => (data.name ?? "model").replace(/\.snn$/, "").replace(/^.*[\\/]/, "");
const WIDE = 720, TALL = 380; // Points of a plot in a file.
const downloads = {
  snn: () => save(`${stem()}.snn`, new Blob([text.text()], { type: "text/plain" })),
  csv: () => tell({ is: "csv" }),
  svg: () => {
    const surface = new Svg(WIDE, TALL * canvases.length);
    together(surface);
    save(`${stem()}.svg`, new Blob([surface.text()], { type: "image/svg+xml" }));
  },
  png: () => {
    const surface = make("canvas", { width: 2 * WIDE, height: 2 * TALL * canvases.length });
    const ctx = surface.getContext("2d");
    ctx.scale(2, 2);
    together(ctx);
    surface.toBlob((blob) => save(`${stem()}.png`, blob));
  },
};
/// All plots, one below the other.
function together(ctx) {
  canvases.forEach((item, k) => {
    ctx.save();
    ctx.translate(0, TALL * k);
    draw(ctx, item.panel, state.pool, WIDE, TALL, cached(), range(item.panel, item.key));
    ctx.restore();
  });
}
for (const [kind, action] of Object.entries(downloads)) $(`save-${kind}`).onclick = action;

// ---- Controls

$("play").onclick = () => {
  if (state.running) { tell({ is: "pause" }); return; }
  const over = window.snnc.done?.why === "complete" || window.snnc.done?.why === "failed";
  if (over && !beyond()) { load(); return; }
  setRunning(true);
  tell({ is: "play", speed: speed(), beyond: beyond() });
};
$("step").onclick = () => tell({ is: "step", beyond: beyond() });
$("reset").onclick = () => { state.zoom.clear(); load(); };
$("reseed").onclick = () => { state.seed = crypto.getRandomValues(new Uint32Array(1))[0]; load(); };
$("defaults").onclick = () => { state.values.clear(); state.parameters = null; $("sliders").dataset.signature = ""; parameterSets(); load(); };
const change = () => { if (state.running) tell({ is: "play", speed: speed(), beyond: beyond() }); };
$("speed").onchange = change;
$("beyond").onchange = () => { if (beyond() && !state.running) $("play").click(); else change(); };
$("restart").onclick = () => {
  $("stuck").hidden = true;
  setRunning(false);
  state.number++;
  waiting = "nothing";
  startEngine();
  window.snnc.done = { why: "stopped" };
  say("Stopped. Change the model, then run it again.");
};
$("theme").onclick = () => {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  panels();
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panels());
document.addEventListener("keydown", (event) => {
  if (event.target.closest(".cm-editor, input, select, button, canvas, summary")) return;
  if (event.key === " ") { $("play").click(); event.preventDefault(); }
  if (event.key === ".") $("step").click();
  if (event.key === "r") $("reset").click();
});

// ---- The model's text, and the examples of a playground

/// The text, and the editor as soon as it is there.
const text = {
  asked: false,
  pending: [],
  view: null,
  text: () => data.text ?? "",
  set: (t) => { data.text = t; $("source").textContent = t; },
  mark: (list) => { text.pending = list; },
  go: () => {},
  open(editor) {
    const { pending } = text, before = text.text();
    $("editor").replaceChildren();
    Object.assign(text, editor($("editor"), before, () => { parameterSets(); state.asked = performance.now(); soon(false); }));
    text.mark(pending);
    if (text.place) text.go(text.place);
  },
};
function askForEditor() {
  if (text.asked) return;
  text.asked = true;
  engine.postMessage({ is: "unpack", packed: $("editor-script").textContent });
}
$("editor-part").ontoggle = () => { if (ready) askForEditor(); };
text.set(data.text ?? "");
window.snnc.editor = text;
if (data.examples?.length) {
  const menu = $("examples");
  menu.hidden = false;
  menu.append(...data.examples.map(({ name, title }, k) => make("option", { value: k, textContent: title ?? name })));
  menu.onchange = () => {
    const chosen = data.examples[menu.value];
    Object.assign(data, { name: chosen.name });
    state.values.clear(); state.traces = []; state.parameters = null; state.zoom.clear(); state.offer = null;
    showTraces();
    $("title").textContent = chosen.title ?? chosen.name;
    text.set(chosen.text);
    parameterSets();
    load();
  };
}
$("title").textContent = data.title ?? data.name ?? "snnc";
if (window.innerWidth > 900) $("editor-part").open = true;
parameterSets();

// ---- What the page was made with is shown until the engine has computed it anew

function know(offer) {
  state.offer = offer;
  if (offer.title) { $("title").textContent = offer.title; document.title = `${offer.title} · snnc`; }
  sliders(offer.knobs);
  typeset();
  tracer(offer.groups);
}
const before = data.preview;
if (before && !location.hash.slice(1)) {
  know(before.offer);
  const numbers = new Float32Array(bytes85(before.pool).buffer);
  Object.assign(state, { list: before.list, pool: Float64Array.from(numbers), time: before.time, window: before.window });
  panels();
  showReport(before.report);
  window.snnc.loadToPlot = performance.now();
}
// The engine stands further down in the file.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startEngine);
else startEngine();

// ---- A file that is watched: its text arrives anew after each save

if (data.watch) {
  let version = data.version;
  const look = async () => {
    try {
      const answer = await (await fetch(`changes?since=${version}`)).json();
      if (answer.version !== version) {
        version = answer.version;
        text.set(answer.text);
        data.files = answer.files ?? data.files;
        parameterSets();
        load();
      }
      setTimeout(look, 100);
    } catch { setTimeout(look, 1500); }
  };
  look();
}
