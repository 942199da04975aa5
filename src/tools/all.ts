import { addIssueNote } from "./add-issue-note.ts";
import { analyzeIssueWithSeer } from "./analyze-issue-with-seer.ts";
import { BASIC_TOOLS } from "./basic.ts";
import type { Tool } from "./define.ts";
import { findOrganizations } from "./find-organizations.ts";
import { findProjects } from "./find-projects.ts";
import { findTeams } from "./find-teams.ts";
import { getEventStacktrace } from "./get-event-stacktrace.ts";
import { getIssueActivity } from "./get-issue-activity.ts";
import { getIssueBreadcrumbs } from "./get-issue-breadcrumbs.ts";
import { getIssueDetails } from "./get-issue-details.ts";
import { getIssueTagValues } from "./get-issue-tag-values.ts";
import { getIssueUserReports } from "./get-issue-user-reports.ts";
import { searchIssueEvents } from "./search-issue-events.ts";
import { searchIssues } from "./search-issues.ts";
import { updateIssue } from "./update-issue.ts";
import { whoami } from "./whoami.ts";

/** Every tool, in the order that clients list them. */
export const TOOLS: readonly Tool[] = [
  whoami,
  findOrganizations,
  findTeams,
  findProjects,
  searchIssues,
  getIssueDetails,
  getEventStacktrace,
  getIssueBreadcrumbs,
  getIssueActivity,
  getIssueTagValues,
  getIssueUserReports,
  searchIssueEvents,
  analyzeIssueWithSeer,
  updateIssue,
  addIssueNote,
  ...BASIC_TOOLS,
];
