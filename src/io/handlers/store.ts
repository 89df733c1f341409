import type { LoadHandler, ModelArtifactsInfo, SaveHandler } from '../../training/options/model-artifacts.js';

/** A store of models by name in a page. */
export interface ModelStore {
  /** `indexeddb://` */
  readonly scheme: string;
  handler(name: string): SaveHandler & LoadHandler;
  list(): Promise<Record<string, ModelArtifactsInfo>>;
  /** @returns information on the removed model; null if there was none */
  remove(name: string): Promise<ModelArtifactsInfo | null>;
}
