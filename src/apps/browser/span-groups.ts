import type { PicturedSpan } from "../picture.ts";

/** Kinds of work by the first word of an operation; each has its colour in every trace. */
const GROUPS: readonly (readonly [name: string, className: string, words: RegExp])[] = [
  ["browser", "ui", /^(ui|pageload|navigation|browser|resource|paint|mark|measure|app|activity)\b/],
  ["HTTP", "http", /^(http|grpc|rpc|graphql|websocket)\b/],
  ["database", "db", /^(db|sql|mongodb|elasticsearch)\b/],
  ["cache", "cache", /^(cache|redis|memcache)/],
  ["queue", "queue", /^(queue|task|job|celery|message|messaging|topic|cron)\b/],
];

const OTHER = ["other", "other"] as const;

/** The class of a group, or of a span's operation. */
export function groupOf(name: string): string {
  const found = GROUPS.find(([group, , words]) => group === name || words.test(name));
  return (found ?? OTHER)[1];
}

/** The names of the groups that these spans are of. */
export function groupsOf(spans: readonly PicturedSpan[]): string[] {
  const present = new Set(spans.map(({ op = "" }) => groupOf(op)));
  return [...GROUPS, OTHER].filter(([, className]) => present.has(className)).map(([name]) => name);
}
