import { SentryError } from "../sentry/error.ts";
import type { Issue, IssueChange } from "../sentry/issue.ts";

export const IGNORE_MODES = [
  "untilEscalating",
  "forever",
  "forDuration",
  "untilOccurrenceCount",
  "untilUserCount",
] as const;

type IgnoreMode = (typeof IGNORE_MODES)[number];

export interface WantedStatus {
  readonly status?: "resolved" | "resolvedInNextRelease" | "unresolved" | "ignored";
  readonly inRelease?: string;
  readonly commit?: string;
  readonly repository?: string;
  readonly ignoreMode?: IgnoreMode;
  readonly ignoreDurationMinutes?: number;
  readonly ignoreCount?: number;
  readonly ignoreWindowMinutes?: number;
  readonly ignoreUserCount?: number;
  readonly ignoreUserWindowMinutes?: number;
}

/** The parameters that belong to a mode; the first is the one it cannot do without. */
const MODE_PARAMETERS = {
  untilEscalating: [],
  forever: [],
  forDuration: ["ignoreDurationMinutes"],
  untilOccurrenceCount: ["ignoreCount", "ignoreWindowMinutes"],
  untilUserCount: ["ignoreUserCount", "ignoreUserWindowMinutes"],
} as const satisfies Record<IgnoreMode, readonly (keyof WantedStatus)[]>;

const CONDITIONS = Object.values(MODE_PARAMETERS).flat();

/**
 * What to send for the status that is wanted; empty when nothing of it was asked for.
 *
 * @throws {SentryError} `invalid` when the parameters do not go together.
 */
export function statusChange(wanted: WantedStatus): IssueChange {
  const resolution = resolutionOf(wanted);
  const given = CONDITIONS.filter((name) => wanted[name] !== undefined);
  if (wanted.status !== "ignored") {
    const extra = wanted.ignoreMode ? "ignoreMode" : given[0];
    if (extra) throw new SentryError("invalid", `${extra} goes only with status "ignored"`);
    if (wanted.status === "resolvedInNextRelease") {
      return { status: "resolved", statusDetails: { inNextRelease: true } };
    }
    return wanted.status ? { status: wanted.status, ...(resolution && { statusDetails: resolution }) } : {};
  }

  const mode = wanted.ignoreMode ?? modeOf(given);
  const parameters: readonly (typeof CONDITIONS)[number][] = MODE_PARAMETERS[mode];
  const stray = given.find((name) => !parameters.includes(name));
  if (stray) throw new SentryError("invalid", `${stray} does not go with ignoreMode "${mode}"`);
  const [needed] = parameters;
  if (needed && wanted[needed] === undefined) {
    throw new SentryError("invalid", `${needed} is missing: ignoreMode "${mode}" needs it`);
  }
  if (mode === "untilEscalating") return { status: "ignored", substatus: "archived_until_escalating" };
  if (mode === "forever") return { status: "ignored", substatus: "archived_forever" };
  return { status: "ignored", substatus: "archived_until_condition_met", statusDetails: detailsOf(wanted) };
}

const LONGEST_NAME = 250;

/** In which release or commit it is resolved. */
function resolutionOf(
  { status, inRelease, commit, repository }: WantedStatus,
): IssueChange["statusDetails"] {
  const [given] = Object.entries({ inRelease, commit, repository }).flatMap(([name, value]) =>
    value ? [name] : []
  );
  if (!given) return undefined;
  if (status !== "resolved") throw new SentryError("invalid", `${given} goes only with status "resolved"`);
  // Longer ones are none, and a handle would have to hold them.
  const isLong = [inRelease, commit, repository].some((text = "") => text.length > LONGEST_NAME);
  if (isLong) throw new SentryError("invalid", `${given}: at most ${LONGEST_NAME} characters`);
  if (inRelease) {
    if (commit || repository) throw new SentryError("invalid", "inRelease does not go with commit");
    return { inRelease };
  }
  if (commit && repository) return { inCommit: { commit, repository } };
  throw new SentryError("invalid", "commit and repository go together: pass both");
}

/** The mode that the conditions imply. */
function modeOf(given: readonly string[]): IgnoreMode {
  const named = IGNORE_MODES.find((mode) => MODE_PARAMETERS[mode].some((name) => given.includes(name)));
  return named ?? "untilEscalating";
}

function detailsOf(wanted: WantedStatus): IssueChange["statusDetails"] {
  return {
    ignoreDuration: wanted.ignoreDurationMinutes,
    ignoreCount: wanted.ignoreCount,
    ignoreWindow: wanted.ignoreWindowMinutes,
    ignoreUserCount: wanted.ignoreUserCount,
    ignoreUserWindow: wanted.ignoreUserWindowMinutes,
  };
}

/** The part of the change that the issue does not already match. */
export function stillToDo(issue: Issue, change: IssueChange): IssueChange {
  const { status, substatus, statusDetails, priority, assignedTo } = change;
  const assigned = issue.assignedTo ? `${issue.assignedTo.type}:${issue.assignedTo.id}` : "";
  return {
    ...(status && !hasStatus(issue, change) && { status, substatus, statusDetails }),
    ...(priority && priority !== issue.priority && { priority }),
    ...(assignedTo !== undefined && assignedTo !== assigned && { assignedTo }),
  };
}

function hasStatus(issue: Issue, { status, substatus, statusDetails }: IssueChange): boolean {
  if (issue.status !== status) return false;
  if (statusDetails?.inNextRelease) return issue.statusDetails.inNextRelease === true;
  if (statusDetails?.inRelease) return issue.statusDetails.inRelease === statusDetails.inRelease;
  if (statusDetails?.inCommit) return issue.statusDetails.inCommit === statusDetails.inCommit.commit;
  // A condition counts from now, so the same one again is a change.
  if (statusDetails) return false;
  return substatus === undefined || substatus === issue.substatus;
}
