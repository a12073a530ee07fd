// paceline demo: the whole product on this machine. Members' phones, two services in two processes, three questions,
// one trained model, six attacks, a search for leaks, and a page that shows it all.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail } from "../../base/errors.ts";
import { nodeClock } from "../../platform/node/index.ts";
import type { Member } from "../../records/types.ts";
import { openFleet } from "../../storage/sqlite/index.ts";
import { type DataOptions, refuseDataOptions } from "../import/import.ts";
import { dataMembers, type Membership, syntheticMembers } from "../local/members.ts";
import { startServices } from "../local/services.ts";
import { obstacleTo, type Trained, trainTogether } from "../local/train.ts";
import { reportTally } from "../probe/inspect.ts";
import { newTerminal } from "../terminal.ts";
import { type Undo, withUndo } from "../undo.ts";
import { type Answered, askAndAnswer } from "./act-answers.ts";
import { cheat } from "./act-cheats.ts";
import { searchForLeaks } from "./act-search.ts";
import type { DemoDocument, DemoStory } from "./document.ts";
import { checkWritable, finish } from "./ending.ts";
import { keepRunning } from "./keep.ts";
import { usableBands } from "./questions.ts";
import { consentingOf, fullestWeek, type Stage, settleIn } from "./stage.ts";
import { comparison, memberLogOf, predictedWidths, scoreOf } from "./story.ts";

export interface DemoOptions extends DataOptions {
  readonly data?: readonly string[];
  readonly members?: string;
  readonly seed?: string;
  readonly minCohort: string;
  readonly out: string;
  readonly open?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

const MEMBERS_MAX = 50_000;

/** Held-out members below which accuracy is hearsay. */
const FEW_CASES = 30;

export async function demo(options: DemoOptions): Promise<void> {
  await withUndo((undo) => play(options, undo));
}

async function play(options: DemoOptions, undo: Undo): Promise<void> {
  const started = performance.now();
  const terminal = newTerminal(options.json === true);
  terminal.line(terminal.style("bold", "Paceline: is my resting heart rate normal for people like me?"));
  // A cohort can be too small only where the least is above 1.
  const minCohort = natural("--min-cohort", options.minCohort, 2, MEMBERS_MAX);
  checkWritable(options.out);
  const membership = await membershipOf(options);
  terminal.line(`  ${membership.source}`);
  for (const note of membership.notes) terminal.line(`  ${terminal.style("dim", note)}`);
  const consents = consentsOf(membership.members, minCohort);
  const folder = mkdtempSync(join(tmpdir(), "paceline-demo-"));
  undo.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const services = await startServices(
    folder,
    { rhoPerEpoch: "0.5", rhoPerYear: "1", rhoPerTask: "0.25", minCohort, bands: usableBands(membership.bands) },
    undo,
  );
  const fleet = openFleet(join(folder, "phones.sqlite"));
  undo.add(() => fleet.close());
  const stage = await settleIn({ membership, consents, minCohort, terminal, services, fleet });
  const answered = await askAndAnswer(stage);
  const cheats = await cheat(stage, answered);
  const trained = await train(stage);
  const story = await tellStory(stage, answered, trained);
  const canary = await searchForLeaks(stage, answered);
  const document = documentOf(stage, answered, cheats, trained, canary, started);
  finish(terminal, options, document, story);
  if (options.keep === true) await keepRunning(stage, folder);
}

const today = () => Math.floor(nodeClock.now() / 86_400_000);

async function membershipOf(options: DemoOptions): Promise<Membership> {
  const { data, members, seed } = options;
  if (data === undefined) {
    refuseDataOptions(options);
    return syntheticMembers(natural("--members", members ?? "3000", 3, MEMBERS_MAX), seed ?? "paceline", today());
  }
  if (members !== undefined || seed !== undefined)
    fail(
      "invalid_argument",
      `${members === undefined ? "--seed" : "--members"} is for synthetic members, --data brings its own`,
    );
  return dataMembers(data, options, options.json === true);
}

/** Refuses before any work what would be refused after it. */
function consentsOf(members: readonly Member[], minCohort: number): ReadonlySet<Member> {
  if (members.length < 3)
    fail(
      "invalid_data",
      `${members.length} ${members.length === 1 ? "member is" : "members are"} too few for any statistics`,
      {
        hint: "At least 3 are needed: one stays silent, and a cohort has two or more.",
      },
    );
  const consenting = consentingOf(members);
  if (consenting.size < minCohort)
    fail(
      "invalid_argument",
      `${consenting.size} of the ${members.length} members consent: fewer than the smallest batch, ${minCohort}`,
      {
        hint: `Run again with --min-cohort ${Math.max(2, Math.floor(consenting.size * 0.6))}; with so few members the noise is large.`,
      },
    );
  return consenting;
}

function natural(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(value) || value < least || value > most)
    fail("invalid_argument", `${option} is "${text}", not a whole number from ${least} to ${most}`);
  return value;
}

async function train(stage: Stage): Promise<Trained | undefined> {
  const { terminal, learners, heldOut, membership, minCohort } = stage;
  terminal.heading("The same pipe trains");
  const classroom = { analyst: stage.analyst, devices: learners, heldOut, membership, minCohort, terminal };
  const obstacle = await obstacleTo(classroom);
  if (obstacle !== undefined) {
    terminal.line(`  Left out: ${obstacle}.`);
    return undefined;
  }
  const trained = await trainTogether(classroom);
  const { model, here, withoutPrivacy, central, rho, tfjsDifference } = trained;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  terminal.line(
    `  "${model.training.title}", ${model.training.features.length} weekly features, ${learners.length} members, ρ = ${rho.toFixed(3)} spent`,
  );
  terminal.line(
    `  right about ${here.cases} held-out members: ${percent(here.accuracy)} here, ${percent(withoutPrivacy.accuracy)} without privacy, ${percent(central.accuracy)} trained centrally, ${percent(here.majority)} by one answer for all`,
  );
  terminal.line(
    `  ranks them (AUC): ${here.auc.toFixed(2)} here, ${withoutPrivacy.auc.toFixed(2)} without privacy, ${central.auc.toFixed(2)} centrally`,
  );
  if (here.cases < FEW_CASES)
    terminal.line(
      terminal.style("yellow", `  ${here.cases} members with a known outcome are too few to say how good that is.`),
    );
  if (tfjsDifference !== undefined)
    terminal.line(
      terminal.style(
        "dim",
        `  TensorFlow.js computes the same local steps to within ${tfjsDifference.toExponential(0)}`,
      ),
    );
  return trained;
}

async function tellStory(
  stage: Stage,
  { releases, glimpse }: Answered,
  trained: Trained | undefined,
): Promise<DemoStory> {
  const { terminal, protagonist, membership } = stage;
  const first = releases[0] ?? fail("invalid_data", "the files hold no metric that a question could be asked about");
  const story: DemoStory = {
    three: glimpse,
    comparison: (await comparison(protagonist, first)) ?? "This member has too little data to compare.",
    log: await memberLogOf(protagonist),
    score: await scoreOf(protagonist, trained, membership.lastDay + 1),
    ledger: await stage.ledger(),
    widths: predictedWidths(first),
  };
  terminal.heading("On one member's own phone");
  terminal.line(`  ${terminal.style("bold", story.comparison)}`);
  if (story.score !== null) {
    const [top] = story.score.reasons;
    terminal.line(
      `  "${story.score.title}": ${Math.round(100 * story.score.probability)} %, most because of ${top?.title ?? "nothing"}; used here only`,
    );
  }
  terminal.line("  What left this phone:");
  for (const { at, bytes, what, question } of story.log)
    terminal.line(`    ${at}  ${String(bytes).padStart(5)} bytes  ${what} (${question})`);
  return story;
}

function documentOf(
  stage: Stage,
  answered: Answered,
  attacks: DemoDocument["attacks"],
  trained: Trained | undefined,
  canary: DemoDocument["canary"],
  started: number,
): DemoDocument {
  const { accepted, rejected } = reportTally(stage.services.coordinator);
  const fullest = fullestWeek(stage.lastLedger());
  return {
    members: stage.membership.members.length,
    consented: stage.devices.length,
    reports: {
      uploaded: answered.tally.uploaded + (trained?.uploaded ?? 0),
      null: answered.tally.null + (trained?.null ?? 0),
      accepted,
      rejected,
    },
    releases: answered.answers,
    training:
      trained === undefined
        ? null
        : {
            rounds: trained.model.training.round.of,
            accuracy: trained.here.accuracy,
            central: trained.central.accuracy,
            withoutPrivacy: trained.withoutPrivacy.accuracy,
            rho: trained.rho,
            majority: trained.here.majority,
            auc: { here: trained.here.auc, central: trained.central.auc, withoutPrivacy: trained.withoutPrivacy.auc },
          },
    ledger: { cap: fullest?.cap ?? 0, spent: fullest?.spent ?? 0 },
    attacks,
    canary,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    notes: [...stage.membership.notes, ...answered.notes],
  };
}
