import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, listOf, numberOf, text, time } from "./decode.ts";
import type { Issue } from "./issue.ts";

export interface TagValues {
  readonly key: string;
  readonly name?: string;
  /** Events that have the tag. */
  readonly events?: number;
  readonly distinctValues?: number;
  /** Most frequent first. */
  readonly top: readonly TagValue[];
}

export interface TagValue {
  readonly value: string;
  readonly events?: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
}

export function decodeTagValues(raw: unknown): TagValues | undefined {
  if (!isRecord(raw)) return undefined;
  const key = text(raw.key);
  if (!key) return undefined;
  return {
    key,
    name: text(raw.name),
    events: numberOf(raw.totalValues),
    distinctValues: numberOf(raw.uniqueValues),
    top: listOf(raw.topValues, decodeTagValue),
  };
}

function decodeTagValue(raw: unknown): TagValue | undefined {
  if (!isRecord(raw)) return undefined;
  const value = idOf(raw.value) ?? idOf(raw.name);
  if (value === undefined) return undefined;
  return {
    value,
    events: numberOf(raw.count),
    firstSeen: time(raw.firstSeen),
    lastSeen: time(raw.lastSeen),
  };
}

/**
 * `GET /organizations/{organization}/issues/{issue}/tags/{key}/`
 *
 * @param issue As it was fetched: the answer does not say which project it is of.
 * @see https://docs.sentry.io/api/events/retrieve-tag-details/
 */
export function getTagValues(
  organization: OrganizationAccess,
  issue: Issue,
  key: string,
): Promise<TagValues> {
  return organization.get({
    path: ["issues", issue.id, "tags", key],
    decode: decodeTagValues,
    projectOf: () => issue.project,
  });
}

/**
 * `GET /organizations/{organization}/issues/{issue}/tags/`: every tag, each with its most frequent values.
 *
 * @param issue Read at the same time: the answer does not say which project it is of.
 * @see `src/sentry/issues/endpoints/group_tags.py` of getsentry/sentry
 */
export function listTags(
  organization: OrganizationAccess,
  issueId: string,
  options: { issue: Promise<Issue>; values: number },
): Promise<Page<TagValues>> {
  return organization.list({
    path: ["issues", issueId, "tags"],
    query: { limit: options.values },
    decode: decodeTagValues,
    projectOf: async () => (await options.issue).project,
  });
}
