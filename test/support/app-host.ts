import type { Browser, Frame, Page } from "playwright-core";
import { type VisitOptions, withVisit } from "./chromium.ts";

const HOST = "http://host.test/";
const SANDBOX = "http://sandbox.test/";

/** What `resources/read` and `tools/call` answered. */
export interface Shown {
  readonly document: { readonly text: string; readonly csp: Readonly<Record<string, readonly string[]>> };
  readonly result: Readonly<Record<string, unknown>>;
}

export interface HostOptions extends VisitOptions {
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface AppVisit {
  readonly page: Page;
  /** The App's own page, two frames deep. */
  readonly app: Frame;
  readonly complaints: readonly string[];
  /** Requests for anything but the three pages. */
  readonly strayRequests: readonly string[];
  /** What the App has sent, by method. */
  sent(method: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Sends to the App. */
  say(message: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Shows an App as a web host does: in a sandboxed frame, inside a frame of another origin that only passes messages
 * on, under the policy that its resource asks for.
 *
 * @see Apps 2026-01-26, Sandbox proxy and Content Security Policy Enforcement
 */
export async function withApp(
  browser: Browser,
  { document, result }: Shown,
  options: HostOptions,
  use: (visit: AppVisit) => Promise<void>,
): Promise<void> {
  await withVisit(browser, options, async ({ page, complaints }) => {
    const strayRequests: string[] = [];
    const html = (body: string, headers: Readonly<Record<string, string>> = {}) => ({
      body,
      headers: { "content-type": "text/html; charset=utf-8", ...headers },
    });
    await page.route("**/*", (route) => {
      const url = route.request().url();
      if (url === HOST) return route.fulfill(html(hostPage({ result, context: options.context ?? {} })));
      if (url === SANDBOX) return route.fulfill(html(PROXY_PAGE));
      if (url === `${SANDBOX}view`) {
        return route.fulfill(html(document.text, { "content-security-policy": policyOf(document.csp) }));
      }
      strayRequests.push(url);
      return route.abort();
    });
    await page.goto(HOST);
    await page.waitForFunction("sent.some(({ method }) => method === 'ui/notifications/size-changed')");
    const app = page.frame({ url: `${SANDBOX}view` });
    if (!app) throw new Error("The App is not there");
    await app.locator("header").waitFor();
    await use({
      page,
      app,
      complaints,
      strayRequests,
      sent: (method) =>
        page.evaluate(`sent.filter((message) => message.method === ${JSON.stringify(method)})`),
      say: (message) => page.evaluate(`say(${JSON.stringify(message)})`),
    });
  });
}

function policyOf(csp: Shown["document"]["csp"]): string {
  const named = (domains: string, otherwise = "") => csp[domains]?.join(" ") || otherwise;
  return [
    "default-src 'none'",
    `script-src 'self' 'unsafe-inline' ${named("resourceDomains")}`,
    `style-src 'self' 'unsafe-inline' ${named("resourceDomains")}`,
    `connect-src 'self' ${named("connectDomains")}`,
    `img-src 'self' data: ${named("resourceDomains")}`,
    `font-src 'self' ${named("resourceDomains")}`,
    `media-src 'self' data: ${named("resourceDomains")}`,
    `frame-src ${named("frameDomains", "'none'")}`,
    "object-src 'none'",
    `base-uri ${named("baseUriDomains", "'self'")}`,
  ].join("; ");
}

/** Answers the App, hands it the result once it is ready, and gives it the height that it asks for. */
function hostPage({ result, context }: { result: unknown; context: unknown }): string {
  const initialized = {
    protocolVersion: "2026-01-26",
    hostInfo: { name: "test", version: "1" },
    hostCapabilities: { openLinks: {} },
    hostContext: context,
  };
  return `<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <style>body { margin: 0 } iframe { display: block; width: 100%; height: 600px; border: 0 }</style>
    <iframe src="${SANDBOX}" sandbox="allow-scripts allow-same-origin"></iframe>
    <script>
      const sent = [];
      const frame = document.querySelector("iframe");
      const say = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "${SANDBOX}");
      addEventListener("message", ({ source, data }) => {
        if (source !== frame.contentWindow) return;
        sent.push(data);
        if (data.method === "ui/initialize") say({ id: data.id, result: ${script(initialized)} });
        if (data.method === "ui/open-link") say({ id: data.id, result: {} });
        if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
        if (data.method !== "ui/notifications/initialized") return;
        say({ method: "ui/notifications/tool-input", params: { arguments: {} } });
        say({ method: "ui/notifications/tool-result", params: ${script(result)} });
      });
    </script>`;
}

const script = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");

const PROXY_PAGE = `<!doctype html><title>Sandbox</title>
  <style>html, body { margin: 0; height: 100% } iframe { display: block; width: 100%; height: 100%; border: 0 }</style>
  <iframe src="${SANDBOX}view" sandbox="allow-scripts"></iframe>
  <script>
    const inner = document.querySelector("iframe");
    addEventListener("message", ({ source, data }) => {
      if (source === parent) inner.contentWindow.postMessage(data, "*");
      else if (source === inner.contentWindow) parent.postMessage(data, "*");
    });
  </script>`;
