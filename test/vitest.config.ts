import { defineConfig } from "vitest/config";

// One project a concern, so that `npm test -- --project unit` is quick. Suites that start servers take turns:
// two cores are soon full.
const common = { setupFiles: ["test/setup.ts"], testTimeout: 20_000 };
const spawning = { ...common, fileParallelism: false, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Stores are mostly waited for.
    maxWorkers: 4,
    projects: [
      {
        test: {
          ...common,
          name: "unit",
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
      { test: { ...spawning, name: "runtimes", include: ["test/runtimes/*.test.ts"] } },
      { test: { ...spawning, name: "oauth", include: ["test/oauth-suite/*.test.ts"] } },
      {
        test: {
          ...spawning,
          fileParallelism: true,
          name: "stores",
          include: ["test/{store,channel}/**/*.test.ts"],
        },
      },
      { test: { ...spawning, name: "kills", include: ["test/kills/*.test.ts"], testTimeout: 120_000 } },
      {
        test: { ...spawning, name: "instances", include: ["test/instances/*.test.ts"], testTimeout: 120_000 },
      },
      { test: { ...spawning, name: "clients", include: ["test/clients/*.test.ts"] } },
      { test: { ...spawning, name: "browser", include: ["test/browser/*.test.ts"] } },
      { test: { ...spawning, name: "conformance", include: ["test/conformance/*.test.ts"] } },
      { test: { ...spawning, name: "launch", include: ["test/launch/*.test.ts"], testTimeout: 180_000 } },
    ],
  },
});
