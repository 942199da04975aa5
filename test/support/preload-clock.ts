// Loaded before a server of Node, Deno or Bun: puts its clock forward.
import { clockAhead } from "./movable-clock.ts";

Date.now = clockAhead(process.env.CLOCK_AHEAD_FILE ?? "");
