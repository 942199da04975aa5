import { isRecord, listOf, record, text } from "./decode.ts";
import type { SeerActivity, SeerFindings, SeerPoint, SeerPullRequest, SeerQuestion } from "./seer.ts";

type Step = Record<string, unknown>;

/** The older shape: one step after another, each with a type and its results. */
export function findingsOfSteps(
  run: Record<string, unknown>,
  { isRunning }: { isRunning: boolean },
): SeerFindings {
  const steps = listOf(run.steps, (step) => (isRecord(step) ? step : undefined));
  const ofType = (type: string) => steps.findLast((step) => step.type === type);
  const cause = causeOf(ofType("root_cause_analysis"));
  const solution = ofType("solution");
  return {
    activities: activitiesOf(steps, isRunning),
    rootCause: cause && {
      summary: text(cause.description),
      whys: [],
      reproduction: listOf(cause.root_cause_reproduction, pointOf),
      repository: listOf(cause.relevant_repos, text)[0],
    },
    solution: solution && {
      summary: text(solution.description),
      // What somebody has struck out in Sentry is inactive.
      steps: listOf(solution.solution, (raw) => (record(raw).is_active === false ? undefined : pointOf(raw))),
    },
    pullRequests: listOf(ofType("changes")?.changes, pullRequestOf),
    questions: questionsOf(steps.at(-1)),
  };
}

/** The cause that somebody chose, or the first. */
function causeOf(step: Step | undefined): Record<string, unknown> | undefined {
  const causes = listOf(step?.causes, (cause) => (isRecord(cause) ? cause : undefined));
  const { cause_id: chosen } = record(step?.selection);
  return causes.find(({ id }) => id !== undefined && id === chosen) ?? causes[0];
}

function pointOf(raw: unknown): SeerPoint | undefined {
  const { title, code_snippet_and_analysis: details, relevant_code_file: file } = record(raw);
  const point = { title: text(title), details: text(details), file: text(record(file).file_path) };
  return point.title || point.details ? point : undefined;
}

function activitiesOf(steps: readonly Step[], isRunning: boolean): SeerActivity[] {
  const said = steps.flatMap((step) => listOf(step.progress, (entry) => text(record(entry).message)));
  return said.map((text, index) => ({
    text,
    state: isRunning && index === said.length - 1 ? "now" : "done",
  }));
}

function pullRequestOf(raw: unknown): SeerPullRequest | undefined {
  const { repo_name, title, pull_request } = record(raw);
  const url = text(record(pull_request).pr_url);
  return url ? { url, repository: text(repo_name), title: text(title) } : undefined;
}

/** The agent asks in a thread beside the step that waits. */
function questionsOf(step: Step | undefined): SeerQuestion[] {
  const thread = record(step?.agent_comment_thread ?? step?.active_comment_thread);
  const messages = listOf(thread.messages, record);
  const asked = text(messages.findLast(({ role }) => role === "assistant")?.content);
  return asked ? [{ text: asked, options: [] }] : [];
}
