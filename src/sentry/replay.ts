import type { OrganizationAccess, Page } from "./access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import { scopeQuery, type SearchScope } from "./events-search.ts";

export interface Replay {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly projectId?: string;
  readonly startedAt?: string;
  readonly durationSeconds?: number;
  readonly environment?: string;
  /** Whatever of the user is known first: email, name, id or address. */
  readonly user?: string;
  readonly errors?: number;
  readonly rageClicks?: number;
  readonly deadClicks?: number;
  readonly pages?: number;
  readonly urls: readonly string[];
  readonly browser?: string;
  readonly os?: string;
  readonly releases: readonly string[];
  /** Deleted but for its id. */
  readonly isArchived?: boolean;
}

export function decodeReplay(raw: unknown): Replay | undefined {
  if (!isRecord(raw)) return undefined;
  const id = text(raw.id)?.replaceAll("-", "");
  if (!id) return undefined;
  return {
    id,
    projectId: idOf(raw.project_id),
    startedAt: time(raw.started_at),
    durationSeconds: numberOf(raw.duration),
    environment: text(raw.environment),
    user: userOf(record(raw.user)),
    errors: numberOf(raw.count_errors),
    rageClicks: numberOf(raw.count_rage_clicks),
    deadClicks: numberOf(raw.count_dead_clicks),
    pages: numberOf(raw.count_urls),
    urls: listOf(raw.urls, text),
    browser: named(raw.browser),
    os: named(raw.os),
    releases: listOf(raw.releases, text),
    isArchived: flag(raw.is_archived),
  };
}

function userOf(user: Record<string, unknown>): string | undefined {
  return text(user.email) ?? text(user.username) ?? text(user.display_name) ?? idOf(user.id) ?? text(user.ip);
}

function named(raw: unknown): string | undefined {
  const { name, version } = record(raw);
  const known = [text(name), text(version)].filter((part) => part !== undefined);
  return text(name) && known.join(" ");
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
