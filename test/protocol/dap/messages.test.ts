// Every message: decode(encode(x)) = x; what is cut or extended is refused or, for a list that fills the body, is not x.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../../src/base/bytes.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import {
  AggregationJobContinueReq,
  AggregationJobInitReq,
  AggregationJobResp,
  LEADER_SELECTED_BATCH_ID,
  VerifyInit,
} from "../../../src/protocol/dap/aggregation.ts";
import { BatchId, Interval, ReportId, TaskId } from "../../../src/protocol/dap/basics.ts";
import {
  AggregateShare,
  AggregateShareAad,
  AggregateShareReq,
  BatchSelector,
  CollectionJobReq,
  CollectionJobResp,
  Query,
} from "../../../src/protocol/dap/collection.ts";
import { HpkeCiphertext, HpkeConfigList } from "../../../src/protocol/dap/hpke-config.ts";
import type { Message } from "../../../src/protocol/dap/message.ts";
import {
  InputShareAad,
  PlaintextInputShare,
  Report,
  ReportMetadata,
  UploadErrors,
  UploadRequest,
} from "../../../src/protocol/dap/report.ts";
import { TaskConfiguration } from "../../../src/protocol/dap/task-configuration.ts";
import { wireOf } from "../../../src/protocol/dap/wire.ts";
import * as any from "./arbitraries.ts";

interface Case<T> {
  readonly message: Message<T>;
  readonly values: fc.Arbitrary<T>;
  /** A list with no length of its own: a cut between two items is a message too. */
  readonly fillsBody?: boolean;
}
const of = <T>(message: Message<T>, values: fc.Arbitrary<T>, fillsBody = false): Case<unknown> =>
  ({ message, values, fillsBody }) as Case<unknown>;

const cases: readonly Case<unknown>[] = [
  of(TaskId, any.exactly(32)),
  of(ReportId, any.exactly(16)),
  of(BatchId, any.exactly(32)),
  of(Interval, any.interval),
  of(HpkeCiphertext, any.hpkeCiphertext),
  of(HpkeConfigList, fc.uniqueArray(any.hpkeConfig, { minLength: 1, maxLength: 5, selector: ({ id }) => id })),
  of(TaskConfiguration, any.taskConfiguration as fc.Arbitrary<TaskConfiguration>),
  of(ReportMetadata, any.reportMetadata),
  of(Report, any.report),
  of(UploadRequest, fc.array(any.report, { maxLength: 3 }), true),
  of(UploadErrors, fc.array(fc.record({ reportId: any.exactly(16), error: any.reportError }), { maxLength: 4 }), true),
  of(PlaintextInputShare, fc.record({ privateExtensions: any.extensions, payload: any.bytes(1) })),
  of(
    InputShareAad,
    fc.record({
      taskId: any.exactly(32),
      task: any.taskConfiguration as fc.Arbitrary<TaskConfiguration>,
      metadata: any.reportMetadata,
      publicShare: any.bytes(0),
    }),
  ),
  of(VerifyInit, any.verifyInit),
  of(
    AggregationJobInitReq,
    fc.record({
      verificationKeyId: any.u8,
      aggregationParameter: any.bytes(0),
      extensions: any.extensions,
      verifyInits: fc.array(any.verifyInit, { maxLength: 3 }),
    }),
    true,
  ),
  of(AggregationJobResp, fc.array(any.verifyResp, { maxLength: 4 }), true),
  of(
    AggregationJobContinueReq,
    fc.record({
      step: fc.nat(65_535),
      verifyContinues: fc.array(fc.record({ reportId: any.exactly(16), payload: any.bytes(1) }), { maxLength: 3 }),
    }),
    true,
  ),
  of(
    wireOf("dap-18-janus").AggregationJobInitReq,
    fc.record({
      verificationKeyId: any.u8,
      aggregationParameter: any.bytes(0),
      extensions: fc.option(any.exactly(32)).map((data) => (data ? [{ type: LEADER_SELECTED_BATCH_ID, data }] : [])),
      verifyInits: fc.array(any.verifyInit, { maxLength: 3 }),
    }),
  ),
  of(wireOf("dap-18-janus").AggregationJobResp, fc.array(any.verifyResp, { maxLength: 4 })),
  of(Query, any.query),
  of(BatchSelector, any.batchSelector),
  of(CollectionJobReq, any.collectionJobReq),
  of(
    CollectionJobResp,
    fc.record({
      reportCount: any.u64,
      interval: any.interval,
      leaderShare: any.hpkeCiphertext,
      helperShare: any.hpkeCiphertext,
    }),
  ),
  of(
    AggregateShareReq,
    fc.record({
      job: any.collectionJobReq,
      batch: any.batchSelector,
      reportCount: any.u64,
      checksum: any.exactly(32),
    }),
  ),
  of(AggregateShare, any.hpkeCiphertext),
  of(
    AggregateShareAad,
    fc.record({
      taskId: any.exactly(32),
      task: any.taskConfiguration as fc.Arbitrary<TaskConfiguration>,
      job: any.collectionJobReq,
    }),
  ),
];

describe.each(cases)("$message.name", ({ message, values, fillsBody }) => {
  test("comes back as it was", () => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = message.encode(value);
        expect(message.decode(encoded)).toEqual(value);
        expect(toHex(message.encode(message.decode(encoded)))).toBe(toHex(encoded));
      }),
    );
  });

  test("refuses every truncation", () => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = message.encode(value);
        for (let length = 0; length < encoded.length; length++) {
          const cut = encoded.subarray(0, length);
          const decoded = attempt(message, cut);
          // a shorter list is another message, and exactly the one that was cut out
          if (fillsBody && decoded !== refused) expect(toHex(message.encode(decoded))).toBe(toHex(cut));
          else expect(decoded).toBe(refused);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("refuses what is longer", () => {
    fc.assert(
      fc.property(values, any.bytes(1, 8), (value, extra) => {
        const decoded = attempt(message, concat(message.encode(value), extra));
        expect(decoded).toBe(refused);
      }),
    );
  });

  test("refuses or takes any bytes, and takes them in one form only", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const decoded = attempt(message, noise);
        if (decoded !== refused) expect(toHex(message.encode(decoded))).toBe(toHex(noise));
      }),
      { numRuns: 300 },
    );
  });

  test("a changed byte is refused or is another value", () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, change) => {
        const encoded = message.encode(value);
        fc.pre(encoded.length > 0);
        const changed = encoded.slice();
        const at = where % changed.length;
        changed[at] = (changed[at] as number) ^ change;
        const decoded = attempt(message, changed);
        if (decoded !== refused) expect(toHex(message.encode(decoded))).toBe(toHex(changed));
      }),
    );
  });
});

const refused = Symbol("refused");

/** A refusal is PacelineError invalid_message, nothing else. */
function attempt(message: Message<unknown>, bytes: Uint8Array): unknown {
  try {
    return message.decode(bytes);
  } catch (error) {
    if (isPacelineError(error) && error.code === "invalid_message") return refused;
    throw error;
  }
}

describe("strictness", () => {
  const invalid = (message: Message<unknown>, hex: string) =>
    expect(attempt(message, fromHex(hex.replaceAll(" ", "")))).toBe(refused);
  const id = "00112233445566778899aabbccddeeff";

  test("extensions out of order, or twice", () => {
    expect(
      ReportMetadata.decode(fromHex(`${id}0000000000000001 0008 0001 0000 0002 0000`.replaceAll(" ", ""))),
    ).toEqual({
      reportId: fromHex(id),
      time: 1n,
      publicExtensions: [
        { type: 1, data: new Uint8Array(0) },
        { type: 2, data: new Uint8Array(0) },
      ],
    });
    // A report's own fault, which must not spoil the message that it came in.
    for (const types of [
      [2, 1],
      [1, 1],
    ]) {
      const publicExtensions = types.map((type) => ({ type, data: new Uint8Array(0) }));
      const metadata = { reportId: fromHex(id), time: 1n, publicExtensions };
      expect(ReportMetadata.decode(ReportMetadata.encode(metadata))).toEqual(metadata);
      const privateExtensions = publicExtensions;
      expect(() => PlaintextInputShare.encode({ privateExtensions, payload: Uint8Array.of(1) })).toThrow("increasing");
      const [a, b] = types.map((type) => `000${type} 0000`);
      invalid(PlaintextInputShare, `0008 ${a} ${b} 00000001 aa`);
      invalid(AggregationJobInitReq, `00 00000000 0008 ${a} ${b}`);
    }
  });

  test("names that do not exist", () => {
    // Codes of later drafts are kept as they came.
    for (const [hex, error] of [
      ["0c", "unknown_verification_key_id"],
      ["00", 0],
      ["0d", 13],
      ["ff", 255],
    ] as const) {
      expect(UploadErrors.decode(fromHex(`${id}${hex}`))[0]?.error).toBe(error);
      expect(toHex(UploadErrors.encode([{ reportId: fromHex(id), error }]))).toBe(`${id}${hex}`);
    }
    invalid(AggregationJobResp, `${id} 03`);
    invalid(AggregationJobResp, `${id} 02`);
    for (const mode of ["00", "03"]) invalid(Query, `${mode} 0000`);
  });

  test("empty where something belongs", () => {
    invalid(AggregationJobResp, `${id} 00 00000000`);
    invalid(HpkeCiphertext, "01 0000 00000001 aa");
    invalid(HpkeCiphertext, "01 0001 aa 00000000");
    invalid(PlaintextInputShare, "0000 00000000");
    invalid(HpkeConfigList, "0000");
  });

  test("two HPKE configurations with one id", () => {
    const one = "07 0020 0001 0001 0001 aa";
    invalid(HpkeConfigList, `0014 ${one} ${one}`);
  });

  test("a batch configuration of the wrong mode", () => {
    invalid(Query, "02 0010 00000000000000010000000000000001");
    invalid(Query, "01 0000");
    invalid(BatchSelector, "02 0010 00000000000000010000000000000001");
    invalid(BatchSelector, `01 0020 ${id}${id}`);
  });

  test("an interval that ends beyond the clock", () => {
    expect(Interval.decode(fromHex("fffffffffffffffe0000000000000001")).duration).toBe(1n);
    invalid(Interval, "ffffffffffffffff 0000000000000001");
  });

  test("an identifier of the wrong length cannot be written", () => {
    expect(() => TaskId.encode(new Uint8Array(31))).toThrow("31 bytes where 32 belong");
    expect(() => TaskId.fromText("AAAA")).toThrow("3 bytes where 32 belong");
    expect(TaskId.fromText(TaskId.toText(new Uint8Array(32).fill(7)))).toEqual(new Uint8Array(32).fill(7));
  });
});
