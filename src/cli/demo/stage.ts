// Setting the stage: services started, a phone for every member, consent where it was given.
import { type Service as ApiService, call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { invariant } from "../../base/errors.ts";
import { nodeTransport } from "../../platform/node/index.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Member } from "../../records/types.ts";
import { splitHeldOut } from "../../simulate/training/index.ts";
import type { Fleet } from "../../storage/sqlite/index.ts";
import { type Device, type DeviceOptions, deviceOptions, grantAll, newDevice } from "../local/devices.ts";
import type { Membership } from "../local/members.ts";
import type { Services } from "../local/services.ts";
import type { Terminal } from "../terminal.ts";
import type { DemoStory } from "./document.ts";

type LedgerRow = DemoStory["ledger"][number];

export interface Stage {
  readonly membership: Membership;
  readonly minCohort: number;
  readonly terminal: Terminal;
  readonly services: Services;
  readonly transport: Transport;
  readonly analyst: ApiService;
  readonly fleet: Fleet;
  readonly optionsOf: DeviceOptions;
  /** Phones whose member consented to questions. */
  readonly devices: readonly Device[];
  /** Of those, phones whose member also consented to training. */
  readonly learners: readonly Device[];
  /** Members kept out of training, to see how well it did. */
  readonly heldOut: readonly Member[];
  /** A member without consent. */
  readonly outsider: Member;
  /** The member whose phone we look at. */
  readonly protagonist: Device;
  ledger(): Promise<readonly LedgerRow[]>;
  lastLedger(): readonly LedgerRow[];
}

/** Of a hundred members, how many consent to questions; of a training group, how many members at most. */
const CONSENT_SHARE = 0.92;
const LEARNERS_MAX = 600;
const HELD_OUT_SHARE = 0.2;

type Setting = Pick<Stage, "membership" | "minCohort" | "terminal" | "services" | "fleet"> & {
  readonly consents: ReadonlySet<Member>;
};

const SMALL = 200;

/** Who consents to questions: everyone but each twelfth; in a small group everyone but one, whose phone stays silent. */
export function consentingOf(members: readonly Member[]): ReadonlySet<Member> {
  const small = members.length < SMALL;
  return new Set(members.filter((_, i) => (small ? i !== members.length - 1 : (i * 7) % 100 < CONSENT_SHARE * 100)));
}

export async function settleIn({
  membership,
  consents,
  minCohort,
  terminal,
  services,
  fleet,
}: Setting): Promise<Stage> {
  const { members } = membership;
  terminal.line(
    `  coordinator: process ${services.coordinator.pid}, helper: process ${services.helper.pid}, each with its own database and keys`,
  );
  const optionsOf = deviceOptions(services, minCohort);
  const consenting = members.filter((member) => consents.has(member));
  const outsider = members.find((member) => !consents.has(member));
  invariant(outsider !== undefined, "someone stays silent");
  const devices = consenting.map((member) => newDevice(member, optionsOf(member, fleet)));
  await grantAll(devices, "service-improvement");
  const { training: pupils, heldOut } = splitHeldOut(consenting, HELD_OUT_SHARE, "demo");
  const chosen = new Set(pupils.slice(0, LEARNERS_MAX));
  const learners = devices.filter(({ member }) => chosen.has(member));
  await grantAll(learners, "model-training");
  const transport = nodeTransport();
  const analyst = { transport, url: services.coordinator.url, token: services.analystToken };
  terminal.line(
    `  ${consenting.length} of ${members.length} members consent to questions, ${learners.length} also to training; the others send nothing`,
  );
  let last: readonly LedgerRow[] = [];
  return {
    membership,
    minCohort,
    terminal,
    services,
    transport,
    analyst,
    fleet,
    optionsOf,
    devices,
    learners,
    heldOut,
    outsider,
    protagonist: protagonistOf(devices, membership),
    async ledger() {
      const { epochs } = await call(analyst, coordinatorRoutes.ledger);
      last = epochs.map(({ epoch, cap, spent }) => ({ epoch, cap: Number(cap) / 1e9, spent: Number(spent) / 1e9 }));
      return last;
    },
    lastLedger: () => last,
  };
}

/** The week with the most spent of its cap; the rows of whole years stand beside the weeks. */
export function fullestWeek(rows: readonly LedgerRow[]): LedgerRow | undefined {
  const weeks = rows.filter(({ epoch }) => epoch.includes("-W"));
  return weeks.reduce<LedgerRow | undefined>((a, b) => (a === undefined || b.spent > a.spent ? b : a), undefined);
}

/** A member with much recent data, in the middle band where there are bands. */
function protagonistOf(devices: readonly Device[], { lastDay, bands }: Membership): Device {
  const band = bands[Math.floor((bands.length - 1) / 2)];
  const metrics = ({ member }: Device) =>
    member.days
      .filter(({ day }) => day > lastDay - 28)
      .reduce((sum, { values }) => sum + Object.keys(values).length, 0);
  const inBand = devices.filter(({ member }) => band === undefined || member.profile.ageBand === band);
  const candidates = inBand.length > 0 ? inBand : devices;
  const best = candidates.reduce((a, b) => (metrics(b) > metrics(a) ? b : a), candidates[0] as Device);
  invariant(best !== undefined, "someone consented");
  return best;
}
