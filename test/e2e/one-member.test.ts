// One member on five devices, and what a sync without news costs: through the real services, over sockets.
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { startPair } from "../support/processes.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll, truthOf } from "./members.ts";

test("five devices of one member are one contribution; the four others are told why", async (context) => {
  const pair = await startPair(context, { coordinator: { unit: "member" } });
  const { task } = await ask(pair);
  const members = someMembers(6);
  const [member] = members as [(typeof members)[number]];
  const five = await newDevices(pair, {
    members: [member, member, member, member, member],
    secret: () => new Uint8Array(32).fill(1),
  });
  const results = (await Promise.all(five.clients.map((client) => client.sync()))).flat();
  const outcomes = results.map(({ outcome }) => outcome).sort();
  expect(outcomes).toEqual(["rejected", "rejected", "rejected", "rejected", "sent"]);
  for (const result of results)
    if (result.outcome === "rejected") expect(result.why).toBe("another device of this member answered");
  const others = await newDevices(pair, { members: members.slice(1), secret: (i) => new Uint8Array(32).fill(2 + i) });
  expect(await syncAll(others.clients)).toEqual({ sent: 5 });
  const release = openRelease(await collect(pair, task));
  expect(release.privacy.unit).toBe("member");
  expect(release.values).toEqual(truthOf(release, members));
});

test("a sync with nothing new is below a kilobyte, both ways together", async (context) => {
  const pair = await startPair(context);
  await ask(pair);
  const target = Number(new URL(pair.coordinator.url).port);
  let bytes = 0;
  const relay = createServer((client) => {
    const service = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      from.on("data", (part) => {
        bytes += part.length;
        to.write(part);
      });
      from.on("close", () => to.destroy()).on("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const through = `http://127.0.0.1:${(relay.address() as { port: number }).port}`;
  context.onTestFinished(() => void relay.close());
  const { clients } = await newDevices(pair, { members: someMembers(1), registerAt: through });
  const [client] = clients as [(typeof clients)[number]];
  expect((await client.sync()).map(({ outcome }) => outcome)).toEqual(["sent"]);
  const first = bytes;
  expect(first).toBeGreaterThan(1000);
  expect(await client.sync()).toEqual([]);
  expect(bytes - first).toBeLessThan(1000);
});
