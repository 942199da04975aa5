import type { MockSentry } from "../../support/mock-sentry.ts";
import type { Environment, Runtime } from "../../support/servers.ts";

/** What the suite is run against. */
export interface Target {
  readonly baseUrl: string;
  readonly sentry: MockSentry;
  readonly runtime: Runtime;
  /** The same server, key and Sentry at another address, with lifetimes of 2 s. */
  readonly short?: { readonly baseUrl: string };
  /** Starts one more server on the same Sentry; `stop` of the target ends it. `address` is where it listens. */
  another(env: Environment): Promise<{ readonly baseUrl: string; readonly address: string }>;
  /** How many keys the server's store holds, where a test can look. */
  countKeys?(): Promise<number>;
  stop(): Promise<void>;
}
