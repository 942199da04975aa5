import { describe, expect, it } from "vitest";
import { parseIssueUrl } from "../../src/sentry/issue-url.ts";

const SAAS = ["https://sentry.io", "https://us.sentry.io", "https://de.sentry.io"];
const SELF_HOSTED = ["https://sentry.example.com"];
const BASE_PATH = ["http://localhost:3000/sandbox", "http://localhost:3000/sandbox/us"];
const EVENT = "0123456789abcdef0123456789abcdef";

describe("parseIssueUrl()", () => {
  const read: [string, readonly string[], object][] = [
    ["https://sentry.io/organizations/acme/issues/123/", SAAS, { organizationSlug: "acme", issueId: "123" }],
    ["https://us.sentry.io/organizations/acme/issues/123", SAAS, {
      organizationSlug: "acme",
      issueId: "123",
    }],
    ["https://acme.sentry.io/issues/WEB-1A2/?query=x#y", SAAS, {
      organizationSlug: "acme",
      issueId: "WEB-1A2",
    }],
    [`https://acme.sentry.io/issues/1/events/${EVENT}/`, SAAS, {
      organizationSlug: "acme",
      issueId: "1",
      eventId: EVENT,
    }],
    ["https://acme.sentry.io/issues/1/events/latest/", SAAS, { organizationSlug: "acme", issueId: "1" }],
    ["https://acme.sentry.io/organizations/other/issues/1/", SAAS, {
      organizationSlug: "other",
      issueId: "1",
    }],
    ["https://sentry.io/acme/web/issues/9/", SAAS, { organizationSlug: "acme", issueId: "9" }],
    ["https://sentry.example.com/organizations/acme/issues/1/", SELF_HOSTED, {
      organizationSlug: "acme",
      issueId: "1",
    }],
    ["https://sentry.example.com/issues/123/", SELF_HOSTED, { issueId: "123" }],
    ["http://localhost:3000/sandbox/organizations/acme/issues/5/", BASE_PATH, {
      organizationSlug: "acme",
      issueId: "5",
    }],
    ["http://localhost:3000/sandbox/us/organizations/acme/issues/5/", BASE_PATH, {
      organizationSlug: "acme",
      issueId: "5",
    }],
  ];
  for (const [url, bases, address] of read) {
    it(`reads ${url}`, () => {
      expect(JSON.parse(JSON.stringify(parseIssueUrl(url, bases)))).toEqual(address);
    });
  }

  const refused: [string, readonly string[]][] = [
    ["https://sentry.io.evil.test/organizations/acme/issues/1/", SAAS],
    ["https://evil.test/organizations/acme/issues/1/", SAAS],
    ["https://acme.sentry.io/issues/1/", SELF_HOSTED],
    ["https://acme.sentry.example.com/issues/1/", SELF_HOSTED],
    ["http://localhost:3000/organizations/acme/issues/5/", BASE_PATH],
    ["http://localhost:3000/sandbox2/organizations/acme/issues/5/", BASE_PATH],
    ["https://sentry.io/organizations/acme/projects/", SAAS],
    ["https://sentry.io/organizations/acme/issues/", SAAS],
    ["https://sentry.io/organizations/acme/issues/..%2f..%2fumbra/", SAAS],
    ["https://sentry.io/organizations/acme/issues/%ff/", SAAS],
    ["https://www.sentry.io/issues/1/", SAAS],
    ["CHECKOUT-1", SAAS],
  ];
  for (const [url, bases] of refused) {
    it(`refuses ${url} for ${bases[0]}`, () => {
      expect(() => parseIssueUrl(url, bases)).toThrow("issueUrl");
    });
  }
});
