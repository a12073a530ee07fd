import { connect, createServer, type Server } from "node:net";

/** One address for several processes: connections go to those that live, one after another. */
export async function balance(
  port: number,
  replicas: readonly { readonly port: number; readonly running: unknown }[],
): Promise<Server> {
  let turn = 0;
  const proxy = createServer((socket) => {
    const living = replicas.filter(({ running }) => running !== undefined);
    const chosen = living[turn++ % living.length];
    if (chosen === undefined) {
      socket.destroy();
      return;
    }
    const upstream = connect(chosen.port, "127.0.0.1");
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
  return proxy;
}
