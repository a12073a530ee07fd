// A leader in a process of its own under peers that want more of it than it has. Times are told, and judged beside the same
// without an attack: the machine is others' too.
import { expect, onTestFinished, test } from "vitest";
import { upload } from "../../../bench/ingest/load.ts";
import { concat } from "../../../src/base/bytes.ts";
import { drip, flood, headOf, type Leader, startLeader } from "./flood.ts";

const MIB_MAX = 512;
const client = (i: number) => `192.0.${i >> 8}.${i & 255}`;
const p99 = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(0.99 * values.length)] as number;
/** Of honest devices, one upload at a time on each of eight connections. */
const honest = async ({ port, task, fresh }: Leader, uploads: number) =>
  p99((await upload(port, task, Array.from({ length: uploads }, fresh), 8)).latencies);

test.each([
  ["bodies, of one address", (task: string) => headOf(task, 2500, "192.0.2.1")],
  ["bodies, of a thousand addresses", (task: string, i: number) => headOf(task, 500_000, client(i))],
  ["headers", () => "POST / HTTP/1.1\r\nhost: a\r\nx: "],
] as const)(
  "1,000 sockets that drip %s are cut within 10 s, and honest uploads are answered",
  async (_, start) => {
    const leader = await startLeader({ onTestFinished });
    await honest(leader, 2000);
    const without = await honest(leader, 3000);
    const dripped = drip(leader.port, 1000, (i) => start(leader.task, i));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const under = await honest(leader, 5000);
    const ended = await dripped;
    const cut = Math.max(...ended);
    console.log(
      `honest p99 ${under.toFixed(1)} ms, ${without.toFixed(1)} ms without; all cut after ${(cut / 1000).toFixed(1)} s`,
    );
    expect(ended).toHaveLength(1000);
    expect(cut).toBeLessThan(10_000);
    expect(under).toBeLessThan(Math.max(500, 5 * without));
    // Nothing of it is left: it takes as much as before.
    await honest(leader, 500);
  },
  120_000,
);

test("ten times as many uploads as are answered at a time: taken or told to come again, in bounded memory", async (context) => {
  const leader = await startLeader(context);
  const requests = Array.from({ length: 60_000 }, () => requestOf(leader, 1));
  const answers = await flood(leader.port, 2048, requests, 5, 8000);
  console.log(`${told(answers)}; at most ${leader.mostMemory().toFixed(0)} MiB`);
  expect([answers.cut, answers.other]).toEqual([0, []]);
  expect(answers.taken).toBeGreaterThan(1000);
  expect(answers.refused).toBeGreaterThan(100);
  expect(leader.mostMemory()).toBeLessThan(MIB_MAX);
  await honest(leader, 500);
}, 120_000);

test("bodies of 250 KB by the gigabyte: as many as there is room for are read", async (context) => {
  const leader = await startLeader(context);
  const requests = Array.from({ length: 100 }, () => requestOf(leader, 100));
  const answers = await flood(leader.port, 1500, requests, 1, 8000);
  console.log(`${told(answers)}; at most ${leader.mostMemory().toFixed(0)} MiB`);
  expect(answers.cut).toBe(0);
  expect(answers.refused).toBeGreaterThan(20);
  expect(answers.taken + answers.other.length).toBeGreaterThan(100);
  expect(leader.mostMemory()).toBeLessThan(MIB_MAX);
  await honest(leader, 500);
}, 120_000);

function requestOf({ task, fresh }: Leader, reports: number): Buffer {
  const body = concat(...Array.from({ length: reports }, fresh));
  return Buffer.concat([Buffer.from(headOf(task, body.length, client(body[0] ?? 0)), "latin1"), body]);
}

const told = ({ taken, refused, cut, other }: Awaited<ReturnType<typeof flood>>) =>
  `${taken} taken, ${refused} told to come again, ${cut} cut, ${other.length} others${other.length > 0 ? `: ${other[0]}` : ""}`;
