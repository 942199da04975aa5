// The page of a host, bundled for Chromium: the SDK's v2 client asks the server, and the bridge of the Apps' SDK shows
// what it answers. What an App says goes through their schemas, which are stricter than a page of ours would be.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  AppBridge,
  getToolUiResourceUri,
  PostMessageTransport,
  RESOURCE_MIME_TYPE,
} from "@modelcontextprotocol/ext-apps/app-bridge";

export interface Wish {
  readonly mcpUrl: string;
  readonly token: string;
  readonly mode: "auto" | "legacy";
  /** Of another origin; see `SANDBOX_PAGE`. */
  readonly sandboxUrl: string;
  readonly tool: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
}

/** What the page keeps where a test can read it. */
export interface BridgeHost {
  show(wish: Wish): Promise<void>;
  leave(): Promise<void>;
  readonly openedLinks: readonly string[];
  readonly errors: readonly string[];
  /** The name and the display modes that the App gave for itself. */
  readonly app: unknown;
}

const openedLinks: string[] = [];
const errors: string[] = [];
let bridge: AppBridge | undefined;

const frame = document.createElement("iframe");
frame.style.cssText = "display: block; width: 100%; height: 40px; border: 0";
document.body.append(frame);

async function show({ mcpUrl, token, mode, sandboxUrl, tool: call }: Wish): Promise<void> {
  const client = new Client({ name: "bridge-host", version: "1" }, {
    capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [RESOURCE_MIME_TYPE] } } },
    versionNegotiation: { mode },
  });
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit: { headers } }));
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === call.name);
  const uri = tool && getToolUiResourceUri(tool);
  if (uri === undefined) throw new Error(`${call.name} has no App`);
  const { contents: [document] } = await client.readResource({ uri });
  if (!document || !("text" in document) || document.mimeType !== RESOURCE_MIME_TYPE) {
    throw new Error(`${uri} is no document for an App: ${JSON.stringify(document)?.slice(0, 200)}`);
  }
  const { text: html } = document;

  const { contentWindow: view } = frame;
  if (!view) throw new Error("The frame is not there");
  const capabilities = { openLinks: {}, serverTools: {}, serverResources: {}, logging: {} };
  const shown = new AppBridge(client, { name: "bridge-host", version: "1" }, capabilities, {
    hostContext: { theme: "dark", displayMode: "inline", platform: "web" },
  });
  bridge = shown;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the bridge has events, and this is none of them
  shown.onerror = (error) => void errors.push(String(error));
  shown.onsandboxready = () => void shown.sendSandboxResourceReady({ html }).catch(shown.onerror);
  shown.onsizechange = ({ height }) => void (frame.style.height = `${height}px`);
  shown.onopenlink = async ({ url }) => {
    openedLinks.push(url);
    return {};
  };
  const initialized = new Promise<void>((resolve) => (shown.oninitialized = () => resolve()));
  await shown.connect(new PostMessageTransport(view, view));
  frame.src = sandboxUrl;
  const [result] = await Promise.all([client.callTool(call), initialized]);
  await shown.sendToolInput({ arguments: { ...call.arguments } });
  await shown.sendToolResult(result);
}

const host: BridgeHost = {
  show,
  async leave() {
    await bridge?.teardownResource({});
    frame.remove();
  },
  openedLinks,
  errors,
  get app() {
    return { ...bridge?.getAppVersion(), ...bridge?.getAppCapabilities() };
  },
};
Object.assign(globalThis, { host });
