import type { OrganizationAccess } from "./organization-access.ts";
import type { ProjectRef } from "./confinement.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";
import { decodeCondition, decodeDetector, type DetectorCondition } from "./detector.ts";
import type { Assignee } from "./issue.ts";
import { decodeOwner } from "./owner.ts";

/** What happens when detectors find something; the pages call it an alert. */
export interface Workflow {
  readonly id: string;
  readonly name?: string;
  readonly isEnabled?: boolean;
  readonly environment?: string;
  readonly owner?: Assignee;
  /** At most so often for the same issue. */
  readonly frequencyMinutes?: number;
  readonly createdAt?: string;
  readonly lastTriggeredAt?: string;
  readonly triggers: readonly DetectorCondition[];
  readonly steps: readonly WorkflowStep[];
  readonly detectorIds: readonly string[];
}

export interface WorkflowStep {
  /** `all`, `any`, `any-short` or `none` of the conditions. */
  readonly match?: string;
  readonly conditions: readonly DetectorCondition[];
  readonly actions: readonly WorkflowAction[];
}

export interface WorkflowAction {
  readonly type: string;
  readonly targetType?: string;
  readonly target?: string;
}

export function decodeWorkflow(raw: unknown): Workflow | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  return {
    id,
    name: text(raw.name),
    isEnabled: flag(raw.enabled),
    environment: text(raw.environment),
    owner: decodeOwner(raw.owner),
    frequencyMinutes: numberOf(record(raw.config).frequency),
    createdAt: time(raw.dateCreated),
    lastTriggeredAt: time(raw.lastTriggered),
    triggers: listOf(record(raw.triggers).conditions, decodeCondition),
    steps: listOf(raw.actionFilters, decodeStep),
    detectorIds: listOf(raw.detectorIds, idOf),
  };
}

function decodeStep(raw: unknown): WorkflowStep | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    match: text(raw.logicType),
    conditions: listOf(raw.conditions, decodeCondition),
    actions: listOf(raw.actions, decodeAction),
  };
}

function decodeAction(raw: unknown): WorkflowAction | undefined {
  const { type, config } = record(raw);
  const named = text(type);
  if (!named) return undefined;
  const { targetType, targetDisplay, targetIdentifier } = record(config);
  return { type: named, targetType: text(targetType), target: text(targetDisplay) ?? idOf(targetIdentifier) };
}

/**
 * `GET /organizations/{organization}/workflows/{workflow}/`. It belongs to no project itself, but watches what
 * detectors of some find.
 *
 * @see https://docs.sentry.io/api/monitors/fetch-an-alert/
 */
export function getWorkflow(organization: OrganizationAccess, workflowId: string): Promise<Workflow> {
  return organization.get({
    path: ["workflows", workflowId],
    decode: decodeWorkflow,
    projectOf: { every: (workflow) => projectsOf(organization, workflow) },
  });
}

/**
 * `GET /organizations/{organization}/detectors/`
 *
 * @see https://docs.sentry.io/api/monitors/fetch-an-organizations-monitors/
 */
async function projectsOf(organization: OrganizationAccess, workflow: Workflow): Promise<ProjectRef[]> {
  const { detectorIds } = workflow;
  if (detectorIds.length === 0) return [];
  const { items } = await organization.list({
    path: ["detectors"],
    query: { id: detectorIds, per_page: 100 },
    decode: decodeDetector,
    projectOf: (detector) => ({ id: detector.projectId }),
  });
  return detectorIds.map((id) => ({ id: items.find((detector) => detector.id === id)?.projectId }));
}
