// paceline simulate train --overlap: whether rounds that overlap pay, with devices that come by now and then.
import { svgDocument, textTable } from "../../figures/index.ts";
import { ownEngine } from "../../math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../platform/node/wasm.ts";
import {
  type LocalRunner,
  type OverlapStudy,
  type OverlapStudyOptions,
  overlapFigures,
  overlapLines,
  simulateOverlapStudy,
  type TrainingStudyOptions,
} from "../../simulate/index.ts";
import { newTerminal } from "../terminal.ts";
import { writeWanted } from "../wanted-file.ts";
import { decimal, listed, type TrainFlags, whole } from "./train-flags.ts";

/** @throws PacelineError invalid_argument naming the flag */
export function readOverlapFlags(flags: TrainFlags): OverlapStudyOptions {
  const { overlap = "", closeWith = "0.8", deadline = "72", visits = "24", visitsSpread = "0.7" } = flags;
  return {
    overlaps: listed(overlap, "--overlap").map((text) => whole(text, "--overlap")),
    share: decimal(closeWith, "--close-with"),
    deadline: decimal(deadline, "--deadline"),
    visits: { median: decimal(visits, "--visits"), spread: decimal(visitsSpread, "--visits-spread") },
  };
}

/** @throws PacelineError invalid_argument for what cannot be, before any round */
export async function overlapCommand(
  studied: TrainingStudyOptions & OverlapStudyOptions,
  runner: LocalRunner,
  { svg, json = false }: TrainFlags,
): Promise<void> {
  let bar: ((done: number) => void) | undefined;
  const study = await simulateOverlapStudy(studied, runner, ownEngine(nodeWasm), (done, total) => {
    bar ??= newTerminal(true).bar("rounds", total);
    bar(done);
  });
  process.stdout.write(json ? `${JSON.stringify(study, null, 2)}\n` : told(study));
  if (svg === undefined) return;
  writeWanted("--svg", svg, svgDocument(study.title, overlapFigures(study)));
  process.stderr.write(`The figures are in ${svg}\n`);
}

function told(study: OverlapStudy): string {
  const { title, members, epsilon, repeats, seed, says } = study;
  const budget = epsilon === null ? "no noise" : `ε = ${epsilon}`;
  return [
    title,
    `${members.toLocaleString("en-US")} members, ${budget}; ${repeats} trainings a row, seed ${JSON.stringify(seed)}.`,
    "",
    ...overlapLines(study),
    ...overlapFigures(study).map((figure) => `\n${textTable(figure)}`.trimEnd()),
    "\nWhat the numbers contain",
    ...says.map((line) => `  - ${line}`),
    "",
  ].join("\n");
}
