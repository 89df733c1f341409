/** Ctrl-C, once: something is asked to stop; twice: the process ends at once. */
export class Interrupt {
  private asked = false;
  private readonly onSignal = () => {
    if (this.asked) process.exit(130);
    this.asked = true;
    console.log('\nstopping after this step; Ctrl-C again ends at once');
    this.stop();
  };

  /** @param stop called at the first Ctrl-C */
  constructor(private readonly stop: () => void) {
    process.on('SIGINT', this.onSignal);
  }

  get happened(): boolean {
    return this.asked;
  }

  /** Lets Ctrl-C end the process again. */
  release(): void {
    process.off('SIGINT', this.onSignal);
  }
}
