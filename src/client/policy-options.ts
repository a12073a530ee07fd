// When an app wants this client to be quiet, as it configures that.
import { fail } from "../base/errors.ts";
import { objectOf, oneOf, wholeOf } from "./option-checks.ts";

export interface SyncPolicy {
  /** "unmetered": not where the connection is known to cost by the byte. Default: "any". */
  readonly network?: "any" | "unmetered";
  /** "spare": not below half a battery that is known not to be charging. Default: "any". */
  readonly battery?: "any" | "spare";
  /** Bytes of a day, UTC, both ways, from which on nothing more is sent. */
  readonly maxBytesPerDay?: number;
  /** Local times of a day, ["23:00", "07:00"], between which nothing is sent. */
  readonly quietHours?: readonly [from: string, to: string];
}

/** @throws PacelineError invalid_argument naming the option */
export function policyOf(policy: SyncPolicy): SyncPolicy {
  objectOf("policy", policy, ["network", "battery", "maxBytesPerDay", "quietHours"]);
  const { network = "any", battery = "any", maxBytesPerDay, quietHours } = policy;
  oneOf("policy.network", network, ["any", "unmetered"]);
  oneOf("policy.battery", battery, ["any", "spare"]);
  if (maxBytesPerDay !== undefined) wholeOf("policy.maxBytesPerDay", maxBytesPerDay);
  if (quietHours !== undefined) for (const i of [0, 1] as const) minutesOf(String(quietHours[i]));
  return { ...policy };
}

/** @throws PacelineError invalid_argument */
export function minutesOf(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) fail("invalid_argument", "policy.quietHours must be two times such as 23:00 and 07:00");
  return 60 * Number(hours) + Number(minutes);
}
