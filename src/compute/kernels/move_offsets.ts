/** Rewrites accesses of compiled kernels at constant addresses. */

import binaryen from "npm:assemblyscript@0.28.20/binaryen";

/** An expression, with those fields that its kind has. */
type Expression = Readonly<Record<string, unknown>> & { readonly id: number };

/** Reads and changes the address of an access; the type declarations of binaryen omit it. */
interface Access {
  getPtr(reference: number): number;
  setPtr(reference: number, address: number): void;
  getOffset(reference: number): number;
  setOffset(reference: number, offset: number): void;
}

const { Load, Store, SIMDLoad } = binaryen as unknown as Readonly<Record<string, Access>>;
/** Accesses, by the kind of the expression. */
const ACCESSES: ReadonlyMap<number, Access> = new Map([
  [binaryen.LoadId, Load!],
  [binaryen.StoreId, Store!],
  [binaryen.SIMDLoadId, SIMDLoad!],
]);

/** Fields that hold an expression or several. */
const PARTS = [
  ...["body", "children", "condition", "ifTrue", "ifFalse", "operands", "target", "ptr", "value"],
  ...["left", "right", "vec", "shift", "a", "b", "c", "dest", "source", "size", "delta"],
] as const;

/**
 * Moves constant addresses of accesses into their offsets: an address of 0 with an offset instead of a constant.
 *
 * The compiler's optimiser does the reverse. V8's revectorizer pairs accesses of the same address whose offsets are
 * 16 apart, and does not look at different constants.
 *
 * @param binary A WebAssembly module.
 * @returns The same module otherwise.
 */
export function moveOffsets(binary: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(binary);
  module.setFeatures(binaryen.Features.All);
  const zero = () => module.i32.const(0);
  const visit = (reference: number): void => {
    const expression = binaryen.getExpressionInfo(reference) as unknown as Expression;
    if (expression.id === binaryen.ConstId) return;
    for (const part of PARTS) {
      const inner = expression[part];
      if (Array.isArray(inner)) inner.forEach(visit);
      else if (typeof inner === "number" && inner !== 0) visit(inner);
    }
    const access = ACCESSES.get(expression.id);
    if (!access) return;
    const address = binaryen.getExpressionInfo(access.getPtr(reference)) as unknown as Expression;
    if (address.id !== binaryen.ConstId) return;
    access.setOffset(reference, access.getOffset(reference) + Number(address.value));
    access.setPtr(reference, zero());
  };
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (body !== 0) visit(body);
  }
  const moved = module.emitBinary();
  module.dispose();
  return moved;
}
