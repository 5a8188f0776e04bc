// The exports of the module.

export { blur } from "./blur";
export { deflections } from "./halo";
export { light } from "./light";
export { writeConstants } from "./math";
export { products, weigh } from "./products";
