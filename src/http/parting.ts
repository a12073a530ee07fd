// How a connection is ended so that its last answer arrives. Closing a socket on which something unread lies resets it, and a reset
// can take the answer back before the peer has read it (RFC 9112 section 9.6): what still comes is read and thrown away a while.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long what nobody wants is read after the last answer. */
const LINGER_MS = 1000;
/** Seconds; a connection is refused before anything was asked on it. */
const AGAIN = 10;

const refusal = `HTTP/1.1 503 Service Unavailable\r\nretry-after: ${AGAIN}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;

/** An answer that goes out while its request's body is still coming ends the connection, and says so. */
export function closeWhenUnread(request: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(request)) return;
  const { writeHead } = response;
  response.writeHead = ((...head: Parameters<typeof writeHead>) => {
    if (!request.complete) {
      response.shouldKeepAlive = false;
      lingerAfter(request);
    }
    return writeHead.apply(response, head);
  }) as typeof writeHead;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/** The connection that the present answer ends is closed when its request is whole, the peer leaves, or time is over. */
function lingerAfter(request: IncomingMessage): void {
  const { socket } = request;
  let lingers = false;
  // What Node calls when the last answer is on its way.
  socket.destroySoon = () => {
    if (lingers) return;
    lingers = true;
    const close = () => socket.destroy();
    const timer = setTimeout(close, LINGER_MS);
    socket.once("close", () => clearTimeout(timer));
    if (request.complete) close();
    else request.once("end", close);
    socket.end();
    request.resume();
  };
}

/** Nothing has been asked on it, and nothing will be. Over TLS it is only closed: there is no key yet to say more with. */
export function refuseConnection(socket: Socket, tls: boolean): void {
  if (tls) socket.destroy();
  else {
    socket.end(refusal);
    socket.destroySoon();
  }
}

/** 408: what was asked has not come in its time. What has an answer already is cut. */
export function refuseSlow(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    request.destroy();
    return;
  }
  response.shouldKeepAlive = false;
  lingerAfter(request);
  response.writeHead(408, { "content-length": 0 }).end();
  mute(response);
  // Whoever waits for the rest of it gets no piece more, and no end.
  request.push = (piece: Uint8Array | null) => {
    if (piece === null) request.destroy();
    return true;
  };
}

/** It is answered: what its handler still says is not heard. */
export function mute(response: ServerResponse): void {
  response.writeHead = () => response;
  response.write = () => true;
  response.end = () => response;
}
