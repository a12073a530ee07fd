// A masked round of the dense model: what a member sends and receives, stage by stage, and what it and the coordinator compute, beside
// the least that it could be: each signature checked, each key agreed on, each mask made, alone, in the same run. Processor time, the
// fastest of a few.
import { pooledPreparer } from "../../../src/aggregate/pool.ts";
import type { Preparer } from "../../../src/aggregate/prepare.ts";
import { riderLayout } from "../../../src/learning/plan/riders.ts";
import { rotatedLength } from "../../../src/math/rotation.ts";
import { layoutOf } from "../../../src/math/tensor/layout.ts";
import { bytesOf, type Width } from "../../../src/math/words.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream, nodeWasm, startPool } from "../../../src/platform/node/index.ts";
import type { Keystream } from "../../../src/ports/keystream.ts";
import { unmaskSum } from "../../../src/protocol/secagg/coordinator/unmasking.ts";
import { graphOf } from "../../../src/protocol/secagg/terms.ts";
import { cohortOf, plainSum, run, sumOf } from "../../../test/protocol/secagg/cohort.ts";
import type { Row } from "../../harness.ts";
import { mlp } from "../models.ts";
import { processorSeconds, THREADS } from "../processor.ts";
import { countsFor, type MemberRound, oneMember } from "./one-member.ts";
import { lastStep } from "./unmasking.ts";

export type Leaving = 0 | 0.3;
const who = (members: number) => members.toLocaleString("en-US");
const how = (bits: Width, leaving: Leaving) => `${bits} bits, ${leaving === 0 ? "nobody" : "30 %"} leaving`;

export const MASKED = {
  sent: (members: number, bits: Width) => `masked round of ${who(members)}, ${bits} bits: bytes a member sends`,
  received: (members: number, bits: Width) => `masked round of ${who(members)}, ${bits} bits: bytes a member receives`,
  member: (members: number, bits: Width, leaving: Leaving) =>
    `masked round of ${who(members)}, ${how(bits, leaving)}: a member's work`,
  coordinator: (members: number, bits: Width, leaving: Leaving) =>
    `masked round of ${who(members)}, ${how(bits, leaving)}: the coordinator's work`,
  unmasking: "masked round of 1,000, 32 bits, 30 % leaving: unmasking",
} as const;

const LENGTH = rotatedLength(riderLayout({ cells: layoutOf(mlp).parameters, clip: 1 }).length);
const RUNS = 3;
const ALONE = "signatures, key agreements and masks alone";

/** As a coordinator has them: masks are summed on the threads that check its reports. */
type Ports = Pick<Preparer, "sumMasks"> & { readonly crypto: typeof nodeCrypto; readonly keystream: Keystream };

/** Seconds of one of each, alone. */
interface Primitives {
  readonly signature: number;
  readonly agreement: number;
  /** A byte of keystream. */
  readonly masked: number;
}

async function primitives(): Promise<Primitives> {
  const signing = nodeCrypto.ed25519Generate();
  const [message, counter] = [nodeEntropy.bytes(160), new Uint8Array(16)];
  const signature = nodeCrypto.ed25519Sign(signing.secret, message);
  const [own, their] = [nodeCrypto.x25519Generate(), nodeCrypto.x25519Generate()];
  const key = nodeEntropy.bytes(32);
  const each = async (times: number, work: () => unknown) => {
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++)
      fastest = Math.min(
        fastest,
        await processorSeconds(1, async () => {
          for (let j = 0; j < times; j++) await work();
        }),
      );
    return fastest / times;
  };
  return {
    signature: await each(300, () => nodeCrypto.ed25519Verify(signing.public, message, signature)),
    agreement: await each(500, () => nodeCrypto.x25519(own.secret, their.public)),
    masked: (await each(200, () => nodeKeystream(key, counter, 2 ** 17))) / 2 ** 17,
  };
}

/** @param least seconds that the primitives alone take */
function workRow(name: string, seconds: number, least: number): Row {
  const peer = { name: ALONE, value: 1e3 * least };
  return { name, value: 1e3 * seconds, unit: "ms", status: "measured", peer, ratio: least / seconds };
}

async function memberRound(members: number, width: Width, leaving: Leaving) {
  let fastest: MemberRound | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const round = await oneMember({ members, width, length: LENGTH, leaving });
    const seconds = round.stages.reduce((sum, stage) => sum + stage.seconds, 0);
    if (seconds < least) [fastest, least] = [round, seconds];
  }
  return { round: fastest as MemberRound, seconds: least };
}

async function memberRows(members: number, width: Width, leaving: Leaving, alone: Primitives): Promise<Row[]> {
  const { round, seconds } = await memberRound(members, width, leaving);
  const { degree } = round.graph.parameters;
  const signatures = 2 * (members - 1) + Math.ceil(members * (1 - leaving));
  const masks = (degree + 1) * bytesOf(LENGTH, width);
  // One for shares and one for masks, with each neighbour.
  const least = signatures * alone.signature + 2 * degree * alone.agreement + masks * alone.masked;
  const rows = [workRow(MASKED.member(members, width, leaving), seconds, least)];
  if (leaving !== 0) return rows;
  const bytes = (name: string, value: number): Row => ({ name, value, unit: "B", status: "measured" });
  const total = (which: "sent" | "received") => round.stages.reduce((sum, stage) => sum + stage[which], 0);
  rows.push(bytes(MASKED.sent(members, width), total("sent")));
  rows.push(bytes(MASKED.received(members, width), total("received")));
  if (width === 32)
    for (const { stage, sent, received } of round.stages) {
      rows.push(bytes(`masked round of ${who(members)}, stage ${stage}: bytes received`, received));
      rows.push(bytes(`masked round of ${who(members)}, stage ${stage}: bytes sent`, sent));
    }
  return rows;
}

async function coordinatorRow(
  ports: Ports,
  members: number,
  width: Width,
  leaving: Leaving,
  alone: Primitives,
): Promise<Row> {
  const cohort = cohortOf({ members, ...countsFor(members), width, length: LENGTH });
  const gone = Math.floor(leaving * members);
  let seconds = 0;
  const coordinator = await run(cohort, {
    silent: (stage, index) => stage === "vectors" && index >= members - gone,
    ports,
    async around(work) {
      let result: Awaited<ReturnType<typeof work>> | undefined;
      seconds += await processorSeconds(1, async () => {
        result = await work();
      });
      return result as Awaited<ReturnType<typeof work>>;
    },
  });
  const sum = sumOf(coordinator, cohort);
  if (plainSum(cohort, coordinator.survivors).some((value, i) => value !== sum[i]))
    throw new Error("a masked round's sum is not its members' vectors'");
  const stayed = members - gone;
  const messages = 3 * members + 3 * stayed;
  // Of each who left, with the neighbours who did not: about as many of them as of all.
  const { degree } = graphOf(countsFor(members), members, members);
  const pairs = gone * degree * (stayed / members);
  const least =
    messages * alone.signature +
    // What was rebuilt of each who left is held against its key.
    (gone + pairs) * alone.agreement +
    (stayed + pairs) * bytesOf(LENGTH, width) * alone.masked;
  return workRow(MASKED.coordinator(members, width, leaving), seconds, least);
}

async function unmaskingRow(ports: Ports, alone: Primitives): Promise<Row> {
  const { masked, sum, plain, masks, agreements } = await lastStep(1000, 300, 32, LENGTH);
  let out = sum;
  const seconds = await processorSeconds(1, async () => {
    out = await unmaskSum(ports, masked, sum);
  });
  if (Buffer.compare(out.subarray(0, plain.length), plain) !== 0) throw new Error("the masks did not come off");
  return workRow(MASKED.unmasking, seconds, agreements * alone.agreement + masks * sum.length * alone.masked);
}

export async function maskedRows(): Promise<Row[]> {
  const pool = startPool<Preparer>(import.meta.resolve("#workers/verifier"), THREADS);
  try {
    const { sumMasks } = pooledPreparer(pool, nodeWasm);
    // Threads start with their first work.
    await sumMasks(
      32,
      1024,
      Array.from({ length: 64 }, () => nodeEntropy.bytes(32)),
    );
    return await rowsOf({ crypto: nodeCrypto, keystream: nodeKeystream, sumMasks });
  } finally {
    await pool.close();
  }
}

async function rowsOf(ports: Ports): Promise<Row[]> {
  const alone = await primitives();
  const rows: Row[] = [];
  for (const width of [16, 32] as const)
    for (const leaving of [0, 0.3] as const) {
      rows.push(...(await memberRows(100, width, leaving, alone)));
      rows.push(await coordinatorRow(ports, 100, width, leaving, alone));
    }
  for (const width of [16, 32] as const) rows.push(...(await memberRows(1000, width, 0, alone)));
  rows.push(await unmaskingRow(ports, alone));
  return rows;
}
