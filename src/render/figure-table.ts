import type { Cell, ColumnKind, EventRow } from "../sentry/events-search.ts";
import { code, lines } from "./markdown.ts";
import { figure, isQuantity, textOf, unitText } from "./measure.ts";
import { isSecretName, REMOVED } from "./secrets.ts";
import { table } from "./table.ts";

const MOST_CELL_CHARACTERS = 160;

/** Figures by what they are grouped by, units in the header; as many rows as there is room for. */
export function figureTable(
  rows: readonly EventRow[],
  { fields, kinds, most }: {
    fields: readonly string[];
    kinds: Readonly<Record<string, ColumnKind>>;
    most: number;
  },
): { text: string; shown: number } {
  const header = fields.map((field) => {
    const unit = unitText(kinds[field] ?? {});
    return unit === undefined ? code(field, 120) : `${code(field, 120)} (${unit})`;
  });
  const cells = rows.map((row) => fields.map((field) => cellText(row[field], field, kinds[field] ?? {})));
  let size = lines(...header).length * 2;
  const end = cells.findIndex((row) => (size += row.join(" | ").length + 5) > most);
  const shown = end < 0 ? cells : cells.slice(0, end);
  return { text: table(header, shown), shown: shown.length };
}

function cellText(cell: Cell | undefined, field: string, kind: ColumnKind): string {
  if (cell === undefined) return "–";
  if (typeof cell === "number") return isQuantity(field, kind) ? figure(cell, kind) : String(cell);
  if (isSecretName(field)) return REMOVED;
  return textOf(cell).trim() === "" ? "(empty)" : code(textOf(cell), MOST_CELL_CHARACTERS);
}
