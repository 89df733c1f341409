import { join } from 'node:path';

/** The part of a run's folder that is read while it runs. */
export interface LiveFolder {
  readonly path: string;
  /** The events, as `RunEvent`. */
  readonly events: string;
  /** Files by which a page asks for something; the run removes them when it has seen them. */
  readonly requests: Readonly<Record<Request, string>>;
  /** The process that trains, as `Owner`. */
  readonly owner: string;
  /** Where the page of the run was served last, with its token. */
  readonly address: string;
}

/** A page can ask a run to stop after the step, or to save its model. */
export const REQUESTS = ['stop', 'save'] as const;
export type Request = (typeof REQUESTS)[number];

/** @param run the folder of the run */
export function liveFolderOf(run: string): LiveFolder {
  const path = join(run, 'live');
  return {
    path,
    events: join(path, 'events.jsonl'),
    requests: { stop: join(path, 'stop'), save: join(path, 'save') },
    owner: join(path, 'process.json'),
    address: join(path, 'address.json'),
  };
}
