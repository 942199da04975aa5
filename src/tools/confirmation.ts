import * as v from "valibot";
import { SentryError } from "../sentry/error.ts";
import type { Issue, IssueChange } from "../sentry/issue.ts";
import type { Handles } from "./define.ts";

/** What was shown and may now be done: exactly these issues, exactly this change. */
export interface Confirmation {
  readonly organizationSlug: string;
  /** Numeric ids by the id of their project. */
  readonly issues: ReadonlyMap<string, readonly string[]>;
  readonly change: IssueChange;
  /** As the change was described in the preview. */
  readonly to: string;
  readonly reason?: string;
}

const sealed = v.object({
  o: v.string(),
  // Ids are long numbers; in base 36 a handle is a third shorter.
  i: v.record(v.string(), v.array(v.string())),
  c: v.record(v.string(), v.unknown()),
  t: v.string(),
  r: v.optional(v.string()),
});

export function sealConfirmation(
  { organizationSlug: o, change: c, to: t, reason: r }: Omit<Confirmation, "issues">,
  issues: readonly Issue[],
  handles: Handles,
): Promise<string> {
  const i: Record<string, string[]> = {};
  for (const { id, project } of issues) (i[project.id ?? ""] ??= []).push(Number(id).toString(36));
  return handles.seal({ o, i, c, t, r });
}

/** @throws {SentryError} `invalid` when it is not one that this session was given for this tool, or too old. */
export async function openConfirmation(text: string, handles: Handles): Promise<Confirmation> {
  const read = v.safeParse(sealed, await handles.open(text));
  if (!read.success) {
    throw new SentryError(
      "invalid",
      `confirm is not a handle of this session, or older than ${handles.lifeMinutes} minutes: ask for a new preview`,
    );
  }
  const { o: organizationSlug, i, c: change, t: to, r: reason } = read.output;
  const issues = Object.entries(i).map(([project, ids]) =>
    [project, ids.map((id) => String(Number.parseInt(id, 36)))] as const
  );
  // Only this file seals handles of this tool, so the change is one that it was given.
  return { organizationSlug, issues: new Map(issues), change, to, reason };
}
