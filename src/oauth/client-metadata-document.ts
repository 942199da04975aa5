import { BoundedCache } from "../lib/bounded-cache.ts";
import { concatBytes, toText } from "../lib/crypto.ts";
import type { FetchPublic } from "../lib/fetch-public.ts";
import type { Log } from "../lib/log.ts";
import { pause } from "../lib/pause.ts";
import type { RegisteredClient } from "./client.ts";
import { readClientMetadata } from "./client-metadata.ts";
import { type DocumentPolicy, type DocumentUrl, documentUrl } from "./client-metadata-url.ts";
import { OAuthError } from "./error.ts";

/** Clients whose id is the address of their metadata. */
export interface ClientDocuments {
  /** Undefined for every document that cannot be used, whatever the reason: strangers learn nothing about hosts. */
  find(id: string): Promise<RegisteredClient | undefined>;
}

interface DocumentDeps {
  readonly config: DocumentPolicy & { readonly allowedRedirectUriPatterns: readonly string[] };
  readonly fetch: typeof fetch;
  /** For hosts that only `*` lets in; absent: none are. */
  readonly fetchPublic?: FetchPublic;
  readonly now: () => number;
  readonly log: Log;
  readonly sleep?: (durationMs: number) => Promise<void>;
  /** For the whole exchange, the body included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 4000;
/** @see draft-ietf-oauth-client-id-metadata-document §8.7 */
const MAX_BYTES = 5120;
const MAX_REDIRECT_URIS = 32;

const MIN_CACHED_SECONDS = 300;
const MAX_CACHED_SECONDS = 86_400;
const REFUSED_SECONDS = 30;
const MAX_CACHED = 500;

const BUDGET_WINDOW_MS = 60_000;
const MAX_PER_ORIGIN = 20;
const MAX_FETCHES = 100;

const LOOK_AGAIN_MS = 50;

/**
 * Finds clients by their documents, which are kept as long as their host says, within limits.
 *
 * A document that another request is fetching is waited for by looking into the cache again: plain data may be
 * shared between requests everywhere, while on Workers no request may await another's promise.
 *
 * @see draft-ietf-oauth-client-id-metadata-document §5
 */
export function createClientDocuments(deps: DocumentDeps): ClientDocuments {
  const { config, now, log, timeoutMs = TIMEOUT_MS, sleep = pause } = deps;
  const clients = new BoundedCache<RegisteredClient>({ limit: MAX_CACHED, now });
  // Apart from the clients, so that a stranger's failures do not push them out.
  const refused = new BoundedCache<true>({ limit: MAX_CACHED, now });
  const underWay = new BoundedCache<true>({ limit: MAX_FETCHES, now });
  const mayFetch = createBudget(now);

  async function fetchNow(id: string, { url, listed }: DocumentUrl): Promise<RegisteredClient | undefined> {
    const send = listed ? deps.fetch : deps.fetchPublic;
    if (!send) return undefined;
    if (!mayFetch(url.origin)) {
      log.warn("client_document.over_budget", { host: url.host });
      return undefined;
    }
    underWay.set(id, true, { expiresAtMs: now() + timeoutMs });
    try {
      const { metadata, cachedSeconds } = await readDocument(id, { send, timeoutMs });
      const patterns = config.allowedRedirectUriPatterns;
      const client = { id, verifiedHost: url.host, ...clientOf(metadata, id, patterns) };
      clients.set(id, client, { expiresAtMs: now() + cachedSeconds * 1000 });
      return client;
    } catch (error) {
      const reason = error instanceof OAuthError ? error.message : "The document cannot be fetched";
      log.info("client_document.refused", { host: url.host, reason });
      refused.set(id, true, { expiresAtMs: now() + REFUSED_SECONDS * 1000 });
      return undefined;
    } finally {
      underWay.delete(id);
    }
  }

  return {
    async find(id) {
      const target = documentUrl(id, config);
      if (!target) return undefined;
      for (let waitedMs = 0;; waitedMs += LOOK_AGAIN_MS) {
        const client = clients.get(id);
        if (client ?? refused.get(id)) return client;
        if (!underWay.get(id) || waitedMs >= timeoutMs) return fetchNow(id, target);
        await sleep(LOOK_AGAIN_MS);
      }
    },
  };
}

/** Counts what was fetched in the last minute, so that nobody can point this server at a host. */
function createBudget(now: () => number): (origin: string) => boolean {
  let recent: { origin: string; atMs: number }[] = [];
  return (origin) => {
    recent = recent.filter(({ atMs }) => atMs > now() - BUDGET_WINDOW_MS);
    const toOrigin = recent.filter((fetched) => fetched.origin === origin).length;
    if (recent.length >= MAX_FETCHES || toOrigin >= MAX_PER_ORIGIN) return false;
    recent.push({ origin, atMs: now() });
    return true;
  };
}

async function readDocument(
  id: string,
  { send, timeoutMs }: { send: FetchPublic; timeoutMs: number },
): Promise<{ metadata: unknown; cachedSeconds: number }> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await send(id, { headers: { accept: "application/json" }, redirect: "manual", signal });
  // Nothing else is success, a redirect or a 304 least of all (§5).
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new OAuthError("invalid_client_metadata", `The document was answered with ${response.status}`);
  }
  // A host that also serves what strangers upload does not serve it as JSON.
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    throw new OAuthError("invalid_client_metadata", "The document's content type is not application/json");
  }
  const text = await readText(response, signal);
  const control = response.headers.get("cache-control") ?? "";
  const maxAge = /\bno-(?:store|cache)\b/i.test(control) ? "0" : /\bmax-age="?(\d+)/i.exec(control)?.[1];
  const cachedSeconds = Math.min(Math.max(Number(maxAge ?? 0), MIN_CACHED_SECONDS), MAX_CACHED_SECONDS);
  try {
    const metadata: unknown = JSON.parse(text);
    return { metadata, cachedSeconds };
  } catch (error) {
    throw new OAuthError("invalid_client_metadata", "The document is not JSON", { cause: error });
  }
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  // A body may come from elsewhere than `fetch`, and then does not know the signal.
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return toText(concatBytes(...chunks));
    length += value.length;
    if (length > MAX_BYTES) {
      stop();
      throw new OAuthError("invalid_client_metadata", `The document is longer than ${MAX_BYTES} bytes`);
    }
    chunks.push(value);
  }
}

/** A document is public, so no secret in it is one: its client has to be a public client. */
function clientOf(metadata: unknown, id: string, patterns: readonly string[]) {
  const members = typeof metadata === "object" && metadata !== null ? Object.entries(metadata) : [];
  if (!members.some(([name, value]) => name === "client_id" && value === id)) {
    throw new OAuthError("invalid_client_metadata", "The document's client_id is not its own address");
  }
  if (members.some(([name, value]) => name.startsWith("client_secret") || hasSymmetricKey(name, value))) {
    throw new OAuthError("invalid_client_metadata", "The document holds a secret");
  }
  const read = readClientMetadata(metadata, {
    patterns,
    maxRedirectUris: MAX_REDIRECT_URIS,
    defaultAuthMethod: "none",
  });
  if (read.authMethod !== "none") {
    throw new OAuthError("invalid_client_metadata", 'A document\'s client has to use the method "none"');
  }
  return { name: read.name, redirectUris: read.redirectUris, authMethod: read.authMethod };
}

/** @see RFC 7518 §6.4: key type `oct`, member `k` */
function hasSymmetricKey(name: string, value: unknown): boolean {
  return name === "jwks" && /"kty":"oct"|"k":/.test(JSON.stringify(value));
}
