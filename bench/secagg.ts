// What masked sums cost, one thread: a row of masks over a vector (the keystream and the addition), shares of a member's secrets
// for its neighbours, and rebuilding one. Every mask that is put on is taken off again and the vector compared.
import { equalBytes } from "../src/base/bytes.ts";
import { widths } from "../src/math/words.ts";
import { nodeEntropy, nodeKeystream } from "../src/platform/node/index.ts";
import { applyMasks } from "../src/protocol/masks.ts";
import { join, SHARE_BYTES, split } from "../src/protocol/secagg/shamir.ts";
import { type Bench, type Contender, local, measure, type Row } from "./harness.ts";

const VECTOR_BYTES = 2 ** 20;
/** Of 100 members, 5 % corrupt and 30 % gone. */
const [DEGREE, THRESHOLD] = [66, 36];

interface Job {
  readonly contender: Contender;
  readonly perSecond: number;
  readonly unit: string;
}

async function maskJobs(): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const width of widths) {
    const words = nodeEntropy.bytes(VECTOR_BYTES);
    const before = Uint8Array.from(words);
    const key = nodeEntropy.bytes(32);
    await applyMasks(nodeKeystream, width, words, [{ key, sign: 1 }]);
    await applyMasks(nodeKeystream, width, words, [{ key, sign: -1 }]);
    if (!equalBytes(words, before)) throw new Error("a mask does not come off");
    const contender = local(`mask, words of ${width} bits`, () =>
      applyMasks(nodeKeystream, width, words, [{ key, sign: 1 }]),
    );
    jobs.push({ contender, perSecond: VECTOR_BYTES / 1e6, unit: "MB/s" });
  }
  return jobs;
}

function shareJobs(): Job[] {
  const secrets = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
  const points = Array.from({ length: DEGREE }, (_, i) => 3 * i + 1);
  const share = () => split(secrets, THRESHOLD, points, nodeEntropy);
  const chosen = points.slice(-THRESHOLD);
  const shares = share()
    .slice(-THRESHOLD)
    .map((each) => each.subarray(0, SHARE_BYTES));
  const rebuild = () => join(chosen, shares);
  const rebuilt = rebuild();
  if (rebuilt === undefined || !equalBytes(rebuilt, secrets[0] as Uint8Array)) throw new Error("shares do not rebuild");
  const of = `${THRESHOLD} of ${DEGREE}`;
  return [
    { contender: local(`share two secrets, ${of}`, share), perSecond: 1, unit: "/s" },
    { contender: local(`rebuild a secret, ${of}`, rebuild), perSecond: 1, unit: "/s" },
  ];
}

export const secaggBench: Bench = {
  async rows(): Promise<Row[]> {
    const jobs = [...(await maskJobs()), ...shareJobs()];
    const timings = await measure(jobs.map(({ contender }) => contender));
    return timings.map(({ name, seconds }, i) => {
      const { perSecond, unit } = jobs[i] as Job;
      return { name, value: perSecond / seconds, unit, status: "measured" };
    });
  },
  floors: Object.fromEntries(widths.map((width) => [`mask, words of ${width} bits`, { of: "value", atLeast: 150 }])),
};
