// Inputs from text and bytes, and a sink that keeps what is pushed.
import type { Input, Sink } from "../../src/records/reader.ts";
import type { Place, Sample } from "../../src/records/sample.ts";
import type { NoteKind, SkipReason } from "../../src/records/says.ts";

/** @param pieceBytes the file comes in pieces of this length */
export function inputOf(path: string, content: string | Uint8Array, pieceBytes = 1024): Input {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  async function* range(start: number, end: number) {
    for (let at = start; at < end; at += pieceBytes) yield bytes.subarray(at, Math.min(end, at + pieceBytes));
  }
  return { path, size: bytes.length, open: () => range(0, bytes.length), range };
}

export class KeptSink implements Sink {
  readonly samples: Sample[] = [];
  readonly attributes: { member: string; attribute: string; value: string; place: Place }[] = [];
  readonly skipped: { reason: SkipReason; place: Place }[] = [];
  readonly notes: { note: NoteKind; place: Place; count: number }[] = [];

  sample(sample: Sample): void {
    this.samples.push(sample);
  }
  attribute(member: string, attribute: string, value: string, place: Place): void {
    this.attributes.push({ member, attribute, value, place });
  }
  skip(reason: SkipReason, place: Place): void {
    this.skipped.push({ reason, place });
  }
  note(note: NoteKind, place: Place, count = 1): void {
    this.notes.push({ note, place, count });
  }
}
