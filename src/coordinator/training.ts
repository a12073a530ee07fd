// Training on the coordinator: each round is a task like any other; the next plan follows from the settled release.
import type { Asked } from "../api/routes.ts";
import { fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { parseDay } from "../base/calendar.ts";
import { fail } from "../base/errors.ts";
import { decodePlan, encodePlan, type TrainingPlan } from "../learning/plan/plan.ts";
import { nextPlan, type RoundTerms, roundTask } from "../learning/server/round.ts";
import { parseRho } from "../privacy/accounting/nano-rho.ts";
import { type Rational, rational } from "../privacy/rational.ts";
import { decodeManifest, type PlannedTask } from "../task/manifest.ts";
import { decodeRelease } from "../task/release.ts";
import type { CoordinatorParts } from "./parts.ts";
import { publicQuery } from "./public-query.ts";
import type { Publisher } from "./publish.ts";

export type TrainingRequest =
  | { readonly plan: string; readonly rho: string; readonly minBatch: number; readonly end: string }
  | { readonly after: string };

/** Publishes the first round, or the round after a settled one. @throws PacelineError conflict after the last round */
export async function publishRound(
  parts: CoordinatorParts,
  { publish }: Publisher,
  request: TrainingRequest,
): Promise<Asked> {
  if ("plan" in request) {
    const rho = fromNano(parseRho(request.rho));
    return await publish(
      ...(await identified(parts, decodePlan(request.plan), {
        rho,
        minBatch: request.minBatch,
        end: parseDay(request.end) + 1,
      })),
    );
  }
  const { plan, manifest } = await planAfter(parts, fromBase64Url(request.after));
  const last = manifest.source.kind === "model-update" ? decodePlan(manifest.source.plan).round : 0;
  if (last >= plan.rounds) fail("conflict", `all ${plan.rounds} rounds of ${plan.name} are done`);
  const rho = fromNano(BigInt(manifest.rho));
  return await publish(
    ...(await identified(parts, plan, { rho, minBatch: manifest.minBatch, end: manifest.window.end })),
  );
}

/** The same plan on the same terms is one round. */
async function identified(
  parts: CoordinatorParts,
  plan: TrainingPlan,
  terms: RoundTerms,
): Promise<[hash: string, planned: PlannedTask, question: null]> {
  const identity = `paceline training v1\n${terms.end}\n${terms.rho.num}/${terms.rho.den}\n${terms.minBatch}\n${encodePlan(plan)}`;
  const hash = toBase64Url(await parts.crypto.sha256(utf8(identity)));
  return [hash, roundTask(plan, terms), null];
}

/** The plan with the weights after a settled round. @throws PacelineError not_found, conflict when it is not settled */
export async function planAfter(parts: CoordinatorParts, task: Uint8Array) {
  const query = await publicQuery(parts.store, task);
  const manifest = decodeManifest(query.manifest);
  if (manifest.source.kind !== "model-update") return fail("not_found", "this task trains no model");
  if (query.release === null) return fail("conflict", "the round is not settled yet");
  const plan = decodePlan(manifest.source.plan);
  return { manifest, plan: nextPlan(plan, decodeRelease(query.release).values) };
}

function fromNano(nano: bigint): Rational {
  return rational(nano, 1_000_000_000n);
}
