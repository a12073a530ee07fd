// What each stage could cost at the least: its cryptography, or its rows, by themselves, on the very same reports.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PrepareTask } from "../../src/aggregate/prepare.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { dap18 } from "../../src/protocol/dap/version.ts";
import { open, seal } from "../../src/protocol/hpke/hpke.ts";
import { helperRespond, leaderFinish, leaderInit } from "../../src/protocol/vdaf/ping-pong.ts";
import { sharedPrio3 } from "../../src/protocol/vdaf/shared.ts";
import type { Contribution } from "../../src/task/stages.ts";
import type { Setting } from "./setting.ts";

const roles = ["leader", "helper"] as const;

/** Shares, proves, and seals twice: nothing is encoded. */
export function deviceFloor({ leader, prepares }: Setting) {
  const prio3 = sharedPrio3(leader.manifest.vdaf, nodeWasm);
  const { id, configuration } = leader.dap;
  const context = dap18.vdafContext(id);
  const metadata = { reportId: nodeEntropy.bytes(16), time: 0n, publicExtensions: [] };
  const publicShare = new Uint8Array(prio3.sizes.publicShare);
  const aad = InputShareAad.encode({ taskId: id, task: configuration, metadata, publicShare });
  const shard = ({ vector }: Contribution) =>
    prio3.shard(context, vector.indexOf(1) as never, nodeEntropy.bytes(16), nodeEntropy.bytes(prio3.randLength));
  return {
    shard,
    async whole(contribution: Contribution) {
      const { inputShares } = shard(contribution);
      for (const [i, role] of roles.entries())
        await seal({
          crypto: nodeCrypto,
          recipient: pairOf(prepares[role]).public,
          info: dap18.inputShareInfo(role),
          aad,
          plaintext: inputShares[i] as Uint8Array,
        });
    },
  };
}

function pairOf({ keys: [key] }: PrepareTask) {
  if (key === undefined) throw new Error("an aggregator has a key");
  return key.pair;
}

/** Opens both shares and verifies the report: nothing else is decoded, and nothing is written. */
export function verifyFloor({ leader, prepares }: Setting) {
  const prio3 = sharedPrio3(leader.manifest.vdaf, nodeWasm);
  const { id, configuration } = leader.dap;
  const ctx = dap18.vdafContext(id);
  const { verifyKey } = prepares.leader;
  return (bytes: Uint8Array) => {
    const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
    const aad = InputShareAad.encode({ taskId: id, task: configuration, metadata, publicShare });
    const sealed = { leader: leaderShare, helper: helperShare };
    return async () => {
      const inputs: Uint8Array[] = [];
      for (const role of roles) {
        const { enc, payload: ciphertext } = sealed[role];
        const info = dap18.inputShareInfo(role);
        const recipient = pairOf(prepares[role]);
        const plaintext = await open({ crypto: nodeCrypto, recipient, info, aad, enc, ciphertext });
        inputs.push(PlaintextInputShare.decode(plaintext).payload);
      }
      const common = { verifyKey, ctx, nonce: metadata.reportId, publicShare };
      const { state, message } = leaderInit(prio3, { ...common, inputShare: inputs[0] as Uint8Array });
      const answer = helperRespond(prio3, { ...common, inputShare: inputs[1] as Uint8Array }, message);
      leaderFinish(prio3, state, answer.message);
    };
  };
}

/** Keeps reports in one table without a rule, as many in a transaction as the leader writes together. */
export function storeFloor({ folder }: Setting) {
  const db = new DatabaseSync(join(folder, "floor.sqlite"));
  db.exec("pragma page_size=8192; pragma journal_mode=wal; pragma synchronous=full");
  db.exec("create table report (id blob primary key, upload blob) strict");
  const add = db.prepare("insert into report values (?, ?)");
  return {
    write(reports: readonly Uint8Array[]) {
      db.exec("begin immediate");
      for (const report of reports) add.run(report.subarray(0, 16), report);
      db.exec("commit");
    },
    close: () => db.close(),
  };
}
