import type { Cell, ColumnKind, EventRow } from "../sentry/events-search.ts";
import { code, joined, lines } from "./markdown.ts";
import { isQuantity, measured, textOf } from "./measure.ts";
import { isSecretName, REMOVED } from "./secrets.ts";
import { moment } from "./time.ts";

/** Fields that stand first and need no name, by dataset. */
const HEADS: Readonly<Record<string, readonly string[]>> = {
  errors: ["issue", "title", "level"],
  spans: ["id", "span.op", "span.description", "span.duration"],
  metrics: ["metric.name", "value"],
  profiles: ["profile.id", "transaction", "transaction.duration"],
};

/** Not said twice: what is in the head, the unit of the value, and the project's other name. */
const ELSEWHERE = ["timestamp", "metric.unit", "project.name"];

interface View {
  readonly dataset: string;
  readonly fields: readonly string[];
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly asOf: string;
}

export function eventEntries(rows: readonly EventRow[], view: View): string[] {
  return rows.map((row) => entryOf(row, view));
}

function entryOf(row: EventRow, { dataset, fields, kinds, asOf }: View): string {
  const kindOf = (field: string): ColumnKind =>
    field === "value" && typeof row["metric.unit"] === "string"
      ? { unit: row["metric.unit"] }
      : kinds[field] ?? {};
  const headed = (HEADS[dataset] ?? []).filter((field) => fields.includes(field) && isSaid(row[field]));
  const head = headed.map((field) => valueText(row[field] ?? "", field, kindOf(field)));
  const { timestamp } = row;
  const when = typeof timestamp === "string" && !Number.isNaN(Date.parse(timestamp))
    ? moment(timestamp, asOf)
    : undefined;
  // Sentry adds the id to rows, whether it was asked for or not.
  const rest = [...new Set([...(headed.includes("profile.id") ? [] : ["id"]), ...fields])]
    .filter((field) => !headed.includes(field) && !ELSEWHERE.includes(field) && isSaid(row[field]))
    .filter((field) => field !== "message" || row.message !== row.title)
    .filter((field) => field !== "id" || row.id !== row["profile.id"])
    .map((field) => namedText(row[field] ?? "", field, kindOf(field)));
  return lines(
    `- ${joined(...head, when) || "(nothing that was asked for)"}`,
    rest.length > 0 && `  ${rest.join(" ")}`,
  );
}

const isSaid = (cell: Cell | undefined) => cell !== undefined && textOf(cell).trim() !== "";

function valueText(cell: Cell, field: string, kind: ColumnKind): string {
  if (typeof cell === "number" && (field === "value" || isQuantity(field, kind))) return measured(cell, kind);
  return code(isSecretName(field) ? REMOVED : textOf(cell), 240);
}

/** `field:value`, as a search would have it. */
function namedText(cell: Cell, field: string, kind: ColumnKind): string {
  if (typeof cell === "number" && isQuantity(field, kind)) {
    return `${code(field, 100)} ${measured(cell, kind)}`;
  }
  return code(`${field}:${isSecretName(field) ? REMOVED : textOf(cell)}`, 200);
}
