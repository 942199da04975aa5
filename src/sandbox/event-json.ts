import type { Desk } from "./access.ts";
import { issueJson } from "./issue-json.ts";
import { releaseJson } from "./people-json.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";

const HOUR_MS = 3_600_000;

/** The tags that the issue's events carry: the most frequent value of each. */
export function tagsOf({ seed }: WorldIssue): { key: string; value: string }[] {
  return seed.tags.map(([key, [first]]) => ({ key, value: first?.[0] ?? "" }));
}

/** The newest event happened at `lastSeen`, the others evenly spread back to `firstSeen`. */
export function eventAtMs(desk: Desk, { seed, eventIds }: WorldIssue, eventId: string): number {
  const index = eventIds.indexOf(eventId);
  const step = (seed.firstSeenHoursAgo - seed.lastSeenHoursAgo) / Math.max(1, eventIds.length - 1);
  return desk.state.seededAtMs - Math.round((seed.lastSeenHoursAgo + step * index) * HOUR_MS);
}

/** An event as lists have it. */
export function eventJson(desk: Desk, issue: WorldIssue, eventId: string): Json {
  const { seed, project } = issue;
  return {
    id: eventId,
    eventID: eventId,
    groupID: issue.id,
    projectID: project.id,
    "event.type": seed.type,
    type: seed.type,
    message: seed.event.message ?? "",
    title: seed.title,
    location: seed.event.location ?? null,
    culprit: seed.culprit,
    user: seed.event.user ?? null,
    tags: tagsOf(issue),
    platform: seed.platform,
    dateCreated: isoTime(eventAtMs(desk, issue, eventId)),
    crashFile: null,
    metadata: seed.metadata,
  };
}

/** An event whole, with its neighbours in time. */
export function eventDetailsJson(desk: Desk, issue: WorldIssue, eventId: string): Json {
  const { seed, eventIds } = issue;
  const index = eventIds.indexOf(eventId);
  const at = eventAtMs(desk, issue, eventId);
  const release = seed.tags.find(([key]) => key === "release")?.[1][0]?.[0] ?? seed.lastRelease;
  return {
    ...eventJson(desk, issue, eventId),
    size: 20_480,
    dist: seed.event.dist ?? null,
    dateReceived: isoTime(at),
    contexts: seed.event.contexts ?? {},
    context: seed.event.extra ?? {},
    packages: {},
    sdk: seed.event.sdk ?? null,
    entries: seed.event.entries(at),
    errors: [],
    fingerprints: [issue.id.padStart(32, "0")],
    groupingConfig: { id: "newstyle:2023-01-11", enhancements: "" },
    occurrence: seed.event.occurrence
      ? { ...seed.event.occurrence, projectId: Number(issue.project.id), eventId, detectionTime: at / 1000 }
      : null,
    release: releaseJson(desk, release),
    userReport: null,
    sdkUpdates: [],
    resolvedWith: [],
    nextEventID: eventIds[index - 1] ?? null,
    previousEventID: eventIds[index + 1] ?? null,
    _meta: {},
  };
}

/** What `/shortids/` and `/eventids/` answer with around the thing itself. */
export function lookupJson(desk: Desk, issue: WorldIssue): Json {
  return {
    organizationSlug: issue.project.organization,
    projectSlug: issue.project.slug,
    groupId: issue.id,
    shortId: issue.shortId,
    group: issueJson(desk, issue),
  };
}
