import type { Dashboard, Widget, WidgetQuery } from "../sentry/dashboard.ts";
import { code, counted, joined, word } from "./markdown.ts";
import { facts, reading, section } from "./reading.ts";
import { moment } from "./time.ts";

export interface DashboardReading {
  readonly organizationSlug: string;
  readonly dashboard: Dashboard;
  readonly asOf: string;
}

export function renderDashboard({ organizationSlug, dashboard, asOf }: DashboardReading): string {
  const { projectIds, environments, period, start, end, widgets } = dashboard;
  return reading(
    `Dashboard ${code(dashboard.id)}`,
    facts(
      ["Title", dashboard.title && code(dashboard.title, 200)],
      ["Organization", code(organizationSlug)],
      [
        "Projects",
        projectIds.length > 0
          ? projectIds.slice(0, 20).map((id) => `id ${code(id, 30)}`).join(", ")
          : "those of whoever looks at it",
      ],
      ["Environments", environments.slice(0, 10).map((name) => code(name, 80)).join(", ")],
      ["Period", period ? word(period) : start && end && `${moment(start, asOf)} to ${moment(end, asOf)}`],
      [
        "Created",
        joined(
          dashboard.createdAt && moment(dashboard.createdAt, asOf),
          dashboard.createdBy && `by ${code(dashboard.createdBy, 80)}`,
        ),
      ],
    ),
    [["widgets", section(counted(widgets.length, "widget"), widgets.map(widgetText), 20)]],
  );
}

function widgetText({ title, display, dataset, queries }: Widget): string {
  return joined(
    title ? code(title, 60) : "without title",
    display && word(display),
    dataset && `of ${word(dataset)}`,
    queries.slice(0, 2).map(queryText).join("; "),
    queries.length > 2 && `${queries.length - 2} more queries`,
  );
}

function queryText({ fields, conditions, sort }: WidgetQuery): string {
  return [
    fields.length > 0 && code(fields.join(", "), 80),
    conditions && `where ${code(conditions, 80)}`,
    sort && `by ${code(sort, 40)}`,
  ].filter(Boolean).join(" ");
}
