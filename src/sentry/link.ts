import { SentryError } from "./error.ts";
import { placeOfLink } from "./link-place.ts";
import { targetOf } from "./link-routes.ts";
import type { SearchDataset, SearchLink } from "./search-link.ts";

/** What a page of Sentry shows; ids are as the link has them, but hexadecimal ones without dashes. */
export type LinkTarget =
  | { readonly kind: "issue"; readonly issueId: string }
  | { readonly kind: "event"; readonly eventId: string; readonly issueId?: string; readonly project?: string }
  | { readonly kind: "trace"; readonly traceId: string }
  | { readonly kind: "span"; readonly traceId: string; readonly spanId: string }
  | { readonly kind: "replay"; readonly replayId: string }
  | { readonly kind: "profile"; readonly project: string; readonly profileId: string }
  | {
    readonly kind: "continuousProfile";
    readonly project: string;
    readonly profilerId: string;
    readonly start?: string;
    readonly end?: string;
  }
  | { readonly kind: "cron"; readonly monitor: string; readonly project?: string }
  | { readonly kind: "uptime"; readonly uptimeId: string; readonly project: string }
  /** A monitor of any type, as the newer pages have it; Sentry's API calls it a detector. */
  | { readonly kind: "monitor"; readonly monitorId: string }
  | { readonly kind: "release"; readonly version: string; readonly project?: string }
  | { readonly kind: "dashboard"; readonly dashboardId: string }
  | { readonly kind: "issueAlert"; readonly ruleId: string; readonly project: string }
  | { readonly kind: "metricAlert"; readonly ruleId: string }
  /** An alert of the newer pages; Sentry's API calls it a workflow. */
  | { readonly kind: "alert"; readonly alertId: string }
  | { readonly kind: "feedback"; readonly issueId: string; readonly project?: string }
  | ({ readonly kind: "issueSearch" } & SearchLink)
  | ({ readonly kind: "search"; readonly dataset: SearchDataset } & SearchLink)
  /** A page of Sentry that names nothing that can be read. */
  | { readonly kind: "page"; readonly path: string };

export interface Link {
  readonly organizationSlug?: string;
  readonly target: LinkTarget;
}

/**
 * Reads any link that a person copied from Sentry: below `/organizations/{organization}/`, below an organization's
 * own subdomain of sentry.io, or of the pages of old. The organization is never guessed from another host.
 *
 * @param bases Where this Sentry is, with path prefixes.
 * @param parameter That the link came in.
 * @throws {SentryError} `invalid` for a link to elsewhere, or one that Sentry would not have made.
 * @see `static/app/router/routes.tsx` of getsentry/sentry
 */
export function parseLink(link: string, bases: readonly string[], parameter = "url"): Link {
  const { segments, subdomain, ...more } = placeOfLink(link, bases, parameter);
  if (segments.some((segment) => UNSAFE.test(segment))) {
    throw new SentryError(
      "invalid",
      `${parameter} has a slash or a control character inside one part of its path`,
    );
  }
  const { organizationSlug, path } = organizationOf(segments, subdomain);
  if (organizationSlug !== undefined && !/^[\w-]{1,100}$/.test(organizationSlug)) {
    throw new SentryError("invalid", `${parameter} names no organization that can exist`);
  }
  return { organizationSlug, target: targetOf({ path, ...more }) };
}

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const UNSAFE = /^\.{1,2}$|[/\\\u0000-\u001f\u007f]/;

/** What the older addresses have behind organization and project. */
const OF_PROJECT = new Set(["issues", "group", "events"]);

/** Pages that can have the same words at the same place: `/issues/{issue}/events/…`. */
const NO_ORGANIZATION = new Set(["issues", "projects", "releases"]);

function organizationOf(segments: readonly string[], subdomain: string | undefined) {
  const [first, second, third, ...rest] = segments;
  if (first === "organizations" && second) return { organizationSlug: second, path: segments.slice(2) };
  if (first === "settings" && second && second !== "account" && !subdomain) {
    return { organizationSlug: second, path: segments };
  }
  if (first && second && third && OF_PROJECT.has(third) && rest.length > 0 && !NO_ORGANIZATION.has(first)) {
    const path = third === "events" ? ["projects", second, "events", ...rest] : ["issues", ...rest];
    return { organizationSlug: first, path };
  }
  return { organizationSlug: subdomain, path: segments };
}
