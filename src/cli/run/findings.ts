import type { Layer } from '../../layers/base/layer.js';
import { BatchNormalization } from '../../layers/normalization/batch-normalization.js';
import type { Model } from '../../models/model.js';
import type { HistoryValues } from '../../plots/charts/curves.js';
import { axisScale } from '../../plots/charts/spikes.js';

/** Smallest difference of accuracies that is reported as a gap. */
const GAP = 0.25;
/** Epochs in which a model with lagging averages predicts at chance level although it has learnt. */
const LAGGING_EPOCHS = 2;

/** Findings in the numbers of a run that are easy to miss: gaps and spikes, with likely causes and remedies. */
export function findingsOf(model: Model, history: HistoryValues, stepsPerEpoch: number, skipped: number): string[] {
  const lagging = laggingAverages(model, history, stepsPerEpoch);
  return [
    // While predictions use stale averages, validation cannot show overfitting.
    ...(lagging.length > 0 ? lagging : overfitting(history)),
    ...spikes(history),
    ...(skipped > 0 ? [`${skipped} images could not be read and were skipped.`] : []),
  ];
}

const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;

/** Find the accuracies of training and validation, in Keras 2's or Keras 3's spelling. */
function accuracies(history: HistoryValues): { train: readonly number[]; held: readonly number[] } | null {
  const name = [
    'accuracy',
    'acc',
    ...Object.keys(history).filter((each) => each.endsWith('_accuracy') && !each.startsWith('val_')),
  ].find((each) => history[each] && history[`val_${each}`]);
  return name === undefined ? null : { train: history[name], held: history[`val_${name}`] };
}

/** Lagging averages of batch normalization: training is far ahead of validation from the first epochs on. */
function laggingAverages(model: Model, history: HistoryValues, stepsPerEpoch: number): string[] {
  const found = accuracies(history);
  const momentum = Math.max(0, ...batchNorms(model).map((layer) => Number(layer.getConfig().momentum)));
  if (!found || momentum === 0) return [];
  // With momentum m, averages cover about the last 1 / (1 − m) steps; after five times as many the start is forgotten.
  const reach = Math.round(1 / (1 - momentum));
  const epochs = found.train.flatMap((value, epoch) => (value - found.held[epoch] > GAP ? [epoch + 1] : []));
  const isEarly = epochs.length >= LAGGING_EPOCHS && epochs[0] * stepsPerEpoch <= 5 * reach;
  if (!isEarly) return [];
  const last = epochs.at(-1)!;
  return [
    `Validation lags behind training in ${epochs.length} of ${found.train.length} epochs, ${percent(found.held[last - 1])} compared with ${percent(found.train[last - 1])} in epoch ${last}. ` +
      `The likely cause: predictions use the running averages of batch normalization, which at momentum ${momentum} take about ${5 * reach} steps to converge, and an epoch has ${stepsPerEpoch}. ` +
      'Use a momentum of 0.9, more steps or smaller batches.',
  ];
}

function batchNorms(model: Model): Layer[] {
  return model.layers.flatMap((layer) =>
    'layers' in layer ? batchNorms(layer as Model) : layer instanceof BatchNormalization ? [layer] : [],
  );
}

/** Overfitting: training keeps improving while validation becomes worse. */
function overfitting(history: HistoryValues): string[] {
  const [train, held] = [history.loss, history.val_loss];
  if (!train || !held || held.length < 3) return [];
  const best = held.indexOf(Math.min(...held));
  const last = held.length - 1;
  if (last - best < 2 || held[last] < 1.1 * held[best] || train[last] >= train[best]) return [];
  return [
    `Validation was best in epoch ${best + 1}, with a loss of ${held[best].toPrecision(3)}; it rose to ${held[last].toPrecision(3)} while training kept improving. ` +
      'This is overfitting: --patience ends a run at its best epoch, and --augment, dropout or more images reduce it ' +
      'off.',
  ];
}

function spikes(history: HistoryValues): string[] {
  const curves = [history.loss, history.val_loss].filter((each) => each !== undefined);
  const scale = axisScale(curves);
  if (scale.kind !== 'cut') return [];
  const { largest, index } = scale;
  const height = largest >= 1000 ? Math.round(largest).toLocaleString('en') : largest.toPrecision(3);
  const whose = history.val_loss?.includes(largest) ? 'validation loss' : 'loss';
  return [
    `The ${whose} is ${height} in epoch ${index + 1} alone, and the chart cuts it off. One such epoch does no harm; a smaller learning rate or clipnorm makes them rarer.`,
  ];
}
