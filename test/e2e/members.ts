// A few members with their devices, and the journey of one question: asked, answered by every device, collected.
import { call } from "../../src/api/call.ts";
import { tasksRoute } from "../../src/api/register.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { withdrawRoute } from "../../src/api/withdraw.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { type Client, createClient } from "../../src/client/client.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import { createReporter } from "../../src/client/report.ts";
import { encodeStatistics } from "../../src/contribution/statistics.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeClock, nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { TransportRequest } from "../../src/ports/transport.ts";
import type { Member } from "../../src/records/types.ts";
import type { ReportBytes } from "../../src/report/sealer.ts";
import { uploadRequest } from "../../src/report/upload.ts";
import { population } from "../../src/simulate/index.ts";
import type { Envelope } from "../../src/task/envelope.ts";
import { decodeRelease, type ReleaseDocument } from "../../src/task/release.ts";
import { testLimits } from "../support/cluster.ts";
import type { Pair } from "../support/processes.ts";
import { binsOf } from "../support/questions.ts";
import { readDurable } from "./durable.ts";

const lastDay = 20_480;
export const question = {
  version: 2,
  name: "rhr",
  title: "What is a usual resting heart rate?",
  select: binsOf("rhr", [35, 50, 55, 60, 65, 70, 75, 80, 110]),
  window: { days: 28, end: formatDay(lastDay) },
  daysMin: 3,
  purpose: "service-improvement",
  privacy: { epsilon: "1" },
  minCohort: 5,
} as const;

export interface Devices {
  readonly members: readonly Member[];
  readonly clients: readonly Client[];
  /** Every upload that was sent, in order. */
  readonly uploads: readonly TransportRequest[];
}

/** Members with a few weeks of days; the first `count` of a larger membership are these. */
export const someMembers = (count: number): readonly Member[] =>
  population({ seed: "e2e", members: count, weeks: 4, lastDay });

interface DeviceOptions {
  readonly members?: readonly Member[];
  /** Called after each upload that was answered. */
  readonly onAnswer?: () => void;
  /** Of each member's account. */
  readonly secret?: (index: number) => Uint8Array;
  /** Where requests for the register go instead of to the coordinator. */
  readonly registerAt?: string;
  /** What is otherwise with a device. */
  readonly change?: (index: number) => Partial<ClientOptions>;
}

/** Devices whose members said yes. */
export async function newDevices(
  pair: Pair,
  { members = someMembers(14), onAnswer, secret, registerAt, change }: DeviceOptions = {},
): Promise<Devices> {
  const uploads: TransportRequest[] = [];
  const transport = {
    async send(request: TransportRequest) {
      const url = registerAt === undefined ? request.url : request.url.replace(pair.coordinator.url, registerAt);
      if (request.body === undefined) return await pair.transport.send({ ...request, url });
      uploads.push(request);
      const response = await pair.transport.send(request);
      onAnswer?.();
      return response;
    },
  };
  const clients = members.map((member, i) =>
    createClient({
      coordinator: { url: pair.coordinator.url, registerKey: pair.keys.coordinator.signingKey },
      helper: { url: pair.helper.url, signingKey: pair.keys.helper.signingKey },
      store: memoryDeviceStore(),
      ...(secret && { memberSecret: secret(i) }),
      days: () => member.days,
      profile: () => member.profile,
      limits: { ...testLimits, windowAgeDaysMax: 3650 },
      schedule: "at-once",
      platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport },
      ...change?.(i),
    }),
  );
  await Promise.all(clients.map((client) => client.consent.grant(question.purpose)));
  return { members, clients, uploads };
}

/**
 * Every device once. @returns how often each outcome came
 * @throws PacelineError unavailable when one of them could not deliver; again later, it will
 */
export async function syncAll(clients: readonly Client[]): Promise<Readonly<Record<string, number>>> {
  const settled = await Promise.allSettled(clients.map((client) => client.sync()));
  const outcomes: Record<string, number> = {};
  for (const one of settled) {
    if (one.status === "rejected") throw one.reason;
    for (const { outcome } of one.value) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  if (outcomes.queued !== undefined) throw new PacelineError("unavailable", "a report waits on its device");
  return outcomes;
}

export const ask = (pair: Pair, asked: object = question) =>
  call(pair.coordinator, coordinatorRoutes.ask, { body: asked });

/** @returns the release's bytes in base64url */
export async function collect(pair: Pair, task: string): Promise<string> {
  return (await call(pair.coordinator, coordinatorRoutes.collect, { parameters: { task } })).release;
}

export interface Leavers {
  /** Two more reports, at the leader before any other. @throws PacelineError unavailable */
  send(task: string): Promise<void>;
  /** Takes both back when both parties have verified them, each at one party alone. @throws PacelineError unavailable */
  leave(task: string): Promise<void>;
}

/** Members who answer, and take it back. */
export function newLeavers(pair: Pair): Leavers {
  let made: readonly ReportBytes[] | undefined;
  return {
    async send(task) {
      if (made === undefined) {
        const { tasks } = await call(pair.coordinator, tasksRoute);
        const keys = { registerKey: pair.keys.coordinator.signingKey, helperKey: pair.keys.helper.signingKey };
        const reporter = await createReporter(tasks[0] as Envelope, { ...keys, entropy: nodeEntropy });
        made = [await reporter.seal(0), await reporter.seal(1)];
      }
      for (const { bytes } of made) {
        const { status } = await pair.transport.send(uploadRequest(pair.coordinator.url, task, [bytes]));
        if (status >= 300) throw new PacelineError("unavailable", "no report was taken");
      }
    },
    async leave(task) {
      for (let left = 100; (readDurable(pair, "helper").reports.accepted ?? 0) < 2; left--) {
        if (left === 0) throw new PacelineError("unavailable", "nothing is verified");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const [i, { secret }] of (made ?? []).entries()) {
        const party = i === 0 ? "coordinator" : "helper";
        const body = { secret: toBase64Url(secret) };
        await call(pair[party], withdrawRoute, { parameters: { task }, body });
      }
    },
  };
}

export const openRelease = (release: string): ReleaseDocument => decodeRelease(fromBase64Url(release));

/** What the release says when there is no noise and every member's report is counted once. */
export function truthOf({ encoder, source, window }: ReleaseDocument, members: readonly Member[]): readonly number[] {
  if (encoder.kind !== "product" || source.kind !== "statistics") throw new Error("a histogram was asked for");
  const sums: number[] = [];
  for (const member of members)
    encodeStatistics(member, source, encoder, window).vector.forEach((x, i) => {
      sums[i] = (sums[i] ?? 0) + x;
    });
  return sums.slice(0, -1);
}
