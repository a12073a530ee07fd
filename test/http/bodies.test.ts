// Bodies of every kind at the analyst's routes: answered, or refused with a reason, and never as a bug in Paceline.
import fc from "fast-check";
import { expect, test } from "vitest";
import { coordinatorApp } from "../../src/coordinator/app.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { analystToken, newCluster } from "../support/cluster.ts";
import { changedAt, leafPaths, smallQuestion } from "../support/questions.ts";

const cluster = newCluster();
const logged: string[] = [];
const app = coordinatorApp({
  service: cluster.coordinator,
  crypto: nodeCrypto,
  analystToken,
  helperToken: "leader-token",
  version: "test",
  log: (line) => logged.push(line),
});
const headers = { authorization: `Bearer ${analystToken}`, "content-type": "application/json" };

async function answerTo(path: string, body: string): Promise<{ status: number; detail: string }> {
  const response = await app.request(path, { method: "POST", headers, body });
  return { status: response.status, detail: ((await response.json()) as { detail?: string }).detail ?? "" };
}

const edge = [0, 1, -1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 1e15, 1e21, 1e300, -1e308, 5e-324, -0];
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...edge, "", "0", "1e6", "-1", "9999.999999", "0.000001", null, true, [], {}, "2026-02-30"),
  fc.constantFrom<unknown>([35, 2 ** 53], [-(2 ** 60), 110], [35, 35.000000000000007, 110], Array(300).fill(1)),
  fc.jsonValue({ maxDepth: 3 }),
);
const training = { plan: "{}", rho: "0.1", minBatch: 5, end: "2026-01-28" };
const question = { ...smallQuestion, groupBy: [{ attribute: "site", values: ["a", "b"] }] };

test.each([
  ["/v1/explain", question, 600],
  ["/v1/queries", question, 100],
  ["/v1/training", training, 150],
] as const)("%s", async (path, good, numRuns) => {
  const paths = [...leafPaths(good), ...Object.keys(good).map((key) => [key])];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), values, async (place, value) => {
      const { status, detail } = await answerTo(path, JSON.stringify(changedAt(good, place, () => value ?? null)));
      if (status === 200) return;
      expect([400, 403, 409], `${place}: ${JSON.stringify(value)}: ${detail}`).toContain(status);
      expect(detail.length).toBeGreaterThan(5);
    }),
    { numRuns, seed: 5 },
  );
  expect(logged).toEqual([]);
});

const histogram = (edges: string) => `"select":[{"statistic":"histogram","of":{"formula":"rhr"},${edges}}]`;

test.each([
  ['"edges":[35,60,9007199254740993]', "beyond 2^53"],
  ['"edges":[35,60,1e300]', "beyond 2^53"],
  ['"edges":[35,60,1e999]', "beyond 2^53"],
  ['"edges":[35,60,900719925474099]', "public range"],
  ['"edges":[35,60,70],"edges":[35,80,110]', 'the key "edges" occurs twice'],
])("%s is refused for what it is", async (edges, why) => {
  const { select: _, ...rest } = smallQuestion;
  const text = `${JSON.stringify(rest).slice(0, -1)},${histogram(edges)}}`;
  for (const path of ["/v1/explain", "/v1/queries"]) {
    const { status, detail } = await answerTo(path, text);
    expect([status, detail]).toEqual([400, expect.stringContaining(why)]);
  }
});
