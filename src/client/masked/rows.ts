// What the device keeps of a masked round that it is in, besides the protocol's own state: until the round is over, and then nothing.
import { utf8 } from "../../base/bytes.ts";
import type { MaskedEnvelope } from "../../task/masked/envelope.ts";
import { keys } from "../state.ts";

export interface MaskedRow {
  readonly task: string;
  readonly envelope: MaskedEnvelope;
  /** Where `protocol/secagg/member` keeps its state. */
  readonly state: string;
  /** base64url: the key that it joins with, made for this round. */
  readonly secret: string;
  readonly public: string;
  /** Whether the registrar said yes. */
  readonly joined: boolean;
  /** Of the roster, once it was shown; null before. */
  readonly members: number | null;
  /** Why it adds nothing, whatever its days say; null where it may. */
  readonly empty: string | null;
}

export const maskedKey = (task: string): string => `masked/${task}`;
export const consentKey: string = keys.receipt("model-training");

export const encodeRow = (row: MaskedRow): Uint8Array => utf8(JSON.stringify(row));
