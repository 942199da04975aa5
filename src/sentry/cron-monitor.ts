import type { OrganizationAccess, Page } from "./organization-access.ts";
import { decodeOwner } from "./owner.ts";
import type { ProjectRef } from "./confinement.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import type { Assignee } from "./issue.ts";

/** A job that is expected to report at its times. */
export interface CronMonitor {
  readonly slug: string;
  readonly name?: string;
  readonly status?: string;
  readonly isMuted: boolean;
  /** `0 * * * *`, or `every 2 hour`. */
  readonly schedule?: string;
  readonly timezone?: string;
  /** How late it may be, and how long it may run. */
  readonly marginMinutes?: number;
  readonly longestMinutes?: number;
  readonly project: ProjectRef;
  readonly owner?: Assignee;
  readonly environments: readonly CronEnvironment[];
}

export interface CronEnvironment {
  readonly name: string;
  readonly status?: string;
  readonly lastCheckIn?: string;
  readonly nextCheckIn?: string;
}

export function decodeCronMonitor(raw: unknown): CronMonitor | undefined {
  if (!isRecord(raw)) return undefined;
  const slug = text(raw.slug) ?? idOf(raw.id);
  if (!slug) return undefined;
  const config = record(raw.config);
  return {
    slug,
    name: text(raw.name),
    status: text(raw.status),
    isMuted: flag(raw.isMuted) ?? false,
    schedule: scheduleOf(config.schedule),
    timezone: text(config.timezone),
    marginMinutes: numberOf(config.checkin_margin),
    longestMinutes: numberOf(config.max_runtime),
    project: { id: idOf(record(raw.project).id), slug: text(record(raw.project).slug) },
    owner: decodeOwner(raw.owner),
    environments: listOf(raw.environments, decodeCronEnvironment),
  };
}

/** A crontab line, or an amount and its unit. */
function scheduleOf(raw: unknown): string | undefined {
  if (!Array.isArray(raw)) return text(raw);
  const [amount, unit]: unknown[] = raw;
  return idOf(amount) && text(unit) ? `every ${idOf(amount)} ${text(unit)}` : undefined;
}

function decodeCronEnvironment(raw: unknown): CronEnvironment | undefined {
  const { name, status, lastCheckIn, nextCheckIn } = record(raw);
  const named = text(name);
  if (!named) return undefined;
  return {
    name: named,
    status: text(status),
    lastCheckIn: time(lastCheckIn),
    nextCheckIn: time(nextCheckIn),
  };
}

export interface CheckIn {
  readonly status?: string;
  readonly at?: string;
  readonly durationMs?: number;
  readonly environment?: string;
}

export function decodeCheckIn(raw: unknown): CheckIn | undefined {
  if (!isRecord(raw) || idOf(raw.id) === undefined) return undefined;
  return {
    status: text(raw.status),
    at: time(raw.dateCreated),
    durationMs: numberOf(raw.duration),
    environment: text(raw.environment),
  };
}

/**
 * `GET /organizations/{organization}/monitors/{monitor}/`
 *
 * @param monitor Slug or GUID.
 * @see https://docs.sentry.io/api/crons/retrieve-a-monitor/
 */
export function getCronMonitor(organization: OrganizationAccess, monitor: string): Promise<CronMonitor> {
  return organization.get({
    path: ["monitors", monitor],
    decode: decodeCronMonitor,
    projectOf: (found) => found.project,
  });
}

/**
 * `GET /organizations/{organization}/monitors/{monitor}/checkins/`, newest first
 *
 * @param monitor As it was fetched: the answer does not say which project it is of.
 * @see https://docs.sentry.io/api/crons/retrieve-check-ins-for-a-monitor/
 */
export function listCheckIns(
  organization: OrganizationAccess,
  monitor: CronMonitor,
  options: { limit: number },
): Promise<Page<CheckIn>> {
  return organization.list({
    path: ["monitors", monitor.slug, "checkins"],
    query: { per_page: options.limit },
    decode: decodeCheckIn,
    projectOf: () => monitor.project,
  });
}
