import * as v from "valibot";
import { equalSecrets, fromBase64url, toBase64url, toBytes, toText } from "../lib/crypto.ts";
import type { Sealer } from "../lib/seal.ts";
import { OAuthError } from "./error.ts";
import { redirectUriProblem } from "./redirect-uri.ts";

export const AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

export interface Client {
  readonly id: string;
  /** Chosen by whoever registered: never proof of anything. */
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly authMethod: AuthMethod;
}

const ID_PREFIX = "smc_";
const MAX_ID_LENGTH = 1024;
const MAX_REDIRECT_URIS = 8;
const MAX_NAME_LENGTH = 64;

const metadataSchema = v.object({
  redirect_uris: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MAX_REDIRECT_URIS)),
  client_name: v.optional(v.string(), ""),
  // RFC 7591 §2: the default is client_secret_basic.
  token_endpoint_auth_method: v.optional(v.picklist(AUTH_METHODS), "client_secret_basic"),
  grant_types: v.optional(v.array(v.string()), ["authorization_code"]),
  response_types: v.optional(v.array(v.string()), ["code"]),
});

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
  const asked = parseMetadata(metadata);
  for (const uri of asked.redirect_uris) {
    const problem = redirectUriProblem(uri, deps.patterns);
    if (problem) throw new OAuthError("invalid_redirect_uri", `A redirect URI ${problem}`);
  }
  const name = cleanName(asked.client_name);
  const issuedAt = Math.floor(deps.now() / 1000);
  const content: v.InferOutput<typeof idSchema> = [
    issuedAt,
    asked.token_endpoint_auth_method,
    name,
    asked.redirect_uris,
  ];
  const id = ID_PREFIX + toBase64url(await deps.signer.sign("client", toBytes(JSON.stringify(content))));
  if (id.length > MAX_ID_LENGTH) {
    throw new OAuthError(
      "invalid_client_metadata",
      "The redirect URIs are too long together: register fewer or shorter ones",
    );
  }
  const secret = asked.token_endpoint_auth_method === "none" ? undefined : await secretOf(id, deps.signer);
  return {
    client_id: id,
    client_id_issued_at: issuedAt,
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
    ...(name !== "" && { client_name: name }),
    redirect_uris: asked.redirect_uris,
    token_endpoint_auth_method: asked.token_endpoint_auth_method,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

function parseMetadata(metadata: unknown): v.InferOutput<typeof metadataSchema> {
  if (Array.isArray(metadata)) throw new OAuthError("invalid_client_metadata", "Send a JSON object");
  const result = v.safeParse(metadataSchema, metadata);
  if (!result.success) {
    const [issue] = result.issues;
    const field = v.getDotPath(issue)?.split(".")[0];
    if (field === "redirect_uris") {
      throw new OAuthError(
        "invalid_redirect_uri",
        `Send "redirect_uris": a list of 1 to ${MAX_REDIRECT_URIS} URIs`,
      );
    }
    throw new OAuthError(
      "invalid_client_metadata",
      field ? `"${field}" is not supported as sent` : "Send a JSON object",
    );
  }
  if (!result.output.grant_types.includes("authorization_code")) {
    throw new OAuthError("invalid_client_metadata", '"grant_types" has to include "authorization_code"');
  }
  if (!result.output.response_types.includes("code")) {
    throw new OAuthError("invalid_client_metadata", '"response_types" has to include "code"');
  }
  return result.output;
}

/** Control and direction characters could make a page say something else than what is registered. */
function cleanName(name: string): string {
  const visible = name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return Array.from(visible).slice(0, MAX_NAME_LENGTH).join("");
}

/** The client that an id stands for; undefined when this server did not sign it. */
export async function findClient(id: string, signer: Sealer): Promise<Client | undefined> {
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
  signer: Sealer,
): Promise<Client> {
  const basic = request.authorization === undefined ? undefined : readBasic(request.authorization);
  if (basic && (request.clientSecret !== undefined || (request.clientId ?? basic.id) !== basic.id)) {
    throw new OAuthError("invalid_request", "Authenticate the client in one way: header or body, not both");
  }
  const id = basic?.id ?? request.clientId;
  const client = id === undefined ? undefined : await findClient(id, signer);
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
