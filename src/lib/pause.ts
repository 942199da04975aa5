/** Cannot be cut short: for looks at what another request is doing, which are few and short. */
export const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));
