/** Signals within this many milliseconds count as one press of Ctrl-C: the terminal and npm each send one. */
const ONE_PRESS = 500;

/** Signals that end a run: Ctrl-C, a job scheduler or a shutdown, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Thrown to end training once the run is saved. */
export class Interrupted extends Error {}

/**
 * The first Ctrl-C or similar signal stops training after the current step and saves the run. The second ends the
 * process at once; the last saved state can be resumed. The process does not end during a save.
 */
export class Interrupt {
  private askedAt: number | null = null;
  private isSaving = false;

  /** @param announce prints a line that the progress bar does not overwrite */
  constructor(private readonly announce: (line: string) => void) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    // A line that cannot be printed (a closed terminal, `| head`) must not end the run.
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

  /** Stop training after the step, as the first press does. @param line says why */
  ask(line: string): void {
    if (this.askedAt !== null) return;
    this.askedAt = performance.now();
    this.announce(line);
  }

  get happened(): boolean {
    return this.askedAt !== null;
  }

  /** Mark the start of a save: a second press waits until it is done. */
  saving(): void {
    this.isSaving = true;
  }

  /** Restore the default: signals end the process. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}
