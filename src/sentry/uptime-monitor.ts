import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, numberOf, text, time } from "./decode.ts";
import type { Assignee } from "./issue.ts";
import { decodeOwner } from "./owner.ts";

/** An address that Sentry calls again and again. */
export interface UptimeMonitor {
  readonly id: string;
  readonly name?: string;
  readonly projectSlug?: string;
  readonly environment?: string;
  /** `active` or `disabled`. */
  readonly status?: string;
  readonly isDown?: boolean;
  readonly method?: string;
  readonly url?: string;
  readonly intervalSeconds?: number;
  readonly timeoutMs?: number;
  readonly owner?: Assignee;
}

const UP = 1;
const DOWN = 2;

export function decodeUptimeMonitor(raw: unknown): UptimeMonitor | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  const state = numberOf(raw.uptimeStatus);
  return {
    id,
    name: text(raw.name),
    projectSlug: text(raw.projectSlug),
    environment: text(raw.environment),
    status: text(raw.status),
    isDown: state === UP ? false : state === DOWN ? true : undefined,
    method: text(raw.method),
    url: text(raw.url),
    intervalSeconds: numberOf(raw.intervalSeconds),
    timeoutMs: numberOf(raw.timeoutMs),
    owner: decodeOwner(raw.owner),
  };
}

export interface UptimeCheck {
  readonly at?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly httpStatus?: number;
  readonly durationMs?: number;
  readonly region?: string;
  readonly traceId?: string;
}

export function decodeUptimeCheck(raw: unknown): UptimeCheck | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    at: time(raw.timestamp),
    status: text(raw.checkStatus),
    reason: text(raw.checkStatusReason),
    httpStatus: numberOf(raw.httpStatusCode),
    durationMs: numberOf(raw.durationMs),
    region: text(raw.regionName) ?? text(raw.region),
    traceId: text(raw.traceId),
  };
}

interface UptimeAddress {
  /** Slug or id. */
  readonly project: string;
  readonly uptimeId: string;
}

/**
 * `GET /projects/{organization}/{project}/uptime/{monitor}/`
 *
 * @see `src/sentry/uptime/endpoints/project_uptime_alert_details.py` of getsentry/sentry
 */
export function getUptimeMonitor(
  organization: OrganizationAccess,
  { project, uptimeId }: UptimeAddress,
): Promise<UptimeMonitor> {
  return organization.get({
    inProject: project,
    path: ["uptime", uptimeId],
    decode: decodeUptimeMonitor,
    projectOf: (monitor) => ({ slug: monitor.projectSlug }),
  });
}

/**
 * `GET /projects/{organization}/{project}/uptime/{monitor}/checks/`, newest first
 *
 * @param monitor As it was fetched: the answer does not say which project it is of.
 * @see `src/sentry/uptime/endpoints/project_uptime_alert_checks_index.py` of getsentry/sentry
 */
export function listUptimeChecks(
  organization: OrganizationAccess,
  { project, uptimeId }: UptimeAddress,
  monitor: UptimeMonitor,
  options: { limit: number },
): Promise<Page<UptimeCheck>> {
  return organization.list({
    inProject: project,
    path: ["uptime", uptimeId, "checks"],
    query: { per_page: options.limit },
    decode: decodeUptimeCheck,
    projectOf: () => ({ slug: monitor.projectSlug }),
  });
}
