// Reports on their way: taken, verified by both, added up in halves, noised by each, released once.
import { closeBatch, collectBatch, mechanismNoise } from "../../aggregate/collect.ts";
import { elementsOf } from "../../aggregate/elements.ts";
import { nextJob, prepareTaskOf, recordJob } from "../../aggregate/jobs.ts";
import { leaderFinisher, preparer } from "../../aggregate/prepare.ts";
import { respondToJob } from "../../aggregate/respond.ts";
import { answerShareRequest, openShare, shareRequest } from "../../aggregate/share.ts";
import { newUploads } from "../../aggregate/upload.ts";
import { fail } from "../../base/errors.ts";
import { VerifyInit } from "../../protocol/dap/aggregation.ts";
import { hpkeConfigOf } from "../../protocol/dap/hpke-config.ts";
import { Report, UploadErrors } from "../../protocol/dap/report.ts";
import { sharedPrio3 } from "../../protocol/vdaf/shared.ts";
import { settle } from "../../release/settle.ts";
import type { ReleaseBytes } from "../../task/stages.ts";
import type { Asked, Parties } from "./asking.ts";
import { jobAnswerFields, jobFields, type Message, shareFields, shareRequestFields } from "./messages.ts";
import { crypto, entropy, exchangeHeads, type Party } from "./party.ts";

const prepares = preparer({ crypto });
const nothing = () => undefined;

/** @returns why the coordinator does not take the report, if so */
export async function upload({ leader }: Parties, asked: Asked, report: Uint8Array): Promise<string | undefined> {
  const { errors } = await newUploads(crypto, leader.store).accept(asked.leader, report, asked.now);
  const [refused] = UploadErrors.decode(errors);
  return refused === undefined ? undefined : `${refused.error}`;
}

/** Verifies what is pending, by both. */
export async function verifyAll(
  { leader, helper }: Parties,
  asked: Asked,
  tell: (message: Message) => void,
): Promise<void> {
  const [own, theirs] = [
    prepareTaskOf(asked.leader, leader.hpke, asked.now),
    prepareTaskOf(asked.helper, helper.hpke, asked.now),
  ];
  for (;;) {
    const taking = { most: 100, leave: 0, now: () => asked.now * 1000 };
    const job = await nextJob(crypto, leader.store, prepares, own, taking);
    if (job === undefined) return;
    tell({
      ...{
        from: "coordinator",
        to: "helper",
        name: "Verification request",
        bytes: job.request.length,
        fields: jobFields(job.request),
      },
      about:
        "The halves that phones sealed for the helper, unopened, and the coordinator's part of the check that each answer is in range.",
    });
    const response = await respondToJob(crypto, helper.store, prepares, theirs, job.request, {
      ...{ at: asked.now * 1000, verified: nothing },
      permit: async () => undefined,
    });
    tell({
      ...{
        from: "helper",
        to: "coordinator",
        name: "Verification answer",
        bytes: response.length,
        fields: jobAnswerFields(response),
      },
      about: "Which answers are in range: neither of the two has seen one. The others are in no sum.",
    });
    await recordJob(leader.store, own, job, response);
  }
}

/** @throws PacelineError invalid_batch_size for fewer reports than the manifest's minimum */
export async function collect(parties: Parties, asked: Asked, tell: (message: Message) => void): Promise<ReleaseBytes> {
  const { leader, helper } = parties;
  leader.ledger.checkBoth();
  helper.ledger.checkOwn();
  const parts = { noise: mechanismNoise(entropy), summing: prepares };
  const batch = await closeBatch(crypto, leader.store, asked.leader);
  const request = shareRequest(asked.leader, batch);
  tell({
    ...{
      from: "coordinator",
      to: "helper",
      name: "Request for the helper's sum",
      bytes: request.length,
      fields: shareRequestFields(request),
    },
    about: "Both hold the same reports: the helper is asked for its half of their sum.",
  });
  const collector = hpkeConfigOf(leader.hpke.id, leader.hpke.pair.public);
  const answer = await answerShareRequest(crypto, helper.store, asked.helper, parts, collector, request, {
    written: nothing,
  });
  tell({
    ...{
      from: "helper",
      to: "coordinator",
      name: "The helper's sum",
      bytes: answer.length,
      fields: shareFields(answer),
    },
    about:
      "The helper's half with the helper's own noise in it, drawn once and stored: asked again, it sends the same bytes.",
  });
  const theirs = await openShare(crypto, asked.leader, leader.hpke, answer);
  const own = await collectBatch(crypto, leader.store, asked.leader, parts, { agreed: nothing, written: nothing });
  await exchangeHeads(leader, helper);
  const field = elementsOf(asked.manifest.vdaf);
  const shares = { leader: field.decode(own.noisedShare), helper: field.decode(theirs), modulus: field.modulus };
  return await leader.store.transaction(async (rows) => {
    const query = (await rows.query(asked.hash)) ?? fail("internal", "the question was reserved");
    return await settle(rows, crypto, query, shares, asked.now);
  });
}

/** Who holds both secret keys opens both halves of one report: what no single party can. @returns the sum of the halves */
export async function openBoth(
  leader: Party,
  helper: Party,
  asked: Asked,
  report: Uint8Array,
): Promise<readonly bigint[]> {
  const own = prepareTaskOf(asked.leader, leader.hpke, asked.now);
  const [first] = await prepares.prepareLeader(own, [report]);
  if (first === undefined || "error" in first) return fail("internal", "the report is an honest one");
  const { metadata, publicShare, helperShare } = Report.decode(report);
  const init = VerifyInit.encode({ metadata, publicShare, helperShare, payload: first.message });
  const [second] = await prepares.prepareHelper(prepareTaskOf(asked.helper, helper.hpke, asked.now), [init]);
  if (second === undefined || "error" in second) return fail("internal", "the report is an honest one");
  const last = leaderFinisher(own)(first.state, second.message);
  if ("error" in last) return fail("internal", "the report is an honest one");
  return sharedPrio3(asked.manifest.vdaf).unshard([last.outputShare, second.outputShare], 1) as readonly bigint[];
}
