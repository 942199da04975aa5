import { errorIssue } from "./model.ts";
import type { Json } from "./model.ts";
import { breadcrumbsEntry, exception, exceptionEntry, frame, threadsEntry } from "./parts.ts";

const LAYERS = ["Column", "Row", "Card", "Box"];

/** A stack that walked in circles until it overflowed: 120 frames, caller first. */
const FRAMES: readonly Json[] = [
  java("android.os.Looper", "loop", "Looper.java", 294, false),
  java("android.app.ActivityThread", "main", "ActivityThread.java", 8177, false),
  java("com.acme.mobile.MainActivity", "onResume", "MainActivity.kt", 58, true),
  ...Array.from({ length: 116 }, (_, index) => {
    const layer = LAYERS[index % LAYERS.length] ?? "Box";
    return java(
      `com.acme.mobile.layout.${layer}Node`,
      "measure",
      `${layer}Node.kt`,
      31 + (index % 4) * 7,
      true,
    );
  }),
  java("com.acme.mobile.layout.LayoutCache", "sizeOf", "LayoutCache.kt", 19, true),
];

function java(module: string, name: string, file: string, line: number, inApp: boolean): Json {
  return frame({ file, module, name, line, inApp });
}

export const MOBILE_CRASH = errorIssue({
  number: 1,
  project: "mobile",
  platform: "java",
  culprit: "com.acme.mobile.layout.LayoutCache in sizeOf",
  level: "fatal",
  priority: "high",
  substatus: "ongoing",
  assignee: "team:2003",
  metadata: {
    type: "StackOverflowError",
    value: "stack size 8188KB",
    filename: "LayoutCache.kt",
    function: "sizeOf",
  },
  firstSeenHoursAgo: 24 * 12,
  lastSeenHoursAgo: 1,
  count: 333,
  userCount: 301,
  firstRelease: "com.acme.mobile@5.1.0+510",
  lastRelease: "com.acme.mobile@5.2.0+520",
  tags: [
    ["device.family", [["Pixel", 201], ["Galaxy", 132]]],
    ["dist", [["520", 300], ["510", 33]]],
    ["environment", [["production", 333]]],
    ["level", [["fatal", 333]]],
    ["os.name", [["Android", 333]]],
    ["release", [["com.acme.mobile@5.2.0+520", 300], ["com.acme.mobile@5.1.0+510", 33]]],
  ],
  event: {
    dist: "520",
    contexts: {
      app: { type: "app", app_name: "Acme", app_version: "5.2.0", app_build: "520", in_foreground: true },
      device: {
        type: "device",
        family: "Pixel",
        model: "Pixel 7a",
        memory_size: 7_800_000_000,
        battery_level: 41,
      },
      os: { type: "os", name: "Android", version: "14" },
      trace: { type: "trace", trace_id: "60b160b160b160b160b160b160b160b1", span_id: "dd00000000000001" },
    },
    user: { id: "install-88f2", email: null, username: null, ip_address: null, name: null },
    sdk: { name: "sentry.java.android", version: "7.15.0" },
    entries: (atMs) => [
      exceptionEntry([
        exception({
          type: "StackOverflowError",
          value: "stack size 8188KB",
          module: "java.lang",
          threadId: 2,
          mechanism: { type: "UncaughtExceptionHandler", handled: false },
          frames: FRAMES,
        }),
      ]),
      threadsEntry([
        { id: 2, name: "main", state: "RUNNABLE", crashed: true },
        {
          id: 14,
          name: "OkHttp Dispatcher",
          state: "WAITING",
          frames: [
            java("java.lang.Object", "wait", "Object.java", 442, false),
            java("com.acme.mobile.net.Uploads", "await", "Uploads.kt", 77, true),
          ],
        },
        {
          id: 17,
          name: "image-decoder-1",
          state: "TIMED_WAITING",
          frames: [java("java.lang.Thread", "sleep", "Thread.java", 450, false)],
        },
        { id: 21, name: "FinalizerDaemon", state: "WAITING" },
      ]),
      breadcrumbsEntry(atMs, [
        { secondsBefore: 6, category: "app.lifecycle", message: "foreground", data: { state: "foreground" } },
        { secondsBefore: 1, category: "ui.lifecycle", data: { screen: "MainActivity", state: "resumed" } },
      ]),
    ],
  },
});
