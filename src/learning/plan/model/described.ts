// What a round's training manifest says of the model that it trains: as much of a model file's card as follows from it.

import type { Label } from "../training/examples.ts";
import type { TrainingManifest } from "../training/manifest.ts";
import type { Described } from "./file.ts";

type FromTraining = Pick<Described, "name" | "title" | "architecture" | "features" | "label" | "outputs">;

export function describedBy({ name, title, architecture, features, label }: TrainingManifest): FromTraining {
  return { name, title, architecture, features, label, outputs: outputsOf(title, label) };
}

/** Names of the outputs, one each. */
function outputsOf(title: string, label: Label): string[] {
  if (label.kind !== "class") return [label.kind === "value" ? label.title : title];
  const { edges } = label;
  const between = edges.slice(1).map((edge, i) => `${label.title} ${edges[i]} to ${edge}`);
  return [`${label.title} below ${edges[0]}`, ...between, `${label.title} ${edges.at(-1)} and above`].map((words) =>
    words.slice(0, OUTPUT_WORDS_MAX),
  );
}

/** As the card has it. */
const OUTPUT_WORDS_MAX = 80;
