// The questions of this coordinator that are not over: neither settled, nor closed for ever, nor expired. Reports may still come, and
// the helper's share is sealed to the key that they name.
import type { NamedKey } from "../aggregate/receiving.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import type { ReleaseRows } from "../release/store.ts";
import { decodeManifestHead } from "../task/manifest.ts";

const TOGETHER = 100;

export async function* openCoordinatorTasks(rows: AggregateRows & ReleaseRows): AsyncGenerator<NamedKey> {
  let before: Uint8Array | undefined;
  for (;;) {
    const page = await rows.queriesBefore(before, TOGETHER);
    for (const { task, state, manifest } of page) {
      if (state === "settled" || (await rows.isForgotten(task)) || (await rows.isExpired(task))) continue;
      const { aggregators } = decodeManifestHead(manifest);
      if (aggregators !== undefined) yield { task, hpke: aggregators.leader.hpke };
    }
    before = page.at(-1)?.task;
    if (page.length < TOGETHER) return;
  }
}
