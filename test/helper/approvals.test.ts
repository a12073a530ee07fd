// A helper whose operator approves by hand: nothing is reserved or signed until then, whatever the leader does.
import { expect, test } from "vitest";
import type { ExplainedQuestion } from "../../src/api/analyst.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes, helperRoutes } from "../../src/api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { printExplanation } from "../../src/cli/analyst/explanation.ts";
import { newTerminal } from "../../src/cli/terminal.ts";
import {
  analystToken,
  type Cluster,
  leaderToken,
  newCluster,
  noNoise,
  operatorTokens,
  urls,
} from "../support/cluster.ts";
import { manifestBytes, nowSeconds, smallQuestion } from "../support/questions.ts";

const DAY = 86_400;
const policy = { approval: "manual" } as const;

function setting() {
  let seconds = nowSeconds;
  const cluster = newCluster({ noise: noNoise, policy, clock: { now: () => 1000 * seconds } });
  const { transport } = cluster;
  const operator = { transport, url: urls.helper, token: operatorTokens.helper };
  const ask = (question: object = smallQuestion) =>
    call({ transport, url: urls.coordinator, token: analystToken }, coordinatorRoutes.ask, { body: question });
  const waiting = async () => (await call(operator, helperRoutes.operatorTasks)).tasks;
  const decide = (task: string, approve: boolean, reason: string | null = null) =>
    call(operator, helperRoutes.decide, { parameters: { task }, body: { approve, reason } });
  const pass = (more: number) => {
    seconds += more;
  };
  return { cluster, operator, ask, waiting, decide, pass };
}

/** What either party has spent or written down. */
async function spent({ coordinatorStore, helperStore }: Cluster) {
  const events = [
    ...(await coordinatorStore.read((rows) => rows.events())),
    ...(await helperStore.read((rows) => rows.events())),
  ];
  return [events.length, (await coordinatorStore.read((rows) => rows.queriesBefore(undefined, 9))).length];
}

test("explaining says whether the operator has to approve, and what has become of it; nothing waits for it", async () => {
  const { cluster, ask, waiting, decide } = setting();
  const analyst = { transport: cluster.transport, url: urls.coordinator, token: analystToken };
  const explained = async () =>
    (await call(analyst, coordinatorRoutes.explain, { body: smallQuestion })) as ExplainedQuestion;
  const shown = async () => {
    const lines: string[] = [];
    const terminal = { ...newTerminal(true), line: (text: string) => void lines.push(text) };
    printExplanation(terminal, await explained());
    return lines.join("\n");
  };
  expect([(await explained()).approval, (await waiting()).length]).toEqual(["needed", 0]);
  expect(await shown()).toContain("the helper's operator approves it by hand");
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  expect((await explained()).approval).toBe("waiting");
  expect(await shown()).toContain("has not decided yet");
  const id = (await waiting())[0]?.id ?? "";
  await decide(id, false);
  expect(await explained()).toMatchObject({ approval: "refused", blocked: { code: "policy_refused" } });
  await decide(id, true);
  expect((await explained()).approval).toBe("approved");
  await ask();
  expect(await explained()).toMatchObject({ approval: null, asked: { state: "published" } });
  const free = newCluster({ noise: noNoise });
  const none = await call({ ...analyst, transport: free.transport }, coordinatorRoutes.explain, {
    body: smallQuestion,
  });
  expect((none as ExplainedQuestion).approval).toBe("none");
});

test("a question waits, as often as it is asked, with nothing reserved; approved, it is one task", async () => {
  const { cluster, ask, waiting, decide, pass } = setting();
  for (let i = 0; i < 3; i++) {
    await expect(ask()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("operator") });
    pass(DAY / 4);
  }
  expect(await spent(cluster)).toEqual([0, 0]);
  const [one, ...others] = await waiting();
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    state: "waiting",
    title: smallQuestion.title,
    metrics: ["rhr"],
    minCohort: 5,
    opens: null,
  });
  await decide(one?.id ?? "", true);
  expect((await waiting())[0]?.state).toBe("approved");
  const asked = await ask();
  expect(asked.state).toBe("published");
  expect(await ask()).toEqual(asked);
  expect(await waiting()).toEqual([expect.objectContaining({ id: asked.task, state: "open" })]);
  await expect(decide(one?.id ?? "", false)).rejects.toMatchObject({ code: "conflict" });
  // Another question is another decision.
  await expect(ask({ ...smallQuestion, minCohort: 7 })).rejects.toMatchObject({ code: "conflict" });
});

test("refused, it is refused to everyone who asks, with the reason, until the operator thinks again", async () => {
  const { cluster, ask, waiting, decide } = setting();
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  const [one] = await waiting();
  await decide(one?.id ?? "", false, "not this week");
  const said = { code: "policy_refused", message: expect.stringContaining("not this week") };
  await expect(ask()).rejects.toMatchObject(said);
  expect(await spent(cluster)).toEqual([0, 0]);
  await decide(one?.id ?? "", true);
  expect((await ask()).state).toBe("published");
});

test("a leader that asks for a signature at once, or for a second task by one approval, gets none", async () => {
  const { cluster, ask, waiting, decide, pass } = setting();
  const { transport } = cluster;
  const leader = { transport, url: urls.helper, token: leaderToken };
  // The coordinator's own manifest, caught on its way to the helper.
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  const sent = cluster.traffic.findLast(({ url }) => url.endsWith("/v1/manifests/approval"));
  const body = JSON.parse(new TextDecoder().decode(sent?.request)) as { manifest: string };
  await cluster.coordinator.recover();
  await expect(call(leader, helperRoutes.sign, { body })).rejects.toMatchObject({ code: "conflict" });
  for (const token of [leaderToken, analystToken, "other"]) {
    const parameters = { task: (await waiting())[0]?.id ?? "" };
    const stranger = call({ transport, url: urls.helper, token }, helperRoutes.decide, {
      parameters,
      body: { approve: true, reason: null },
    });
    await expect(stranger).rejects.toMatchObject({ code: "unauthorized" });
  }
  await decide((await waiting())[0]?.id ?? "", true);
  const first = await call(leader, helperRoutes.sign, { body });
  expect(await call(leader, helperRoutes.sign, { body })).toEqual(first);
  pass(1);
  const text = new TextDecoder().decode(fromBase64Url(body.manifest));
  const later = text.replaceAll(
    /"(opens|closes)":(\d+)/g,
    (_, name: string, at: string) => `"${name}":${Number(at) + 1}`,
  );
  const second = { manifest: toBase64Url(new TextEncoder().encode(later)) };
  await expect(call(leader, helperRoutes.sign, { body: second })).rejects.toMatchObject({ code: "policy_refused" });
});

test("an approval that no task came of is good for another, and not for ever", async () => {
  const { cluster, ask, waiting, decide } = setting();
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  await decide((await waiting())[0]?.id ?? "", true);
  const { task } = await ask();
  // No device could see it, as if the coordinator had died before it published: the helper releases it.
  const leader = { transport: cluster.transport, url: urls.helper, token: leaderToken };
  expect(await call(leader, helperRoutes.release, { body: { task } })).toEqual({ released: true });
  const [again] = await waiting();
  expect(again).toMatchObject({ state: "approved" });
  const approvals = () => cluster.helperStore.read((rows) => rows.approvals());
  expect((await approvals())[0]?.task).toBeNull();
});

test("an approval lapses after a week: the same question waits again", async () => {
  const { cluster, ask, waiting, decide, pass } = setting();
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  await decide((await waiting())[0]?.id ?? "", true);
  pass(7 * DAY + 1);
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  expect(await waiting()).toEqual([expect.objectContaining({ state: "waiting" })]);
  expect(await spent(cluster)).toEqual([0, 0]);
});

test("what the policy refuses waits for nobody, and only so many wait", async () => {
  const { cluster, waiting } = setting();
  const leader = { transport: cluster.transport, url: urls.helper, token: leaderToken };
  const ask = () =>
    call({ transport: cluster.transport, url: urls.coordinator, token: analystToken }, coordinatorRoutes.ask, {
      body: smallQuestion,
    });
  // The two have compared their ledgers, and this question waits.
  await expect(ask()).rejects.toMatchObject({ code: "conflict" });
  const foreign = { manifest: toBase64Url(manifestBytes()) };
  await expect(call(leader, helperRoutes.approval, { body: foreign })).rejects.toMatchObject({
    code: "policy_refused",
  });
  expect(await waiting()).toHaveLength(1);
  const row = (i: number) => ({
    ...{ key: new Uint8Array(32).fill(i + 1), manifest: new Uint8Array(0), state: "waiting" as const },
    ...{ asked: 1000 * nowSeconds, decided: null, reason: null, task: null },
  });
  await cluster.helperStore.transaction(async (rows) => {
    for (let i = 0; i < 64; i++) await rows.putApproval(row(i));
  });
  await cluster.helperStore.transaction(async (rows) => {
    for (const one of await rows.approvals()) if (one.manifest.length > 0) await rows.dropApproval(one.key);
  });
  await expect(ask()).rejects.toMatchObject({ code: "policy_refused", message: expect.stringContaining("64") });
});
