/** Milliseconds within which signals are one press of Ctrl-C: the terminal and npm both send one. */
const ONE_PRESS = 500;

/** Thrown out of training after the step in which Ctrl-C was pressed. */
export class Interrupted extends Error {}

/** Ctrl-C, once: it is noted, for training to stop; twice: the process ends at once. */
export class Interrupt {
  private askedAt: number | null = null;
  private readonly onSignal = () => {
    if (this.askedAt !== null) {
      if (performance.now() - this.askedAt > ONE_PRESS) process.exit(130);
      return;
    }
    this.askedAt = performance.now();
    console.log('\nstopping after this step; Ctrl-C again ends at once');
  };

  constructor() {
    process.on('SIGINT', this.onSignal);
  }

  get happened(): boolean {
    return this.askedAt !== null;
  }

  /** Lets Ctrl-C end the process again. */
  release(): void {
    process.off('SIGINT', this.onSignal);
  }
}
