// Why a training whose noise is correlated over its rounds asks no further one.
import { call } from "../../api/call.ts";
import { helperRoutes } from "../../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { streamOf } from "../../learning/plan/training/stream.ts";
import type { Manifest, PlannedTask } from "../../task/manifest.ts";
import { helperOf } from "../partner.ts";
import type { CoordinatorParts } from "../parts.ts";
import { closesOf, unitOf } from "../publish.ts";
import type { RunState } from "./state.ts";

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

const isConflict = (error: unknown): boolean => isPacelineError(error) && error.code === "conflict";

/**
 * Of a round of a stream that met a conflict: whether the helper answers no further one. Some conflicts pass, so it is asked about a
 * manifest that it has signed, which it refuses only when its own ledger has closed the stream.
 * @param task of a round that was asked @returns in words, if so; undefined also when the helper does not say
 */
export async function streamRefused(
  { store, transport, terms }: CoordinatorParts,
  { training }: Pick<RunState, "training">,
  task: string | undefined,
  error: unknown,
): Promise<string | undefined> {
  if (training.stream === undefined || task === undefined || !isConflict(error)) return undefined;
  const query = await store.read((rows) => rows.queryOfTask(fromBase64Url(task)));
  if (query === undefined) return undefined;
  const { url, token } = helperOf(terms);
  const body = { manifest: toBase64Url(query.manifest) };
  const said = await call({ transport, url, token }, helperRoutes.check, { body }).catch((refusal: unknown) => refusal);
  if (!isConflict(said)) return undefined;
  return "the helper answers no further round of the training's noise: its ledger has lost a part of its past. Begin another one";
}
