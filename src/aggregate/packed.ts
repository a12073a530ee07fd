// Byte strings on their way to another thread. As views of one array they are copied there at once; of each array of its own a message
// makes another, which takes longer than to copy what is in it.

/** What is larger is sent as it is: a second copy of it would only take memory. */
const PACKED_BYTES_MAX = 4 * 1024 * 1024;

/** The same byte strings in the same order, views of one array. */
export function packed(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > PACKED_BYTES_MAX) return parts;
  const all = new Uint8Array(length);
  let at = 0;
  return parts.map((part) => {
    all.set(part, at);
    at += part.length;
    return all.subarray(at - part.length, at);
  });
}

/** The same results, their byte strings packed. */
export function packedResults<Result extends object>(results: readonly Result[]): Result[] {
  const entries = results.map((result) => Object.entries(result) as [string, unknown][]);
  const views = packed(entries.flat().flatMap(([, value]) => (value instanceof Uint8Array ? [value] : []))).values();
  return entries.map((fields) =>
    Object.fromEntries(fields.map(([name, value]) => [name, value instanceof Uint8Array ? views.next().value : value])),
  ) as Result[];
}
