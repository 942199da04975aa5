import { describe, expect, it } from "vitest";
import { createGrantWatch } from "../../src/http/grant-watch.ts";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import {
  authorizePath,
  createBrowser,
  errorOf,
  formOf,
  type Harness,
  locationOf,
  redeem,
  REDIRECT,
  refresh,
  register,
  type signedIn,
  tokensOf,
} from "../oauth/harness.ts";
import {
  createGrantsHarness,
  createVisitor,
  type GrantsHarness,
  isAlive,
  visited,
} from "./grants-visitor.ts";

async function sentryTokenIn(harness: Harness, accessToken: string): Promise<string> {
  return (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";
}

describe("revoking at /grants", () => {
  it("ends one grant at once and leaves the other alone", async () => {
    const { harness, visitor, form, first, second } = await visited();
    const watch = createGrantWatch(harness);
    const token = await readAccessToken(first.tokens.access_token, harness.sealer, harness.now);

    const response = await visitor.post("/grants/revoke", { form, grant: first.id });

    expect(response.status).toBe(303);
    expect(await (await visitor.get(response.headers.get("location") ?? "")).text()).toContain(
      "The connection was revoked.",
    );
    expect(token && await watch(token).isLive({ fresh: false })).toBe(false);
    expect(await visitor.grantIds()).toEqual([second.id]);
    expect(await isAlive(harness, first)).toBe(false);
    expect(await isAlive(harness, second)).toBe(true);
  });

  it("ends all", async () => {
    const { harness, visitor, form, first, second } = await visited();

    const response = await visitor.post("/grants/revoke", { form, all: "1" });

    expect(response.headers.get("location")).toBe("/grants?revoked=2");
    expect(await visitor.page()).toContain("No application is connected");
    expect([await isAlive(harness, first), await isAlive(harness, second)]).toEqual([false, false]);
  });

  it("leaves a code that was not redeemed yet worth nothing", async () => {
    const harness = createGrantsHarness();
    const { client_id: clientId } = await register(harness);
    const browser = createBrowser(harness);
    const { path, verifier } = await authorizePath(clientId);
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
    const done = locationOf(
      await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`),
    );
    const visitor = createVisitor(harness);
    await visitor.signIn();

    await visitor.post("/grants/revoke", { form: await visitor.formToken(), all: "1" });

    const code = done.searchParams.get("code") ?? "";
    expect(await errorOf(await redeem(harness, { clientId, code, verifier }))).toBe("400 invalid_grant");
    expect(done.href.startsWith(REDIRECT)).toBe(true);
  });

  it("refuses a form that another site sent, or that is not this visit's", async () => {
    const { harness, visitor, form, first, second } = await visited();
    const other = createVisitor(harness);
    await other.signIn();
    const grant = first.id;
    const attempts: [form: Record<string, string>, headers?: Record<string, string>][] = [
      [{ form, grant }, { origin: "https://evil.example" }],
      [{ form, grant }, { origin: "http://mcp.example" }],
      [{ form, grant }, { origin: "null" }],
      [{ form, grant }, { "sec-fetch-site": "cross-site" }],
      [{ form, grant }, { "sec-fetch-site": "same-site" }],
      [{ form, grant }, { cookie: "" }],
      [{ grant }],
      [{ form: "", all: "1" }],
      [{ form: `${form.slice(1)}A`, all: "1" }],
      [{ form: await other.formToken(), all: "1" }],
    ];
    for (const [fields, headers] of attempts) {
      expect((await visitor.post("/grants/revoke", fields, headers)).status).toBe(403);
    }
    expect([await isAlive(harness, first), await isAlive(harness, second)]).toEqual([true, true]);
  });

  it("finds nothing under the id of another user's grant, or under nonsense", async () => {
    const { harness, first } = await visited();
    harness.sentry.user = "8";
    const stranger = createVisitor(harness);
    await stranger.signIn();
    const form = await stranger.formToken();
    expect(await stranger.page()).toContain("No application is connected");

    for (const grant of [first.id, "", "x".repeat(2000), "../u:7", "<b>"]) {
      const response = await stranger.post("/grants/revoke", { form, grant });
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain("<b>");
    }
    expect((await stranger.post("/grants/revoke", { form, all: "1" })).status).toBe(404);
    expect(await isAlive(harness, first)).toBe(true);
  });

  it("refuses a form of another type or size with a page or a clear error", async () => {
    const { visitor, form } = await visited();

    const asJson = await visitor.post("/grants/revoke", { form }, { "content-type": "application/json" });
    expect(asJson.status).toBe(400);
    expect(await asJson.text()).toContain("application/x-www-form-urlencoded");
    expect((await visitor.post("/grants/revoke", { form, grant: "x".repeat(70_000) })).status).toBe(413);
  });

  it("ends Sentry's token when the client next shows one of its own, whichever, and once", async () => {
    const shows: [
      name: string,
      show: (harness: GrantsHarness, client: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>,
    ][] = [
      ["refresh", (harness, { clientId, tokens }) => refresh(harness, clientId, tokens.refresh_token)],
      [
        "revoke",
        (harness, { clientId, tokens }) =>
          harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token }),
      ],
      ["call", async (harness, { tokens }) => {
        const token = await readAccessToken(tokens.access_token, harness.sealer, harness.now);
        const watch = createGrantWatch({ ...harness, endAtSentry: harness.server.endAtSentry });
        return token && watch(token).isLive({ fresh: false });
      }],
    ];
    for (const [name, show] of shows) {
      const { harness, visitor, form, first } = await visited();
      const sentryToken = await sentryTokenIn(harness, first.tokens.access_token);
      await visitor.post("/grants/revoke", { form, grant: first.id });
      expect(harness.sentry.isValid(sentryToken), name).toBe(true);
      const before = harness.sentry.calls.length;

      await show(harness, first);
      await show(harness, first);

      expect(harness.sentry.isValid(sentryToken), name).toBe(false);
      expect(harness.sentry.calls.slice(before).map(({ path }) => path), name).toEqual([
        "/base/oauth/revoke/",
      ]);
    }
  });

  it("does not end what the same client was granted in another sign-in", async () => {
    const { harness, visitor, form, first, second } = await visited();
    await visitor.post("/grants/revoke", { form, grant: first.id });
    const again = await tokensOf(await refresh(harness, second.clientId, second.tokens.refresh_token));

    expect(harness.sentry.isValid(await sentryTokenIn(harness, again.access_token))).toBe(true);
  });
});
