import type { OrganizationAccess, Page } from "./organization-access.ts";
import type { FileStart } from "./answer.ts";
import { idOf, isRecord, numberOf, text, time } from "./decode.ts";

/** A file that came with an event. */
export interface Attachment {
  readonly id: string;
  readonly eventId?: string;
  readonly name?: string;
  /** As SDKs name them, such as `event.minidump`. */
  readonly type?: string;
  /** As the sender has it: it may be wrong. */
  readonly mimeType?: string;
  readonly sizeBytes?: number;
  readonly at?: string;
}

export function decodeAttachment(raw: unknown): Attachment | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  return {
    id,
    eventId: text(raw.event_id),
    name: text(raw.name),
    type: text(raw.type),
    mimeType: text(raw.mimetype),
    sizeBytes: numberOf(raw.size),
    at: time(raw.dateCreated),
  };
}

interface OfEvent {
  /** Slug or id. */
  readonly project: string;
  readonly eventId: string;
}

/**
 * `GET /projects/{organization}/{project}/events/{event}/attachments/`; what Sentry lists for another event is
 * left out.
 *
 * @see `src/sentry/api/endpoints/event_attachments.py` of getsentry/sentry
 */
export async function listAttachments(
  organization: OrganizationAccess,
  { project, eventId, cursor }: OfEvent & { cursor?: string },
): Promise<Page<Attachment>> {
  const page = await organization.list({
    inProject: project,
    path: ["events", eventId, "attachments"],
    query: { cursor },
    decode: decodeAttachment,
    // The path says it, and another project's is refused before anything is sent.
    projectOf: "none",
  });
  const items = page.items.filter((one) => one.eventId === undefined || one.eventId === eventId);
  return { ...page, items };
}

/**
 * `GET /projects/{organization}/{project}/events/{event}/attachments/{attachment}/`
 *
 * @see `src/sentry/api/endpoints/event_attachment_details.py` of getsentry/sentry
 */
export function getAttachment(
  organization: OrganizationAccess,
  { project, eventId, attachmentId }: OfEvent & { attachmentId: string },
): Promise<Attachment> {
  return organization.get({
    inProject: project,
    path: ["events", eventId, "attachments", attachmentId],
    decode: decodeAttachment,
    projectOf: "none",
  });
}

/**
 * `GET …/attachments/{attachment}/?download=1`: the first bytes of it.
 *
 * @see `src/sentry/api/endpoints/event_attachment_details.py` of getsentry/sentry
 */
export function downloadAttachment(
  organization: OrganizationAccess,
  { project, eventId, attachmentId, mostBytes }: OfEvent & { attachmentId: string; mostBytes: number },
): Promise<FileStart> {
  return organization.download({
    inProject: project,
    path: ["events", eventId, "attachments", attachmentId],
    query: { download: 1 },
    mostBytes,
  });
}
