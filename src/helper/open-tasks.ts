// The tasks of this helper that are not over: neither collected, nor closed for ever, nor expired. Their reports may still come.
import type { NamedKey } from "../aggregate/receiving.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import { fail } from "../base/errors.ts";
import type { LedgerRows } from "../release/store.ts";
import { decodeManifestHead } from "../task/manifest.ts";

const OPEN_MAX = 100_000;

/** @throws PacelineError unsupported beyond 100,000 of them */
export async function* openHelperTasks(rows: AggregateRows & LedgerRows): AsyncGenerator<NamedKey> {
  const open = await rows.overdueTasks(Number.MAX_SAFE_INTEGER, OPEN_MAX);
  if (open.length === OPEN_MAX)
    fail("unsupported", `${OPEN_MAX} tasks are open: which keys they need is not looked at`);
  for (const id of open) {
    if (await rows.isForgotten(id)) continue;
    const task = (await rows.task(id)) ?? fail("internal", "an open task is there");
    const { aggregators } = decodeManifestHead(task.manifest);
    if (aggregators !== undefined) yield { task: id, hpke: aggregators.helper.hpke };
  }
}
