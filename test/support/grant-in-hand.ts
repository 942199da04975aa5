import { signIn, type SignInOptions } from "./sign-in.ts";

/** What a client keeps of one sign-in: its newest tokens. */
export interface GrantInHand {
  readonly clientId: string;
  accessToken: string;
  refreshToken: string;
}

/** How requests ended that brought no answer. */
export interface Losses {
  /** Sent, and then the connection broke, by `performance.now()`. */
  readonly cut: { readonly sentAtMs: number; readonly brokeAtMs: number }[];
  /** Nobody was there to connect to. */
  refused: number;
  /** Answered 502 or 503: somebody is away who comes back. */
  away: number;
}

export const noLosses = (): Losses => ({ cut: [], refused: 0, away: 0 });

export class GrantLost extends Error {
  override name = "GrantLost";
}

export async function takeGrant(
  baseUrl: string,
  options: Pick<SignInOptions, "skills"> = {},
): Promise<GrantInHand> {
  const { clientId, access_token, refresh_token } = await signIn({ baseUrl, ...options });
  return { clientId, accessToken: access_token, refreshToken: refresh_token };
}

/**
 * Refreshes as a careful client does: whatever brings no answer is asked again with the same token, which is all it
 * has.
 *
 * @throws {GrantLost} The server has answered, and the answer is no.
 */
export async function refreshUntilAnswered(
  grant: GrantInHand,
  { baseUrl, losses, signal }: { baseUrl: string; losses: Losses; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const sentAtMs = performance.now();
    const answer = await ask(grant, baseUrl).catch((error: unknown) => countLoss(error, losses, sentAtMs));
    if (answer?.status === 200) {
      // The token endpoint's answer, which the sign-in suite checks.
      const tokens = JSON.parse(answer.text) as { access_token: string; refresh_token: string };
      grant.accessToken = tokens.access_token;
      grant.refreshToken = tokens.refresh_token;
      return;
    }
    if (answer && answer.status !== 502 && answer.status !== 503) {
      throw new GrantLost(`The refresh was answered ${answer.status} ${answer.text}`);
    }
    if (answer) losses.away += 1;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function ask(grant: GrantInHand, baseUrl: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: grant.clientId,
      refresh_token: grant.refreshToken,
    }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, text: await response.text() };
}

function countLoss(error: unknown, losses: Losses, sentAtMs: number): undefined {
  if (codeOf(error) === "ECONNREFUSED") losses.refused += 1;
  else if (error instanceof TypeError) losses.cut.push({ sentAtMs, brokeAtMs: performance.now() });
  // A request that takes forever is what no client should meet.
  else throw error;
  return undefined;
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}

/** Does the work for each item, so many at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  await Promise.all(Array.from({ length: workers }, async () => {
    for (const item of waiting) await work(item);
  }));
}
