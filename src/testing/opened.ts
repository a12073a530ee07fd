// What a report holds, for whoever has both aggregators' keys, which in a test is the test. Shares are opened and their proof is
// verified as the services do it: a report that they would refuse is refused here.
import { leaderFinisher, preparer } from "../aggregate/prepare.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto, KeyPair } from "../ports/crypto.ts";
import { VerifyInit } from "../protocol/dap/aggregation.ts";
import type { SaidReportError } from "../protocol/dap/basics.ts";
import { Report } from "../protocol/dap/report.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import type { DapTask } from "../task/dap.ts";
import { groupCount, groupLabel, groupValues } from "../task/encoders/product.ts";
import type { Manifest } from "../task/manifest.ts";

export interface Contribution {
  /** base64url of the task's and the report's id */
  readonly task: string;
  readonly report: string;
  /** Nothing about the member: no value, no group. */
  readonly isNull: boolean;
  /** The range that the member's mean lies in, [from, to); undefined where nothing is told. */
  readonly range: readonly [from: number, to: number] | undefined;
  /** The member's group, as in "35-44"; undefined without groups or where nothing is told. */
  readonly group: string | undefined;
}

export interface OpenedTask {
  readonly manifest: Manifest;
  readonly dap: DapTask;
  readonly keys: { readonly leader: KeyPair; readonly helper: KeyPair };
}

const VERIFY_KEY = new Uint8Array(32).fill(7);

/** @returns the contribution, or what an aggregator refuses the report for */
export async function openReport(
  crypto: Crypto,
  { manifest, dap, keys }: OpenedTask,
  bytes: Uint8Array,
): Promise<Contribution | { readonly error: SaidReportError }> {
  const { prepareLeader, prepareHelper } = preparer({ crypto });
  const prepare = (pair: KeyPair, { hpke }: Manifest["aggregators"]["leader"]) => ({
    id: dap.id,
    configuration: dap.encoded,
    verifyKey: VERIFY_KEY,
    version: dap.version.tag,
    keys: [{ id: fromBase64Url(hpke)[0] as number, pair }],
    // Whenever the test is run.
    latest: BigInt(manifest.window.end),
  });
  const leader = prepare(keys.leader, manifest.aggregators.leader);
  const [first] = await prepareLeader(leader, [bytes]);
  if (first === undefined || "error" in first) return first ?? { error: "invalid_message" };
  const { metadata, publicShare, helperShare } = Report.decode(bytes);
  const init = VerifyInit.encode({ metadata, publicShare, helperShare, payload: first.message });
  const [second] = await prepareHelper(prepare(keys.helper, manifest.aggregators.helper), [init]);
  if (second === undefined || "error" in second) return second ?? { error: "invalid_message" };
  const last = leaderFinisher(leader)(first.state, second.message);
  if ("error" in last) return last;
  const sum = sharedPrio3(manifest.vdaf).unshard([last.outputShare, second.outputShare], 1) as readonly bigint[];
  return { task: toBase64Url(dap.id), report: toBase64Url(metadata.reportId), ...told(manifest, sum.map(Number)) };
}

/** Of a single histogram: one column is 1, the last of them for nothing. */
function told({ encoder }: Manifest, vector: readonly number[]): Pick<Contribution, "isNull" | "range" | "group"> {
  const part = encoder.kind === "product" ? encoder.parts[0] : undefined;
  if (encoder.kind !== "product" || part?.kind !== "histogram") return fail("internal", "a test asks for histograms");
  const bins = part.edges.length - 1;
  const column = vector.indexOf(1);
  if (column === groupCount(encoder) * bins) return { isNull: true, range: undefined, group: undefined };
  const bin = column % bins;
  return {
    isNull: false,
    range: [part.edges[bin] as number, part.edges[bin + 1] as number],
    group: groupLabel(groupValues(encoder, Math.floor(column / bins))) ?? undefined,
  };
}
