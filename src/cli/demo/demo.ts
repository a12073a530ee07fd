// paceline demo: the whole product on this machine. Members' phones, two services in two processes, three questions,
// one trained model, six attacks, a search for leaks, and a page that shows it all.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import { encodePlan } from "../../learning/plan/plan.ts";
import { openFleet } from "../../storage/sqlite/index.ts";
import { type Answered, askAndAnswer } from "./act-answers.ts";
import { cheat } from "./act-cheats.ts";
import { searchForLeaks } from "./act-search.ts";
import type { DemoDocument, DemoStory } from "./document.ts";
import { reportTally } from "./inspect.ts";
import { csvMembers, type Membership, syntheticMembers } from "./members.ts";
import { demoPage } from "./page/index.ts";
import { startServices } from "./services.ts";
import { type Stage, settleIn } from "./stage.ts";
import { comparison, memberLogOf, ownWords, predictedWidths, scoreOf } from "./story.ts";
import { newTerminal, type Terminal } from "./terminal.ts";
import { type Trained, trainTogether } from "./train.ts";

export interface DemoOptions {
  readonly data?: readonly string[];
  readonly columns?: string;
  readonly dateFormat?: string;
  readonly members: string;
  readonly seed: string;
  readonly minCohort: string;
  readonly out: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

const MEMBERS_MAX = 50_000;

export async function demo(options: DemoOptions): Promise<void> {
  const started = performance.now();
  const terminal = newTerminal(options.json === true);
  terminal.line(terminal.style("bold", "Paceline: is my resting heart rate normal for people like me?"));
  const minCohort = natural("--min-cohort", options.minCohort, 1, MEMBERS_MAX);
  const membership = membershipOf(options);
  terminal.line(`  ${membership.source}`);
  for (const note of membership.notes) terminal.line(`  ${terminal.style("dim", note)}`);
  if (membership.members.length < minCohort)
    fail("invalid_argument", `${membership.members.length} members are fewer than the smallest batch, ${minCohort}`, {
      hint: `Run again with --min-cohort ${Math.max(1, Math.floor(membership.members.length * 0.6))}; with so few members the noise is large.`,
    });
  const folder = mkdtempSync(join(tmpdir(), "paceline-demo-"));
  const services = await startServices(folder, { rhoPerEpoch: "3", rhoPerYear: "12", rhoPerTask: "0.5", minCohort });
  const fleet = openFleet(join(folder, "phones.sqlite"));
  try {
    const stage = await settleIn({ membership, minCohort, terminal, services, fleet });
    const answered = await askAndAnswer(stage);
    const cheats = await cheat(stage, answered);
    const trained = await train(stage);
    const story = await tellStory(stage, answered, trained);
    const canary = await searchForLeaks(stage, answered);
    const document = documentOf(stage, answered, cheats, trained, canary, started);
    finish(terminal, options, document, story);
  } finally {
    await services.stop();
    fleet.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function membershipOf({ data, columns, dateFormat, members, seed }: DemoOptions): Membership {
  if (data !== undefined) return csvMembers(data, columns, dateFormat);
  if (columns !== undefined) fail("invalid_argument", "--columns goes with --data");
  return syntheticMembers(natural("--members", members, 20, MEMBERS_MAX), seed);
}

function natural(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    fail("invalid_argument", `${option} is "${text}", not a whole number from ${least} to ${most}`);
  return value;
}

async function train(stage: Stage): Promise<Trained | undefined> {
  const { terminal, learners, heldOut, membership, minCohort } = stage;
  terminal.heading("The same pipe trains");
  if (learners.length < minCohort) {
    terminal.line(
      `  Only ${learners.length} members consented to training; at least ${minCohort} are needed. Left out.`,
    );
    return undefined;
  }
  const trained = await trainTogether({
    analyst: stage.analyst,
    devices: learners,
    heldOut,
    membership,
    minCohort,
    terminal,
  });
  const { plan, here, withoutPrivacy, central, rho, tfjsDifference } = trained;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  terminal.line(
    `  "${plan.title}", ${plan.features.length} weekly features, ${learners.length} members, ρ = ${rho.toFixed(3)} spent`,
  );
  terminal.line(
    `  right about ${here.cases} held-out members: ${percent(here.accuracy)} here, ${percent(withoutPrivacy.accuracy)} without privacy, ${percent(central.accuracy)} trained centrally, ${percent(here.majority)} by one answer for all`,
  );
  terminal.line(
    `  ranks them (AUC): ${here.auc.toFixed(2)} here, ${withoutPrivacy.auc.toFixed(2)} without privacy, ${central.auc.toFixed(2)} centrally`,
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
    three: { phone: await ownWords(protagonist, first), ...glimpse },
    comparison: (await comparison(protagonist, first)) ?? "This member has too little data to compare.",
    log: await memberLogOf(protagonist),
    score: await scoreOf(
      protagonist,
      trained?.plan,
      trained === undefined ? "" : encodePlan(trained.plan),
      membership.lastDay + 1,
    ),
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
  const fullest = stage.lastLedger().reduce((a, b) => (b.spent > a.spent ? b : a), { cap: 0, spent: 0 });
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
            rounds: trained.plan.rounds,
            accuracy: trained.here.accuracy,
            central: trained.central.accuracy,
            withoutPrivacy: trained.withoutPrivacy.accuracy,
            rho: trained.rho,
            majority: trained.here.majority,
            auc: { here: trained.here.auc, central: trained.central.auc, withoutPrivacy: trained.withoutPrivacy.auc },
          },
    ledger: { cap: fullest.cap, spent: fullest.spent },
    attacks,
    canary,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    notes: [...stage.membership.notes, ...answered.notes],
  };
}

function finish(terminal: Terminal, { out, open, json }: DemoOptions, document: DemoDocument, story: DemoStory): void {
  const path = resolve(out);
  writeFileSync(path, demoPage(document, story));
  terminal.heading(`Done in ${document.seconds} s`);
  terminal.line(`  The page with charts, log, ledger and an ε slider: ${path}`);
  if (open === true) openInBrowser(path);
  terminal.line();
  terminal.line('  App developer:  examples/embed.ts, or import { createClient } from "paceline/client"');
  terminal.line("  Analyst:        npx paceline serve coordinator --help, then POST a QuerySpec to /v1/queries");
  terminal.line("  Researcher:     npm run -s demo -- --seed another --members 500   (how the noise grows)");
  if (json === true) process.stdout.write(`${JSON.stringify(document)}\n`);
}

function openInBrowser(path: string): void {
  const opener = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  spawn(opener, [path], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
