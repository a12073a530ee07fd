// Why a training whose noise is correlated over its rounds asks no further one.
import { streamOf } from "../../learning/plan/training/stream.ts";
import type { Manifest, PlannedTask } from "../../task/manifest.ts";
import type { CoordinatorParts } from "../parts.ts";
import { closesOf, unitOf } from "../publish.ts";

/** @param planned the round that comes next @returns in words, if so */
export async function streamEnd(parts: CoordinatorParts, planned: PlannedTask): Promise<string | undefined> {
  const noise = { ...planned.noise, unit: unitOf(parts.terms) };
  const stream = await streamOf(parts.crypto, { ...planned, noise } as Manifest);
  if (stream === undefined) return undefined;
  const closes = closesOf(parts.terms, Math.floor(parts.clock.now() / 1000));
  if (closes > stream.until)
    return `another round would end after the training's time, whose weeks pay for it: it came to round ${stream.round} of ${stream.plan.rounds}`;
  return await closedFor(parts, stream.key);
}

/** Of a round that was asked: whether this service can go on with its noise. */
export async function streamClosed(parts: CoordinatorParts, manifest: Manifest): Promise<string | undefined> {
  const stream = await streamOf(parts.crypto, manifest);
  return stream && (await closedFor(parts, stream.key));
}

async function closedFor({ store }: CoordinatorParts, key: Uint8Array): Promise<string | undefined> {
  if (!(await store.read((rows) => rows.isForgotten(key)))) return undefined;
  return "the ledger has lost a part of its past, and how far the training's noise had come is not known: begin another one";
}
