import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withinTime } from "../../src/lib/time-limit.ts";

describe("withinTime()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is the work's outcome when that comes in time, and leaves no timer", async () => {
    expect(await withinTime(Promise.resolve("done"), { limitMs: 1000, late: () => "late" })).toBe("done");
    const failing = withinTime(Promise.reject(new Error("broken")), { limitMs: 1000, late: () => "late" });
    await expect(failing).rejects.toThrow("broken");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is what `late` returns or throws when it does not", async () => {
    const never = new Promise<string>(() => {});
    const value = withinTime(never, { limitMs: 1000, late: () => "late" });
    const thrown = withinTime(never, {
      limitMs: 1000,
      late: () => {
        throw new RangeError("Too late");
      },
    });
    const checked = Promise.all([
      expect(value).resolves.toBe("late"),
      expect(thrown).rejects.toThrow("Too late"),
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    await checked;
  });

  it("lets late work fail unheard", async () => {
    let fail: (error: Error) => void = () => {};
    const work = new Promise<string>((_, reject) => (fail = reject));
    const value = withinTime(work, { limitMs: 1000, late: () => "late" });
    await vi.advanceTimersByTimeAsync(1000);
    fail(new Error("Nobody hears this"));

    expect(await value).toBe("late");
  });
});
