import type { OrganizationAccess } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import type { Assignee } from "./issue.ts";
import { decodeOwner } from "./owner.ts";

/** What finds problems and makes issues of them; the pages call it a monitor. */
export interface Detector {
  readonly id: string;
  readonly projectId?: string;
  readonly name?: string;
  readonly description?: string;
  /** `metric_issue`, `uptime_domain_failure`, `monitor_check_in_failure`, `error`, … */
  readonly type?: string;
  readonly isEnabled?: boolean;
  readonly owner?: Assignee;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly sources: readonly DetectorSource[];
  readonly conditions: readonly DetectorCondition[];
  readonly openIssues?: number;
  readonly latestIssue?: { readonly shortId: string; readonly title?: string; readonly status?: string };
  /** Of the alerts that hang on it. */
  readonly alertIds: readonly string[];
}

/** A query of numbers, an address that is called, or a job: whatever of them is known. */
export interface DetectorSource {
  readonly dataset?: string;
  readonly aggregate?: string;
  readonly query?: string;
  readonly windowSeconds?: number;
  readonly environment?: string;
  readonly method?: string;
  readonly url?: string;
  readonly intervalSeconds?: number;
  readonly cronSlug?: string;
}

export interface DetectorCondition {
  readonly type: string;
  readonly comparison?: unknown;
  readonly result?: unknown;
}

export function decodeDetector(raw: unknown): Detector | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  const { shortId, title, status } = record(raw.latestGroup);
  const latest = text(shortId);
  return {
    id,
    projectId: idOf(raw.projectId),
    name: text(raw.name),
    description: text(raw.description),
    type: text(raw.type),
    isEnabled: flag(raw.enabled),
    owner: decodeOwner(raw.owner),
    createdAt: time(raw.dateCreated),
    updatedAt: time(raw.dateUpdated),
    sources: listOf(raw.dataSources, decodeSource),
    conditions: listOf(record(raw.conditionGroup).conditions, decodeCondition),
    openIssues: numberOf(raw.openIssues),
    latestIssue: latest ? { shortId: latest, title: text(title), status: text(status) } : undefined,
    alertIds: listOf(raw.workflowIds, idOf),
  };
}

function decodeSource(raw: unknown): DetectorSource | undefined {
  if (!isRecord(raw)) return undefined;
  const object = record(raw.queryObj);
  const query = record(object.snubaQuery);
  return {
    dataset: text(query.dataset),
    aggregate: text(query.aggregate),
    query: text(query.query),
    windowSeconds: numberOf(query.timeWindow),
    environment: text(query.environment),
    method: text(object.method),
    url: text(object.url),
    intervalSeconds: numberOf(object.intervalSeconds),
    cronSlug: text(object.slug),
  };
}

export function decodeCondition(raw: unknown): DetectorCondition | undefined {
  const { type, comparison, conditionResult } = record(raw);
  const named = text(type);
  return named
    ? { type: named, comparison: comparison ?? undefined, result: conditionResult ?? undefined }
    : undefined;
}

/**
 * `GET /organizations/{organization}/detectors/{detector}/`
 *
 * @see https://docs.sentry.io/api/monitors/fetch-a-monitor/
 */
export function getDetector(organization: OrganizationAccess, detectorId: string): Promise<Detector> {
  return organization.get({
    path: ["detectors", detectorId],
    decode: decodeDetector,
    projectOf: (detector) => ({ id: detector.projectId }),
  });
}
