import * as v from "valibot";
import { renderIssueAlert, renderMetricAlert } from "../render/alert-rule.ts";
import { renderCronMonitor } from "../render/cron-monitor.ts";
import { renderDashboard } from "../render/dashboard.ts";
import { renderDetector } from "../render/detector.ts";
import { renderFeedback } from "../render/feedback.ts";
import { type IssueDetails, renderIssueDetails } from "../render/issue-details.ts";
import { blocks } from "../render/markdown.ts";
import { renderProfile } from "../render/profile.ts";
import { renderRelease } from "../render/release.ts";
import { renderReplay } from "../render/replay.ts";
import { renderSearchLink } from "../render/search-link.ts";
import { renderContinuousProfile } from "../render/continuous-profile.ts";
import { renderTransaction, type TransactionReading } from "../render/transaction.ts";
import { renderUptimeMonitor } from "../render/uptime-monitor.ts";
import { renderWorkflow } from "../render/workflow.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { getIssueAlert, getMetricAlert } from "../sentry/alert-rule.ts";
import { getCronMonitor, listCheckIns } from "../sentry/cron-monitor.ts";
import { getDashboard } from "../sentry/dashboard.ts";
import { getDetector } from "../sentry/detector.ts";
import { SentryError } from "../sentry/error.ts";
import { getEvent, getProjectEvent } from "../sentry/event.ts";
import { getIssue } from "../sentry/issue.ts";
import type { LinkTarget } from "../sentry/link.ts";
import { getProfile } from "../sentry/profile.ts";
import { getRelease } from "../sentry/release.ts";
import { getReplay } from "../sentry/replay.ts";
import type { SearchLink } from "../sentry/search-link.ts";
import { getUptimeMonitor, listUptimeChecks } from "../sentry/uptime-monitor.ts";
import { getWorkflow } from "../sentry/workflow.ts";
import type { ToolContext } from "./define.ts";
import { getIssueDetails } from "./get-issue-details.ts";
import { getSpanDetails } from "./get-span-details.ts";
import { getTraceDetails } from "./get-trace-details.ts";
import { shortIdCase } from "./issue-address.ts";
import { searchEvents } from "./search-events.ts";
import { ISSUE_SORTS, searchIssues } from "./search-issues.ts";

export type ReadableTarget = Exclude<LinkTarget, { kind: "page" }>;

export type ReadableKind = ReadableTarget["kind"];

type Targets = { readonly [Target in ReadableTarget as Target["kind"]]: Target };

export interface ReadingPlace {
  readonly organization: OrganizationAccess;
  readonly context: ToolContext;
  readonly asOf: string;
}

export interface Reader<Target, Data = unknown> {
  /** Fetches and shapes: plain data. */
  read(target: Target, place: ReadingPlace): Promise<Data>;
  /** Pure: what `read` gave to Markdown. */
  render(data: Data): string;
}

/** Ties what is read to what is rendered. */
function reader<Target, Data>(reader: Reader<Target, Data>): Reader<Target> {
  return reader;
}

const LATEST = 10;

const issueDetails = (place: ReadingPlace, named: { issueId?: string; eventId?: string }) =>
  getIssueDetails.run({ organizationSlug: place.organization.slug, frames: "app", ...named }, place.context);

/** An event of an issue, or one that belongs to none. */
type EventReading = { readonly details: IssueDetails } | { readonly transaction: TransactionReading };

/** How each kind of thing is read: the one place where a tool for a kind is plugged in. */
export const READERS: { readonly [Kind in ReadableKind]: Reader<Targets[Kind]> } = {
  issue: reader({
    read: ({ issueId }, place) => issueDetails(place, { issueId: shortIdCase(issueId) }),
    render: getIssueDetails.render,
  }),
  event: reader({
    read: async (target, place): Promise<EventReading> => {
      const { eventId, project } = target;
      if (target.issueId !== undefined || project === undefined) {
        const issueId = target.issueId && shortIdCase(target.issueId);
        return { details: await issueDetails(place, { issueId, eventId }) };
      }
      const event = await getProjectEvent(place.organization, project, eventId);
      if (event.issueId !== undefined) {
        return { details: await issueDetails(place, { issueId: event.issueId, eventId }) };
      }
      const { organization, asOf } = place;
      return { transaction: { organizationSlug: organization.slug, project, event, asOf } };
    },
    render: (data) =>
      "details" in data ? renderIssueDetails(data.details) : renderTransaction(data.transaction),
  }),
  trace: reader({
    read: ({ traceId }, { organization, context }) =>
      getTraceDetails.run({ organizationSlug: organization.slug, traceId }, context),
    render: getTraceDetails.render,
  }),
  span: reader({
    read: ({ traceId, spanId }, { organization, context }) =>
      getSpanDetails.run({ organizationSlug: organization.slug, traceId, spanId }, context),
    render: getSpanDetails.render,
  }),
  search: reader({
    read: async (search, place) => ({
      organizationSlug: place.organization.slug,
      dataset: search.dataset,
      search,
      found: await foundEvents(search, place),
    }),
    render: ({ found, ...link }) =>
      found
        ? blocks(searchEvents.render(found), "`search_events` runs a search like this.")
        : renderSearchLink(link),
  }),
  issueSearch: reader({
    read: async (search, place) => ({
      organizationSlug: place.organization.slug,
      search,
      found: await foundIssues(search, place),
    }),
    render: ({ found, ...link }) => blocks(renderSearchLink(link), found && searchIssues.render(found)),
  }),
  continuousProfile: reader({
    read: (profile, { organization }) => Promise.resolve({ ...profile, organizationSlug: organization.slug }),
    render: renderContinuousProfile,
  }),
  replay: reader({
    read: async ({ replayId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      replay: await getReplay(organization, replayId),
      asOf,
    }),
    render: renderReplay,
  }),
  profile: reader({
    read: async ({ project, profileId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      project,
      profileId,
      profile: await getProfile(organization, project, profileId),
      asOf,
    }),
    render: renderProfile,
  }),
  cron: reader({
    read: async ({ monitor: named }, { organization, asOf }) => {
      const monitor = await getCronMonitor(organization, named);
      const checkIns = await unlessRefused(listCheckIns(organization, monitor, { limit: LATEST }));
      return { organizationSlug: organization.slug, monitor, checkIns: checkIns?.items, asOf };
    },
    render: renderCronMonitor,
  }),
  uptime: reader({
    read: async (address, { organization, asOf }) => {
      const monitor = await getUptimeMonitor(organization, address);
      const checks = await unlessRefused(listUptimeChecks(organization, address, monitor, { limit: LATEST }));
      return { organizationSlug: organization.slug, monitor, checks: checks?.items, asOf };
    },
    render: renderUptimeMonitor,
  }),
  monitor: reader({
    read: async ({ monitorId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      detector: await getDetector(organization, monitorId),
      asOf,
    }),
    render: renderDetector,
  }),
  release: reader({
    read: async ({ version, project }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      release: await getRelease(organization, version, project),
      asOf,
    }),
    render: renderRelease,
  }),
  dashboard: reader({
    read: async ({ dashboardId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      dashboard: await getDashboard(organization, dashboardId),
      asOf,
    }),
    render: renderDashboard,
  }),
  issueAlert: reader({
    read: async ({ project, ruleId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      rule: await getIssueAlert(organization, project, ruleId),
      asOf,
    }),
    render: renderIssueAlert,
  }),
  metricAlert: reader({
    read: async ({ ruleId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      rule: await getMetricAlert(organization, ruleId),
      asOf,
    }),
    render: renderMetricAlert,
  }),
  alert: reader({
    read: async ({ alertId }, { organization, asOf }) => ({
      organizationSlug: organization.slug,
      workflow: await getWorkflow(organization, alertId),
      asOf,
    }),
    render: renderWorkflow,
  }),
  feedback: reader({
    read: async ({ issueId }, { organization, asOf }) => {
      const id = shortIdCase(issueId);
      const [issue, event] = await Promise.all([
        getIssue(organization, id),
        unlessRefused(getEvent(organization, id, "latest")),
      ]);
      return { organizationSlug: organization.slug, issue, event, asOf };
    },
    render: renderFeedback,
  }),
};

/**
 * What a search of a page finds, unless it says more than the tool for it takes. The interval of a page is that of
 * its chart, above the rows that are read here.
 */
async function foundEvents(search: Targets["search"], { organization, context }: ReadingPlace) {
  const { dataset, query, fields, sort, period, start, end, projects, environments } = search;
  if (projects.length > 1) return undefined;
  const input = v.safeParse(searchEvents.input, {
    organizationSlug: organization.slug,
    dataset,
    query,
    fields: fields.length > 0 ? fields : undefined,
    sort,
    projectSlug: projects[0],
    environment: environments,
    period,
    start,
    end,
    limit: LATEST,
  });
  if (!input.success) return undefined;
  try {
    return await searchEvents.run(input.output, context);
  } catch (error) {
    // Pages know columns, orders and datasets that searches do not.
    if (error instanceof SentryError && error.kind === "invalid") return undefined;
    throw error;
  }
}

/** The first issues of a search, unless it says more than the tool for it takes. */
function foundIssues(search: SearchLink, { organization, context }: ReadingPlace) {
  const { query = "", sort, period = "14d", start, projects, environments } = search;
  const [project, ...others] = projects;
  if (
    start !== undefined || others.length > 0 || environments.length > 0 || !/^[1-9]\d{0,4}[hdw]$/.test(period)
  ) {
    return Promise.resolve(undefined);
  }
  return searchIssues.run({
    organizationSlug: organization.slug,
    query,
    sort: ISSUE_SORTS.find((known) => known === sort) ?? "date",
    projectSlugOrId: project,
    period,
    limit: LATEST,
  }, context);
}

/** A thing is worth telling without the part that Sentry does not give. */
async function unlessRefused<T>(part: Promise<T>): Promise<T | undefined> {
  try {
    return await part;
  } catch (error) {
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    return undefined;
  }
}
