// The members' phones: one client each over a shared file of device stores. Nothing here can see into another phone.
import { isPacelineError } from "../../base/errors.ts";
import { type Client, type ClientOptions, createClient, type SyncResult } from "../../client/index.ts";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm } from "../../platform/node/index.ts";
import type { Member } from "../../records/types.ts";
import type { Fleet } from "../../storage/sqlite/index.ts";
import type { Purpose } from "../../task/purposes.ts";
import type { Services } from "./services.ts";

export interface Device {
  readonly member: Member;
  readonly client: Client;
}

/** Devices that talk to the coordinator at once. */
const AT_ONCE = 64;

export function deviceOptions(services: Services, minCohort: number) {
  const transport = nodeTransport();
  const secrets = new Map<string, Uint8Array>();
  /** As an app keeps it with the member's account: the same on every device of theirs. */
  const secretOf = ({ id }: Member): Uint8Array => {
    const secret = secrets.get(id) ?? nodeEntropy.bytes(32);
    secrets.set(id, secret);
    return secret;
  };
  return (member: Member, fleet: Fleet): ClientOptions => ({
    coordinator: { url: services.coordinator.url, registerKey: services.coordinator.keys.signingKey },
    helper: { url: services.helper.url, signingKey: services.helper.keys.signingKey },
    store: fleet.device(member.id),
    days: () => member.days,
    profile: () => member.profile,
    memberSecret: secretOf(member),
    // Whole files are asked about, of whatever year, and all phones answer while the terminal waits.
    limits: { minBatchFloor: minCohort, windowAgeDaysMax: 36_500 },
    schedule: "at-once",
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport, wasm: nodeWasm },
  });
}

export type DeviceOptions = ReturnType<typeof deviceOptions>;

export function newDevice(member: Member, options: ClientOptions): Device {
  return { member, client: createClient(options) };
}

/** Runs `work` over all items, a few at a time. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) await work(items[i] as T, i);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}

export interface SyncTally {
  uploaded: number;
  null: number;
  refused: Map<string, number>;
}

/** Every device takes part in what is open. */
export async function syncAll(devices: readonly Device[], progress: (done: number) => void): Promise<SyncTally> {
  const tally: SyncTally = { uploaded: 0, null: 0, refused: new Map() };
  let done = 0;
  await inParallel(devices, async ({ client }) => {
    for (const result of await patientSync(client)) count(tally, result);
    progress(++done);
  });
  return tally;
}

/** As a phone does that got no answer: it tries again. A machine with other work can keep one request waiting for long. */
async function patientSync(client: Device["client"]): Promise<readonly SyncResult[]> {
  for (let left = 2; ; left--)
    try {
      return await client.sync();
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "unavailable") throw error;
    }
}

function count(tally: SyncTally, result: SyncResult): void {
  if (result.outcome === "refused") {
    tally.refused.set(result.code, (tally.refused.get(result.code) ?? 0) + 1);
    return;
  }
  if (result.outcome !== "sent") return;
  tally.uploaded += 1;
  if (result.isNull) tally.null += 1;
}

export async function grantAll(devices: readonly Device[], purpose: Purpose): Promise<void> {
  await inParallel(devices, async ({ client }) => void (await client.consent.grant(purpose)));
}
