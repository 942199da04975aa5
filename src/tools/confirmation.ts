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

const packed = v.object({
  o: v.string(),
  // Ids are long numbers; in base 36 a handle is a third shorter.
  i: v.record(v.string(), v.array(v.string())),
  c: v.record(v.string(), v.unknown()),
  t: v.string(),
  r: v.optional(v.string()),
});

/** As plain data, which whoever holds it must not be able to change. */
export type PackedConfirmation = v.InferOutput<typeof packed>;

export function packConfirmation(
  { organizationSlug: o, change: c, to: t, reason: r }: Omit<Confirmation, "issues">,
  issues: readonly Issue[],
): PackedConfirmation {
  const i: Record<string, string[]> = {};
  for (const { id, project } of issues) (i[project.id ?? ""] ??= []).push(Number(id).toString(36));
  return { o, i, c: { ...c }, t, r };
}

/**
 * @param data What a handle or an answer of this session brought back.
 * @throws {SentryError} `invalid` when it is none.
 */
export function unpackConfirmation(data: unknown, { lifeMinutes }: Handles): Confirmation {
  const read = v.safeParse(packed, data);
  if (!read.success) {
    throw new SentryError(
      "invalid",
      `confirm is not a handle of this session, or older than ${lifeMinutes} minutes: ask for a new preview`,
    );
  }
  const { o: organizationSlug, i, c: change, t: to, r: reason } = read.output;
  const issues = Object.entries(i).map(([project, ids]) =>
    [project, ids.map((id) => String(Number.parseInt(id, 36)))] as const
  );
  // Only this file packs what this tool keeps, so the change is one that it was given.
  return { organizationSlug, issues: new Map(issues), change, to, reason };
}
