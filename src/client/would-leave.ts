// What a dry run shows: the requests that would leave, before they do.

export interface DryRun {
  readonly task: string;
  /** The whole request: nothing else is sent, no cookie, no name of the device. */
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** In plain words, what the body holds; only this device can tell. */
  readonly what: string;
  readonly nullBecause: string | null;
  /** ρ it would cost. */
  readonly rho: number;
  /** Of a round that one coordinator sums, which takes several requests: the one above is that by which this device joins. */
  readonly masked?: MaskedDryRun;
}

export interface MaskedDryRun {
  /** Whether that request was made and answered: then these are the bytes that left. */
  readonly joined: boolean;
  /** Of the round: the same once it is known. */
  readonly members: { readonly least: number; readonly most: number };
  /** What follows, in order: one request each. */
  readonly stages: readonly MaskedStage[];
}

export interface MaskedStage {
  readonly stage: "keys" | "nonces" | "shares" | "vectors" | "signatures" | "unmasking";
  readonly method: string;
  readonly url: string;
  /** Of the body: the same where the round's terms alone decide. */
  readonly bytes: { readonly least: number; readonly most: number };
  /** In plain words, what the body holds. */
  readonly what: string;
  /** Whether this device has made it: it sends these bytes or nothing. */
  readonly made: boolean;
  /** Of the last that was made, and null of all others. */
  readonly body: Uint8Array | null;
  /** Why the bytes cannot be known yet; null once they are made. */
  readonly unknown: string | null;
}
