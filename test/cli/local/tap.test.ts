// The recording relay: what it hands on is what it keeps, byte for byte, and nothing outlives it.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { startTap } from "../../../src/cli/local/tap.ts";

test("both directions are recorded and handed on unchanged; closing ends the connections", async () => {
  const echo = createServer((socket) => socket.on("data", (bytes) => socket.write(Buffer.from(bytes).reverse())));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const tap = await startTap();
  tap.forwardTo((echo.address() as AddressInfo).port);
  const socket = connect(Number(new URL(tap.url).port), "127.0.0.1");
  socket.write(Buffer.from([1, 2, 3, 0, 255]));
  const [answer] = await once(socket, "data");
  expect([...answer]).toEqual([255, 0, 3, 2, 1]);
  expect(tap.captured().map((stream) => [...stream])).toEqual([
    [1, 2, 3, 0, 255],
    [255, 0, 3, 2, 1],
  ]);
  tap.close();
  await once(socket, "close");
  await new Promise((resolve) => echo.close(resolve));
});

test("before it knows where to, it refuses", async () => {
  const tap = await startTap();
  const socket = connect(Number(new URL(tap.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "close");
  expect(tap.captured()).toEqual([]);
  tap.close();
});
