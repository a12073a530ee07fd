import { describe, expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { newRegister, PAGE_BYTES_MAX } from "../../src/coordinator/register.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { QueryRow } from "../../src/release/store.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { query } from "../storage/row-samples.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { smallQuestion } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";

const START = 1_770_000_000_000;
const get = (cluster: ReturnType<typeof newCluster>, headers: Record<string, string> = {}) =>
  cluster.transport.send({ method: "GET", url: `${urls.coordinator}/v1/tasks`, headers });

describe("only tasks that take reports are listed", () => {
  test("none before it opens or once it is closed: an hour, after the minute that the helper had to sign", async () => {
    let now = START;
    const cluster = newCluster({ clock: { now: () => now } });
    await cluster.coordinator.ask(smallQuestion);
    const listed: number[] = [];
    for (const at of [START - 1000, START, START + 3_659_999, START + 3_660_000]) {
      now = at;
      listed.push((await cluster.coordinator.tasks()).length);
    }
    expect(listed).toEqual([0, 1, 1, 0]);
  });

  test("none while it is collected, nor when the helper gave its share and the leader's batch is missing", async () => {
    const listed: number[] = [];
    const cluster: ReturnType<typeof newCluster> = newCluster({
      noise: noNoise,
      passing: (point) => {
        if (point === "coordinator:share-received") fail("unavailable", "crashed here");
      },
    });
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, 80]);
    expect(await cluster.coordinator.tasks()).toHaveLength(1);
    const collecting = cluster.coordinator.collect(round.id);
    // The task is closing as soon as it is found.
    await cluster.coordinatorStore.transaction(async () => undefined);
    listed.push((await cluster.coordinator.tasks()).length);
    await expect(collecting).rejects.toMatchObject({ code: "unavailable" });
    listed.push((await cluster.coordinator.tasks()).length);
    expect(listed).toEqual([0, 0]);
  });
});

interface Page {
  readonly tasks: readonly { readonly manifest: string }[];
  readonly next: string;
}
const manifests = (page: Page) => page.tasks.map(({ manifest }) => manifest);

describe("asking for the register", () => {
  /** A register over rows that a test puts, and how often it read an envelope. */
  function register() {
    const store = memoryDatabase();
    const read: string[] = [];
    const inner = newRegister(
      {
        ...store,
        transaction: () => Promise.reject(new Error("a writing transaction")),
        read: (work) =>
          store.read((rows) =>
            work({
              ...rows,
              queryOfTask: (task) => {
                read.push("envelope");
                return rows.queryOfTask(task);
              },
            }),
          ),
      },
      nodeCrypto,
    );
    const put = (n: number, manifest: string, change: Partial<QueryRow> = {}) =>
      store.transaction((rows) => {
        const task = new Uint8Array(32).fill(n);
        const envelope = JSON.stringify({ manifest });
        return rows.putQuery(query({ hash: `h${n}`, task, state: "published", envelope, ...change }));
      });
    const page = async (after?: string, now = 100, closing: ReadonlySet<string> = new Set()) => {
      const { body, etag } = await inner.page(now, closing, after);
      return { ...(JSON.parse(body) as Page), etag, bytes: body.length };
    };
    return { ...inner, put, page, read };
  }

  test("opens no transaction that writes, and reads each envelope once", async () => {
    const { put, page, open, read } = register();
    await put(1, "a");
    const first = await page();
    expect(manifests(first)).toEqual(["a"]);
    for (let i = 0; i < 10; i++) expect(await page()).toEqual(first);
    expect(await open(101, new Set())).toEqual([{ manifest: "a" }]);
    expect(read).toEqual(["envelope"]);
    expect(await open(200, new Set())).toEqual([]);
  });

  test("after a page, lists what appeared since: whatever the order in which it was asked", async () => {
    const { put, page } = register();
    await put(1, "first asked, last published", { state: "reserved", envelope: null });
    await put(2, "b");
    const one = await page();
    expect(manifests(one)).toEqual(["b"]);
    expect(await page(one.next)).toMatchObject({ tasks: [], next: one.next });
    await put(1, "first asked, last published");
    const two = await page(one.next);
    expect(manifests(two)).toEqual(["first asked, last published"]);
    expect(manifests(await page(two.next))).toEqual([]);
  });

  test("a task that was hidden while it was collected comes again to who had passed it", async () => {
    const { put, page } = register();
    await put(1, "a");
    await put(2, "b");
    const hidden = new Set(["01".repeat(32)]);
    const during = await page(undefined, 100, hidden);
    expect(manifests(during)).toEqual(["b"]);
    expect(manifests(await page(during.next))).toEqual(["a"]);
  });

  test("a cursor that is none of this register's asks from the start", async () => {
    const { put, page } = register();
    await put(1, "a");
    const { next } = await page();
    const [name, place] = next.split(".");
    const wrong = ["", "x", ".", `${name}.`, `${name}.-1`, `${name}.1e0`, `${name}.${Number(place) + 1}`, `x.${place}`];
    for (const cursor of [...wrong, `${name}.${"9".repeat(400)}`]) expect(manifests(await page(cursor))).toEqual(["a"]);
  });

  test("pages hold at most a mebibyte, and every task is on one", async () => {
    const { put, page } = register();
    for (let n = 1; n <= 9; n++) await put(n, "é".repeat(n === 4 ? 500_000 : 120_000));
    let [after, seen, pages] = [undefined as string | undefined, 0, 0];
    for (;;) {
      const { tasks, next } = await page(after);
      if (tasks.length === 0) break;
      expect(new TextEncoder().encode(JSON.stringify({ tasks, next })).length).toBeLessThanOrEqual(PAGE_BYTES_MAX);
      [after, seen, pages] = [next, seen + tasks.length, pages + 1];
    }
    expect([seen, pages]).toEqual([9, 4]);
  });

  test("over HTTP, answers with what there is now", async () => {
    const cluster = newCluster();
    const bodies: string[] = [];
    for (const spec of [undefined, smallQuestion, undefined, { ...smallQuestion, privacy: { epsilon: "0.5" } }]) {
      if (spec !== undefined) await cluster.coordinator.ask(spec);
      const { status, headers, body } = await get(cluster);
      expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
      expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ tasks: await cluster.coordinator.tasks() });
      bodies.push(Buffer.from(body).toString());
    }
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ tasks: [], next: expect.any(String) });
    expect(bodies[1]).toBe(bodies[2]);
    expect(new Set(bodies).size).toBe(3);
  });

  test("over HTTP, may be kept by what is between, and is not sent to who has it", async () => {
    const cluster = newCluster();
    const { headers, body } = await get(cluster);
    expect(headers["cache-control"]).toBe("public, max-age=30");
    const again = (held: string) => get(cluster, { "if-none-match": held });
    const etag = headers.etag ?? "";
    for (const held of [etag, `W/${etag}`, `"x", ${etag}`]) {
      const answer = await again(held);
      expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await again('"other"')).body).toEqual(body);
    await cluster.coordinator.ask(smallQuestion);
    expect((await again(etag)).status).toBe(200);
  });
});
