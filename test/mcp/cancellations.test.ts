import { describe, expect, it } from "vitest";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import { beginSession as begin, cancelled, cancellingMcp as instance, wait } from "./cancelling.ts";
import { rpc } from "./fixture.ts";

describe("a cancelled call of a session", () => {
  it.each<[string, boolean]>([["here", false], ["at another instance", true]])(
    "ends its work and gets no response, cancelled %s (2025-11-25, Cancellation)",
    async (_where, elsewhere) => {
      const channel = createMemoryChannel();
      const here = instance(channel);
      const there = elsewhere ? instance(channel) : here;
      const headers = await begin(here);
      const answering = here.send(wait("call-7"), headers);
      await expect.poll(() => here.observed.started).toEqual(["climb"]);

      const taken = await there.send(cancelled("call-7"), headers);

      expect(taken.status).toBe(202);
      await expect.poll(() => here.observed.signal?.aborted).toBe(true);
      const answer = await answering;
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain('"result"');
    },
  );

  it("ends for a client that takes JSON alone as well", async () => {
    const here = instance(createMemoryChannel());
    const headers = { ...(await begin(here)), accept: "application/json" };
    const answering = here.send(wait(7), headers);
    await expect.poll(() => here.observed.started).toEqual(["climb"]);

    await here.send(cancelled(7), headers);

    await expect.poll(() => here.observed.signal?.aborted).toBe(true);
    expect(await (await answering).text()).not.toContain('"result"');
  });

  it("ends what a completion asks Sentry as well", async () => {
    const asked: Request[] = [];
    const here = instance(createMemoryChannel(), (request) => {
      asked.push(request);
      return new Promise((_, reject) => request.signal.addEventListener("abort", reject));
    });
    const headers = await begin(here);
    const ref = { type: "ref/resource", uri: "sentry://organizations/{organizationSlug}" };
    const argument = { name: "organizationSlug", value: "a" };
    const answering = here.send(rpc("completion/complete", { ref, argument }, 7), headers);
    await expect.poll(() => asked.length).toBe(1);

    await here.send(cancelled(7), headers);

    await expect.poll(() => asked[0]?.signal.aborted).toBe(true);
    expect(await (await answering).text()).not.toContain('"result"');
  });

  it("leaves the other calls of the session alone", async () => {
    const here = instance(createMemoryChannel());
    const headers = await begin(here);
    const answering = here.send(wait(7), headers);
    await expect.poll(() => here.observed.started).toEqual(["climb"]);

    for (const id of ["7", 8, null, {}, "x".repeat(5000), "\ud800"]) await here.send(cancelled(id), headers);
    here.release();

    expect(await (await answering).text()).toContain("climbed");
  });

  it("is cancelled by nobody else", async () => {
    const here = instance(createMemoryChannel());
    const headers = await begin(here);
    const strangers = await begin(here, "grace");
    const answering = here.send(wait(7), headers);
    await expect.poll(() => here.observed.started).toEqual(["climb"]);

    await here.send(cancelled(7), strangers, "grace");
    await here.send(cancelled(7), { "mcp-protocol-version": "2025-11-25" });
    here.release();

    expect(await (await answering).text()).toContain("climbed");
  });
});
