// A study of a training as figures: accuracy against ε, on people who were held out and on examples kept aside, and what differs
// between groups.
import { type Curve, curveFigure, type Figure, type Row } from "../../../figures/index.ts";
import type { Over, SetResult, TrainingPoint, TrainingStudy } from "./study.ts";

interface Told {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly of: (point: TrainingPoint) => Over | null;
}

export function trainingFigures(study: TrainingStudy): readonly Figure[] {
  const set = (of: (point: TrainingPoint) => SetResult | null, value: "accuracy" | "gap" | "loss") => {
    return (point: TrainingPoint) => of(point)?.[value] ?? null;
  };
  const heldOut = (point: TrainingPoint) => point.heldOut;
  const all: readonly Told[] = [
    { id: "held-out", title: "Accuracy on people who were held out", unit: "Accuracy", of: set(heldOut, "accuracy") },
    {
      id: "in-user",
      title: "Accuracy on examples kept aside",
      unit: "Accuracy",
      of: set(({ inUser }) => inUser, "accuracy"),
    },
    { id: "gap", title: "Best group's accuracy less the worst's", unit: "Difference", of: set(heldOut, "gap") },
    { id: "loss", title: "Loss on people who were held out", unit: "Mean loss", of: set(heldOut, "loss") },
  ];
  if (study.points.every(({ epsilon }) => epsilon === null)) return [];
  const known = all.filter(({ of }) => study.points.every((point) => of(point) !== null));
  // A model of values has no accuracy, and one of classes needs no second measure.
  const told = known.filter(({ id }) => id !== "loss" || known.length === 1).map((each) => figureOf(study, each));
  const groups = groupsFigure(study);
  return groups === undefined ? told : [...told, groups];
}

/** Each group's accuracy, of the largest cohort; undefined where people are in no groups. */
function groupsFigure({ points }: TrainingStudy): Figure | undefined {
  const most = Math.max(...points.flatMap(({ members, epsilon }) => (epsilon === null ? [] : [members])));
  const own = points.filter(({ members, epsilon }) => members === most && epsilon !== null);
  const names = [...new Set(own.flatMap(({ heldOut }) => heldOut.groups.map(({ group }) => group)))].sort();
  if (names.length < 2) return undefined;
  const curves = names.map((name): Curve => {
    const found = own.flatMap(({ epsilon, heldOut, repeats }) => {
      const accuracy = heldOut.groups.find(({ group }) => group === name)?.accuracy;
      if (accuracy === undefined) return [];
      const { mean, low, high } = accuracy;
      return [{ x: epsilon as number, y: mean, ...(repeats > 1 ? { low, high } : {}) }];
    });
    return { name, points: found.sort((a, b) => a.x - b.x) };
  });
  const figure = curveFigure(
    {
      ...{ id: "groups", title: `Accuracy of each group, ${most.toLocaleString("en-US")} members`, each: "Group" },
      band: "Lowest to highest",
      x: { title: "ε", scale: "log" },
      y: { title: "Accuracy", scale: "linear", free: true },
    },
    curves,
  );
  const free = points.find(({ members, epsilon }) => members === most && epsilon === null);
  const without = free?.heldOut.groups.map(({ group, accuracy }) => `${group} ${accuracy.mean.toFixed(3)}`) ?? [];
  return { ...figure, words: `${figure.words} Without noise: ${without.join(", ")}.` };
}

function figureOf({ points }: TrainingStudy, { id, title, unit, of }: Told): Figure {
  // A study that was stopped may know some sizes without noise alone.
  const sizes = [...new Set(points.flatMap(({ members, epsilon }) => (epsilon === null ? [] : [members])))];
  const own = (size: number) => points.filter(({ members }) => members === size);
  const noised = (size: number) =>
    own(size)
      .filter(({ epsilon }) => epsilon !== null)
      .sort((a, b) => (a.epsilon as number) - (b.epsilon as number));
  const free = (size: number) => of(own(size).find(({ epsilon }) => epsilon === null) as TrainingPoint) as Over;
  const curves = sizes.map(
    (size): Curve => ({
      name: size.toLocaleString("en-US"),
      points: noised(size).map((point) => {
        const { mean, low, high } = of(point) as Over;
        return { x: point.epsilon as number, y: mean, ...(point.repeats > 1 ? { low, high } : {}) };
      }),
    }),
  );
  const figure = curveFigure(
    {
      ...{ id, title, each: "Members", band: "Lowest to highest" },
      x: { title: "ε", scale: "log" },
      y: { title: unit, scale: "linear", free: true },
    },
    curves,
  );
  const beside = sizes.flatMap((size) =>
    noised(size).map((point): Row => {
      const { standardError } = of(point) as Over;
      return { standardError, without: free(size).mean };
    }),
  );
  const without = sizes.map((size) => `${size.toLocaleString("en-US")} members ${free(size).mean.toFixed(3)}`);
  return {
    ...figure,
    rows: figure.rows.map((row, at) => ({ ...row, ...beside[at] })),
    columns: [
      ...figure.columns,
      { title: "Standard error", fields: ["standardError"], format: { kind: "significant", digits: 2 } },
      { title: "Without noise", fields: ["without"], format: { kind: "significant", digits: 3 } },
    ],
    words: `${figure.words} Without noise: ${without.join(", ")}.`,
  };
}
