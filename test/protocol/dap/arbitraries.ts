// Random DAP messages.
import fc from "fast-check";
import { ReportError } from "../../../src/protocol/dap/basics.ts";
import type { VdafParameters } from "../../../src/protocol/vdaf/parameters.ts";

export const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 65_535 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
export const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
export const bytes = (minLength: number, maxLength = 40) =>
  fc.uint8Array({ minLength, maxLength }).map((value) => Uint8Array.from(value));
export const exactly = (length: number) => bytes(length, length);

export const interval = fc
  .tuple(u64, u64)
  .map(([a, b]) => (a < b ? { start: a, duration: b - a } : { start: b, duration: a - b }));

/** As a report may come: in any order, twice. */
const anyExtensions = fc.array(fc.record({ type: u16, data: bytes(0) }), { maxLength: 4 });

export const extensions = fc
  .uniqueArray(fc.record({ type: u16, data: bytes(0) }), { selector: ({ type }) => type, maxLength: 4 })
  .map((list) => list.toSorted((a, b) => a.type - b.type));

export const hpkeCiphertext = fc.record({ configId: u8, enc: bytes(1), payload: bytes(1) });
export const hpkeConfig = fc.record({ id: u8, kem: u16, kdf: u16, aead: u16, publicKey: bytes(1) });

const weight = fc.maxSafeNat();
const bound = fc.oneof(weight, fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }));
const vector = { length: u32, chunkLength: u32 };
const vdaf: fc.Arbitrary<VdafParameters> = fc.oneof(
  fc.constant({ type: "Prio3Count" as const }),
  fc.record({ type: fc.constant("Prio3Sum" as const), maxMeasurement: bound }),
  fc.record({ type: fc.constant("Prio3SumVec" as const), ...vector, maxMeasurement: bound }),
  fc.record({ type: fc.constant("Prio3Histogram" as const), ...vector }),
  fc.record({ type: fc.constant("Prio3MultihotCountVec" as const), ...vector, maxWeight: weight }),
  fc.record({ type: fc.constant("Prio3L1BoundSum" as const), ...vector, maxValue: u32 }),
  fc.record({ type: fc.constant("AdditiveSum" as const), length: u32, bits: fc.constantFrom(16, 32, 64) }),
  fc.record({
    type: fc.constant("Prio3SumVecField64Multiproof" as const),
    ...vector,
    maxMeasurement: bound,
    proofs: u8,
  }),
);

const url = fc.webUrl({ validSchemes: ["http", "https"], withQueryParameters: true });
export const taskConfiguration = fc.record(
  {
    taskInfo: bytes(1, 255),
    leaderUrl: url,
    helperUrl: url,
    timePrecision: u64.map((n) => n || 1n),
    minBatchSize: u64,
    batchMode: fc.constantFrom("time-interval" as const, "leader-selected" as const),
    vdaf,
    interval,
  },
  { requiredKeys: ["taskInfo", "leaderUrl", "helperUrl", "timePrecision", "minBatchSize", "batchMode", "vdaf"] },
);

export const reportMetadata = fc.record({ reportId: exactly(16), time: u64, publicExtensions: anyExtensions });
export const report = fc.record({
  metadata: reportMetadata,
  publicShare: bytes(0),
  leaderShare: hpkeCiphertext,
  helperShare: hpkeCiphertext,
});

export const reportError = u8.map((code) => ReportError.decode(Uint8Array.of(code)));

export const verifyInit = fc.record({
  metadata: reportMetadata,
  publicShare: bytes(0),
  helperShare: hpkeCiphertext,
  payload: bytes(1),
});
export const verifyResp = fc.oneof(
  fc.record({ reportId: exactly(16), type: fc.constant("continue" as const), payload: bytes(1) }),
  fc.record({ reportId: exactly(16), type: fc.constant("finish" as const) }),
  fc.record({ reportId: exactly(16), type: fc.constant("reject" as const), error: reportError }),
);

export const query = fc.oneof(
  fc.record({ mode: fc.constant("time-interval" as const), interval }),
  fc.record({ mode: fc.constant("leader-selected" as const) }),
);
export const batchSelector = fc.oneof(
  fc.record({ mode: fc.constant("time-interval" as const), interval }),
  fc.record({ mode: fc.constant("leader-selected" as const), batchId: exactly(32) }),
);
export const collectionJobReq = fc.record({ query, aggregationParameter: bytes(0), extensions });
