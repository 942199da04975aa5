import { describe, expect, it } from "vitest";
import { createGrants } from "../../src/oauth/grant.ts";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  errorOf,
  formOf,
  type Harness,
  locationOf,
  redeem,
  refresh,
  register,
  signedIn,
  tokensOf,
} from "./harness.ts";
import { NEW_KEY, OLD_KEY } from "./two-servers.ts";

const opens = async ({ sealer, now }: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, sealer, now)) !== undefined;

/** One deployment at every step of a rotation, over one store. */
function createSteps() {
  const before = createHarness({ keys: [OLD_KEY] });
  const at = (...keys: string[]) => createHarness({ keys, beside: before });
  return { before, appended: at(OLD_KEY, NEW_KEY), moved: at(NEW_KEY, OLD_KEY), after: at(NEW_KEY) };
}

describe("a key rotation", () => {
  it("signs nobody out: append, move to the front, and drop the old key when all have refreshed", async () => {
    const { before, appended, moved, after } = createSteps();
    const { clientId, tokens: first } = await signedIn(before);

    for (const step of [appended, moved]) expect(await opens(step, first.access_token)).toBe(true);
    const second = await tokensOf(await refresh(appended, clientId, first.refresh_token));
    const third = await tokensOf(await refresh(moved, clientId, second.refresh_token));
    expect(await opens(after, second.access_token)).toBe(false);
    expect(await opens(after, third.access_token)).toBe(true);
    const fourth = await tokensOf(await refresh(after, clientId, third.refresh_token));
    expect(await opens(after, fourth.access_token)).toBe(true);
  });

  it("takes token and record to the new key in the refresh's one write", async () => {
    const { before, moved, after } = createSteps();
    const { clientId, tokens } = await signedIn(before);
    const put = before.store.put;
    let writes = 0;
    Object.assign(before.store, { put: (...args: Parameters<typeof put>) => (writes++, put(...args)) });

    const next = await tokensOf(await refresh(moved, clientId, tokens.refresh_token));

    expect(writes).toBe(1);
    const token = await readAccessToken(next.access_token, after.sealer, after.now);
    const grants = createGrants({ ...after, codeSeconds: 300 });
    const grant = token && (await grants.read(token.grantId));
    expect(grant && (await grants.unseal(grant.record, token.secret))).toMatchObject({ user: "7" });
  });

  it("lets a server that is a step behind serve what the others seal", async () => {
    const { appended, moved } = createSteps();
    const { clientId, tokens } = await signedIn(moved);
    let held = tokens;
    for (const server of [appended, moved, appended, appended, moved]) {
      expect(await opens(server, held.access_token)).toBe(true);
      held = await tokensOf(await refresh(server, clientId, held.refresh_token));
    }
  });

  it("refuses a token of a key that it does not have without touching the grant", async () => {
    const { before, moved, after } = createSteps();
    const { clientId, tokens } = await signedIn(before);
    const record = await before.store.get(`g:${(await grantOf(before, tokens.access_token))?.grantId}`);
    const get = before.store.get;
    let reads = 0;
    Object.assign(before.store, { get: (key: string) => (reads++, get(key)) });

    expect(await opens(after, tokens.access_token)).toBe(false);
    expect(await errorOf(await refresh(after, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect((await after.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token })).status)
      .toBe(200);
    expect(reads).toBe(0);
    expect(await get(`g:${(await grantOf(before, tokens.access_token))?.grantId}`)).toEqual(record);
    expect((await refresh(moved, clientId, tokens.refresh_token)).status).toBe(200);
  });

  it("in the middle of a sign-in leaves one grant, however often and wherever the callback is played", async () => {
    const { before, appended, moved } = createSteps();
    const { client_id: clientId } = await register(before);
    const { path, verifier } = await authorizePath(clientId);
    const browser = createBrowser({
      send: (to, init) => before.send(to, init),
      post: (to, form, headers) => before.post(to, form, headers),
    });
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
    const jar = new Map(browser.jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const back = async () => `/oauth/callback?${await before.sentry.approve(toSentry.href)}`;
    const play = async (server: Harness) => server.send(await back(), { headers: { cookie } });

    const code = locationOf(await play(appended)).searchParams.get("code") ?? "";
    for (const server of [appended, moved, before]) expect((await play(server)).status).toBe(400);

    expect((await redeem(moved, { clientId, code, verifier })).status).toBe(200);
  });
});

const grantOf = ({ sealer, now }: Harness, accessToken: string) => readAccessToken(accessToken, sealer, now);
