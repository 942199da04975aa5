import * as v from "valibot";
import { kindOfFile } from "../lib/file-kind.ts";
import {
  type AttachmentContent,
  type AttachmentList,
  MOST_TEXT,
  renderAttachment,
  renderAttachmentList,
} from "../render/attachment.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { downloadAttachment, getAttachment, listAttachments } from "../sentry/attachment.ts";
import { SentryError } from "../sentry/error.ts";
import { defineTool, type Image } from "./define.ts";
import { cursor, organizationSlug, projectSlugOrId } from "./params.ts";

/** A model sees pictures up to this size; of what is larger only the beginning is read, to tell what it is. */
const MOST_IMAGE_BYTES = 1024 * 1024;

export const getEventAttachment = defineTool({
  name: "get_event_attachment",
  title: "Get event attachment",
  description:
    "Files that came with an event: screenshots, logs, minidumps, view hierarchies. Without attachmentId lists them; " +
    "with it shows a picture (up to 1 MB), the first 20 KB of a text, or what kind of file it is.",
  skills: ["inspect"],
  scopes: ["project:read"],
  effect: "read",
  output: "text",
  input: v.object({
    organizationSlug,
    projectSlug: v.pipe(projectSlugOrId, v.description("Slug or id of the event's project")),
    eventId: v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^[0-9a-fA-F]{32}$/, "expected 32 hexadecimal digits"),
      v.description("Event id, 32 hexadecimal digits"),
    ),
    attachmentId: v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.regex(/^\d{1,30}$/, "expected an id of the list"),
        v.description("Id from the list"),
      ),
    ),
    cursor: v.optional(cursor),
  }),
  example: {
    organizationSlug: "acme",
    projectSlug: "mobile",
    eventId: "60010001600100016001000160010001",
  },
  async run(input, { sentry, now }): Promise<Listed | Shown> {
    const { projectSlug: project, attachmentId, cursor } = input;
    const eventId = input.eventId.toLowerCase();
    const organization = sentry.organization(input.organizationSlug);
    const asOf = new Date(now()).toISOString();
    if (attachmentId !== undefined) {
      return { ...(await show(organization, { project, eventId, attachmentId })), asOf };
    }
    const { items, dropped, cursor: next } = await listAttachments(organization, {
      project,
      eventId,
      cursor,
    });
    return { list: { eventId, attachments: items, cursor: next, unreadable: dropped, asOf } };
  },
  render: (data) => ("list" in data ? renderAttachmentList(data.list) : renderAttachment(data)),
  images: (data) => ("list" in data || data.image === undefined ? [] : [data.image]),
});

interface Listed {
  readonly list: AttachmentList;
}

interface Shown extends AttachmentContent {
  readonly image?: Image;
}

async function show(
  organization: OrganizationAccess,
  named: { project: string; eventId: string; attachmentId: string },
): Promise<Omit<Shown, "asOf">> {
  const attachment = await getAttachment(organization, named);
  if (attachment.eventId !== undefined && attachment.eventId !== named.eventId) {
    throw new SentryError("not_found", `Attachment "${named.attachmentId}" is not one of this event`);
  }
  const isLarge = (attachment.sizeBytes ?? 0) > MOST_IMAGE_BYTES;
  const { bytes, isWhole } = await downloadAttachment(organization, {
    ...named,
    mostBytes: isLarge ? MOST_TEXT : MOST_IMAGE_BYTES,
  });
  const content = kindOfFile(bytes);
  const { eventId, project } = named;
  return {
    eventId,
    attachment,
    content,
    isCut: !isWhole,
    webUrl: `${organization.webUrl}/projects/${project}/events/${eventId}/`,
    ...(content.kind === "image" && isWhole && { image: { mimeType: content.mimeType, bytes } }),
  };
}
