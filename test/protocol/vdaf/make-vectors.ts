// Writes test/protocol/vdaf/vectors/*.json, the project's own vectors in the official schema, and parts/*.json, those of
// streams and proofs, from the plain TypeScript engine:
//   node --conditions=paceline-source test/protocol/vdaf/make-vectors.ts
//   biome format --write test/protocol/vdaf/vectors test/protocol/vdaf/parts
// Run it only after the official vectors pass; a difference in git is a change of wire format.
import { mkdirSync, writeFileSync } from "node:fs";
import { toHex } from "../../../src/base/bytes.ts";
import { typescriptEngine } from "../../../src/math/engine.ts";
import type { Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import { newHigherDegree } from "../../spec/higher-degree.ts";
import { flpCases, xofCases } from "./parts.ts";
import { type AnyPrio3, build, bytes, ctx, verifyKey } from "./support.ts";

const sets: readonly [string, Prio3Parameters, number, readonly unknown[]][] = [
  ["Prio3Count_own", { type: "Prio3Count" }, 2, [1, 0]],
  ["Prio3Sum_own", { type: "Prio3Sum", maxMeasurement: 20000 }, 3, [12345, 20000]],
  ["Prio3SumVec_own", { type: "Prio3SumVec", length: 3, maxMeasurement: 10, chunkLength: 5 }, 2, [[0, 10, 7]]],
  ["Prio3Histogram_own", { type: "Prio3Histogram", length: 7, chunkLength: 3 }, 4, [6, 0]],
  [
    "Prio3MultihotCountVec_own",
    { type: "Prio3MultihotCountVec", length: 5, maxWeight: 3, chunkLength: 2 },
    2,
    [[true, false, true, false, true]],
  ],
  ["Prio3L1BoundSum_own", { type: "Prio3L1BoundSum", length: 3, maxValue: 12, chunkLength: 4 }, 2, [[5, 0, 7]]],
  [
    "Prio3SumVecWithMultiproof_own",
    { type: "Prio3SumVecField64Multiproof", length: 2, maxMeasurement: 6, chunkLength: 3, proofs: 3 },
    2,
    [[6, 1]],
  ],
];

/** The schema's names for parameters. */
function named(parameters: Prio3Parameters): Record<string, number> {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (typeof value === "number" ? [[snake(name), value]] : [])),
  );
}

interface Set {
  readonly name: string;
  readonly named: Record<string, number>;
  readonly prio3: AnyPrio3;
  readonly shares: number;
  readonly measurements: readonly unknown[];
}

const all: readonly Set[] = [
  ...sets.map(
    ([name, parameters, shares, measurements]): Set => ({
      name,
      named: named(parameters),
      prio3: build(parameters, shares),
      shares,
      measurements,
    }),
  ),
  {
    name: "Prio3HigherDegree_own",
    named: { degree: 4, gadget_calls: 5 },
    prio3: newHigherDegree(4, 5, { shares: 3 }) as unknown as AnyPrio3,
    shares: 3,
    measurements: [
      [0, 3, 1, 2, 3],
      [3, 3, 3, 3, 3],
    ],
  },
];

for (const { name, named: parameters, prio3, shares, measurements } of all) {
  const ids = Array.from({ length: shares }, (_, id) => id);
  const aggregates = ids.map(() => prio3.newAggregate());
  const operations: object[] = [];
  const reports = measurements.map((measurement, report_index) => {
    const nonce = bytes(`${name} nonce ${report_index}`, 16);
    const rand = bytes(`${name} rand ${report_index}`, prio3.randLength);
    const { publicShare, inputShares } = prio3.shard(ctx, measurement, nonce, rand);
    const started = inputShares.map((share, id) => prio3.verifyInit(verifyKey, ctx, id, nonce, publicShare, share));
    const message = prio3.verifierSharesToMessage(
      ctx,
      started.map(({ verifierShare }) => verifierShare),
    );
    const outputs = started.map(({ state }) => prio3.verifyNext(state, message));
    aggregates.forEach((aggregate, id) => {
      prio3.accumulate(aggregate, outputs[id] as Uint8Array);
    });
    operations.push({ operation: "shard", report_index, success: true });
    for (const aggregator_id of ids)
      operations.push({ operation: "verify_init", report_index, aggregator_id, success: true });
    operations.push({ operation: "verifier_shares_to_message", report_index, round: 0, success: true });
    for (const aggregator_id of ids)
      operations.push({ operation: "verify_next", report_index, aggregator_id, round: 1, success: true });
    return {
      measurement,
      nonce: toHex(nonce),
      rand: toHex(rand),
      public_share: toHex(publicShare),
      input_shares: inputShares.map(toHex),
      verifier_shares: [started.map(({ verifierShare }) => toHex(verifierShare))],
      verifier_messages: [toHex(message)],
      out_shares: outputs.map(toHex),
    };
  });
  for (const aggregator_id of ids) operations.push({ operation: "aggregate", aggregator_id, success: true });
  operations.push({ operation: "unshard", success: true });
  const encoded = aggregates.map((aggregate) => prio3.encodeAggregate(aggregate));
  const result = prio3.unshard(encoded, measurements.length);
  const vector = {
    ...parameters,
    shares,
    ctx: toHex(ctx),
    verify_key: toHex(verifyKey),
    agg_param: "",
    reports,
    agg_shares: encoded.map(toHex),
    agg_result: Array.isArray(result) ? result.map(Number) : Number(result),
    operations,
  };
  writeFileSync(new URL(`vectors/${name}.json`, import.meta.url), `${JSON.stringify(vector, null, 2)}\n`);
}

mkdirSync(new URL("parts/", import.meta.url), { recursive: true });
for (const [name, cases] of [
  ["xof", xofCases(typescriptEngine())],
  ["flp", flpCases(typescriptEngine())],
] as const) {
  const made =
    "by make-vectors.ts with the plain TypeScript engine, after all official vectors had passed; see parts.ts";
  writeFileSync(new URL(`parts/${name}.json`, import.meta.url), `${JSON.stringify({ made, cases }, null, 2)}\n`);
}
