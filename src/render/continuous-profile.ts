import { blocks, code } from "./markdown.ts";
import { facts } from "./reading.ts";

export interface ContinuousProfileReading {
  readonly organizationSlug: string;
  readonly project: string;
  readonly profilerId: string;
  readonly start?: string;
  readonly end?: string;
}

export function renderContinuousProfile(profile: ContinuousProfileReading): string {
  const { organizationSlug, project, profilerId, start, end } = profile;
  return blocks(
    `# Continuous profile of profiler ${code(profilerId)}`,
    facts(
      ["Project", `${code(project)} of ${code(organizationSlug)}`],
      ["From", start && code(start, 40)],
      ["To", end && code(end, 40)],
    ),
    "Only profiles of one transaction can be read, not continuous ones.",
  );
}
