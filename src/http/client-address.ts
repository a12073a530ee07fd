// Whose a connection or request is, for fair shares and for nothing else: it proves nothing, is not kept and not logged.
import { isIPv4, isIPv6 } from "node:net";

const PROXY = /^(127\.|::1$)/;
const LENGTH_MAX = 64;

interface Peer {
  readonly remoteAddress?: string | undefined;
}

/**
 * Of a connection. Undefined for one that may stand for many: a proxy's, which is on this machine or named by the operator.
 * @param behindProxy whether all connections are a proxy's
 */
export function peerOf({ remoteAddress }: Peer, behindProxy: boolean): string | undefined {
  const address = plain(remoteAddress ?? "");
  return behindProxy || PROXY.test(address) ? undefined : network(address);
}

/**
 * Of a request: through a proxy, the last address of X-Forwarded-For, which the proxy itself has put there. What stands before
 * it anyone may write.
 */
export function clientOf(
  request: { readonly socket: Peer; readonly headers: Readonly<Record<string, string | string[] | undefined>> },
  behindProxy: boolean,
): string | undefined {
  const peer = peerOf(request.socket, behindProxy);
  if (peer !== undefined) return peer;
  const last = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1);
  const address = plain((last ?? "").trim().slice(0, LENGTH_MAX));
  return address === "" ? undefined : network(address);
}

/** Without a port, brackets, or IPv6's spelling of an IPv4 address. */
function plain(address: string): string {
  const bare = /^\[([^\]]*)\](:\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  const four = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? "";
  return isIPv4(four) ? four : bare;
}

/** A household has a /64 of IPv6 and may take a new address for every request. */
function network(address: string): string {
  const bare = address.split("%")[0] ?? "";
  if (!isIPv6(bare)) return address;
  const [head = "", tail] = bare.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? before
      : [...before, ...new Array<string>(8).fill("0").slice(before.length + after.length), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
