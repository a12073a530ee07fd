// What a platform's store gave, as samples for record(), and what of it gives none: counted by its kind and said, never dropped in
// silence.
import { Quality, type QualityReport } from "../../records/quality.ts";
import type { Sink } from "../../records/reader.ts";
import type { Place, Sample } from "../../records/sample.ts";
import type { NoteKind, SkipReason } from "../../records/says.ts";
import { Giver } from "../../records/scan/giver.ts";
import { builtIn, type MetricId } from "../../task/metrics.ts";
import type { AppSample } from "../app-samples.ts";

export interface Bridged extends Pick<QualityReport, "skipped" | "notes"> {
  /** For record(). */
  readonly samples: readonly AppSample[];
  /** For record()'s `deleted`. */
  readonly deleted: readonly string[];
  /** Kinds of record that no metric is made of, and how many there were. */
  readonly unknown: Readonly<Record<string, number>>;
}

export class Bridge implements Sink {
  readonly giver: Giver;
  readonly #quality = new Quality();
  readonly #samples: AppSample[] = [];
  readonly #unknown = new Map<string, number>();
  #id = "";

  /** @param of what the records came from: in places */
  constructor(of: string) {
    this.giver = new Giver({ path: of, size: undefined, open: nothing }, this, { registry: builtIn });
  }

  /** What follows is of this record. @param id "" where it has none */
  begin(id: string): void {
    this.#id = id;
    this.giver.next();
  }

  sample({ metric, value, when, source }: Sample): void {
    const { key, deviceClass, provider } = source;
    this.#samples.push({
      // Readers give metrics of the registry.
      metric: metric as MetricId,
      value,
      ...(when.kind === "day"
        ? { day: when.day }
        : {
            start: when.start,
            end: when.end,
            // Where the record says none, the client takes the device's own.
            ...(when.zone.from === "record" && { offsetMinutes: when.zone.offsetMinutes }),
          }),
      source: { key, deviceClass, provider },
      ...(this.#id !== "" && { id: this.#id }),
    });
  }

  attribute(): void {}

  skip(reason: SkipReason, place: Place): void {
    this.#quality.skip(reason, place);
  }

  note(kind: NoteKind, place: Place, count = 1): void {
    this.#quality.note(kind, place, count);
  }

  unknown(kind: string): void {
    this.#unknown.set(kind, (this.#unknown.get(kind) ?? 0) + 1);
  }

  result(deleted: readonly string[] = []): Bridged {
    const { skipped, notes } = this.#quality.report([], new Map());
    return { samples: this.#samples, deleted, unknown: Object.fromEntries(this.#unknown), skipped, notes };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}
