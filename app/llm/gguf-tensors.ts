import { HeaderFault, type HeaderReader } from "./gguf-reader.ts";

/** ggml's tensor types by number, as [elements per block, bytes per block]; taken from llama.cpp's own table. */
const blocks: Readonly<Record<number, readonly [elements: number, bytes: number]>> = {
  0: [1, 4], // F32
  1: [1, 2], // F16
  2: [32, 18], // Q4_0
  3: [32, 20], // Q4_1
  6: [32, 22], // Q5_0
  7: [32, 24], // Q5_1
  8: [32, 34], // Q8_0
  9: [32, 36], // Q8_1
  10: [256, 84], // Q2_K
  11: [256, 110], // Q3_K
  12: [256, 144], // Q4_K
  13: [256, 176], // Q5_K
  14: [256, 210], // Q6_K
  15: [256, 292], // Q8_K
  16: [256, 66], // IQ2_XXS
  17: [256, 74], // IQ2_XS
  18: [256, 98], // IQ3_XXS
  19: [256, 50], // IQ1_S
  20: [32, 18], // IQ4_NL
  21: [256, 110], // IQ3_S
  22: [256, 82], // IQ2_S
  23: [256, 136], // IQ4_XS
  24: [1, 1], // I8
  25: [1, 2], // I16
  26: [1, 4], // I32
  27: [1, 8], // I64
  28: [1, 8], // F64
  29: [256, 56], // IQ1_M
  30: [1, 2], // BF16
  34: [256, 54], // TQ1_0
  35: [256, 66], // TQ2_0
  39: [32, 17], // MXFP4
  40: [64, 36], // NVFP4
  41: [128, 18], // Q1_0
  42: [64, 18], // Q2_0
};

const maxNameBytes = 1_024;
const maxDims = 4;

/** A tensor type that this table, and so the llama.cpp of this version of Ebb, does not know. */
export class UnknownTensorType extends Error {}

/**
 * Reads `count` tensor infos; returns the bytes that their data takes, counted from the start of the data.
 * `alignment` is that of the data.
 */
export async function tensorDataBytes(reader: HeaderReader, count: number, alignment: number): Promise<number> {
  let end = 0;
  for (let index = 0; index < count; index++) {
    await reader.string(maxNameBytes);
    const dims = await reader.u32();
    if (dims < 1 || dims > maxDims) throw new HeaderFault("invalid", `A tensor has ${dims} dimensions`);
    let elements = 1;
    let rowLength = 1;
    for (let dim = 0; dim < dims; dim++) {
      const length = await reader.u64("The size of a tensor");
      if (length < 1) throw new HeaderFault("invalid", "A tensor is empty");
      if (dim === 0) rowLength = length;
      elements *= length;
    }
    if (!Number.isSafeInteger(elements)) throw new HeaderFault("invalid", `A tensor has ${elements} elements`);
    const type = await reader.u32();
    const block = blocks[type];
    if (block === undefined) throw new UnknownTensorType(`Tensor type ${type}`);
    const [blockElements, blockBytes] = block;
    if (rowLength % blockElements !== 0) throw new HeaderFault("invalid", "A tensor's rows are no whole blocks");
    const offset = await reader.u64("The offset of a tensor");
    if (offset % alignment !== 0) throw new HeaderFault("invalid", "A tensor is not aligned");
    end = Math.max(end, offset + (elements / blockElements) * blockBytes);
  }
  return end;
}
