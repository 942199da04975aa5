import * as v from "valibot";
import { equalSecrets, fromBase64url, toBase64url, toBytes, toText } from "../lib/crypto.ts";
import type { Sealer } from "../lib/seal.ts";
import { AUTH_METHODS, type AuthMethod, readClientMetadata } from "./client-metadata.ts";
import { type DocumentPolicy, documentUrl, isDocumentId } from "./client-metadata-url.ts";
import { OAuthError } from "./error.ts";

export interface Client {
  readonly id: string;
  readonly authMethod: AuthMethod;
}

export interface RegisteredClient extends Client {
  /** Chosen by whoever registered: never proof of anything. */
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** Where its metadata was fetched from; absent for one that registered by itself. */
  readonly verifiedHost?: string;
}

const ID_PREFIX = "smc_";
const MAX_ID_LENGTH = 1024;
const MAX_REDIRECT_URIS = 8;

/** What a client id holds: registered at (seconds), method, name, redirect URIs. */
const idSchema = v.tuple([v.number(), v.picklist(AUTH_METHODS), v.string(), v.array(v.string())]);

/**
 * Registers a client without storing it: its id is its own metadata, signed. So strangers cannot fill the store,
 * and an id never expires under a client that kept it.
 *
 * @throws {OAuthError} `invalid_client_metadata`, `invalid_redirect_uri`
 * @see RFC 7591 §3, draft-bradley-oauth-stateless-client-id
 */
export async function registerClient(
  metadata: unknown,
  deps: { signer: Sealer; now: () => number; patterns: readonly string[] },
): Promise<Record<string, unknown>> {
  const { name, redirectUris, authMethod, applicationType } = readClientMetadata(metadata, {
    patterns: deps.patterns,
    maxRedirectUris: MAX_REDIRECT_URIS,
    // RFC 7591 §2
    defaultAuthMethod: "client_secret_basic",
  });
  const issuedAt = Math.floor(deps.now() / 1000);
  const content: v.InferInput<typeof idSchema> = [issuedAt, authMethod, name, [...redirectUris]];
  const id = ID_PREFIX + toBase64url(await deps.signer.sign("client", toBytes(JSON.stringify(content))));
  if (id.length > MAX_ID_LENGTH) {
    throw new OAuthError(
      "invalid_client_metadata",
      "The redirect URIs are too long together: register fewer or shorter ones",
    );
  }
  const secret = authMethod === "none" ? undefined : await secretOf(id, deps.signer);
  return {
    client_id: id,
    client_id_issued_at: issuedAt,
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
    ...(name !== "" && { client_name: name }),
    ...(applicationType && { application_type: applicationType }),
    redirect_uris: redirectUris,
    token_endpoint_auth_method: authMethod,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

/** The client that an id stands for; undefined when this server did not sign it. */
export async function findClient(id: string, signer: Sealer): Promise<RegisteredClient | undefined> {
  if (!id.startsWith(ID_PREFIX) || id.length > MAX_ID_LENGTH) return undefined;
  const signed = fromBase64url(id.slice(ID_PREFIX.length));
  const content = signed && (await signer.verify("client", signed));
  if (!content) return undefined;
  const [, authMethod, name, redirectUris] = v.parse(idSchema, JSON.parse(toText(content)));
  return { id, name, redirectUris, authMethod };
}

async function secretOf(id: string, signer: Sealer): Promise<string | undefined> {
  // Under the key that signed the id, so that a rotation of keys does not change the secret.
  const signed = fromBase64url(id.slice(ID_PREFIX.length));
  const secret = signed && (await signer.derive("client-secret", id, signer.keyIdOf(signed)));
  return secret && `smcs_${toBase64url(secret)}`;
}

/**
 * The client that sends a token or revocation request: public ones name themselves, confidential ones prove it
 * with the method they registered.
 *
 * @throws {OAuthError} `invalid_client`
 * @see RFC 6749 §2.3.1
 */
export async function authenticateClient(
  request: { clientId?: string; clientSecret?: string; authorization?: string },
  { signer, config }: { signer: Sealer; config: DocumentPolicy },
): Promise<Client> {
  const basic = request.authorization === undefined ? undefined : readBasic(request.authorization);
  if (basic && (request.clientSecret !== undefined || (request.clientId ?? basic.id) !== basic.id)) {
    throw new OAuthError("invalid_request", "Authenticate the client in one way: header or body, not both");
  }
  const id = basic?.id ?? request.clientId;
  const client = id === undefined ? undefined : await knownClient(id, signer, config);
  if (!client) {
    throw new OAuthError("invalid_client", "The client id is missing or was not issued here: register again");
  }
  const secret = basic?.secret ?? request.clientSecret;
  if (client.authMethod === "none") {
    if (secret === undefined) return client;
    throw new OAuthError("invalid_client", 'This client registered the method "none" and has no secret');
  }
  const used: AuthMethod = basic ? "client_secret_basic" : "client_secret_post";
  const expected = await secretOf(client.id, signer);
  if (secret === undefined || used !== client.authMethod || !expected || !equalSecrets(secret, expected)) {
    throw new OAuthError(
      "invalid_client",
      `The client has to authenticate with "${client.authMethod}" and its secret`,
    );
  }
  return client;
}

/**
 * No document is fetched here: its client is always a public one, codes and refresh tokens are signed for its id,
 * and a refresh must not fail because the document's host is down.
 */
async function knownClient(id: string, signer: Sealer, policy: DocumentPolicy): Promise<Client | undefined> {
  if (!isDocumentId(id)) return findClient(id, signer);
  return documentUrl(id, policy) && { id, authMethod: "none" };
}

/** Both halves are form-encoded before they are joined. @see RFC 6749 §2.3.1 */
function readBasic(authorization: string): { id: string; secret: string } {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  try {
    const text = toText(Uint8Array.from(atob(encoded ?? ""), (character) => character.charCodeAt(0)));
    const colon = text.indexOf(":");
    if (colon > 0) return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
  } catch {
    // Not base64, or not percent-encoding: answered like a header without a colon.
  }
  throw new OAuthError(
    "invalid_client",
    "The Authorization header is not Basic with a client id and a secret",
  );
}

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));
