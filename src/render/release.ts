import type { Release } from "../sentry/release.ts";
import { code, counted, joined, link, word } from "./markdown.ts";
import { facts, reading, section } from "./reading.ts";
import { moment } from "./time.ts";

export interface ReleaseReading {
  readonly organizationSlug: string;
  readonly release: Release;
  readonly asOf: string;
}

export function renderRelease({ organizationSlug, release, asOf }: ReleaseReading): string {
  const { lastCommit, lastDeploy, projects, authors } = release;
  const at = (time: string | undefined) => time && moment(time, asOf);
  return reading(
    `Release ${code(release.version, 250)}`,
    facts(
      ["Organization", code(organizationSlug)],
      ["Status", release.status && word(release.status)],
      ["Created", at(release.createdAt)],
      ["Released", at(release.releasedAt) ?? "not marked as released"],
      [
        "Events",
        joined(
          release.firstEvent && `first ${at(release.firstEvent)}`,
          release.lastEvent && `last ${at(release.lastEvent)}`,
        ),
      ],
      ["New issues", release.newIssues === undefined ? undefined : String(release.newIssues)],
      [
        "Contains",
        joined(
          release.commits !== undefined && counted(release.commits, "commit"),
          release.deploys !== undefined && counted(release.deploys, "deploy"),
        ),
      ],
      [
        "Last commit",
        lastCommit &&
        joined(
          code(lastCommit.id, 40),
          lastCommit.author && code(lastCommit.author, 80),
          lastCommit.message && code(lastCommit.message, 200),
        ),
      ],
      ["Last deploy", lastDeploy && joined(code(lastDeploy.environment, 80), at(lastDeploy.at))],
      ["Authors", authors.slice(0, 10).map((author) => code(author, 80)).join(", ")],
      ["Link", link(release.url)],
    ),
    [
      [
        "projects",
        section(
          "Projects",
          projects.map(({ slug, newIssues }) =>
            joined(code(slug, 100), newIssues !== undefined && counted(newIssues, "new issue"))
          ),
          20,
        ),
      ],
      [
        "hint",
        `\`search_issues\` with ${
          code(`release:${JSON.stringify(release.version)}`, 300)
        } as \`query\` finds its issues.`,
      ],
    ],
  );
}
