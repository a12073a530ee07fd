// Our side of the jobs: bytes in, bytes out, both parties of the ping-pong in turn.
import { helperRespond, leaderFinish, leaderInit } from "../../src/protocol/vdaf/ping-pong.ts";
import { type Contender, local } from "../harness.ts";
import { context, draws, type Job, mustEqual, type Report, verifyKey } from "./jobs.ts";

type Own = Job["own"];

export function shardAll({ own, measurements }: Job): Report[] {
  const nonces = draws(16);
  const rands = draws(own.randLength);
  return measurements.map((measurement, i) => {
    const nonce = nonces[i] as Uint8Array;
    return { nonce, ...own.shard(context, measurement as never, nonce, rands[i] as Uint8Array) };
  });
}

/** Both aggregators' work on one report. @returns the output shares */
export function verifyReport(own: Own, { nonce, publicShare, inputShares }: Report): [Uint8Array, Uint8Array] {
  const [leaderShare, helperShare] = inputShares as [Uint8Array, Uint8Array];
  const common = { verifyKey, ctx: context, nonce, publicShare };
  const { state, message } = leaderInit(own, { ...common, inputShare: leaderShare });
  const answer = helperRespond(own, { ...common, inputShare: helperShare }, message);
  return [leaderFinish(own, state, answer.message), answer.outputShare];
}

/** @throws Error when the reports do not add up to the measurements */
export function checkReports(side: string, job: Job, reports: readonly Report[]): void {
  const { own } = job;
  const aggregates = [own.newAggregate(), own.newAggregate()] as const;
  for (const report of reports)
    for (const [id, share] of verifyReport(own, report).entries()) own.accumulate(aggregates[id as 0 | 1], share);
  mustEqual(
    side,
    job,
    own.unshard(
      aggregates.map((aggregate) => own.encodeAggregate(aggregate)),
      reports.length,
    ),
  );
}

export function ownShard({ own, measurements }: Job): Contender {
  const nonces = draws(16);
  const rands = draws(own.randLength);
  let at = 0;
  return local("paceline", () => {
    at = (at + 1) % measurements.length;
    return own.shard(context, measurements[at] as never, nonces[at] as Uint8Array, rands[at] as Uint8Array);
  });
}

export function ownVerify({ own }: Job, reports: readonly Report[]): Contender {
  let at = 0;
  return local("paceline", () => {
    at = (at + 1) % reports.length;
    verifyReport(own, reports[at] as Report);
  });
}
