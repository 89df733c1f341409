import type {
  BeginEvent,
  ConfusionEvent,
  EndEvent,
  EpochEvent,
  Histogram,
  HistogramsEvent,
  LogEvent,
  PointEvent,
  RunEvent,
} from '../../log/event.js';

/** When something happened: seconds of training, pauses left out, and the place in epochs, from 0. */
interface When {
  readonly time: number;
  readonly place: number;
}

export type Point = PointEvent & When;
export type Epoch = EpochEvent & When;
export type HistogramAt = Histogram & { readonly place: number };

/** Histograms of one weight, in the order in which they were taken. */
export interface WeightHistograms {
  readonly weights: HistogramAt[];
  readonly gradients: HistogramAt[];
}

/** Lines of the log that are kept. */
const MOST_LINES = 500;

/** All that the events of a run say. */
export class Run {
  begin: BeginEvent | null = null;
  readonly points: Point[] = [];
  readonly epochs: Epoch[] = [];
  readonly histograms = new Map<string, WeightHistograms>();
  readonly log: Omit<LogEvent, 'kind'>[] = [];
  confusion: ConfusionEvent | null = null;
  end: EndEvent | null = null;
  savedAt: number | null = null;
  /** Time of the last event. */
  lastAt = 0;
  /** Seconds of training at the last event. */
  time = 0;
  /** Date at which training would have begun without pauses. */
  private origin = 0;

  apply(event: RunEvent): void {
    if (event.kind === 'begin') this.onBegin(event);
    this.lastAt = event.at;
    this.time = (event.at - this.origin) / 1000;
    switch (event.kind) {
      case 'point':
        this.onPoint(event);
        break;
      case 'epoch':
        this.onEpoch(event);
        break;
      case 'confusion':
        this.confusion = event;
        break;
      case 'histograms':
        this.onHistograms(event);
        break;
      case 'saved':
        this.savedAt = event.at;
        break;
      case 'log':
        this.addLine(event);
        break;
      case 'end':
        this.end = event;
        this.addLine({ at: event.at, level: event.how === 'failed' ? 'warning' : 'note', text: endText(event) });
        break;
    }
  }

  private onBegin(event: BeginEvent): void {
    if (!event.continued) this.clear();
    this.begin = event;
    this.end = null;
    this.origin = event.at - 1000 * this.time;
    this.addLine({ at: event.at, level: 'note', text: event.continued ? 'Training is continued' : 'Training begins' });
  }

  private clear(): void {
    for (const list of [this.points, this.epochs, this.log]) list.length = 0;
    this.histograms.clear();
    this.confusion = null;
    this.savedAt = null;
    this.time = 0;
  }

  private onPoint(event: PointEvent): void {
    const place = this.placeOf(event.epoch, event.step);
    // A run that is continued repeats steps that were not saved.
    dropFrom(this.points, place);
    dropFrom(this.epochs, place);
    this.points.push({ ...event, place, time: this.time });
  }

  private onEpoch(event: EpochEvent): void {
    const place = event.epoch + 1;
    dropFrom(this.epochs, place);
    this.epochs.push({ ...event, place, time: this.time });
    this.addLine({ at: event.at, level: 'note', text: epochText(event) });
  }

  private onHistograms({ epoch, step, of, histograms }: HistogramsEvent): void {
    const place = this.placeOf(epoch, step);
    for (const histogram of histograms) {
      const all = this.histograms.get(histogram.name) ?? { weights: [], gradients: [] };
      this.histograms.set(histogram.name, all);
      dropFrom(all[of], place);
      all[of].push({ ...histogram, place });
    }
  }

  private addLine({ at, level, text }: Omit<LogEvent, 'kind'>): void {
    this.log.push({ at, level, text });
    if (this.log.length > MOST_LINES) this.log.splice(0, this.log.length - MOST_LINES);
  }

  /** Without a known number of steps, an epoch is as long as the longest so far. */
  private placeOf(epoch: number, step: number): number {
    const steps = this.begin?.steps ?? Math.max(this.longest, step + 1);
    this.longest = Math.max(this.longest, step);
    return epoch + Math.min(1, step / steps);
  }
  private longest = 1;
}

/** Remove what is not before a place from the end of a list. */
function dropFrom(list: { readonly place: number }[], place: number): void {
  while (list.length > 0 && list[list.length - 1].place >= place) list.pop();
}

const formatLog = ([name, value]: readonly [string, number]): string =>
  `${name} ${Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(2)}`;

const epochText = ({ epoch, seconds, logs }: EpochEvent): string =>
  `Epoch ${epoch + 1}: ${seconds.toFixed(1)} s - ${Object.entries(logs).map(formatLog).join(' - ')}`;

function endText({ how, reason }: EndEvent): string {
  const texts = { finished: 'Training is finished', stopped: 'Training was stopped', failed: 'Training failed' };
  return reason ? `${texts[how]}: ${reason}` : texts[how];
}
