// When rounds that overlap open and close, and who answers each: of devices that come by now and then, whatever is asked. A pure
// schedule, which depends on no member's data and on no model.
import { fail } from "../../../base/errors.ts";
import { Random } from "../../random.ts";

export interface ArrivalOptions {
  readonly members: number;
  readonly rounds: number;
  /** Rounds that may be open at one time. */
  readonly overlap: number;
  /** Reports with which a round is closed. */
  readonly goal: number;
  /** Hours after which a round is closed with what it has. */
  readonly deadline: number;
  /** Between two visits of a device: log-normal, with this median in hours and this standard deviation of the logarithm. */
  readonly visits: { readonly median: number; readonly spread: number };
  readonly seed: string;
}

/** In the order in which their releases move the model. */
export interface ScheduledRound {
  /** From 0 on, as they were opened. */
  readonly number: number;
  /** Hours. */
  readonly opened: number;
  readonly closed: number;
  /** Releases behind its model: the present one has as many as rounds come before it here. */
  readonly steps: number;
  /** 1 for each member whose report came in time. */
  readonly answered: Uint8Array;
}

interface Open extends Omit<ScheduledRound, "closed"> {
  readonly closes: number;
}

/** @throws PacelineError invalid_argument for a goal beyond the members */
export function schedule(options: ArrivalOptions): readonly ScheduledRound[] {
  const { members, rounds, overlap, goal, deadline } = options;
  if (!(goal >= 1 && goal <= members)) fail("invalid_argument", `${goal} reports of ${members} members`);
  const nextVisit = visitors(options);
  const open: Open[] = [];
  const done: ScheduledRound[] = [];
  let [now, asked] = [0, 0];
  while (done.length < rounds) {
    while (open.length < overlap && asked < rounds) {
      const times = Float64Array.from({ length: members }, (_, member) => nextVisit(member, now));
      const full = [...times].sort((a, b) => a - b)[goal - 1] as number;
      const closes = Math.min(now + deadline, full);
      const answered = Uint8Array.from(times, (time) => (time <= closes ? 1 : 0));
      open.push({ number: asked, opened: now, closes, steps: done.length, answered });
      asked += 1;
    }
    now = Math.min(...open.map(({ closes }) => closes));
    // All that close at one moment are in the model before another one opens; they come in as they were opened.
    for (const { closes, ...round } of open.filter((one) => one.closes === now))
      done.push({ ...round, closed: closes });
    open.splice(0, open.length, ...open.filter(({ closes }) => closes > now));
  }
  return done;
}

/** Each member's visits, by a stream of its own: the same whatever is asked, and however often. */
function visitors({ members, visits, seed }: ArrivalOptions): (member: number, after: number) => number {
  const mean = Math.log(visits.median);
  const streams = Array.from({ length: members }, (_, member) => new Random(`${seed}/visits/${member}`));
  const wait = (member: number) => Math.exp((streams[member] as Random).normal(mean, visits.spread));
  // The first interval is one that is under way.
  const next = Float64Array.from(streams, (stream, member) => stream.uniform() * wait(member));
  return (member, after) => {
    while ((next[member] as number) <= after) next[member] = (next[member] as number) + wait(member);
    return next[member] as number;
  };
}
