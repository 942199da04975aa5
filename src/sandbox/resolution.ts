import type { Desk } from "./access.ts";
import { commitJson } from "./commit-json.ts";
import { badRequest } from "./problem.ts";
import { COMMITS } from "./world/commits.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";

/**
 * In which release or commit an issue counts as resolved
 * (`api/helpers/group_index/validators/status_details.py` and `in_commit.py` of getsentry/sentry).
 */
export function readResolution(desk: Desk, issue: WorldIssue, details: Json): Json {
  const { inNextRelease, inUpcomingRelease, inCommit, inRelease } = details;
  if (inNextRelease) return { inNextRelease: true };
  if (inUpcomingRelease) {
    throw wrong({ inUpcomingRelease: ["Your organization does not have access to this feature."] });
  }
  if (inCommit !== undefined) return { inCommit: readCommit(desk, issue, inCommit) };
  if (inRelease === undefined) return {};
  const { releases } = issue.project;
  const version = inRelease === "latest" ? releases.at(-1) : releases.find((known) => known === inRelease);
  if (version) return { inRelease: version };
  throw wrong({ inRelease: ["Unable to find a release with the given version."] });
}

/** What the activity says of a resolution: versions that are not known yet are empty. */
export function resolutionActivity(issue: WorldIssue, statusDetails: Json): [string, Json] {
  const { inNextRelease, inRelease, inCommit } = statusDetails;
  if (inCommit) return ["set_resolved_in_commit", { commit: inCommit }];
  if (inRelease) return ["set_resolved_in_release", { version: inRelease }];
  if (!inNextRelease) return ["set_resolved", {}];
  return ["set_resolved_in_release", { version: "", current_release_version: issue.project.releases.at(-1) }];
}

function readCommit(desk: Desk, issue: WorldIssue, wanted: unknown): Json {
  const { commit, repository } = typeof wanted === "object" && wanted !== null ? { ...wanted } as Json : {};
  const missing = Object.entries({ commit, repository }).filter(([, value]) => !value);
  if (missing.length > 0) {
    throw wrong({
      inCommit: Object.fromEntries(missing.map(([name]) => [name, ["This field is required."]])),
    });
  }
  const known = COMMITS.filter((one) =>
    one.organization === issue.project.organization && one.repository === repository
  );
  if (known.length === 0) {
    throw wrong({ inCommit: { repository: ["Unable to find the given repository."] } });
  }
  const found = known.find(({ sha }) => sha === commit);
  if (!found) throw wrong({ inCommit: { commit: ["Unable to find the given commit."] } });
  return commitJson(desk, found);
}

const wrong = (statusDetails: Json) => badRequest({ statusDetails });
