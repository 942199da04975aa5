import { badRequest } from "./problem.ts";

/** One part of a search, such as `!level:[error,fatal]`, or free text, which has no key. */
export interface Term {
  readonly negated: boolean;
  readonly key?: string;
  /** More than one: any of them. */
  readonly values: readonly string[];
}

const KEY = /^(!?)(?:"([^"]+)"|([\w.[\]-]+)):/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"/;

/** Parses Sentry's issue search (docs: Search, Query Syntax); what is broken is 400 with its column. */
export function parseIssueQuery(query: string): Term[] {
  const terms: Term[] = [];
  let rest = query;
  const fail = () => {
    const column = query.length - rest.length + 1;
    return badRequest(
      `Parse error at '${
        rest.slice(0, 10)
      }' (column ${column}). Enclose text with special characters in double quotes.`,
    );
  };
  const take = (pattern: RegExp) => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match;
  };

  const takeQuoted = () => {
    const match = take(QUOTED);
    if (!match) throw fail();
    return (match[1] ?? "").replace(/\\(.)/g, "$1");
  };

  const takeList = () => {
    const start = rest;
    const values: string[] = [];
    take(/^\[\s*/);
    for (;;) {
      const value = rest.startsWith('"') ? takeQuoted() : take(/^[^\s,\]"]+/)?.[0];
      if (value === undefined) break;
      values.push(value);
      if (!take(/^\s*,\s*/)) break;
    }
    if (values.length > 0 && take(/^\s*\](?=\s|$)/)) return values;
    rest = start;
    throw fail();
  };

  const isMore = () => rest.length > 0;

  for (take(/^\s+/); isMore(); take(/^\s+/)) {
    if (/^[()]/.test(rest)) throw fail();
    const key = take(KEY);
    if (key) {
      const name = key[2] ?? key[3] ?? "";
      const values = rest.startsWith("[")
        ? takeList()
        : [rest.startsWith('"') ? takeQuoted() : take(/^[^\s"]+/)?.[0] ?? ""];
      if (values[0] === "") throw badRequest(`Empty string after '${name}:'`);
      terms.push({ negated: key[1] === "!", key: name, values });
    } else if (rest.startsWith('"')) {
      terms.push({ negated: false, values: [takeQuoted()] });
    } else {
      const word = take(/^[^\s"]+/)?.[0] ?? "";
      if (word === "OR" || word === "AND") {
        throw badRequest('Boolean statements containing "OR" or "AND" are not supported in this search');
      }
      terms.push({ negated: false, values: [word] });
    }
    if (rest && !/^\s/.test(rest)) throw fail();
  }
  return terms;
}
