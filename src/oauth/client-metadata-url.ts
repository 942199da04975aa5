import { isLoopback, ownOrigins } from "../lib/origins.ts";

/** Which documents may be client ids here. */
export interface DocumentPolicy {
  readonly baseUrl: string;
  readonly loopback: boolean;
  /** Host names, with a port when it is not 443; `*` for any public one. */
  readonly cimdHosts: readonly string[];
}

export interface DocumentUrl {
  readonly url: URL;
  /** The operator names the host, which may then be private; otherwise `*` lets it in, when its address is public. */
  readonly listed: boolean;
}

const MAX_LENGTH = 512;

/** Names that never lead to the public internet. @see RFC 6761, RFC 6762, RFC 8375, RFC 9476 */
const PRIVATE_NAMES =
  /(?:^|\.)(?:alt|example|home\.arpa|internal|intranet|invalid|lan|local|localhost|onion|test)$/;

/** Whether an id is a document's address rather than one that we have signed. */
export const isDocumentId = (id: string): boolean => /^https?:\/\//i.test(id);

/**
 * The document that a client id names; undefined when no such document is ever asked for. No I/O.
 *
 * @see draft-ietf-oauth-client-id-metadata-document §3, §8.6
 */
export function documentUrl(id: string, policy: DocumentPolicy): DocumentUrl | undefined {
  if (id.length > MAX_LENGTH || !isDocumentId(id) || !URL.canParse(id)) return undefined;
  const url = new URL(id);
  // What a parser rewrites (dot segments, credentials, ports, odd spellings of addresses) would be one document
  // with two ids.
  if (url.href !== id || url.username || url.password || id.includes("#") || url.pathname === "/") {
    return undefined;
  }
  if (ownOrigins(policy).some((origin) => new URL(origin).host === url.host)) return undefined;
  const listed = policy.cimdHosts.some((host) => host.toLowerCase().replace(/:443$/, "") === url.host);
  const secure = url.protocol === "https:" || (listed && policy.loopback && isLoopback(url));
  if (!secure || !(listed || (policy.cimdHosts.includes("*") && isPublicName(url)))) return undefined;
  return { url, listed };
}

function isPublicName({ hostname, port }: URL): boolean {
  // A parser takes every name whose last label is a number for an IPv4 address, and brackets for IPv6.
  return port === "" && /^[a-z0-9.-]+\.[a-z][a-z0-9-]*$/.test(hostname) && !PRIVATE_NAMES.test(hostname);
}
