import { openProjects } from "./access.ts";
import type { Caller, Desk } from "./access.ts";
import { alternatives } from "./event-search.ts";
import { compare, like } from "./issue-match.ts";
import { wantedProjects } from "./issue-search.ts";
import { parseIssueQuery } from "./issue-query.ts";
import { badRequest } from "./problem.ts";
import { readTimeRange } from "./time-range.ts";
import type { Json, Organization } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";
import { REPLAYS } from "./world/telemetry-replays.ts";
import type { ReplaySeed } from "./world/telemetry-replays.ts";

const HOUR_MS = 3_600_000;

const FIELDS: Readonly<Record<string, (replay: ReplaySeed) => unknown>> = {
  id: ({ id }) => id,
  replay_id: ({ id }) => id,
  duration: ({ seconds }) => seconds,
  environment: ({ environment }) => environment,
  started_at: ({ hoursAgo }) => -hoursAgo,
  finished_at: ({ hoursAgo, seconds }) => seconds / 3600 - hoursAgo,
  project_id: ({ project }) => project,
  platform: ({ json }) => json["platform"],
  release: ({ json }) => json["releases"],
  trace: ({ json }) => json["trace_ids"],
  url: ({ json }) => json["urls"],
  "user.id": ({ json }) => member(json["user"], "id"),
  "user.email": ({ json }) => member(json["user"], "email"),
  "user.username": ({ json }) => member(json["user"], "username"),
  "browser.name": ({ json }) => member(json["browser"], "name"),
  "os.name": ({ json }) => member(json["os"], "name"),
  activity: ({ json }) => json["activity"],
  count_errors: ({ json }) => json["count_errors"],
  count_dead_clicks: ({ json }) => json["count_dead_clicks"],
  count_rage_clicks: ({ json }) => json["count_rage_clicks"],
  count_urls: ({ json }) => json["count_urls"],
};

const SORTS = ["started_at", "finished_at", "duration", "count_errors", "count_dead_clicks", "activity"];

/** `replays/endpoints/organization_replay_index.py` of getsentry/sentry. */
export function searchReplays(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): Json[] {
  const projects = wantedProjects(caller, organization, parameters.getAll("project"));
  const { fromMs, toMs } = readTimeRange(parameters, desk.state.seededAtMs);
  const environments = parameters.getAll("environment");
  const wanted = alternatives(parameters.get("query") ?? "").map(parseIssueQuery);
  const open = openProjects(caller, organization);
  const idOf = ({ project }: ReplaySeed) => open.find(({ slug }) => slug === project)?.id ?? "";
  const startOf = ({ hoursAgo }: ReplaySeed) => desk.state.seededAtMs - hoursAgo * HOUR_MS;
  const sort = parameters.get("sort") || "-started_at";
  const name = sort.replace(/^-/, "");
  if (!SORTS.includes(name)) throw badRequest(`Invalid field specified: \`${name}\`.`);
  const rank = (replay: ReplaySeed) => Number(FIELDS[name]?.(replay) ?? 0) * (sort.startsWith("-") ? -1 : 1);
  return REPLAYS
    .filter((replay) => projects.includes(idOf(replay)))
    .filter((replay) => startOf(replay) >= fromMs && startOf(replay) <= toMs)
    .filter(({ environment }) => environments.length === 0 || environments.includes(environment))
    .filter((replay) =>
      wanted.some((terms) =>
        terms.every(({ key, values, negated }) =>
          values.some((value) => holds(replay, key ?? "id", value)) !== negated
        )
      )
    )
    .toSorted((a, b) => rank(a) - rank(b))
    .map((replay) => replayJson(replay, { projectId: idOf(replay), startMs: startOf(replay) }));
}

/** `replays/endpoints/organization_replay_details.py` of getsentry/sentry: looked for among the open projects. */
export function findReplay(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  id: string,
): Json | undefined {
  const wanted = id.replaceAll("-", "").toLowerCase();
  const replay = REPLAYS.find((one) => one.id === wanted);
  const project = openProjects(caller, organization).find(({ slug }) => slug === replay?.project);
  if (!replay || !project) return undefined;
  return replayJson(replay, {
    projectId: project.id,
    startMs: desk.state.seededAtMs - replay.hoursAgo * HOUR_MS,
  });
}

function holds(replay: ReplaySeed, key: string, value: string): boolean {
  if (key === "has") return (FIELDS[value]?.(replay) ?? null) !== null;
  const read = FIELDS[key];
  if (!read) throw badRequest(`Invalid field specified: \`${key}\`.`);
  const found = read(replay);
  if (typeof found === "number") return compare(found, value, Number);
  const texts: unknown[] = Array.isArray(found) ? found : [found];
  return texts.some((text) => typeof text === "string" && like(text, value));
}

function replayJson(replay: ReplaySeed, at: { projectId: string; startMs: number }): Json {
  return {
    id: replay.id,
    project_id: at.projectId,
    started_at: isoTime(at.startMs),
    finished_at: isoTime(at.startMs + replay.seconds * 1000),
    duration: replay.seconds,
    environment: replay.environment,
    ...replay.json,
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
