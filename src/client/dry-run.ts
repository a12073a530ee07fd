// What would leave, before it leaves.
import { fail } from "../base/errors.ts";
import { uploadRequest } from "../report/upload.ts";
import type { Manifest } from "../task/manifest.ts";
import { paymentFor, profileFor, reportFor } from "./answer.ts";
import { trainingOf } from "./contribute.ts";
import { judge } from "./judge.ts";
import { loadedDays } from "./member-data.ts";
import type { Settings } from "./options.ts";
import { keys, type Pending, readJson } from "./state.ts";
import { watched } from "./watched.ts";
import type { DryRun } from "./would-leave.ts";

/** @throws PacelineError not_found for a question or round that does not wait here; manifest_refused, consent_missing */
export async function dryRun(settings: Settings, task: string): Promise<DryRun> {
  const pending = await readJson<Pending>(settings.store, keys.pending(task));
  const { registrar } = settings;
  if (pending === undefined && registrar !== undefined)
    return await (await import("./masked/dry-run.ts")).maskedDryRun(settings, registrar, task);
  if (pending === undefined) return fail("not_found", "no such question waits on this device");
  const verdict = await judge(settings, pending.envelope, new Set([pending.purpose]), settings.platform.clock);
  if ("code" in verdict) return fail(verdict.code, verdict.why);
  const { manifest } = verdict.signed;
  const paid = await paymentFor(settings, manifest);
  if (paid === undefined) return fail("conflict", "this device has too few tokens to pay for the question");
  const { bytes, what, nullBecause } = await reportFor(settings, {
    manifest,
    sealing: verdict.sealing,
    days: await loadedDays(settings),
    profile: await profileFor(settings, manifest),
    memberSecret: settings.memberSecret,
    model: await modelOf(settings, manifest),
    extensions: paid.extensions,
  });
  const { method, url, headers = {}, body = bytes } = uploadRequest(settings.coordinatorUrl, task, [bytes]);
  return { task, method, url, headers, body, what, nullBecause, rho: Number(manifest.rho) / 1e9 };
}

async function modelOf(settings: Settings, manifest: Manifest) {
  if (manifest.source.kind !== "model-update") return undefined;
  return await (await trainingOf(settings)).modelFor(settings, watched(settings), manifest);
}
