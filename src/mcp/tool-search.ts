import type { Effect } from "../tools/define.ts";
import type { ToolDescription, ToolEntry } from "./tool-list.ts";

/**
 * Ranks tools by how well their names, titles, descriptions and parameters fit a few words; rare words count more.
 * A word such as "delete" says what the tool has to do, so it leaves out those that do something else: no tool is a
 * better answer than a wrong one.
 */
export function rankTools<Entry extends ToolEntry>(query: string, entries: readonly Entry[]): Entry[] {
  const words = wordsOf(query);
  const effects = words.flatMap((word) => VERBS.get(word) ?? []);
  const wanted = words.filter((word) => !VERBS.has(word) && !STOP_WORDS.has(word));
  const able = entries.filter(({ tool }) => effects.length === 0 || effects.includes(tool.effect));
  // "close", "assign" and the like are all there is to say.
  if (wanted.length === 0) return effects.length > 0 && !effects.includes("delete") ? able.slice() : [];

  const fields = entries.map(({ description }) => fieldsOf(description));
  const rarity = new Map(wanted.map((word) => {
    const having = fields.filter((field) => weightOf(word, field) > 0).length;
    const rare = Math.log(1 + entries.length / (1 + having));
    // A word that no tool has may be small talk, or what makes the difference.
    return [word, having === 0 ? rare / 2 : rare];
  }));
  const whole = [...rarity.values()].reduce((sum, value) => sum + value, 0);

  return able
    .map((entry) => {
      const field = fieldsOf(entry.description);
      let score = 0;
      let covered = 0;
      for (const [word, rare] of rarity) {
        const weight = weightOf(word, field);
        score += weight * rare;
        if (weight > 0) covered += rare;
      }
      // Without a verb, reading is the likelier wish.
      const likely = effects.length > 0 || entry.tool.effect === "read" ? 1 : 0.9;
      return { entry, score: (score * covered * likely) / whole, coverage: covered / whole };
    })
    .filter(({ score, coverage }) => score > 0 && coverage >= LEAST_COVERAGE)
    .sort((a, b) => b.score - a.score || a.entry.tool.name.localeCompare(b.entry.tool.name))
    .filter(({ score }, _, [best]) => score >= (best?.score ?? 0) * LEAST_SHARE)
    .map(({ entry }) => entry);
}

/** Of the words of a query, by rarity; less is an accident. */
const LEAST_COVERAGE = 0.3;
/** Of the best score; what is far behind it only distracts. */
const LEAST_SHARE = 0.2;

type Fields = readonly (readonly [weight: number, words: ReadonlySet<string>])[];

function fieldsOf({ name, title, description, inputSchema }: ToolDescription): Fields {
  return [
    [6, new Set(wordsOf(`${name} ${title}`))],
    [2, new Set(wordsOf(description))],
    [1, new Set(wordsOf(Object.keys(inputSchema.properties ?? {}).join(" ")))],
  ];
}

function weightOf(word: string, fields: Fields): number {
  const direct = fields.find(([, words]) => words.has(word))?.[0] ?? 0;
  const related = (RELATED.get(word) ?? []).map((other) =>
    fields.find(([, words]) => words.has(other))?.[0] ?? 0
  );
  return Math.max(direct, ...related.map((weight) => weight / 2));
}

/** Lower case, without endings, parts of camelCase apart. */
function wordsOf(text: string): string[] {
  const parts = text.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.map(stem);
}

function stem(word: string): string {
  if (word.length <= 3) return word;
  return word
    .replace(/ies$/, "y")
    .replace(/(ss|sh|ch|x)es$/, "$1")
    .replace(/([^s])s$/, "$1")
    .replace(/(?:ing|ed)$/, (ending) => (word.length - ending.length > 3 ? "" : ending))
    .replace(/e$/, "");
}

const stems = (words: string) => words.split(" ").map(stem);

const STOP_WORDS = new Set(
  stems(
    "a an the of for in on to by with and or is are was were be it its this that all any my me i we our you " +
      "get show find list give fetch read see look view tell search what which who where when how do does did " +
      "please can could want need tool sentry about from into at some one once many several few every",
  ),
);

/** Words that say what is to be done to something. */
const VERBS: ReadonlyMap<string, readonly Effect[]> = new Map(
  ([
    ["delete remove destroy erase drop", ["delete"]],
    ["create add post write new start make", ["create"]],
    [
      "update change edit set modify resolve unresolve reopen close assign unassign ignore archive mute snooze rename",
      ["update"],
    ],
  ] as const).flatMap(([words, effects]) => stems(words).map((word) => [word, effects] as const)),
);

/** What people say, and what the tools call it. */
const RELATED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    bug: "issue",
    error: "issue event",
    exception: "stack issue",
    crash: "issue stack",
    problem: "issue",
    comment: "note activity",
    note: "activity comment",
    history: "activity",
    timeline: "activity breadcrumb",
    stacktrace: "stack",
    backtrace: "stack",
    traceback: "stack",
    frame: "stack",
    thread: "stack",
    trail: "breadcrumb",
    feedback: "report",
    report: "feedback",
    file: "attachment",
    screenshot: "attachment",
    minidump: "attachment",
    image: "attachment",
    slow: "trace span",
    performance: "trace span",
    latency: "trace span",
    waterfall: "trace",
    log: "event",
    metric: "event",
    replay: "event resource",
    browser: "tag",
    environment: "tag",
    distribution: "tag",
    cause: "seer",
    fix: "seer",
    ai: "seer",
    autofix: "seer",
    url: "resource",
    link: "resource",
    org: "organization",
    account: "organization who",
    member: "team",
    group: "team",
    affected: "tag user",
    impact: "tag user",
    priority: "issue",
    status: "issue",
    assignee: "issue",
  }).map(([word, others]) => [stem(word), stems(others)] as const),
);
