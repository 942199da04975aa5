import { describe, expect, it } from "vitest";
import { joinSignals } from "../../src/lib/signal.ts";

describe("joinSignals()", () => {
  it("aborts with the reason of whichever comes first", () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const joined = joinSignals(one.signal, undefined, two.signal);

    two.abort("second");
    one.abort("first");

    expect(joined.reason).toBe("second");
  });

  it("is aborted from the start when one of them is", () => {
    const joined = joinSignals(new AbortController().signal, AbortSignal.abort("before"));

    expect(joined.aborted).toBe(true);
    expect(joined.reason).toBe("before");
  });
});
