/** What the app sees of the process it runs in; absent where the platform ends instances as it likes. */
export interface Lifecycle {
  /** The end was announced: no new traffic is wanted, so health says 503. */
  readonly isDraining: boolean;
  /** Aborts when nobody is let in any more: what is open without work to do has to end. */
  readonly closing: AbortSignal;
  /** Aborts when what still runs has to end. */
  readonly cancelled: AbortSignal;
}
