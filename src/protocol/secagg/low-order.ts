// X25519 keys with which nobody can agree on anything: every agreement with them is all zero, whatever the other's secret is, so
// devices refuse it (RFC 7748 section 6.1). A coordinator that has no agreement to make tells them by their value.
const P = 2n ** 255n - 19n;

/**
 * The u-coordinates of order 1, 2, 4 and 8 on Curve25519 and its twist: of order 2 on both; of order 4 on either; of order 8 on the
 * curve, where u^4 - 4u^3 - 2(1 + 2A)u^2 - 4u + 1 = 0 for A = 486662.
 */
const LOW = /* @__PURE__ */ new Set([
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

/** @param key 32 bytes, little-endian; the highest bit does not count (RFC 7748 section 5), and what is above p is reduced */
export function isLowOrder(key: Uint8Array): boolean {
  const view = new DataView(key.buffer, key.byteOffset, 32);
  let u = view.getBigUint64(24, true) & (2n ** 63n - 1n);
  for (const at of [16, 8, 0]) u = (u << 64n) | view.getBigUint64(at, true);
  return LOW.has(u % P);
}
