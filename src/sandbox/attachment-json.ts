import type { Desk } from "./access.ts";
import { hoursAgo } from "./issue-json.ts";
import { attachmentsOf } from "./world/attachments.ts";
import type { Attachment } from "./world/attachments.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";

interface Kept {
  readonly id: string;
  readonly eventId: string;
  readonly attachment: Attachment;
}

/** Attachments of an issue; they hang on its newest event. */
export function listAttachments(issue: WorldIssue): Kept[] {
  const [eventId] = issue.eventIds;
  if (!eventId) return [];
  return attachmentsOf(issue.shortId)
    .map((attachment, index) => ({ id: `${issue.id}${index + 1}`, eventId, attachment }));
}

/** `api/serializers/models/eventattachment.py` of getsentry/sentry. */
export function attachmentJson(desk: Desk, { seed }: WorldIssue, { id, eventId, attachment }: Kept): Json {
  const { name, type, mimetype, size, sha1 } = attachment;
  return {
    id,
    event_id: eventId,
    type,
    name,
    mimetype,
    dateCreated: hoursAgo(desk, seed.lastSeenHoursAgo),
    size,
    headers: { "Content-Type": mimetype },
    sha1,
  };
}
