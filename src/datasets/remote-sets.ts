import type { ImageSetName } from './set-names.js';

/** A file of a data set, relative to the address of the set. */
export interface SetFile {
  readonly name: string;
  readonly bytes: number;
  /** Null if no checksum is published: then only its size and its internal checksums are verified. */
  readonly sha256: string | null;
}

/** A data set published by its authors. */
export interface RemoteSet {
  /** Ends in a slash. */
  readonly address: string;
  readonly files: readonly SetFile[];
  /** Whether the files are tar archives, whose single folder contains the data set. */
  readonly isArchive: boolean;
  readonly licence: string;
  /** Description of the contents, for lists. */
  readonly content: string;
}

/** Sets at public addresses. SIGNS is available only to participants of the course. */
export const REMOTE_SETS: { readonly [Name in ImageSetName]?: RemoteSet } = {
  mnist: {
    address: 'https://ossci-datasets.s3.amazonaws.com/mnist/',
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 9_912_422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 28_881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 1_648_877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 4_542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    ],
    isArchive: false,
    licence: 'CC BY-SA 3.0',
    content: '70,000 digits of 28×28',
  },
  'fashion-mnist': {
    // In the repository of its authors, whose README has the MD5 sums.
    address: 'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 26_421_880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 29_515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 4_422_102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 5_148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
    ],
    isArchive: false,
    licence: 'MIT',
    content: '70,000 images of clothing, 28×28',
  },
  cifar10: {
    address: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
    isArchive: true,
    licence: 'none stated',
    content: '60,000 images in 10 classes, 32×32',
  },
  cifar100: {
    address: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      },
    ],
    isArchive: true,
    licence: 'none stated',
    content: '60,000 images in 100 classes, 32×32',
  },
  flowers: {
    address: 'https://storage.googleapis.com/download.tensorflow.org/example_images/',
    files: [{ name: 'flower_photos.tgz', bytes: 228_813_984, sha256: null }],
    isArchive: true,
    licence: 'CC BY 2.0, by photographer',
    content: '3,670 photographs of 5 kinds of flowers',
  },
};

/** Bytes of all files of a set. */
export const bytesOf = ({ files }: RemoteSet): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
