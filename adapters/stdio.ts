import process from "node:process";
import { readCommand } from "../src/cli/command.ts";
import { startSession } from "../src/cli/session.ts";
import type { Settings } from "../src/cli/settings.ts";
import { createLog } from "../src/lib/log.ts";
import { withinTime } from "../src/lib/time-limit.ts";

/** Nobody is left to read what would come later. */
const CLOSE_LIMIT_MS = 500;

const command = readCommand(process.argv.slice(2), process.env);
if (command.kind === "print") {
  console.log(command.text);
} else if (command.kind === "refuse") {
  console.error(command.text);
  process.exitCode = 1;
} else {
  for (const note of command.notes) console.error(note);
  serve(command.settings);
}

/** Stdout carries MCP alone. The session ends with its client, or when told to. */
function serve(settings: Settings): void {
  const log = createLog({
    level: settings.logLevel,
    write: (line) => console.error(line),
    now: Date.now,
  });
  const session = startSession(settings, {
    fetch: (request) => fetch(request),
    write,
    now: Date.now,
    log,
  });

  async function end(): Promise<void> {
    await withinTime(session.close(), { limitMs: CLOSE_LIMIT_MS, late: () => {} });
    process.exit(0);
  }

  process.stdin.on("data", (chunk: Uint8Array) => session.receive(chunk));
  for (const event of ["end", "close", "error"]) process.stdin.once(event, () => void end());
  process.stdout.on("error", () => void end());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void end());
}

function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
  });
}
