import type { OrganizationAccess } from "./organization-access.ts";
import { idOf, isRecord, listOf, record, text, time } from "./decode.ts";

export interface Dashboard {
  readonly id: string;
  readonly title?: string;
  readonly createdAt?: string;
  readonly createdBy?: string;
  /** Ids; none: those of whoever looks at it. */
  readonly projectIds: readonly string[];
  readonly environments: readonly string[];
  readonly period?: string;
  readonly start?: string;
  readonly end?: string;
  readonly widgets: readonly Widget[];
}

export interface Widget {
  readonly title?: string;
  readonly display?: string;
  readonly dataset?: string;
  readonly queries: readonly WidgetQuery[];
}

export interface WidgetQuery {
  readonly name?: string;
  readonly conditions?: string;
  readonly fields: readonly string[];
  readonly sort?: string;
}

export function decodeDashboard(raw: unknown): Dashboard | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  const createdBy = record(raw.createdBy);
  return {
    id,
    title: text(raw.title),
    createdAt: time(raw.dateCreated),
    createdBy: text(createdBy.name) ?? text(createdBy.email),
    projectIds: listOf(raw.projects, idOf),
    environments: listOf(raw.environment, text),
    period: text(raw.period),
    start: time(raw.start),
    end: time(raw.end),
    widgets: listOf(raw.widgets, decodeWidget),
  };
}

function decodeWidget(raw: unknown): Widget | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    title: text(raw.title),
    display: text(raw.displayType),
    dataset: text(raw.widgetType),
    queries: listOf(raw.queries, decodeWidgetQuery),
  };
}

function decodeWidgetQuery(raw: unknown): WidgetQuery | undefined {
  if (!isRecord(raw)) return undefined;
  const columns = [...listOf(raw.columns, text), ...listOf(raw.aggregates, text)];
  return {
    name: text(raw.name),
    conditions: text(raw.conditions),
    fields: columns.length > 0 ? columns : listOf(raw.fields, text),
    sort: text(raw.orderby),
  };
}

/**
 * `GET /organizations/{organization}/dashboards/{dashboard}/`. A dashboard shows several projects, or those of
 * whoever looks at it.
 *
 * @see https://docs.sentry.io/api/dashboards/retrieve-an-organizations-custom-dashboard/
 */
export function getDashboard(organization: OrganizationAccess, dashboardId: string): Promise<Dashboard> {
  return organization.get({
    path: ["dashboards", dashboardId],
    decode: decodeDashboard,
    projectOf: { every: ({ projectIds }) => projectIds.map((id) => ({ id })) },
  });
}
