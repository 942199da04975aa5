import type { Counts } from "../picture.ts";
import { whenOf } from "./bar-chart.ts";
import { html } from "./elements.ts";
import { type Released, versionsOf } from "./release-marks.ts";

/** The same as a table, newest first, for who would rather read it. */
export function countTable(
  counts: Counts,
  { released, unit }: { released: Released; unit: "hour" | "day" },
): HTMLElement {
  const rows = counts.counts.map((count, index) => {
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, whenOf(counts, index, unit)),
      html("td", {}, count.toLocaleString("en-US")),
      html("td", {}, html("bdi", {}, versionsOf(released.duringBar(index)))),
    );
  });
  const head = ["Time", "Events", "Releases"].map((name) => html("th", { scope: "col" }, name));
  return html(
    "details",
    { "aria-label": "Events and releases" },
    html("summary", {}, "As a table"),
    html(
      "table",
      {},
      html("thead", {}, html("tr", {}, ...head)),
      html("tbody", {}, ...rows.toReversed()),
    ),
  );
}
