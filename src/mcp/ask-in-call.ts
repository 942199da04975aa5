import { SdkError, SdkErrorCode, type ServerContext } from "@modelcontextprotocol/server";
import { joinSignals } from "../lib/signal.ts";
import type { Answer, Question } from "../tools/question.ts";
import { formOf, readAnswer } from "./question-form.ts";

/** People look things up before they answer; clients that wait for less give the call up themselves. */
const WAIT_MS = 5 * 60_000;
/** Clients that count progress as a sign of life expect one within a minute. */
const SIGN_OF_LIFE_MS = 20_000;

interface Asking {
  readonly mcpReq: Pick<ServerContext["mcpReq"], "send" | "signal">;
  /** The revision of the session. */
  readonly version: string;
  /** Aborts when the process is about to end. */
  readonly ending?: AbortSignal | undefined;
  /** Present when the client wants to be told how the call gets on. */
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Puts a question to a client of 2025 and waits.
 *
 * @returns "late" when nobody answers, "unable" when the client cannot ask after all or the process ends.
 */
export async function askInCall(
  question: Question,
  { mcpReq, version, ending, report }: Asking,
): Promise<Answer | "unable" | "late"> {
  const form = formOf(question, version);
  const done = new AbortController();
  const tell = () => report?.("Waiting for the user's answer");
  tell();
  const signsOfLife = report && setInterval(tell, SIGN_OF_LIFE_MS);
  try {
    const said = await mcpReq.send(
      { method: "elicitation/create", params: { ...form } },
      { timeout: WAIT_MS, signal: joinSignals(mcpReq.signal, ending, done.signal) },
    );
    return readAnswer(question.key, said) ?? "unable";
  } catch (error) {
    mcpReq.signal.throwIfAborted();
    // The SDK's error is the same when a signal ended the wait.
    const isTimeout = error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
    return isTimeout && !ending?.aborted ? "late" : "unable";
  } finally {
    clearInterval(signsOfLife);
    // Lets go of the signals that outlive this.
    done.abort();
  }
}
