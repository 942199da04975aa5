import { randomBytes } from "node:crypto";
import { createBrowser } from "./browser.ts";
import { approveAll, REDIRECT_URI, type SignInOptions } from "./sign-in.ts";

/** What both generations of the SDK's client keep between their steps. */
interface Kept<Client, Tokens, Discovery> {
  client?: Client;
  discovery?: Discovery;
  tokens?: Tokens;
  verifier: string;
}

/**
 * The OAuth half of an SDK client, kept in memory, with the person at the browser built in: told to show the
 * authorization page, it walks consent and Sentry's approval and keeps where that ended.
 */
export function createOauthProvider<
  Client extends { client_id: string },
  Tokens extends { access_token: string },
  Discovery,
>(
  person: Pick<SignInOptions, "user" | "skills"> = {},
) {
  const kept: Kept<Client, Tokens, Discovery> = { verifier: "" };
  const state = randomBytes(16).toString("base64url");
  const visits: URL[] = [];
  let landed = new URLSearchParams();

  return {
    redirectUrl: REDIRECT_URI,
    clientMetadata: {
      client_name: "SDK client",
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
    state: () => state,
    clientInformation: () => kept.client,
    saveClientInformation(client: Client) {
      kept.client = client;
    },
    tokens: () => kept.tokens,
    saveTokens(tokens: Tokens) {
      kept.tokens = tokens;
    },
    /** The server has said that what we keep is worth nothing any more. */
    invalidateCredentials(scope: string) {
      if (scope === "tokens" || scope === "all") kept.tokens = undefined;
    },
    discoveryState: () => kept.discovery,
    saveDiscoveryState(discovery: Discovery) {
      kept.discovery = discovery;
    },
    saveCodeVerifier(verifier: string) {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier,
    async redirectToAuthorization(url: URL) {
      visits.push(url);
      const browser = createBrowser({ stopAt: (location) => location.startsWith(REDIRECT_URI) });
      const page = await approveAll(browser, url.href, person);
      landed = new URL(page.url).searchParams;
      if (landed.get("state") !== state) {
        throw new Error(`Signed in without our state: ${page.url}\n${page.text}`);
      }
    },

    forgetRefreshToken() {
      if (kept.tokens) kept.tokens = { ...kept.tokens, refresh_token: undefined };
    },
    /** As if the person had ended the sign-in elsewhere, without this client hearing of it. */
    async revoke(baseUrl: string) {
      const response = await fetch(`${baseUrl}/oauth/revoke`, {
        method: "POST",
        body: new URLSearchParams({
          token: kept.tokens?.access_token ?? "",
          client_id: kept.client?.client_id ?? "",
        }),
      });
      if (!response.ok) throw new Error(`Not revoked: ${response.status} ${await response.text()}`);
    },
    /** The authorization pages that were shown, one for every sign-in. */
    visits: visits as readonly URL[],
    /** What the redirect URI was given at the end of the last one. */
    callback: () => landed,
    /** As if the access token had run out: the server no longer opens it, the refresh token still works. */
    spoilAccessToken() {
      if (kept.tokens) {
        kept.tokens = { ...kept.tokens, access_token: `${kept.tokens.access_token.slice(0, -8)}AAAAAAAA` };
      }
    },
  };
}
