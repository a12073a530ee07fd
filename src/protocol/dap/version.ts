// What changes from one draft of DAP to the next although the messages stay: the tag in every derivation.
import { concat, utf8 } from "../../base/bytes.ts";
import { roles } from "./writing.ts";

export type Aggregator = "leader" | "helper";

export type DapTag = "dap-18" | "dap-19";

/** A task names its version; code takes one of these and never spells the tag itself. */
export interface DapVersion {
  readonly tag: DapTag;
  /** HPKE `info` of an input share sealed by a client (section 4.4.2). */
  inputShareInfo(recipient: Aggregator): Uint8Array;
  /** HPKE `info` of an aggregate share sealed for the collector (section 4.6.6). */
  aggregateShareInfo(sender: Aggregator): Uint8Array;
  /** The VDAF application context (section 4.1). */
  vdafContext(taskId: Uint8Array): Uint8Array;
}

function dapVersion(tag: DapTag): DapVersion {
  const bytes = utf8(tag);
  const info = (what: string, sender: number, recipient: number) =>
    concat(bytes, utf8(what), Uint8Array.of(sender, recipient));
  return {
    tag,
    inputShareInfo: (recipient) => info(" input share", roles.client, roles[recipient]),
    aggregateShareInfo: (sender) => info(" aggregate share", roles[sender], roles.collector),
    vdafContext: (taskId) => concat(bytes, taskId),
  };
}

/** draft-ietf-ppm-dap-18 with VDAF wire version 18 (VDAF drafts 18 to 20). */
export const dap18: DapVersion = /* @__PURE__ */ dapVersion("dap-18");
/** draft-ietf-ppm-dap-19: the tag, and several verification keys a task. */
export const dap19: DapVersion = /* @__PURE__ */ dapVersion("dap-19");

/** Tags cross threads and lie in databases; what belongs to them does not. */
export function dapVersionOf(tag: DapTag): DapVersion {
  return tag === "dap-18" ? dap18 : dap19;
}
