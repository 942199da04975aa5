/** What the API sends and never looks into. */
export type Json = { readonly [name: string]: unknown };

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly region: "us" | "de";
}

export interface Team {
  readonly id: string;
  readonly organization: string;
  readonly slug: string;
  readonly name: string;
}

export interface Project {
  readonly id: string;
  readonly organization: string;
  readonly slug: string;
  readonly name: string;
  readonly platform: string;
  /** Slugs. */
  readonly teams: readonly string[];
  /** Issue number n of this project has the numeric id `issueIdBase + n`. */
  readonly issueIdBase: number;
  /** Versions, oldest first. */
  readonly releases: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  /** Slugs. */
  readonly organizations: readonly string[];
  /** Slugs; unique across the world. */
  readonly teams: readonly string[];
  readonly canSignIn: boolean;
}

/** What of an issue can be changed through the API. */
export interface Triage {
  readonly status: "unresolved" | "resolved" | "ignored";
  readonly substatus?: string | undefined;
  readonly statusDetails: Json;
  /** `user:<id>` or `team:<id>`. */
  readonly assignee?: string | undefined;
  readonly priority: "high" | "medium" | "low";
}

/** The template of every event of an issue; times inside are relative to the event's own. */
interface EventSeed {
  entries(atMs: number): readonly Json[];
  readonly message?: string;
  readonly location?: string;
  readonly contexts?: Json;
  readonly extra?: Json;
  readonly user?: Json;
  readonly sdk?: Json;
  readonly dist?: string;
  readonly occurrence?: Json;
  /** What went wrong while the event was processed, such as a source map that is not there. */
  readonly errors?: readonly Json[];
}

/** `[key, [[value, count], …]]`; the first value is the one that the events carry. */
type TagCounts = readonly (readonly [string, readonly (readonly [string, number])[]])[];

export interface IssueSeed extends Triage {
  readonly number: number;
  /** Slug; unique across the world. */
  readonly project: string;
  readonly title: string;
  readonly culprit: string;
  readonly level: "fatal" | "error" | "warning" | "info";
  /** Newer versions know more of them than a client does. */
  readonly type: "error" | "default" | "transaction" | "generic" | "hologram";
  readonly metadata: Readonly<Record<string, string>>;
  readonly issueType: string;
  readonly issueCategory: string;
  readonly platform: string;
  readonly firstSeenHoursAgo: number;
  readonly lastSeenHoursAgo: number;
  readonly count: number;
  readonly userCount: number;
  readonly firstRelease: string;
  readonly lastRelease: string;
  readonly isUnhandled: boolean;
  readonly tags: TagCounts;
  readonly event: EventSeed;
  /** Comments from before the first start. */
  readonly notes?: readonly { readonly login: string; readonly text: string; readonly hoursAgo: number }[];
  /** How many events are still there, whatever the count says. Default: 5. */
  readonly eventsKept?: number;
  /** The events take turns with the values of every tag. */
  readonly variesTags?: boolean;
  /** What is sent in place of members; `undefined` leaves one out. */
  readonly overrides?: { readonly issue: Json; readonly event: Json };
}

const ERROR_DEFAULTS = {
  level: "error",
  type: "error",
  issueType: "error",
  issueCategory: "error",
  priority: "medium",
  status: "unresolved",
  substatus: "ongoing",
  statusDetails: {},
  isUnhandled: true,
} as const;

type ErrorSeed = Omit<IssueSeed, keyof typeof ERROR_DEFAULTS | "title"> & Partial<IssueSeed>;

/** An issue with what most of them have in common; its title is `type: value` of the metadata, as at Sentry. */
export function errorIssue(seed: ErrorSeed): IssueSeed {
  return { ...ERROR_DEFAULTS, title: `${seed.metadata["type"]}: ${seed.metadata["value"]}`, ...seed };
}
