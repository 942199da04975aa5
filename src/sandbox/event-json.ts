import type { Desk } from "./access.ts";
import { issueJson } from "./issue-json.ts";
import { releaseJson } from "./people-json.ts";
import { reportJson } from "./report-json.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";
import { reportsOf } from "./world/reports.ts";

const HOUR_MS = 3_600_000;

/** The tags that an event carries: the most frequent value of each, unless events take turns. */
export function eventTags({ seed }: WorldIssue, index: number): [string, string][] {
  return seed.tags.map(([key, values]) => {
    const turn = seed.variesTags ? index % values.length : 0;
    return [key, values[turn]?.[0] ?? ""];
  });
}

/** The newest event happened at `lastSeen`, the others evenly spread back to `firstSeen`. */
export function eventAtMs(desk: Desk, { seed, eventIds }: WorldIssue, index: number): number {
  const step = (seed.firstSeenHoursAgo - seed.lastSeenHoursAgo) / Math.max(1, eventIds.length - 1);
  return desk.state.seededAtMs - Math.round((seed.lastSeenHoursAgo + step * index) * HOUR_MS);
}

/** An event as lists have it. */
export function eventJson(desk: Desk, issue: WorldIssue, eventId: string): Json {
  const { seed, project, eventIds } = issue;
  const index = eventIds.indexOf(eventId);
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
    tags: eventTags(issue, index).map(([key, value]) => ({ key, value })),
    platform: seed.platform,
    dateCreated: isoTime(eventAtMs(desk, issue, index)),
    crashFile: null,
    metadata: seed.metadata,
    ...seed.overrides?.event,
  };
}

/** An event whole, with its neighbours in time. */
export function eventDetailsJson(desk: Desk, issue: WorldIssue, eventId: string): Json {
  const { seed, eventIds } = issue;
  const index = eventIds.indexOf(eventId);
  const at = eventAtMs(desk, issue, index);
  const release = eventTags(issue, index).find(([key]) => key === "release")?.[1] ?? seed.lastRelease;
  const report = reportsOf(issue.shortId).find(({ event }) => event === index);
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
    errors: seed.event.errors ?? [],
    fingerprints: [issue.id.padStart(32, "0")],
    groupingConfig: { id: "newstyle:2023-01-11", enhancements: "" },
    occurrence: seed.event.occurrence
      ? { ...seed.event.occurrence, projectId: Number(issue.project.id), eventId, detectionTime: at / 1000 }
      : null,
    release: releaseJson(desk, release),
    userReport: report ? reportJson(desk, issue, report) : null,
    sdkUpdates: [],
    resolvedWith: [],
    nextEventID: eventIds[index - 1] ?? null,
    previousEventID: eventIds[index + 1] ?? null,
    _meta: {},
    ...seed.overrides?.event,
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
