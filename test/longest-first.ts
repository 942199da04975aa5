import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest of each group in `vitest.config.ts`: begun last, they would end long after all others. */
const LONG = [
  "tools/foreign-text",
  "store/redis",
  "store/durable-object",
  "tools/faults",
  "http/fuzz",
  "tools/confinement",
  "oauth-suite/node",
  "launch/fresh-clone",
  "runtimes/shutdown",
];

/** On a fresh clone vitest knows only how big each file is. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank === -1 ? LONG.length : rank;
}
