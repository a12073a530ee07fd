// A helper whose answer to a request for its share is none, and that is mended later: the batch is not lost over it.
import { expect, test } from "vitest";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { AggregateShare } from "../../src/protocol/dap/collection.ts";
import { ofJobs } from "../support/between.ts";
import { workOf } from "../support/plain-pair.ts";
import { hour, nothing, standing, wide } from "../support/plain-standing.ts";

const share = (change: (right: ReturnType<typeof AggregateShare.decode>) => object) => (right: TransportResponse) => {
  const sealed = AggregateShare.decode(right.body);
  return { ...right, body: AggregateShare.encode({ ...sealed, ...change(sealed) }) };
};
const wrong: Readonly<Record<string, (right: TransportResponse) => TransportResponse>> = {
  "that does not decode": (right) => ({ ...right, body: Uint8Array.of(1, 2, 3) }),
  "of another type": (right) => ({ ...right, headers: { "content-type": "text/html" } }),
  "that is not there, and nowhere else": (right) => ({ ...right, headers: {}, body: nothing }),
  "for another key": share(({ configId }) => ({ configId: configId ^ 1 })),
  "that is too short": share(({ payload }) => ({ payload: payload.subarray(1) })),
  "that is too long": share(({ payload }) => ({ payload: new Uint8Array(payload.length + 8) })),
  "with another suite's encapsulation": share(() => ({ enc: new Uint8Array(65) })),
};

test.each(Object.entries(wrong))("a share %s leaves the collection open; mended, it is answered", async (_, change) => {
  let broken = true;
  const right: Uint8Array[] = [];
  const { pair, client, collector } = await standing({
    between: (send) => async (request) => {
      const response = await send(request);
      if (!ofJobs("aggregate_shares")(request)) return response;
      right.push(response.body);
      return broken ? change(response) : response;
    },
  });
  for (const bit of [1, 0, 1]) await client.upload(await client.report(bit, hour));
  const job = await collector.start(wide);
  for (let i = 0; i < 2; i++) {
    await expect(pair.leader.work()).rejects.toMatchObject({ code: "verification_failed" });
    expect(await collector.poll(job)).toBeUndefined();
  }
  // What comes meanwhile is too late: the batch is what the helper was asked about.
  expect([...(await client.upload(await client.report(1, hour))).values()]).toEqual(["batch_collected"]);
  broken = false;
  await workOf(pair)();
  expect(await collector.poll(job)).toMatchObject({ count: 3n, result: 2n });
  // It gave its share once, the same bytes whenever it was asked.
  expect(right).toHaveLength(3);
  expect(new Set(right.map((bytes) => bytes.join())).size).toBe(1);
});

test("what a helper refuses by name stays refused", async () => {
  const { pair, client, collector } = await standing({
    between: (send) => async (request) => {
      if (!ofJobs("aggregate_shares")(request)) return await send(request);
      const body = new TextEncoder().encode('{"type":"urn:ietf:params:ppm:dap:error:batchMismatch","title":"no"}');
      return { status: 400, headers: { "content-type": "application/problem+json" }, body };
    },
  });
  for (const bit of [1, 0, 1]) await client.upload(await client.report(bit, hour));
  const job = await collector.start(wide);
  await pair.leader.work();
  await expect(collector.poll(job)).rejects.toMatchObject({ code: "batch_mismatch" });
});
