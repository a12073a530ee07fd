// What doctor says of a helper's rules for trainings.
import { expect, test } from "vitest";
import { trainingFindings } from "../../../src/cli/doctor/trainings.ts";
import type { AnyConfig } from "../../../src/cli/serve/config.ts";
import { helperSchema } from "../../../src/cli/serve/schema.ts";

function detailOf(policy: object) {
  const config = helperSchema.parse({
    ...{ database: "x.sqlite", keys: "x.keys", listen: { port: 8443 }, url: "https://helper.example" },
    ...{ leaderUrl: "https://stats.example", leaderToken: "known-to-the-two-alone" },
    policy: { purposes: ["model-training"], metrics: ["rhr"], training: true, minBatchFloor: 50, ...policy },
  });
  return trainingFindings({ role: "helper", config } as AnyConfig);
}

test("rules, with what holds where nothing is said", () => {
  const [found] = detailOf({ rhoPerTask: "0.1", trainings: { layers: [], roundsMax: 7, rhoPerTraining: "0.3" } });
  expect(found?.state).toBe("ok");
  expect(found?.detail).toBe(
    "models of no hidden layers, linear or logistic or softmax, at most 100000 weights; " +
      "7 rounds, ρ = 0.1 a round and 0.3 in all; noise correlated over rounds: yes; over rhr",
  );
  expect(detailOf({ trainings: { streams: false, metrics: ["steps"] } })[0]?.detail).toContain(
    "rounds: no; over steps",
  );
});

test("none, and none in spite of what is said", () => {
  expect(detailOf({ training: false })).toMatchObject([{ state: "optional" }]);
  expect(detailOf({ purposes: ["research"] })).toMatchObject([
    { state: "warning", detail: expect.stringContaining("lacks model-training") },
  ]);
});
