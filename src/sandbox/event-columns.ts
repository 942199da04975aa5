import { cellOf } from "./event-table.ts";
import type { Cell, Row } from "./event-table.ts";
import { badRequest } from "./problem.ts";

/** A column of an answer: a field of the rows, or a figure over some of them. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly unit: string | null;
  /** Of a group of rows; a field has the value of the first. */
  readonly value: (rows: readonly Row[], view: View) => Cell;
  readonly isAggregate: boolean;
}

interface View {
  readonly minutes: number;
}

const DURATIONS = ["span.duration", "transaction.duration", "span.self_time"];
const UNITS_OF_TIME = ["millisecond", "second", "microsecond"];
const UNITS_OF_SIZE = ["byte", "kibibyte", "megabyte"];

const quantile = (share: number) => (numbers: readonly number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
};
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Figures over the numbers of one field. */
const OF_NUMBERS: Readonly<Record<string, (numbers: readonly number[]) => number | null>> = {
  avg: (numbers) => (numbers.length > 0 ? sum(numbers) / numbers.length : null),
  sum,
  min: (numbers) => (numbers.length > 0 ? Math.min(...numbers) : null),
  max: (numbers) => (numbers.length > 0 ? Math.max(...numbers) : null),
  p50: quantile(0.5),
  p75: quantile(0.75),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
};

/** Figures over whole rows: type, unit, value. */
const OF_ROWS: Readonly<
  Record<string, readonly [string, string | null, (rows: readonly Row[], view: View) => number]>
> = {
  epm: ["rate", "1/minute", (rows, { minutes }) => rows.length / minutes],
  eps: ["rate", "1/second", (rows, { minutes }) => rows.length / minutes / 60],
  failure_rate: [
    "percentage",
    null,
    (rows) => rows.filter((row) => cellOf(row, "span.status") !== "ok").length / Math.max(1, rows.length),
  ],
};

/** @param isTraceItems Trace items and events are refused with other words. */
export function readColumn(name: string, isTraceItems: boolean): Column {
  const called = /^(\w+)\((.*)\)$/.exec(name);
  if (called) {
    const [, called_ = "", inside = ""] = called;
    return figure(name, called_, inside.split(",").map((part) => part.trim()), isTraceItems);
  }
  if (!/^[\w.:,[\] -]+$/.test(name)) throw badRequest(`Invalid characters in field ${name}`);
  const isDuration = DURATIONS.includes(name);
  return {
    name,
    type: isDuration ? "duration" : typeOf(name),
    unit: isDuration ? "millisecond" : null,
    value: ([first]) => first ? cellOf(first, name) : null,
    isAggregate: false,
  };
}

function typeOf(name: string): string {
  if (name === "timestamp") return "date";
  if (name === "error.type" || name === "error.value") return "array";
  return ["value", "project.id", "issue.id", "severity_number"].includes(name) ? "number" : "string";
}

function figure(
  name: string,
  called: string,
  [field = "", ...more]: string[],
  isTraceItems: boolean,
): Column {
  const isAggregate = true;
  if (called === "count") {
    return { name, type: "integer", unit: null, value: (rows) => matching(rows, more).length, isAggregate };
  }
  if (called === "count_unique") {
    const distinct = (rows: readonly Row[]) =>
      new Set(rows.map((row) => cellOf(row, field)).filter((cell) => cell !== null).map(String)).size;
    return { name, type: "integer", unit: null, value: distinct, isAggregate };
  }
  const ofRows = OF_ROWS[called];
  if (ofRows) {
    const [type, unit, value] = ofRows;
    return { name, type, unit, value, isAggregate };
  }
  const ofNumbers = OF_NUMBERS[called];
  if (!ofNumbers) {
    throw badRequest(isTraceItems ? `Unknown function ${called}` : `${called} is not a valid function`);
  }
  if (field === "") throw badRequest(`${name}: expected at least 1 argument(s)`);
  const unit = unitOf(field, more);
  return {
    name,
    type: UNITS_OF_TIME.includes(unit ?? "")
      ? "duration"
      : UNITS_OF_SIZE.includes(unit ?? "")
      ? "size"
      : "number",
    unit,
    value: (rows) =>
      ofNumbers(
        matching(rows, more).map((row) => cellOf(row, field)).filter((cell) => typeof cell === "number"),
      ),
    isAggregate,
  };
}

/** A metric is named behind the field: `p95(value,payment.duration,distribution,millisecond)`. */
function matching(rows: readonly Row[], [metric, type]: readonly string[]): readonly Row[] {
  return metric === undefined
    ? rows
    : rows.filter((row) =>
      cellOf(row, "metric.name") === metric && (type === undefined || cellOf(row, "metric.type") === type)
    );
}

function unitOf(field: string, [, , unit]: readonly string[]): string | null {
  if (DURATIONS.includes(field)) return "millisecond";
  return unit === undefined || unit === "none" || unit === "-" ? null : unit;
}
