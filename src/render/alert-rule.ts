import type { IssueAlert, MetricAlert, MetricTrigger, RulePart } from "../sentry/alert-rule.ts";
import { assigneeText } from "./issue.ts";
import { code, joined, word } from "./markdown.ts";
import { facts, reading, section } from "./reading.ts";
import { jsonWithoutSecrets } from "./secrets.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface IssueAlertReading {
  readonly organizationSlug: string;
  readonly rule: IssueAlert;
  readonly asOf: string;
}

export function renderIssueAlert({ organizationSlug, rule, asOf }: IssueAlertReading): string {
  const { frequencyMinutes, lastTriggeredAt, actionMatch, filterMatch } = rule;
  return reading(
    `Issue alert ${code(rule.id)}`,
    facts(
      ["Name", rule.name && code(rule.name, 200)],
      ["Project", projectsText(rule.projects, organizationSlug)],
      ["Status", joined(rule.status && word(rule.status), rule.isMuted && "muted")],
      ["Environment", rule.environment && code(rule.environment, 100)],
      ["Owner", rule.owner && assigneeText(rule.owner)],
      [
        "At most every",
        frequencyMinutes !== undefined && `${duration(frequencyMinutes * 60_000)} for one issue`,
      ],
      ["Last triggered", lastTriggeredAt ? moment(lastTriggeredAt, asOf) : "not known"],
    ),
    [
      ["conditions", section(`When ${matchText(actionMatch)}`, rule.conditions.map(partText), 10)],
      ["filters", section(`If ${matchText(filterMatch)}`, rule.filters.map(partText), 10)],
      ["actions", section("Then", rule.actions.map(partText), 10)],
    ],
  );
}

const matchText = (match: string | undefined) => match ? `${word(match)} of these` : "these";

function projectsText(projects: readonly string[], organizationSlug: string): string {
  const named = projects.slice(0, 10).map((slug) => code(slug, 100)).join(", ");
  return `${named || "unknown"} of ${code(organizationSlug)}`;
}

/** The last part of a rule's class says what it does. */
function partText({ id, name, settings }: RulePart): string {
  if (name) return code(name, 300);
  const known = Object.keys(settings).length > 0;
  return joined(code(id.split(".").at(-1) ?? id, 100), known && code(jsonWithoutSecrets(settings), 200));
}

export interface MetricAlertReading {
  readonly organizationSlug: string;
  readonly rule: MetricAlert;
  readonly asOf: string;
}

export function renderMetricAlert({ organizationSlug, rule, asOf }: MetricAlertReading): string {
  const { windowMinutes, comparisonMinutes, resolveThreshold } = rule;
  return reading(
    `Metric alert ${code(rule.id)}`,
    facts(
      ["Name", rule.name && code(rule.name, 200)],
      ["Project", projectsText(rule.projects, organizationSlug)],
      [
        "Watches",
        joined(rule.aggregate && code(rule.aggregate, 150), rule.dataset && `of ${word(rule.dataset)}`),
      ],
      ["Query", rule.query && code(rule.query, 400)],
      ["Window", windowMinutes !== undefined && duration(windowMinutes * 60_000)],
      [
        "Compared with",
        comparisonMinutes !== undefined && `${duration(comparisonMinutes * 60_000)} before, in percent`,
      ],
      ["Resolves at", resolveThreshold === undefined ? undefined : String(resolveThreshold)],
      ["Environment", rule.environment && code(rule.environment, 100)],
      ["Owner", rule.owner && assigneeText(rule.owner)],
      ["Created", rule.createdAt && moment(rule.createdAt, asOf)],
    ),
    [[
      "triggers",
      section("Triggers", rule.triggers.map((trigger) => triggerText(trigger, rule.isAbove)), 5),
    ]],
  );
}

function triggerText({ label, threshold, actions }: MetricTrigger, isAbove: boolean | undefined): string {
  const side = isAbove === undefined ? "at" : isAbove ? "above" : "below";
  return joined(
    word(label),
    threshold !== undefined && `${side} ${threshold}`,
    actions.slice(0, 8).map((action) => code(action, 100)).join(", "),
  );
}
