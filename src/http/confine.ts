import type { VerifyConstraint } from "../constraint/verified-constraints.ts";
import type { Caller } from "../mcp/caller.ts";
import { Unauthorized } from "../mcp/unauthorized.ts";

interface Confined {
  readonly caller: Caller;
  readonly refused?: { readonly status: 403 | 404; readonly message: string };
}

/** Whether any of the messages asks for one of these methods. */
export function calls(body: unknown, methods: readonly string[]): boolean {
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
  return messages.some((message) =>
    typeof message === "object" && message !== null && "method" in message &&
    typeof message.method === "string" &&
    methods.includes(message.method)
  );
}

/** What is answered without Sentry needs no constraint that Sentry knows. */
export const needsConstraint = (body: unknown): boolean =>
  calls(body, ["initialize", "server/discover", "tools/call"]);

/**
 * Asks Sentry about a constraint that nobody has verified yet. Courtesy, so that a mistyped path is told at once:
 * what keeps a session inside is `SentryAccess`.
 *
 * @throws {Unauthorized} Sentry does not take the token.
 */
export async function confine(caller: Caller, verify: VerifyConstraint): Promise<Confined> {
  const { constraint, credential } = caller;
  if (caller.constraintVerified || constraint.organizationSlug === undefined) return { caller };

  // The verifier has a time limit of its own, and before 2026-07-28 a disconnect cancels nothing.
  const { signal } = new AbortController();
  const verification = await verify(constraint, { credential, signal });
  const { outcome } = verification;
  if (outcome === "unauthorized") throw new Unauthorized("Sentry does not accept the token");
  if (outcome === "refused") return { caller, refused: verification };
  if (outcome === "unknown") return { caller };
  return { caller: { ...caller, constraint: verification.constraint, constraintVerified: true } };
}
