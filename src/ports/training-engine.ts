/** The arithmetic of local training, behind a port: ours in plain TypeScript, or tfjs. Row-major, double in and out. */
export interface TrainingEngine {
  readonly name: string;
  /**
   * Gradient of the mean log-loss of a logistic model over a batch.
   * @param weights length d, the bias last
   * @param rows n × (d − 1) standardised features, n ≥ 1
   * @param labels n values in {0, 1}
   * @returns length d
   */
  logisticGradient(
    weights: readonly number[],
    rows: readonly (readonly number[])[],
    labels: readonly number[],
  ): number[];
}
