/** What a worker exposes, as its caller sees it: every function answers later. */
export type Promised<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** Workers that all expose the same functions. Worth it for a millisecond of work a call, or more. */
export interface Workers<Api> {
  readonly size: number;
  /**
   * Runs `task` against the worker that has the least to do. Errors of the worker come back with their code.
   * @throws PacelineError unavailable when the worker dies or the pool is closed
   */
  run<Result>(task: (worker: Promised<Api>) => Promise<Result>): Promise<Result>;
  /** Ends the workers; what is still running fails. */
  close(): Promise<void>;
}
