// An operator's registry: a metric, an attribute and a formula of its own, and its list of sites.
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { OperatorRegistry } from "../../src/task/metrics/definition.ts";
import { openRegistry, signRegistry } from "../../src/task/metrics/operator.ts";
import type { RegistryFile } from "../../src/task/metrics/schema.ts";
import { signingKeys } from "./questions.ts";

export const registryKeys = signingKeys();

const codes = { loinc: [], ieee1752: [], healthKit: [], healthConnect: [] };

export function operatorFile(): RegistryFile {
  return {
    version: 1,
    metrics: [
      {
        id: "mood",
        title: "mood",
        unit: "{points}",
        codes,
        grain: "day",
        rule: "mean",
        clip: [0, 10],
        plausible: [0, 10],
        coverage: "answered",
        purposes: ["service-improvement", "research"],
        caveat: "Asked in the app, once a day.",
      },
    ],
    attributes: [
      { id: "floor", title: "floor", values: ["ground", "first"], purposes: ["service-improvement"], caveat: "Ours." },
      {
        id: "site",
        title: "home site",
        values: ["north", "south"],
        purposes: ["service-improvement", "research", "model-training"],
        caveat: "Ours.",
      },
    ],
    derived: [
      { id: "sleep_hours", title: "hours of sleep", unit: "h", formula: "sleep", caveat: "sleep, in hours" },
      { id: "calm", title: "calm", unit: "{points}", formula: "max(mood - 5, 0)", caveat: "Above the middle." },
    ],
  };
}

export async function operatorRegistry(file: RegistryFile = operatorFile()): Promise<OperatorRegistry> {
  const signed = await signRegistry(nodeCrypto, registryKeys, file, "mine.json");
  return await openRegistry(nodeCrypto, signed, "mine.json");
}
