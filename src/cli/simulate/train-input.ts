// What is trained, and on whose examples: a training and members' days, or a training of a table.
import { parseDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { readDraft, readTableDraft, type TrainingDraft } from "../../learning/plan/training/draft.ts";
import { daysNeeded } from "../../learning/plan/training/examples.ts";
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { completeTraining } from "../../learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import { epsilonOfRho } from "../../privacy/accounting/zcdp.ts";
import { formatRational, type Rational, toNumber } from "../../privacy/rational.ts";
import { lastBusyDay } from "../../records/days/last-busy.ts";
import {
  dealtUnevenly,
  manifestStudy,
  population,
  readTable,
  type TrainingStudyOptions,
  tableStudy,
  unusedFields,
} from "../../simulate/index.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import { importPaths } from "../import/import.ts";
import { reportNotes } from "../import/print.ts";
import { readText } from "../read-text.ts";
import { serviceRegistry } from "../registry.ts";
import type { ReadTraining } from "../training/read-training.ts";
import { skewIn, type TrainFlags } from "./train-flags.ts";

export type Studied = Pick<TrainingStudyOptions, "training" | "people" | "notes">;

/** @throws PacelineError invalid_argument, invalid_data, not_found */
export function ofTable({ draft: json, note }: ReadTraining, path: string, flags: TrainFlags): Studied {
  const { person, label, group, without, personal = false, seed = "paceline" } = flags;
  if (person === undefined || label === undefined)
    return fail("invalid_argument", "say which columns hold the person and the label, with --person and --label");
  const table = readTable(readText(path), {
    ...{ person, label },
    ...(group === undefined ? {} : { group }),
    without: without === undefined ? [] : without.split(",").map((name) => name.trim()),
  });
  const { people, features, classes, left } = table;
  const draft = readTableDraft(json);
  const unused = unusedFields(draft);
  const skew = skewIn(flags);
  const dealt = skew === undefined ? people : dealtUnevenly(people, skew, seed);
  return {
    ...tableStudy(draft, { ...table, people: dealt }, personal),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...overlapNote(draft.overlap, flags),
      `${people.length} people, ${features.length} columns, ${classes.length} classes (${classes.join(", ")}) of ${path}; means and spreads that standardise are those of the examples that are trained on.`,
      ...(skew === undefined
        ? []
        : [
            `Examples were dealt anew among the people: each one's mix of classes is drawn from a Dirichlet distribution of concentration ${skew} around the mix of all.`,
          ]),
      ...(left > 0 ? [`${left} lines were left out: of no person or class, or with another number of cells.`] : []),
      ...(unused.length > 0
        ? [
            `Of the training, ${unused.join(", ")} ${unused.length === 1 ? "is" : "are"} not used: features and label are the table's.`,
          ]
        : []),
    ],
  };
}

/** The last of the synthetic days: a Sunday, and no clock's. */
const LAST_DAY = parseDay("2026-01-04");
const SYNTHETIC = 3000;

/** @throws PacelineError invalid_query, manifest_refused, invalid_data naming what cannot be */
export async function ofMembers(
  { draft: json, note }: ReadTraining,
  flags: TrainFlags,
  delta: number,
): Promise<Studied> {
  const { data, registry, group, seed = "paceline" } = flags;
  const operator = await serviceRegistry("helper", registry);
  const own = data === undefined ? undefined : await importPaths(data, flags, flags.json === true);
  if (own?.report.memberDays === 0)
    fail("invalid_data", "the files hold no daily value", {
      hint: "Run paceline import on them: it says what became of each.",
    });
  const today = (own === undefined ? LAST_DAY : lastBusyDay(own.members)) + 1;
  const run = new Uint8Array(16);
  const { masked, sharing, ...draft } = readDraft(json);
  // What masks add up to is what shares do; who says who is in a round is nothing to a simulation.
  const summed = { ...draft, ...(sharing !== undefined && sharing !== "masked" && { sharing }) };
  const { training, weights, terms } = await completeTraining(summed, {
    ...{ crypto: nodeCrypto, operator, run, today },
  });
  const weeks = Math.ceil(daysNeeded(training) / 7);
  const members = own?.members ?? population({ seed, lastDay: terms.end - 1, members: SYNTHETIC, weeks });
  const { without, ...studied } = manifestStudy(training, weights, {
    ...{ members, end: terms.end, registry: registryOf(operator) },
    ...(group === undefined ? {} : { group }),
  });
  if (studied.people.people.length === 0)
    fail("invalid_data", "none of the members has an example for this training", {
      hint: "Features and label need days before and at the end of the data: see examples and end in the training.",
    });
  const who =
    own === undefined
      ? `${SYNTHETIC} synthetic members (seed ${JSON.stringify(seed)}): how yours differ from these is in no number here.`
      : `${own.report.members} members with ${own.report.memberDays} days, ${own.report.firstDay} to ${own.report.lastDay}, from ${own.report.files.length} files.`;
  return {
    ...studied,
    notes: [
      ...(note === undefined ? [] : [note]),
      who,
      ownBudget(training, terms.rho, delta),
      ...overlapNote(draft.overlap, flags),
      ...(sharing === "masked" ? [maskedWords(masked)] : []),
      ...(own === undefined ? [] : reportNotes(own.report)),
      ...(without > 0
        ? [
            `${without} members have no example: their devices would send null contributions, and they are not among the people.`,
          ]
        : []),
    ],
  };
}

function overlapNote(most = 1, { overlap }: TrainFlags): readonly string[] {
  if (most === 1 || overlap !== undefined) return [];
  return [
    `The training's rounds overlap, up to ${most} of them; here they go one after the other. --overlap 1,${most} tells what that changes.`,
  ];
}

/** Members' shares of noise are made for those who are honest and stay. */
function maskedWords({ corrupt = 0.05, dropouts = 0.3 }: NonNullable<TrainingDraft["masked"]> = {}): string {
  const times = 1 / (1 - corrupt - dropouts);
  return `The training's sums are masked: members add the noise, of about ${times.toPrecision(2)} times the variance of central noise (--noise central) where nobody leaves; that of two aggregators is twice.`;
}

function ownBudget({ round, stream }: TrainingManifest, rho: Rational, delta: number): string {
  const [each, total] =
    stream === undefined
      ? [`${formatRational(rho)} a round`, toNumber(rho) * round.of]
      : [`${formatRational(rho)} for its stream`, toNumber(rho)];
  return `The training's own ρ of ${each} is ε = ${epsilonOfRho(total, delta).toPrecision(3)} over its ${round.of} rounds at this δ. Sums are divided by the members of each point, whatever it expects.`;
}
