import { build } from "esbuild";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BridgeHost, Wish } from "../support/bridge-page.ts";
import { launchChromium, withVisit } from "../support/chromium.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

/** Shows the document that it is sent in a sandbox of its own, and passes on all the rest (Apps 2026-01-26, Sandbox proxy). */
const SANDBOX_PAGE = `<!doctype html><title>Sandbox</title>
  <style>html, body { margin: 0; height: 100% } iframe { display: block; width: 100%; height: 100%; border: 0 }</style>
  <iframe sandbox="allow-scripts"></iframe>
  <script>
    const inner = document.querySelector("iframe");
    const ready = "ui/notifications/sandbox-proxy-ready", resource = "ui/notifications/sandbox-resource-ready";
    addEventListener("message", ({ source, data }) => {
      if (source === inner.contentWindow) return parent.postMessage(data, "*");
      if (source !== parent) return;
      if (data.method === resource) inner.srcdoc = data.params.html;
      else inner.contentWindow.postMessage(data, "*");
    });
    parent.postMessage({ jsonrpc: "2.0", method: ready, params: {} }, "*");
  </script>`;

let server: RunningServer;
let browser: Browser;
let pages: Server;
let port: number;
let token: string;

beforeAll(async () => {
  const { outputFiles: [bundle] } = await build({
    entryPoints: [fileURLToPath(new URL("../support/bridge-page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  const host = `<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <body style="margin: 0"><script src="/host.js"></script>`;
  pages = createServer(({ url }, response) => {
    const [type, body] = url === "/host.js"
      ? ["text/javascript", bundle?.text]
      : ["text/html", url === "/sandbox" ? SANDBOX_PAGE : host];
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  port = (pages.address() as AddressInfo).port; // it listens on TCP
  [browser, server] = await Promise.all([launchChromium(), startServer("node")]);
  token = (await signIn({ baseUrl: server.baseUrl })).access_token;
});
afterAll(async () => {
  await Promise.all([server?.stop(), browser?.close()]);
  pages?.close();
});

/** The older client asks for a stream of its own, and is told that there is none. */
const NO_STREAM = "Failed to load resource: the server responded with a status of 405 (Method Not Allowed)";

/** A person looks at what a tool shows, in a page of another origin than the server's. */
async function look(
  wish: Pick<Wish, "mode" | "tool">,
  use: (
    seen: {
      page: Page;
      app: Frame;
      host: <Key extends keyof BridgeHost>(key: Key) => Promise<BridgeHost[Key]>;
    },
  ) => Promise<void>,
): Promise<void> {
  await withVisit(browser, { width: 760 }, async ({ page, complaints }) => {
    await page.goto(`http://127.0.0.1:${port}/`);
    const whole: Wish = {
      ...wish,
      token,
      mcpUrl: `${server.baseUrl}/mcp`,
      sandboxUrl: `http://localhost:${port}/sandbox`,
    };

    await page.evaluate(`host.show(${JSON.stringify(whole)})`);

    const app = page.frame({ url: "about:srcdoc" });
    if (!app) throw new Error("The App is not there");
    await use({ page, app, host: (key) => page.evaluate(`host.${key}`) });
    await page.evaluate("host.leave()");
    expect(await page.evaluate("host.errors")).toEqual([]);
    expect(complaints).toEqual(wish.mode === "legacy" ? [NO_STREAM] : []);
  });
}

const TOOLS = {
  issue: { name: "get_issue_details", arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" } },
  trace: {
    name: "get_trace_details",
    arguments: { organizationSlug: "acme", traceId: "7e57".repeat(8) },
  },
};

describe("in a host that is made with the Apps' SDK, an App", () => {
  for (const mode of ["auto", "legacy"] as const) {
    it(`is found, read and drawn from the result of the call, in mode ${mode}`, async () => {
      await look({ mode, tool: TOOLS.issue }, async ({ page, app, host }) => {
        await expect.poll(() => app.locator(".bar").count()).toBe(30);
        expect(await host("app")).toMatchObject({
          name: "issue-frequency",
          availableDisplayModes: ["inline", "fullscreen"],
        });
        const fits = () => app.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
        await expect.poll(fits).toBe(true);
        expect(await page.locator("iframe").evaluate((frame) => frame.clientHeight)).toBeGreaterThan(100);
        expect(await app.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
          "rgb(26, 20, 38)",
        );
      });
    });
  }

  it("has its links opened by the host", async () => {
    await look({ mode: "auto", tool: TOOLS.trace }, async ({ app, host }) => {
      await app.getByRole("button", { name: "Open in Sentry" }).click();

      await expect.poll(() => host("openedLinks")).toEqual([
        `${server.baseUrl}/sandbox/organizations/acme/performance/trace/${"7e57".repeat(8)}/`,
      ]);
    });
  });
});
