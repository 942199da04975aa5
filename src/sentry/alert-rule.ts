import type { OrganizationAccess } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import type { Assignee } from "./issue.ts";
import { decodeOwner } from "./owner.ts";

/** An alert of the older kind, on the issues of one project. */
export interface IssueAlert {
  readonly id: string;
  readonly name?: string;
  readonly status?: string;
  readonly isMuted: boolean;
  readonly environment?: string;
  readonly owner?: Assignee;
  /** At most so often for the same issue. */
  readonly frequencyMinutes?: number;
  readonly createdAt?: string;
  readonly lastTriggeredAt?: string;
  /** `all`, `any` or `none` of the conditions, and of the filters. */
  readonly actionMatch?: string;
  readonly filterMatch?: string;
  readonly conditions: readonly RulePart[];
  readonly filters: readonly RulePart[];
  readonly actions: readonly RulePart[];
  /** Slugs. */
  readonly projects: readonly string[];
}

/** A class of Sentry's rules, and what is set for it. */
export interface RulePart {
  readonly id: string;
  /** The sentence that the page shows, where Sentry sends it. */
  readonly name?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function decodeIssueAlert(raw: unknown): IssueAlert | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  return {
    id,
    name: text(raw.name),
    status: text(raw.status),
    isMuted: flag(raw.snooze) ?? false,
    environment: text(raw.environment),
    owner: decodeOwner(raw.owner),
    frequencyMinutes: numberOf(raw.frequency),
    createdAt: time(raw.dateCreated),
    lastTriggeredAt: time(raw.lastTriggered),
    actionMatch: text(raw.actionMatch),
    filterMatch: text(raw.filterMatch),
    conditions: listOf(raw.conditions, decodeRulePart),
    filters: listOf(raw.filters, decodeRulePart),
    actions: listOf(raw.actions, decodeRulePart),
    projects: listOf(raw.projects, text),
  };
}

function decodeRulePart(raw: unknown): RulePart | undefined {
  const { id, name, ...settings } = record(raw);
  const named = text(id);
  return named ? { id: named, name: text(name), settings } : undefined;
}

/**
 * `GET /projects/{organization}/{project}/rules/{rule}/`
 *
 * @param project Slug or id.
 * @see https://docs.sentry.io/api/alerts/retrieve-an-issue-alert-rule-for-a-project/
 */
export function getIssueAlert(
  organization: OrganizationAccess,
  project: string,
  ruleId: string,
): Promise<IssueAlert> {
  return organization.get({
    inProject: project,
    path: ["rules", ruleId],
    query: { expand: "lastTriggered" },
    decode: decodeIssueAlert,
    projectOf: { every: ({ projects }) => projects.map((slug) => ({ slug })) },
  });
}

/** An alert of the older kind, on a number. */
export interface MetricAlert {
  readonly id: string;
  readonly name?: string;
  readonly dataset?: string;
  readonly query?: string;
  readonly aggregate?: string;
  readonly windowMinutes?: number;
  readonly environment?: string;
  readonly owner?: Assignee;
  readonly createdAt?: string;
  /** Whether the threshold is a ceiling or a floor. */
  readonly isAbove?: boolean;
  readonly resolveThreshold?: number;
  /** Against the same time so long before. */
  readonly comparisonMinutes?: number;
  readonly triggers: readonly MetricTrigger[];
  /** Slugs. */
  readonly projects: readonly string[];
}

export interface MetricTrigger {
  readonly label: string;
  readonly threshold?: number;
  /** `slack #my-channel`. */
  readonly actions: readonly string[];
}

export function decodeMetricAlert(raw: unknown): MetricAlert | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  const kind = numberOf(raw.thresholdType);
  return {
    id,
    name: text(raw.name),
    dataset: text(raw.dataset),
    query: text(raw.query),
    aggregate: text(raw.aggregate),
    windowMinutes: numberOf(raw.timeWindow),
    environment: text(raw.environment),
    owner: decodeOwner(raw.owner),
    createdAt: time(raw.dateCreated),
    isAbove: kind === 0 ? true : kind === 1 ? false : undefined,
    resolveThreshold: numberOf(raw.resolveThreshold),
    comparisonMinutes: numberOf(raw.comparisonDelta),
    triggers: listOf(raw.triggers, decodeTrigger),
    projects: listOf(raw.projects, text),
  };
}

function decodeTrigger(raw: unknown): MetricTrigger | undefined {
  const { label, alertThreshold, actions } = record(raw);
  const named = text(label);
  if (!named) return undefined;
  return { label: named, threshold: numberOf(alertThreshold), actions: listOf(actions, actionText) };
}

function actionText(raw: unknown): string | undefined {
  const { type, targetType, targetIdentifier, inputChannelId } = record(raw);
  const parts = [
    text(type),
    text(inputChannelId) ?? text(targetType),
    inputChannelId ? undefined : idOf(targetIdentifier),
  ];
  return text(parts.filter((part) => part !== undefined).join(" "));
}

/**
 * `GET /organizations/{organization}/alert-rules/{rule}/`
 *
 * @see https://docs.sentry.io/api/alerts/retrieve-a-metric-alert-rule-for-an-organization/
 */
export function getMetricAlert(organization: OrganizationAccess, ruleId: string): Promise<MetricAlert> {
  return organization.get({
    path: ["alert-rules", ruleId],
    decode: decodeMetricAlert,
    projectOf: { every: ({ projects }) => projects.map((slug) => ({ slug })) },
  });
}
