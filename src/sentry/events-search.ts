import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, listOf, record, text } from "./decode.ts";
import { SentryError } from "./error.ts";

export type EventDataset = "errors" | "spans" | "logs" | "metrics" | "profiles";

/** What all searches have in common. */
export interface SearchScope {
  readonly query: string;
  /** Slug or id. */
  readonly project?: string;
  readonly environments: readonly string[];
  readonly time: SearchTime;
}

/** ISO times from both ends, or how far back. */
export type SearchTime = { readonly period: string } | { readonly start: string; readonly end: string };

export type Cell = string | number | boolean | readonly string[];

/** Values by field; what is null is absent. */
export type EventRow = Readonly<Record<string, Cell>>;

export interface ColumnKind {
  /** `duration`, `integer`, `percentage`, `string` … */
  readonly type?: string;
  /** `millisecond`, `byte`, `1/minute` … */
  readonly unit?: string;
}

export interface EventTable extends Page<EventRow> {
  readonly kinds: Readonly<Record<string, ColumnKind>>;
}

export function decodeEventRow(raw: unknown): EventRow | undefined {
  if (!isRecord(raw)) return undefined;
  return Object.fromEntries(
    Object.entries(raw).flatMap(([field, value]) => {
      const cell = cellOf(value);
      return cell === undefined ? [] : [[field, cell] as const];
    }),
  );
}

function cellOf(raw: unknown): Cell | undefined {
  if (typeof raw === "string" || typeof raw === "boolean") return raw;
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  return Array.isArray(raw) ? listOf(raw, idOf) : undefined;
}

/** Types and units of the columns; older versions have types alone, without `fields` around them. */
export function decodeColumnKinds(raw: unknown): Record<string, ColumnKind> {
  const meta = record(raw);
  const units = record(meta.units);
  const types = isRecord(meta.fields) ? meta.fields : meta;
  return Object.fromEntries(
    Object.keys(types).map((field) => [field, { type: text(types[field]), unit: text(units[field]) }]),
  );
}

/**
 * `GET /organizations/{organization}/events/`: rows, or figures by the fields beside them.
 *
 * @see https://docs.sentry.io/api/explore/query-explore-events-in-table-format/
 */
export function searchEvents(
  organization: OrganizationAccess,
  dataset: EventDataset,
  search: SearchScope & {
    readonly fields: readonly string[];
    readonly sort?: string;
    readonly limit: number;
    readonly cursor?: string;
  },
): Promise<EventTable> {
  return inDataset(organization, dataset, async (name) => {
    const { items, dropped, cursor, whole } = await organization.search({
      path: ["events"],
      query: {
        dataset: name,
        field: search.fields,
        sort: search.sort,
        per_page: search.limit,
        cursor: search.cursor,
        sampling: name === "spans" ? "NORMAL" : undefined,
        ...scopeQuery(search),
      },
      project: search.project,
      items: (raw) => record(raw).data,
      decode: decodeEventRow,
      projectOf: projectOfRow,
    });
    return { items, dropped, cursor, kinds: decodeColumnKinds(record(whole).meta) };
  });
}

/** Where a row says which project it is from; figures over many do not. */
function projectOfRow(row: EventRow): { id?: string; slug?: string } | undefined {
  const id = idOf(row["project.id"]);
  const slug = text(row.project) ?? text(row["project.name"]);
  return id === undefined && slug === undefined ? undefined : { id, slug };
}

export function scopeQuery({ query, environments, time }: SearchScope) {
  const range = "period" in time ? { statsPeriod: time.period } : { start: time.start, end: time.end };
  return { query, environment: environments, ...range };
}

/**
 * Asks with Sentry's name of the dataset. Logs had another one at first.
 *
 * @see `src/sentry/snuba/utils.py` of getsentry/sentry
 * @throws {SentryError} `unsupported` when this Sentry does not know the dataset.
 */
export function inDataset<T>(
  organization: OrganizationAccess,
  dataset: EventDataset,
  ask: (name: string) => Promise<T>,
): Promise<T> {
  const asked = (name: string) =>
    ask(name).catch((error) => {
      throw namingDataset(error, dataset);
    });
  if (dataset !== "logs") return asked(dataset === "metrics" ? "tracemetrics" : dataset);
  return organization.newerOrOlder({
    feature: "dataset=logs",
    signs: ["unsupported"],
    newer: () => asked("logs"),
    older: () => asked("ourlogs"),
  });
}

/** A refusal that is about the dataset says so. */
function namingDataset(error: unknown, dataset: EventDataset): unknown {
  if (!(error instanceof SentryError)) return error;
  const { status, detail } = error;
  if (error.kind === "invalid" && /^dataset must be one of/i.test(detail ?? "")) {
    return new SentryError("unsupported", `This Sentry has no dataset "${dataset}"`, { status });
  }
  if (error.kind === "unsupported") {
    return new SentryError("unsupported", `${error.message} for ${dataset}`, { status, detail });
  }
  if (error.kind === "not_found") {
    const message = `Sentry offers no search for ${dataset} here, or the account cannot see the organization`;
    return new SentryError("not_found", message, { status, detail });
  }
  return error;
}
