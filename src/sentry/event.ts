import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import { decodeException, decodeThread, type ExceptionValue, type Thread } from "./stack.ts";

export interface Event {
  /** 32 hexadecimal digits. */
  readonly id?: string;
  readonly issueId?: string;
  readonly projectId?: string;
  readonly title?: string;
  readonly type?: string;
  readonly platform?: string;
  readonly occurredAt?: string;
  readonly release?: string;
  readonly message?: string;
  /** 32 hexadecimal digits. */
  readonly traceId?: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly user: Readonly<Record<string, unknown>>;
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, unknown>>;
  /** Innermost cause first, as Sentry has it. */
  readonly exceptions: readonly ExceptionValue[];
  readonly threads: readonly Thread[];
  readonly request?: HttpRequest;
  readonly breadcrumbs: readonly Breadcrumb[];
  /** What Sentry found, for issues that are no errors. */
  readonly evidence: readonly { readonly name: string; readonly value: string }[];
}

export interface HttpRequest {
  readonly method?: string;
  readonly url?: string;
  readonly query: Pairs;
  readonly headers: Pairs;
  readonly body?: unknown;
}

type Pairs = readonly (readonly [string, string])[];

export interface Breadcrumb {
  readonly at?: string;
  readonly type?: string;
  readonly level?: string;
  readonly category?: string;
  readonly message?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function decodeEvent(raw: unknown): Event | undefined {
  if (!isRecord(raw)) return undefined;
  const entry = (type: string): Record<string, unknown> =>
    record(listOf(raw.entries, record).find((one) => one.type === type)?.data);
  const request = entry("request");
  return {
    id: text(raw.eventID) ?? text(raw.id),
    issueId: idOf(raw.groupID),
    projectId: idOf(raw.projectID),
    title: text(raw.title),
    type: text(raw.type),
    platform: text(raw.platform),
    occurredAt: time(raw.dateCreated) ?? time(raw.dateReceived),
    release: text(record(raw.release).version) ?? text(raw.release),
    message: text(entry("message").formatted) ?? text(entry("message").message) ?? text(raw.message),
    traceId: decodeTraceId(record(raw.contexts).trace),
    tags: listOf(raw.tags, decodeTag),
    user: record(raw.user),
    contexts: record(raw.contexts),
    extra: record(raw.context),
    exceptions: listOf(entry("exception").values, decodeException),
    threads: listOf(entry("threads").values, decodeThread),
    request: Object.keys(request).length > 0 ? decodeRequest(request) : undefined,
    breadcrumbs: listOf(entry("breadcrumbs").values, decodeBreadcrumb),
    evidence: listOf(record(raw.occurrence).evidenceDisplay, decodeEvidence),
  };
}

function decodeTraceId(raw: unknown): string | undefined {
  const id = text(record(raw).trace_id);
  return id && /^[\da-f]{32}$/i.test(id) ? id : undefined;
}

function decodeTag(raw: unknown): { key: string; value: string } | undefined {
  const key = text(record(raw).key);
  const value = idOf(record(raw).value);
  return key && value ? { key, value } : undefined;
}

function decodeRequest(raw: Record<string, unknown>): HttpRequest {
  return {
    method: text(raw.method),
    url: text(raw.url),
    query: pairsOf(raw.query),
    headers: pairsOf(raw.headers),
    body: raw.data ?? undefined,
  };
}

/** Pairs, or an object, or a query string: SDKs differ. */
function pairsOf(raw: unknown): Pairs {
  if (typeof raw === "string") return [...new URLSearchParams(raw)];
  const entries: unknown[] = isRecord(raw) ? Object.entries(raw) : listOf(raw, (pair) => pair);
  return listOf(entries, (pair) => {
    if (!Array.isArray(pair)) return undefined;
    const [name, value]: unknown[] = pair;
    return typeof name === "string" ? ([name, idOf(value) ?? ""] as const) : undefined;
  });
}

function decodeBreadcrumb(raw: unknown): Breadcrumb | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    at: time(raw.timestamp) ?? secondsSince1970(raw.timestamp),
    type: text(raw.type),
    level: text(raw.level),
    category: text(raw.category),
    message: text(raw.message),
    data: record(raw.data),
  };
}

function secondsSince1970(raw: unknown): string | undefined {
  const seconds = numberOf(raw);
  // Beyond this a date cannot be made (ECMA-262 §21.4.1.1).
  return seconds === undefined || Math.abs(seconds) > 8.64e12
    ? undefined
    : new Date(seconds * 1000).toISOString();
}

function decodeEvidence(raw: unknown): { name: string; value: string } | undefined {
  const fields = record(raw);
  const name = text(fields.name);
  const value = idOf(fields.value);
  return name && value ? { name, value } : undefined;
}

/**
 * `GET /organizations/{organization}/issues/{issue}/events/{event}/`; "latest" is an event id, too.
 *
 * @see https://docs.sentry.io/api/events/retrieve-an-issue-event/
 */
export function getEvent(organization: OrganizationAccess, issueId: string, eventId: string): Promise<Event> {
  return organization.get({
    path: ["issues", issueId, "events", eventId],
    decode: decodeEvent,
    projectOf: (event) => ({ id: event.projectId }),
  });
}

/**
 * `GET /projects/{organization}/{project}/events/{event}/`, of any type: a transaction belongs to no issue.
 *
 * @param project Slug or id.
 * @see https://docs.sentry.io/api/events/retrieve-an-event-for-a-project/
 */
export function getProjectEvent(
  organization: OrganizationAccess,
  project: string,
  eventId: string,
): Promise<Event> {
  return organization.get({
    inProject: project,
    path: ["events", eventId],
    decode: decodeEvent,
    projectOf: (event) => ({ id: event.projectId }),
  });
}

/** An event as lists have it. */
export interface EventSummary {
  readonly id: string;
  readonly projectId?: string;
  readonly title?: string;
  readonly message?: string;
  readonly occurredAt?: string;
  readonly platform?: string;
  readonly tags: Event["tags"];
  /** Whatever of the user is known first: email, name, id or address. */
  readonly user?: string;
}

export function decodeEventSummary(raw: unknown): EventSummary | undefined {
  if (!isRecord(raw)) return undefined;
  const id = text(raw.eventID) ?? text(raw.id);
  if (!id) return undefined;
  const user = record(raw.user);
  return {
    id,
    projectId: idOf(raw.projectID),
    title: text(raw.title),
    message: text(raw.message),
    occurredAt: time(raw.dateCreated),
    platform: text(raw.platform),
    tags: listOf(raw.tags, decodeTag),
    user: text(user.email) ?? text(user.username) ?? text(user.name) ?? idOf(user.id) ??
      text(user.ip_address),
  };
}

/**
 * `GET /organizations/{organization}/issues/{issue}/events/`, newest first
 *
 * @see https://docs.sentry.io/api/events/list-an-issues-events/
 */
export function searchIssueEvents(
  organization: OrganizationAccess,
  issueId: string,
  options: { query: string; period: string; limit: number; cursor?: string },
): Promise<Page<EventSummary>> {
  const { query, period: statsPeriod, limit, cursor } = options;
  return organization.list({
    path: ["issues", issueId, "events"],
    query: { query, statsPeriod, per_page: limit, cursor },
    decode: decodeEventSummary,
    projectOf: (event) => ({ id: event.projectId }),
  });
}

export interface EventPlace {
  readonly issueId: string;
  readonly projectSlug?: string;
}

export function decodeEventPlace(raw: unknown): EventPlace | undefined {
  const { groupId, projectSlug } = record(raw);
  const issueId = idOf(groupId);
  return issueId ? { issueId, projectSlug: text(projectSlug) } : undefined;
}

/**
 * `GET /organizations/{organization}/eventids/{event}/`: which issue an event belongs to, however old it is.
 *
 * @see https://docs.sentry.io/api/organizations/resolve-an-event-id/
 */
export function findEvent(organization: OrganizationAccess, eventId: string): Promise<EventPlace> {
  return organization.get({
    path: ["eventids", eventId],
    decode: decodeEventPlace,
    projectOf: (place) => ({ slug: place.projectSlug }),
  });
}
