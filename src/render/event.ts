import type { Breadcrumb, Event, HttpRequest } from "../sentry/event.ts";
import { blocks, clean, counted, cut, fence } from "./markdown.ts";
import { isSecretName, jsonWithoutSecrets, REMOVED } from "./secrets.ts";

/** The parts of an event besides its stack, each empty when there is nothing to say. */

export function renderEvidence(event: Event): string {
  return section("## Evidence", event.evidence.map(({ name, value }) => [name, value] as const), {
    value: 600,
  });
}

/** @param said Keys of tags that the facts have told already. */
export function renderTags(event: Event, said: readonly string[] = []): string {
  const tags = withoutParts(event.tags).filter(({ key }) => !said.includes(key));
  const more = "; get_issue_tag_values has any";
  return section("## Tags", tags.map(({ key, value }) => [key, value] as const), { value: 120, more });
}

/** `browser.name` says nothing beside `browser`. */
export function withoutParts<T extends { readonly key: string }>(tags: readonly T[]): T[] {
  const keys = tags.map(({ key }) => key);
  return tags.filter(({ key }) => !key.includes(".") || !keys.includes(key.split(".", 1)[0] ?? ""));
}

export function renderUser(event: Event): string {
  const { id, email, username, name, ip_address, ipAddress } = event.user;
  const facts = Object.entries({ id, email, username, name, ip: ip_address ?? ipAddress });
  return section("## User", facts.filter(([, value]) => isShown(value)), { value: 120 });
}

export function renderContexts(event: Event): string {
  return section("## Contexts", withoutType(event.contexts), { value: 300 });
}

export function renderExtra(event: Event): string {
  return section("## Extra data", Object.entries(event.extra).filter(([, value]) => isShown(value)), {
    value: 300,
  });
}

function withoutType(contexts: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(contexts).filter(([, value]) => isShown(value)).map(([name, value]) => {
    if (typeof value !== "object" || value === null) return [name, value];
    const told = name === "trace" ? ["type", "trace_id", "parent_span_id", "sampled"] : ["type"];
    const fields = Object.entries(value).filter(([field, inner]) => isShown(inner) && !told.includes(field));
    return [name, Object.fromEntries(fields)];
  });
}

const isShown = (value: unknown) => value !== undefined && value !== null && value !== "";

const MOST_LINES = 40;
const MOST_CHARACTERS = 4000;

/** @param options `more`: where the facts are that find no room. */
function section(
  heading: string,
  facts: readonly (readonly [string, unknown])[],
  options: { value: number; more?: string },
): string {
  if (facts.length === 0) return "";
  const shown: string[] = [];
  let size = 0;
  for (const [name, value] of facts.slice(0, MOST_LINES)) {
    const line = factLine(name, value, options.value);
    size += line.length + 1;
    if (size > MOST_CHARACTERS) break;
    shown.push(line);
  }
  const note = facts.length > shown.length && `${shown.length} of ${facts.length}${options.more ?? ""}`;
  return blocks(heading, note, fence(shown.join("\n"), { maximum: MOST_CHARACTERS }));
}

function factLine(name: string, value: unknown, maximum: number): string {
  const shown = isSecretName(name) ? REMOVED : jsonWithoutSecrets(value);
  return `${oneLine(cut(name, 80))}: ${oneLine(cut(shown, maximum))}`;
}

const oneLine = (text: string) => clean(text).replace(/\s*\n\s*/g, " ");

/** Method, address, parameters, headers and body, without what is secret by its name. */
export function renderRequest(request: HttpRequest): string {
  const parameters = request.query.map(([name, value]) => factLine(name, value, 120));
  const headers = request.headers.slice(0, MOST_LINES).map(([name, value]) => factLine(name, value, 200));
  const body = request.body === undefined ? "" : cut(jsonWithoutSecrets(request.body), 600);
  const text = [
    [request.method, addressOf(request.url)].filter((part) => part !== undefined).join(" "),
    ...(parameters.length > 0 ? ["", "parameters:", ...parameters] : []),
    ...(headers.length > 0 ? ["", "headers:", ...headers] : []),
    ...(body ? ["", "body:", body] : []),
  ];
  return blocks("## Request", fence(text.join("\n"), { maximum: 3000 }));
}

/** Without user, password, query and fragment: parameters are shown on their own. */
function addressOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return url?.replace(/[?#].*$/s, "").slice(0, 500);
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.slice(0, 500);
}

/** Of the newest; and characters of all. */
const A_FEW = { steps: 12, characters: 3600 };

/** @param maximum How many of the newest, and how many characters of all. */
export function renderBreadcrumbs(
  breadcrumbs: readonly Breadcrumb[],
  maximum: typeof A_FEW = A_FEW,
): string {
  if (breadcrumbs.length === 0) return "";
  const shown = breadcrumbs.slice(-maximum.steps);
  const note = breadcrumbs.length > shown.length
    ? `the last ${shown.length} of ${breadcrumbs.length}${
      maximum === A_FEW ? "; get_issue_breadcrumbs has more" : ""
    }`
    : `${counted(shown.length, "step")}, oldest first`;
  const text = shown.map((crumb) => {
    const data = Object.keys(crumb.data).length > 0 ? jsonWithoutSecrets(crumb.data) : undefined;
    const parts = [crumb.at?.slice(11, 23), crumb.level, crumb.category ?? crumb.type, crumb.message, data];
    return oneLine(cut(parts.filter((part) => part !== undefined).join("  "), 300));
  });
  return blocks("## Breadcrumbs", note, fence(text.join("\n"), { maximum: maximum.characters }));
}
