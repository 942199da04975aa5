import type { BusyFunction, Profile } from "../sentry/profile.ts";
import { code, counted, joined } from "./markdown.ts";
import { facts, projectOf, reading, section } from "./reading.ts";
import { moment } from "./time.ts";
import { duration } from "./units.ts";

export interface ProfileReading {
  readonly organizationSlug: string;
  /** As the link or the caller names it. */
  readonly project: string;
  readonly profileId: string;
  readonly profile: Profile;
  readonly asOf: string;
}

export function renderProfile(
  { organizationSlug, project, profileId, profile, asOf }: ProfileReading,
): string {
  const { samples, threads, busiest } = profile;
  return reading(
    `Profile ${code(profile.id ?? profileId)}`,
    facts(
      ["Project", projectOf(organizationSlug, { slug: project })],
      ["Transaction", profile.transaction && code(profile.transaction, 300)],
      ["Trace", profile.traceId && code(profile.traceId, 40)],
      ["Started", profile.startedAt && moment(profile.startedAt, asOf)],
      ["Duration", profile.durationMs !== undefined && duration(profile.durationMs)],
      ["Samples", `${samples.toLocaleString("en-US")} of ${counted(threads, "thread")}`],
      ["Release", profile.release && code(profile.release, 200)],
      ["Environment", profile.environment && code(profile.environment, 100)],
      ["Platform", profile.platform && code(profile.platform, 40)],
    ),
    [[
      "busiest functions",
      busiest.length > 0
        ? section("Busiest functions, by share of samples", busiest.map(busyText), 10)
        : "No sample with a function can be read.",
    ]],
  );
}

function busyText({ name, file, line, inApp, share }: BusyFunction): string {
  const place = file && code(`${file}${line === undefined ? "" : `:${line}`}`, 150);
  return joined(
    `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`,
    code(name, 150),
    place,
    !inApp && "not the application's own",
  );
}
