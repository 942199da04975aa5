import type { Replay } from "../sentry/replay.ts";
import { blocks, code, counted, joined, word } from "./markdown.ts";
import { address, facts, projectOf, reading, section } from "./reading.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface ReplayReading {
  readonly organizationSlug: string;
  readonly replay: Replay;
  readonly asOf: string;
}

export function renderReplay({ organizationSlug, replay, asOf }: ReplayReading): string {
  const { id, projectId, isArchived, errorIds, traceIds, urls } = replay;
  const project = projectOf(organizationSlug, { id: projectId });
  if (isArchived) {
    return blocks(
      `# Replay ${code(id)}`,
      facts(["Project", project]),
      "It is archived: Sentry has deleted the recording and what it knew of it.",
    );
  }
  return reading(
    `Replay ${code(id)}`,
    facts(
      ["Project", project],
      ["Started", replay.startedAt && moment(replay.startedAt, asOf)],
      ["Duration", replay.durationSeconds !== undefined && duration(replay.durationSeconds * 1000)],
      ["User", replay.user && code(replay.user, 100)],
      ["Trouble", troubleText(replay)],
      ["Environment", replay.environment && code(replay.environment, 100)],
      ["Releases", replay.releases.slice(0, 5).map((release) => code(release, 100)).join(", ")],
      ["Software", softwareText(replay)],
      ["Type", replay.type && word(replay.type)],
    ),
    [
      ["pages", section(`${counted(urls.length, "page")}, in order`, urls.map(address), 10)],
      ["errors", section("Errors", errorIds.map((eventId) => code(eventId, 40)), 10)],
      ["traces", section("Traces", traceIds.map((traceId) => code(traceId, 40)), 5)],
      ["hint", errorIds.length > 0 && "`get_issue_details` with one of the errors as `eventId` explains it."],
    ],
  );
}

function troubleText({ errors, warnings, rageClicks, deadClicks }: Replay): string {
  return joined(
    errors !== undefined && counted(errors, "error"),
    warnings ? counted(warnings, "warning") : undefined,
    rageClicks !== undefined && counted(rageClicks, "rage click"),
    deadClicks !== undefined && counted(deadClicks, "dead click"),
  );
}

function softwareText({ browser, os, device, sdk, platform }: Replay): string {
  return joined(...[browser, os, device, sdk ?? platform].map((part) => part && code(part, 80)));
}
