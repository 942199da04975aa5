import type { OrganizationAccess, Page } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import { scopeQuery, type SearchScope } from "./events-search.ts";

/** A recording of what a user saw and did. */
export interface Replay {
  readonly id: string;
  readonly projectId?: string;
  /** Sentry keeps no more of it than its id. */
  readonly isArchived: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly durationSeconds?: number;
  readonly environment?: string;
  readonly platform?: string;
  readonly type?: string;
  readonly releases: readonly string[];
  /** Name and version. */
  readonly browser?: string;
  readonly os?: string;
  readonly device?: string;
  readonly sdk?: string;
  /** Whatever of the user is known first: email, name, id or address. */
  readonly user?: string;
  readonly urls: readonly string[];
  /** Pages that were visited, listed above or not. */
  readonly pages?: number;
  readonly errors?: number;
  readonly warnings?: number;
  readonly rageClicks?: number;
  readonly deadClicks?: number;
  /** Event ids. */
  readonly errorIds: readonly string[];
  readonly traceIds: readonly string[];
}

export function decodeReplay(raw: unknown): Replay | undefined {
  if (!isRecord(raw)) return undefined;
  const id = text(raw.id);
  if (!id) return undefined;
  return {
    id: withoutDashes(id),
    projectId: idOf(raw.project_id),
    isArchived: flag(raw.is_archived) ?? false,
    startedAt: time(raw.started_at),
    finishedAt: time(raw.finished_at),
    durationSeconds: numberOf(raw.duration),
    environment: text(raw.environment),
    platform: text(raw.platform),
    type: text(raw.replay_type),
    releases: listOf(raw.releases, text),
    browser: named(raw.browser),
    os: named(raw.os),
    device: text(record(raw.device).name) ?? text(record(raw.device).family),
    sdk: named(raw.sdk),
    user: userOf(record(raw.user)),
    urls: listOf(raw.urls, text),
    pages: numberOf(raw.count_urls),
    errors: numberOf(raw.count_errors),
    warnings: numberOf(raw.count_warnings),
    rageClicks: numberOf(raw.count_rage_clicks),
    deadClicks: numberOf(raw.count_dead_clicks),
    errorIds: listOf(raw.error_ids, text).map(withoutDashes),
    traceIds: listOf(raw.trace_ids, text).map(withoutDashes),
  };
}

function userOf(user: Record<string, unknown>): string | undefined {
  return text(user.email) ?? text(user.username) ?? text(user.display_name) ?? idOf(user.id) ?? text(user.ip);
}

const withoutDashes = (id: string) => id.replaceAll("-", "");

function named(raw: unknown): string | undefined {
  const { name, version } = record(raw);
  return text([text(name), idOf(version)].filter((part) => part !== undefined).join(" "));
}

/**
 * `GET /organizations/{organization}/replays/{replay}/`
 *
 * @see https://docs.sentry.io/api/replays/retrieve-a-replay-instance/
 */
export function getReplay(organization: OrganizationAccess, replayId: string): Promise<Replay> {
  return organization.get({
    path: ["replays", replayId],
    decode: (raw) => decodeReplay(record(raw).data),
    projectOf: (replay) => ({ id: replay.projectId }),
  });
}

/**
 * `GET /organizations/{organization}/replays/`
 *
 * @see https://docs.sentry.io/api/replays/list-an-organizations-replays/
 */
export function searchReplays(
  organization: OrganizationAccess,
  search: SearchScope & { readonly sort: string; readonly limit: number; readonly cursor?: string },
): Promise<Page<Replay>> {
  const { sort, limit, cursor } = search;
  return organization.search({
    path: ["replays"],
    query: { sort, per_page: limit, cursor, ...scopeQuery(search) },
    project: search.project,
    items: (raw) => record(raw).data,
    decode: decodeReplay,
    projectOf: ({ projectId }) => ({ id: projectId }),
  });
}
