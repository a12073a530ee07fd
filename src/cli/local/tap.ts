// A recording relay on loopback: what goes over the wire to a service, byte for byte, without the service knowing.
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export interface Tap {
  /** Where clients connect. */
  readonly url: string;
  /** Sends connections on from now on; before, they are refused. */
  forwardTo(port: number): void;
  /** Everything that crossed so far, one byte string a connection and direction. */
  captured(): Uint8Array[];
  /** Ends every connection. */
  close(): void;
}

export function startTap(): Promise<Tap> {
  const streams: Uint8Array[][] = [];
  const record = () => {
    const stream: Uint8Array[] = [];
    streams.push(stream);
    return stream;
  };
  const sockets = new Set<Socket>();
  let target: number | undefined;
  const server: Server = createServer((client) => {
    if (target === undefined) {
      client.destroy();
      return;
    }
    const service = connect(target, "127.0.0.1");
    const [sent, received] = [record(), record()];
    client.setNoDelay(true);
    service.setNoDelay(true);
    client.on("data", (bytes) => {
      sent.push(bytes);
      service.write(bytes);
    });
    service.on("data", (bytes) => {
      received.push(bytes);
      client.write(bytes);
    });
    const end = () => {
      client.destroy();
      service.destroy();
    };
    for (const socket of [client, service]) {
      sockets.add(socket);
      socket.on("close", end).on("error", end);
      socket.on("close", () => sockets.delete(socket));
    }
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      server.unref();
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        forwardTo(port) {
          target = port;
        },
        captured: () => streams.map((stream) => Buffer.concat(stream)),
        close() {
          server.close();
          // Kept-alive connections would keep the service waiting for their end.
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}
