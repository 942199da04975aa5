import type { Sealer } from "../lib/seal.ts";
import type { Handles } from "../tools/define.ts";
import type { Caller } from "./caller.ts";

const LIFE_MS = 15 * 60_000;

/**
 * Handles of one caller for one subject: bound to the credential, to where the session is confined and to the
 * subject, so that they open in no other hands. Nothing is stored; every instance with the same key opens them.
 */
export function createHandles(
  { sealer, caller, subject, now }: {
    sealer: Sealer;
    caller: Pick<Caller, "credential" | "constraint">;
    /** What they are for: a tool, or one call. */
    subject: string;
    now: () => number;
  },
): Handles {
  const { organizationSlug = "", projectSlug = "" } = caller.constraint;
  const place = [organizationSlug, projectSlug].map((slug) => slug.toLowerCase());
  const context = JSON.stringify([subject, caller.credential.id, ...place]);
  return {
    lifeMinutes: LIFE_MS / 60_000,
    seal: (data) => sealer.seal("handle", JSON.stringify([now() + LIFE_MS, data]), { context }),
    async open(text) {
      const opened = await sealer.open("handle", text, { context });
      if (!opened) return undefined;
      const [expiresAtMs, data]: unknown[] = JSON.parse(opened.text);
      return typeof expiresAtMs === "number" && expiresAtMs > now() ? data : undefined;
    },
  };
}
