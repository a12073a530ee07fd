// What a question reads of the registry.
import { groupKeysOf } from "../encoder.ts";
import { metricsIn } from "../expression.ts";
import type { PlannedTask } from "../manifest.ts";

/** As `kind id`, each of which a definition can be of. */
export function readsOf({ source, encoder }: Pick<PlannedTask, "source" | "encoder">): ReadonlySet<string> {
  const keys = groupKeysOf(encoder).map(({ attribute }) => `attribute ${attribute}`);
  if (source.kind !== "statistic") return new Set(keys);
  const metrics = metricsIn(source.expression).map((id) => `metric ${id}`);
  return new Set([...keys, ...metrics, `formula ${source.metric}`]);
}
