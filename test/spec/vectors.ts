// Runs one file of VDAF test vectors on every engine; its name says what kind it is.
import type { Engine } from "../../src/math/engine.ts";
import { engines } from "./engines.ts";
import { prio3Kinds, prio3Of } from "./prio3-of.ts";
import { type Failure, runPrio3 } from "./prio3-run.ts";
import { parse, prio3File, type XofFile, xofFile } from "./schema.ts";
import { runFixedKeyAes, runTurboShake } from "./xof-run.ts";

export type VectorOutcome =
  | { status: "passed" }
  | { status: "skipped"; reason: string }
  | ({ status: "failed" } & Failure);

const skipped: readonly (readonly [prefix: string, reason: string])[] = [
  ["Poplar1", "Poplar1 is not implemented"],
  ["Idpf", "IDPF serves Poplar1, which is not implemented"],
  ["XofHmacSha256Aes128", "XofHmacSha256Aes128 is not part of the specification"],
];

const xofs: Readonly<Record<string, (engine: Engine, file: XofFile) => void>> = {
  XofTurboShake128: runTurboShake,
  XofFixedKeyAes128: runFixedKeyAes,
};

/**
 * @param name file name, with or without folders
 * @param json its parsed content
 */
export function runVectorFile(name: string, json: unknown): VectorOutcome {
  const kind = name.replace(/^.*[/\\]/, "").replace(/(_.*)?\.json$/, "");
  const skip = skipped.find(([prefix]) => kind.startsWith(prefix));
  if (skip !== undefined) return { status: "skipped", reason: skip[1] };
  for (const { name: engine, make } of engines) {
    const failure = failureOf(kind, json, make);
    if (failure !== undefined)
      return { status: "failed", operation: failure.operation, reason: `${failure.reason} (${engine} engine)` };
  }
  return { status: "passed" };
}

function failureOf(kind: string, json: unknown, newEngine: () => Engine): Failure | undefined {
  let operation = "read";
  try {
    const xof = Object.hasOwn(xofs, kind) ? xofs[kind] : undefined;
    if (xof !== undefined) {
      const file = parse(xofFile, json);
      operation = "expand";
      xof(newEngine(), file);
      return undefined;
    }
    if (!prio3Kinds.includes(kind)) throw new Error(`"${kind}" is not a kind of vectors known here`);
    const file = parse(prio3File, json);
    operation = "setup";
    return runPrio3(prio3Of(kind, file, newEngine), file);
  } catch (error) {
    return { operation, reason: error instanceof Error ? error.message : String(error) };
  }
}
