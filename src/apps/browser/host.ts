/**
 * The App's end of the Apps protocol: JSON-RPC over `postMessage` with the host that shows the page.
 *
 * @see Apps 2026-01-26, Communication Protocol
 */

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Host {
  /** Whether it opens links. */
  readonly opensLinks: boolean;
  open(url: string): void;
}

interface Page {
  readonly name: string;
  /** Once, before anything is drawn, and again with what has changed. */
  onContext(context: Fields): void;
  onResult(result: Fields, host: Host): void;
  onCancelled(): void;
}

const INITIALIZE = 1;
let requests = INITIALIZE;

export function connect(page: Page): void {
  let host: Host = { opensLinks: false, open: openLink };

  addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
    if (source !== parent || !isFields(data)) return;
    const { id, method, params = {}, result }: Message = data;
    if (id === INITIALIZE && method === undefined) return begin(result ?? {});
    if (method === "ui/notifications/tool-result") page.onResult(params, host);
    if (method === "ui/notifications/tool-cancelled") page.onCancelled();
    if (method === "ui/notifications/host-context-changed") page.onContext(params);
    if (id !== undefined && method !== undefined) send(answerTo(id, method));
  });

  function begin({ hostCapabilities, hostContext }: Fields): void {
    host = { opensLinks: isFields(hostCapabilities) && "openLinks" in hostCapabilities, open: openLink };
    page.onContext(isFields(hostContext) ? hostContext : {});
    send({ method: "ui/notifications/initialized" });
    new ResizeObserver(tellSize).observe(document.documentElement);
  }

  send({
    id: INITIALIZE,
    method: "ui/initialize",
    params: {
      protocolVersion: "2026-01-26",
      appInfo: { name: page.name, version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    },
  });
}

function openLink(url: string): void {
  requests += 1;
  if (/^https?:\/\//.test(url)) send({ id: requests, method: "ui/open-link", params: { url } });
}

/** To a request of the host. Before a teardown there is nothing to save. */
function answerTo(id: unknown, method: unknown): Message {
  if (method === "ui/resource-teardown" || method === "ping") return { id, result: {} };
  return { id, error: { code: -32601, message: "Method not found" } };
}

let told = "";

function tellSize(): void {
  const { width, height } = document.documentElement.getBoundingClientRect();
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  if (told === JSON.stringify(size)) return;
  told = JSON.stringify(size);
  send({ method: "ui/notifications/size-changed", params: size });
}

/** To whoever shows the page: only the host knows its origin. */
function send(message: Message): void {
  parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
