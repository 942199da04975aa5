import type { CheckIn, CronEnvironment, CronMonitor } from "../sentry/cron-monitor.ts";
import { assigneeText } from "./issue.ts";
import { code, joined, word } from "./markdown.ts";
import { facts, projectOf, reading, section } from "./reading.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface CronReading {
  readonly organizationSlug: string;
  readonly monitor: CronMonitor;
  /** Newest first; absent when they could not be read. */
  readonly checkIns?: readonly CheckIn[];
  readonly asOf: string;
}

export function renderCronMonitor({ organizationSlug, monitor, checkIns, asOf }: CronReading): string {
  const { schedule, timezone, marginMinutes, longestMinutes } = monitor;
  return reading(
    `Cron monitor ${code(monitor.slug)}`,
    facts(
      ["Name", monitor.name && code(monitor.name, 200)],
      ["Project", projectOf(organizationSlug, monitor.project)],
      ["Status", joined(monitor.status && word(monitor.status), monitor.isMuted && "muted")],
      ["Schedule", joined(schedule && code(schedule, 100), timezone && word(timezone))],
      [
        "Limits",
        joined(
          marginMinutes !== undefined && `${marginMinutes} min late at most`,
          longestMinutes !== undefined && `${longestMinutes} min long at most`,
        ),
      ],
      ["Owner", monitor.owner && assigneeText(monitor.owner)],
    ),
    [
      [
        "environments",
        section("Environments", monitor.environments.map((one) => environmentText(one, asOf)), 10),
      ],
      [
        "check-ins",
        checkIns === undefined
          ? "Its check-ins could not be read."
          : section("Check-ins, newest first", checkIns.map((one) => checkInText(one, asOf)), 10) ||
            "It has not checked in.",
      ],
    ],
  );
}

function environmentText({ name, status, lastCheckIn, nextCheckIn }: CronEnvironment, asOf: string): string {
  return joined(
    code(name, 100),
    status && word(status),
    lastCheckIn && `last ${moment(lastCheckIn, asOf)}`,
    nextCheckIn && `next ${moment(nextCheckIn, asOf)}`,
  );
}

function checkInText({ at, status, durationMs, environment }: CheckIn, asOf: string): string {
  return joined(
    at && moment(at, asOf),
    status ? word(status) : "status unknown",
    durationMs !== undefined && duration(durationMs),
    environment && code(environment, 100),
  );
}
