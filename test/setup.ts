import fc from "fast-check";

/** `npm run soak` looks longer for a counterexample. */
fc.configureGlobal({
  numRuns: process.env.SOAK ? 5000 : 100,
  interruptAfterTimeLimit: process.env.SOAK ? 60_000 : 5000,
});
