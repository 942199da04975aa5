import { expect } from "vitest";
import { readForm } from "../../support/browser.ts";
import type { Approval } from "../../support/mock-sentry.ts";
import type { Cases } from "./cases.ts";
import type { Answer, Sending } from "./exchange.ts";
import type { Drivers } from "./harness.ts";
import type { Jar } from "./jar.ts";
import { expectChallenge, expectRefusal } from "./refusal.ts";

/** The page where people see and end what they have connected. */
export function grantsPageCases({ everywhere, whole }: Cases): void {
  everywhere(
    "shows /grants to nobody before a sign-in at Sentry, which leaves nothing behind",
    async (drivers) => {
      const { client } = await drivers.signIn({ approval: { user: "shown" } });
      const keys = await drivers.target.countKeys?.();
      drivers.sentry.clear();

      const before = await drivers.send("/grants", { jar: drivers.j2 });
      const page = await visit(drivers, drivers.j2, { user: "shown" });

      expect(before.text).not.toContain("Suite client");
      expect(page.text).toContain("Suite client");
      expect(page.text).not.toContain(client.clientId);
      expect(page.headers.get("cache-control")).toContain("no-store");
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(drivers.sentry.log.filter(({ path }) => path === "/oauth/revoke/")).toHaveLength(1);
      expect(await drivers.target.countKeys?.()).toBe(keys);
      for (const { attributes } of drivers.j2.cookies.values()) {
        expect(attributes.has("httponly")).toBe(true);
        expect(attributes.get("samesite")?.toLowerCase()).toMatch(/^(lax|strict)$/);
      }
    },
  );

  everywhere("ends a sign-in at once, and leaves the person's others alone", async (drivers) => {
    const approval = { user: "revoker" };
    const kept = await drivers.signIn({ approval });
    const ended = await drivers.signIn({
      approval,
      client: await drivers.register({ client_name: "To be ended" }),
    });
    const page = await visit(drivers, drivers.j2, approval);

    // The newest stands first.
    const answer = await press(drivers, drivers.j2, page, /To be ended/);
    const after = await drivers.send("/grants", { jar: drivers.j2 });

    expect(answer.status).toBe(303);
    expect(after.text).not.toContain("To be ended");
    expect(after.text).toContain("Suite client");
    expectRefusal(await drivers.refresh(ended.client, ended.refreshToken), 400, "invalid_grant");
    expectChallenge(await drivers.whoami(ended.accessToken));
    expect((await drivers.whoami(kept.accessToken)).status).toBe(200);
    expect((await drivers.refresh(kept.client, kept.refreshToken)).status).toBe(200);
  });

  whole("lets nobody end another person's sign-in", async (drivers) => {
    const owner = await drivers.signIn({ approval: { user: "owner" } });
    await drivers.signIn({ approval: { user: "intruder" } });
    const owned = readForm(await visit(drivers, drivers.j1, { user: "owner" }), /revoke/i);
    const page = await visit(drivers, drivers.j2, { user: "intruder" });

    const answer = await press(drivers, drivers.j2, page, /revoke/i, {
      fields: (fields) => fields.set("grant", owned.fields.get("grant") ?? ""),
    });

    expect(answer.status).toBe(404);
    expect((await drivers.whoami(owner.accessToken)).status).toBe(200);
    expect((await drivers.refresh(owner.client, owner.refreshToken)).status).toBe(200);
  });

  everywhere("takes no form from another site, another browser or without its token", async (drivers) => {
    const approval = { user: "careful" };
    const signedIn = await drivers.signIn({ approval });
    const page = await visit(drivers, drivers.j2, approval);
    const form = readForm(page, /revoke/i);
    const attacks: readonly [jar: Jar | undefined, change: Change][] = [
      [drivers.j2, { headers: { origin: "https://evil.example" } }],
      [drivers.j2, { headers: { origin: "null" } }],
      [drivers.j2, { headers: { "sec-fetch-site": "cross-site" } }],
      [drivers.j2, { headers: { "sec-fetch-site": "same-site" } }],
      [drivers.j2, { fields: (fields) => fields.delete("form") }],
      [drivers.j2, { fields: (fields) => fields.set("form", `${fields.get("form")?.slice(0, -1)}_`) }],
      [drivers.j1, {}],
      [undefined, {}],
    ];

    for (const [jar, change] of attacks) {
      const answer = await press(drivers, jar, page, /revoke/i, change);
      expect(answer.status).toBe(403);
    }
    const byGet = await drivers.send(`/grants/revoke?${form.fields}`, { jar: drivers.j2 });
    expect(byGet.status).toBe(405);
    expect((await drivers.refresh(signedIn.client, signedIn.refreshToken)).status).toBe(200);
  });

  whole("takes no sign-in for the page that another browser began", async (drivers) => {
    const location = await startVisit(drivers, drivers.j1);

    const answer = await drivers.send(drivers.sentry.approve(location, { user: "attacker" }), {
      jar: drivers.j2,
    });

    expect(answer.status).toBe(400);
    expect(drivers.sentry.tokenRequests()).toBe(0);
    expect((await drivers.send("/grants", { jar: drivers.j2 })).text).not.toContain("You are signed in");
  });
}

interface Change {
  readonly fields?: (fields: URLSearchParams) => void;
  readonly headers?: Sending["headers"];
}

function press(
  drivers: Drivers,
  jar: Jar | undefined,
  page: Answer,
  button: RegExp,
  change: Change = {},
): Promise<Answer> {
  const form = readForm(page, button);
  change.fields?.(form.fields);
  return drivers.send(form.action, {
    method: "POST",
    body: form.fields,
    jar,
    headers: { origin: drivers.baseUrl, "sec-fetch-site": "same-origin", ...change.headers },
  });
}

async function startVisit(drivers: Drivers, jar: Jar): Promise<string> {
  const page = await drivers.send("/grants", { jar });
  const { location = "" } = await press(drivers, jar, page, /sign in/i);
  expect(location).toContain(`${drivers.sentry.baseUrl}/oauth/authorize/`);
  return location;
}

/** Signs in to the page, and opens it. */
async function visit(drivers: Drivers, jar: Jar, approval: Approval): Promise<Answer> {
  const location = await startVisit(drivers, jar);
  const back = await drivers.send(drivers.sentry.approve(location, approval), { jar });
  expect(back.location, back.text).toBe(`${drivers.baseUrl}/grants`);
  return drivers.send("/grants", { jar });
}
