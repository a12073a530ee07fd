// Writes engine.json beside this file from the plain TypeScript engine:
//   node --conditions=paceline-source test/math/vectors/make-vectors.ts
//   biome format --write test/math/vectors
// Run it only when what it holds is meant to change; a difference in git is a change of wire format.
import { writeFileSync } from "node:fs";
import { typescriptEngine } from "../../../src/math/engine.ts";
import { computeVectors } from "./compute.ts";

const vectors = computeVectors(typescriptEngine());
writeFileSync(new URL("engine.json", import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
