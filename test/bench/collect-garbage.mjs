// Loaded into the server that the bench weighs: SIGUSR2 collects what is no longer used.
process.on("SIGUSR2", () => globalThis.gc());
