/** Milliseconds within which signals are one press of Ctrl-C: the terminal and npm both send one. */
const ONE_PRESS = 500;

/** Signals that end a run: Ctrl-C, of a job scheduler or a shutdown, of a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Thrown out of training once the run is on disk. */
export class Interrupted extends Error {}

/**
 * Ctrl-C and the signals like it, once: training stops after the step and is saved. Twice: the process ends at once,
 * and what was saved before is continued later; but while training is being saved, it does not.
 */
export class Interrupt {
  private askedAt: number | null = null;
  private isSaving = false;

  /** @param announce prints a line where nothing writes over it */
  constructor(private readonly announce: (line: string) => void) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    // A terminal that is closed, or `| head`, must not end the run with an error of a line that nobody reads.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosed);
  }

  private readonly onSignal = () => {
    const now = performance.now();
    if (this.askedAt === null) {
      this.askedAt = now;
      this.announce('stopping after this step; Ctrl-C again ends at once');
    } else if (now - this.askedAt > ONE_PRESS) {
      if (!this.isSaving) process.exit(130);
      this.askedAt = now;
      this.announce('the run is being saved');
    }
  };

  get happened(): boolean {
    return this.askedAt !== null;
  }

  /** From now on a second press waits: the run is being saved. */
  saving(): void {
    this.isSaving = true;
  }

  /** Let the signals end the process again. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}
