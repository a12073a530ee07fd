// A collection job that its collector deletes while the leader works on it: what was deleted stays so, and so does what came after it.
import { expect, test } from "vitest";
import { CollectionJobReq } from "../../src/protocol/dap/collection.ts";
import { collectorHeaders, collectorToken, workOf } from "../support/plain-pair.ts";
import { hour, interval, nothing, standing, wide } from "../support/plain-standing.ts";

/** A full batch, and something that happens once when the helper has given its share and the leader has not written it down. */
async function interleaved(configuration = {}, more = {}) {
  const meanwhile: (() => Promise<unknown>)[] = [];
  const here = await standing(
    {
      between: (send) => async (request) => {
        const response = await send(request);
        if (request.url.includes("/aggregate_shares")) await meanwhile.pop()?.();
        return response;
      },
    },
    configuration,
    more,
  );
  const { client } = here;
  await client.upload(...(await Promise.all([1, 1, 0].map((bit) => client.report(bit, hour)))));
  return { ...here, meanwhile };
}

test("where the leader chooses batches, the answer does not come back under the job's name", async () => {
  const { pair, client, collector, meanwhile } = await interleaved({ batchMode: "leader-selected" });
  const place = await collector.start({ mode: "leader-selected" });
  meanwhile.push(() => collector.remove(place));
  await workOf(pair)();
  expect(meanwhile).toEqual([]);
  await expect(collector.poll(place)).rejects.toThrow("the collection job was deleted");
  await workOf(pair)();
  await expect(collector.poll(place)).rejects.toThrow("the collection job was deleted");
  // The next request is another job, of the next batch.
  await client.upload(...(await Promise.all([1, 1, 1].map((bit) => client.report(bit, hour)))));
  const next = await collector.collect({ mode: "leader-selected" }, workOf(pair));
  expect(next).toMatchObject({ count: 3n, result: 3n });
});

test("of a time it is gone, and its batch stays collected", async () => {
  const { pair, collector, meanwhile } = await interleaved();
  const place = await collector.start(wide);
  meanwhile.push(() => collector.remove(place));
  await workOf(pair)();
  expect(meanwhile).toEqual([]);
  await expect(collector.poll(place)).rejects.toMatchObject({ code: "not_found" });
  await expect(collector.start(wide)).rejects.toMatchObject({ code: "batch_overlap" });
});

test("another job that was made under its name meanwhile is neither answered with it nor forgotten", async () => {
  const { pair, client, collector, meanwhile, ask } = await interleaved({}, { version: "dap-18-janus" });
  const place = await collector.start(wide);
  const query = { mode: "time-interval", interval: { start: interval.start - 50n, duration: 10n } } as const;
  const body = CollectionJobReq.encode({ query, aggregationParameter: nothing, extensions: [] });
  meanwhile.push(async () => {
    await collector.remove(place);
    expect((await ask(place, "collection-job-req", body, collectorToken, "PUT")).status).toBe(201);
  });
  await workOf(pair)();
  expect(meanwhile).toEqual([]);
  // Still waited for: its own batch is empty.
  expect(await collector.poll(place)).toBeUndefined();
  await client.upload(...(await Promise.all([1, 0, 0].map((bit) => client.report(bit, query.interval.start)))));
  await workOf(pair)();
  const { status } = await pair.transport.send({ method: "GET", url: place, headers: collectorHeaders });
  expect(status).toBe(200);
  // Of the other query: as the first one's answer it does not open.
  await expect(collector.poll(place)).rejects.toThrow();
});
