/** Seeded damage to files that are whole again afterwards: only their meaning is wrong. */

import { Random } from "../../src/random.ts";
import type { StoredTensor } from "../../src/store/mod.ts";
import { decodeSafetensors } from "../../src/store/safetensors.ts";
import { encodeSealed } from "../../src/store/sealed.ts";

type Json = unknown;

/** One of some values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.uniform() * values.length)]!;
}

/** Values that stand where others should. */
const STRANGE: readonly Json[] = [
  ...[0, 1, 2, 3, -1, 0.5, 7, 255, 1000, 65536, 2 ** 24, 2 ** 31, 2 ** 53, 1e300, 1e-300],
  ...[
    null,
    true,
    false,
    "",
    "a",
    "\x1b[2J\x1b[31mEVIL\nerror: fake",
    "__proto__",
    "x".repeat(60_000),
  ],
  ...[[], {}, [[]], [1, 2, 3], [1e9, 1e9, 1], { kind: "vae" }, Array(5000).fill(0)],
];

/** Changes one value anywhere in JSON, adds one, or removes one. */
export function mutateJson(value: Json, random: Random): Json {
  const copy = structuredClone(value);
  const places: [Record<string, Json>, string][] = [];
  const visit = (node: Json) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, Json>, key]);
      visit((node as Record<string, Json>)[key]);
    }
  };
  visit(copy);
  if (places.length === 0) return pick(random, STRANGE);
  const [node, key] = pick(random, places);
  const what = random.uniform();
  if (what < 0.1) delete node[key];
  else if (what < 0.15) node[`${key}2`] = pick(random, STRANGE);
  else if (what < 0.2 && Array.isArray(node[key])) {
    node[key] = Array(2000).fill(node[key]).flat().slice(0, 20_000);
  } else if (what < 0.4 && typeof node[key] === "number") {
    node[key] = node[key] * pick(random, [2, 4096, 0.5, -1]);
  } else node[key] = pick(random, STRANGE);
  return copy;
}

/** Tensors of which one is missing, renamed, reshaped, longer, shorter or not finite. */
function mutateTensors(
  tensors: Map<string, StoredTensor>,
  random: Random,
): Map<string, StoredTensor> {
  const copy = new Map(tensors), name = pick(random, [...copy.keys()]);
  const { shape, data } = copy.get(name)!;
  copy.delete(name);
  const [, renamed, reversed, flat, longer, empty, notFinite, huge] = Array(8).keys();
  switch (Math.floor(random.uniform() * 8)) {
    case renamed:
      return copy.set(`${name}2`, { shape, data });
    case reversed:
      return copy.set(name, { shape: shape.toReversed(), data });
    case flat:
      return copy.set(name, { shape: [data.length], data });
    case longer:
      return copy.set(name, { shape: [data.length + 1], data: new Float32Array(data.length + 1) });
    case empty:
      return copy.set(name, { shape: [0], data: new Float32Array(0) });
    case notFinite:
      return copy.set(name, {
        shape,
        data: data.map(() => pick(random, [NaN, Infinity, -1e38, 0])),
      });
    case huge:
      return copy.set(name, { shape, data: data.map(() => 3e38) });
    default:
      return copy;
  }
}

/** A sealed file with one wrong value in its metadata or its tensors. */
export function mutateSealed(bytes: Uint8Array, random: Random): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes, "fixture");
  const { checksum: _, ...rest } = metadata;
  if (random.uniform() < 0.25) {
    return encodeSealed({ tensors: mutateTensors(new Map(tensors), random), metadata: rest });
  }
  const key = pick(random, Object.keys(rest));
  const text = rest[key]!;
  let changed: string;
  const how = random.uniform();
  if (how < 0.05) changed = text.slice(0, Math.floor(random.uniform() * text.length));
  else {
    try {
      changed = JSON.stringify(mutateJson(JSON.parse(text), random));
    } catch {
      changed = String(pick(random, STRANGE));
    }
  }
  return encodeSealed({ tensors, metadata: { ...rest, [key]: changed } });
}

/** Bytes of which some are changed, removed, repeated or replaced by numbers that matter. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes.slice();
  const times = 1 + Math.floor(4 * random.uniform());
  for (let i = 0; i < times && changed.length > 0; i++) {
    const at = Math.floor(random.uniform() * changed.length);
    const length = Math.floor(random.uniform() * Math.min(64, changed.length - at));
    const kind = random.uniform();
    if (kind < 0.3) changed[at]! ^= 1 << Math.floor(8 * random.uniform());
    else if (kind < 0.5) changed[at] = pick(random, [0, 1, 0x7f, 0x80, 0xff]);
    else if (kind < 0.65) changed = changed.slice(0, at);
    else if (kind < 0.8) changed.fill(pick(random, [0, 0xff]), at, at + length);
    else if (kind < 0.9) changed.copyWithin(at, Math.floor(random.uniform() * at), at);
    else changed = Uint8Array.from([...changed.slice(0, at), ...changed.slice(at + length)]);
  }
  return changed;
}

/** Text of which a part is removed, repeated or replaced. */
export function mutateText(text: string, random: Random): string {
  const at = Math.floor(random.uniform() * text.length);
  const to = Math.min(text.length, at + Math.floor(random.uniform() * 12));
  const part = pick(random, [
    "",
    "{",
    '"',
    "\\",
    "nan",
    "-",
    ",",
    "1e999",
    "\u0000",
    "é",
    text.slice(at, to).repeat(50),
  ]);
  return text.slice(0, at) + part + text.slice(to);
}
