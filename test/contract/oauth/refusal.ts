import { expect } from "vitest";
import type { Answer } from "./exchange.ts";

/** An OAuth error answer. @see RFC 6749 §5.2 */
export function expectRefusal(answer: Answer, status: number, error: string | RegExp): void {
  const said: unknown = answer.json().error;
  expect({ status: answer.status, error: said }, answer.text).toEqual({
    status,
    error: typeof error === "string" ? error : expect.stringMatching(error),
  });
}

/** The one 401 that a token gets which is not good (any more). @see RFC 6750 §3.1 */
export function expectChallenge(answer: Pick<Answer, "status" | "headers">): void {
  expect(answer.status).toBe(401);
  const challenge = answer.headers.get("www-authenticate") ?? "";
  expect(challenge).toMatch(/^Bearer .*error="invalid_token"/);
  expect(challenge).toContain("resource_metadata=");
}

/** The text with one character replaced, counted from the end when negative. */
export function changedAt(text: string, position: number): string {
  const at = position < 0 ? text.length + position : position;
  // A neighbour in the alphabet may differ only in bits that base64url does not use; this one differs in the top.
  const other = text[at] === "A" ? "h" : "A";
  return text.slice(0, at) + other + text.slice(at + 1);
}
