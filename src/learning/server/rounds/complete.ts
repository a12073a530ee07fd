// From what an author wrote to the first round of a training: formulas become trees, and everything that was left out is filled in.
import { toBase64Url, utf8 } from "../../../base/bytes.ts";
import { parseDay } from "../../../base/calendar.ts";
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import { fail } from "../../../base/errors.ts";
import * as z from "../../../base/schema.ts";
import { rotatedLength } from "../../../math/rotation.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import { parseRho } from "../../../privacy/accounting/nano-rho.ts";
import { type Rational, rational, toNumber } from "../../../privacy/rational.ts";
import { compileFormula } from "../../../task/compile.ts";
import { queryableMetric } from "../../../task/derived.ts";
import type { Expression } from "../../../task/expression.ts";
import { type OperatorRegistry, registryOf } from "../../../task/metrics/definition.ts";
import type { Registry } from "../../../task/metrics.ts";
import { roundCounts } from "../../masked/counts.ts";
import { overflowDemand } from "../../masked/noise.ts";
import { layoutOf } from "../../plan/architecture.ts";
import { maskedScale } from "../../plan/masked-scale.ts";
import { riderLayout } from "../../plan/riders.ts";
import type { TrainingStream } from "../../plan/stream.ts";
import { NORM_MAX } from "../../plan/training/bounds.ts";
import { rhoOf, type TrainingDraft } from "../../plan/training/draft.ts";
import { checkReading, type Label, labelSchema, outputOf } from "../../plan/training/examples.ts";
import {
  decodeTraining,
  ROUND_MEMBERS_MAX,
  TRAINING_VERSION,
  type TrainingManifest,
} from "../../plan/training/manifest.ts";
import type { MaskedSharing } from "../../plan/training/masked-sharing.ts";
import { overlapFault } from "../../plan/training/overlap.ts";
import { streamGain } from "../../plan/training/stream.ts";
import { hashWeights, initialWeights } from "../../plan/weights.ts";
import { maskedSharing, OVERFLOW } from "./masked-sharing.ts";
import { rotationOf } from "./rotation.ts";
import { streamFor } from "./stream.ts";
import type { RoundTerms } from "./task.ts";

/** With a proof for each integer of an update, so many units of its clip: rounding adds 0.4 % to the squared sensitivity. */
const VERIFIED_UNITS = 255;
const MOVE_FACTOR = 20;

export interface CompleteOptions {
  readonly crypto: Crypto;
  readonly operator: OperatorRegistry;
  /** 16 random bytes. */
  readonly run: Uint8Array;
  /** Days since 1970. */
  readonly today: number;
  /** When its first round opens, in Unix seconds, and how long one takes reports: of a stream. Default: today, and a day. */
  readonly now?: number;
  readonly roundSeconds?: number;
  /** Who says who is in a masked round. */
  readonly registrar?: MaskedSharing["registrar"] | undefined;
}

export interface FirstRound {
  readonly training: TrainingManifest;
  readonly weights: Float32Array<ArrayBuffer>;
  readonly terms: RoundTerms;
}

/** @throws PacelineError invalid_query, manifest_refused, invalid_argument naming what cannot be */
export async function completeTraining(
  draft: TrainingDraft,
  { crypto, operator, run, today, registrar, now = today * 86_400, roundSeconds = 86_400 }: CompleteOptions,
): Promise<FirstRound> {
  const overlap = overlapOf(draft);
  const registry = registryOf(operator);
  const rho = rational(parseRho(rhoOf(draft)), 1_000_000_000n);
  const label = labelOf({ ...draft.label, value: treeOf(draft.label.value, registry) });
  const output = outputOf(label);
  const architecture = { input: [draft.features.length] as const, layers: draft.layers ?? [], output };
  const weights = initialWeights(architecture, utf8(draft.seed ?? draft.name));
  const hash = toBase64Url(await hashWeights(crypto, weights));
  const id = toBase64Url(run);
  const { expected, least, most = Math.max(2 * expected, least) } = draft.cohort;
  if (most > ROUND_MEMBERS_MAX)
    fail(
      "invalid_query",
      `a round of the training's cohort would have up to ${most} members, ${ROUND_MEMBERS_MAX} are the most`,
      {
        hint: "Expect fewer of them, or say the cohort's `most`: a round takes no more.",
      },
    );
  const { adaptiveClip, evaluation } = draft;
  const sharing = sharingOf(draft, registrar);
  const cells = layoutOf(architecture).parameters;
  const shareBytes = rotatedLength(ridersOf(draft, cells).length) * 8;
  const stream = streamFor(draft, { now, roundSeconds, shareBytes });
  const training = decodeTraining(
    canonicalJson({
      version: TRAINING_VERSION,
      ...{ name: draft.name, title: draft.title, run: id, label, architecture, weights: hash },
      round: { number: 1, of: draft.rounds, rollbacks: 0 },
      features: draft.features.map((feature) => ({ ...feature, value: treeOf(feature.value, registry) })),
      examples: draft.examples ?? { count: 1, everyDays: 7 },
      local: { epochs: 1, batchSize: 1024, learningRate: 1, momentum: 0, proximal: 0, ...draft.local },
      update: {
        clip: draft.clip,
        scale: scaleOf(draft, { sharing, stream }, cells, most, rho),
        rotation: await rotationOf(crypto, { run: id, number: 1, weights: hash }),
      },
      sharing,
      ...(adaptiveClip && { adaptiveClip }),
      ...(evaluation && { evaluation }),
      ...(stream && { stream }),
      ...overlap,
      cohort: { expected, most },
      optimiser: draft.optimiser ?? { kind: "fedavg", learningRate: 1 },
      decisions: draft.decisions ?? {},
      moveMax: draft.moveMax ?? MOVE_FACTOR * draft.clip,
    } as unknown as Json),
  );
  checkReading(training, registry);
  const end = draft.end === undefined ? today : parseDay(draft.end) + 1;
  const minBatch = sharing.kind === "masked" ? roundCounts(sharing, least).survivors : least;
  return { training, weights, terms: { rho, minBatch, end } };
}

/** @throws PacelineError invalid_query where rounds go one after the other */
export function overlapOf(
  draft: Pick<TrainingDraft, "overlap" | "stream" | "adaptiveClip" | "decisions">,
): Pick<TrainingManifest, "overlap"> {
  const { overlap: most = 1, decisions = {} } = draft;
  if (most === 1) return {};
  const fault = overlapFault({ ...draft, decisions });
  if (fault !== undefined)
    fail("invalid_query", fault, { hint: "Leave out `overlap`, or what cannot be combined with it." });
  return { overlap: { most, steps: 0 } };
}

type Sharing = TrainingManifest["sharing"];

function sharingOf(draft: TrainingDraft, registrar: CompleteOptions["registrar"]): Sharing {
  const { bits = 32, sharing = "additive", masked } = draft;
  if (masked !== undefined && sharing !== "masked")
    fail("invalid_query", "the training says how its masked rounds go, and its sharing is not masked");
  if (sharing === "verified") return { kind: "verified" };
  if (sharing === "additive") return { kind: "additive", bits, overflow: OVERFLOW };
  if (registrar === undefined)
    return fail("policy_refused", "this coordinator has no registrar, who says who is in a masked round", {
      hint: "Name one in the coordinator's configuration, of a party of its own; or leave out `sharing`.",
    });
  return maskedSharing(draft, registrar);
}

function ridersOf({ clip, adaptiveClip, evaluation }: TrainingDraft, cells: number) {
  return riderLayout({ cells, clip, ...(adaptiveClip && { adaptiveClip }), ...(evaluation && { evaluation }) });
}

/** As finely as sums do not wrap around. */
function scaleOf(
  draft: TrainingDraft,
  { sharing, stream }: { readonly sharing: Sharing; readonly stream: TrainingStream | undefined },
  cells: number,
  members: number,
  rho: Rational,
): number {
  const { jointClip, length } = ridersOf(draft, cells);
  if (sharing.kind === "verified") return VERIFIED_UNITS / jointClip;
  const round = { dimension: rotatedLength(length), clip: jointClip, rho: toNumber(rho) };
  const { bits, overflow } = sharing;
  const demand =
    sharing.kind === "masked"
      ? overflowDemand(sharing, members, round)
      : { bits, overflow, members, shares: 2, honest: 1, ...round };
  const gain = stream && { stream: streamGain({ rounds: draft.rounds, ...stream }) };
  return Math.min(NORM_MAX / jointClip, maskedScale({ ...demand, ...gain }).scale);
}

function labelOf(json: unknown): Label {
  const parsed = z.safeParse(labelSchema, json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  return fail("invalid_query", `the training's ${["label", ...path].join(".")} is wrong: ${message}`, {
    hint: "docs/training.md lists the kinds of labels and their fields.",
  });
}

function treeOf(formula: string, registry: Registry): Expression {
  return queryableMetric(formula, registry)?.expression ?? compileFormula(formula);
}
