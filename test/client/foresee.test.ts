// A model's file on the device: foreseen from the member's own days, and nothing of it leaves.
import { expect, test } from "vitest";
import { encodeModelFile, newModelFile } from "../../src/learning/plan/model/file.ts";
import { nodeCrypto } from "../../src/platform/node/crypto.ts";
import { newCluster } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { device } from "./harness.ts";

const today = Math.floor(nowSeconds / 86_400);
const own = () => device(newCluster(), undefined, { days: undefined, profile: undefined } as never);

const feature = { name: "steps", title: "steps in a week", of: "mean", weeks: { from: 0, to: 1 } } as const;
const model = encodeModelFile(
  await newModelFile(
    nodeCrypto,
    {
      ...{ name: "activity", title: "You move less next month" },
      architecture: { input: [1], layers: [], output: { kind: "logistic", units: 1 } },
      features: [{ ...feature, value: { metric: "steps" }, centre: 8000, spread: 2000 }],
      ...{ label: null, outputs: ["moves less"], privacy: null, training: null, made: 0 },
    },
    Float32Array.of(-1, 0),
  ),
);

test("foresees with words, and sends nothing", async () => {
  const { client, wire } = own();
  await client.record([{ day: today - 1, values: { steps: 4000 } }]);
  const foreseen = await client.foresee(model, today);
  expect(foreseen.prediction).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect(foreseen.words).toEqual([
    "You move less next month: 88 in 100.",
    "With usual figures it would be 50 in 100.",
    "This speaks for it: steps in a week.",
    "A figure without data counts as usual.",
  ]);
  expect((await client.foresee(model, today, "de")).words[0]).toBe("You move less next month: 88 von 100.");
  expect(wire.sent).toEqual([]);
});

test("a file that is none of ours is refused", async () => {
  const { client } = own();
  const refused = expect.objectContaining({ code: "invalid_message" });
  await expect(client.foresee("{}", today)).rejects.toEqual(refused);
  await expect(client.foresee(model.replace("8000", "8001 "), today)).rejects.toEqual(refused);
});
