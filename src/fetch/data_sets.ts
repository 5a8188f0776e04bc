/** Public data sets by name: their addresses and hashes. */

import type { FileHash } from "../file_hash.ts";

/** A file of a data set. */
export interface DataFile extends FileHash {
  /** Name, appended to the address of each server and used in the target folder. */
  readonly name: string;
  /** Length; absent if it is not published. */
  readonly bytes?: number;
  /** Most bytes that are fetched where the length is not published. @default {100 MB} */
  readonly most?: number;
}

/** A data set. */
export interface DataSet {
  /** Description, in one line. */
  readonly title: string;
  /** Licence given by its authors. */
  readonly licence: string;
  /** Address of its authors' page. */
  readonly homepage: string;
  /** Addresses to which file names are appended, tried in order. */
  readonly servers: readonly string[];
  /** Its files. */
  readonly files: readonly DataFile[];
}

/** The four files of MNIST and of its drop-in replacements. */
function idx(
  ...files: readonly (readonly [bytes: number, digest: string])[]
): readonly DataFile[] {
  return files.map(([bytes, digest], i) => ({
    name: IDX_NAMES[i] ?? "",
    bytes,
    algorithm: "sha256",
    digest,
  }));
}

const IDX_NAMES = [
  "train-images-idx3-ubyte.gz",
  "train-labels-idx1-ubyte.gz",
  "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
];

/** A data set of MedMNIST: one npz with a published MD5. */
function medical(name: string, title: string, md5: string): DataSet {
  return {
    title,
    licence: "CC BY 4.0",
    homepage: "https://medmnist.com",
    servers: ["https://zenodo.org/records/10519652/files/"],
    files: [{ name: `${name}.npz`, algorithm: "md5", digest: md5 }],
  };
}

/**
 * The data sets, by name.
 *
 * Digests are published by the authors, or computed from files that match published ones: MNIST's and
 * Kuzushiji-MNIST's MD5 in torchvision's table, Fashion-MNIST's MD5 in its README, MedMNIST's in its
 * package. MNIST's own server no longer serves its files; the two mirrors are used by PyTorch and
 * TensorFlow.
 */
export const DATA_SETS: Readonly<Record<string, DataSet>> = {
  "mnist": {
    title: "handwritten digits, 60,000 + 10,000, 28 x 28 grey",
    licence: "CC BY-SA 3.0",
    homepage: "http://yann.lecun.com/exdb/mnist/",
    servers: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    files: idx(
      [9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"],
      [28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"],
      [1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"],
      [4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"],
    ),
  },
  "fashion-mnist": {
    title: "clothes in ten classes, 60,000 + 10,000, 28 x 28 grey",
    licence: "MIT",
    homepage: "https://github.com/zalandoresearch/fashion-mnist",
    servers: [
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ],
    files: idx(
      [26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"],
      [29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"],
      [4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"],
      [5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"],
    ),
  },
  "kmnist": {
    title: "cursive Japanese characters in ten classes, 60,000 + 10,000, 28 x 28 grey",
    licence: "CC BY-SA 4.0",
    homepage: "http://codh.rois.ac.jp/kmnist/",
    servers: ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    files: idx(
      [18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"],
      [29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"],
      [3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"],
      [5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"],
    ),
  },
  "pneumoniamnist": medical(
    "pneumoniamnist",
    "chest X-rays, normal (0) or pneumonia (1), 5,856, 28 x 28 grey",
    "28209eda62fecd6e6a2d98b1501bb15f",
  ),
  "breastmnist": medical(
    "breastmnist",
    "breast ultrasound, malignant (0) or not (1), 780, 28 x 28 grey",
    "750601b1f35ba3300ea97c75c52ff8f6",
  ),
  "bloodmnist": medical(
    "bloodmnist",
    "blood cells in eight classes, 17,092, 28 x 28 RGB",
    "7053d0359d879ad8a5505303e11de1dc",
  ),
};
