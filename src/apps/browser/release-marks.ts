import type { Counts, FrequencyPicture } from "../picture.ts";
import { dayAndTime } from "./dates.ts";
import { html } from "./elements.ts";

type Release = FrequencyPicture["releases"][number];

/** Releases that stand so close together that one flag has to do for them. */
export interface ReleaseMark {
  /** From 1 on, oldest first. */
  readonly number: number;
  /** Where on the axis, from 0 to 1. */
  readonly at: number;
  /** The bar in whose time they came out. */
  readonly index: number;
  readonly releases: readonly Release[];
}

const APART = 0.035;
const MOST_NAMED = 3;

export function markReleases(
  releases: readonly Release[],
  { startsAtMs, stepMs, counts }: Counts,
): ReleaseMark[] {
  const spanMs = stepMs * counts.length;
  const marks: ReleaseMark[] = [];
  for (const release of releases) {
    const at = (release.atMs - startsAtMs) / spanMs;
    if (at < 0 || at > 1) continue;
    const last = marks.at(-1);
    const index = Math.min(counts.length - 1, Math.floor(at * counts.length));
    if (last && at - last.at < APART) {
      marks[marks.length - 1] = { ...last, releases: [...last.releases, release] };
    } else marks.push({ number: marks.length + 1, at, index, releases: [release] });
  }
  return marks;
}

export function releaseList(marks: readonly ReleaseMark[]): HTMLElement {
  const items = marks.map(({ number, releases }) => {
    const [first] = releases;
    return html(
      "li",
      {},
      html("i", { class: "flag", "aria-hidden": "true" }, String(number)),
      html("span", {}, versionsOf(releases)),
      first && html("small", { class: "soft" }, ` ${dayAndTime(first.atMs)} UTC`),
    );
  });
  return html("ol", { class: "releases", "aria-label": "Releases" }, ...items);
}

export function versionsOf(releases: readonly Release[]): string {
  const named = releases.slice(0, MOST_NAMED).map(({ version }) => version).join(", ");
  const more = releases.length - MOST_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}
