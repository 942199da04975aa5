// A person's browser for clients that run as processes of their own: takes the address that the client wants
// shown, consents, approves at the sandbox, and delivers the answer to the client's own callback.
import { createBrowser } from "./browser.ts";
import { approveAll } from "./sign-in.ts";

// Nobody waits for this process, so it must not outlive a sign-in that hangs.
setTimeout(() => process.exit(1), 20_000).unref();

const address = process.argv[2] ?? "";
const redirectUri = new URL(address).searchParams.get("redirect_uri") ?? "";
const browser = createBrowser({ stopAt: (url) => redirectUri !== "" && url.startsWith(redirectUri) });
const landed = await approveAll(browser, address);
if (!landed.url.startsWith(redirectUri)) {
  throw new Error(`Ended at ${landed.url} (${landed.status})\n${landed.text}`);
}
await fetch(landed.url, { signal: AbortSignal.timeout(10_000) });
