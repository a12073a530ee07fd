// Messages between the parties, kept as bytes, and their fields by name: each with what it is for and who can read it.
import { toHex } from "../../base/bytes.ts";
import { AggregationJobInitReq, AggregationJobResp } from "../../protocol/dap/aggregation.ts";
import { AggregateShare, AggregateShareReq } from "../../protocol/dap/collection.ts";
import { Report } from "../../protocol/dap/report.ts";

export type Who = "phone" | "coordinator" | "helper" | "analyst";

/** Plain data. */
export interface Message {
  readonly from: Who;
  readonly to: Who;
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly bytes: number;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal, or text where it is text; cut where it is long. */
  readonly shown: string;
  readonly means: string;
}

const HEX_MAX = 160;

export function field(name: string, value: Uint8Array, means: string): Field {
  const hex = toHex(value);
  return { name, bytes: value.length, shown: hex.length > HEX_MAX ? `${hex.slice(0, HEX_MAX)}…` : hex, means };
}

export function textField(name: string, text: string, means: string): Field {
  const bytes = new TextEncoder().encode(text).length;
  return { name, bytes, shown: text.length > 400 ? `${text.slice(0, 400)}…` : text, means };
}

const number64 = (value: bigint) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

export function reportFields(bytes: Uint8Array): readonly Field[] {
  const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
  return [
    field("report id", metadata.reportId, "random: two reports with one id are one report"),
    field(
      "time",
      number64(metadata.time),
      "the same for every report of the task: when a phone answered is nobody's business",
    ),
    field("public share", publicShare, "binds the two halves of the proof to each other"),
    field("leader share: encapsulated key", leaderShare.enc, "of this one ciphertext (HPKE, X25519)"),
    field(
      "leader share: ciphertext",
      leaderShare.payload,
      "one half of the answer and of its proof; only the coordinator can open it",
    ),
    field("helper share: encapsulated key", helperShare.enc, "of this one ciphertext"),
    field("helper share: ciphertext", helperShare.payload, "the other half, as a seed; only the helper can open it"),
  ];
}

export function jobFields(bytes: Uint8Array): readonly Field[] {
  const { verifyInits } = AggregationJobInitReq.decode(bytes);
  const [first] = verifyInits;
  if (first === undefined) return [];
  return [
    textField("reports", `${verifyInits.length}`, "all that came since the last job"),
    field("first report's id", first.metadata.reportId, "the helper looks it up in its own database"),
    field(
      "first report's helper share",
      first.helperShare.payload,
      "as the phone sealed it: the coordinator cannot read it",
    ),
    field(
      "first report's proof message",
      first.payload,
      "the coordinator's part of the check that the answer is in range",
    ),
  ];
}

export function jobAnswerFields(bytes: Uint8Array): readonly Field[] {
  const answers = AggregationJobResp.decode(bytes);
  const rejected = answers.filter(({ type }) => type === "reject");
  const [first] = answers;
  return [
    textField(
      "verified",
      `${answers.length - rejected.length}`,
      "their proofs hold; each aggregator keeps its half of the answer",
    ),
    textField("refused", `${rejected.length}`, "and why, one by one"),
    ...(first?.type === "continue"
      ? [field("first report's proof message", first.payload, "the helper's part of the check")]
      : []),
  ];
}

export function shareRequestFields(bytes: Uint8Array): readonly Field[] {
  const { reportCount, checksum } = AggregateShareReq.decode(bytes);
  return [
    textField("reports", `${reportCount}`, "the helper counts its own, and refuses another number"),
    field("checksum", checksum, "over the ids of these reports: both must hold the same ones"),
  ];
}

export function shareFields(bytes: Uint8Array): readonly Field[] {
  const { enc, payload } = AggregateShare.decode(bytes);
  return [
    field("encapsulated key", enc, "of this ciphertext"),
    field(
      "ciphertext",
      payload,
      "the helper's sum with the helper's noise in it; without the noise nobody ever sees it",
    ),
  ];
}
