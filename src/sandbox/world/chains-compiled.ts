import { chainedIssue } from "./chain.ts";
import type { ChainSeed } from "./chain.ts";
import type { IssueSeed } from "./model.ts";

const CHAINS: readonly ChainSeed[] = [
  {
    number: 16,
    project: "checkout",
    platform: "java",
    sdk: "sentry.java.spring-boot.jakarta",
    runtime: ["OpenJDK Runtime Environment", "21.0.5"],
    release: "checkout@1.9.0",
    lastSeenHoursAgo: 34,
    count: 61,
    links: [
      [
        "LedgerException",
        "test.example.ledger",
        "Booking 88-1207 was not written",
        "HandlerExceptionResolver",
        [
          [
            "DispatcherServlet.java",
            "org.springframework.web.servlet.DispatcherServlet",
            "doDispatch",
            1089,
            false,
          ],
          ["BookingController.java", "test.example.ledger.BookingController", "book", 52, true],
          ["BookingService.java", "test.example.ledger.BookingService", "write", 118, true],
        ],
      ],
      [
        "DataAccessResourceFailureException",
        "org.springframework.dao",
        "Unable to acquire JDBC Connection",
        "chained",
        [
          ["JdbcTemplate.java", "org.springframework.jdbc.core.JdbcTemplate", "update", 965, false],
          ["BookingStore.java", "test.example.ledger.BookingStore$Rows", "lambda$insert$0", 41, true],
        ],
      ],
      [
        "SQLTransientConnectionException",
        "java.sql",
        "HikariPool-1 - Connection is not available, request timed out after 30000ms",
        "chained",
        [
          ["HikariPool.java", "com.zaxxer.hikari.pool.HikariPool", "createTimeoutException", 686, false],
        ],
      ],
    ],
  },
  {
    number: 19,
    project: "checkout",
    platform: "csharp",
    sdk: "sentry.dotnet.aspnetcore",
    runtime: [".NET", "8.0.11"],
    release: "checkout@1.9.0",
    lastSeenHoursAgo: 37,
    count: 33,
    links: [
      [
        "System.AggregateException",
        "System.Private.CoreLib, Version=8.0.0.0",
        "One or more errors occurred.",
        "AppDomain.UnhandledException",
        [
          ["", "System.Threading.Tasks.Task", "ThrowIfExceptional", 0, false],
          [
            "Parcels/LabelPrinter.cs",
            "Parcels.LabelPrinter",
            "async Task PrintAll(IEnumerable<Parcel> parcels)",
            44,
            true,
            "        await Task.WhenAll(parcels.Select(Print));",
          ],
        ],
      ],
      [
        "Parcels.LabelRejectedException",
        "Parcels, Version=1.9.0.0",
        "The carrier rejected label 0x1F",
        "InnerExceptions[0]",
        [
          [
            "Parcels/Carrier.cs",
            "Parcels.Carrier",
            "async Task<Label> Order(Parcel parcel)",
            72,
            true,
            "            throw new LabelRejectedException(parcel.Label, inner);",
          ],
        ],
      ],
      [
        "System.Net.Http.HttpRequestException",
        "System.Net.Http, Version=8.0.0.0",
        "Response status code does not indicate success: 422 (Unprocessable Entity).",
        "InnerException",
        [
          [
            "",
            "System.Net.Http.HttpResponseMessage",
            "HttpResponseMessage EnsureSuccessStatusCode()",
            0,
            false,
          ],
        ],
      ],
    ],
  },
  {
    number: 5,
    project: "stollen",
    platform: "go",
    sdk: "sentry.go",
    runtime: ["go", "go1.23.2"],
    release: "stollen@0.5.0",
    lastSeenHoursAgo: 39,
    count: 12,
    links: [
      [
        "*fmt.wrapError",
        "",
        "load seam 7: open map: open /var/seams/7.map: no such file or directory",
        "generic",
        [
          ["main.go", "main", "main", 31, true],
          [
            "seam/load.go",
            "bergwerk/seam",
            "Load",
            22,
            true,
            '\t\treturn nil, fmt.Errorf("load seam %d: %w", id, err)',
          ],
        ],
      ],
      ["*fs.PathError", "io/fs", "open /var/seams/7.map: no such file or directory", "unwrap", []],
      ["syscall.Errno", "syscall", "no such file or directory", "unwrap", []],
    ],
  },
];

/** The way the SDKs of Java, C# and Go send exceptions that caused one another. */
export const COMPILED_CHAINS: readonly IssueSeed[] = CHAINS.map(chainedIssue);
