import type { Workflow, WorkflowAction, WorkflowStep } from "../sentry/workflow.ts";
import { conditionText, enabledText } from "./detector.ts";
import { assigneeText } from "./issue.ts";
import { code, joined, word } from "./markdown.ts";
import { facts, reading, section } from "./reading.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface WorkflowReading {
  readonly organizationSlug: string;
  readonly workflow: Workflow;
  readonly asOf: string;
}

export function renderWorkflow({ organizationSlug, workflow, asOf }: WorkflowReading): string {
  const { frequencyMinutes, lastTriggeredAt, detectorIds } = workflow;
  return reading(
    `Alert ${code(workflow.id)}`,
    facts(
      ["Name", workflow.name && code(workflow.name, 200)],
      ["Organization", code(organizationSlug)],
      ["Status", enabledText(workflow.isEnabled)],
      ["Environment", workflow.environment && code(workflow.environment, 100)],
      ["Owner", workflow.owner && assigneeText(workflow.owner)],
      [
        "At most every",
        frequencyMinutes !== undefined && `${duration(frequencyMinutes * 60_000)} for one issue`,
      ],
      ["Last triggered", lastTriggeredAt ? moment(lastTriggeredAt, asOf) : "not known"],
      ["Monitors", detectorIds.slice(0, 20).map((id) => code(id, 30)).join(", ")],
    ),
    [
      ["triggers", section("When", workflow.triggers.map(conditionText), 10)],
      ["steps", section("Then", workflow.steps.map(stepText).filter((text) => text !== ""), 10)],
    ],
  );
}

function stepText({ match, conditions, actions }: WorkflowStep): string {
  const filter = conditions.length > 0 &&
    `if ${match ? word(match) : "these"} of ${conditions.slice(0, 4).map(conditionText).join(", ")}`;
  return joined(filter, actions.slice(0, 4).map(actionText).join(", "));
}

function actionText({ type, targetType, target }: WorkflowAction): string {
  return [word(type), targetType && word(targetType), target && code(target, 100)].filter(Boolean).join(" ");
}
