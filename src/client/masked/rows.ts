// What the device keeps of masked rounds, besides the protocol's own state: of one that it would join, until it joins; of one that it is
// in, until the round is over, and then nothing.
import { utf8 } from "../../base/bytes.ts";
import type { MaskedEnvelope } from "../../task/masked/envelope.ts";
import { keys } from "../state.ts";

export interface MaskedRow {
  readonly task: string;
  readonly envelope: MaskedEnvelope;
  /** Where `protocol/secagg/member` keeps its state: no other row's name begins with it but the vector's. */
  readonly state: string;
  /** base64url: the key that it joins with, made for this round. */
  readonly secret: string;
  readonly public: string;
  /** Whether the registrar said yes. */
  readonly joined: boolean;
  /** Of the roster, once it was shown; null before. */
  readonly members: number | null;
}

/** In the place of a row whose round ends here: without a secret, so that no page says anything more in it. */
export interface EndingRow {
  readonly task: string;
  readonly because: string;
}

export type RoundRow = MaskedRow | EndingRow;

/** A round that waits for this device's moment to join. */
export interface InvitedRow {
  readonly task: string;
  readonly envelope: MaskedEnvelope;
  /** Seconds since 1970, as of a question that waits: nobody joins from `closes` on. */
  readonly due: number;
  readonly closes: number;
}

export const maskedKey = (task: string): string => `masked/${task}`;
/** Beside the questions that wait: both are counted by what their names begin with. */
export const invitedKey = (task: string): string => `pending-masked/${task}`;
/** Of what the device adds, drawn before its keys leave and deleted with the state that it left with. */
export const vectorKey = ({ state }: Pick<MaskedRow, "state">): string => `${state}/vector`;
export const consentKey: string = keys.receipt("model-training");

export const encodeRow = (row: RoundRow): Uint8Array => utf8(JSON.stringify(row));
