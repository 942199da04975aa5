import { describe, expect, it } from "vitest";
import { getEventAttachment } from "../../src/tools/get-event-attachment.ts";
import { openSession, textOf } from "./session.ts";

const MOBILE = { organizationSlug: "acme", projectSlug: "mobile" };
const SCREENSHOT = { ...MOBILE, eventId: "60010001600100016001000160010001", attachmentId: "60012" };
const MEGABYTE = 1024 * 1024;
const GIF = "GIF89a";

const bytesOf = (data: string) => Uint8Array.from(atob(data), (character) => character.charCodeAt(0));

/** Sentry says this of the attachment, and sends this when it is downloaded. */
async function sessionWith(facts: object, body: string) {
  const session = await openSession();
  const id = SCREENSHOT.attachmentId;
  await session.fault({ path: "download=1", status: 200, body });
  await session.fault({ path: `/attachments/${id}/`, status: 200, body: { id, ...facts } });
  return session;
}

describe("get_event_attachment", () => {
  it("shows a picture beside the text, byte for byte", async () => {
    const session = await openSession();

    const { content } = await session.call(getEventAttachment, SCREENSHOT);

    const [text, image] = content;
    expect(content).toHaveLength(2);
    expect(text).toMatchObject({ type: "text", text: expect.stringContaining("screenshot.png") as unknown });
    expect(image).toMatchObject({ type: "image", mimeType: "image/png" });
    expect(image?.type === "image" && bytesOf(image.data)).toHaveLength(96);
  });

  it("goes by the content and not by the name or what the sender said", async () => {
    const facts = { name: "photo.gif", mimetype: "image/png", size: 30 };
    const session = await sessionWith(facts, "<script>alert('x')</script>");

    const result = await session.call(getEventAttachment, SCREENSHOT);

    expect(result.content).toHaveLength(1);
    expect(textOf(result)).toContain("```\n<script>alert('x')</script>\n```");
  });

  it("does not show a picture of more than a megabyte, and says where it is", async () => {
    const session = await sessionWith(
      { name: "photo.gif", size: 2 * MEGABYTE },
      GIF + "a".repeat(2 * MEGABYTE),
    );

    const result = await session.call(getEventAttachment, SCREENSHOT);

    expect(result.content).toHaveLength(1);
    expect(textOf(result)).toMatch(/only those up to 1 MB/);
    expect(textOf(result)).toMatch(/organizations\/acme\/projects\/mobile\/events\/6001\w+\/$/m);
  });

  it("stops where a picture turns out larger than Sentry said", async () => {
    const session = await sessionWith({ name: "photo.gif", size: 10 }, GIF + "a".repeat(2 * MEGABYTE));

    const result = await session.call(getEventAttachment, SCREENSHOT);

    expect(result.content).toHaveLength(1);
  });

  it("shows the first 20 KB of a long text and says how long it is", async () => {
    const session = await sessionWith(
      { name: "app.log", size: 3 * MEGABYTE },
      "line of a log\n".repeat(250_000),
    );

    const text = textOf(await session.call(getEventAttachment, SCREENSHOT));

    expect(text).toContain("The first 20 KB of 3 MB:");
    expect(text.length).toBeGreaterThan(20_000);
    expect(text.length).toBeLessThan(22_000);
  });

  it("refuses an attachment that Sentry says is of another event", async () => {
    const session = await sessionWith({ name: "a.txt", event_id: "f".repeat(32) }, "text");

    const result = await session.call(getEventAttachment, SCREENSHOT);

    expect(textOf(result)).toContain("is not one of this event");
    expect(session.sent.join()).not.toContain("download");
  });

  it("tells when the download fails", async () => {
    const session = await openSession();
    await session.fault({ path: "download=1", status: 403, body: { detail: "You need another role" } });

    const result = await session.call(getEventAttachment, SCREENSHOT);

    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain("You need another role");
  });
});
