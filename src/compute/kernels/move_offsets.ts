/** Rewrites accesses of compiled kernels at constant addresses. */

import binaryen from "assemblyscript/binaryen";

/** An expression, with those fields that its kind has. */
type Expression = Readonly<Record<string, unknown>> & { readonly id: number };

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
    if (expression.id === binaryen.ExpressionIds.Const) return;
    for (const part of PARTS) {
      const inner = expression[part];
      if (Array.isArray(inner)) inner.forEach(visit);
      else if (typeof inner === "number" && inner !== 0) visit(inner);
    }
    const kind = KINDS.get(expression.id);
    if (!kind) return;
    const address = binaryen.getExpressionInfo(kind.getPtr(reference)) as unknown as Expression;
    if (address.id !== binaryen.ExpressionIds.Const) return;
    kind.setOffset(reference, kind.getOffset(reference) + Number(address.value));
    kind.setPtr(reference, zero());
  };
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (body !== 0) visit(body);
  }
  const moved = module.emitBinary();
  module.dispose();
  return moved;
}

/** Accesses, by the kind of the expression. */
const KINDS = new Map([
  [binaryen.ExpressionIds.Load, binaryen.Load],
  [binaryen.ExpressionIds.Store, binaryen.Store],
  [binaryen.ExpressionIds.SIMDLoad, binaryen.SIMDLoad],
]);
