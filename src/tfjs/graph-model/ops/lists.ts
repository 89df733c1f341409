import { concat, stack, unstack } from '../../../ops/concat.js';
import { scalar, tensor } from '../../../ops/creation.js';
import { gather } from '../../../ops/gather.js';
import { clone } from '../../../ops/reshape.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { OpCall } from '../op-call.js';
import { TensorList } from '../values.js';
import type { GraphOps } from './graph-ops.js';

/*
 * Lists of tensors that loops read and write: TensorList, and the older TensorArray, whose writes return a "flow" that
 * orders them. Here the flow is the list itself, and the handle is the list as it was made.
 */

export const LISTS: GraphOps = {
  TensorListReserve: (call) => new TensorList(Array<null>(call.number(1)).fill(null)),
  EmptyTensorList: () => new TensorList([]),
  TensorListFromTensor: (call) => new TensorList(unstack(call.tensor(0))),
  TensorListGetItem: (call) => itemOf(call, call.list(0), call.number(1)),
  TensorListSetItem: (call) => call.list(0).with(call.number(1), clone(call.tensor(2))),
  TensorListPushBack: (call) => call.list(0).with(call.list(0).items.length, clone(call.tensor(1))),
  TensorListLength: (call) => scalar(call.list(0).items.length, 'int32'),
  TensorListStack: (call) => stack(itemsOf(call, call.list(0))),
  TensorListGather: (call) => stack(call.numbers(1).map((index) => itemOf(call, call.list(0), index, false))),
  TensorListConcat: (call) => concat(itemsOf(call, call.list(0)), 0),

  TensorArrayV3: (call) => {
    const list = new TensorList(Array<null>(call.number(0)).fill(null));
    return [list, list];
  },
  TensorArrayWriteV3: (call) => call.list(3).with(call.number(1), clone(call.tensor(2))),
  TensorArrayReadV3: (call) => itemOf(call, call.list(2), call.number(1)),
  TensorArrayGatherV3: (call) => stack(call.numbers(1).map((index) => itemOf(call, call.list(2), index, false))),
  TensorArrayScatterV3: (call) => {
    const items = unstack(call.tensor(2));
    let list = call.list(3);
    for (const [place, index] of call.numbers(1).entries()) list = list.with(index, items[place]);
    return list;
  },
  TensorArrayConcatV3: (call) => {
    const items = itemsOf(call, call.list(1));
    return [
      concat(items, 0),
      tensor(
        items.map(({ shape }) => shape[0]),
        [items.length],
        'int32',
      ),
    ];
  },
  TensorArraySplitV3: (call) => {
    const lengths = call.numbers(2);
    const starts = lengths.map((_, index) => lengths.slice(0, index).reduce((sum, each) => sum + each, 0));
    const rows = (start: number, count: number) =>
      tensor(
        Array.from({ length: count }, (_, i) => start + i),
        [count],
        'int32',
      );
    return new TensorList(lengths.map((count, index) => gather(call.tensor(1), rows(starts[index], count), 0)));
  },
  TensorArraySizeV3: (call) => scalar(call.list(1).items.length, 'int32'),
  TensorArrayCloseV3: () => [],
};

function itemOf(call: OpCall, { items }: TensorList, index: number, fresh = true): Tensor {
  const item = items[index];
  if (!item) throw call.fail(`item ${index} of a list of ${items.length} was not written`);
  return fresh ? clone(item) : item;
}

const itemsOf = (call: OpCall, list: TensorList): Tensor[] =>
  list.items.map((_, index) => itemOf(call, list, index, false));
