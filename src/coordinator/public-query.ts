// What anyone may ask about. A task that is reserved and not published yet is as if it were not.
import { fail } from "../base/errors.ts";
import type { Store } from "../ports/store.ts";
import type { QueryRow, ReleaseRows } from "../release/store.ts";

/** @throws PacelineError not_found */
export async function publicQuery(store: Store<ReleaseRows>, task: Uint8Array): Promise<QueryRow> {
  const query = await store.transaction((rows) => rows.queryOfTask(task));
  return query === undefined || query.state === "reserved" ? fail("not_found", "there is no such task") : query;
}
