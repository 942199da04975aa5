/**
 * The cursor of the next page, from Sentry's `Link` header:
 * `<…>; rel="previous"; results="false"; cursor="…", <…>; rel="next"; results="true"; cursor="0:25:0"`.
 *
 * @see https://docs.sentry.io/api/pagination/
 */
export function nextCursor(link: string | null): string | undefined {
  const next = (link ?? "").split(/,\s*(?=<)/).find((part) => /;\s*rel="next"/.test(part));
  if (!next || !/;\s*results="true"/.test(next)) return undefined;
  return /;\s*cursor="([^"]+)"/.exec(next)?.[1];
}
