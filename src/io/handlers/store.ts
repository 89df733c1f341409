import type { LoadHandler, ModelArtifactsInfo, SaveHandler } from '../../training/options/model-artifacts.js';

/** A place in a page that holds models by name. */
export interface ModelStore {
  /** `indexeddb://` */
  readonly scheme: string;
  handler(name: string): SaveHandler & LoadHandler;
  list(): Promise<Record<string, ModelArtifactsInfo>>;
  /** @returns what was known of the model; null when there was none */
  remove(name: string): Promise<ModelArtifactsInfo | null>;
}
