// Several files as one archive, uncompressed.

const table = Uint32Array.from({ length: 256 }, (_, k) => {
  for (let bit = 0; bit < 8; bit++) k = k & 1 ? k >>> 1 ^ 0xedb88320 : k >>> 1;
  return k;
});
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 255] ^ c >>> 8;
  return ~c >>> 0;
}

/// A zip archive of pairs of name and text.
export function zip(files) {
  const encoder = new TextEncoder(), parts = [], directory = [];
  let at = 0;
  const numbers = (...fields) => {
    const out = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
    let place = 0;
    for (const [size, value] of fields) { if (size === 2) out.setUint16(place, value, true); else out.setUint32(place, value, true); place += size; }
    return new Uint8Array(out.buffer);
  };
  const add = (list, ...pieces) => pieces.reduce((sum, piece) => { list.push(piece); return sum + piece.length; }, 0);
  for (const [name, text] of files) {
    const title = encoder.encode(name), bytes = encoder.encode(text);
    // Version, names in UTF-8, no compression, 1 January 1980; then sums and sizes.
    const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc(bytes)], [4, bytes.length], [4, bytes.length], [2, title.length], [2, 0]];
    directory.push(numbers([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), title);
    at += add(parts, numbers([4, 0x04034b50], ...common), title, bytes);
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  parts.push(...directory, numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, at], [2, 0]));
  const out = new Uint8Array(parts.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of parts) { out.set(piece, place); place += piece.length; }
  return out;
}
