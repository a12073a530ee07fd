// What changes from one draft of DAP to the next although the messages stay: the tag in every derivation.
import { concat, utf8 } from "../../base/bytes.ts";
import { roles } from "./basics.ts";

export type Aggregator = "leader" | "helper";

/** A task names its version; code takes one of these and never spells the tag itself. */
export interface DapVersion {
  readonly tag: string;
  /** HPKE `info` of an input share sealed by a client (section 4.4.2). */
  inputShareInfo(recipient: Aggregator): Uint8Array;
  /** HPKE `info` of an aggregate share sealed for the collector (section 4.6.6). */
  aggregateShareInfo(sender: Aggregator): Uint8Array;
  /** The VDAF application context (section 4.1). */
  vdafContext(taskId: Uint8Array): Uint8Array;
}

function dapVersion(tag: string): DapVersion {
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
export const dap18: DapVersion = dapVersion("dap-18");
