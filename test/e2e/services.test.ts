// One service away, many callers at once, a service that is told to end, and what lies in the files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import type { Member } from "../../src/records/types.ts";
import { newPair, type Pair, startPair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, question, someMembers, syncAll, truthOf } from "./members.ts";

const unavailable = expect.objectContaining({ code: "unavailable" });
const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

test.concurrent("a helper that is away when asked, when reports come and when collecting costs nothing but time", async (context) => {
  const pair = await newPair(context);
  await pair.start("coordinator");
  await expect(ask(pair)).rejects.toThrow(unavailable);
  expect(readDurable(pair, "coordinator")).toMatchObject({ events: [], queries: [], tasks: [] });
  const register = await call(pair.coordinator, coordinatorRoutes.tasks);
  expect(register.tasks).toEqual([]);
  await pair.start("helper");
  const { task } = await ask(pair);
  const devices = await newDevices(pair);
  await pair.stop("helper");
  expect(await syncAll(devices.clients)).toEqual({ sent: 14 });
  await expect(collect(pair, task)).rejects.toThrow(unavailable);
  await expect(collect(pair, task)).rejects.toThrow(unavailable);
  expectLedgersToHold(pair);
  const { reports, batches } = readDurable(pair, "coordinator");
  expect((reports.pending ?? 0) + (reports.aggregating ?? 0)).toBe(14);
  expect(batches).toEqual([]);
  // Not collected, so still open to others.
  const more = await newDevices(pair, { members: someMembers(17).slice(14) });
  expect(await syncAll(more.clients)).toEqual({ sent: 3 });
  await pair.start("helper");
  const release = openRelease(await collect(pair, task));
  expect(release.values).toEqual(truthOf(release, someMembers(17)));
  expect(readDurable(pair, "helper").events).toHaveLength(1);
  expectLedgersToHold(pair);
});

test.concurrent("32 who ask and 32 who collect at once, while reports still come: one debit, one release", async (context) => {
  const pair = await startPair(context);
  const asked = await times(32, () => ask(pair));
  const task = asked[0]?.task ?? "";
  for (const answer of asked) expect(answer).toMatchObject({ task, state: "published" });
  const devices = await newDevices(pair);
  await syncAll(devices.clients);
  const tardy = await newDevices(pair, { members: someMembers(22).slice(14) });
  const [releases, late] = await Promise.all([
    times(32, () => collect(pair, task)),
    Promise.all(tardy.clients.map((client) => client.sync())),
  ]);
  expect(new Set(releases).size).toBe(1);
  // Who was told that the report is taken was counted, and nobody else.
  const counted = tardy.members.filter((_, i) => late[i]?.[0]?.outcome === "sent");
  const release = openRelease(releases[0] ?? "");
  expect(release.values).toEqual(truthOf(release, [...devices.members, ...counted]));
  expect([pair.draws("coordinator"), pair.draws("helper")]).toEqual([1, 1]);
  expect(readDurable(pair, "coordinator")).toMatchObject({ events: [{}], tasks: [task], leaves: 1 });
  expect(readDurable(pair, "helper")).toMatchObject({ events: [{}], tasks: [task] });
  expectLedgersToHold(pair);
});

test.concurrent("questions at once beyond the budget: what is granted fits the cap on both sides", async (context) => {
  const pair = await startPair(context);
  const questions = Array.from({ length: 12 }, (_, i) => ({ ...question, daysMin: i + 1 }));
  const settled = await Promise.allSettled(questions.map((question) => ask(pair, question)));
  const granted = settled.filter((one) => one.status === "fulfilled").length;
  for (const one of settled) if (one.status === "rejected") expect(one.reason.code).toBe("budget_exhausted");
  expect(granted).toBeGreaterThan(0);
  expect(granted).toBeLessThan(12);
  const { events, budgets } = readDurable(pair, "coordinator");
  expect(events).toHaveLength(granted);
  // Not one more would have fitted.
  const cost = events[0]?.rho ?? 0n;
  expect(budgets.some(({ cap, spent }) => cap - spent < cost)).toBe(true);
  expectLedgersToHold(pair);
});

test.concurrent("SIGTERM in the midst of uploads ends with 0 and forgets no report it took", async (context) => {
  const pair = await startPair(context);
  const { task } = await ask(pair);
  let answers = 0;
  let ended: ReturnType<Pair["stop"]> | undefined;
  const members = someMembers(40);
  const devices = await newDevices(pair, {
    members,
    onAnswer: () => {
      answers += 1;
      if (answers === 8) ended = pair.stop("coordinator");
    },
  });
  const results = await Promise.allSettled(devices.clients.map((client) => client.sync()));
  expect(await ended).toEqual({ code: 0, signal: null });
  const sent = results.filter((one) => one.status === "fulfilled" && one.value[0]?.outcome === "sent").length;
  expect(sent).toBeGreaterThanOrEqual(8);
  const { reports } = readDurable(pair, "coordinator");
  const stored = Object.values(reports).reduce((sum, count) => sum + count, 0);
  expect(stored).toBeGreaterThanOrEqual(sent);
  await pair.start("coordinator");
  await syncAll(devices.clients);
  const release = openRelease(await collect(pair, task));
  expect(release.values).toEqual(truthOf(release, members));
});

/** Every member's days with values that occur nowhere else, and what they look like in a file. */
function plant(members: readonly Member[]) {
  const needles: Buffer[] = [];
  const planted = members.map((member, m) => {
    needles.push(Buffer.from(member.id));
    const days = member.days.map((day, d) => {
      const rhr = 60 + (m * 100 + d + 0.5) * 1.234567e-4;
      const little = Buffer.alloc(8);
      little.writeDoubleLE(rhr);
      needles.push(little, Buffer.from(little).reverse(), Buffer.from(`${rhr}`));
      return { ...day, values: { ...day.values, rhr } };
    });
    return { ...member, days };
  });
  return { planted, needles };
}

test.concurrent("no file of the services holds a member's value or name, at any time", async (context) => {
  const pair = await startPair(context, { noise: "exact" });
  const { planted, needles } = plant(someMembers(14));
  expect(Math.min(...needles.map((needle) => needle.length))).toBeGreaterThanOrEqual(8);
  const found = (haystack: Buffer) => needles.filter((needle) => haystack.includes(needle)).length;
  expect(found(Buffer.concat([Buffer.from("a row: "), ...needles.slice(0, 3)]))).toBe(3);
  const search = () => {
    const names = readdirSync(pair.folder);
    expect(names).toEqual(expect.arrayContaining(["coordinator.sqlite", "coordinator.sqlite-wal", "helper.sqlite"]));
    for (const name of names) expect([name, found(readFileSync(join(pair.folder, name)))]).toEqual([name, 0]);
  };
  const { task } = await ask(pair);
  const devices = await newDevices(pair, { members: planted });
  await syncAll(devices.clients);
  expect(readDurable(pair, "coordinator").reports).not.toEqual({});
  search();
  await collect(pair, task);
  search();
  await Promise.all([pair.stop("coordinator"), pair.stop("helper")]);
  for (const role of ["coordinator", "helper"] as const) expect(found(readFileSync(pair.database(role)))).toBe(0);
});
