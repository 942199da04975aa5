import { errorIssue } from "./model.ts";
import type { IssueSeed, Json } from "./model.ts";
import { breadcrumbsEntry, exception, exceptionEntry, frame, messageEntry, threadsEntry } from "./parts.ts";

const ENGINE = "/data/app/com.acme.mobile/lib/arm64/libscanner.so";
const LIBC = "/apex/com.android.runtime/lib64/bionic/libc.so";
const RELEASE = "com.acme.mobile@5.2.0+520";

/** `[image, address, trust, function, mangled name, file, line]`; without a name no symbols were there. */
type FrameRow = readonly [string, number, string, string?, string?, string?, number?];

const CPP_STACK: readonly FrameRow[] = [
  [LIBC, 0x7b1c0de2a4, "cfi", "__start_thread", "__start_thread"],
  [ENGINE, 0x7b40011f80, "cfi"],
  [ENGINE, 0x7b4001203c, "scan", "<unknown>"],
  [
    ENGINE,
    0x7b400135d4,
    "cfi",
    "scanner::Decoder<float>::next(std::__ndk1::vector<unsigned char> const&)",
    "_ZN7scanner7DecoderIfE4nextERKNSt6__ndk16vectorIhEE",
    "src/decoder.cpp",
    211,
  ],
  [
    ENGINE,
    0x7b40013a10,
    "context",
    "scanner::Row::at(int) const",
    "_ZNK7scanner3Row2atEi",
    "src/row.h",
    48,
  ],
];

const RUST_STACK: readonly FrameRow[] = [
  [
    "/usr/bin/scan-agent",
    0x55d0c4a1f2b0,
    "cfi",
    "std::rt::lang_start_internal",
    "_ZN3std2rt19lang_start_internal17hE",
  ],
  [
    "/usr/bin/scan-agent",
    0x55d0c49f10aa,
    "cfi",
    "scan_agent::main",
    "_ZN10scan_agent4main17hE",
    "src/main.rs",
    19,
  ],
  [
    "/usr/bin/scan-agent",
    0x55d0c49f3310,
    "cfi",
    "<scan_agent::queue::Queue<T> as core::iter::Iterator>::next",
    "_ZN10scan_agent5queue17hE",
    "src/queue.rs",
    77,
  ],
  [
    "/usr/bin/scan-agent",
    0x55d0c4a22910,
    "context",
    "core::result::unwrap_failed",
    "_ZN4core6result13unwrap_failed17hE",
  ],
];

const address = (value: number) => `0x${value.toString(16)}`;

function nativeFrame([image, at, trust, name, rawFunction, file, line]: FrameRow): Json {
  return {
    ...frame({
      file: file ?? "",
      name: name ?? "",
      line: line ?? 0,
      inApp: image === ENGINE || image.endsWith("scan-agent"),
      native: {
        package: image,
        instructionAddr: address(at),
        trust,
        ...(rawFunction !== undefined && { rawFunction, symbolAddr: address(at - 0x40) }),
      },
    }),
    ...(name === undefined && { function: null }),
    ...(file === undefined && { filename: null, absPath: null, lineNo: null }),
  };
}

/** An image as Symbolicator reports it: `debug_status` tells whether symbols were found. */
function image(codeFile: string, at: number, status: string): Json {
  const debugId = `5a1f${address(at).slice(2)}`.padEnd(32, "0");
  return {
    type: "elf",
    code_file: codeFile,
    code_id: debugId,
    debug_id: `${debugId}-0`,
    debug_file: null,
    image_addr: address(at),
    image_size: 1_204_224,
    arch: "arm64",
    debug_status: status,
    unwind_status: status === "found" ? "found" : null,
    features: {
      has_debug_info: status === "found",
      has_sources: false,
      has_symbols: true,
      has_unwind_info: true,
    },
  };
}

const debugMetaEntry = (images: readonly Json[]): Json => ({
  type: "debugmeta",
  data: { images, sdk_info: null },
});

const DEFAULTS = {
  project: "mobile",
  level: "fatal",
  assignee: "team:2003",
  firstRelease: RELEASE,
  lastRelease: RELEASE,
  tags: [["environment", [["production", 1]]], ["level", [["fatal", 1]]], ["release", [[RELEASE, 1]]]],
} as const;

const SEGFAULT = errorIssue({
  ...DEFAULTS,
  number: 11,
  platform: "native",
  culprit: "scanner::Row::at",
  metadata: { type: "SIGSEGV", value: "Segfault", function: "scanner::Row::at(int) const" },
  firstSeenHoursAgo: 24 * 12,
  lastSeenHoursAgo: 40,
  count: 31,
  userCount: 29,
  event: {
    contexts: {
      device: { type: "device", model: "Pixel 8", arch: "arm64-v8a", memory_size: 8_001_503_232 },
      os: { type: "os", name: "Android", version: "15", kernel_version: null },
    },
    sdk: { name: "sentry.native.android", version: "0.7.12" },
    errors: [
      {
        type: "native_missing_dsym",
        message: "A required debug information file was missing.",
        data: { image_path: ENGINE },
      },
    ],
    entries: (atMs) => [
      exceptionEntry([
        exception({
          type: "SIGSEGV",
          value: "Segfault",
          mechanism: {
            type: "signalhandler",
            handled: false,
            synthetic: true,
            meta: { signal: { number: 11, code: 1, name: "SIGSEGV", code_name: "SEGV_MAPERR" } },
          },
          threadId: 4711,
          frames: CPP_STACK.map(nativeFrame),
          rawFrames: CPP_STACK.map(([image, at, trust]) => nativeFrame([image, at, trust])),
          registers: { x0: "0x0", x1: "0x7b40200000", pc: "0x7b40013a10", sp: "0x7fe1c0a990" },
        }),
      ]),
      threadsEntry([
        { id: 4711, name: "scan-worker", state: "crashed", crashed: true },
        {
          id: 4700,
          name: "main",
          state: "waiting",
          frames: [nativeFrame([LIBC, 0x7b1c0e11b8, "context", "__epoll_pwait"])],
        },
      ]),
      breadcrumbsEntry(atMs, [{ secondsBefore: 3, category: "scanner", message: "camera frame 1280x720" }]),
      debugMetaEntry([image(ENGINE, 0x7b40000000, "missing"), image(LIBC, 0x7b1c0c0000, "found")]),
    ],
  },
});

const RUST_PANIC = errorIssue({
  ...DEFAULTS,
  number: 12,
  platform: "rust",
  culprit: "scan_agent::queue",
  metadata: { type: "panic", value: "called `Result::unwrap()` on an `Err` value: QueueClosed" },
  firstSeenHoursAgo: 24 * 9,
  lastSeenHoursAgo: 41,
  count: 8,
  userCount: 0,
  event: {
    contexts: { rust: { type: "runtime", name: "rustc", version: "1.82.0", channel: "stable" } },
    sdk: { name: "sentry.rust", version: "0.34.0" },
    entries: () => [
      exceptionEntry([
        exception({ type: "QueueClosed", value: "the queue was closed by its owner" }),
        exception({
          type: "panic",
          value: "called `Result::unwrap()` on an `Err` value: QueueClosed",
          mechanism: { type: "panic", handled: false },
          frames: RUST_STACK.map(nativeFrame),
        }),
      ]),
      messageEntry("thread 'main' panicked at src/queue.rs:77:14"),
      debugMetaEntry([image("/usr/bin/scan-agent", 0x55d0c4900000, "found")]),
    ],
  },
});

/** Crashes of native code: addresses, images, and frames that nobody could name. */
export const NATIVE_ISSUES: readonly IssueSeed[] = [SEGFAULT, RUST_PANIC];
