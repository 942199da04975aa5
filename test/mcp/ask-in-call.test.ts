import { afterEach, describe, expect, it, vi } from "vitest";
import { ProtocolError } from "@modelcontextprotocol/client";
import { accept, type Asked, choose, openAskedApp } from "./asked-app.ts";

const MANY = { organizationSlug: "acme", issueIds: ["CHECKOUT-5", "STOREFRONT-2"], status: "resolved" };
const MINUTE_MS = 60_000;
/** Longer than the server waits. */
const PATIENT = { timeout: 10 * MINUTE_MS };

afterEach(() => void vi.useRealTimers());

/** A person who looks at the form and does nothing. */
function idle() {
  let see = (_asked: Asked) => {};
  const seen = new Promise<Asked>((resolve) => (see = resolve));
  const answer = (asked: Asked) => {
    see(asked);
    return new Promise<never>(() => {});
  };
  return { seen, answer };
}

describe("a question in the middle of a call of 2025", () => {
  it("is given up after five minutes, and nothing is done", async () => {
    vi.useFakeTimers();
    const app = await openAskedApp();
    const { seen, answer } = idle();
    const { client } = await app.connect({ era: "legacy", answer });
    const call = client.callTool({ name: "update_issue", arguments: MANY }, PATIENT);
    await seen;

    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);

    expect(await call).toMatchObject({
      isError: true,
      content: [{ text: "The user was asked and did not answer in time: nothing was done" }],
    });
    expect(app.writes()).toEqual([]);
  });

  it("tells a client that wants progress again and again that the user is waited for", async () => {
    vi.useFakeTimers();
    const app = await openAskedApp();
    const { seen, answer } = idle();
    const { client } = await app.connect({ era: "legacy", answer });
    const told: (string | undefined)[] = [];
    const call = client.callTool({ name: "update_issue", arguments: MANY }, {
      timeout: MINUTE_MS,
      resetTimeoutOnProgress: true,
      onprogress: ({ message }) => void told.push(message),
    });
    await seen;

    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);

    expect(await call).toMatchObject({ isError: true });
    expect(new Set(told)).toEqual(new Set(["Waiting for the user's answer"]));
    expect(told.length).toBeGreaterThan(10);
  });

  it("ends with a call that its client gives up", async () => {
    const app = await openAskedApp();
    const { seen, answer } = idle();
    const { client, call } = await app.connect({ era: "legacy", answer });
    const givenUp = new AbortController();
    const asking = client.callTool({ name: "update_issue", arguments: MANY }, { signal: givenUp.signal });
    await seen;

    givenUp.abort("enough");

    await expect(asking).rejects.toThrow("enough");
    expect((await call("whoami", {})).text).toContain("ada@example.test");
    expect(app.writes()).toEqual([]);
  });

  it("ends with the process, and the call says that it may be made again", async () => {
    const ending = new AbortController();
    const app = await openAskedApp({ cancelled: ending.signal });
    const { seen, answer } = idle();
    const { call } = await app.connect({ era: "legacy", answer });
    const asking = call("update_issue", MANY);
    await seen;

    ending.abort();

    expect((await asking).text).toBe(
      'The server is restarting: call "update_issue" again in a few seconds',
    );
    expect(app.writes()).toEqual([]);
  });

  it("that the client cannot put after all is answered as for a client without forms", async () => {
    const app = await openAskedApp();
    const { call } = await app.connect({
      era: "legacy",
      answer: () => {
        throw new ProtocolError(-32601, "Nobody is here");
      },
    });

    const place = await call("find_projects", {});
    const change = await call("update_issue", MANY);

    expect(place.text).toBe("Cannot run `find_projects`:\n- `organizationSlug` is missing");
    expect(change.text).toContain("Nothing is changed yet");
    expect(app.writes()).toEqual([]);
  });

  it("names options as 2025-06-18 did in a session of that revision", async () => {
    const app = await openAskedApp();
    const answer = choose({ organizationSlug: "acme" });
    const { call, asked } = await app.connect({ era: "legacy", answer, supported: ["2025-06-18"] });

    await call("find_projects", {});

    expect(asked[0]?.requestedSchema.properties.organizationSlug).toMatchObject({
      type: "string",
      enum: ["acme", "bergwerk", "umbra"],
      enumNames: [
        "Acme Mail Order (acme)",
        "Bergwerk Software (bergwerk)",
        "CANARY-umbra-organization (umbra)",
      ],
    });
  });

  it("is not put where an answer would not arrive", async () => {
    const app = await openAskedApp({ channel: "none" });
    const { call, asked } = await app.connect({ era: "legacy", answer: accept });

    const { text } = await call("update_issue", MANY);

    expect(text).toContain("Nothing is changed yet");
    expect(asked).toEqual([]);
  });
});
