// What a page carries is packed with LZMA and written in 85 printable characters, five for four bytes.

/// The bytes of a text in 85 characters: `#` is 0, and so on, without `<`; the first number says how many bytes there are.
export function bytes85(text) {
  const digit = (k) => { const c = text.charCodeAt(k); return c - (c > 60 ? 36 : 35); };
  const start = text.indexOf(" ") + 1, length = parseInt(text, 10);
  const out = new Uint8Array(Math.ceil(length / 4) * 4);
  const view = new DataView(out.buffer);
  for (let k = start, at = 0; at < length; k += 5, at += 4) {
    view.setUint32(at, (((digit(k) * 85 + digit(k + 1)) * 85 + digit(k + 2)) * 85 + digit(k + 3)) * 85 + digit(k + 4));
  }
  return out.subarray(0, length);
}

/// What an LZMA file holds. Probabilities stand in one array: those of whether a literal follows, then the others one after another.
export function lzma(source) {
  const props = source[0], lc = props % 9, lp = Math.floor(props / 9) % 5, pb = Math.floor(props / 45);
  const MATCH = 0, REP = 192, REP0 = 204, REP1 = 216, REP2 = 228, LONG = 240, SLOT = 432, SPECIAL = 688, ALIGN = 816, LENGTH = 832, LITERAL = 1860;
  const REP_LENGTH = LENGTH + 514;
  const p = new Uint16Array(LITERAL + (0x300 << (lc + lp))).fill(1024);
  let out = new Uint8Array(source.length * 4), size = 0;
  // Range, code and place in the source stand in an array: numbers of 32 bits in variables of a closure would be allocated anew at every bit.
  const r = new Uint32Array([0xffffffff, new DataView(source.buffer, source.byteOffset).getUint32(14), 18]);

  const bit = (k) => {
    const q = p[k], range = r[0], code = r[1], bound = Math.imul(range >>> 11, q) >>> 0;
    let found, rest, left;
    if (code < bound) { rest = bound; left = code; p[k] = q + (2048 - q >> 5); found = 0; }
    else { rest = range - bound; left = code - bound; p[k] = q - (q >> 5); found = 1; }
    if (rest < 0x1000000) { rest <<= 8; left = left << 8 | source[r[2]++]; }
    r[0] = rest; r[1] = left;
    return found;
  };
  const direct = (count) => {
    let value = 0;
    for (; count; count--) {
      r[0] >>>= 1;
      const one = r[1] >= r[0] ? 1 : 0;
      if (one) r[1] -= r[0];
      if (r[0] < 0x1000000) { r[0] <<= 8; r[1] = r[1] << 8 | source[r[2]++]; }
      value = value * 2 + one;
    }
    return value;
  };
  const tree = (from, bits) => {
    let node = 1;
    for (let k = 0; k < bits; k++) node = node << 1 | bit(from + node);
    return node - (1 << bits);
  };
  const reverse = (from, bits) => {
    let node = 1, value = 0;
    for (let k = 0; k < bits; k++) { const one = bit(from + node); node = node << 1 | one; value |= one << k; }
    return value;
  };
  const length = (from, place) => {
    if (!bit(from)) return 2 + tree(from + 2 + (place << 3), 3);
    if (!bit(from + 1)) return 10 + tree(from + 130 + (place << 3), 3);
    return 18 + tree(from + 258, 8);
  };
  const room = (more) => {
    if (size + more <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, size + more));
    larger.set(out);
    out = larger;
  };

  const literals = (1 << lp) - 1, places = (1 << pb) - 1;
  let state = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
  for (;;) {
    const place = size & places;
    if (!bit(MATCH + (state << 4) + place)) {
      room(1);
      const before = size ? out[size - 1] : 0;
      const from = LITERAL + 0x300 * (((size & literals) << lc) + (before >> (8 - lc)));
      // Most bits are those of literals: here the decoder works on variables of its own.
      let range = r[0], code = r[1], at = r[2], symbol = 1, match = 0, differs = 0;
      if (state >= 7) { match = out[size - d0 - 1]; differs = 0x100; }
      do {
        match <<= 1;
        const side = match & differs, k = from + differs + side + symbol;
        const q = p[k], bound = Math.imul(range >>> 11, q) >>> 0;
        if (code < bound) {
          range = bound; p[k] = q + (2048 - q >> 5);
          symbol <<= 1; differs &= ~match;
        } else {
          range = range - bound >>> 0; code = code - bound >>> 0; p[k] = q - (q >> 5);
          symbol = symbol << 1 | 1; differs &= match;
        }
        if (range < 0x1000000) { range = range << 8 >>> 0; code = (code << 8 | source[at++]) >>> 0; }
      } while (symbol < 0x100);
      r[0] = range; r[1] = code; r[2] = at;
      out[size++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let long;
    if (bit(REP + state)) {
      if (!bit(REP0 + state)) {
        if (!bit(LONG + (state << 4) + place)) {
          room(1);
          out[size] = out[size - d0 - 1];
          size++;
          state = state < 7 ? 9 : 11;
          continue;
        }
      } else {
        let distance;
        if (!bit(REP1 + state)) distance = d1;
        else {
          if (!bit(REP2 + state)) distance = d2;
          else { distance = d3; d3 = d2; }
          d2 = d1;
        }
        d1 = d0; d0 = distance;
      }
      long = length(REP_LENGTH, place);
      state = state < 7 ? 8 : 11;
    } else {
      d3 = d2; d2 = d1; d1 = d0;
      long = length(LENGTH, place);
      state = state < 7 ? 7 : 10;
      const slot = tree(SLOT + (Math.min(long - 2, 3) << 6), 6);
      d0 = slot;
      if (slot > 3) {
        const bits = (slot >> 1) - 1;
        d0 = (2 | slot & 1) << bits;
        if (slot < 14) d0 += reverse(SPECIAL + d0 - slot, bits);
        else {
          d0 = (2 | slot & 1) * 2 ** bits + direct(bits - 4) * 16 + reverse(ALIGN, 4);
          if (d0 === 0xffffffff) return out.subarray(0, size);
        }
      }
      if (d0 >= size) throw new Error("the page is damaged");
    }
    room(long);
    for (const end = size + long; size < end; size++) out[size] = out[size - d0 - 1];
  }
}
