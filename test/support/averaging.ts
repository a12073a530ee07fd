// The averaging attack against both services: as many askings as wanted, before and after the answer.
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { population } from "../../src/simulate/index.ts";
import { newCluster } from "./cluster.ts";
import { lastDay } from "./questions.ts";
import { spellings } from "./spellings.ts";

export interface Averaged {
  /** Different ones. */
  readonly tasks: number;
  readonly answers: number;
  /** At the coordinator and at the helper. */
  readonly debits: readonly [number, number];
  readonly leaves: number;
}

export async function averagingAttack(repeats: number): Promise<Averaged> {
  const cluster = newCluster();
  const { coordinator } = cluster;
  const spelling = (i: number) => spellings[i % spellings.length];
  const { task } = await coordinator.ask(spelling(0));
  for (const member of population({ seed: "averaging", members: 5, lastDay })) {
    const client = cluster.client(member);
    await client.consent.grant("service-improvement");
    await client.sync();
  }
  const tasks = new Set([task]);
  const answers = new Set<string>();
  for (let i = 0; i < repeats; i++) {
    const asked = await coordinator.ask(spelling(i));
    tasks.add(asked.task);
    // The first half asks while the answer is not there yet.
    if (2 * i >= repeats) answers.add(toBase64Url(await coordinator.collect(fromBase64Url(asked.task))));
  }
  const debitsOf = (store: typeof cluster.helperStore) =>
    store.transaction(async (rows) => (await rows.events()).filter(({ kind }) => kind === "debit").length);
  return {
    tasks: tasks.size,
    answers: answers.size,
    debits: [await debitsOf(cluster.coordinatorStore), await debitsOf(cluster.helperStore)],
    leaves: await cluster.coordinatorStore.transaction((rows) => rows.leafCount()),
  };
}
