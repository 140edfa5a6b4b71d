// The engine of a page, in a thread of its own: it holds the compiler, runs the simulation in slices, and never blocks the page.

import { bytes85, lzma } from "./unpack.js";

const SLICE = 20; // Milliseconds of work between two looks at messages.
// Longest lines in full while the model runs, and at a stop.
const FEW = 2000, ALL = 0xffffffff;
const BUDGET = 30_000; // Milliseconds of work on one experiment before the page asks whether to go on.

let core, memory, table;
const free = new Map();
const decoder = new TextDecoder(), encoder = new TextEncoder();

const env = {
  // Compiles the kernels of a model with the memory of the compiler; their functions join its table.
  snnc_load(at, length, called, calls, kernels) {
    const imports = { memory };
    const numbers = new Uint32Array(memory.buffer, called, calls);
    numbers.forEach((place, k) => { imports[`f${k}`] = table.get(place); });
    try {
      const bytes = new Uint8Array(memory.buffer, at, length).slice();
      const made = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: imports }).exports;
      const first = free.get(kernels)?.pop() ?? table.grow(kernels);
      for (let k = 0; k < kernels; k++) table.set(first + k, made[`k${k}`]);
      return first;
    } catch (error) {
      console.error(error);
      return -1;
    }
  },
  snnc_unload(first, kernels) {
    for (let k = 0; k < kernels; k++) table.set(first + k, null);
    if (!free.has(kernels)) free.set(kernels, []);
    free.get(kernels).push(first);
  },
};

/// Whether relaxed SIMD is here and rounds a product and a sum once: (1 + e)^2 - (1 + 2e) is e^2 then, and 0 otherwise.
function hasFused() {
  // (func (export "f") (param f64 f64 f64) (result f64)): three splats, f64x2.relaxed_madd, lane 0.
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 124, 124, 124, 1, 124, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0,
    10, 22, 1, 20, 0, 32, 0, 253, 20, 32, 1, 253, 20, 32, 2, 253, 20, 253, 135, 2, 253, 33, 0, 11];
  try {
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports;
    const e = 2 ** -30;
    return f(1 + e, 1 + e, -1 - 2 * e) === e * e;
  } catch { return false; }
}

async function start(packed) {
  const module = await WebAssembly.compile(lzma(bytes85(packed)));
  core = (await WebAssembly.instantiate(module, { env })).exports;
  memory = core.memory;
  table = core.__indirect_function_table;
  const fused = Boolean(core.use_fused) && hasFused();
  if (fused) core.use_fused();
  postMessage({ is: "ready", fused });
}

const text = (length) => decoder.decode(new Uint8Array(memory.buffer, core.answer(), length));
const answer = (length) => JSON.parse(text(length));

function ask(question) {
  const bytes = encoder.encode(JSON.stringify(question));
  const at = core.question(bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  return answer(core.load());
}

// The run: what is wanted, and where it is.
let run = { on: false, speed: 0, beyond: false, chunk: 0, spent: 0, window: 0, time: 0, dt: 1e-4, timer: 0, state: "empty" };

/// `points`: long lines come as the extremes of so many stretches.
function figures(points) {
  const list = answer(core.figures(points));
  const pool = new Float64Array(memory.buffer, core.pool(), core.pool_size()).slice();
  postMessage({ is: "figures", list, pool, time: run.time, window: run.window }, [pool.buffer]);
}

function report() {
  postMessage({ is: "report", report: answer(core.report()), state: run.state, time: run.time });
}

function advance(seconds) {
  const before = performance.now();
  const result = answer(core.advance(seconds, run.beyond ? 1 : 0));
  const took = performance.now() - before;
  run.spent += took;
  run.state = result.state;
  run.time = result.time ?? run.time;
  // The next slice is as long as this one says, and never more than ten times as long.
  const rate = seconds / Math.max(took, 0.05);
  run.chunk = Math.min(Math.max(rate * SLICE, run.dt), seconds * 10);
  return result;
}

function stop(why, result) {
  run.on = false;
  if (result?.diagnostic) postMessage({ is: "failed", diagnostic: result.diagnostic });
  figures(ALL);
  report();
  postMessage({ is: "stopped", why, time: run.time, spent: run.spent });
}

function slice() {
  if (!run.on) return;
  const now = performance.now();
  let seconds = run.chunk;
  if (run.speed > 0) {
    const due = run.origin + (now - run.began) / 1000 * run.speed;
    seconds = Math.min(run.chunk, Math.max(0, due - run.time));
  }
  let result;
  if (seconds >= run.dt * 0.999) result = advance(seconds);
  if (run.state === "failed") return stop("failed", result);
  if (run.state === "complete" && !run.beyond) return stop("complete");
  if (run.spent > BUDGET && !run.beyond) {
    run.spent = 0;
    return stop("budget");
  }
  if (run.beyond && run.time > run.window) core.forget(run.time - 1.5 * run.window);
  if (now - run.shown > run.pause) {
    const before = performance.now();
    figures(FEW);
    run.shown = performance.now();
    run.pause = Math.max(40, 4 * (run.shown - before));
  }
  setTimeout(slice, run.speed > 0 ? 8 : 0);
}

function go() {
  Object.assign(run, { on: true, began: performance.now(), origin: run.time, shown: performance.now(), pause: 40 });
  slice();
}

const handlers = {
  core: ({ packed }) => start(packed),
  unpack: ({ packed }) => postMessage({ is: "unpacked", text: decoder.decode(lzma(bytes85(packed))) }),
  load({ request, number, play, speed, beyond }) {
    run.on = false;
    const before = performance.now();
    const offer = ask(request);
    const took = performance.now() - before;
    postMessage({ is: "offer", offer, number, took });
    if (!offer.ok) return;
    const kept = request.keep;
    Object.assign(run, { dt: offer.dt, window: offer.duration || 0.1, time: offer.time, spent: 0, beyond, speed, state: "running" });
    run.chunk = Math.max(offer.dt, Math.min(run.window / 4, run.chunk || offer.dt * 16));
    if (!kept) run.chunk = Math.max(offer.dt, Math.min(run.window, offer.dt * 64));
    if (play) go();
    else { figures(ALL); report(); postMessage({ is: "stopped", why: "loaded", time: run.time, spent: 0 }); }
  },
  play({ speed, beyond }) {
    if (!core || run.state === "empty") return;
    run.speed = speed;
    run.beyond = beyond;
    if (run.on) Object.assign(run, { began: performance.now(), origin: run.time });
    else go();
  },
  pause() { if (run.on) stop("paused"); },
  step({ beyond }) {
    run.on = false;
    run.beyond = beyond;
    const result = advance(run.dt);
    stop("paused", result);
  },
  csv() { postMessage({ is: "csv", files: answer(core.csv()) }); },
};

onmessage = ({ data }) => {
  try {
    handlers[data.is]?.(data);
  } catch (error) {
    postMessage({ is: "broken", text: String(error?.stack ?? error) });
  }
};
