import { SentryError, type SentryErrorKind } from "./error.ts";
import type { SentryService } from "./service.ts";

/** What older self-hosted versions of Sentry lack, each with a way around it. */
export interface Newer<T> {
  /** Names it in the service's memory, together with where it was missed. */
  readonly feature:
    | "sort=recommended"
    | "short ids"
    | "regions"
    | "dataset=logs"
    | "events-timeseries"
    | "span trees";
  /** Kinds of refusal that can mean that it is not there. */
  readonly signs: readonly SentryErrorKind[];
  readonly newer: () => Promise<T>;
  readonly older: () => Promise<T>;
}

/** An upgrade is noticed after this. */
const REMEMBERED_MS = 600_000;

/**
 * Asks the newer way, and the older one where it is refused. Only when that one is answered the feature counts as
 * missing, and the next request goes the older way at once: what was refused may just as well not exist.
 *
 * @param where Sentrys that may differ: a base, or one organization of it, for which a feature can be switched off.
 */
export async function newerOrOlder<T>(
  { lacking, now }: SentryService,
  where: string,
  { feature, signs, newer, older }: Newer<T>,
): Promise<T> {
  const key = `${feature} ${where}`;
  if (lacking.get(key)) return older();
  try {
    return await newer();
  } catch (refusal) {
    if (!(refusal instanceof SentryError) || !signs.includes(refusal.kind)) throw refusal;
    const answer = await older().catch(() => {
      throw refusal;
    });
    lacking.set(key, true, { expiresAtMs: now() + REMEMBERED_MS });
    return answer;
  }
}
