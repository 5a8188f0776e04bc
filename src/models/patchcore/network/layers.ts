/**
 * The layers of MobileNetV2 from the first to the end of block 12.
 *
 * Source: Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv 1801.04381, table 2,
 * with batch normalisation as part of the kernels.
 */

/** A convolution, padded so that stride 1 keeps the size, as TensorFlow's `SAME`. */
export interface ConvolutionLayer {
  /** Rows and columns of the kernel. */
  readonly size: 1 | 3;
  readonly stride: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  /** 1, or the number of channels where each is convolved by itself. */
  readonly groups: number;
  /** Whether the output is cut to [0, 6]. */
  readonly relu6: boolean;
}

/** A chain of convolutions. */
export interface Block {
  readonly layers: readonly ConvolutionLayer[];
  /** Whether the input is added to the output. */
  readonly residual: boolean;
}

/** Factor of the expansion, channels, repetitions, and stride of the first of them: the rows of the paper's table. */
const ROWS = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1]] as const;
const FIRST_CHANNELS = 32;

function makeBlock(inputs: number, factor: number, outputs: number, stride: 1 | 2): Block {
  const wide = inputs * factor;
  const expand: ConvolutionLayer[] = factor === 1
    ? []
    : [{ size: 1, stride: 1, inputs, outputs: wide, groups: 1, relu6: true }];
  return {
    layers: [
      ...expand,
      { size: 3, stride, inputs: wide, outputs: wide, groups: wide, relu6: true },
      { size: 1, stride: 1, inputs: wide, outputs, groups: 1, relu6: false },
    ],
    residual: stride === 1 && inputs === outputs,
  };
}

function makeBlocks(): Block[] {
  let inputs = FIRST_CHANNELS;
  return ROWS.flatMap(([factor, outputs, count, stride]) =>
    Array.from({ length: count }, (_, i) => {
      const block = makeBlock(inputs, factor, outputs, i === 0 ? stride : 1);
      inputs = outputs;
      return block;
    })
  );
}

/** The first layer. */
export const STEM: ConvolutionLayer = {
  ...{ size: 3, stride: 2, inputs: 3, outputs: FIRST_CHANNELS, groups: 1, relu6: true },
};

/** The blocks, 0 to 12. */
export const BLOCKS: readonly Block[] = makeBlocks();

/** All layers, in the order of the weights. */
export const LAYERS: readonly ConvolutionLayer[] = [
  STEM,
  ...BLOCKS.flatMap(({ layers }) => layers),
];
