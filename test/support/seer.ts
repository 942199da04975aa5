import { sentryScopesOf } from "../../src/lib/skills.ts";

/**
 * Somebody else who looks at Seer's run of an issue of acme's. The sandbox's run ends at the third look at it, so a
 * test need not wait until the product has looked that often.
 */
export async function besidesSeer(sandboxUrl: string, issueId: string) {
  const { token } = await json(
    await fetch(`${sandboxUrl}/__sandbox/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "ada", scopes: sentryScopesOf(["seer"]) }),
    }),
  );
  const url = `${sandboxUrl}/api/0/organizations/acme/issues/${issueId}/autofix/`;
  const headers = { authorization: `Bearer ${String(token)}`, "content-type": "application/json" };
  return {
    /** Begins a run, as another person does; `analyze_issue_with_seer` then follows this one. */
    begin: async () => void (await json(await fetch(url, { method: "POST", headers, body: "{}" }))),
    look: async () => void (await json(await fetch(url, { headers }))),
  };
}

async function json(response: Response): Promise<Record<string, unknown>> {
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`);
  return response.json();
}
