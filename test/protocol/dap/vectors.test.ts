// Frozen bytes. DAP has no official vectors; these were laid out by hand from the structures of draft 18, so that a
// change of layout cannot pass for a change of code.
import { describe, expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "../../../src/base/bytes.ts";
import {
  AggregationJobContinueReq,
  AggregationJobInitReq,
  AggregationJobResp,
} from "../../../src/protocol/dap/aggregation.ts";
import { AggregateShareAad, AggregateShareReq, CollectionJobResp } from "../../../src/protocol/dap/collection.ts";
import { HpkeConfigList, hpkeConfigOf, usableConfig } from "../../../src/protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, UploadErrors, UploadRequest } from "../../../src/protocol/dap/report.ts";
import { TaskConfiguration } from "../../../src/protocol/dap/task-configuration.ts";
import { dap18, dap19, dapVersionOf } from "../../../src/protocol/dap/version.ts";
import { wireNames, wireOf } from "../../../src/protocol/dap/wire.ts";

const hex = (...parts: string[]) => parts.join("").replaceAll(" ", "");
const nothing = new Uint8Array(0);
const reportId = fromHex("000102030405060708090a0b0c0d0e0f");
const taskId = fromHex("11".repeat(32));
const ciphertext = (configId: number) => ({ configId, enc: fromHex("e1e2"), payload: fromHex("c1c2c3") });
const ciphertextHex = (configId: string) => hex(configId, "0002 e1e2", "00000003 c1c2c3");

const task: TaskConfiguration = {
  taskInfo: utf8("sleep"),
  leaderUrl: "https://l.example/",
  helperUrl: "https://h.example/",
  timePrecision: 3600n,
  minBatchSize: 100n,
  batchMode: "time-interval",
  vdaf: { type: "Prio3Histogram", length: 10, chunkLength: 3 },
  interval: { start: 480_000n, duration: 24n },
};
const taskHex = hex(
  "05 736c656570",
  "0012 68747470733a2f2f6c2e6578616d706c652f",
  "0012 68747470733a2f2f682e6578616d706c652f",
  "0000000000000e10",
  "0000000000000064",
  "01 0000",
  "00000004 0008 0000000a 00000003",
  "0014 0001 0010 0000000000075300 0000000000000018",
);
const metadata = { reportId, time: 480_001n, publicExtensions: [] };
const metadataHex = hex("000102030405060708090a0b0c0d0e0f", "0000000000075301", "0000");

test("TaskConfiguration", () => {
  expect(toHex(TaskConfiguration.encode(task))).toBe(taskHex);
  expect(TaskConfiguration.decode(fromHex(taskHex))).toEqual(task);
});

describe("VDAF configurations", () => {
  const head = taskHex.indexOf(hex("00000004 0008"));
  const withVdaf = (configuration: string) =>
    fromHex(
      taskHex.slice(0, head) + hex(configuration) + taskHex.slice(head + hex("00000004 0008 0000000a 00000003").length),
    );

  test.each([
    [{ type: "Prio3Count" }, "00000001 0000"],
    [{ type: "Prio3Sum", maxMeasurement: 200_000 }, "00000002 0008 0000000000030d40"],
    [{ type: "Prio3Sum", maxMeasurement: 2 ** 53 - 1 }, "00000002 0008 001fffffffffffff"],
    // From here on a number is not exact.
    [{ type: "Prio3Sum", maxMeasurement: 2n ** 53n }, "00000002 0008 0020000000000000"],
    [
      { type: "Prio3SumVec", length: 2, maxMeasurement: 2n ** 64n - 1n, chunkLength: 500 },
      "00000003 0010 00000002 ffffffffffffffff 000001f4",
    ],
    [
      { type: "Prio3SumVec", length: 24, maxMeasurement: 1440, chunkLength: 18 },
      "00000003 0010 00000018 00000000000005a0 00000012",
    ],
    [
      { type: "Prio3MultihotCountVec", length: 100, maxWeight: 10, chunkLength: 7 },
      "00000005 0010 00000064 00000007 000000000000000a",
    ],
    [
      { type: "Prio3L1BoundSum", length: 24, maxValue: 1440, chunkLength: 17 },
      "00000007 000c 00000018 000005a0 00000011",
    ],
    [
      { type: "Prio3SumVecField64Multiproof", length: 1000, maxMeasurement: 1, chunkLength: 33, proofs: 3 },
      "ffffffff 0011 000003e8 0000000000000001 00000021 03",
    ],
  ] as const)("%o", (vdaf, bytes) => {
    expect(toHex(TaskConfiguration.encode({ ...task, vdaf }))).toBe(toHex(withVdaf(bytes)));
    expect(TaskConfiguration.decode(withVdaf(bytes)).vdaf).toEqual(vdaf);
  });

  test.each([
    ["an unknown type", "00000006 0002 0010"],
    ["type 0", "00000000 0000"],
    ["too short", "00000004 0004 0000000a"],
    ["too long", "00000001 0001 00"],
    ["a weight that is no exact number", "00000005 0010 00000064 00000007 0020000000000000"],
  ])("refuses %s", (_, bytes) => {
    expect(() => TaskConfiguration.decode(withVdaf(bytes))).toThrow(
      expect.objectContaining({ code: "invalid_message" }),
    );
  });
});

describe("TaskConfiguration refuses", () => {
  test.each([
    ["an unknown extension", hex("0014 0001"), hex("0014 0002")],
    ["a task without info", hex("05 736c656570"), "00"],
    ["an endpoint that is no URL", hex("0012 68747470733a2f2f6c2e"), hex("0012 66747470733a2f2f6c2e")],
    ["a time precision of zero", "0000000000000e10", "0000000000000000"],
    ["an unknown batch mode", hex("01 0000 00000004"), hex("03 0000 00000004")],
    ["a batch configuration", hex("01 0000 00000004"), hex("01 0001 ff 00000004")],
    ["an interval cut short", hex("0014 0001 0010"), hex("0013 0001 000f")],
  ])("%s", (_, from, to) => {
    expect(taskHex).toContain(from);
    expect(() => TaskConfiguration.decode(fromHex(taskHex.replace(from, to)))).toThrow(
      expect.objectContaining({ code: "invalid_message" }),
    );
  });

  test("to be written with an endpoint that is no URL", () => {
    expect(() => TaskConfiguration.encode({ ...task, helperUrl: "h.example" })).toThrow("no HTTP URL");
  });
});

test("upload", () => {
  const report = { metadata, publicShare: fromHex("aabb"), leaderShare: ciphertext(1), helperShare: ciphertext(2) };
  const reportHex = hex(metadataHex, "00000002 aabb", ciphertextHex("01"), ciphertextHex("02"));
  expect(toHex(UploadRequest.encode([report, report]))).toBe(reportHex + reportHex);
  expect(toHex(UploadErrors.encode([{ reportId, error: "outdated_config" }]))).toBe(`${toHex(reportId)}0b`);
  const plain = { privateExtensions: [{ type: 0xff00, data: fromHex("05") }], payload: fromHex("0102") };
  expect(toHex(PlaintextInputShare.encode(plain))).toBe(hex("0005 ff00 0001 05", "00000002 0102"));
  expect(toHex(InputShareAad.encode({ taskId, task, metadata, publicShare: fromHex("aabb") }))).toBe(
    hex("11".repeat(32), taskHex, metadataHex, "00000002 aabb"),
  );
});

test("aggregation", () => {
  const init = { metadata, publicShare: nothing, helperShare: ciphertext(2), payload: fromHex("00ff") };
  const job = { verificationKeyId: 7, aggregationParameter: nothing, extensions: [], verifyInits: [init] };
  expect(toHex(AggregationJobInitReq.encode(job))).toBe(
    hex("07 00000000 0000", metadataHex, "00000000", ciphertextHex("02"), "00000002 00ff"),
  );
  const answers = [
    { reportId, type: "continue", payload: fromHex("02") },
    { reportId, type: "finish" },
    { reportId, type: "reject", error: "report_replayed" },
  ] as const;
  const id = toHex(reportId);
  expect(toHex(AggregationJobResp.encode(answers))).toBe(hex(id, "00 00000001 02", id, "01", id, "02 02"));
});

test("aggregation before draft 18: a batch selector, and lists behind their length", () => {
  const { AggregationJobInitReq: Init, AggregationJobResp: Resp } = wireOf("dap-18-janus");
  const init = { metadata, publicShare: nothing, helperShare: ciphertext(2), payload: fromHex("00ff") };
  const job = { verificationKeyId: 0, aggregationParameter: nothing, extensions: [], verifyInits: [init] };
  const initHex = hex(metadataHex, "00000000", ciphertextHex("02"), "00000002 00ff");
  const length = (initHex.length / 2).toString(16).padStart(8, "0");
  expect(toHex(Init.encode(job))).toBe(hex("00 00000000 01 0000", length, initHex));
  const selected = { ...job, extensions: [{ type: 1, data: taskId }] };
  expect(toHex(Init.encode(selected))).toBe(hex("00 00000000 02 0020", "11".repeat(32), length, initHex));
  for (const wrong of [
    "00 00000000 01 0001 00 00000000",
    "00 00000000 02 0000 00000000",
    "00 00000000 03 0000 00000000",
  ])
    expect(() => Init.decode(fromHex(hex(wrong)))).toThrow(expect.objectContaining({ code: "invalid_message" }));
  expect(() => Init.encode({ ...job, extensions: [{ type: 2, data: nothing }] })).toThrow("no place");
  const id = toHex(reportId);
  expect(toHex(Resp.encode([{ reportId, type: "finish" }]))).toBe(hex("00000011", id, "01"));
});

test("what continues a job", () => {
  const job = { step: 1, verifyContinues: [{ reportId, payload: fromHex("0a0b") }] };
  expect(toHex(AggregationJobContinueReq.encode(job))).toBe(hex("0001", toHex(reportId), "00000002 0a0b"));
});

test("collection", () => {
  const interval = { start: 480_000n, duration: 24n };
  const job = { query: { mode: "time-interval", interval }, aggregationParameter: nothing, extensions: [] } as const;
  const jobHex = hex("01 0010 0000000000075300 0000000000000018", "00000000", "0000");
  const batch = { mode: "leader-selected", batchId: taskId } as const;
  expect(toHex(AggregateShareReq.encode({ job, batch, reportCount: 100n, checksum: fromHex("22".repeat(32)) }))).toBe(
    hex(jobHex, "02 0020", "11".repeat(32), "0000000000000064", "22".repeat(32)),
  );
  expect(toHex(AggregateShareAad.encode({ taskId, task, job }))).toBe(hex("11".repeat(32), taskHex, jobHex));
  const shares = { leaderShare: ciphertext(1), helperShare: ciphertext(2) };
  expect(toHex(CollectionJobResp.encode({ reportCount: 100n, interval, ...shares }))).toBe(
    hex("0000000000000064", "0000000000075300 0000000000000018", ciphertextHex("01"), ciphertextHex("02")),
  );
});

test("HPKE configurations, and the choice among them", () => {
  const ours = hpkeConfigOf(9, fromHex("ab".repeat(32)));
  const other = { ...ours, id: 8, kem: 0x0010 };
  const list = hex("0052", "08 0010 0001 0001 0020", "ab".repeat(32), "09 0020 0001 0001 0020", "ab".repeat(32));
  expect(toHex(HpkeConfigList.encode([other, ours]))).toBe(list);
  expect(usableConfig(HpkeConfigList.decode(fromHex(list)))).toEqual(ours);
  for (const wrong of [{ kem: 0x0010 }, { kdf: 2 }, { aead: 2 }, { publicKey: fromHex("ab".repeat(31)) }])
    expect(() => usableConfig([{ ...ours, ...wrong }])).toThrow(expect.objectContaining({ code: "unsupported" }));
});

test.each(["dap-18", "dap-19"] as const)("what the tag %s goes into", (tag) => {
  const version = dapVersionOf(tag);
  const [input, aggregate] = [toHex(utf8(`${tag} input share`)), toHex(utf8(`${tag} aggregate share`))];
  expect(toHex(version.inputShareInfo("leader"))).toBe(`${input}0102`);
  expect(toHex(version.inputShareInfo("helper"))).toBe(`${input}0103`);
  expect(toHex(version.aggregateShareInfo("leader"))).toBe(`${aggregate}0200`);
  expect(toHex(version.aggregateShareInfo("helper"))).toBe(`${aggregate}0300`);
  expect(toHex(version.vdafContext(taskId))).toBe(toHex(utf8(tag)) + "11".repeat(32));
});

test("the versions a task may name, and how they differ", () => {
  expect(wireNames.map((name) => wireOf(name)).map((wire) => [wire.version, wire.method, wire.keysByReport])).toEqual([
    [dap18, "POST", false],
    [dap19, "POST", true],
    [dap18, "PUT", false],
  ]);
  expect(wireNames.map((name) => wireOf(name).says("outdated_config"))).toEqual([
    "outdated_config",
    "outdated_config",
    "hpke_unknown_config_id",
  ]);
});
