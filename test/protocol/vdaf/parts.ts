// The parts of Prio3 that have no official vectors of their own: streams with what they are bound to, and the proof system
// on its own. make-vectors.ts writes what the plain TypeScript engine says; parts.test.ts asks every engine again.
import { toHex } from "../../../src/base/bytes.ts";
import type { Engine } from "../../../src/math/engine.ts";
import type { Field, FieldVector } from "../../../src/math/field/field.ts";
import { fromBigInts } from "../../../src/math/field/modular.ts";
import type { Circuit } from "../../../src/protocol/vdaf/circuit.ts";
import { countCircuit } from "../../../src/protocol/vdaf/circuits/count.ts";
import { histogramCircuit } from "../../../src/protocol/vdaf/circuits/histogram.ts";
import { l1BoundSumCircuit } from "../../../src/protocol/vdaf/circuits/l1-bound-sum.ts";
import { multihotCountVecCircuit } from "../../../src/protocol/vdaf/circuits/multihot-count-vec.ts";
import { sumCircuit } from "../../../src/protocol/vdaf/circuits/sum.ts";
import { sumVecCircuit } from "../../../src/protocol/vdaf/circuits/sum-vec.ts";
import { Prover } from "../../../src/protocol/vdaf/prover.ts";
import { Verifier } from "../../../src/protocol/vdaf/verifier.ts";
import { domainSeparation, SPONGE_DOMAIN, streamHead, Usage } from "../../../src/protocol/vdaf/xof.ts";
import { higherDegreeCircuit } from "../../spec/higher-degree.ts";
import { bytes, ctx } from "./support.ts";

function hexOf(field: Field, v: FieldVector, length: number): string {
  const out = new Uint8Array(length * field.encodedSize);
  field.encodeInto(out, 0, v, 0, length);
  return toHex(out);
}

export interface XofCase {
  readonly usage: string;
  readonly algorithm: number;
  readonly binder: string;
  readonly seed: string;
  readonly field64: string;
  readonly field128: string;
}

/** Every use of the stream: its first 32 bytes, and its first elements of both fields. */
export function xofCases({ sponge, field64, field128 }: Engine): XofCase[] {
  return Object.entries(Usage).map(([usage, number], k) => {
    // Binders on both sides of the sponge's block of 168 bytes.
    const binder = bytes(usage, [0, 1, 17, 60, 100, 168, 400][k] as number);
    const algorithm = 1 + k;
    const head = streamHead(bytes("seed", 32), domainSeparation(algorithm, number, ctx), binder);
    const start = () => sponge.reset(SPONGE_DOMAIN).absorb(head);
    const seed = new Uint8Array(32);
    start().squeezeInto(seed);
    const elements = (field: Field, count: number): string => {
      const out = field.newVector(count);
      field.sample(start(), out, 0, count);
      return hexOf(field, out, count);
    };
    const expanded = { field64: elements(field64, 30), field128: elements(field128, 12) };
    return { usage, algorithm, binder: toHex(binder), seed: toHex(seed), ...expanded };
  });
}

type AnyCircuit = Circuit<never, unknown>;

const circuits: readonly (readonly [string, (engine: Engine) => AnyCircuit, unknown])[] = [
  ["Count", (e) => countCircuit(e.field64), true],
  ["Sum, at most 5", (e) => sumCircuit(e.field64, 5), 3],
  ["SumVec over Field128, 2 values, at most 10, chunk 3", (e) => sumVecCircuit(e.field128, 2, 10, 3), [10, 4]],
  ["SumVec over Field64, 2 values, at most 10, chunk 3", (e) => sumVecCircuit(e.field64, 2, 10, 3), [10, 4]],
  ["Histogram, length 5, chunk 2", (e) => histogramCircuit(e.field128, 5, 2), 4],
  ["MultihotCountVec, length 4, weight 2, chunk 2", (e) => multihotCountVecCircuit(e.field128, 4, 2, 2), [1, 0, 0, 1]],
  ["L1BoundSum, length 2, at most 6, chunk 4", (e) => l1BoundSumCircuit(e.field128, 2, 6, 4), [4, 1]],
  ["HigherDegree, degree 3, 4 calls", (e) => higherDegreeCircuit(e.field64, 3, 4, false), [0, 2, 1, 2]],
];

export interface FlpCase {
  readonly circuit: string;
  readonly measurement: unknown;
  readonly encoded: string;
  readonly jointRand: string;
  readonly proveRand: string;
  readonly queryRand: string;
  readonly proof: string;
  readonly verifier: string;
  readonly output: string;
}

/** The proof of a whole measurement and what a single verifier, who holds all of it, makes of it. */
export function flpCases(engine: Engine): FlpCase[] {
  return circuits.map(([name, make, measurement]) => {
    const circuit = make(engine);
    const { field } = circuit;
    const prover = new Prover(circuit);
    const verifier = new Verifier(circuit);
    const { lengths } = verifier;
    const rand = (label: string, length: number): FieldVector => {
      const out = field.newVector(length);
      field.sample(engine.sponge.reset(SPONGE_DOMAIN).absorb(bytes(`${name} ${label}`, 32)), out, 0, length);
      return out;
    };
    const joint = rand("joint", circuit.jointRandLength);
    const prove = rand("prove", lengths.proveRand);
    const query = rand("query", lengths.queryRand);
    const encoded = circuit.encode(measurement as never);
    const whole = field.newVector(encoded.length);
    const proof = field.newVector(lengths.proof);
    const out = field.newVector(lengths.verifier);
    const output = field.newVector(circuit.outputLength);
    field.fromSmall(whole, 0, encoded);
    prover.prove(proof, 0, whole, { prove, proveAt: 0, joint, jointAt: 0 });
    const input = { measurement: whole, proof, proofAt: 0, share: fromBigInts(field, [1n]) };
    const good = verifier.query(out, 0, input, { query, queryAt: 0, joint, jointAt: 0 }) && verifier.decide(out, 0);
    if (!good) throw new Error(`${name}: an honest proof is refused`);
    circuit.truncate(output, whole);
    return {
      circuit: name,
      measurement,
      encoded: toHex(encoded),
      jointRand: hexOf(field, joint, circuit.jointRandLength),
      proveRand: hexOf(field, prove, lengths.proveRand),
      queryRand: hexOf(field, query, lengths.queryRand),
      proof: hexOf(field, proof, lengths.proof),
      verifier: hexOf(field, out, lengths.verifier),
      output: hexOf(field, output, circuit.outputLength),
    };
  });
}
