import type { Counts } from "../picture.ts";
import { whenOf } from "./bar-chart.ts";
import { html } from "./elements.ts";
import { type ReleaseMark, versionsOf } from "./release-marks.ts";

/** The same as a table, newest first, for who would rather read it. */
export function countTable(
  counts: Counts,
  { marks, unit }: { marks: readonly ReleaseMark[]; unit: "hour" | "day" },
): HTMLElement {
  const rows = counts.counts.map((count, index) => {
    const released = marks.filter((mark) => mark.index === index).flatMap(({ releases }) => releases);
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, whenOf(counts, index, unit)),
      html("td", {}, count.toLocaleString("en-US")),
      html("td", {}, versionsOf(released)),
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
