// The real planner, but for questions by two names: one is planned for ever, the other eats memory.
import { exposeToPool } from "../../src/platform/node/endpoint.ts";
import { planning } from "../../src/query/planner.ts";
import type { QuerySpec } from "../../src/query/spec.ts";
import type { OperatorRegistry } from "../../src/task/metrics/definition.ts";

function meet({ name }: QuerySpec): void {
  const eaten: number[][] = [];
  while (name === "for-ever" || name === "hungry")
    if (name === "hungry") eaten.push(Array.from({ length: 100_000 }, (_, i) => i));
}

exposeToPool({
  plan(spec: QuerySpec, operator?: OperatorRegistry) {
    meet(spec);
    return planning.plan(spec, operator);
  },
  explain(spec: QuerySpec, operator?: OperatorRegistry) {
    meet(spec);
    return planning.explain(spec, operator);
  },
});
