/** The non-linearities in WGSL. */

import { ACTIVATIONS } from "../names.ts";
import { SELU_ALPHA, SELU_SCALE } from "../ops/activation.ts";

function caseOf(activation: (typeof ACTIVATIONS)[number]): string {
  return `case ${ACTIVATIONS.indexOf(activation)}u:`;
}

/** `activate(z)` for the non-linearity `u.activation`, without overflow. */
export const ACTIVATE = `
fn activate(z: f32) -> f32 {
  switch u.activation {
    ${caseOf("relu")} { return max(z, 0.0); }
    ${caseOf("selu")} {
      return ${SELU_SCALE} * select(${SELU_ALPHA} * (exp(min(z, 0.0)) - 1.0), z, z >= 0.0);
    }
    ${caseOf("sigmoid")} {
      let t = exp(-abs(z));
      return select(t, 1.0, z >= 0.0) / (1.0 + t);
    }
    ${caseOf("tanh")} {
      let t = exp(-2.0 * abs(z));
      return sign(z) * (1.0 - t) / (1.0 + t);
    }
    default: { return z; }
  }
}`;

/** `derivative(y)` of the non-linearity from its output `y`. */
export const DERIVATIVE = `
fn derivative(y: f32) -> f32 {
  switch u.activation {
    ${caseOf("relu")} { return select(0.0, 1.0, y > 0.0); }
    ${caseOf("selu")} {
      return select(y + ${SELU_SCALE * SELU_ALPHA}, ${SELU_SCALE}, y > 0.0);
    }
    ${caseOf("sigmoid")} { return y * (1.0 - y); }
    ${caseOf("tanh")} { return 1.0 - y * y; }
    default: { return 1.0; }
  }
}`;
