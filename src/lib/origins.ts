const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** By name alone: other spellings of loopback addresses are not treated as local. */
export const isLoopback = (url: URL): boolean => LOOPBACK_HOSTS.includes(url.hostname);

/** Of a bind address, where IPv6 has no brackets. */
export const isLoopbackHost = (host: string): boolean =>
  LOOPBACK_HOSTS.includes(host.includes(":") ? `[${host}]` : host);

interface Base {
  readonly baseUrl: string;
  readonly loopback: boolean;
}

/** The origins that are this server: one, or on loopback its three names. */
export function ownOrigins({ baseUrl, loopback }: Base): string[] {
  if (!loopback) return [baseUrl];
  const { protocol, port } = new URL(baseUrl);
  return LOOPBACK_HOSTS.map((host) => new URL(`${protocol}//${host}${port && `:${port}`}`).origin);
}

/**
 * The origin that this server has for the sender of a request: `BASE_URL`, or on loopback the alias that was asked
 * for, because clients compare a resource's URL with the one they use.
 */
export function ownOrigin(url: string, base: Base): string {
  const { origin } = new URL(url);
  return ownOrigins(base).includes(origin) ? origin : base.baseUrl;
}
