// "Now we cheat": six attacks, run live against the real services and a real device, each with who refused it and why.
// What is crafted here is what a dishonest app, coordinator or analyst could send; nothing in the services helps it.

import { call } from "../../api/call.ts";
import { type Asked, coordinatorRoutes, helperRoutes } from "../../api/routes.ts";
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, invariant, isPacelineError } from "../../base/errors.ts";
import { createClient } from "../../client/index.ts";
import { nullStatistics } from "../../contribution/statistics.ts";
import { wasmEngine } from "../../math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../platform/node/index.ts";
import type { Transport } from "../../ports/transport.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../protocol/dap/report.ts";
import { dap18 } from "../../protocol/dap/version.ts";
import { seal } from "../../protocol/hpke/hpke.ts";
import { sharedPrio3 } from "../../protocol/vdaf/shared.ts";
import type { Member } from "../../records/types.ts";
import { newReporter } from "../../report/seal.ts";
import { uploadError, uploadRequest } from "../../report/upload.ts";
import type { Fleet } from "../../storage/sqlite/index.ts";
import { dapTaskOf, receivingKey } from "../../task/dap.ts";
import { type Envelope, openEnvelope, type SignedManifest } from "../../task/envelope.ts";
import { measuredOf } from "../demo/measured.ts";
import type { DemoQuestion } from "../demo/questions.ts";
import type { DeviceOptions } from "../local/devices.ts";
import type { Services } from "../local/services.ts";

/** An attack that was tried, and what came of it. */
export interface Refused {
  readonly name: string;
  readonly refusedBy: string;
  readonly code: string;
}

export interface Target {
  readonly services: Services;
  readonly transport: Transport;
  readonly question: DemoQuestion;
  readonly asked: Asked;
  readonly envelope: Envelope;
  /** A member who takes no part, for a device of the attacker's own. */
  readonly outsider: Member;
  readonly fleet: Fleet;
  readonly optionsOf: DeviceOptions;
}

/** A report that was sent to be refused, until the aggregators have looked at it. */
export interface Planted {
  readonly name: string;
  readonly id: Uint8Array;
}

const register = (target: Target) => ({ transport: target.transport, url: target.services.coordinator.url });
const analyst = (target: Target) => ({ ...register(target), token: target.services.analystToken });

function pinned({ services }: Target) {
  return {
    register: fromBase64Url(services.coordinator.keys.signingKey),
    helper: fromBase64Url(services.helper.keys.signingKey),
  };
}

const signedManifest = (target: Target) => openEnvelope(nodeCrypto, target.envelope, pinned(target));

async function upload(target: Target, report: Uint8Array): Promise<string | undefined> {
  const response = await target.transport.send(
    uploadRequest(target.services.coordinator.url, target.asked.task, [report]),
  );
  return uploadError(response);
}

/** What a question is about, in a word or two. */
function subjectOf({ manifest }: SignedManifest): string {
  const title = measuredOf(manifest)?.title;
  return title?.includes("moderate-equivalent") ? "active minutes" : (title ?? "what was asked");
}

/** An app without limits: its leader share claims 10,000 where the circuit allows 1 in a bin. */
export async function plantForgery(target: Target): Promise<Planted> {
  const signed = await signedManifest(target);
  const { id, bytes } = await forgedReport(signed);
  await upload(target, bytes);
  return { name: `a forged 10,000 in one range of ${subjectOf(signed)}`, id };
}

async function forgedReport({ manifest, bytes }: SignedManifest) {
  const task = await dapTaskOf(nodeCrypto, manifest, bytes);
  const prio3 = sharedPrio3(manifest.vdaf, nodeWasm);
  const id = nodeEntropy.bytes(16);
  const rand = nodeEntropy.bytes(prio3.randLength);
  const { publicShare, inputShares } = prio3.shard(dap18.vdafContext(task.id), 0 as never, id, rand);
  const [leader, helper] = inputShares as [Uint8Array, Uint8Array];
  // The share's first element, little-endian: adding 9,999 to it makes the member's own 1 a 10,000.
  let carry = 9_999;
  for (let i = 0; i < 16 && carry > 0; i++) {
    carry += leader[i] as number;
    leader[i] = carry & 255;
    carry >>= 8;
  }
  const metadata = { reportId: id, time: BigInt(manifest.window.start), publicExtensions: [] };
  const aad = InputShareAad.encode({ taskId: task.id, task: task.configuration, metadata, publicShare });
  const sealTo = async (role: "leader" | "helper", share: Uint8Array) => {
    const key = receivingKey(manifest.aggregators[role]);
    const plaintext = PlaintextInputShare.encode({ privateExtensions: [], payload: share });
    const info = dap18.inputShareInfo(role);
    const { enc, ciphertext } = await seal({ crypto: nodeCrypto, recipient: key.publicKey, info, aad, plaintext });
    return { configId: key.id, enc, payload: ciphertext };
  };
  const report = {
    metadata,
    publicShare,
    leaderShare: await sealTo("leader", leader),
    helperShare: await sealTo("helper", helper),
  };
  return { id, bytes: Report.encode(report) };
}

/** An honest report, one bit of which changes on the way. */
export async function plantFlippedBit(target: Target): Promise<Planted> {
  const report = await honestReport(target);
  const bytes = report.bytes.slice();
  const at = bytes.length - 40;
  bytes[at] = (bytes[at] as number) ^ 1;
  await upload(target, bytes);
  return { name: "a flipped bit", id: report.id };
}

async function honestReport(target: Target) {
  const signed = await signedManifest(target);
  const reporter = await newReporter(
    { crypto: nodeCrypto, entropy: nodeEntropy, engine: wasmEngine(nodeWasm) },
    signed,
  );
  const { encoder } = signed.manifest;
  invariant(encoder.kind === "product", "the demo's questions are of statistics");
  return await reporter.seal(nullStatistics(encoder));
}

/** The same report twice: the second is refused, and the first (a null report) counts once. */
export async function replay(target: Target): Promise<Refused> {
  const { bytes } = await honestReport(target);
  const first = await upload(target, bytes);
  const second = await upload(target, bytes);
  if (first !== undefined || second === undefined) fail("internal", "the replay was not refused");
  return { name: "a replayed report", refusedBy: "coordinator (leader)", code: second };
}

/** The coordinator changes its mind about the purpose and offers the manifest to a device again. */
export async function changedPurpose(target: Target): Promise<Refused> {
  const text = fromUtf8(fromBase64Url(target.envelope.manifest));
  const forged = {
    ...target.envelope,
    manifest: toBase64Url(utf8(text.replace('"purpose":"service-improvement"', '"purpose":"advertising"'))),
  };
  const options = target.optionsOf(target.outsider, target.fleet);
  const inner = options.platform?.transport ?? target.transport;
  let sent = 0;
  const transport: Transport = {
    async send(request) {
      if (request.method === "POST") sent += 1;
      if (!request.url.includes("/v1/tasks")) return await inner.send(request);
      return { status: 200, headers: {}, body: utf8(JSON.stringify({ tasks: [forged], next: "" })) };
    },
  };
  const device = createClient({ ...options, platform: { ...options.platform, transport } });
  await device.consent.grant("service-improvement");
  const [result] = await device.sync();
  if (result?.outcome !== "refused" || sent > 0) fail("internal", "a device took part under a changed purpose");
  return { name: "a manifest with the purpose changed to advertising", refusedBy: "every device", code: result.code };
}

export interface Repeats {
  readonly attack: Refused;
  readonly times: number;
  readonly distinctAnswers: number;
  readonly debits: number;
}

/** Ways in which one question is put, again and again. */
const SPELLINGS = 50;

/** Averaging the noise away: the same question again and again, in other words. */
export async function repeatQuestion(target: Target, times: number): Promise<Repeats> {
  const answers = new Set<string>();
  const before = (await call(analyst(target), coordinatorRoutes.ledger)).debits.length;
  for (let i = 0; i < times; i++) {
    const { task } = await call(analyst(target), coordinatorRoutes.ask, {
      body: inOtherWords(target.question, i % SPELLINGS),
    });
    const { release } = await call(register(target), coordinatorRoutes.release, { parameters: { task } });
    answers.add(release);
  }
  const debits = (await call(analyst(target), coordinatorRoutes.ledger)).debits.length - before;
  if (answers.size !== 1 || debits !== 0) fail("internal", "a repeated question was answered anew");
  const attack = {
    name: `the same question ${times.toLocaleString("en-US")} times`,
    refusedBy: "coordinator (ledger)",
    code: "same_release",
  };
  return { attack, times, distinctAnswers: answers.size, debits };
}

/** Another name and title, its statistics in another order, its decimals spelled out: the same question. */
function inOtherWords(question: DemoQuestion, i: number): DemoQuestion {
  const { select, privacy } = question;
  return {
    ...question,
    name: `again-${i}`,
    title: `${question.title} (${i})`,
    select: i % 2 === 0 ? select : select.toReversed(),
    ...(i % 3 === 0 && privacy !== undefined && "epsilon" in privacy
      ? { privacy: { epsilon: `${privacy.epsilon}${privacy.epsilon.includes(".") ? "0" : ".0"}` } }
      : {}),
  };
}

/** A cohort below everyone's floor: refused by the coordinator, and by the helper when the coordinator goes along with it. */
export async function smallCohort(target: Target): Promise<Refused> {
  const floor = target.question.minCohort ?? 1;
  const small = Math.min(12, floor - 1);
  const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
    try {
      await attempt;
    } catch (error) {
      if (isPacelineError(error)) return error.code;
      throw error;
    }
    return fail("internal", `a cohort of ${small} was accepted`);
  };
  const coordinator = await codeOf(
    call(analyst(target), coordinatorRoutes.ask, {
      body: { ...target.question, minCohort: small, daysMin: (target.question.daysMin ?? 1) + 1 },
    }),
  );
  const text = fromUtf8(fromBase64Url(target.envelope.manifest)).replace(`"minBatch":${floor}`, `"minBatch":${small}`);
  const { services, transport } = target;
  const helper = await codeOf(
    call({ transport, url: services.helper.url, token: services.leaderToken }, helperRoutes.sign, {
      body: { manifest: toBase64Url(concat(utf8(text))) },
    }),
  );
  if (coordinator !== helper) fail("internal", `the coordinator said ${coordinator}, the helper ${helper}`);
  return { name: `a cohort of ${small}`, refusedBy: "coordinator, and helper on its own", code: helper };
}
