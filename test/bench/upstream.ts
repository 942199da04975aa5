// The sandbox Sentry in a process of its own, so that its work is not counted as the server's.
import { startSandbox } from "../support/sandbox-server.ts";

const { baseUrl, environment } = await startSandbox();
console.log(JSON.stringify({ baseUrl, environment }));
