import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { artifact, block, seededRun, step } from "./world/seer-runs.ts";

interface StartedRun {
  readonly id: number;
  readonly instruction: string;
  /** The older shape, as older Seers had it. */
  readonly inSteps: boolean;
  readonly reaches: "root_cause" | "solution";
  /** How often somebody has looked; the run gets on with every look. */
  looks: number;
}

/** A run is finished at the last of these. */
const STAGES = ["Read the stack trace", "Look for changes to the code", "Write down the root cause"];

const FIRST_ID = 90_001;

/** The runs that were started here; like faults they end with the process. */
export class SeerRuns {
  /** By issue id. */
  #runs = new Map<string, StartedRun>();
  #lastId = FIRST_ID - 1;

  clear(): void {
    this.#runs.clear();
    this.#lastId = FIRST_ID - 1;
  }

  start(issue: WorldIssue, options: Pick<StartedRun, "instruction" | "reaches">): number {
    const id = ++this.#lastId;
    this.#runs.set(issue.id, {
      ...options,
      id,
      inSteps: issue.project.organization === "bergwerk",
      looks: 0,
    });
    return id;
  }

  /** Whether the issue has had a run of this id. */
  has(issue: WorldIssue, id: number): boolean {
    return this.#runs.get(issue.id)?.id === id || seededRun(issue.shortId)?.run["run_id"] === id;
  }

  /** The newest run; undefined when there was none. */
  look(issue: WorldIssue, clock: { nowMs: number; seededAtMs: number }): Json | undefined {
    const started = this.#runs.get(issue.id);
    if (started) {
      started.looks++;
      return { ...(started.inSteps ? inSteps : inBlocks)(started), updated_at: pythonTime(clock.nowMs) };
    }
    const seeded = seededRun(issue.shortId);
    return seeded &&
      { ...seeded.run, updated_at: pythonTime(clock.seededAtMs - seeded.hoursAgo * 3_600_000) };
  }
}

/** Python's `isoformat()` of a time without a zone, which is UTC. */
const pythonTime = (atMs: number) => `${new Date(atMs).toISOString().slice(0, -1)}000`;

function inBlocks({ id, instruction, reaches, looks }: StartedRun): Json {
  const done = looks >= STAGES.length;
  const todos = STAGES.map((content, index) => ({
    content,
    status: index + 1 < looks || done ? "completed" : index + 1 === looks ? "in_progress" : "pending",
  }));
  const artifacts = [
    artifact("root_cause", {
      one_line_description: "A value is used before it was checked.",
      five_whys: ["The value is missing", "Nobody checks it"],
      reproduction_steps: instruction ? [`Do what was asked: ${instruction}`] : [],
      relevant_repo: null,
    }),
    artifact("solution", {
      one_line_summary: "Check the value first.",
      steps: [{ title: "Check it", description: "Return early when the value is missing" }],
    }),
  ];
  return {
    run_id: id,
    status: done ? "completed" : "processing",
    blocks: [
      block("b1", { todos, loading: !done }),
      ...(done ? [block("b2", { artifacts: artifacts.slice(0, reaches === "solution" ? 2 : 1) })] : []),
    ],
    pending_user_input: null,
    repo_pr_states: {},
    coding_agents: {},
  };
}

function inSteps({ id, looks }: StartedRun): Json {
  const done = looks >= STAGES.length;
  const progress = STAGES.slice(0, looks).map((message) => ({
    message: `${message}...`,
    type: "INFO",
    data: null,
  }));
  const cause = step("root_cause_analysis", {
    type: "root_cause_analysis",
    causes: [{ id: 0, description: "A value is used before it was checked.", root_cause_reproduction: null }],
  });
  return {
    run_id: id,
    status: done ? "COMPLETED" : "PROCESSING",
    steps: [
      step("root_cause_analysis_processing", { status: done ? "COMPLETED" : "PROCESSING", progress }),
      ...(done ? [cause] : []),
    ],
  };
}
