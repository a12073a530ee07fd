// What a consent is given with, and written by.
import type { DeviceChanges } from "../ports/device-store.ts";
import type { AnyReceipt, Unsigned } from "../task/consent.ts";
import type { Settings } from "./options.ts";

/** What the member was shown, where that is not this package's own words in English. */
export interface Shown {
  readonly notice?: string;
  /** BCP 47 */
  readonly language?: string;
  /** The app's own version of these words. Default: their digest. */
  readonly version?: string;
  /** How the member expresses it, such as "a switch in settings": on the record. */
  readonly method?: string;
}

export type ConsentSettings = Pick<
  Settings,
  "store" | "platform" | "refusedBySignal" | "controller" | "coordinatorUrl" | "helperUrl" | "registrar"
>;

/** Signs and writes a receipt. @param before the row that it takes the place of: another one meanwhile is a conflict */
export type PutReceipt = <T extends Unsigned>(
  unsigned: T,
  before: Uint8Array | undefined,
  also?: DeviceChanges["put"],
) => Promise<T & Pick<AnyReceipt, "publicKey" | "signature">>;
