import type { Desk } from "./access.ts";
import { personJson } from "./people-json.ts";
import { COMMITS, OWNERSHIP, SUSPECTS } from "./world/commits.ts";
import { PEOPLE } from "./world/directory.ts";
import type { WorldIssue } from "./world/issues.ts";
import { actorJson } from "./people-json.ts";
import type { Json } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";

type Commit = (typeof COMMITS)[number];

const HOUR_MS = 3_600_000;

/** `api/serializers/models/commit.py` of getsentry/sentry. */
export function commitJson(desk: Desk, commit: Commit, suspectCommitType = ""): Json {
  return {
    id: commit.sha,
    message: commit.message,
    dateCreated: isoTime(desk.state.seededAtMs - commit.hoursAgo * HOUR_MS),
    pullRequest: null,
    suspectCommitType,
    repository: {
      id: String(900 + COMMITS.findIndex(({ repository }) => repository === commit.repository)),
      name: commit.repository,
      url: `https://code.example.test/${commit.repository}`,
      provider: { id: "integrations:github", name: "GitHub" },
      status: "active",
    },
    author: authorJson(commit),
  };
}

/** Who may have caused an issue, with their commits (`utils/committers.py` of getsentry/sentry). */
export function committersJson(desk: Desk, issue: WorldIssue): Json[] {
  const suspects = SUSPECTS[issue.shortId];
  const found = COMMITS.filter(({ sha }) => suspects?.shas.includes(sha));
  return found.map((commit, index) => {
    const { author, ...rest } = commitJson(desk, commit, suspects?.from);
    const score = suspects?.from === "via commit in release" ? { score: 3 - index } : {};
    return { author, commits: [{ ...rest, ...score }] };
  });
}

/** Who owns the code that an event happened in (`issues/endpoints/event_owners.py` of getsentry/sentry). */
export function ownersJson({ project }: WorldIssue): Json {
  const rules = OWNERSHIP[project.slug] ?? [];
  return {
    owners: rules.flatMap(([, owners]) => owners.map(actorJson)),
    rule: rules[0] ? ["path", rules[0][0]] : null,
    rules: rules.map(([pattern, owners]) => [["path", pattern], owners.map((owner) => owner.split(":"))]),
  };
}

function authorJson({ author }: Commit): Json {
  const person = PEOPLE.find(({ login }) => login === author.login);
  return person ? personJson(person) : { name: author.name, email: author.email };
}
