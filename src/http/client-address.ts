import type { Context } from "hono";

/** What an adapter hands in beside each request, as Hono's bindings. */
export interface Peer {
  /** Who is at the other end, from a source that no client can write: the socket, or the platform's own header. */
  readonly peerAddress?: string;
  /** Only where the work of a request ends with its client's connection: what is handed in goes on. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

// Only adapters write the bindings.
export const peerOf = (c: Context): Peer => c.env ?? {};

/**
 * The client's address for counting, or undefined where nobody knows it. Forwarded headers are believed only as far
 * as `trustProxyHops` proxies are known to append to them: what stands further left, the client may have written.
 */
export function clientAddress(c: Context, options: { trustProxyHops: number }): string | undefined {
  const { trustProxyHops: hops } = options;
  if (hops > 0) {
    const forwarded = c.req.header("x-forwarded-for")?.split(",") ?? [];
    const address = normalAddress(forwarded.at(-hops) ?? "");
    if (address !== undefined) return address;
  }
  return normalAddress(peerOf(c).peerAddress ?? "");
}

/** One spelling for each address; of IPv6 the /64, which is what one subscriber has. */
export function normalAddress(text: string): string | undefined {
  const [, bracketed, bare] = /^\s*(?:\[([^\]]*)\](?::\d+)?|([^[\]]*?))\s*$/.exec(text) ?? [];
  const address = (bracketed ?? bare ?? "").replace(/%.*$/, "").replace(/^((?:\d+\.){3}\d+):\d+$/, "$1");
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) return address;
  if (!address.includes(":") || !URL.canParse(`http://[${address}]/`)) return undefined;
  const groups = groupsOf(new URL(`http://[${address}]/`).hostname.slice(1, -1));
  // An IPv4 client of a socket that listens on both (RFC 4291 §2.5.5.2).
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    return groups.slice(6).flatMap((group) => {
      const bits = Number.parseInt(group, 16);
      return [bits >> 8, bits & 0xff];
    }).join(".");
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an address as a URL spells it. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head.split(":").filter((group) => group !== "");
  const right = (tail ?? "").split(":").filter((group) => group !== "");
  return [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
}
