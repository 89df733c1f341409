import type { Command, WebGpuBuffer } from './batch.js';
import type { Blocks } from './blocks.js';

/**
 * Passes failures from command to command. The device reports a failed allocation or compilation after the call that
 * caused it, so buffers carry the reason, and a read of any result computed from them throws it.
 */
export class Failures {
  /** Whether a buffer has failed. Until then no command needs a look at its operands. */
  private seen = false;

  constructor(private readonly blocks: Blocks) {}

  /** Return whether a failure reaches a command, which then cannot run, after storing the reason in its outputs. */
  reach(command: Command): boolean {
    let failure = command.kind === 'dispatch' ? command.pipeline.failure : null;
    if (!failure && !this.seen && this.blocks.failed === 0) return false;
    const { read, written } = operandsOf(command);
    for (const buffer of [...read, ...written]) failure ??= buffer.failure ??= buffer.block.failure;
    if (!failure) return false;
    this.seen = true;
    for (const buffer of written) buffer.failure = failure;
    return true;
  }
}

function operandsOf(command: Command): { read: readonly WebGpuBuffer[]; written: readonly WebGpuBuffer[] } {
  if (command.kind === 'dispatch') return { read: command.reads, written: command.writes };
  const written = 'block' in command.to ? [command.to] : [];
  return { read: command.kind === 'copy' ? [command.from] : [], written };
}
