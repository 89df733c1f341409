import { randomBytes } from 'node:crypto';

export interface WatchServerOptions {
  /** Runs, or folders that hold runs. */
  readonly folders: readonly string[];
  /** 0: a free one. */
  readonly port: number;
  /** Whoever has it may look, stop and save. */
  readonly token: string;
}

export const newToken = (): string => randomBytes(24).toString('base64url');
