import { startFixture } from "./fixture/app.ts";
import { runRevisions } from "./revisions.ts";
import { type Report, score } from "./suite.ts";

const fixture = await startFixture();
const reports = await runRevisions(fixture.url).finally(() => fixture.stop());

for (const [revision, report] of Object.entries(reports)) console.log(tableOf(revision, report));
const hasFailed = Object.values(reports).some((report) => score(report).failed.length > 0);
process.exit(hasFailed ? 1 : 0);

function tableOf(revision: string, report: Report): string {
  const { passed, failed, unscored } = score(report);
  const rows = report.verdicts.map(({ scenario, passed, failed, unscored }) =>
    `  ${failed > 0 ? "FAILED" : "passed"}  ${scenario.padEnd(46)} ${passed}/${passed + failed}${
      unscored ? `  (not scored: ${unscored})` : ""
    }`
  );
  const sum = `${passed.length} of ${passed.length + failed.length} scenarios passed, ${unscored.length} more ran`;
  return [`${revision}: ${sum}`, ...rows, ...report.problems.map((problem) => `  ${problem}`), ""].join("\n");
}
