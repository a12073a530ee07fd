// A member's own file in, and their days out again; and what would leave, before it does.
import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { newCluster } from "../support/cluster.ts";
import { steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const own = { days: undefined, profile: undefined } as never;

describe("export and import", () => {
  test.each(["open-mhealth", "fhir"] as const)("%s: the same days on another device", async (format) => {
    const cluster = newCluster();
    const { client } = device(cluster, undefined, own);
    await client.record(steadyMember(62).days);
    const text = await client.export(format);
    const other = device(cluster, undefined, own);
    const seen: number[] = [];
    const { days, report } = await other.client.import(new File([text], "mine.json"), {
      onProgress: (bytes) => seen.push(bytes),
    });
    expect(days).toBe(steadyMember(62).days.length);
    expect(report).toMatchObject({ members: 1, skipped: [], files: [{ file: "mine.json", as: "paceline" }] });
    expect(await other.client.export(format)).toBe(text);
    expect(seen.at(-1)).toBeGreaterThanOrEqual(text.length);
    expect([other.wire.sent, other.client.snapshot().days]).toEqual([[], days]);
  });

  test("a file that nobody can read says what it is; nothing is kept", async () => {
    const { client, store } = device(newCluster(), undefined, own);
    await expect(client.import(new Blob(["%PDF-1.7"]), { name: "scan.pdf" })).rejects.toMatchObject({
      code: "invalid_data",
      message: expect.stringContaining("scan.pdf"),
    });
    expect(await store.keys("")).toEqual([]);
    await expect(client.export("xml" as never)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("where the app gives days itself, nothing is imported", async () => {
    const { client } = device(newCluster());
    await expect(client.import(new Blob([]))).rejects.toMatchObject({ code: "invalid_argument" });
  });
});

describe("a dry run", () => {
  test("is the request that sync makes: the same address, headers and length; nothing is kept, charged or sent", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const store = memoryDeviceStore();
    const { client, wire, clock } = device(cluster, undefined, { schedule: "spread", store });
    await client.consent.grant("service-improvement");
    await client.sync();
    const [notice] = await client.notices();
    const [requests, rows] = [wire.sent.length, await store.keys("")];
    const dry = await client.dryRun(notice?.task as string);
    // That there were days once is noted whenever days are read.
    const after = (await store.keys("")).filter((key) => key !== "imported");
    expect([wire.sent.length, after, await client.ledger()]).toEqual([requests, rows, []]);
    clock.at = notice?.answersAt as number;
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    const [sent] = uploadsOf(wire);
    expect([dry.method, dry.url, dry.headers, dry.body.length]).toEqual([
      sent?.method,
      sent?.url,
      sent?.headers,
      sent?.body?.length,
    ]);
    const [a, b] = [Report.decode(dry.body), Report.decode(sent?.body as Uint8Array)];
    expect(a.metadata.time).toBe(b.metadata.time);
    const [logged] = await client.log();
    expect([dry.what, dry.nullBecause, dry.rho]).toEqual([logged?.what, null, logged?.rho]);
    await expect(client.dryRun(notice?.task as string)).rejects.toMatchObject({ code: "not_found" });
  });
});
