import { lookup as lookupName, type LookupAddress } from "node:dns";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as requestOverTls } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Readable } from "node:stream";
import type { FetchPublic } from "../src/lib/fetch-public.ts";

type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

type Send = (url: string, options: RequestOptions, answer: (message: IncomingMessage) => void) => {
  once(event: "error", listener: (error: Error) => void): unknown;
  end(): unknown;
};

/** Two lists, because Node takes an IPv4 address for a part of the IPv6 range that maps it. */
const SPECIAL_V4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);

/** The space that is given out; mapped, compatible, NAT64, local and multicast addresses are outside of it. */
const GLOBAL_V6 = blockList("ipv6", [["2000::", 3]]);

/** Within it: protocol assignments (with Teredo, ORCHID), documentation, 6to4. */
const SPECIAL_V6 = blockList("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

function blockList(
  family: "ipv4" | "ipv6",
  subnets: readonly [network: string, prefix: number][],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

/** @see RFC 6890 and the IANA special-purpose address registries */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !SPECIAL_V4.check(address, "ipv4");
    case 6:
      return GLOBAL_V6.check(address, "ipv6") && !SPECIAL_V6.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * `fetch` for addresses that strangers name. Each name is resolved once, every address of it has to be public, and
 * the connection goes to one of those: a name that answers differently the second time gains nothing.
 *
 * Follows no redirect, keeps no connection, and fails for every status but 200.
 */
export function createPublicFetch(
  options: { lookup?: Lookup; send?: Send; isAllowed?: (address: string) => boolean } = {},
): FetchPublic {
  const { lookup = lookupName, send = requestOverTls, isAllowed = isPublicAddress } = options;

  const checkedLookup: LookupFunction = (hostname, wanted, callback) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) return callback(error, "");
      if (!first || addresses.some(({ address }) => !isAllowed(address))) {
        return callback(new Error(`Expected a public address for "${hostname}"`), "");
      }
      if (wanted.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };

  return (url, { headers, signal }) =>
    new Promise((resolve, reject) => {
      // Addresses are connected to without a look-up, and so without its check.
      if (isIP(new URL(url).hostname.replace(/^\[|\]$/g, "")) !== 0) {
        return reject(new Error("Expected a name, not an address"));
      }
      const request = send(
        url,
        // A plain body, so that no small answer unpacks into a large one.
        {
          headers: { ...headers, "accept-encoding": "identity" },
          signal,
          agent: false,
          lookup: checkedLookup,
        },
        (message) => {
          message.once("error", () => undefined);
          if (message.statusCode === 200) return resolve(responseOf(message));
          message.destroy();
          return reject(new Error(`Expected status 200, got ${message.statusCode}`));
        },
      );
      request.once("error", reject);
      request.end();
    });
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const name of ["content-type", "cache-control"]) {
    const value = message.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  // Node's own stream types and the web's are one at run time.
  return new Response(Readable.toWeb(message) as ReadableStream<Uint8Array>, { headers });
}
