import type { SkillId } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Credential } from "../sentry/credential.ts";

/** Who sends this request and what they were granted. Made by `http/authenticate.ts`, whatever the door, or by `cli/session.ts`. */
export interface Caller {
  /** The same after every sign-in; with a token that was not issued here, whoever has that token. */
  readonly user: string;
  readonly credential: Credential;
  /** Came through our sign-in, so that signing in again can grant more; not with a brought or a shared token. */
  readonly signedIn: boolean;
  /** Where somebody who did not sign in chose skills and read-only; absent: in the URL of this server. */
  readonly chosenIn?: "flags";
  readonly skills: readonly SkillId[];
  /** Hides and refuses every tool that writes. */
  readonly readOnly: boolean;
  /** Of the grant and of the path, whichever is narrower. */
  readonly constraint: Constraint;
  /** True when the constraint was verified with Sentry as the grant was made. */
  readonly constraintVerified: boolean;
  /** False once the grant was revoked. `fresh` skips the ten-second cache: for tools that write. */
  isLive(options: { fresh: boolean }): Promise<boolean>;
}
