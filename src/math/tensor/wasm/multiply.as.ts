// c[m,n] += a[m,k]·b[k,n]. Four rows by eight columns of c stay in registers while k runs; what is left over goes by smaller tiles.
// Rows of a begin `step` floats apart.

export function multiply(m: i32, n: i32, k: i32, a: usize, step: i32, b: usize, c: usize): void {
  const far = (<usize>step) << 2;
  const wide = (<usize>n) << 2;
  for (; m >= 4; m -= 4) {
    let j = 0;
    for (; j + 8 <= n; j += 8) fourByEight(k, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j + 4 <= n; j += 4) fourByFour(k, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j < n; j++) fourByOne(k, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    a += 4 * far;
    c += 4 * wide;
  }
  for (; m > 0; m--) {
    let j = 0;
    for (; j + 4 <= n; j += 4) oneByFour(k, a, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j < n; j++) oneByOne(k, a, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    a += far;
    c += wide;
  }
}

// @ts-ignore: decorator
@inline
function fourByEight(k: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  const a1 = a + far;
  const a2 = a1 + far;
  const a3 = a2 + far;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  const end = (<usize>k) << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const y0 = v128.load(b);
    const y1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a + at);
    s00 = f32x4.add(s00, f32x4.mul(x, y0));
    s01 = f32x4.add(s01, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a1 + at);
    s10 = f32x4.add(s10, f32x4.mul(x, y0));
    s11 = f32x4.add(s11, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a2 + at);
    s20 = f32x4.add(s20, f32x4.mul(x, y0));
    s21 = f32x4.add(s21, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a3 + at);
    s30 = f32x4.add(s30, f32x4.mul(x, y0));
    s31 = f32x4.add(s31, f32x4.mul(x, y1));
    b += wide;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

// @ts-ignore: decorator
@inline
function fourByFour(k: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  const a1 = a + far;
  const a2 = a1 + far;
  const a3 = a2 + far;
  let s0 = v128.load(c);
  let s1 = v128.load(c1);
  let s2 = v128.load(c2);
  let s3 = v128.load(c3);
  const end = (<usize>k) << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const y = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a + at), y));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1 + at), y));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2 + at), y));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3 + at), y));
    b += wide;
  }
  v128.store(c, s0);
  v128.store(c1, s1);
  v128.store(c2, s2);
  v128.store(c3, s3);
}

/** Four sums at once: one alone would wait for each addition. */
// @ts-ignore: decorator
@inline
function fourByOne(k: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  const a1 = a + far;
  const a2 = a1 + far;
  const a3 = a2 + far;
  let s0 = load<f32>(c);
  let s1 = load<f32>(c1);
  let s2 = load<f32>(c2);
  let s3 = load<f32>(c3);
  const end = (<usize>k) << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const y = load<f32>(b);
    s0 += load<f32>(a + at) * y;
    s1 += load<f32>(a1 + at) * y;
    s2 += load<f32>(a2 + at) * y;
    s3 += load<f32>(a3 + at) * y;
    b += wide;
  }
  store<f32>(c, s0);
  store<f32>(c1, s1);
  store<f32>(c2, s2);
  store<f32>(c3, s3);
}

// @ts-ignore: decorator
@inline
function oneByFour(k: i32, a: usize, b: usize, wide: usize, c: usize): void {
  let s = v128.load(c);
  for (; k > 0; k--) {
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a), v128.load(b)));
    a += 4;
    b += wide;
  }
  v128.store(c, s);
}

// @ts-ignore: decorator
@inline
function oneByOne(k: i32, a: usize, b: usize, wide: usize, c: usize): void {
  let s = load<f32>(c);
  for (; k > 0; k--) {
    s += load<f32>(a) * load<f32>(b);
    a += 4;
    b += wide;
  }
  store<f32>(c, s);
}
