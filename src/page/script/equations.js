// Equations of a model's text as MathML: fractions as fractions, powers raised, Greek letters by name.

const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω", Delta: "Δ", Omega: "Ω" };
const BINARY = { or: 1, and: 2, "<": 3, ">": 3, "<=": 3, ">=": 3, "==": 3, "!=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "//": 5 };
const SIGN = { "*": "\u2062", "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "-": "−" };

const esc = (text) => text.replace(/[<&>]/g, (c) => ({ "<": "&lt;", "&": "&amp;", ">": "&gt;" })[c]);
const tag = (name, ...parts) => `<${name}>${parts.join("")}</${name}>`;

function tokens(text) {
  const out = [];
  const pattern = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|([\p{L}_][\p{L}\p{N}_]*)|(\*\*|\/\/|<=|>=|==|!=|[-+*/%^()<>,.:[\]]))/uy;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) return null;
    out.push({ number: found[1], name: found[2], sign: found[3] });
    if (/^\s*$/.test(text.slice(pattern.lastIndex))) break;
  }
  return out;
}

function symbol(name) {
  const [first, ...rest] = name.split("_");
  const show = (part) => {
    const whole = GREEK[part] ?? part;
    return [...whole].length > 1 ? `<mi mathvariant="normal">${esc(whole)}</mi>` : tag("mi", esc(whole));
  };
  const digits = /^([A-Za-z])(\d+)$/.exec(first);
  const base = digits ? tag("msub", show(digits[1]), tag("mn", digits[2])) : show(first);
  return rest.length && first ? tag("msub", base, tag("mrow", rest.map(show).join("<mo>,</mo>"))) : base;
}

class Parser {
  constructor(list) { this.list = list; this.at = 0; }
  peek() { return this.list[this.at] ?? {}; }
  take(sign) { if (this.peek().sign === sign) { this.at++; return true; } return false; }
  binary(level) {
    if (level > 5) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const { sign, name } = this.peek();
      const op = sign ?? (name === "and" || name === "or" ? name : undefined);
      if (BINARY[op] !== level) break;
      this.at++;
      const right = this.binary(level + 1);
      left = op === "/"
        ? { math: tag("mfrac", this.bare(left), this.bare(right)) }
        : { math: tag("mrow", left.math, tag("mo", esc(SIGN[op] ?? op)), right.math) };
    }
    return left;
  }
  bare(part) { return part.inner ? tag("mrow", part.inner) : tag("mrow", part.math); }
  unary() {
    if (this.take("-")) return { math: tag("mrow", tag("mo", "−"), this.unary().math) };
    if (this.take("+")) return this.unary();
    if (this.peek().name === "not") { this.at++; return { math: tag("mrow", tag("mo", "¬"), this.unary().math) }; }
    return this.power();
  }
  power() {
    const base = this.atom();
    if (this.take("**") || this.take("^")) return { math: tag("msup", tag("mrow", base.math), this.bare(this.unary())) };
    return base;
  }
  atom() {
    const token = this.peek();
    this.at++;
    if (token.number) {
      // A unit directly behind a number belongs to it.
      const unit = this.peek().name;
      if (unit && !["and", "or", "if", "else", "in"].includes(unit)) { this.at++; return { math: tag("mrow", tag("mn", token.number), "<mspace width='0.2em'/>", `<mi mathvariant="normal">${esc(unit)}</mi>`) }; }
      return { math: tag("mn", token.number) };
    }
    if (token.sign === "(") {
      const inner = this.binary(1).math;
      if (!this.take(")")) throw new Error("unclosed");
      return { math: tag("mrow", "<mo>(</mo>", inner, "<mo>)</mo>"), inner };
    }
    if (token.name) {
      if (this.take("(")) {
        const args = [];
        while (!this.take(")")) { args.push(this.binary(1).math); if (this.at > this.list.length) throw new Error("unclosed"); this.take(","); }
        if (token.name === "sqrt") return { math: tag("msqrt", ...args) };
        if (token.name === "exp" && args.length === 1) return { math: tag("msup", "<mi>e</mi>", tag("mrow", args[0])) };
        if (token.name === "abs") return { math: tag("mrow", "<mo>|</mo>", ...args, "<mo>|</mo>") };
        return { math: tag("mrow", `<mi mathvariant="normal">${esc(token.name)}</mi>`, "<mo>(</mo>", args.join("<mo>,</mo>"), "<mo>)</mo>") };
      }
      return { math: symbol(token.name) };
    }
    throw new Error("no operand");
  }
}

function expression(text) {
  const list = tokens(text);
  if (!list) return null;
  try {
    const parser = new Parser(list);
    const { math } = parser.binary(1);
    return parser.at >= list.length ? math : null;
  } catch { return null; }
}

/// The differential equations of a text, as rows of MathML.
export function equations(text) {
  const rows = [];
  for (const line of text.split("\n")) {
    const code = line.replace(/#.*$/, "");
    const found = /^\s*d([A-Za-z_]\w*)\/dt\s*=\s*(.+?)\s*(?::[^:]*)?$/.exec(code);
    if (!found) continue;
    const right = expression(found[2]);
    if (!right) continue;
    const left = tag("mfrac", tag("mrow", "<mi mathvariant='normal'>d</mi>", symbol(found[1])), "<mrow><mi mathvariant='normal'>d</mi><mi>t</mi></mrow>");
    rows.push(`<math display="block">${left}<mo>=</mo>${right}</math>`);
  }
  return rows;
}
