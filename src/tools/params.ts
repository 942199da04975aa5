import * as v from "valibot";

/** Parameters that several tools share; names and meaning are those of Sentry's own MCP server. */

const slug = (what: string) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^[A-Za-z0-9_-]{1,100}$/, `expected the slug or id of ${what}, such as "my-team_1"`),
  );

export const organizationSlug = v.pipe(slug("an organization"), v.description("Slug of the organization"));

export const projectSlugOrId = v.pipe(
  slug("a project"),
  v.description("Only this project: slug or numeric id"),
);

const issueUrl = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(2000),
  v.description("Link to the issue; enough by itself"),
);

export const someIssueId = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/, `expected a short id such as "WEB-1A2", or a number`),
);

const issueId = v.pipe(someIssueId, v.description("Short id (WEB-1A2) or numeric id"));

export const eventId = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^(?:latest|[0-9a-fA-F]{32})$/, `expected 32 hexadecimal digits or "latest"`),
  v.description(`Event id, 32 hexadecimal digits; default: "latest"`),
);

export const searchText = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(200),
  v.description("Part of the name or slug"),
);

export const cursor = v.pipe(
  v.string(),
  v.regex(/^[\w:.=+-]{1,200}$/, "expected a cursor from an earlier answer"),
  v.description("Cursor of the last answer"),
);

export const period = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[1-9]\d{0,4}[hdw]$/, `expected a span such as "24h", "14d" or "4w"`),
  v.description("How far back, such as 24h, 14d or 4w"),
);

export const traceId = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[0-9a-fA-F]{32}$/, "expected 32 hexadecimal digits"),
  v.description("Trace id, 32 hexadecimal digits"),
);

export const spanId = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[0-9a-fA-F]{16}$/, "expected 16 hexadecimal digits"),
  v.description("Span id, 16 hexadecimal digits"),
);

/** How an issue is named: by its link, or by organization and id. */
export const issueAddress = {
  issueUrl: v.optional(issueUrl),
  organizationSlug: v.optional(organizationSlug),
  issueId: v.optional(issueId),
};
