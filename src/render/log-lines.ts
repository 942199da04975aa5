import type { Cell, ColumnKind, EventRow } from "../sentry/events-search.ts";
import { cut } from "./markdown.ts";
import { isQuantity, measured, textOf } from "./measure.ts";
import { isSecretName, REMOVED } from "./secrets.ts";

const MOST_MESSAGE_CHARACTERS = 400;
const MOST_VALUE_CHARACTERS = 120;

const HEAD = ["timestamp", "severity", "message", "project.name"];

/** As a console shows them, newest first; one line each, to be fenced. */
export function logLines(
  rows: readonly EventRow[],
  { fields, kinds }: { fields: readonly string[]; kinds: Readonly<Record<string, ColumnKind>> },
): string[] {
  return rows.map((row) => {
    const { severity, message } = row;
    const said = (cell: Cell | undefined, most: number) =>
      cell === undefined ? undefined : cut(textOf(cell).replace(/\s+/g, " ").trim(), most);
    const rest = fields.filter((field) => !HEAD.includes(field)).map((field) => {
      const cell = row[field];
      if (cell === undefined || textOf(cell).trim() === "") return undefined;
      const kind = kinds[field] ?? {};
      if (isSecretName(field)) return `${field}=${REMOVED}`;
      return `${field}=${
        typeof cell === "number" && isQuantity(field, kind)
          ? measured(cell, kind)
          : said(cell, MOST_VALUE_CHARACTERS)
      }`;
    });
    return [
      clock(row.timestamp),
      said(severity, 20)?.toUpperCase().padEnd(5),
      said(message, MOST_MESSAGE_CHARACTERS),
      ...rest,
    ].filter((part) => part !== undefined && part !== "").join(" ");
  });
}

/** Seconds matter between logs. */
function clock(timestamp: Cell | undefined): string | undefined {
  const atMs = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString().replace(/\.000Z$/, "Z");
}
