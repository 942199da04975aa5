import { listen } from "./node-http.ts";
import { createLocalServer, explainAndExit } from "./local.ts";
import { createPublicFetch } from "./public-fetch.ts";

const server = await createLocalServer(process.env, `node/${process.versions.node}`, {
  fetchPublic: createPublicFetch(),
}).catch(explainAndExit);
listen(server);
