// Act one: questions are asked, phones report, the first two answers come out; the last question stays open for cheats.
import { call } from "../../api/call.ts";
import { type Asked, coordinatorRoutes } from "../../api/routes.ts";
import { fromBase64Url } from "../../base/bytes.ts";
import { fail, invariant } from "../../base/errors.ts";
import { predictMeanHalfWidth } from "../../estimate/index.ts";
import { figureText } from "../../figures/terminal.ts";
import { capsInWords, lifetimeOf } from "../../privacy/accounting/lifetime.ts";
import { Report } from "../../protocol/dap/report.ts";
import { groupKeysOf } from "../../task/encoder.ts";
import type { Envelope } from "../../task/envelope.ts";
import { decodeManifest } from "../../task/manifest.ts";
import { decodeRelease, type ReleaseDocument } from "../../task/release.ts";
import { type SyncTally, syncAll } from "../local/devices.ts";
import { capturedBody, sealedGlimpse } from "../probe/inspect.ts";
import { answerOf } from "./answers.ts";
import type { DemoRelease, DemoStory } from "./document.ts";
import { measuredOf } from "./measured.ts";
import { figuresOf } from "./page/releases.ts";
import { type DemoQuestion, EPSILON, questionsFor } from "./questions.ts";
import { fullestWeek, type Stage } from "./stage.ts";
import { ownWords } from "./story.ts";

export interface Answered {
  readonly tally: SyncTally;
  readonly releases: ReleaseDocument[];
  readonly answers: DemoRelease[];
  readonly notes: string[];
  /** One member in three columns. */
  readonly glimpse: DemoStory["three"];
  /** The question that is still open. */
  readonly open: { readonly question: DemoQuestion; readonly asked: Asked; readonly envelope: Envelope };
}

export async function askAndAnswer(stage: Stage): Promise<Answered> {
  const { analyst, terminal, devices, membership, minCohort } = stage;
  const { questions, notes } = questionsFor(membership, minCohort);
  if (questions.length === 0)
    fail("invalid_data", "the files hold no metric that a question could be asked about", {
      hint: "Name at least one of rhr, steps, sleep, or moderate with vigorous, in --columns.",
    });
  terminal.heading("Questions");
  const asked: Asked[] = [];
  for (const question of questions) {
    const task = await call(analyst, coordinatorRoutes.ask, { body: question });
    terminal.line(
      `  ${question.title}  ${terminal.style("dim", `ε = ${EPSILON}, ρ = ${(Number(task.rho) / 1e9).toFixed(3)} reserved in ${task.epochs.filter((epoch) => epoch.includes("-W")).length} weeks and the year, signed by coordinator and helper`)}`,
    );
    asked.push(task);
  }
  for (const note of notes) terminal.line(`  ${terminal.style("yellow", note)}`);
  const { tasks } = await call(analyst, coordinatorRoutes.tasks);
  const tally = await syncAll(devices, terminal.bar("phones report", devices.length));
  terminal.line(`  ${tally.uploaded} reports, ${tally.null} of them empty, all of one size a question`);
  const glimpse = await glimpseOf(stage, asked[0] as Asked, tasks[0] as Envelope);
  const answered: Answered = {
    tally,
    releases: [],
    answers: [],
    notes: [...notes],
    glimpse,
    open: {
      question: questions.at(-1) as DemoQuestion,
      asked: asked.at(-1) as Asked,
      envelope: tasks[questions.length - 1] as Envelope,
    },
  };
  terminal.heading("Answers");
  for (const task of asked.slice(0, -1)) await collect(stage, answered, task);
  return answered;
}

/** What is left of the fullest week, with every question that is open or answered. */
export async function sayBudget({ terminal, ledger }: Stage): Promise<void> {
  const rows = await ledger();
  const fullest = fullestWeek(rows);
  if (fullest === undefined) return;
  const { epoch, spent, cap } = fullest;
  terminal.line(
    `  Budget: ρ ${spent.toFixed(3)} of ${cap} is spent in the fullest week (${epoch}); ${(cap - spent).toFixed(3)} is left, then nothing more is answered`,
  );
  const nano = (caps: readonly number[]) => BigInt(Math.round(1e9 * Math.max(...caps)));
  const years = rows.filter((row) => !row.epoch.includes("-W")).map((row) => row.cap);
  for (const line of capsInWords(lifetimeOf({ week: nano([cap]), year: nano(years) })).split(/(?<=\.) (?=W)/))
    terminal.line(`  ${line}`);
}

/** Collects a task, adds its answer, and prints it. */
export async function collect(stage: Stage, answered: Answered, { task }: Asked): Promise<void> {
  const { release } = await call(stage.analyst, coordinatorRoutes.collect, { parameters: { task } });
  const document = decodeRelease(fromBase64Url(release));
  const answer = answerOf(
    document,
    stage.devices.map(({ member }) => member),
  );
  answered.releases.push(document);
  answered.answers.push(answer);
  const notes = [smallNote(document, stage.devices.length), caution(answer)].filter((note) => note !== undefined);
  answered.notes.push(...notes);
  printAnswer(stage, answer, notes);
}

/** Units as a reader says them; UCUM is for programs. */
function unitWords(unit: string): string {
  return unit === "/min" ? "beats a minute" : unit === "min" ? "minutes" : unit.replaceAll(/[{}]/g, "");
}

/** With few members the noise is large: with the number, and what 1,000 members would give. */
function smallNote(release: ReleaseDocument, members: number): string | undefined {
  const measured = measuredOf(release);
  if (members >= 300 || measured === undefined) return undefined;
  // Two bins are a share: a mean of zeros and ones.
  const isShare = measured.edges.length === 3;
  const edges = isShare ? [-0.5, 0.5, 1.5] : measured.edges;
  const groups = groupKeysOf(release.encoder).reduce((count, { values }) => count * values.length, 1);
  const width = (count: number) => {
    const epsilon = release.privacy.epsilon * measured.share;
    const half = predictMeanHalfWidth({ edges, members: count, epsilon, groups });
    return isShare ? 100 * half : half;
  };
  const shown = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1));
  const [what, unit] = isShare ? ["share", "percentage points"] : ["mean", unitWords(measured.unit)];
  return `With ${members} members the privacy noise alone makes the ${what} uncertain by ±${shown(width(members))} ${unit}; with 1,000 it would be ±${shown(width(1000))}.`;
}

/** Says which numbers nobody should act on. */
export function caution({ question, cells }: Pick<DemoRelease, "question" | "cells">): string | undefined {
  const useless = cells.filter((cell) => cell.useless);
  if (useless.length === 0) return undefined;
  const names = useless.map(({ key }) => key).join(", ");
  return `Too uncertain to use (${question}): ${names}: the interval spans more than a quarter of all that could be. More members or a larger ε narrow it.`;
}

function printAnswer({ terminal }: Stage, release: DemoRelease, notes: readonly string[]): void {
  const { question, privacy } = release;
  terminal.line(`  ${terminal.style("bold", question)}`);
  for (const figure of figuresOf(release, "answer").filter(
    ({ chart }) => chart.kind === "strips" && chart.axis.title !== "members",
  ))
    for (const line of figureText(figure, terminal.columns - 4)
      .trimEnd()
      .split("\n"))
      terminal.line(`    ${line}`);
  terminal.line(
    `    ${terminal.style("dim", `█ privacy noise  ▒ with sampling error, 95 %  ● estimate  ┃ truth; ε = ${privacy.epsilon}, δ = ${privacy.delta}, ρ = ${privacy.rho.toFixed(3)} a member, ${privacy.mechanism}, ${privacy.trustMode}`)}`,
  );
  for (const note of notes) terminal.line(`    ${terminal.style("yellow", note)}`);
}

/** One member in three columns: what the phone knows, and the start of each sealed share that the aggregators got. */
async function glimpseOf({ protagonist, terminal, services }: Stage, { task }: Asked, { manifest }: Envelope) {
  const captured = services.taps[0]?.captured() ?? [];
  const log = await protagonist.client.log();
  const entry = log.find(({ to }) => to.includes(task));
  const body = entry === undefined ? undefined : capturedBody(captured, task, entry);
  invariant(body !== undefined, "what the phone logged crossed the wire");
  const seen = sealedGlimpse(Report.decode(body));
  const phone = ownWords(protagonist.member, decodeManifest(fromBase64Url(manifest)));
  terminal.line("  one member in three columns, none of the services can read its own alone:");
  terminal.line(
    `    phone: ${terminal.style("bold", phone)} · leader sees ${terminal.style("cyan", `${seen.leader}…`)} · helper sees ${terminal.style("magenta", `${seen.helper}…`)}`,
  );
  return { phone, leader: `${seen.leader}…`, helper: `${seen.helper}…` };
}
