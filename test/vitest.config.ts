import { defineConfig } from "vitest/config";
import { LongestFirst } from "./longest-first.ts";

// One project a concern, so that `npm test -- --project unit` is quick. Three groups, one after the other: what
// computes or waits for a store; what starts servers and mostly waits for them, two files at a time; and what kills
// servers, each file alone.
const common = {
  setupFiles: ["test/setup.ts"],
  testTimeout: 20_000,
  // What is polled for comes soon, but a busy machine has its own idea of soon.
  expect: { poll: { interval: 20, timeout: 10_000 } },
};
const spawning = { ...common, testTimeout: 30_000, hookTimeout: 60_000 };
const inPairs = { ...spawning, maxWorkers: 2, sequence: { groupOrder: 1 } };
const alone = { ...spawning, fileParallelism: false };

export default defineConfig({
  test: {
    // Stores are mostly waited for.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          // Their modules keep nothing: loaded once a worker, they cost half.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/runtimes/**",
            "test/clients/**",
            "test/launch/**",
            "test/browser/**",
            "test/conformance/**",
            "test/oauth-suite/**",
            "test/store/**",
            "test/channel/**",
            "test/kills/**",
            "test/instances/**",
          ],
        },
      },
      { test: { ...spawning, name: "stores", include: ["test/{store,channel}/**/*.test.ts"] } },
      { test: { ...inPairs, name: "runtimes", include: ["test/runtimes/*.test.ts"] } },
      { test: { ...inPairs, name: "oauth", include: ["test/oauth-suite/*.test.ts"] } },
      { test: { ...inPairs, name: "clients", include: ["test/clients/*.test.ts"] } },
      { test: { ...inPairs, name: "browser", include: ["test/browser/*.test.ts"] } },
      { test: { ...inPairs, name: "conformance", include: ["test/conformance/*.test.ts"] } },
      {
        test: {
          ...inPairs,
          name: "launch",
          include: ["test/launch/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      { test: { ...alone, name: "kills", include: ["test/kills/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...alone, name: "instances", include: ["test/instances/*.test.ts"], testTimeout: 120_000 } },
    ],
  },
});
