// The TaskConfiguration that a manifest's bytes stand for, laid out for devices: what task/dap.ts encodes for services, in a
// third of the code. test/client/report.test.ts holds the two together.
import { concat, fromBase64Url, toHex, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { Writer } from "../base/writer.ts";
import type { ReportCrypto } from "../ports/crypto.ts";
import type { DeviceParameters } from "../protocol/vdaf/device-sharder.ts";
import { type AdditiveParameters, algorithmIds } from "../protocol/vdaf/parameters.ts";
import { taskLabel } from "../task/labels.ts";
import type { SealingTask } from "./sealer.ts";

interface Party {
  readonly url: string;
  readonly hpke: string;
}

/** The parts of a manifest that sealing is bound to. */
export interface Bound {
  readonly window: { readonly start: number; readonly end: number };
  readonly minBatch: number;
  readonly vdaf: DeviceParameters | AdditiveParameters;
  readonly aggregators: { readonly leader: Party; readonly helper: Party };
}

/**
 * @param bytes the exact signed bytes that the parts were decoded from
 * @throws PacelineError unsupported for a receiving key that is none of the suite that DAP requires
 */
export async function sealingOf(
  crypto: Pick<ReportCrypto, "sha256">,
  bytes: Uint8Array,
  { window, minBatch, vdaf, aggregators }: Bound,
): Promise<SealingTask> {
  const { start, end } = window;
  const { leader, helper } = aggregators;
  const parameters = new Writer().u32(vdaf.length);
  if (vdaf.type === "Prio3SumVec") parameters.u64(vdaf.maxMeasurement);
  if (vdaf.type === "Prio3L1BoundSum") parameters.u32(vdaf.maxValue);
  if (vdaf.type === "AdditiveSum") parameters.u8(vdaf.bits);
  else parameters.u32(vdaf.chunkLength);
  if (vdaf.type === "Prio3MultihotCountVec") parameters.u64(vdaf.maxWeight);
  const interval = new Writer()
    .u64(start)
    .u64(end - start)
    .done();
  const configuration = new Writer()
    .opaque8(await crypto.sha256(bytes))
    .opaque16(utf8(leader.url))
    .opaque16(utf8(helper.url))
    .u64(86_400)
    .u64(minBatch)
    .u8(1)
    .u16(0)
    .u32(algorithmIds[vdaf.type])
    .opaque16(parameters.done())
    .opaque16(new Writer().u16(1).opaque16(interval).done())
    .done();
  return {
    id: await crypto.sha256(concat(taskLabel(), configuration)),
    configuration,
    keys: { leader: receivingKey(leader), helper: receivingKey(helper) },
    // The window's first day, for everyone.
    time: BigInt(start),
  };
}

/** Of an HpkeConfig. */
function receivingKey({ hpke }: Party) {
  const bytes = fromBase64Url(hpke);
  if (!/^..0020000100010020.{64}$/.test(toHex(bytes))) fail("unsupported", "an aggregator's key is none that seals");
  return { id: bytes[0] as number, publicKey: bytes.slice(9) };
}
