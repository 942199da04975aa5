import { expect } from "vitest";
import { readForm } from "../../support/browser.ts";
import type { Cases } from "./cases.ts";
import type { Answer } from "./exchange.ts";
import { createJar } from "./jar.ts";
import type { Drivers } from "./harness.ts";
import { LIFETIMES } from "./target.ts";

/** D: the page on which a person decides, and what its form can be made to do. */
export function consentCases({ everywhere, whole }: Cases): void {
  everywhere(
    "asks at the first sign-in of a client and at every later one, before anything reaches Sentry",
    async (d) => {
      const { client } = await d.signIn();
      d.sentry.clear();
      const again = await d.begin({ client });
      // What a browser might bring along that a server with remembered consent would believe.
      for (const name of ["mcp_ok", "mcp_consent", "mcp-approved-clients", "mcp_remember"]) {
        d.j1.put(name, client.clientId);
      }
      const pages = [
        await d.authorize(again),
        await d.authorize(again, { headers: { "sec-fetch-site": "cross-site" } }),
      ];

      for (const page of pages) {
        expect([page.status, page.location]).toEqual([200, undefined]);
        expect(page.text).toContain("<form");
      }
      expect(d.sentry.log).toEqual([]);
    },
  );

  whole("names the client, where the access goes, each skill, and the limits of the session", async (d) => {
    const client = await d.register({
      client_name: "Friendly <b>client</b>",
      redirect_uris: ["https://app.example/cb"],
    });
    const remote = await d.authorize(await d.begin({ client, path: "/mcp/acme/storefront" }));
    const loopback = await d.authorize(await d.begin());

    expect(remote.text).toContain("Friendly &lt;b&gt;client");
    expect(remote.text).toContain("unverified");
    expect(remote.text).toContain("app.example");
    for (const skill of ["inspect", "seer", "triage", "project-management"]) {
      expect(remote.text).toContain(`value="${skill}"`);
    }
    expect(remote.text).toMatch(/acme[\s\S]*storefront|storefront[\s\S]*acme/);
    expect(loopback.text).toContain("127.0.0.1");
    expect(loopback.text).toContain("this computer");
    expect(remote.text).not.toContain("this computer");
  });

  whole("ticks what a client asks for, and reading alone when it asks for nothing", async (d) => {
    const ticked = async (scope?: string) => {
      const page = await d.authorize(await d.begin({ scope }));
      return readForm(page, /approve/i).fields.getAll("skill");
    };

    expect(await ticked()).toEqual(["inspect", "seer"]);
    expect(await ticked("inspect triage")).toEqual(["inspect", "triage"]);
  });

  everywhere("cannot be framed, cached, sniffed or scripted, and loads nothing from elsewhere", async (d) => {
    const { headers, text } = await d.authorize(await d.begin());

    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toContain("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/^(same-origin|strict-origin)$/);
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b|@import|url\(|\son\w+=/i);
    for (const [, url = ""] of text.matchAll(/\b(?:src|href|action)="([^"]*)"/g)) {
      expect(new URL(url, d.baseUrl).origin).toBe(d.baseUrl);
    }
  });

  everywhere(
    "opens its form only for the browser that was shown the page (CSRF, RFC 9700 §4.7)",
    async (d) => {
      const attempt = await d.begin();
      const page = await d.authorize(attempt);
      await d.authorize(await d.begin({ client: attempt.client, jar: d.j2 }));

      for (const jar of [createJar(), d.j2]) {
        await expectNotApproved(
          d,
          await d.approve({ ...attempt, jar }, page),
        );
      }
      expect((await d.approve(attempt, page)).location).toContain(d.sentry.baseUrl);
    },
  );

  everywhere("lets two tabs of one browser finish on their own, in any order", async (d) => {
    const client = await d.register();
    const first = await d.begin({ client });
    const second = await d.begin({ client, path: "/mcp/acme" });
    const [firstPage, secondPage] = [await d.authorize(first), await d.authorize(second)];
    const secondUp = await d.approve(second, secondPage);
    const firstUp = await d.approve(first, firstPage);

    for (const [attempt, up] of [[first, firstUp], [second, secondUp]] as const) {
      const landed = await d.callback(attempt, d.sentry.approve(up.location ?? ""));
      const { searchParams } = new URL(landed.location ?? "about:blank");
      expect(searchParams.get("state")).toBe(attempt.state);
      expect((await d.redeem(attempt, searchParams.get("code") ?? "")).status).toBe(200);
    }
  });

  whole("refuses a hidden field that is one byte off, cut, empty, or of another tab's kind", async (d) => {
    const attempt = await d.begin();
    const page = await d.authorize(attempt);
    const { fields } = readForm(page, /approve/i);
    const hidden = [...page.text.matchAll(/<input\b[^>]*type="hidden"[^>]*name="([^"]+)"/g)].map((
      [, name = ""],
    ) => name);
    expect(hidden.length).toBeGreaterThan(0);

    for (const name of hidden) {
      const value = fields.get(name) ?? "";
      const places = Array.from({ length: 16 }, (_, index) => Math.floor((index * (value.length - 1)) / 15));
      const altered = places.map((at) =>
        `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`
      );
      for (const wrong of [...altered, value.slice(0, -1), `${value}A`, "", "x", attempt.client.clientId]) {
        const answer = await d.press(attempt, page, {
          button: /approve/i,
          fields: (form) => form.set(name, wrong),
        });
        await expectNotApproved(d, answer, `${name}: ${wrong.slice(0, 40)}`);
      }
    }
    expect((await d.approve(attempt, page)).location).toContain(d.sentry.baseUrl);
  });

  everywhere("refuses a form that a browser says comes from another site", async (d) => {
    const attempt = await d.begin();
    const page = await d.authorize(attempt);
    for (
      const [header, value] of [
        ["origin", "https://evil.example"],
        ["origin", "null"],
        ["origin", d.baseUrl.replace("http:", "https:")],
        ["origin", `${d.baseUrl}.evil.example`],
        ["sec-fetch-site", "cross-site"],
        ["sec-fetch-site", "same-site"],
      ] as const
    ) {
      const answer = await d.approve(attempt, page, { sending: { headers: { [header]: value } } });

      expect(answer.status, `${header}: ${value}`).toBe(403);
      await expectNotApproved(d, answer);
    }
  });

  everywhere("approves nothing by GET, HEAD or PUT", async (d) => {
    const attempt = await d.begin();
    const page = await d.authorize(attempt);
    const { fields } = readForm(page, /approve/i);
    const cookiesBefore = [...d.j1.cookies.keys()];

    for (const method of ["GET", "HEAD"]) {
      const answer = await d.send(`/oauth/authorize?${fields}`, { method, jar: d.j1 });
      await expectNotApproved(d, answer, method);
    }
    await expectNotApproved(
      d,
      await d.send("/oauth/authorize", { method: "PUT", body: fields, jar: d.j1 }),
      "PUT",
    );
    expect([...d.j1.cookies.keys()]).toEqual(cookiesBefore);
  });

  everywhere("ends with one code at most when the same approval is sent twice", async (d) => {
    const attempt = await d.begin();
    const page = await d.authorize(attempt);
    const ups = [await d.approve(attempt, page), await d.approve(attempt, page)];
    const codes: string[] = [];
    // A browser follows the later answer; the earlier one may still come.
    for (const { location } of ups.toReversed()) {
      if (location === undefined) continue;
      const landed = await d.callback(attempt, d.sentry.approve(location));
      const code = landed.location && new URL(landed.location).searchParams.get("code");
      if (code) codes.push(code);
    }
    const answers = await Promise.all(codes.map((code) => d.redeem(attempt, code)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  everywhere(
    "answers a person who says no with access_denied, state and iss, and leaves Sentry alone",
    async (d) => {
      for (const redirectUri of ["http://127.0.0.1:53682/callback", "https://app.example/cb?keep=1"]) {
        const attempt = await d.begin({ client: await d.register({ redirect_uris: [redirectUri] }) });
        const { location = "about:blank" } = await d.deny(attempt, await d.authorize(attempt));

        expect(location.startsWith(redirectUri)).toBe(true);
        const answered = new URL(location).searchParams;
        expect([answered.get("error"), answered.get("state"), answered.get("iss"), answered.get("code")])
          .toEqual(["access_denied", attempt.state, d.baseUrl, null]);
      }
      expect(d.sentry.log).toEqual([]);
    },
  );

  whole("asks to start again when the page was shown too long ago", async (d) => {
    const later = d.target.later;
    const there = d.at(later);
    const attempt = await there.begin();
    const page = await there.authorize(attempt);
    const { location = "" } = await there.approve(attempt, page);
    await later.advance(LIFETIMES.CONSENT_TTL_SECONDS + 1);
    const late = await there.approve(attempt, page);
    const lateCallback = await there.callback(attempt, d.sentry.approve(location));

    for (const answer of [late, lateCallback]) {
      await expectNotApproved(there, answer);
      expect(answer.text).toMatch(/start again/i);
    }
    expect(d.sentry.tokenRequests()).toBe(0);
  });

  everywhere("gives what was ticked and nothing else: in the scope, in the tools, at Sentry", async (d) => {
    const { accessToken, scope } = await d.signIn({ scope: "inspect seer triage", skills: ["inspect"] });
    const names = (await d.mcp(accessToken, "tools/list")).body.result?.tools?.map(({ name }) => name);
    const asked = await d.upstream({ skills: ["inspect", "triage"] });

    expect(scope).toBe("inspect");
    expect(names).toContain("whoami");
    expect(names).not.toContain("update_issue");
    expect(new URL(asked.location).searchParams.get("scope")).toContain("event:write");
  });

  whole("makes nothing of a skill that the page did not offer, or of none at all", async (d) => {
    for (const skills of [["inspect", "admin"], ["inspect", "constructor"], ["inspect", "org:admin"]]) {
      const attempt = await d.begin();
      const approved = await d.approve(attempt, await d.authorize(attempt), { skills });
      if (approved.location === undefined) {
        await expectNotApproved(d, approved);
        continue;
      }
      const landed = await d.callback(attempt, d.sentry.approve(approved.location));
      const code = new URL(landed.location ?? "about:blank").searchParams.get("code") ?? "";
      expect((await d.redeem(attempt, code)).json().scope, skills.join()).toBe("inspect");
    }
    const attempt = await d.begin();
    d.sentry.clear();
    for (const [name, value] of [["skill", "admin"], ["decision", "maybe"]] as const) {
      const answer = await d.press(attempt, await d.authorize(attempt), {
        button: /approve/i,
        fields: (form) => form.set(name, value),
      });
      await expectNotApproved(d, answer, `${name}=${value}`);
    }
  });
}

/** A 4xx page; the browser is not sent on, and Sentry has not heard of it. */
async function expectNotApproved(d: Drivers, answer: Answer, what = ""): Promise<void> {
  expect(answer.location, what).toBeUndefined();
  expect(answer.status, what).toBeGreaterThanOrEqual(400);
  expect(d.sentry.tokenRequests(), what).toBe(0);
}
