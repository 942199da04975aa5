import type { Detector, DetectorCondition, DetectorSource } from "../sentry/detector.ts";
import { assigneeText } from "./issue.ts";
import { code, joined, word } from "./markdown.ts";
import { address, facts, projectOf, reading, section } from "./reading.ts";
import { jsonWithoutSecrets } from "./secrets.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface DetectorReading {
  readonly organizationSlug: string;
  readonly detector: Detector;
  readonly asOf: string;
}

export function renderDetector({ organizationSlug, detector, asOf }: DetectorReading): string {
  const { latestIssue, openIssues } = detector;
  return reading(
    `Monitor ${code(detector.id)}`,
    facts(
      ["Name", detector.name && code(detector.name, 200)],
      ["Description", detector.description && code(detector.description, 400)],
      ["Type", detector.type && word(detector.type)],
      ["Project", projectOf(organizationSlug, { id: detector.projectId })],
      ["Status", enabledText(detector.isEnabled)],
      ["Owner", detector.owner && assigneeText(detector.owner)],
      ["Changed", detector.updatedAt && moment(detector.updatedAt, asOf)],
      ["Open issues", openIssues === undefined ? undefined : String(openIssues)],
      [
        "Latest issue",
        latestIssue &&
        joined(
          code(latestIssue.shortId, 60),
          latestIssue.status && word(latestIssue.status),
          latestIssue.title && code(latestIssue.title, 200),
        ),
      ],
      ["Alerts", detector.alertIds.slice(0, 20).map((id) => code(id, 30)).join(", ")],
    ),
    [
      [
        "what it watches",
        section("Watches", detector.sources.map(sourceText).filter((text) => text !== ""), 5),
      ],
      ["conditions", section("Conditions", detector.conditions.map(conditionText), 10)],
      ["hint", latestIssue && "`get_issue_details` explains the latest issue."],
    ],
  );
}

export function enabledText(isEnabled: boolean | undefined): string | undefined {
  return isEnabled === undefined ? undefined : isEnabled ? "enabled" : "disabled";
}

function sourceText(source: DetectorSource): string {
  const { aggregate, dataset, query, windowSeconds, environment, method, url, intervalSeconds, cronSlug } =
    source;
  return joined(
    aggregate && code(aggregate, 150),
    dataset && `of ${word(dataset)}`,
    query && `where ${code(query, 300)}`,
    windowSeconds !== undefined && `in ${duration(windowSeconds * 1000)}`,
    environment && `environment ${code(environment, 100)}`,
    method && word(method),
    url && address(url),
    intervalSeconds !== undefined && `every ${duration(intervalSeconds * 1000)}`,
    cronSlug && `cron monitor ${code(cronSlug, 100)}`,
  );
}

/** What Sentry's numbers for priority mean. */
const RESULTS: ReadonlyMap<number, string> = new Map([
  [75, "priority high"],
  [50, "priority medium"],
  [25, "priority low"],
  [0, "resolved"],
]);

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["gt", "above"],
  ["gte", "at least"],
  ["lt", "below"],
  ["lte", "at most"],
  ["eq", "is"],
  ["ne", "is not"],
]);

/** above `1600` · priority high. */
export function conditionText({ type, comparison, result }: DetectorCondition): string {
  const against = comparison === undefined || comparison === true
    ? undefined
    : code(jsonWithoutSecrets(comparison), 150);
  const outcome = typeof result === "number" ? RESULTS.get(result) : undefined;
  return joined(
    [COMPARISONS.get(type) ?? word(type), against].filter((part) => part !== undefined).join(" "),
    outcome,
  );
}
