import type { Desk } from "./access.ts";
import { activitiesJson, notesOf } from "./activity.ts";
import { actorJson, projectReference, releaseJson } from "./people-json.ts";
import { tagName } from "./tag-name.ts";
import { TEAMS } from "./world/directory.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";
import { reportsOf } from "./world/reports.ts";

const HOUR_MS = 3_600_000;

export function hoursAgo(desk: Desk, hours: number): string {
  return isoTime(desk.state.seededAtMs - hours * HOUR_MS);
}

/** An issue as lists have it. */
export function issueJson(desk: Desk, issue: WorldIssue, statsPeriod = "24h"): Json {
  const { seed, project } = issue;
  const triage = desk.state.triageOf(issue);
  // A priority that a person set is no longer Sentry's to change.
  const lockedAt = desk.state.activityOf(issue).findLast(({ type, login }) =>
    type === "set_priority" && login !== ""
  );
  return {
    id: issue.id,
    shareId: null,
    shortId: issue.shortId,
    title: seed.title,
    culprit: seed.culprit,
    permalink: `${desk.baseUrl}/organizations/${project.organization}/issues/${issue.id}/`,
    logger: null,
    level: seed.level,
    status: triage.status,
    statusDetails: triage.statusDetails,
    substatus: triage.substatus ?? null,
    isPublic: false,
    platform: seed.platform,
    project: projectReference(project),
    type: seed.type,
    metadata: { ...seed.metadata, sdk: { name: seed.event.sdk?.["name"] ?? null } },
    numComments: notesOf(desk, issue).length,
    assignedTo: actorJson(triage.assignee),
    isBookmarked: false,
    isSubscribed: false,
    subscriptionDetails: null,
    hasSeen: false,
    annotations: [],
    issueType: seed.issueType,
    issueCategory: seed.issueCategory,
    priority: triage.priority,
    priorityLockedAt: lockedAt ? isoTime(lockedAt.atMs) : null,
    seerFixabilityScore: null,
    seerAutofixLastTriggered: null,
    isUnhandled: seed.isUnhandled,
    count: String(seed.count),
    userCount: seed.userCount,
    firstSeen: hoursAgo(desk, seed.firstSeenHoursAgo),
    lastSeen: hoursAgo(desk, seed.lastSeenHoursAgo),
    owners: ownersOf(desk, issue),
    stats: statsPeriod ? { [statsPeriod]: statsOf(desk, issue, statsPeriod) } : {},
    ...seed.overrides?.issue,
  };
}

/** An issue as its own page has it. */
export function issueDetailsJson(desk: Desk, issue: WorldIssue): Json {
  const { seed } = issue;
  const stats = { "24h": statsOf(desk, issue, "24h"), "30d": statsOf(desk, issue, "30d") };
  return {
    ...issueJson(desk, issue),
    stats,
    activity: activitiesJson(desk, issue),
    firstRelease: releaseJson(desk, seed.firstRelease),
    lastRelease: releaseJson(desk, seed.lastRelease),
    tags: seed.tags.map(([key, values]) => ({
      key,
      name: tagName(key),
      totalValues: values.reduce((sum, [, count]) => sum + count, 0),
    })),
    userReportCount: reportsOf(issue.shortId).length,
    seenBy: [],
    participants: [],
    pluginActions: [],
    pluginIssues: [],
    pluginContexts: [],
    ...seed.overrides?.issue,
  };
}

/** Who owns the project is suggested for its issues. */
function ownersOf(desk: Desk, { project }: WorldIssue): Json[] {
  return TEAMS.filter(({ slug }) => project.teams.includes(slug))
    .map(({ id }) => ({
      type: "ownershipRule",
      owner: `team:${id}`,
      date_added: isoTime(desk.state.seededAtMs),
    }));
}

/** `[[seconds, events], …]`: hours of a day, or days; dull, and the same every time. */
export function statsOf(desk: Desk, { id, seed }: WorldIssue, period: string): [number, number][] {
  const [buckets, bucketHours] = period === "24h" ? [24, 1] : [Number.parseInt(period, 10) || 14, 24];
  const busiest = Math.ceil((seed.count * bucketHours) / (seed.firstSeenHoursAgo + 1));
  return Array.from({ length: buckets }, (_, index) => {
    const ago = (buckets - 1 - index) * bucketHours;
    const isQuiet = ago > seed.firstSeenHoursAgo || ago + bucketHours < seed.lastSeenHoursAgo;
    const atSeconds = Math.floor(desk.state.seededAtMs / HOUR_MS - ago) * 3600;
    return [atSeconds, isQuiet ? 0 : (index * 7 + Number(id)) % (busiest + 1)];
  });
}
