import type { MockSentry } from "../../support/mock-sentry.ts";
import type { Environment, Runtime } from "../../support/servers.ts";

/** A server whose clock a case puts forward: what ends with time ends at once, however slow the machine. */
export interface Later {
  readonly baseUrl: string;
  /** Has another server go by the same clock. */
  readonly environment: Environment;
  advance(seconds: number): Promise<void>;
}

/** What is configured there. */
export const LIFETIMES = {
  ACCESS_TOKEN_TTL_SECONDS: 1800,
  CODE_TTL_SECONDS: 300,
  CONSENT_TTL_SECONDS: 600,
  REFRESH_GRACE_SECONDS: 120,
};

/** What the suite is run against. */
export interface Target {
  readonly baseUrl: string;
  readonly sentry: MockSentry;
  readonly runtime: Runtime;
  /** The same server, key and Sentry at another address. */
  readonly later: Later;
  /** Starts one more server on the same Sentry; `stop` of the target ends it. `address` is where it listens. */
  another(env: Environment): Promise<{ readonly baseUrl: string; readonly address: string }>;
  /** How many keys the server's store holds, where a test can look. */
  countKeys?(): Promise<number>;
  stop(): Promise<void>;
}
