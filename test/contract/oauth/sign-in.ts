import type { Approval } from "../../support/mock-sentry.ts";
import type { Jar } from "./jar.ts";

export interface Client {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUri: string;
}

export interface SignIn {
  readonly jar?: Jar;
  readonly client?: Client;
  /** Path of the resource: `/mcp/acme`. */
  readonly path?: string;
  readonly scope?: string;
  readonly state?: string;
  /** Added to the authorization request, or taken out of it when undefined. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** What is ticked; absent: what the page has ticked. */
  readonly skills?: readonly string[];
  readonly readOnly?: boolean;
  readonly approval?: Approval;
}

/** An authorization request, and what the client has to remember of it. */
export interface Attempt {
  readonly jar: Jar;
  readonly client: Client;
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
  readonly resource: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scope: string;
  readonly expiresInSeconds: number;
}

export interface SignedIn extends Tokens {
  readonly attempt: Attempt;
  readonly client: Client;
  readonly code: string;
}
