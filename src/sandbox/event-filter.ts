import { alternatives } from "./event-search.ts";
import { cellOf } from "./event-table.ts";
import type { Cell, Row } from "./event-table.ts";
import { compare, like } from "./issue-match.ts";
import { parseIssueQuery } from "./issue-query.ts";
import type { Term } from "./issue-query.ts";
import { badRequest } from "./problem.ts";

/** Where words without a key are looked for. */
const SPOKEN = ["id", "title", "message", "span.description", "transaction", "metric.name"];

const IN_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** @param projects Slugs that the search is about; naming another is refused, as Sentry does. */
export function filterRows(rows: readonly Row[], query: string, projects: readonly string[]): Row[] {
  const wanted = alternatives(query).map(parseIssueQuery);
  for (const { key, values } of wanted.flat()) {
    const missing = key === "project" || key === "project.name"
      ? values.filter((value) => !value.includes("*") && !projects.includes(value))
      : [];
    if (missing.length > 0) {
      throw badRequest(
        `Invalid query. Project(s) ${missing.join(", ")} do not exist or are not actively selected.`,
      );
    }
  }
  return rows.filter((row) => wanted.some((terms) => terms.every((term) => isMet(row, term))));
}

function isMet(row: Row, { key, values, negated }: Term): boolean {
  if (key === undefined) {
    return values.every((text) => SPOKEN.some((field) => isLike(cellOf(row, field), `*${text}*`)));
  }
  return values.some((value) => holds(row, key, value)) !== negated;
}

function holds(row: Row, key: string, value: string): boolean {
  if (key === "has") return isThere(cellOf(row, value));
  if (key === "timestamp") return holdsTime(row.atMs, value);
  const cell = cellOf(row, key);
  if (typeof cell === "number") return compare(cell, value, numberOf);
  if (typeof cell === "boolean") return cell === /^(?:1|true)$/i.test(value);
  if (/^[<>]/.test(value)) return false;
  return isLike(cell, value);
}

function holdsTime(atMs: number, value: string): boolean {
  return compare(atMs, value, (text) => {
    const read = Date.parse(text);
    if (Number.isNaN(read)) throw badRequest(`Invalid date: ${text}. Expected +/-duration or ISO 8601.`);
    return read;
  });
}

const isThere = (cell: Cell) => cell !== null && cell !== "" && !(Array.isArray(cell) && cell.length === 0);

function isLike(cell: Cell, pattern: string): boolean {
  const texts = typeof cell === "object" && cell !== null ? cell : [String(cell ?? "")];
  return texts.some((text) => like(text, pattern));
}

/** `250`, `250ms`, `1.5s`: durations in milliseconds. */
function numberOf(text: string): number {
  const [, digits, unit = "ms"] = /^(-?\d+(?:\.\d+)?)([a-z]+)?$/.exec(text) ?? [];
  return Number(digits ?? Number.NaN) * (IN_MS[unit] ?? Number.NaN);
}
