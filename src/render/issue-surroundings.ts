import type { Owner, SuspectCommit } from "../sentry/blame.ts";
import type { ExternalIssue } from "../sentry/external-issue.ts";
import type { Issue } from "../sentry/issue.ts";
import type { TagValues } from "../sentry/tag-values.ts";
import { withoutParts } from "./event.ts";
import { blocks, code, joined, lines, link, word } from "./markdown.ts";
import { share } from "./share.ts";
import { moment } from "./time.ts";

/** What Sentry knows around an issue; undefined is what could not be read. */
export interface IssueSurroundings {
  readonly tags?: readonly TagValues[];
  readonly externalIssues?: readonly ExternalIssue[];
  readonly suspects?: readonly SuspectCommit[];
  readonly owners?: readonly Owner[];
}

const MOST_LINKS = 3;
const MOST_OWNERS = 5;
const MOST_COMMITS = 3;
const MOST_TAGS = 7;

/** Facts that fit on a line each, to stand below those of the issue. */
export function renderOwnersAndLinks({ owners = [], externalIssues = [] }: IssueSurroundings): string {
  const people = owners.slice(0, MOST_OWNERS).map(({ type, name }) => `${type} ${code(name, 100)}`);
  const linked = externalIssues.slice(0, MOST_LINKS).map(({ name, service, webUrl }) =>
    [name && code(name, 100), service && word(service), link(webUrl)].filter(Boolean).join(" ")
  );
  return lines(
    people.length > 0 && `- Code owners: ${people.join(", ")}${rest(owners.length, people.length)}`,
    linked.length > 0 && `- Linked issues: ${joined(...linked)}${rest(externalIssues.length, linked.length)}`,
  );
}

const rest = (total: number, shown: number) => (total > shown ? `, and ${total - shown} more` : "");

export function renderSuspects({ suspects = [] }: IssueSurroundings, asOf: string): string {
  if (suspects.length === 0) return "";
  const shown = suspects.slice(0, MOST_COMMITS);
  return blocks(
    "## Suspect commits",
    lines(...shown.map((commit) =>
      `- ${
        joined(
          `${code(commit.id.slice(0, 12))} ${code(firstLine(commit.message), 160)}`,
          commit.author && `by ${code(commit.author, 80)}`,
          commit.repository && code(commit.repository, 100),
          commit.at && moment(commit.at, asOf),
          link(commit.pullRequestUrl),
        )
      }`
    )),
    suspects.length > shown.length && `${shown.length} of ${suspects.length}`,
  );
}

const firstLine = (message = "") => message.trimStart().split("\n", 1)[0] ?? "";

/** Those that tell most come first; others follow, the most frequent first. */
const TELLING = [
  "environment",
  "release",
  "level",
  "browser",
  "os",
  "device",
  "runtime",
  "transaction",
  "url",
];

/** How the events divide; tags that have the same value in all of them share a line. */
export function renderTagShares({ tags = [] }: IssueSurroundings, issue: Issue): string {
  const shown = shownTags(tags);
  const same = shown.filter(isSame).filter(({ top }) => !isTold(issue, top));
  const facts = lines(
    ...shown.filter((tag) => !isSame(tag)).map(sharesOf),
    same.length > 0 &&
      `- always the same: ${
        joined(...same.map(({ key, top }) => `${code(key, 60)} ${code(top[0]?.value ?? "", 100)}`))
      }`,
  );
  if (facts === "") return "";
  const more = tags.length > shown.length &&
    `${shown.length} of ${tags.length} tags; get_issue_tag_values has the values of any.`;
  return blocks("## Tags over all events", facts, more);
}

/** The tags whose one value the issue's part tells, so that an event need not repeat it. */
export function alwaysTheSame({ tags = [] }: IssueSurroundings): string[] {
  return shownTags(tags).filter(isSame).map(({ key }) => key);
}

function shownTags(tags: readonly TagValues[]): TagValues[] {
  return withoutParts(tags)
    .filter(({ key }) => !OF_EXCEPTIONS.includes(key))
    .toSorted((a, b) => rank(a) - rank(b) || (b.events ?? 0) - (a.events ?? 0))
    .slice(0, MOST_TAGS);
}

/** What an exception says of itself. */
const OF_EXCEPTIONS = ["handled", "mechanism"];

const isSame = ({ distinctValues, top }: TagValues) => distinctValues === 1 && top.length === 1;

const isTold = ({ level, culprit }: Issue, [only]: TagValues["top"]) =>
  only?.value === level || only?.value === culprit;

function sharesOf({ key, top, events, distinctValues = 0 }: TagValues): string {
  const values = top.slice(0, 3).map(({ value, events: count }) =>
    `${code(value, 60)}${count === undefined ? "" : share(count, events)}`
  );
  return `- ${code(key, 60)}: ${
    joined(...values, distinctValues > values.length && `${distinctValues} values`)
  }`;
}

function rank({ key }: TagValues): number {
  const at = TELLING.indexOf(key.replace(/\.\w+$/, ""));
  return at < 0 ? TELLING.length : at;
}
