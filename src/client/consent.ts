// Consent: off by default, one purpose at a time, withdrawn as easily as given. A browser's Global Privacy Control refuses all
// of it for as long as it is set.
import { fail, isPacelineError } from "../base/errors.ts";
import { type AnyReceipt, type ConsentReceipt, signReceipt, withdrawnRecord } from "../task/consent.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { deviceKey } from "./device-key.ts";
import { textOf } from "./option-checks.ts";
import type { ConsentSettings, PutReceipt, Shown } from "./shown.ts";
import { entry, keys, readJson } from "./state.ts";

/** `refused`: given once, and the browser's Global Privacy Control says no. */
export type ConsentState = "off" | "given" | "withdrawn" | "refused";

export interface ConsentStatus {
  readonly purpose: Purpose;
  readonly state: ConsentState;
  /** The last one given, if any. */
  readonly receipt: AnyReceipt | undefined;
}

export interface Consent {
  /**
   * @throws PacelineError invalid_argument for what is no purpose, consent_missing where the browser's Global Privacy Control
   *   refuses
   */
  grant(purpose: Purpose, shown?: Shown): Promise<ConsentReceipt>;
  /** Nothing that was sealed under it leaves any more, not even after a new consent. @param method as of what was shown */
  withdraw(purpose: Purpose, method?: string): Promise<void>;
  /** Every purpose there is, whether or not it was ever asked for. */
  status(): Promise<readonly ConsentStatus[]>;
  receipts(): Promise<readonly AnyReceipt[]>;
}

/** How a member expressed something, where the app does not say. */
const OWN_CONTROL = "the app's own control, for this purpose alone";

export function newConsent(settings: ConsentSettings): Consent {
  const { store, platform } = settings;
  const put: PutReceipt = async (unsigned, before, also = []) => {
    const signed = await signReceipt(await deviceKey(settings), unsigned);
    const key = keys.receipt(unsigned.purpose);
    await store.transaction({ put: [entry(key, signed), ...also], delete: [], expect: [[key, before]] });
    return signed;
  };
  const receipt = (purpose: Purpose) => readJson<AnyReceipt>(store, keys.receipt(purpose));
  const receipts = async () => (await Promise.all(purposeNames.map(receipt))).filter((one) => one !== undefined);
  return {
    async grant(purpose, shown = {}) {
      checkPurpose(purpose);
      if (settings.refusedBySignal())
        fail("consent_missing", "this browser's Global Privacy Control refuses", {
          hint: "Turn it off for this site first.",
        });
      const { grant } = await import("./taking-part.ts");
      return await retrying(() => grant(settings, purpose, { method: OWN_CONTROL, ...shown }, put));
    },
    async withdraw(purpose, method = OWN_CONTROL) {
      checkPurpose(purpose);
      textOf("method", method, 200);
      await retrying(async () => {
        const before = await store.get(keys.receipt(purpose));
        const current = await receipt(purpose);
        if (current === undefined) return;
        if (current.withdrawnAt === null) {
          const { publicKey: _, signature: __, ...rest } = current;
          const at = platform.clock.now();
          const record = (one: ConsentReceipt["record"]) => withdrawnRecord(one, new Date(at).toISOString(), method);
          const told = rest.version === 3 ? { ...rest, record: record(rest.record) } : rest;
          await put({ ...told, withdrawnAt: at }, before, [entry(keys.withdrawn(purpose), current.number)]);
        }
        await (await import("./erase.ts")).takeBack(store, purpose, current.number);
      });
    },
    async status() {
      const all = await receipts();
      return purposeNames.map((purpose) => {
        const own = all.find((one) => one.purpose === purpose);
        return { purpose, state: stateOf(own, settings.refusedBySignal()), receipt: own };
      });
    },
    receipts,
  };
}

function stateOf(receipt: AnyReceipt | undefined, refused: boolean): ConsentState {
  if (receipt === undefined) return "off";
  if (receipt.withdrawnAt !== null) return "withdrawn";
  return refused ? "refused" : "given";
}

/** Another tab may change the same thing: then it is read again. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

function checkPurpose(purpose: Purpose): void {
  if (!purposeNames.includes(purpose))
    fail("invalid_argument", "there is no such purpose to consent to", {
      hint: `Purposes: ${purposeNames.join(", ")}.`,
    });
}
