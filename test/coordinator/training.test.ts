import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { completeTraining } from "../../src/learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { population } from "../../src/simulate/index.ts";
import { federatedWithoutPrivacy } from "../../src/simulate/training/index.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";
import { type Cluster, newCluster, noNoise } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";
import { tallies } from "../support/rounds.ts";

const members = population({ seed: "a class", members: 12, lastDay });
const draft = (change: Partial<TrainingDraft> = {}): TrainingDraft => ({
  ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 2, rhoPerRound: "0.03" }),
  cohort: { expected: members.length, least: 5, most: members.length },
  end: formatDay(lastDay),
  ...change,
});
const consenting = (cluster: Cluster, people = members) =>
  Promise.all(
    people.map(async (member) => {
      const client = cluster.client(member);
      await client.consent.grant("model-training");
      return client;
    }),
  );
const complete = (one: TrainingDraft) =>
  completeTraining(one, { crypto: nodeCrypto, operator: noOperator, run: new Uint8Array(16), today: lastDay + 1 });

describe("rounds through both services", () => {
  test.each([["additive"], ["verified"]] as const)(
    "%s: devices train, share and upload; what comes out is what one process makes of the same members",
    async (sharing) => {
      const cluster = newCluster({ noise: noNoise });
      const { trainings } = cluster.coordinator;
      const begun = await trainings.begin(draft({ sharing }));
      expect(begun).toMatchObject({ phase: "running", round: { number: 1, of: 2, attempts: 0 }, rounds: [] });
      const clients = await consenting(cluster);
      for (let round = 1; round <= 2; round++) {
        for (const client of clients) expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
        expect(await trainings.advanceAll()).toEqual([]);
      }
      const view = await trainings.one(begun.run);
      expect(view).toMatchObject({ phase: "ended", because: "all rounds are done", rhoSpent: "0.06" });
      expect(view.rounds).toHaveLength(2);
      const { accepted } = (await tallies(cluster, fromBase64Url(view.rounds[0]?.task ?? ""))).helper;
      expect(accepted).toBe(members.length);
      const model = decodeModel(await trainings.model(begun.run));
      const wanted = federatedWithoutPrivacy(await complete(draft({ sharing })), members, lastDay + 1, 2);
      // Rounding is drawn anew: within a few units of the scale.
      const step = 5 * Math.sqrt(members.length) * (sharing === "verified" ? 1.5 / 255 : 1e-6);
      model.weights.forEach((weight, i) => {
        expect(Math.abs(weight - (wanted[i] as number))).toBeLessThan(step);
      });
      expect(Math.hypot(...model.weights)).toBeGreaterThan(0.1);
    },
  );
});
