import { createBrowser } from "./browser.ts";

/** A person goes to `/grants`, signs in at the sandbox and revokes what is connected, one by one. */
export async function revokeAtGrants(baseUrl: string): Promise<void> {
  const browser = createBrowser({ stopAt: () => false });
  const signIn = await browser.submit(await browser.open(`${baseUrl}/grants`), { press: /^Sign in/ });
  let page = await browser.submit(signIn, { press: /^Approve/, choose: { user: "ada" } });
  while (page.text.includes(">Revoke ")) page = await browser.submit(page, { press: /^Revoke / });
  if (!page.text.includes("No application is connected")) throw new Error(`Not revoked: ${page.text}`);
}
