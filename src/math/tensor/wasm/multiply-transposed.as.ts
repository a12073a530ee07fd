// c[k,n] += aᵀ·b for a[m,k], whose rows begin `step` floats apart, and b[m,n]: as multiply.as.ts, with m running inside.

export function multiplyTransposed(m: i32, n: i32, k: i32, a: usize, step: i32, b: usize, c: usize): void {
  const far = (<usize>step) << 2;
  const wide = (<usize>n) << 2;
  for (; k >= 4; k -= 4) {
    let j = 0;
    for (; j + 8 <= n; j += 8) fourByEight(m, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j + 4 <= n; j += 4) fourByFour(m, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j < n; j++) fourByOne(m, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    a += 16;
    c += 4 * wide;
  }
  for (; k > 0; k--) {
    let j = 0;
    for (; j + 4 <= n; j += 4) oneByFour(m, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    for (; j < n; j++) oneByOne(m, a, far, b + ((<usize>j) << 2), wide, c + ((<usize>j) << 2));
    a += 4;
    c += wide;
  }
}

// @ts-ignore: decorator
@inline
function fourByEight(m: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  for (; m > 0; m--) {
    const y0 = v128.load(b);
    const y1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    s00 = f32x4.add(s00, f32x4.mul(x, y0));
    s01 = f32x4.add(s01, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, y0));
    s11 = f32x4.add(s11, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, y0));
    s21 = f32x4.add(s21, f32x4.mul(x, y1));
    x = v128.load_splat<f32>(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, y0));
    s31 = f32x4.add(s31, f32x4.mul(x, y1));
    a += far;
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
function fourByFour(m: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  let s0 = v128.load(c);
  let s1 = v128.load(c1);
  let s2 = v128.load(c2);
  let s3 = v128.load(c3);
  for (; m > 0; m--) {
    const y = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a), y));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a, 4), y));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a, 8), y));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a, 12), y));
    a += far;
    b += wide;
  }
  v128.store(c, s0);
  v128.store(c1, s1);
  v128.store(c2, s2);
  v128.store(c3, s3);
}

/** Four rows of c at once: they are neighbours in a. */
// @ts-ignore: decorator
@inline
function fourByOne(m: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  const c1 = c + wide;
  const c2 = c1 + wide;
  const c3 = c2 + wide;
  let s = f32x4(load<f32>(c), load<f32>(c1), load<f32>(c2), load<f32>(c3));
  for (; m > 0; m--) {
    s = f32x4.add(s, f32x4.mul(v128.load(a), v128.load_splat<f32>(b)));
    a += far;
    b += wide;
  }
  store<f32>(c, f32x4.extract_lane(s, 0));
  store<f32>(c1, f32x4.extract_lane(s, 1));
  store<f32>(c2, f32x4.extract_lane(s, 2));
  store<f32>(c3, f32x4.extract_lane(s, 3));
}

// @ts-ignore: decorator
@inline
function oneByFour(m: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  let s = v128.load(c);
  for (; m > 0; m--) {
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a), v128.load(b)));
    a += far;
    b += wide;
  }
  v128.store(c, s);
}

// @ts-ignore: decorator
@inline
function oneByOne(m: i32, a: usize, far: usize, b: usize, wide: usize, c: usize): void {
  let s = load<f32>(c);
  for (; m > 0; m--) {
    s += load<f32>(a) * load<f32>(b);
    a += far;
    b += wide;
  }
  store<f32>(c, s);
}
