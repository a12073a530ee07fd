// A training whose rounds overlap, through both services in one process, on a clock of its own, with devices that can be late for a round.
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { decodeTraining } from "../../src/learning/plan/training/manifest.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import { type ClusterOptions, newCluster, noNoise } from "./cluster.ts";
import { lastDay } from "./questions.ts";

export const HOUR = 3_600_000;
const START = 1_770_000_000_000;

const members = population({ seed: "overlap", members: 6, lastDay });

/** Six devices, a quorum of five; an hour for reports. */
export const overlapDraft = (change: Partial<TrainingDraft> = {}): TrainingDraft => ({
  ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 5, rhoPerRound: "0.03" }),
  cohort: { expected: 6, least: 5, most: 6 },
  overlap: 3,
  end: formatDay(lastDay),
  ...change,
});

/** @param begun whether it has to begin, or may be killed on the way */
export async function overlapping(change: Partial<TrainingDraft> = {}, options: ClusterOptions = {}, begun = true) {
  let now = START;
  const clock = { now: () => now };
  const cluster = newCluster({ noise: noNoise, clock, ...options });
  const { trainings } = cluster.coordinator;
  /** Tasks of which no report comes through, by what they are called in addresses. */
  const late = new Set<string>();
  const send = async (request: TransportRequest): Promise<TransportResponse> => {
    const held = request.url.endsWith("/reports") && [...late].some((task) => request.url.includes(task));
    return held ? { status: 502, headers: {}, body: new Uint8Array(0) } : await cluster.transport.send(request);
  };
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport: { send } };
  const clients = members.map((member) => cluster.client(member, { platform }));
  for (const client of clients) await client.consent.grant("model-training");
  const beginning = trainings.begin(overlapDraft(change));
  if (begun) await beginning;
  else await beginning.catch(() => undefined);
  const [first] = await trainings.all();
  if (first === undefined) throw new Error("it was begun");
  const { run } = first;
  const view = () => trainings.one(run);
  return {
    ...{ cluster, trainings, clients, run, view, late },
    pass: (ms: number) => {
      now += ms;
    },
    /** Devices answer what they are shown, and the training goes as far as it can. @returns what failed */
    go: async (some = clients) => {
      for (const client of some) await client.sync().catch(() => undefined);
      return await trainings.advanceAll();
    },
    /** The task of the open round with this number. */
    task: async (number: number) => (await view()).overlap?.open.find((one) => one.number === number)?.task ?? "none",
    /** Numbers of open rounds, and how many releases their models are made of. */
    open: async () => (await view()).overlap?.open.map(({ number, begun: steps }) => [number, steps]),
    /** Numbers of rounds in the model, in order, and how far behind each was. */
    closed: async () => (await view()).rounds.map(({ number, behind }) => [number, behind]),
    /** A round as it was asked, by its task. */
    asked: async (task: string) => {
      const query = await cluster.coordinatorStore.read((rows) => rows.queryOfTask(fromBase64Url(task)));
      const { source } = decodeManifest(query?.manifest ?? new Uint8Array(0));
      return decodeTraining(source.kind === "model-update" ? source.training : "");
    },
  };
}
