import type { UptimeCheck, UptimeMonitor } from "../sentry/uptime-monitor.ts";
import { assigneeText } from "./issue.ts";
import { code, joined, word } from "./markdown.ts";
import { address, facts, projectOf, reading, section } from "./reading.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface UptimeReading {
  readonly organizationSlug: string;
  readonly monitor: UptimeMonitor;
  /** Newest first; absent when they could not be read. */
  readonly checks?: readonly UptimeCheck[];
  readonly asOf: string;
}

export function renderUptimeMonitor({ organizationSlug, monitor, checks, asOf }: UptimeReading): string {
  const { isDown, status, method, url, intervalSeconds, timeoutMs } = monitor;
  return reading(
    `Uptime monitor ${code(monitor.id)}`,
    facts(
      ["Name", monitor.name && code(monitor.name, 200)],
      ["Project", projectOf(organizationSlug, { slug: monitor.projectSlug })],
      ["Status", joined(isDown === undefined ? undefined : isDown ? "down" : "up", status && word(status))],
      ["Calls", joined(method && word(method), url && address(url))],
      [
        "Every",
        joined(
          intervalSeconds !== undefined && duration(intervalSeconds * 1000),
          timeoutMs !== undefined && `time limit ${duration(timeoutMs)}`,
        ),
      ],
      ["Environment", monitor.environment && code(monitor.environment, 100)],
      ["Owner", monitor.owner && assigneeText(monitor.owner)],
    ),
    [[
      "checks",
      checks === undefined
        ? "Its checks could not be read."
        : section("Checks, newest first", checks.map((check) => checkText(check, asOf)), 10) ||
          "There are no checks yet, or none are kept.",
    ]],
  );
}

function checkText(
  { at, status, reason, httpStatus, durationMs, region }: UptimeCheck,
  asOf: string,
): string {
  return joined(
    at && moment(at, asOf),
    status ? word(status) : "status unknown",
    reason && word(reason),
    httpStatus !== undefined && `HTTP ${httpStatus}`,
    durationMs !== undefined && duration(durationMs),
    region && code(region, 60),
  );
}
