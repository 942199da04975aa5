import { heapBytes, WITH_INSPECTOR } from "../support/inspect.ts";
import { sendMixed } from "../support/mixed-load.ts";
import { type Environment, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

const MARKS = [5000, 50_000];

type HeapRow = readonly [what: string, heap: string, bare: "", ratio: ""];

/** What Node's heap holds after so many lists, tool calls and sessions. */
export async function heapGrowth(environment: Environment): Promise<HeapRow[]> {
  const server = await startServer("node", { ...environment, ...WITH_INSPECTOR });
  try {
    const { access_token: token } = await signIn({ baseUrl: server.baseUrl });
    const rows: HeapRow[] = [];
    let sent = 0;
    for (const mark of MARKS) {
      await sendMixed({ baseUrl: server.baseUrl, token }, mark - sent);
      sent = mark;
      const megabytes = (await heapBytes(server)) / 1024 / 1024;
      rows.push([`heap after ${mark} requests, node`, `${megabytes.toFixed(1)} MiB`, "", ""]);
    }
    return rows;
  } finally {
    await server.stop();
  }
}
