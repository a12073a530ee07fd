// A plain logistic regression and the area under its ROC curve, to measure how much of a label can be foreseen.
import { mean, sd } from "./measures.ts";

export interface Case {
  readonly features: readonly number[];
  readonly label: boolean;
}

/** Scores of `tests` by gradient descent on standardised features of `training`. */
export function scores(training: readonly Case[], tests: readonly Case[]): number[] {
  const width = training[0]?.features.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => training.map((each) => each.features[j] as number));
  const scale = columns.map((column) => ({ centre: mean(column), spread: sd(column) || 1 }));
  const standard = (each: Case) =>
    scale.map(({ centre, spread }, j) => ((each.features[j] as number) - centre) / spread);
  const inputs = training.map((each) => ({ x: standard(each), y: each.label ? 1 : 0 }));
  const weights = new Array<number>(width).fill(0);
  let bias = 0;
  const linear = (x: readonly number[]) => x.reduce((sum, value, j) => sum + value * (weights[j] as number), bias);
  for (let step = 0; step < 300; step++) {
    const gradient = new Array<number>(width).fill(0);
    let biasGradient = 0;
    for (const { x, y } of inputs) {
      const error = 1 / (1 + Math.exp(-linear(x))) - y;
      biasGradient += error;
      for (let j = 0; j < width; j++) gradient[j] = (gradient[j] as number) + error * (x[j] as number);
    }
    bias -= biasGradient / inputs.length;
    for (let j = 0; j < width; j++) weights[j] = (weights[j] as number) - (gradient[j] as number) / inputs.length;
  }
  return tests.map((each) => linear(standard(each)));
}

/** Probability that a case with the label scores above one without; ties count half. */
export function auc(cases: readonly Case[], values: readonly number[]): number {
  const order = cases.map(({ label }, i) => ({ label, value: values[i] as number })).sort((a, b) => a.value - b.value);
  let below = 0;
  let wins = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    let positives = 0;
    while (end < order.length && order[end]?.value === order[i]?.value) if (order[end++]?.label) positives++;
    const negatives = end - i - positives;
    wins += positives * (below + negatives / 2);
    below += negatives;
    i = end;
  }
  return wins / (below * (order.length - below));
}
