// CRC-32 as zip files carry it (polynomial 0xEDB88320, ISO 3309), four bytes at a time.

const tables = Array.from({ length: 4 }, () => new Int32Array(256));
for (let i = 0; i < 256; i++) {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  (tables[0] as Int32Array)[i] = c;
}
const [first, second, third, fourth] = tables as [Int32Array, Int32Array, Int32Array, Int32Array];
for (let i = 0; i < 256; i++) {
  let c = first[i] as number;
  for (const table of [second, third, fourth]) {
    c = (c >>> 8) ^ (first[c & 255] as number);
    table[i] = c;
  }
}

export function newCrc(): { add(bytes: Uint8Array): void; value(): number } {
  let crc = -1;
  return {
    add(bytes) {
      let at = 0;
      for (const whole = bytes.length - 3; at < whole; at += 4) {
        crc ^=
          (bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24);
        crc =
          (fourth[crc & 255] as number) ^
          (third[(crc >>> 8) & 255] as number) ^
          (second[(crc >>> 16) & 255] as number) ^
          (first[crc >>> 24] as number);
      }
      for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (first[(crc ^ (bytes[at] as number)) & 255] as number);
    },
    value: () => ~crc >>> 0,
  };
}
