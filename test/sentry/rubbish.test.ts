import fc from "fast-check";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Decode = (raw: unknown) => unknown;

/** Every function of the room whose name begins with `decode`, so that a new one is in it by itself. */
async function decoders(): Promise<[string, Decode][]> {
  const room = new URL("../../src/sentry/", import.meta.url);
  const files = readdirSync(room).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(
    files.map(async (file) => (await import(new URL(file, room).href)) as Record<string, unknown>),
  );
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]): [string, Decode][] =>
      // What decodes takes anything, by the name's own promise.
      name.startsWith("decode") && typeof value === "function" ? [[name, value as Decode]] : []
    )
  );
}

/** Values that tell things apart inside an event, so that what is behind them is reached, too. */
const KINDS = [
  "exception",
  "threads",
  "request",
  "breadcrumbs",
  "message",
  "team",
  "user",
  "latest",
  "root_cause",
  "solution",
  "changes",
  "assistant",
];

const ODD: readonly unknown[] = [
  undefined,
  null,
  "",
  " ",
  "text",
  "12",
  "2026-03-01T10:00:00Z",
  "\ud800",
  0,
  -1,
  1e300,
  NaN,
  true,
  [],
  {},
  [null],
  [[]],
  [["name", { value: 1 }]],
  nested(5000),
];

function nested(levels: number): unknown {
  let value: unknown = "inside";
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
  return value;
}

/**
 * An object that has every field it is asked for, each made at the first look by the next of `choices`: a list, an
 * object of the same kind, or something odd. So whatever a decoder reads is there, in every shape.
 */
function rubbish(choices: Iterator<number>, depth = 12): unknown {
  const next = () => Number(choices.next().value ?? 0);
  const made = (): unknown => {
    const choice = next();
    if (depth > 0 && choice % 4 === 0) return rubbish(choices, depth - 1);
    if (depth > 0 && choice % 4 === 1) {
      return Array.from({ length: choice % 3 }, () => (next() % 5 ? rubbish(choices, depth - 1) : ODD[0]));
    }
    const rest = Math.floor(choice / 4);
    return choice % 4 === 2 ? KINDS[rest % KINDS.length] : ODD[rest % ODD.length];
  };
  return new Proxy<Record<string, unknown>>({}, {
    get(target, name) {
      if (typeof name === "symbol" || name === "toJSON") return undefined;
      return name in target ? target[name] : (target[name] = made());
    },
  });
}

describe("every decoder", async () => {
  const all = await decoders();

  it("is found", () => {
    expect(all.map(([name]) => name)).toEqual(
      expect.arrayContaining(["decodeEvent", "decodeIssue", "decodeUser"]),
    );
  });

  for (const [name, decode] of all) {
    it(`survives anything: ${name}`, () => {
      for (const odd of ODD) decode(odd);

      fc.assert(
        fc.property(fc.infiniteStream(fc.nat(1000)), (choices) => {
          decode(rubbish(choices));
        }),
        { numRuns: 1500 },
      );
    });
  }
});
