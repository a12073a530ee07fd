import { describe, expect, test } from "vitest";
import { Report } from "../../src/protocol/dap/report.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { forge, sharesOf } from "../support/forge.ts";
import { smallQuestion } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { flipBits } from "./flip-bits.ts";

const honest = [50, 50, 65, 65, 65, 80, undefined];
const truth = [2, 3, 1];

// Every bit: test/long/aggregate.
test("no flipped bit of a report is ever counted, and none changes the sum", async () => {
  await flipBits(7);
});

describe("a forged contribution", () => {
  test("out of range is accepted by neither aggregator", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    for (const encoded of [
      [1, 1, 0, 0],
      [100, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ])
      expect(await round.send(await forge(round.bytes, (m, c, id) => sharesOf(m, encoded, c, id)))).toBeUndefined();
    await round.fill(honest);
    expect(decodeRelease(await cluster.coordinator.collect(round.id)).values).toEqual(truth);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader, helper]).toEqual([
      { pending: 0, aggregating: 0, accepted: 7, rejected: 4 },
      { pending: 0, aggregating: 0, accepted: 7, rejected: 4 },
    ]);
  });

  test("sealed to the keys of another configuration is refused at the door", async () => {
    const round = await newRound(newCluster());
    const { leader, helper } = round.manifest.aggregators;
    expect(leader.hpke).not.toBe(helper.hpke);
    const report = Report.decode(await round.report(50));
    const other = (id: number) => (id + 1) & 255;
    for (const wrong of [
      { ...report, leaderShare: { ...report.leaderShare, configId: other(report.leaderShare.configId) } },
      { ...report, helperShare: { ...report.helperShare, configId: other(report.helperShare.configId) } },
    ])
      expect(await round.send(Report.encode(wrong))).toBe("outdated_config");
  });

  test("made for another task of the same shape opens nowhere", async () => {
    const cluster = newCluster({ noise: noNoise });
    const first = await newRound(cluster);
    const second = await newRound(cluster, { ...smallQuestion, privacy: { epsilon: "0.5" } });
    expect(await second.send(await first.report(50))).toBeUndefined();
    await second.fill(honest);
    expect(decodeRelease(await cluster.coordinator.collect(second.id)).values).toEqual(truth);
    expect((await tallies(cluster, second.id)).leader).toMatchObject({ accepted: 7, rejected: 1 });
  });
});

test("a replay is counted once, whether it comes alone, in one body, or after verification", async () => {
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 2 } });
  const round = await newRound(cluster);
  const report = await round.report(50);
  expect(await round.send(report)).toBeUndefined();
  for (let i = 0; i < 20; i++) expect(await round.send(report)).toBe("report_replayed");
  const twin = await round.report(65);
  expect(await round.send(Uint8Array.from([...twin, ...twin]))).toBe("report_replayed");
  await round.fill([65, 65, 80]);
  // The background verifies in jobs of two by now.
  expect(await round.send(report)).toBe("report_replayed");
  const release = await cluster.coordinator.collect(round.id);
  expect(decodeRelease(release).values).toEqual([1, 3, 1]);
  expect(await round.send(report)).toBe("batch_collected");
  expect(await cluster.coordinator.collect(round.id)).toEqual(release);
});
