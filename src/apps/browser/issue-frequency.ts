import { counted } from "../../render/markdown.ts";
import type { Counts, FrequencyPicture } from "../picture.ts";
import { barChart } from "./bar-chart.ts";
import { countTable } from "./count-table.ts";
import { date } from "./dates.ts";
import { html } from "./elements.ts";
import { picturePage, sentryButton } from "./picture-page.ts";
import { placeReleases, releaseList } from "./release-marks.ts";

const DAY_MS = 86_400_000;

picturePage("issue-frequency", (picture, host) => {
  const { days, hours } = picture;
  const chart = html("div");
  const periods = [["30 days", days], ["24 hours", hours]] as const;
  const known = periods.flatMap(([name, counts]) => (counts ? [{ name, counts }] : []));
  const draw = (counts: Counts) => chart.replaceChildren(...drawn(picture, counts));
  const first = isYoung(picture) ? known.at(-1) : known[0];
  if (first) draw(first.counts);
  else {chart.append(
      html("p", { class: "soft" }, "Sentry has not counted the events of this issue over time."),
    );}
  return [
    html(
      "header",
      {},
      html("h1", {}, picture.issue),
      html("p", { class: "soft" }, summaryOf(picture)),
      sentryButton(host, picture.url),
    ),
    ...(known.length > 1 ? [choice(known, { chosen: first, onChoose: ({ counts }) => draw(counts) })] : []),
    chart,
  ];
});

function summaryOf({ events, users, firstSeenMs, lastSeenMs }: FrequencyPicture): string {
  return [
    events !== undefined && counted(events, "event"),
    users !== undefined && counted(users, "user"),
    firstSeenMs !== undefined && `first ${date(firstSeenMs)}`,
    lastSeenMs !== undefined && `last ${date(lastSeenMs)}`,
  ].filter(Boolean).join(" · ");
}

/** Of what is newer than a day, hours show more. */
function isYoung({ firstSeenMs, hours }: FrequencyPicture): boolean {
  if (firstSeenMs === undefined || !hours) return false;
  return firstSeenMs > hours.startsAtMs + hours.counts.length * hours.stepMs - DAY_MS;
}

function drawn(picture: FrequencyPicture, counts: Counts): HTMLElement[] {
  const released = placeReleases(picture.releases, counts);
  const unit = counts.stepMs < DAY_MS ? "hour" : "day";
  const { withoutReleases, moreReleases } = picture;
  const note = withoutReleases
    ? "The releases of this time could not be read."
    : moreReleases > 0 && `${counted(moreReleases, "older release")} not drawn.`;
  return [
    ...barChart(counts, { released, unit }),
    ...(released.flags.length > 0 ? [releaseList(released.flags)] : []),
    ...(note ? [html("p", { class: "soft" }, note)] : []),
    countTable(counts, { released, unit }),
  ];
}

interface Period {
  readonly name: string;
  readonly counts: Counts;
}

function choice(
  periods: readonly Period[],
  { chosen, onChoose }: { chosen: Period | undefined; onChoose(period: Period): void },
): HTMLElement {
  const labels = periods.map((period) => {
    const input = html("input", { type: "radio", name: "period" });
    input.checked = period === chosen;
    input.addEventListener("change", () => onChoose(period));
    return html("label", {}, input, html("span", {}, period.name));
  });
  return html("fieldset", {}, html("legend", {}, "Period"), ...labels);
}
