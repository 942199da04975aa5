import { BoundedCache } from "../lib/bounded-cache.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Credential } from "../sentry/credential.ts";
import type { Verification } from "./verify.ts";

const VERIFIED_MS = 15 * 60_000;
/** Shorter, so that whoever was just let into an organization need not wait. */
const REFUSED_MS = 60_000;

export type VerifyConstraint = (
  wanted: Constraint,
  options: { credential: Credential; signal: AbortSignal },
) => Promise<Verification>;

/**
 * Remembers per credential and constraint what Sentry said; "unknown" and "unauthorized" are asked again.
 * Only answers are shared between requests, never promises: Workers forbid that.
 */
export function cacheVerifications(deps: { verify: VerifyConstraint; now: () => number }): VerifyConstraint {
  const known = new BoundedCache<Verification>({ limit: 5000, now: deps.now });

  return async (wanted, options) => {
    const key = JSON.stringify([options.credential.id, wanted.organizationSlug, wanted.projectSlug]);
    const remembered = known.get(key);
    if (remembered) return remembered;

    const verification = await deps.verify(wanted, options);
    const { outcome } = verification;
    if (outcome === "verified") known.set(key, verification, { expiresAtMs: deps.now() + VERIFIED_MS });
    if (outcome === "refused") known.set(key, verification, { expiresAtMs: deps.now() + REFUSED_MS });
    return verification;
  };
}
