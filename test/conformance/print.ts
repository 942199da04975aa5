import { startFixture } from "./fixture/app.ts";
import { runRevisions } from "./revisions.ts";
import type { Verdict } from "./suite.ts";

const fixture = await startFixture();
const reports = await runRevisions(fixture.url);
await fixture.stop();

for (const [revision, verdicts] of Object.entries(reports)) console.log(tableOf(revision, verdicts));
const hasFailed = Object.values(reports).flat().some(({ failed, unscored }) => failed > 0 && !unscored);
process.exit(hasFailed ? 1 : 0);

function tableOf(revision: string, verdicts: readonly Verdict[]): string {
  const scored = verdicts.filter(({ unscored }) => unscored === undefined);
  const passed = scored.filter(({ failed }) => failed === 0);
  const rows = verdicts.flatMap(({ scenario, passed, failed, unscored, problems }) => [
    `  ${failed > 0 ? "FAILED" : "passed"}  ${scenario.padEnd(46)} ${passed}/${passed + failed}${
      unscored ? `  (not scored: ${unscored})` : ""
    }`,
    ...problems.map((problem) => `          ${problem}`),
  ]);
  return [`${revision}: ${passed.length} of ${scored.length} scenarios passed`, ...rows, ""].join("\n");
}
