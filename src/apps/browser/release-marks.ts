import type { Counts, FrequencyPicture } from "../picture.ts";
import { dayAndTime } from "./dates.ts";
import { html } from "./elements.ts";

type Release = FrequencyPicture["releases"][number];

/** Releases on the axis of some counts. */
export interface Released {
  readonly flags: readonly Flag[];
  /** Where each is on the axis, from 0 to 1. */
  readonly lines: readonly number[];
  /** Those that came out in the time of a bar. */
  duringBar(index: number): readonly Release[];
}

/** Releases that stand so close together that one flag has to do for them. */
interface Flag {
  /** From 1 on, oldest first. */
  readonly number: number;
  /** Where the first of them is on the axis. */
  readonly at: number;
  readonly releases: readonly Release[];
}

/** So far apart, two flags fit side by side in the narrowest window. */
const APART = 0.1;
const MOST_NAMED = 3;

export function placeReleases(
  releases: readonly Release[],
  { startsAtMs, stepMs, counts }: Counts,
): Released {
  const placed = releases
    .map((release) => ({ release, at: (release.atMs - startsAtMs) / (stepMs * counts.length) }))
    .filter(({ at }) => at >= 0 && at <= 1);
  const flags: Flag[] = [];
  for (const { release, at } of placed) {
    const last = flags.at(-1);
    if (last && at - last.at < APART) {
      flags[flags.length - 1] = { ...last, releases: [...last.releases, release] };
    } else flags.push({ number: flags.length + 1, at, releases: [release] });
  }
  const barOf = (at: number) => Math.min(counts.length - 1, Math.floor(at * counts.length));
  return {
    flags,
    lines: placed.map(({ at }) => at),
    duringBar: (index) => placed.filter(({ at }) => barOf(at) === index).map(({ release }) => release),
  };
}

export function releaseList(flags: readonly Flag[]): HTMLElement {
  const items = flags.map(({ number, releases }) =>
    html(
      "li",
      {},
      html("i", { class: "flag", "aria-hidden": "true" }, String(number)),
      html(
        "span",
        {},
        html("bdi", {}, versionsOf(releases)),
        " ",
        html("small", { class: "soft" }, whenOf(releases)),
      ),
    )
  );
  return html("ol", { class: "releases", "aria-label": "Releases" }, ...items);
}

function whenOf([first, ...more]: readonly Release[]): string {
  if (!first) return "";
  return `${more.length > 0 ? "from " : ""}${dayAndTime(first.atMs)} UTC`;
}

export function versionsOf(releases: readonly Release[]): string {
  const named = releases.slice(0, MOST_NAMED).map(({ version }) => version).join(", ");
  const more = releases.length - MOST_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}
