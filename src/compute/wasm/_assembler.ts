/** A WebAssembly assembler for the few instructions that the tile kernels take. */

/** A value type of a local variable or a parameter. */
export type ValueType = "i32" | "v128";

const TYPES = { i32: 0x7f, v128: 0x7b } as const;

/** An integer as unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

/** A 32-bit integer as signed LEB128. */
function signed(value: number): number[] {
  const bytes = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    const last = (value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

/** A vector of the binary format: its length, then its elements. */
function vector(elements: readonly (readonly number[])[]): number[] {
  return unsigned(elements.length).concat(...elements);
}

/** A function in the making: parameters are `i32`, and there is no result. */
export class FunctionBuilder {
  /** Name under which the function is exported; private without it. */
  readonly name: string | undefined;
  /** Number of parameters. */
  readonly parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  /**
   * @param name Name under which it is exported. @default {private}
   * @param parameters Number of parameters.
   */
  constructor(parameters: number, name?: string) {
    this.parameters = parameters;
    this.name = name;
  }

  /** Declares a local variable; returns its index. */
  local(type: ValueType): number {
    return this.parameters + this.#locals.push(type) - 1;
  }

  /** Pushes a local variable. */
  get(index: number): this {
    return this.#emit(0x20, ...unsigned(index));
  }

  /** Pops into a local variable. */
  set(index: number): this {
    return this.#emit(0x21, ...unsigned(index));
  }

  /** Pushes a constant. */
  constant(value: number): this {
    return this.#emit(0x41, ...signed(value));
  }

  /** Pops an address and pushes the integer there. */
  loadInteger(offset: number): this {
    return this.#emit(0x28, 2, ...unsigned(offset));
  }

  /** Pops an address and pushes 16 bytes. */
  load(offset: number): this {
    return this.#emit(0xfd, 0x00, 4, ...unsigned(offset));
  }

  /** Pops an address and pushes the float there, four times. */
  loadSplat(offset: number): this {
    return this.#emit(0xfd, 0x09, 2, ...unsigned(offset));
  }

  /** Pops 16 bytes and an address, and stores them. */
  store(offset: number): this {
    return this.#emit(0xfd, 0x0b, 4, ...unsigned(offset));
  }

  /** Pops c, b, a and pushes a * b + c, of four floats. */
  multiplyAdd(): this {
    return this.#emit(0xfd, 0x85, 0x02);
  }

  /** Pops two integers and pushes their sum. */
  add(): this {
    return this.#emit(0x6a);
  }

  /** Pops two integers and pushes their difference. */
  subtract(): this {
    return this.#emit(0x6b);
  }

  /** Pops b and a, and pushes whether a < b. */
  lessThan(): this {
    return this.#emit(0x48);
  }

  /** Pops two integers and pushes whether they are equal. */
  equal(): this {
    return this.#emit(0x46);
  }

  /** Calls a function of the module. */
  call(index: number): this {
    return this.#emit(0x10, ...unsigned(index));
  }

  /** Pops a condition: runs one of two bodies. */
  ifElse(then: () => void, otherwise: () => void): this {
    this.#emit(0x04, 0x40);
    then();
    this.#emit(0x05);
    otherwise();
    return this.#emit(0x0b);
  }

  /**
   * Repeats a body until a condition holds.
   *
   * @param done Pushes the condition.
   * @param body The body.
   */
  repeatUntil(done: () => void, body: () => void): this {
    this.#emit(0x02, 0x40, 0x03, 0x40);
    done();
    this.#emit(0x0d, 1);
    body();
    return this.#emit(0x0c, 0, 0x0b, 0x0b);
  }

  /** The function's entry in the code section. */
  get body(): number[] {
    const locals = vector(this.#locals.map((type) => [1, TYPES[type]]));
    const size = unsigned(locals.length + this.#code.length + 1);
    return size.concat(locals, this.#code, 0x0b);
  }

  #emit(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }
}

/**
 * Assembles a module that imports a memory as `env.memory`.
 *
 * @param functions Its functions, in the order of their indices.
 * @param pages Least size of the memory in pages of 64 KiB: accesses at constant addresses below need no
 * check.
 * @returns The module's bytes.
 */
export function assemble(
  functions: readonly FunctionBuilder[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const name = (text: string) => vector([...new TextEncoder().encode(text)].map((byte) => [byte]));
  const most = Math.max(...functions.map(({ parameters }) => parameters));
  const types = Array.from({ length: most + 1 }, (_, count) => [
    0x60,
    ...vector(Array.from({ length: count }, () => [TYPES.i32])),
    0,
  ]);
  const exported = functions.flatMap((each, i) =>
    each.name === undefined ? [] : [[...name(each.name), 0, ...unsigned(i)]]
  );
  const section = (id: number, content: readonly number[]) =>
    [id].concat(unsigned(content.length), content);
  const memory = [...name("env"), ...name("memory"), 2, 0, ...unsigned(pages)];
  const sections = [
    section(1, vector(types)),
    section(2, vector([memory])),
    section(3, vector(functions.map(({ parameters }) => [parameters]))),
    section(7, vector(exported)),
    section(10, vector(functions.map(({ body }) => body))),
  ];
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(...sections));
}
