// What a report is made of and what comes of it: plain data, which any thread may be sent.
import type { MemberDay, Profile } from "../records/types.ts";
import type { Extension, SealingTask } from "../report/sealer.ts";
import type { Manifest } from "../task/manifest.ts";

export interface MemberData {
  /** Undefined while none are loaded. */
  readonly days: readonly MemberDay[] | undefined;
  readonly profile: Profile;
}

/** What a training round begins with on this device. */
export interface RoundModel {
  readonly weights: Float32Array;
  /** Of this device alone: decides whether it is held out. */
  readonly secret: Uint8Array;
  /** Nano-rho of this round, where that is not the manifest's: "0" of a stream that was paid. */
  readonly rho?: string | undefined;
}

/** All of it may be sent to another thread. */
export interface ReportJob extends MemberData {
  readonly manifest: Manifest;
  readonly sealing: SealingTask;
  /** Why the report must be empty whatever the member's days say, in words for the member. */
  readonly empty?: string | undefined;
  readonly memberSecret: Uint8Array | undefined;
  /** Of a task that trains. */
  readonly model?: RoundModel | undefined;
  readonly extensions: readonly Extension[];
}

export interface MadeReport {
  readonly bytes: Uint8Array;
  /** 32 bytes: they take the report back. */
  readonly secret: Uint8Array;
  /** In plain words, what the bytes hold; only this device can tell. */
  readonly what: string;
  readonly nullBecause: string | null;
}
