import type { OAuthDeps } from "./context.ts";
import type { Cookies, Decision } from "./decision.ts";
import type { Grants } from "./grant.ts";
import { type GrantIndex, type GrantSummary, isSettled } from "./grant-index.ts";
import { openVisit, startVisit, type Visit } from "./grants-visit.ts";
import type { SentryOAuth } from "./sentry-client.ts";

export interface OwnGrant extends GrantSummary {
  /** Absent: the client has not fetched its first token yet. */
  readonly refreshedAtMs?: number;
}

/** Where a user looks after the grants they have made: the decisions behind `/grants`. */
export interface GrantsDesk {
  signIn(cookies: Cookies): Promise<Decision>;
  visit(cookies: Cookies): Promise<Visit | undefined>;
  /** Those that live, newest first. Entries without a living record are dropped. */
  list(visit: Visit): Promise<OwnGrant[]>;
  /**
   * Ends grants of this user with us, at once. Their Sentry tokens open only with a token of the client's: see
   * `endAtSentry`.
   *
   * @param which One grant's id, or all. An id that is not this user's ends nothing.
   * @returns How many were meant.
   */
  revoke(visit: Visit, which: { readonly grantId: string } | "all"): Promise<number>;
}

export function createGrantsDesk(
  deps: OAuthDeps & { sentry: SentryOAuth; grants: Grants; index: GrantIndex },
): GrantsDesk {
  const { grants, index, now, log } = deps;

  async function withRecord(summary: GrantSummary): Promise<OwnGrant[]> {
    const record = (await grants.read(summary.grantId))?.record;
    if (!record || record.revoked) return [];
    return [{ ...summary, refreshedAtMs: record.generation > 0 ? record.rotatedAtMs : undefined }];
  }

  /** @returns Whether its entry can go: a sign-in that is still being written has to stay in sight. */
  async function end(summary: GrantSummary): Promise<boolean> {
    const ended = await grants.revoke(summary.grantId, { pendingAtSentry: true });
    if (ended) log.info("grant.revoked", { grant: ended.id, by: "user" });
    return ended !== undefined || isSettled(summary, now());
  }

  return {
    signIn: (cookies) => startVisit({ ...deps, cookies }),
    visit: (cookies) => openVisit(cookies, deps),

    async list({ user }) {
      const found = await Promise.all((await index.list(user)).map(withRecord));
      return found.flat().sort((a, b) => b.createdAtMs - a.createdAtMs);
    },

    async revoke({ user }, which) {
      const known = await index.list(user);
      const chosen = which === "all" ? known : known.filter(({ grantId }) => grantId === which.grantId);
      const gone = await Promise.all(chosen.map(end));
      await index.remove(user, chosen.filter((_, at) => gone[at]).map(({ grantId }) => grantId));
      return chosen.length;
    },
  };
}
