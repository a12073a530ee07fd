// The receiving keys of one aggregator, of which each task names one for good: found for it, and destroyed when the last task that
// needs it is over.
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Keyring, OldReceivingKey, ReceivingKey } from "../ports/keyring.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { hpkeText } from "../task/receiving-key.ts";
import type { AggregateTask } from "./task.ts";

/** A manifest that was being agreed on when its key was replaced is stored long before this. */
const DESTROY_AFTER_MS = 3_600_000;
/** And signed before this. */
const SIGN_UNTIL_MS = 600_000;

/** The key that a task's shares are sealed to. @throws PacelineError misconfigured when it is not here, or not any more */
export function receivingKeyOf({ hpke, receiving }: Keyring, { role, manifest }: AggregateTask): ReceivingKey {
  const named = manifest.aggregators[role].hpke;
  const found = [hpke, ...(receiving?.before() ?? [])].find((key) => hpkeText(key) === named);
  return (
    found ??
    fail("misconfigured", "the task is sealed to a receiving key that this service's key file has not", {
      hint: "Where the key was replaced on another machine of this service, copy the key file here: nothing is lost meanwhile.",
    })
  );
}

/** Those that a manifest may name which is agreed on now. */
export function signableKeys({ hpke, receiving }: Keyring, clock: Clock): readonly ReceivingKey[] {
  const before = receiving?.before() ?? [];
  return [hpke, ...before.filter(({ replaced }) => clock.now() - replaced < SIGN_UNTIL_MS)];
}

/** A task that is not over, and the key it names: an encoded HpkeConfig in base64url. */
export interface NamedKey {
  readonly task: Uint8Array;
  readonly hpke: string;
}

/** Tasks told of a key; there may be more. */
const TOLD_MAX = 100;

export interface KeyUse {
  hpke: string;
  /** In Unix milliseconds, where it is known. */
  made: number | null;
  replaced: number | null;
  /** Tasks that are not over and name it, 100 at most, in base64url; how many there are in all. */
  tasks: string[];
  count: number;
}

/** The present key first, then the older ones; last those that tasks name and that are not here (made and replaced null). */
export async function keyUses(
  { hpke, receiving }: Keyring,
  named: AsyncIterable<NamedKey>,
): Promise<{ held: KeyUse[]; missing: KeyUse[] }> {
  const tasks = new Map<string, string[]>();
  const counts = new Map<string, number>();
  for await (const one of named) {
    const told = tasks.get(one.hpke) ?? [];
    if (told.length < TOLD_MAX) told.push(toBase64Url(one.task));
    tasks.set(one.hpke, told);
    counts.set(one.hpke, (counts.get(one.hpke) ?? 0) + 1);
  }
  const use = (text: string, made: number | null, replaced: number | null): KeyUse => ({
    ...{ hpke: text, made, replaced },
    ...{ tasks: tasks.get(text) ?? [], count: counts.get(text) ?? 0 },
  });
  const held = [
    use(hpkeText(hpke), receiving?.made() ?? null, null),
    ...(receiving?.before() ?? []).map((old) => use(hpkeText(old), null, old.replaced)),
  ];
  const here = new Set(held.map((one) => one.hpke));
  return { held, missing: [...tasks.keys()].filter((text) => !here.has(text)).map((text) => use(text, null, null)) };
}

/**
 * Destroys the old keys that nothing needs.
 * @param open the tasks that are not over
 * @returns them
 */
export async function destroyUnused<Rows>(
  keyring: Keyring,
  clock: Clock,
  store: Pick<Store<Rows>, "read">,
  open: (rows: Rows) => AsyncIterable<NamedKey>,
): Promise<readonly OldReceivingKey[]> {
  const { receiving } = keyring;
  const due = (receiving?.before() ?? []).filter(({ replaced }) => clock.now() - replaced >= DESTROY_AFTER_MS);
  if (receiving === undefined || due.length === 0) return [];
  const { held } = await store.read((rows) => keyUses(keyring, open(rows)));
  const needed = new Set(held.filter(({ count }) => count > 0).map(({ hpke }) => hpke));
  const unused = due.filter((key) => !needed.has(hpkeText(key)));
  for (const key of unused) receiving.destroy(key);
  return unused;
}

/** What a service says and does about its receiving keys. */
interface KeyTending {
  keys(): Promise<{ readonly missing: readonly Pick<KeyUse, "count">[] }>;
  destroyKeys(): Promise<readonly OldReceivingKey[]>;
  trouble(): string | undefined;
}

/** Each process its own key file: others may have copies of it. */
export async function destroyOldKeys(service: KeyTending, log: ServiceLog): Promise<void> {
  for (const { id } of await service.destroyKeys())
    log(
      `receiving key ${id} is destroyed: it was replaced, and no task that is not over is sealed to it`,
      "key.destroyed",
      { count: 1 },
    );
}

/** @throws PacelineError misconfigured when open tasks name a key that is not here */
export async function refuseLostKeys(service: KeyTending): Promise<void> {
  // A database that is behind serves nothing anyway, and says why.
  if (service.trouble() !== undefined) return;
  const [lost] = (await service.keys()).missing;
  if (lost === undefined) return;
  fail("misconfigured", `${lost.count} open tasks are sealed to a receiving key that the key file has not`, {
    hint: "Restore or copy the newest key file. If the database is an older copy: paceline ledger acknowledge.",
  });
}
