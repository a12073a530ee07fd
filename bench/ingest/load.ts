// Devices that upload: bodies over keep-alive connections, each connection with one request at a time. Plain sockets, so that
// the generator costs little beside what it measures.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { mediaType } from "../../src/protocol/dap/http.ts";

export interface Load {
  /** Milliseconds from the request's first byte to the answer's last, one an upload. */
  readonly latencies: readonly number[];
}

const END = "\r\n\r\n";

/** @throws Error when one is not taken whole */
export async function upload(
  port: number,
  task: string,
  bodies: readonly Uint8Array[],
  connections: number,
): Promise<Load> {
  const latencies: number[] = [];
  let next = 0;
  const device = async (socket: Socket) => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const head = `POST /tasks/${task}/reports HTTP/1.1\r\nhost: leader.bench\r\ncontent-type: ${mediaType("upload-req")}\r\ncontent-length: ${body.length}${END}`;
      const began = performance.now();
      socket.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
      await taken(socket);
      latencies.push(performance.now() - began);
    }
  };
  const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1").setNoDelay(true));
  try {
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    await Promise.all(sockets.map(device));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { latencies };
}

/** An answer that names no report: it has no body. */
function taken(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const settle = (settled: () => void) => {
      socket.off("data", read).off("close", closed).off("error", reject);
      settled();
    };
    const closed = () => settle(() => reject(new Error("the leader ended a connection")));
    const read = (bytes: Buffer) => {
      answer += bytes.toString("latin1");
      if (!answer.includes(END)) return;
      const good = answer.startsWith("HTTP/1.1 200 ") && /\r\ncontent-length: 0\r\n/i.test(answer);
      settle(() => (good ? resolve() : reject(new Error(`the leader said: ${answer.slice(0, 500)}`))));
    };
    socket.on("data", read).once("close", closed).once("error", reject);
  });
}
