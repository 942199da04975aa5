import type { Context } from "hono";
import { badRequest } from "./problem.ts";

const MAX_PER_PAGE = 100;

/**
 * Answers with one page of the items and the `Link` header that Sentry's paginator writes: both directions
 * always, with `results` telling whether there is anything (docs: API, Pagination Results).
 */
export function sendPage<T>(
  c: Context,
  items: readonly T[],
  options: {
    baseUrl: string;
    show(item: T): object;
    defaultPerPage?: number;
    headers?: Record<string, string>;
    /** Around the items, where the answer is no bare list. */
    wrap?(page: readonly object[]): object;
  },
): Response {
  const perPage = readPerPage(
    c.req.query("limit") ?? c.req.query("per_page"),
    options.defaultPerPage ?? MAX_PER_PAGE,
  );
  const offset = readCursor(c.req.query("cursor"));
  const link = (rel: "previous" | "next", results: boolean, cursor: string) => {
    const url = new URL(c.req.path, options.baseUrl);
    for (const [name, value] of new URL(c.req.url).searchParams) url.searchParams.append(name, value);
    url.searchParams.set("cursor", cursor);
    return `<${url.href}>; rel="${rel}"; results="${results}"; cursor="${cursor}"`;
  };
  const links = [
    link("previous", offset > 0, `0:${Math.max(0, offset - perPage)}:1`),
    link("next", offset + perPage < items.length, `0:${offset + perPage}:0`),
  ];
  c.header("Link", links.join(", "));
  for (const [name, value] of Object.entries(options.headers ?? {})) c.header(name, value);
  const page = items.slice(offset, offset + perPage).map((item) => options.show(item));
  return c.json(options.wrap ? options.wrap(page) : page);
}

function readPerPage(text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  const perPage = Number(text);
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > MAX_PER_PAGE) {
    throw badRequest(`Invalid per_page value. Must be between 1 and ${MAX_PER_PAGE}.`);
  }
  return perPage;
}

function readCursor(text: string | undefined): number {
  if (!text) return 0;
  const offset = /^\d+:(\d+):[01]$/.exec(text)?.[1];
  if (offset === undefined) throw badRequest("Invalid cursor parameter.");
  return Number(offset);
}
