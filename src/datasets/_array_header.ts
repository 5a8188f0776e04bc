/** Headers of npy (versions 1 to 3) and IDX. */

import type { StrayError } from "../errors.ts";
import { firstBytes, sniff } from "../images/mod.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type ElementType, elementType } from "./_element.ts";
import { cannotRead } from "./_errors.ts";

/** The header of an array. */
export interface ArrayHeader {
  /** The element type in the file's words, such as `<f4`. */
  readonly typeName: string;
  /** The element type; undefined if it is not numeric. */
  readonly type: ElementType | undefined;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  /** Offset of the elements. */
  readonly dataAt: number;
}

/** Maximum length of a header: a longer one is damaged. */
const MAX_BYTES = 1 << 20;

/** Reads the header at the start of `reader`; `name` is for messages. */
export async function readArrayHeader(reader: ByteReader, name: string): Promise<ArrayHeader> {
  const head = await reader.peek(18);
  switch (sniff(head)) {
    case "npy":
      return await readNpyHeader(reader, name);
    case "idx":
      return await readIdxHeader(reader, name);
    default:
      throw cannotRead(
        "format",
        name,
        `its content must be npy or IDX: current first bytes are ${firstBytes(head)}`,
      );
  }
}

async function readNpyHeader(reader: ByteReader, name: string): Promise<ArrayHeader> {
  const start = await reader.read(8);
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) {
    throw damaged(name, `its npy version must be 1, 2 or 3: current value is ${version}`);
  }
  const sized = await reader.read(version === 1 ? 2 : 4);
  const length = sized.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const bytes = length > MAX_BYTES ? undefined : await reader.read(length);
  if (bytes === undefined || bytes.length < length) {
    throw damaged(name, "its npy header is truncated");
  }
  const text = new TextDecoder().decode(bytes);
  // A Python dictionary; quotes may be single or double.
  const typeName = /(['"])descr\1\s*:\s*(['"])(.*?)\2/.exec(text)?.[3] ??
    /(['"])descr\1\s*:\s*(\[[^\]]*\])/.exec(text)?.[2];
  const order = /(['"])fortran_order\1\s*:\s*(True|False)/.exec(text)?.[2];
  const axes = /(['"])shape\1\s*:\s*\(([^)]*)\)/.exec(text)?.[2];
  const shape = axes?.split(",").map((s) => s.trim().replace(/L$/, "")).filter((s) => s !== "");
  if (typeName === undefined || order === undefined || !shape?.every((s) => /^\d+$/.test(s))) {
    throw damaged(name, "its npy header must give descr, fortran_order and shape");
  }
  const [, endian, kind = "", size] = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(typeName) ?? [];
  return {
    typeName,
    type: elementType(kind, Number(size), endian !== ">"),
    shape: shape.map(Number),
    fortran: order === "True",
    dataAt: reader.position,
  };
}

/** NumPy's names of the IDX types. */
const IDX_TYPES: Readonly<Record<number, string>> = {
  0x08: "u1",
  0x09: "i1",
  0x0b: "i2",
  0x0c: "i4",
  0x0d: "f4",
  0x0e: "f8",
};

async function readIdxHeader(reader: ByteReader, name: string): Promise<ArrayHeader> {
  const [, , code = 0, dimensions = 0] = await reader.read(4);
  const lengths = await reader.read(4 * dimensions);
  const typeName = IDX_TYPES[code];
  if (lengths.length < 4 * dimensions || typeName === undefined) {
    const type = code.toString(16).padStart(2, "0");
    throw damaged(
      name,
      typeName === undefined
        ? `its IDX type must be one of 08, 09, 0b, 0c, 0d, 0e: current value is ${type}`
        : "its IDX header is truncated",
    );
  }
  const view = new DataView(lengths.buffer);
  return {
    typeName: `>${typeName}`,
    type: elementType(typeName.slice(0, 1), Number(typeName.slice(1)), false),
    shape: Array.from({ length: dimensions }, (_, i) => view.getUint32(4 * i)),
    fortran: false,
    dataAt: reader.position,
  };
}

function damaged(name: string, reason: string): StrayError {
  return cannotRead("decode", name, reason);
}
