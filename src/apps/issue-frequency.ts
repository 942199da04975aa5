import type { Issue } from "../sentry/issue.ts";
import type { ReleaseDates } from "../sentry/release.ts";
import type { Counts, FrequencyPicture } from "./picture.ts";
import { short } from "./short.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_RELEASES = 60;

/** The issue's counts, and the releases that came out in that time. */
export function frequencyOf(
  { issue, webUrl, asOf, releases }: {
    readonly issue: Issue;
    readonly webUrl: string;
    readonly asOf: string;
    /** Undefined when they could not be read. */
    readonly releases?: readonly ReleaseDates[] | undefined;
  },
): FrequencyPicture {
  const days = countsFrom(issue.daysFromMs, issue.lastDays, DAY_MS);
  const hours = countsFrom(issue.hoursFromMs, issue.lastHours, HOUR_MS);
  const sinceMs = Math.min(days?.startsAtMs ?? Infinity, hours?.startsAtMs ?? Infinity);
  const meanwhile = (releases ?? []).map(datedRelease)
    .filter(({ atMs }) => atMs >= sinceMs && atMs <= Date.parse(asOf))
    .toSorted((one, other) => one.atMs - other.atMs);
  return {
    kind: "issue-frequency",
    issue: short(issue.shortId ?? issue.id, 60),
    url: `${webUrl}/issues/${encodeURIComponent(issue.id)}/`,
    ...(issue.events !== undefined && { events: issue.events }),
    ...(issue.users !== undefined && { users: issue.users }),
    ...(issue.firstSeen && { firstSeenMs: Date.parse(issue.firstSeen) }),
    ...(issue.lastSeen && { lastSeenMs: Date.parse(issue.lastSeen) }),
    ...(days && { days }),
    ...(hours && { hours }),
    releases: meanwhile.slice(-MOST_RELEASES),
    moreReleases: Math.max(0, meanwhile.length - MOST_RELEASES),
    withoutReleases: releases === undefined,
  };
}

function countsFrom(
  startsAtMs: number | undefined,
  counts: readonly number[],
  stepMs: number,
): Counts | undefined {
  if (startsAtMs === undefined || counts.length === 0) return undefined;
  return { startsAtMs, stepMs, counts: counts.map((count) => Math.max(0, Math.round(count))) };
}

/** The day somebody set, or else that of its first event or commit: as Sentry orders them. */
const datedRelease = ({ version, releasedAt, createdAt }: ReleaseDates) => ({
  version: short(version, 100),
  atMs: Date.parse(releasedAt ?? createdAt ?? ""),
});
