import type { Cell, ColumnKind } from "../sentry/events-search.ts";
import { code } from "./markdown.ts";

/** Sentry's names of units, shortened as people write them. */
const UNITS: Readonly<Record<string, string>> = {
  nanosecond: "ns",
  microsecond: "µs",
  millisecond: "ms",
  second: "s",
  minute: "min",
  hour: "h",
  day: "d",
  week: "wk",
  bit: "bit",
  byte: "B",
  kilobyte: "kB",
  kibibyte: "KiB",
  megabyte: "MB",
  mebibyte: "MiB",
  gigabyte: "GB",
  gibibyte: "GiB",
  percent: "%",
  "1/second": "per s",
  "1/minute": "per min",
  "1/hour": "per h",
};

/** How a unit is written; a metric's own may be any text. Undefined where there is none. */
export function unitText({ type, unit }: ColumnKind): string | undefined {
  if (unit === undefined) return type === "percentage" ? "%" : undefined;
  if (["none", "ratio", "-"].includes(unit)) return undefined;
  return Object.hasOwn(UNITS, unit) ? UNITS[unit] : code(unit, 30);
}

/** A number as far as it tells something: `1,843`, `12.35`, `0.001234`. Shares become percent. */
export function figure(value: number, kind: ColumnKind): string {
  const scaled = kind.type === "percentage" ? value * 100 : value;
  const rounded = Math.abs(scaled) >= 1000 ? Math.round(scaled) : Number(scaled.toPrecision(4));
  return Math.abs(rounded) < 1e-6 && rounded !== 0
    ? rounded.toExponential()
    : rounded.toLocaleString("en-US", { maximumFractionDigits: 9 });
}

/** A number with its unit: `4,600 ms`. */
export function measured(value: number, kind: ColumnKind): string {
  const unit = unitText(kind);
  return unit === undefined ? figure(value, kind) : `${figure(value, kind)} ${unit}`;
}

/** Whether a column holds quantities; other numbers are ids, lines or codes, and stay as they are. */
export function isQuantity(field: string, kind: ColumnKind): boolean {
  return isFigure(field) || unitText(kind) !== undefined || kind.type === "duration" || kind.type === "size";
}

/** `count()`, `p95(span.duration)`, an equation: something computed over many. */
export function isFigure(field: string): boolean {
  return /^\w+\(.*\)$|^equation\|/s.test(field);
}

/** What a value says as text. */
export function textOf(cell: Cell): string {
  return typeof cell === "object" ? cell.join(", ") : String(cell);
}
