import type { FetchPublic } from "../lib/fetch-public.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Store } from "../store/store.ts";

/** The part of the configuration that sign-in needs. */
export interface OAuthConfig {
  /** The issuer. */
  readonly baseUrl: string;
  readonly loopback: boolean;
  readonly sentry: {
    readonly url: string;
    readonly clientId?: string;
    readonly clientSecret?: string;
    /** Ceiling of what is asked of Sentry; absent: no ceiling. */
    readonly scopes?: readonly string[];
  };
  readonly allowedRedirectUriPatterns: readonly string[];
  /** Hosts whose client metadata documents are fetched; `*` for any public one. */
  readonly cimdHosts: readonly string[];
  /** Clients may register themselves. */
  readonly clientRegistration: boolean;
  /** What a refresh token that was used after its grace ends: the whole grant, or only itself. */
  readonly refreshReuse: "revoke" | "reject";
  readonly ttl: Lifetimes;
}

export interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly codeSeconds: number;
  readonly consentSeconds: number;
  readonly refreshGraceSeconds: number;
  readonly refreshIdleSeconds: number;
  readonly refreshAbsoluteSeconds: number;
}

/** What the constraint room finds out; declared here because this room may not import that one. */
export type Verification =
  | { readonly outcome: "verified"; readonly constraint: Constraint }
  | { readonly outcome: "refused"; readonly status: 403 | 404; readonly message: string }
  | { readonly outcome: "unauthorized" }
  | { readonly outcome: "unknown" };

/** What the decisions of this room are made with. */
export interface OAuthDeps {
  readonly config: OAuthConfig;
  /** Over `ENCRYPTION_KEY`: everything that ends with the sessions. */
  readonly sealer: Sealer;
  /** Over `JWT_SIGNING_KEY`: client ids and secrets, which outlive sessions. */
  readonly signer: Sealer;
  readonly store: Store;
  readonly fetch: typeof fetch;
  /** For client metadata documents at hosts that only `*` lets in; absent where a platform cannot pin addresses. */
  readonly fetchPublic?: FetchPublic;
  readonly now: () => number;
  readonly log: Log;
  readonly verifyConstraint: (sentryToken: string, constraint: Constraint) => Promise<Verification>;
  /** Waits for what other requests are doing with the same record. */
  readonly sleep?: (durationMs: number) => Promise<void>;
}
