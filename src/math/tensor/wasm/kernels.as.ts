// The trainer's WebAssembly: what kernels.ts asks for, four floats at a time. Addresses in bytes, sizes and steps in floats; nothing
// here checks a range. Every sum is taken in the order of the plain TypeScript kernels and rounded as often, so the bits are the same.

export { multiply } from "./multiply.as";
export { multiplyTransposed } from "./multiply-transposed.as";

/** to[n,k] = from[k,n] transposed, in squares of four by four. */
export function transpose(k: i32, n: i32, from: usize, to: usize): void {
  const wide = (<usize>n) << 2;
  const high = (<usize>k) << 2;
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    let at = from + <usize>i * wide;
    let out = to + ((<usize>i) << 2);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const r0 = v128.load(at);
      const r1 = v128.load(at + wide);
      const r2 = v128.load(at + 2 * wide);
      const r3 = v128.load(at + 3 * wide);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(out + high, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(out + 2 * high, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(out + 3 * high, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      at += 16;
      out += 4 * high;
    }
    for (; j < n; j++) {
      for (let p = 0; p < 4; p++) store<f32>(out + ((<usize>p) << 2), load<f32>(at + <usize>p * wide));
      at += 4;
      out += high;
    }
  }
  for (; i < k; i++)
    for (let j = 0; j < n; j++)
      store<f32>(to + <usize>j * high + ((<usize>i) << 2), load<f32>(from + <usize>i * wide + ((<usize>j) << 2)));
}

export function repeatRow(m: i32, n: i32, row: usize, c: usize): void {
  const size = (<usize>n) << 2;
  for (; m > 0; m--) {
    memory.copy(c, row, size);
    c += size;
  }
}

export function addRows(m: i32, n: i32, a: usize, sum: usize): void {
  const wide = (<usize>n) << 2;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let s = v128.load(sum);
    let at = a;
    for (let i = 0; i < m; i++) {
      s = f32x4.add(s, v128.load(at));
      at += wide;
    }
    v128.store(sum, s);
    sum += 16;
    a += 16;
  }
  for (; j < n; j++) {
    let s = load<f32>(sum);
    let at = a;
    for (let i = 0; i < m; i++) {
      s += load<f32>(at);
      at += wide;
    }
    store<f32>(sum, s);
    sum += 4;
    a += 4;
  }
}

/** to[t · step …] += from[t · k …] for each of m windows. */
export function addWindows(m: i32, k: i32, step: i32, from: usize, to: usize): void {
  for (; m > 0; m--) {
    addScaled(k, 1, from, to);
    from += (<usize>k) << 2;
    to += (<usize>step) << 2;
  }
}

export function relu(count: i32, x: usize): void {
  const zero = f32x4.splat(0);
  for (; count >= 4; count -= 4) {
    v128.store(x, f32x4.max(v128.load(x), zero));
    x += 16;
  }
  for (; count > 0; count--) {
    store<f32>(x, max<f32>(load<f32>(x), 0));
    x += 4;
  }
}

export function reluBackward(count: i32, y: usize, d: usize): void {
  const zero = f32x4.splat(0);
  for (; count >= 4; count -= 4) {
    v128.store(d, v128.and(v128.load(d), f32x4.gt(v128.load(y), zero)));
    y += 16;
    d += 16;
  }
  for (; count > 0; count--) {
    if (!(load<f32>(y) > 0)) store<f32>(d, 0);
    y += 4;
    d += 4;
  }
}

export function addScaled(count: i32, factor: f32, x: usize, y: usize): void {
  const f = f32x4.splat(factor);
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(f, v128.load(x))));
    x += 16;
    y += 16;
  }
  for (; count > 0; count--) {
    store<f32>(y, load<f32>(y) + factor * load<f32>(x));
    x += 4;
    y += 4;
  }
}

export function scaleAndAdd(count: i32, factor: f32, x: usize, y: usize): void {
  const f = f32x4.splat(factor);
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.add(f32x4.mul(f, v128.load(y)), v128.load(x)));
    x += 16;
    y += 16;
  }
  for (; count > 0; count--) {
    store<f32>(y, factor * load<f32>(y) + load<f32>(x));
    x += 4;
    y += 4;
  }
}

export function pull(count: i32, factor: f32, x: usize, origin: usize, y: usize): void {
  const f = f32x4.splat(factor);
  for (; count >= 4; count -= 4) {
    const away = f32x4.sub(v128.load(x), v128.load(origin));
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(f, away)));
    x += 16;
    origin += 16;
    y += 16;
  }
  for (; count > 0; count--) {
    store<f32>(y, load<f32>(y) + factor * (load<f32>(x) - load<f32>(origin)));
    x += 4;
    origin += 4;
    y += 4;
  }
}
