// Bytes of a cell to text, faster for the few characters that a cell has than a TextDecoder is.

/** Text of bytes in UTF-8; what is not, as at the end of a file that was cut off, becomes U+FFFD. */
export function decode(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  let at = from;
  // eight at once: text of single characters added up is several times as slow
  for (; at + 8 <= to; at += 8) {
    const [a, b, c, d] = [
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    ];
    const [e, f, g, h] = [
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
    ];
    if ((a | b | c | d | e | f | g | h) > 127) break;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; at < to; at++) {
    const first = bytes[at] as number;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const extra = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
    let code = extra === 0 ? 0xfffd : first & (0x3f >> extra);
    let taken = 0;
    for (; taken < extra && at + taken + 1 < to; taken++) {
      const next = bytes[at + taken + 1] as number;
      if ((next & 0xc0) !== 0x80) break;
      code = (code << 6) | (next & 63);
    }
    at += taken;
    text += taken === extra && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  return text;
}
