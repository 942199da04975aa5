import type { Series } from "../sentry/time-series.ts";
import { blocks, code, FOREIGN, lines } from "./markdown.ts";
import { figure, measured, unitText } from "./measure.ts";
import { sparkline } from "./sparkline.ts";
import { table } from "./table.ts";

const MOST_BUCKETS = 60;
const MOST_CELLS = 600;
const MOST_SERIES = 20;

/** Series without groups as one table, a row for each bucket; groups as one line each. */
export function renderTimeSeries(
  series: readonly Series[],
  { dataset, most }: { dataset: string; most: number },
): string {
  const filled = series.filter(({ points }) => points.length > 0).slice(0, MOST_SERIES);
  if (filled.length === 0) {
    return `No time series of ${dataset}: a longer \`period\` or a wider \`query\` may give one.`;
  }
  const hidden = series.length - filled.length;
  const isGrouped = filled.some(({ group }) => group !== undefined);
  return blocks(
    `# Time series of ${dataset}, times in UTC`,
    isGrouped && FOREIGN,
    fitting(filled.map(summary), most),
    !isGrouped && bucketTable(filled),
    hidden > 0 && `${hidden} more series are empty or did not fit.`,
  );
}

function fitting(entries: readonly string[], most: number): string {
  let size = 0;
  return lines(...entries.filter((entry) => (size += entry.length + 1) <= most));
}

/** `- `count()` of `a`: ▁▃█ · total 12 · highest 7 at 2026-03-01 10:00 UTC` */
function summary({ axis, group, kind, points }: Series): string {
  const values = points.map(({ value }) => value);
  const highest = points.reduce(
    (best, point) => (point.value > best.value ? point : best),
    points[0] ?? NONE,
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  const last = points.at(-1) ?? NONE;
  const name = code(axis ?? "value", 120);
  return `- ${group ? `${group.map((value) => code(value, 100)).join(", ")} ${name}` : name} ${
    sparkline(thinned(values, MOST_BUCKETS))
  } ${isCount(axis) ? `total ${figure(total, kind)}, ` : ""}highest ${measured(highest.value, kind)} at ${
    clock(highest.atMs)
  }, last ${measured(last.value, kind)}${last.isIncomplete ? " (incomplete)" : ""}`;
}

const NONE = { atMs: 0, value: 0, isIncomplete: false };

/** Only these add up over time. */
const isCount = (axis = "") => /^(?:count|count_if|sum)\(/.test(axis);

/** The highest of each of so many stretches. */
function thinned(values: readonly number[], most: number): number[] {
  const size = Math.ceil(values.length / most);
  return Array.from(
    { length: Math.ceil(values.length / size) },
    (_, index) => Math.max(...values.slice(index * size, (index + 1) * size)),
  );
}

function bucketTable(series: readonly Series[]): string {
  const points = series[0]?.points ?? [];
  const most = Math.min(MOST_BUCKETS, Math.floor(MOST_CELLS / series.length));
  const from = Math.max(0, points.length - most);
  const shown = points.slice(from);
  const rows = shown.map(({ atMs, isIncomplete }, index) => [
    `${clock(atMs)}${isIncomplete ? " (incomplete)" : ""}`,
    ...series.map((one) => {
      const point = one.points[from + index];
      return point === undefined ? "–" : figure(point.value, one.kind);
    }),
  ]);
  const header = series.map(({ axis = "value", kind }) => {
    const unit = unitText(kind);
    return unit === undefined ? code(axis, 120) : `${code(axis, 120)} (${unit})`;
  });
  return blocks(
    from > 0 && `The last ${shown.length} of ${points.length} buckets; a longer \`interval\` shows all.`,
    table(["from", ...header], rows),
  );
}

const clock = (atMs: number) => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
