import type { Replay } from "../sentry/replay.ts";
import { code, counted, joined, lines } from "./markdown.ts";
import { moment } from "./time.ts";

const MOST_URLS = 3;

export function replayEntry(replay: Replay, asOf: string): string {
  const { id, startedAt, user, environment, urls, pages, browser, os, releases, projectId } = replay;
  if (replay.isArchived) return `- ${code(id)} · archived: its recording was deleted`;
  // Queries may hold tokens.
  const visited = urls.slice(0, MOST_URLS).map((url) => code(url.replace(/[?#].*$/s, ""), 120));
  const more = Math.max(urls.length, pages ?? 0) - visited.length;
  return lines(
    `- ${
      joined(
        code(id),
        startedAt && moment(startedAt, asOf),
        replay.durationSeconds === undefined ? undefined : lasting(replay.durationSeconds),
        user === undefined ? "no user known" : `user ${code(user, 80)}`,
        trouble(replay),
      )
    }`,
    `  ${
      joined(
        visited.length > 0 &&
          `visited ${visited.join(", ")}${more > 0 ? ` and ${counted(more, "more page")}` : ""}`,
        browser && code(browser, 60),
        os && code(os, 60),
        releases.length > 0 &&
          `release ${releases.slice(0, 3).map((release) => code(release, 80)).join(", ")}`,
        projectId && `project id ${code(projectId, 40)}`,
        environment && `environment ${code(environment, 64)}`,
      )
    }`,
  );
}

function trouble({ errors, rageClicks, deadClicks }: Replay): string {
  return joined(
    errors === undefined ? undefined : counted(errors, "error"),
    !!rageClicks && counted(rageClicks, "rage click"),
    !!deadClicks && counted(deadClicks, "dead click"),
  );
}

/** `9 min 36 s` */
function lasting(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  return minutes === 0 ? `${rest} s` : `${minutes.toLocaleString("en-US")} min ${rest} s`;
}
