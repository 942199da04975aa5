import { joinSignals } from "../lib/signal.ts";
import { createSentryAccess } from "../sentry/access.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Credential } from "../sentry/credential.ts";
import { SentryError } from "../sentry/error.ts";
import type { SentryService } from "../sentry/service.ts";

/** "unknown": Sentry did not say, or not in time. The session goes on, because what confines it is `SentryAccess`. */
export type Verification =
  | { readonly outcome: "verified"; readonly constraint: Constraint }
  | { readonly outcome: "refused"; readonly status: 403 | 404; readonly message: string }
  | { readonly outcome: "unauthorized" }
  | { readonly outcome: "unknown" };

/** Nobody should wait longer for a courtesy. */
const PATIENCE_MS = 2000;

/** Asks Sentry whether this credential reaches the organization and the project, and what their ids are. */
export async function verifyConstraint(
  wanted: Constraint,
  options: { service: SentryService; credential: Credential; signal: AbortSignal },
): Promise<Verification> {
  if (wanted.organizationSlug === undefined) return { outcome: "verified", constraint: wanted };
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const signal = joinSignals(options.signal, patience.signal);
  let asked = `Organization "${wanted.organizationSlug}"`;
  try {
    const organization = createSentryAccess({ ...options, constraint: wanted, signal }).organization();
    const { slug, id, regionUrl } = await organization.details();
    if (wanted.projectSlug) asked = `Project "${wanted.projectSlug}" of organization "${slug}"`;
    const project = wanted.projectSlug ? await organization.projectDetails(wanted.projectSlug) : undefined;
    return {
      outcome: "verified",
      constraint: {
        organizationSlug: slug,
        ...(id && { organizationId: id }),
        ...(project && { projectSlug: project.slug, projectId: project.id }),
        ...(regionUrl && { regionUrl }),
      },
    };
  } catch (error) {
    options.signal.throwIfAborted();
    return meaningOf(error, asked);
  } finally {
    clearTimeout(timer);
  }
}

function meaningOf(error: unknown, asked: string): Verification {
  if (!(error instanceof SentryError)) return { outcome: "unknown" };
  const { kind } = error;
  if (kind === "unauthorized") return { outcome: "unauthorized" };
  if (kind === "forbidden") {
    return { outcome: "refused", status: 403, message: `${asked} is not open to this Sentry account` };
  }
  if (kind === "not_found" || kind === "invalid") {
    const message = `${asked} was not found, or this Sentry account cannot see it`;
    return { outcome: "refused", status: 404, message };
  }
  return { outcome: "unknown" };
}
