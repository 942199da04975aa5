import type { SentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import type { LinkTarget } from "../sentry/link.ts";

export interface ResourceInput {
  readonly url?: string;
  readonly resourceType?: ResourceType;
  readonly resourceId?: string;
  readonly organizationSlug?: string;
}

export const RESOURCE_TYPES = [
  "issue",
  "event",
  "trace",
  "span",
  "replay",
  "profile",
  "monitor",
  "uptime",
  "release",
  "dashboard",
  "alert",
  "issue_alert",
  "metric_alert",
  "feedback",
] as const;

type ResourceType = (typeof RESOURCE_TYPES)[number];

/** What a link, or a type and an id, name. */
export function addressedResource(
  input: ResourceInput,
  sentry: SentryAccess,
): { organizationSlug?: string; target: LinkTarget } {
  const { url, resourceType, resourceId } = input;
  if (url === undefined) {
    if (resourceType === undefined || resourceId === undefined) {
      throw new SentryError("invalid", "url is missing: pass url, or resourceType and resourceId");
    }
    return { target: targetOfId(resourceType, resourceId) };
  }
  if (resourceId !== undefined) {
    throw new SentryError("invalid", "url and resourceId name two things: pass one of them");
  }
  const { organizationSlug, target } = sentry.link(url);
  const whole = resourceType === "trace" && target.kind === "span";
  return { organizationSlug, target: whole ? { kind: "trace", traceId: target.traceId } : target };
}

const HEX = "[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

interface IdFormat {
  readonly pattern: RegExp;
  /** For the message when it does not fit. */
  readonly like: string;
  /** @param parts The groups of the pattern. */
  target(first: string, second: string): LinkTarget;
}

const NUMBER = { pattern: /^(\d{1,30})$/, like: "a number" };
const OF_PROJECT = { pattern: /^([\w-]{1,100})[/:](\d{1,30})$/, like: "project/number" };
const hexId = { pattern: new RegExp(`^(${HEX})$`, "i"), like: "32 hexadecimal digits" };
const ISSUE = { pattern: /^(\d+|\w[\w-]*-[A-Za-z0-9]+)$/, like: `a short id such as "WEB-1A2", or a number` };

const FORMATS: Readonly<Record<ResourceType, IdFormat>> = {
  issue: { ...ISSUE, target: (issueId) => ({ kind: "issue", issueId }) },
  event: { ...hexId, target: (id) => ({ kind: "event", eventId: plain(id) }) },
  trace: { ...hexId, target: (id) => ({ kind: "trace", traceId: plain(id) }) },
  span: {
    pattern: new RegExp(`^(${HEX})[/:]([0-9a-f]{16})$`, "i"),
    like: "trace/span",
    target: (traceId, spanId) => ({ kind: "span", traceId: plain(traceId), spanId: spanId.toLowerCase() }),
  },
  replay: { ...hexId, target: (id) => ({ kind: "replay", replayId: plain(id) }) },
  profile: {
    pattern: new RegExp(`^([\\w-]{1,100})[/:](${HEX})$`, "i"),
    like: "project/profile",
    target: (project, id) => ({ kind: "profile", project, profileId: plain(id) }),
  },
  monitor: {
    pattern: /^([\w-]{1,100})$/,
    like: "a slug or a number",
    // The slug of a cron monitor is never a number.
    target: (id) => /^\d+$/.test(id) ? { kind: "monitor", monitorId: id } : { kind: "cron", monitor: id },
  },
  uptime: { ...OF_PROJECT, target: (project, uptimeId) => ({ kind: "uptime", project, uptimeId }) },
  release: {
    pattern: /^([^/\\]{1,250})$/,
    like: "a version without slashes",
    target: (version) => ({ kind: "release", version }),
  },
  dashboard: { ...NUMBER, target: (dashboardId) => ({ kind: "dashboard", dashboardId }) },
  alert: { ...NUMBER, target: (alertId) => ({ kind: "alert", alertId }) },
  issue_alert: { ...OF_PROJECT, target: (project, ruleId) => ({ kind: "issueAlert", project, ruleId }) },
  metric_alert: { ...NUMBER, target: (ruleId) => ({ kind: "metricAlert", ruleId }) },
  feedback: { ...ISSUE, target: (issueId) => ({ kind: "feedback", issueId }) },
};

function targetOfId(type: ResourceType, id: string): LinkTarget {
  const { pattern, like, target } = FORMATS[type];
  const [, first, second = ""] = pattern.exec(id) ?? [];
  if (first === undefined) {
    throw new SentryError("invalid", `resourceId "${id.slice(0, 100)}" is no ${type}'s: expected ${like}`);
  }
  return target(first, second);
}

const plain = (id: string) => id.replaceAll("-", "").toLowerCase();
