// What analysts read of this coordinator: questions and how far they have come, the metrics there are.
import type { ListedQuestion, steps, Vocabulary, WholeQuestion } from "../api/analyst.ts";
import { toBase64Url, toHex } from "../base/bytes.ts";
import { formatDay } from "../base/calendar.ts";
import { fail } from "../base/errors.ts";
import { operatorCatalogue } from "../query/question/registry.ts";
import type { QueryRow } from "../release/store.ts";
import { decodeManifestHead } from "../task/manifest.ts";
import { builtIn } from "../task/metrics.ts";
import { decimal } from "./budget.ts";
import type { CoordinatorParts } from "./parts.ts";
import { settingOf } from "./setting.ts";

const PAGE = 100;

export interface Analyst {
  /** @param before a task, of an earlier page's `next` */
  questions(
    before: Uint8Array | undefined,
  ): Promise<{ readonly questions: readonly ListedQuestion[]; readonly next: string | null }>;
  question(task: Uint8Array): Promise<WholeQuestion>;
  metrics(): Vocabulary;
  /** A report has come. */
  arrived(task: Uint8Array): void;
}

export function newAnalyst({ store, clock, terms }: CoordinatorParts): Analyst {
  const started = clock.now();
  /** When each task's last report came, since this start of the service. */
  const last = new Map<string, number>();

  /** Whether no more reports are expected. */
  function over({ task, closes, opens }: QueryRow): boolean {
    const now = clock.now();
    if (now >= closes * 1000) return true;
    const since = Math.max(opens * 1000, started, last.get(toHex(task)) ?? 0);
    return terms.quietSeconds !== undefined && now - since >= terms.quietSeconds * 1000;
  }

  return {
    async questions(before) {
      const rows = await store.read((all) => all.queriesBefore(before, PAGE + 1));
      const questions = rows.slice(0, PAGE).map(listed);
      return { questions, next: rows.length > PAGE ? (questions.at(-1)?.task ?? null) : null };
    },
    async question(task) {
      const { row, reports } = await store.read(async (rows) => {
        const found = (await rows.queryOfTask(task)) ?? fail("not_found", "no question was asked with this task");
        return { row: found, reports: await rows.reportCount(task, decodeManifestHead(found.manifest).minBatch) };
      });
      const { notice, minBatch } = decodeManifestHead(row.manifest);
      const step = row.state === "settled" ? "enough" : stepOf(reports, minBatch);
      return {
        ...listed(row),
        question: row.question === null ? null : JSON.parse(row.question),
        notice,
        minCohort: minBatch,
        progress: { reports: step, complete: row.state === "settled" || (step === "enough" && over(row)) },
      };
    },
    metrics() {
      const { metrics, attributes } = operatorCatalogue(settingOf(terms, clock.now()).operator);
      return {
        metrics: [...metrics.values()].map(({ id, title, unit, range, per, purposes }) => ({
          ...{ id, title, unit, range: { min: range.min, max: range.max }, per, purposes: [...purposes] },
          own: !builtIn.knows(id),
        })),
        attributes: [...attributes.values()].map(({ id, title, values }) => ({
          ...{ id, title, values: [...values] },
          own: builtIn.attribute(id) === undefined,
        })),
      };
    },
    arrived: (task) => void last.set(toHex(task), clock.now()),
  };
}

function listed(row: QueryRow): ListedQuestion {
  const { name, question, purpose, window, rho, source } = decodeManifestHead(row.manifest);
  return {
    task: toBase64Url(row.task),
    name,
    title: question,
    kind: source.kind === "model-update" ? "training" : "question",
    state: row.state,
    purpose,
    window: { start: formatDay(window.start), end: formatDay(window.end - 1) },
    rho: decimal(BigInt(rho)),
    asked: row.opens,
    closes: row.closes,
    settled: row.settled,
  };
}

/** Steps as wide as half the least batch, at the ends a little narrower: nobody's coming can be told from them. */
export function stepOf(reports: number, minBatch: number): (typeof steps)[number] {
  if (reports >= minBatch) return "enough";
  if (4 * reports >= 3 * minBatch) return "most";
  if (2 * reports >= minBatch) return "half";
  return 4 * reports >= minBatch ? "some" : "none";
}
