import type { OrganizationAccess } from "./organization-access.ts";
import { idOf, isRecord, record, text } from "./decode.ts";
import { SentryError } from "./error.ts";
import type { Issue } from "./issue.ts";
import { findingsOfBlocks } from "./seer-blocks.ts";
import { findingsOfSteps } from "./seer-steps.ts";

/** An analysis of an issue by Seer. */
export interface SeerRun extends SeerFindings {
  readonly id?: string;
  readonly status: SeerStatus;
  /** Sentry's own word for it. */
  readonly statusWord?: string;
  /** Why it failed, where Seer can tell. */
  readonly failure?: string;
  readonly updatedAt?: string;
}

/** "other" is a word that is not known here: nobody can say whether such a run goes on. */
type SeerStatus = "running" | "completed" | "failed" | "awaiting_input" | "cancelled" | "other";

/** What a run has brought so far. */
export interface SeerFindings {
  readonly activities: readonly SeerActivity[];
  readonly rootCause?: SeerRootCause;
  readonly solution?: SeerSolution;
  readonly pullRequests: readonly SeerPullRequest[];
  /** What a person is asked. */
  readonly questions: readonly SeerQuestion[];
}

export interface SeerActivity {
  readonly text: string;
  readonly state: "done" | "now" | "later";
}

interface SeerRootCause {
  readonly summary?: string;
  /** Each the reason of the one before. */
  readonly whys: readonly string[];
  readonly reproduction: readonly SeerPoint[];
  readonly repository?: string;
  /** Why no change of code would help. */
  readonly noCodeFix?: string;
}

interface SeerSolution {
  readonly summary?: string;
  readonly steps: readonly SeerPoint[];
}

export interface SeerPoint {
  readonly title?: string;
  readonly details?: string;
  readonly file?: string;
}

export interface SeerPullRequest {
  readonly repository?: string;
  readonly title?: string;
  readonly url: string;
}

export interface SeerQuestion {
  readonly text?: string;
  readonly options: readonly string[];
}

const STATUSES: Readonly<Record<string, SeerStatus>> = {
  processing: "running",
  pending: "running",
  completed: "completed",
  error: "failed",
  cancelled: "cancelled",
  awaiting_user_input: "awaiting_input",
  waiting_for_user_response: "awaiting_input",
  need_more_information: "awaiting_input",
};

/** Either shape: `blocks` since Seer is an agent, `steps` before. */
export function decodeSeerRun(raw: unknown): SeerRun | undefined {
  if (!isRecord(raw)) return undefined;
  const statusWord = text(raw.status);
  const status = STATUSES[statusWord?.toLowerCase() ?? ""] ?? "other";
  const isOlder = Array.isArray(raw.steps) && !Array.isArray(raw.blocks);
  return {
    id: idOf(raw.run_id),
    status,
    statusWord,
    failure: text(raw.failure_reason) ?? text(raw.error_message),
    updatedAt: utc(raw.updated_at),
    ...(isOlder ? findingsOfSteps(raw, { isRunning: status === "running" }) : findingsOfBlocks(raw)),
  };
}

/** Python writes its times without a zone; they are UTC. */
function utc(raw: unknown): string | undefined {
  const said = text(raw);
  const time = said && (/(?:Z|[+-]\d\d:?\d\d)$/i.test(said) ? said : `${said}Z`);
  return time && !Number.isNaN(Date.parse(time)) ? time : undefined;
}

export function decodeSeerState(raw: unknown): { run?: SeerRun } | undefined {
  if (!isRecord(raw)) return undefined;
  const run = decodeSeerRun(raw.autofix);
  return run || raw.autofix === null ? { run } : undefined;
}

/**
 * `GET /organizations/{organization}/issues/{issue}/autofix/`: the newest run, if there was one
 *
 * @param issue As it was fetched: the answer does not say which project it is of.
 * @see `src/sentry/seer/endpoints/group_ai_autofix.py` and `agent/client_models.py` of getsentry/sentry
 */
export async function getSeerRun(
  organization: OrganizationAccess,
  issue: Issue,
): Promise<SeerRun | undefined> {
  const { run } = await organization.get({
    path: ["issues", issue.id, "autofix"],
    decode: decodeSeerState,
    projectOf: () => issue.project,
  });
  return run;
}

/**
 * `POST /organizations/{organization}/issues/{issue}/autofix/`: starts a run that ends with a proposed solution, before
 * any code is written. Older versions read `instruction`, newer ones `user_context`.
 *
 * @returns Its id, where Sentry says it.
 * @see `src/sentry/seer/endpoints/group_ai_autofix.py` of getsentry/sentry
 */
export async function startSeerRun(
  organization: OrganizationAccess,
  issue: Issue,
  { instruction }: { instruction?: string },
): Promise<string | undefined> {
  try {
    const { run_id: id } = await organization.change({
      method: "POST",
      path: ["issues", issue.id, "autofix"],
      body: { stopping_point: "solution", ...(instruction && { instruction, user_context: instruction }) },
      project: issue.project,
      decode: record,
    });
    return idOf(id);
  } catch (error) {
    if (!(error instanceof SentryError) || error.status !== 402) throw error;
    throw new SentryError("forbidden", "The organization's budget for Seer is used up", error);
  }
}
