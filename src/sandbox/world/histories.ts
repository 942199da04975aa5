import type { Json } from "./model.ts";

/** `[type, hours ago, login (Sentry itself when empty), data]`, oldest first. */
type HistoryRow = readonly [string, number, string, Json];

const REVERT = 'Revert "Ask carriers one after another"';

/**
 * What happened to issues before the first start, by short id. CHECKOUT-25 has seen everything that issues go
 * through; the shapes are those of `static/app/types/group.tsx` and `api/serializers/models/activity.py` of
 * getsentry/sentry.
 */
const HISTORIES: Readonly<Record<string, readonly HistoryRow[]>> = {
  "CHECKOUT-25": [
    ["assigned", 1400, "", {
      assignee: "103",
      assigneeType: "user",
      assigneeEmail: "niko@example.test",
      integration: "codeowners",
      rule: "path:carriers/* niko@example.test",
    }],
    ["set_priority", 1390, "", { priority: "high", reason: "escalating" }],
    ["set_escalating", 1380, "", { forecast: 40 }],
    ["note", 1370, "niko", {
      text: "Green has changed its offers again, see **CARR-77**.",
      external_id: null,
    }],
    ["mark_reviewed", 1360, "niko", {}],
    ["set_resolved_in_release", 1200, "niko", { version: "checkout@1.8.0" }],
    ["set_regression", 1100, "", {
      version: "checkout@1.8.1",
      follows_semver: true,
      resolved_in_version: "checkout@1.8.0",
    }],
    ["unassigned", 1090, "ada", {}],
    // The team that this went to is gone, and so is the user who did it.
    ["assigned", 1080, "somebody-who-left", { assignee: "2999", assigneeType: "team", assigneeEmail: null }],
    ["merge", 1000, "ada", { issues: [{ id: "9001" }, { id: "9002" }] }],
    ["unmerge_source", 900, "ada", {
      fingerprints: ["0f".repeat(16)],
      destination: { id: "5016", shortId: "CHECKOUT-16" },
    }],
    // The source was in a project that has been deleted.
    ["unmerge_destination", 890, "ada", { fingerprints: ["1e".repeat(16)], source: null }],
    ["set_ignored", 800, "ada", {
      ignoreCount: 100,
      ignoreWindow: 60,
      ignoreDuration: null,
      ignoreUntil: null,
    }],
    ["set_escalating", 700, "", {
      expired_snooze: { count: 100, until: null, user_count: null, user_window: null, window: 60 },
    }],
    ["set_unresolved", 690, "ada", {}],
    ["set_resolved_in_commit", 600, "niko", {
      commit: {
        id: "c0ffee17c0ffee17c0ffee17c0ffee17c0ffee17",
        message: REVERT,
        dateCreated: "2026-01-31T10:00:00Z",
        pullRequest: null,
        suspectCommitType: "",
      },
    }],
    ["set_resolved_in_pull_request", 590, "", {
      pullRequest: {
        id: "311",
        title: REVERT,
        externalUrl: "https://code.example.test/acme/checkout/pull/311",
      },
    }],
    ["deploy", 580, "", { version: "checkout@1.9.0", environment: "production", deploy_id: 12 }],
    ["set_regression", 500, "", {}],
    ["set_resolved", 400, "ada", {}],
    ["set_resolved_by_age", 390, "", { age: 168 }],
    ["reprocess", 380, "ada", { eventCount: 12, oldGroupId: 5025, newGroupId: 5025 }],
    ["set_unresolved", 370, "", { integration_id: 4, provider: "jira", provider_key: "jira" }],
    ["auto_set_ongoing", 360, "", { afterDays: 7 }],
    ["set_public", 350, "ada", {}],
    ["set_private", 349, "ada", {}],
    ["create_issue", 340, "niko", {
      location: "https://tracker.example.test/CARR-78",
      provider: "jira",
      title: "Quotes",
      label: null,
    }],
    ["referenced_in_commit", 330, "", { commit: null }],
    ["deleted_attachment", 320, "niko", {}],
    ["set_priority", 300, "ada", { priority: "medium", reason: null }],
    ["folded_into_hologram", 200, "", { layers: [1, 2, 3] }],
    ["note", 100, "ada", { text: "```\n# not a heading\n```\nStill <b>there</b> on `staging`" }],
  ],
  "CHECKOUT-23": [["set_priority", 200, "", { priority: "low", reason: "ongoing" }]],
  "VAULT-1": [
    ["assigned", 30, "CANARY-umbra-login", {
      assignee: "2021",
      assigneeType: "team",
      rule: "CANARY-umbra-rule",
    }],
    ["set_resolved_in_release", 20, "CANARY-umbra-login", { version: "CANARY-umbra-release-1" }],
    ["set_regression", 10, "", { version: "CANARY-umbra-release-2" }],
    ["CANARY-umbra-activity", 5, "", { text: "CANARY-umbra-activity-text" }],
  ],
};

export const historyOf = (shortId: string): readonly HistoryRow[] => HISTORIES[shortId] ?? [];
