import { SKILLS } from "../lib/skills.ts";
import { KEY_NOTE, type Snippet } from "./snippets.ts";

interface About {
  readonly name: string;
  readonly version: string;
  readonly mcpUrl: string;
  /** Where HTTP+SSE is served. */
  readonly sseUrl?: string;
  readonly snippets: readonly Snippet[];
  /** Otherwise one Sentry token serves all. */
  readonly signsIn: boolean;
  readonly tools: readonly Tool[];
  /** Of `?toolset=basic`. */
  readonly basicTools: readonly Tool[];
}

interface Tool {
  readonly name: string;
  readonly description: string;
}

/**
 * What this server is, for a language model that was given its address.
 *
 * @see https://llmstxt.org
 */
export function llmsText(about: About): string {
  const { name, version, mcpUrl, sseUrl, snippets, signsIn, tools, basicTools } = about;
  const clients = snippets.map(({ client, where, text }) =>
    `### ${client}\n\n${where}\n\n\`\`\`\n${text}\n\`\`\``
  );
  const skills = SKILLS.map(({ id, label, reads, writes }) =>
    `- \`${id}\`: ${label}. Reads ${reads}${writes ? `; changes ${writes}` : ""}`
  );
  const olderClients = sseUrl ? ` Clients that know nothing newer than HTTP+SSE connect to ${sseUrl}.` : "";
  return `# ${name}

> A Model Context Protocol (MCP) server for Sentry, version ${version}: assistants find, explain and triage errors, slow
> requests and crashes. The endpoint is ${mcpUrl} (Streamable HTTP). ${
    signsIn ? "A person signs in with their Sentry account." : KEY_NOTE
  }

${mcpUrl}/<organization> and ${mcpUrl}/<organization>/<project> keep a session inside that organization or project.
\`?toolset=full\` lists every tool instead of the usual few.${olderClients}

## Connecting

${clients.join("\n\n")}

## Skills

${signsIn ? "What a person grants at sign-in:" : "What `?skills=` in the URL chooses from:"}

${skills.join("\n")}

## Tools

${listOf(tools)}

With \`?toolset=basic\`, for agents that know no other names, only:

${listOf(basicTools)}
`;
}

const listOf = (tools: readonly Tool[]) =>
  tools.map((tool) => `- \`${tool.name}\`: ${tool.description}`).join("\n");
