// A share that was given out is in the mark before anybody has it: also where the service died between the two, and is asked again.
import { expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { MarkFile } from "../../src/ports/mark-file.ts";
import { aggregatorToken, pairUrls } from "../support/plain-pair.ts";
import { hour, nothing, standing, wide } from "../support/plain-standing.ts";

/** A mark in memory that counts how often it was written. */
function counted() {
  let bytes: Uint8Array | undefined;
  const mark = {
    writes: 0,
    read: async () => bytes,
    replace: async (next: Uint8Array) => {
      bytes = next;
      mark.writes++;
    },
  };
  return mark satisfies MarkFile;
}

test("a helper that died before it wrote its mark writes it before the share is read", async () => {
  const marks = { leader: counted(), helper: counted() };
  let deaths = 0;
  const { pair, client, collector, name } = await standing({
    marks,
    passing: (point) => {
      if (point === "plain:share-written" && deaths++ === 0) throw new Error("killed");
    },
  });
  await pair.leader.open();
  await pair.helper.open();
  const reports = await Promise.all([1, 0, 1].map((one) => client.report(one, hour)));
  expect(await client.upload(...reports)).toEqual(new Map());
  await collector.start(wide);
  await pair.leader.work().catch(() => undefined);
  expect(deaths).toBe(1);
  const before = marks.helper.writes;
  const asking = pair.traffic.find(({ url }) => url.includes("/aggregate_shares"));
  const id = await nodeCrypto.sha256(asking?.body ?? nothing);
  const asked = `${pairUrls.helper}/tasks/${name}/aggregate_shares/${toBase64Url(id)}`;
  const headers = { authorization: `Bearer ${aggregatorToken}` };
  expect((await pair.transport.send({ method: "GET", url: asked, headers })).status).toBe(200);
  expect(marks.helper.writes).toBe(before + 1);
  expect((await pair.transport.send({ method: "GET", url: asked, headers })).status).toBe(200);
  expect(marks.helper.writes).toBe(before + 1);
});
