// to += from, modulo 2^16, 2^32 or 2^64, for words.ts: vectors of `bytes` bytes, a whole number of words. No branch and no address
// depends on a word.

export function addWords(width: i32, bytes: i32, to: usize, from: usize): void {
  if (width == 16) {
    for (; bytes >= 32; bytes -= 32) {
      v128.store(to, i16x8.add(v128.load(to), v128.load(from)));
      v128.store(to, i16x8.add(v128.load(to, 16), v128.load(from, 16)), 16);
      to += 32;
      from += 32;
    }
    for (; bytes > 0; bytes -= 2) {
      store<u16>(to, load<u16>(to) + load<u16>(from));
      to += 2;
      from += 2;
    }
  } else if (width == 32) {
    for (; bytes >= 32; bytes -= 32) {
      v128.store(to, i32x4.add(v128.load(to), v128.load(from)));
      v128.store(to, i32x4.add(v128.load(to, 16), v128.load(from, 16)), 16);
      to += 32;
      from += 32;
    }
    for (; bytes > 0; bytes -= 4) {
      store<u32>(to, load<u32>(to) + load<u32>(from));
      to += 4;
      from += 4;
    }
  } else {
    for (; bytes >= 32; bytes -= 32) {
      v128.store(to, i64x2.add(v128.load(to), v128.load(from)));
      v128.store(to, i64x2.add(v128.load(to, 16), v128.load(from, 16)), 16);
      to += 32;
      from += 32;
    }
    for (; bytes > 0; bytes -= 8) {
      store<u64>(to, load<u64>(to) + load<u64>(from));
      to += 8;
      from += 8;
    }
  }
}
