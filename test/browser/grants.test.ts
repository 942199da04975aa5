import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium, withVisit } from "../support/chromium.ts";
import { namelessControls, paleTexts, sidewaysScroll, smallTargets, tabTo } from "../support/page-checks.ts";
import { revokeAtGrants } from "../support/revoke-at-grants.ts";
import { callTool } from "../support/rpc.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

const SIGN_IN = "Sign in with Sentry";

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  // Without the cache a test need not wait for it.
  server = await startServer("node", { REVOCATION_CACHE_SECONDS: "0" });
});
afterAll(() => Promise.all([server?.stop(), browser?.close()]));
beforeEach(() => revokeAtGrants(server.baseUrl));

for (const width of [1280, 375]) {
  describe(`/grants at ${width} px`, () => {
    it("shows the connected clients and revokes one, then all, with the keyboard alone", async () => {
      const editor = await connect("Editor", "/mcp/acme");
      const terminal = await connect("Terminal");
      const notebook = await connect("Notebook");

      await withVisit(browser, { width }, async ({ page, complaints }) => {
        await page.goto(`${server.baseUrl}/grants`);
        await pressEnter(page, SIGN_IN);
        await pressEnter(page, "Approve");

        const region = page.getByRole("region", { name: "Editor" });
        expect(await region.innerText()).toMatch(/127\.0\.0\.1:53682[^]*Inspect[^]*acme[^]*UTC/);
        expect(await page.getByRole("region").count()).toBe(3);

        await pressEnter(page, "Revoke Editor");
        expect(await page.getByRole("status").innerText()).toBe("The connection was revoked.");
        expect(await page.getByRole("region").count()).toBe(2);
        expect(await Promise.all([isAlive(editor), isAlive(terminal)])).toEqual([false, true]);

        await pressEnter(page, "Revoke all");
        expect(await page.getByText("No application is connected").count()).toBe(1);
        expect(await Promise.all([isAlive(terminal), isAlive(notebook)])).toEqual([false, false]);

        await pressEnter(page, "Sign out");
        expect(await page.getByRole("button", { name: SIGN_IN }).count()).toBe(1);
        expect(complaints).toEqual([]);
      });
    });

    for (const colorScheme of ["light", "dark"] as const) {
      it(`fits the window and is readable in the ${colorScheme} colours`, async () => {
        await connect("Editor", "/mcp/acme/checkout");
        await connect("W".repeat(64));

        await withVisit(browser, { width, colorScheme }, async ({ page, complaints }) => {
          await page.goto(`${server.baseUrl}/grants`);
          expect(await faults(page)).toEqual([]);
          await enter(page);
          expect(await page.getByRole("region").count()).toBe(2);
          expect(await faults(page)).toEqual([]);
          expect(complaints).toEqual([]);
        });
      });
    }

    it("works without JavaScript", async () => {
      const editor = await connect("Editor");

      await withVisit(browser, { width, javaScript: false }, async ({ page, complaints }) => {
        await page.goto(`${server.baseUrl}/grants`);
        await enter(page);
        await page.getByRole("button", { name: "Revoke Editor" }).click();

        expect(await page.getByText("No application is connected").count()).toBe(1);
        expect(await isAlive(editor)).toBe(false);
        expect(complaints).toEqual([]);
      });
    });
  });
}

/** An access token of a client that Ada has connected. */
async function connect(clientName: string, path?: string): Promise<{ token: string; path?: string }> {
  const { access_token } = await signIn({ baseUrl: server.baseUrl, clientName, path });
  return { token: access_token, path };
}

async function isAlive(client: { token: string; path?: string }): Promise<boolean> {
  return (await callTool({ baseUrl: server.baseUrl, ...client }, "whoami")).status === 200;
}

async function pressEnter(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole("button", { name, exact: true }));
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

async function enter(page: Page): Promise<void> {
  await page.getByRole("button", { name: SIGN_IN }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

async function faults(page: Page): Promise<string[]> {
  const sideways = await sidewaysScroll(page);
  return [
    ...(sideways > 0 ? [`scrolls sideways by ${sideways} px`] : []),
    ...(await paleTexts(page)),
    ...(await smallTargets(page)),
    ...(await namelessControls(page)),
  ];
}
