import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SKILLS } from "../../src/lib/skills.ts";
import { type CallbackServer, startCallbackServer } from "../support/callback-server.ts";
import { launchChromium, type Visit, type VisitOptions, withVisit } from "../support/chromium.ts";
import { namelessControls, paleTexts, sidewaysScroll, smallTargets, tabTo } from "../support/page-checks.ts";
import { callTool, textOf } from "../support/rpc.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { beginSignIn, redeemCode } from "../support/sign-in.ts";

const WIDTHS = [1280, 375];

let server: RunningServer;
let browser: Browser;
let client: CallbackServer;
beforeAll(async () => {
  browser = await launchChromium();
  client = await startCallbackServer();
  server = await startServer("node");
});
afterAll(() => Promise.all([server?.stop(), browser?.close(), client?.stop()]));

for (const width of WIDTHS) {
  describe(`the consent page at ${width} px`, () => {
    it("signs in with the keyboard alone, and the client that listens on loopback gets a code that works", async () => {
      await consent({ width }, async ({ page, complaints, attempt }) => {
        const triage = page.getByRole("checkbox", { name: /^Triage/ });
        await tabTo(page, triage);
        await page.keyboard.press("Space");
        expect(await triage.isChecked()).toBe(true);
        await tabTo(page, page.getByRole("button", { name: /^Approve/ }));
        await page.keyboard.press("Enter");

        await tabTo(page, page.getByRole("button", { name: "Approve", exact: true }));
        await page.keyboard.press("Enter");

        const answer = await client.answer();
        expect(answer.get("state")).toBe(attempt.state);
        expect(answer.get("iss")).toBe(server.baseUrl);
        const tokens = await redeemCode({ ...attempt, code: answer.get("code") ?? "" });
        expect(tokens.scope.split(" ").sort()).toEqual(["inspect", "seer", "triage"]);
        const whoami = await callTool({ baseUrl: server.baseUrl, token: tokens.access_token }, "whoami");
        expect(textOf(whoami)).toContain("ada@example.test");
        expect(complaints).toEqual([]);
      });
    });

    it("tells the client access_denied when the person denies", async () => {
      await consent({ width }, async ({ page, attempt, complaints }) => {
        await page.getByRole("button", { name: "Deny" }).click();

        const answer = await client.answer();
        expect(Object.fromEntries(answer)).toMatchObject({
          error: "access_denied",
          state: attempt.state,
          iss: server.baseUrl,
        });
        expect(answer.has("code")).toBe(false);
        expect(complaints).toEqual([]);
      });
    });

    it("has a name for everything that a screen reader stops at", async () => {
      await consent({ width }, async ({ page }) => {
        expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual([
          "Connect Test client to Sentry?",
        ]);
        expect(await page.getByRole("main").count()).toBe(1);
        expect(await page.getByRole("group", { name: "It may use" }).count()).toBe(1);
        for (const { label, reads } of SKILLS) {
          expect(await page.getByRole("checkbox", { name: new RegExp(`^${label}.*${reads}`) }).count()).toBe(
            1,
          );
        }
        expect(await page.getByRole("checkbox", { name: /^Read only/ }).count()).toBe(1);
        expect(await namelessControls(page)).toEqual([]);
        expect(await page.getAttribute("html", "lang")).toBe("en");
      });
    });

    for (const colorScheme of ["light", "dark"] as const) {
      it(`fits the window and is readable in the ${colorScheme} colours`, async () => {
        await consent({ width, colorScheme }, async ({ page, complaints }) => {
          expect(await sidewaysScroll(page)).toBe(0);
          expect(await paleTexts(page)).toEqual([]);
          expect(await smallTargets(page)).toEqual([]);
          expect(complaints).toEqual([]);
        });
      });
    }

    it("works without JavaScript", async () => {
      await consent({ width, javaScript: false }, async ({ page, complaints }) => {
        await page.getByRole("checkbox", { name: /^Read only/ }).check();
        await page.getByRole("button", { name: /^Approve/ }).click();
        await page.getByRole("button", { name: "Approve", exact: true }).click();

        expect((await client.answer()).get("code")).toMatch(/^smco_/);
        expect(complaints).toEqual([]);
      });
    });

    it("breaks long names and addresses instead of growing", async () => {
      const wide = {
        name: "W".repeat(64),
        path: `/mcp/${"o".repeat(60)}/${"p".repeat(60)}`,
        query: "q".repeat(300),
      };
      await consent({ width, wide }, async ({ page }) => {
        expect(await sidewaysScroll(page)).toBe(0);
      });
    });
  });
}

describe("the answers to what cannot be approved", () => {
  it("are pages that fit a phone and are readable in the dark", async () => {
    await withVisit(browser, { width: 375, colorScheme: "dark" }, async ({ page }) => {
      await page.goto(`${server.baseUrl}/oauth/callback?state=unknown&code=x`);

      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(
        "This sign-in was not started here",
      );
      expect([await sidewaysScroll(page), await paleTexts(page)]).toEqual([0, []]);
    });
  });
});

type Attempt = Awaited<ReturnType<typeof beginSignIn>>;

interface ConsentOptions extends VisitOptions {
  readonly wide?: { readonly name: string; readonly path: string; readonly query: string };
}

/** Opens the consent page that a client of this test has asked for. */
async function consent(
  { wide, ...options }: ConsentOptions,
  use: (visit: Visit & { attempt: Attempt }) => Promise<void>,
): Promise<void> {
  const attempt = await beginSignIn({
    baseUrl: server.baseUrl,
    path: wide?.path,
    clientName: wide?.name,
    redirectUri: wide ? `${client.redirectUri}?${wide.query}` : client.redirectUri,
  });
  await withVisit(browser, options, async (visit) => {
    await visit.page.goto(attempt.authorizeUrl);
    await use({ ...visit, attempt });
  });
}
