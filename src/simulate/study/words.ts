// What the numbers of a study contain, in words that go with them everywhere.

export function wordsFor(runs: number): readonly string[] {
  return [
    "An error is the answer less the truth: privacy noise, and which members happened to be drawn. The error from noise alone compares with the same cohort's own value; of counts and totals the interval is about the cohort, and sampling is not in it.",
    "The truth is what the estimators estimate: values clipped to the question's bounds and put into its bins. What bins and bounds change is told apart, and no budget buys it back.",
    "Errors and coverage are over all runs, those included in which the cell would be hidden.",
    `With ${runs} runs a coverage of 95 % comes out within ${(196 * Math.sqrt((0.95 * 0.05) / runs)).toFixed(1)} points in 19 of 20 studies.`,
  ];
}
