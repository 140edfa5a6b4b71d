// Panels drawn on a canvas, or as SVG: every mark of a figure comes as a few kinds of shapes.

const COLORS = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];
const SEQUENTIAL = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const DIVERGING = [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]];
const CYCLIC = [[126, 87, 194], [66, 165, 245], [102, 187, 106], [255, 167, 38], [126, 87, 194]];
const MAPS = { sequential: SEQUENTIAL, diverging: DIVERGING, cyclic: CYCLIC };

function mapColor(map, position) {
  const colors = MAPS[map] ?? SEQUENTIAL;
  const at = Math.min(Math.max(position, 0), 1) * (colors.length - 1);
  const k = Math.min(Math.floor(at), colors.length - 2);
  const mix = colors[k].map((c, i) => Math.round(c + (colors[k + 1][i] - c) * (at - k)));
  return `rgb(${mix})`;
}

/// Round positions between two limits.
export function ticks(low, high, count, whole) {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > 0) || !isFinite(raw)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  let step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  if (whole) step = Math.max(1, Math.round(step));
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push(k * step);
  return out;
}

export const number = (value) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(parseFloat(value.toPrecision(5)));
};

/// A drawing surface that writes SVG, with the few functions of a canvas that panels use.
export class Svg {
  constructor(width, height) {
    Object.assign(this, { width, height, parts: [], path: [], stack: [], fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "12px sans-serif", textAlign: "left", textBaseline: "alphabetic", dash: [], turn: null, clips: 0 });
  }
  n(value) { return String(Math.round(value * 100) / 100); }
  beginPath() { this.path = []; }
  moveTo(x, y) { this.path.push(`M${this.n(x)} ${this.n(y)}`); }
  lineTo(x, y) { this.path.push(`L${this.n(x)} ${this.n(y)}`); }
  rect(x, y, w, h) { this.path.push(`M${this.n(x)} ${this.n(y)}h${this.n(w)}v${this.n(h)}h${this.n(-w)}z`); }
  arc(x, y, r) { this.path.push(`M${this.n(x - r)} ${this.n(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`); }
  closePath() { this.path.push("z"); }
  setLineDash(dash) { this.dash = dash; }
  stroke() { this.parts.push(`<path d="${this.path.join("")}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" stroke-opacity="${this.globalAlpha}"${this.dash.length ? ` stroke-dasharray="${this.dash}"` : ""} stroke-linejoin="round"/>`); }
  fill() { this.parts.push(`<path d="${this.path.join("")}" fill="${this.fillStyle}" fill-opacity="${this.globalAlpha}"/>`); }
  fillRect(x, y, w, h) { this.parts.push(`<rect x="${this.n(x)}" y="${this.n(y)}" width="${this.n(w)}" height="${this.n(h)}" fill="${this.fillStyle}" fill-opacity="${this.globalAlpha}"/>`); }
  clip() {
    const id = `c${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><path d="${this.path.join("")}"/></clipPath><g clip-path="url(#${id})">`);
    this.stack[this.stack.length - 1].push("</g>");
  }
  save() { this.stack.push([]); }
  restore() { for (const end of this.stack.pop().reverse()) this.parts.push(end); }
  translate(x, y) { this.parts.push(`<g transform="translate(${this.n(x)} ${this.n(y)})">`); this.stack[this.stack.length - 1].push("</g>"); }
  rotate(angle) { this.parts.push(`<g transform="rotate(${this.n(angle * 180 / Math.PI)})">`); this.stack[this.stack.length - 1].push("</g>"); }
  fillText(text, x, y) {
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    const shift = { top: "0.8em", middle: "0.35em", alphabetic: "0", bottom: "-0.2em" }[this.textBaseline];
    const safe = String(text).replace(/[<&>]/g, (c) => ({ "<": "&lt;", "&": "&amp;", ">": "&gt;" })[c]);
    this.parts.push(`<text x="${this.n(x)}" y="${this.n(y)}" dy="${shift}" text-anchor="${anchor}" fill="${this.fillStyle}" style="font:${this.font}">${safe}</text>`);
  }
  measureText(text) { return { width: 6.2 * String(text).length }; }
  text() {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">${this.parts.join("")}</svg>`;
  }
}

/// Draws a panel, and returns how its data map to the surface.
export function draw(ctx, panel, pool, width, height, style, range) {
  const col = ([first, count]) => pool.subarray(first, first + count);
  const font = (size, weight = "") => `${weight} ${size}px system-ui, sans-serif`.trim();
  ctx.fillStyle = style("--paper");
  ctx.fillRect(0, 0, width, height);
  const x = { ...panel.x, ...(range?.x ?? {}) }, y = { ...panel.y, ...(range?.y ?? {}) };
  const names = panel.marks.filter((mark) => mark.name);
  const legend = names.length > 1 && names.length <= 12;
  const frame = { left: 58, right: 12, top: panel.title ? 28 : 12, bottom: 42 };
  const scaleBar = panel.marks.find((mark) => mark.scale)?.scale;
  if (scaleBar) frame.right += 60;
  if (legend) frame.top += 18 * Math.ceil(names.length / Math.max(1, Math.floor((width - 70) / 110)));
  const w = Math.max(20, width - frame.left - frame.right), h = Math.max(20, height - frame.top - frame.bottom);
  const place = (axis, first, length, flip) => {
    const t = axis.log ? (v) => Math.log(v) : (v) => v;
    const low = t(axis.low), high = t(axis.high), span = high - low || 1;
    return (v) => first + length * (flip ? 1 - (t(v) - low) / span : (t(v) - low) / span);
  };
  const px = place(x, frame.left, w, false), py = place(y, frame.top, h, true);

  // Grid and axes.
  ctx.lineWidth = 1;
  ctx.font = font(11);
  const axisTicks = (axis, count) => axis.log
    ? ticks(Math.log10(axis.low), Math.log10(axis.high), count, true).map((k) => 10 ** k)
    : ticks(axis.low / axis.scale, axis.high / axis.scale, count, axis.whole).map((v) => v * axis.scale);
  ctx.setLineDash([]);
  for (const v of axisTicks(x, Math.max(2, w / 90))) {
    ctx.strokeStyle = style("--grid");
    ctx.beginPath(); ctx.moveTo(px(v), frame.top); ctx.lineTo(px(v), frame.top + h); ctx.stroke();
    ctx.fillStyle = style("--quiet");
    ctx.textAlign = "center"; ctx.textBaseline = "top";
    ctx.fillText(number(v / x.scale), px(v), frame.top + h + 6);
  }
  for (const v of axisTicks(y, Math.max(2, h / 45))) {
    ctx.strokeStyle = style("--grid");
    ctx.beginPath(); ctx.moveTo(frame.left, py(v)); ctx.lineTo(frame.left + w, py(v)); ctx.stroke();
    ctx.fillStyle = style("--quiet");
    ctx.textAlign = "right"; ctx.textBaseline = "middle";
    ctx.fillText(number(v / y.scale), frame.left - 7, py(v));
  }
  const label = (axis) => axis.unit ? `${axis.label} (${axis.unit})` : axis.label;
  ctx.fillStyle = style("--ink");
  ctx.font = font(12);
  ctx.textAlign = "center"; ctx.textBaseline = "bottom";
  ctx.fillText(label(x), frame.left + w / 2, height - 4);
  ctx.save();
  ctx.translate(14, frame.top + h / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textBaseline = "middle";
  ctx.fillText(label(y), 0, 0);
  ctx.restore();
  if (panel.title) {
    ctx.font = font(13, "600");
    ctx.textAlign = "left"; ctx.textBaseline = "top";
    ctx.fillText(panel.title, frame.left, 8);
  }

  // Marks.
  let next = 0;
  const keys = [], unknown = new Set();
  ctx.save();
  ctx.beginPath();
  ctx.rect(frame.left, frame.top, w, h);
  ctx.clip();
  for (const mark of panel.marks) {
    let color;
    if (mark.color === "ink") color = style("--ink");
    else if (mark.color === "muted") color = style("--quiet");
    else if (mark.color === "next" || mark.color === "by") color = style(COLORS[next++ % COLORS.length]);
    else if (typeof mark.color === "number") color = style(COLORS[mark.color % COLORS.length]);
    else color = mark.color;
    keys.push({ mark, color });
    const scale = mark.scale;
    const own = scale && mark.color === "by";
    const shade = (k) => {
      const [low, high] = scale.limits;
      if (isNaN(col(scale.values)[k])) return "transparent";
      return mapColor(scale.map, (col(scale.values)[k] - low) / (high - low));
    };
    ctx.globalAlpha = mark.alpha;
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = mark.width;
    ctx.setLineDash(mark.dash === "dashed" ? [6, 4] : mark.dash === "dotted" ? [2, 3] : []);
    for (const shape of mark.shapes) if (shape.is === "cells") shape.count = scale?.values[1];
    if (mark.spikes) {
      // What a reset takes away: from the value at the threshold upward.
      const ts = col(mark.spikes.x), vs = col(mark.spikes.y);
      ctx.beginPath();
      for (let k = 0; k < ts.length; k++) { const at = px(ts[k]); ctx.moveTo(at, py(vs[k])); ctx.lineTo(at, frame.top); }
      ctx.stroke();
    }
    for (const shape of mark.shapes) {
      const drawn = shapes[shape.is];
      if (drawn) drawn({ ctx, shape, col, px, py, frame, w, h, style, x, y, shade: own || shape.is === "cells" ? shade : null });
      else unknown.add(shape.is);
    }
    ctx.globalAlpha = 1;
  }
  if (unknown.size) {
    ctx.fillStyle = style("--quiet");
    ctx.font = font(11);
    ctx.textAlign = "left"; ctx.textBaseline = "bottom";
    ctx.fillText(`not drawn on this page: ${[...unknown].join(", ")}`, frame.left + 6, frame.top + h - 6);
  }
  ctx.restore();
  ctx.setLineDash([]);
  ctx.strokeStyle = style("--quiet");
  ctx.lineWidth = 1;
  ctx.beginPath(); ctx.moveTo(frame.left, frame.top); ctx.lineTo(frame.left, frame.top + h); ctx.lineTo(frame.left + w, frame.top + h); ctx.stroke();

  if (legend) {
    ctx.font = font(11);
    ctx.textAlign = "left"; ctx.textBaseline = "middle";
    let lx = frame.left, ly = panel.title ? 34 : 14;
    for (const { mark, color } of keys.filter(({ mark }) => mark.name)) {
      const long = 26 + ctx.measureText(mark.name).width;
      if (lx + long > width - 8) { lx = frame.left; ly += 18; }
      ctx.strokeStyle = ctx.fillStyle = color;
      ctx.lineWidth = 2;
      if (mark.key === "line") { ctx.beginPath(); ctx.moveTo(lx, ly); ctx.lineTo(lx + 16, ly); ctx.stroke(); }
      else ctx.fillRect(lx + 4, ly - 4, 8, 8);
      ctx.fillStyle = style("--ink");
      ctx.fillText(mark.name, lx + 20, ly);
      lx += long + 10;
    }
  }
  if (scaleBar) {
    const [low, high] = scaleBar.limits, left = width - 52;
    for (let k = 0; k < 40; k++) {
      ctx.fillStyle = mapColor(scaleBar.map, 1 - k / 39);
      ctx.fillRect(left, frame.top + h * k / 40, 10, h / 40 + 0.5);
    }
    ctx.fillStyle = style("--quiet");
    ctx.font = font(10);
    ctx.textAlign = "left"; ctx.textBaseline = "middle";
    ctx.fillText(number(high), left + 13, frame.top + 5);
    ctx.fillText(number(low), left + 13, frame.top + h - 5);
  }
  return { frame, w, h, x, y, px, py };
}

function words(ctx, text, x, y, align, baseline, style) {
  if (!text) return;
  const { fillStyle, globalAlpha } = ctx;
  Object.assign(ctx, { fillStyle: style("--ink"), globalAlpha: 1, font: "11px system-ui, sans-serif", textAlign: align, textBaseline: baseline });
  ctx.fillText(text, x, y);
  Object.assign(ctx, { fillStyle, globalAlpha });
}

const shapes = {
  path({ ctx, shape, col, px, py, w }) {
    const xs = col(shape.x), ys = col(shape.y);
    ctx.beginPath();
    let on = false;
    if (xs.length > 4 * w) {
      // More points than pixels: first, lowest, highest and last of every column of pixels.
      let column = NaN, low = 0, high = 0, last = 0;
      for (let k = 0; k < xs.length; k++) {
        const v = ys[k];
        if (!isFinite(v)) { on = false; continue; }
        const at = Math.round(px(xs[k])), to = py(v);
        if (!on || at !== column) {
          if (on) { ctx.lineTo(column, low); ctx.lineTo(column, high); ctx.lineTo(column, last); ctx.lineTo(at, to); } else ctx.moveTo(at, to);
          column = at; low = high = to; on = true;
        }
        low = Math.min(low, to); high = Math.max(high, to); last = to;
      }
      if (on) { ctx.lineTo(column, low); ctx.lineTo(column, high); ctx.lineTo(column, last); }
    } else {
      for (let k = 0; k < xs.length; k++) {
        if (!isFinite(ys[k])) { on = false; continue; }
        if (on) ctx.lineTo(px(xs[k]), py(ys[k])); else ctx.moveTo(px(xs[k]), py(ys[k]));
        on = true;
      }
    }
    ctx.stroke();
  },
  area({ ctx, shape, col, px, py }) {
    const xs = col(shape.x), low = col(shape.low), high = col(shape.high);
    if (!xs.length) return;
    ctx.beginPath();
    ctx.moveTo(px(xs[0]), py(low[0]));
    for (let k = 1; k < xs.length; k++) ctx.lineTo(px(xs[k]), py(low[k]));
    for (let k = xs.length - 1; k >= 0; k--) ctx.lineTo(px(xs[k]), py(high[k]));
    ctx.closePath();
    ctx.fill();
  },
  segments({ ctx, shape, col, px, py }) {
    const rows = col(shape.rows);
    ctx.beginPath();
    for (let k = 0; k + 3 < rows.length; k += 4) { ctx.moveTo(px(rows[k]), py(rows[k + 1])); ctx.lineTo(px(rows[k + 2]), py(rows[k + 3])); }
    ctx.stroke();
  },
  ticks({ ctx, shape, col, px, py, shade }) {
    const xs = col(shape.x), ys = col(shape.y);
    const half = Math.max(1.2, Math.abs(py(shape.height) - py(0)) / 2);
    if (!shade) ctx.beginPath();
    for (let k = 0; k < xs.length; k++) {
      if (shade) { ctx.strokeStyle = shade(k); ctx.beginPath(); }
      const at = px(xs[k]), to = py(ys[k]);
      ctx.moveTo(at, to - half); ctx.lineTo(at, to + half);
      if (shade) ctx.stroke();
    }
    if (!shade) ctx.stroke();
  },
  dots({ ctx, shape, col, px, py, style, shade }) {
    const xs = col(shape.x), ys = col(shape.y), r = Math.max(1, shape.radius);
    for (let k = 0; k < xs.length; k++) {
      if (shade) ctx.fillStyle = ctx.strokeStyle = shade(k);
      const a = px(xs[k]), b = py(ys[k]);
      if (!isFinite(a + b)) continue;
      ctx.beginPath();
      if (shape.marker === "squares" || shape.marker === "frames") ctx.rect(a - r, b - r, 2 * r, 2 * r);
      else if (shape.marker === "diamonds") { ctx.moveTo(a, b - r); ctx.lineTo(a + r, b); ctx.lineTo(a, b + r); ctx.lineTo(a - r, b); ctx.closePath(); }
      else if (shape.marker === "crosses") { ctx.moveTo(a - r, b - r); ctx.lineTo(a + r, b + r); ctx.moveTo(a - r, b + r); ctx.lineTo(a + r, b - r); }
      else ctx.arc(a, b, r, 0, 2 * Math.PI);
      if (["rings", "frames"].includes(shape.marker)) {
        // Open marks hide what runs below them.
        const color = ctx.fillStyle;
        ctx.fillStyle = style("--paper");
        ctx.fill(); ctx.stroke();
        ctx.fillStyle = color;
      } else if (shape.marker === "crosses") ctx.stroke();
      else ctx.fill();
    }
  },
  /// Directions: the faster, the longer, weakly, so that slow places show theirs, too.
  arrows({ ctx, shape, col, px, py, w, h, x, y }) {
    const [xs, ys, dx, dy] = ["x", "y", "dx", "dy"].map((key) => col(shape[key]));
    const found = [];
    for (let k = 0; k < xs.length; k++) {
      const step = 1e-4 / Math.hypot(dx[k] / (x.high - x.low), dy[k] / (y.high - y.low));
      const a = px(xs[k]), b = py(ys[k]);
      const u = (px(xs[k] + dx[k] * step) - a) / step, v = (py(ys[k] + dy[k] * step) - b) / step;
      const speed = Math.hypot(u, v);
      if (speed > 0 && isFinite(speed)) found.push({ a, b, u: u / speed, v: v / speed, speed });
    }
    const fastest = Math.max(...found.map((one) => one.speed));
    const cell = 0.85 * Math.sqrt(w * h / Math.max(found.length, 1));
    ctx.beginPath();
    for (const { a, b, u, v, speed } of found) {
      const long = cell * (0.35 + 0.65 * Math.cbrt(speed / fastest)), barb = 0.32 * Math.min(long, 0.8 * cell);
      const tip = [a + u * long / 2, b + v * long / 2];
      ctx.moveTo(a - u * long / 2, b - v * long / 2); ctx.lineTo(...tip);
      for (const turn of [1, -1]) { ctx.moveTo(...tip); ctx.lineTo(tip[0] - barb * (0.9 * u - turn * 0.45 * v), tip[1] - barb * (0.9 * v + turn * 0.45 * u)); }
    }
    ctx.stroke();
  },
  shade({ ctx, shape, px, py, frame, w, h, style }) {
    const [a, b] = shape.vertical ? [px(shape.from), px(shape.to)] : [py(shape.from), py(shape.to)];
    if (!isFinite(a + b)) return;
    if (shape.vertical) ctx.fillRect(Math.min(a, b), frame.top, Math.abs(b - a), h);
    else ctx.fillRect(frame.left, Math.min(a, b), w, Math.abs(b - a));
    words(ctx, shape.label, shape.vertical ? (a + b) / 2 : frame.left + w / 2, shape.vertical ? frame.top + 3 : Math.min(a, b) + 3, "center", "top", style);
  },
  note({ ctx, shape, px, py, style }) {
    const a = px(shape.x), b = py(shape.y);
    ctx.beginPath(); ctx.arc(a, b, 2.5, 0, 2 * Math.PI); ctx.fill();
    words(ctx, shape.text, a + 5, b - 4, "left", "bottom", style);
  },
  boxes({ ctx, shape, col, px, py, shade }) {
    const rows = col(shape.rows);
    for (let k = 0; k + 3 < rows.length; k += 4) {
      if (shade) ctx.fillStyle = shade(k / 4);
      const left = px(rows[k]), right = px(rows[k + 2]), a = py(rows[k + 1]), b = py(rows[k + 3]);
      ctx.fillRect(Math.min(left, right), Math.min(a, b), Math.abs(right - left), Math.abs(b - a));
    }
  },
  rule({ ctx, shape, px, py, frame, w, h, style }) {
    ctx.beginPath();
    if (shape.vertical) { ctx.moveTo(px(shape.at), frame.top); ctx.lineTo(px(shape.at), frame.top + h); }
    else { ctx.moveTo(frame.left, py(shape.at)); ctx.lineTo(frame.left + w, py(shape.at)); }
    ctx.stroke();
    if (shape.label) {
      ctx.fillStyle = style("--quiet");
      ctx.font = "11px system-ui, sans-serif";
      ctx.textAlign = "right"; ctx.textBaseline = "bottom";
      if (shape.vertical) ctx.fillText(shape.label, px(shape.at) - 4, frame.top + 14);
      else {
        const over = py(shape.at) - 16 > frame.top;
        ctx.fillText(shape.label, frame.left + w - 4, py(shape.at) + (over ? -2 : 15));
      }
    }
  },
  cells({ ctx, shape, px, py, shade }) {
    if (!shade) return;
    const [x0, x1] = shape.x, [y0, y1] = shape.y;
    const columns = shape.columns, count = shape.count ?? 0;
    for (let k = 0; k < count; k++) {
      const i = k % columns, j = Math.floor(k / columns), rows = count / columns;
      const left = px(x0 + (x1 - x0) * i / columns), right = px(x0 + (x1 - x0) * (i + 1) / columns);
      const top = py(y0 + (y1 - y0) * (j + 1) / rows), bottom = py(y0 + (y1 - y0) * j / rows);
      ctx.fillStyle = shade(k);
      ctx.fillRect(left, top, right - left + 0.5, bottom - top + 0.5);
    }
  },
};
