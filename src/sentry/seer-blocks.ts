import { idOf, isRecord, listOf, record, text } from "./decode.ts";
import type { SeerActivity, SeerFindings, SeerPoint, SeerPullRequest, SeerQuestion } from "./seer.ts";

/** The newer shape: what an agent said and did, block by block, and its results as artifacts. */
export function findingsOfBlocks(run: Record<string, unknown>): SeerFindings {
  const blocks = listOf(run.blocks, (block) => (isRecord(block) ? block : undefined));
  const rootCause = artifact(blocks, "root_cause");
  const solution = artifact(blocks, "solution");
  return {
    activities: activitiesOf(blocks),
    rootCause: rootCause && {
      summary: text(rootCause.one_line_description),
      whys: listOf(rootCause.five_whys, text),
      reproduction: listOf(rootCause.reproduction_steps, pointOf),
      repository: text(rootCause.relevant_repo),
      noCodeFix: text(rootCause.no_code_fix_reason),
    },
    solution: solution && {
      summary: text(solution.one_line_summary),
      steps: listOf(solution.steps, pointOf),
    },
    pullRequests: pullRequestsOf(run),
    questions: questionsOf(run.pending_user_input),
  };
}

/** The newest that holds something: a step that is done again leaves another. */
function artifact(
  blocks: readonly Record<string, unknown>[],
  key: string,
): Record<string, unknown> | undefined {
  const all = blocks.flatMap((block) => listOf(block.artifacts, record));
  const found = all.findLast((one) => one.key === key && isRecord(one.data));
  return found && record(found.data);
}

function pointOf(raw: unknown): SeerPoint | undefined {
  const title = text(raw) ?? text(record(raw).title);
  const details = text(record(raw).description);
  return title || details ? { title, details } : undefined;
}

/** Every list of things to do takes the place of the one before; without one, what the agent said is all there is. */
function activitiesOf(blocks: readonly Record<string, unknown>[]): SeerActivity[] {
  const todos = blocks.map((block) => listOf(block.todos, todoOf)).findLast((list) => list.length > 0);
  if (todos) return todos;
  return listOf(blocks, (block): SeerActivity | undefined => {
    const message = record(record(block).message);
    const said = message.role === "assistant" ? text(message.content) : undefined;
    return said ? { text: said, state: "done" } : undefined;
  });
}

function todoOf(raw: unknown): SeerActivity | undefined {
  const { content, status } = record(raw);
  const said = text(content);
  if (!said) return undefined;
  return { text: said, state: status === "completed" ? "done" : status === "in_progress" ? "now" : "later" };
}

/** Its own, and those of agents that it handed the work to. */
function pullRequestsOf(run: Record<string, unknown>): SeerPullRequest[] {
  const own = listOf(Object.values(record(run.repo_pr_states)), pullRequestOf);
  const agents = listOf(Object.values(record(run.coding_agents)), record);
  const others = agents.flatMap((agent) => listOf(agent.results, pullRequestOf));
  return [...own, ...others];
}

function pullRequestOf(raw: unknown): SeerPullRequest | undefined {
  const { pr_url, repo_name, repo_full_name, title } = record(raw);
  const url = text(pr_url);
  return url ? { url, repository: text(repo_name) ?? text(repo_full_name), title: text(title) } : undefined;
}

function questionsOf(raw: unknown): SeerQuestion[] {
  if (!isRecord(raw)) return [];
  const data = record(raw.data);
  const questions = listOf(data.questions, questionOf);
  if (questions.length > 0) return questions;
  return [questionOf(data) ?? { text: idOf(raw.input_type), options: [] }];
}

function questionOf(raw: unknown): SeerQuestion | undefined {
  const { question, message, options } = record(raw);
  const said = text(raw) ?? text(question) ?? text(message);
  if (!said) return undefined;
  return { text: said, options: listOf(options, (option) => text(option) ?? text(record(option).label)) };
}
