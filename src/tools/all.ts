import type { Tool } from "./define.ts";
import { findOrganizations } from "./find-organizations.ts";
import { findProjects } from "./find-projects.ts";
import { getIssueDetails } from "./get-issue-details.ts";
import { searchIssues } from "./search-issues.ts";
import { updateIssue } from "./update-issue.ts";
import { whoami } from "./whoami.ts";

/** Every tool, in the order that clients list them. */
export const TOOLS: readonly Tool[] = [
  whoami,
  findOrganizations,
  findProjects,
  searchIssues,
  getIssueDetails,
  updateIssue,
];
