/**
 * The part of `fetch` that client metadata documents need, for addresses that strangers name: it reaches public
 * ones only (resolved, checked, and pinned), which not every platform can do.
 */
export type FetchPublic = (
  url: string,
  init: { headers: Record<string, string>; redirect: "manual"; signal: AbortSignal },
) => Promise<Response>;
