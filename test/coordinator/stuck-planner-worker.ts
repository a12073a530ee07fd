// The real planner, but for questions by two names: one is planned for ever, the other eats memory.
import { exposeToPool } from "../../src/platform/node/endpoint.ts";
import { planning, type Setting } from "../../src/query/planner.ts";

function meet(json: unknown): void {
  const { name } = json as { readonly name: string };
  const eaten: number[][] = [];
  while (name === "for-ever" || name === "hungry")
    if (name === "hungry") eaten.push(Array.from({ length: 100_000 }, (_, i) => i));
}

exposeToPool({
  plan(json: unknown, setting: Setting) {
    meet(json);
    return planning.plan(json, setting);
  },
  explain(json: unknown, setting: Setting) {
    meet(json);
    return planning.explain(json, setting);
  },
});
