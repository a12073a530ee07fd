import type { BucketRow, PlacesRow, QuotaKind, QuotaRows } from "../../aggregate/store.ts";
import { toHex } from "../../base/bytes.ts";
import type { Table } from "./table.ts";

export interface QuotaTables {
  readonly bucket: Table<BucketRow>;
  readonly place: Table<PlacesRow>;
  /** The draws of a task whose places are held. */
  readonly placeDraw: Table<readonly number[]>;
}

const keyOf = (kind: QuotaKind, task: Uint8Array) => `${kind}/${toHex(task)}`;

export function quotaRows({ bucket: buckets, place: places, placeDraw: draws }: QuotaTables): QuotaRows {
  const drawsOf = (key: string) => draws.get(key) ?? [];
  return {
    bucket: async (kind, task) => buckets.get(keyOf(kind, task)),
    async putBucket(kind, task, row) {
      buckets.put(keyOf(kind, task), row);
    },
    places: async (kind, task) => places.get(keyOf(kind, task)),
    async drawPlaces(kind, task, row, before) {
      const key = keyOf(kind, task);
      places.put(key, row);
      draws.put(key, [...drawsOf(key).filter((draw) => draw !== before), row.draws]);
    },
    holdsPlaces: async (kind, task, draw) => drawsOf(keyOf(kind, task)).includes(draw),
    async revokePlaces(kind, task) {
      draws.delete(keyOf(kind, task));
    },
  };
}

/** Of a task that takes no more. */
export function forgetQuotas({ bucket, placeDraw }: QuotaTables, task: Uint8Array): void {
  for (const kind of ["report", "withdrawal"] as const) {
    bucket.delete(keyOf(kind, task));
    placeDraw.delete(keyOf(kind, task));
  }
}
