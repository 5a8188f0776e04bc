/**
 * Writes the fixtures that are missing, by the version that is at hand. Those that are there stay: they
 * stand for the versions that wrote them.
 *
 * Run: deno run --allow-all tests/safety/make_fixtures.ts
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants } from "node:zlib";
import { withFolder } from "../commands/_task.ts";
import { info, summary, train } from "./_commands.ts";
import {
  CHECKPOINT_EPOCH,
  CHECKPOINT_FIXTURES,
  EPOCHS,
  type Expected,
  fixture,
  imagesOf,
  MODEL_FIXTURES,
  seriesPath,
  trainFlags,
  unpack,
  type Verdicts,
  verdictsOf,
} from "./_fixtures.ts";
import { LENS_CLASSES } from "../../src/lensing/mod.ts";
import { writeSeries } from "./_images.ts";
import { LENS_SIDE, writeLenses } from "./_lenses.ts";
import { dataStart } from "./_tensors.ts";

/** Larger files lose the last bits of their numbers. */
const WHOLE = 1 << 14;
/** The bits of a float that are kept: sign, exponent and 4 more. They pack to a third. */
const KEPT = 0xfff80000;

/** Takes last bits off all numbers of a safetensors file, and gives it the checksum that it then has. */
function thinned(file: Uint8Array): Uint8Array {
  if (file.length <= WHOLE) return file;
  const bytes = file.slice(), view = new DataView(bytes.buffer);
  for (let at = dataStart(bytes); at < bytes.length; at += 4) {
    view.setUint32(at, (view.getUint32(at, true) & KEPT) >>> 0, true);
  }
  const key = '"checksum":"', text = new TextDecoder("latin1").decode(bytes.subarray(0, 256));
  const place = text.indexOf(key) + key.length;
  bytes.fill(0x30, place, place + 64);
  const digest = createHash("sha256").update(bytes).digest("hex");
  new TextEncoder().encodeInto(digest, bytes.subarray(place));
  return bytes;
}

async function pack(file: string, packed: string): Promise<void> {
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24 };
  await Deno.writeFile(packed, brotliCompressSync(thinned(await Deno.readFile(file)), { params }));
}

/** Divides numbers of filters and units by 4. */
function quartered(network: unknown): unknown {
  return JSON.parse(
    JSON.stringify(network),
    (_, value: unknown) => typeof value === "number" && value >= 16 ? Math.ceil(value / 4) : value,
  );
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

const json = async (path: string, value: unknown) =>
  await Deno.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);

for (const folder of ["images", "networks", "models", "checkpoints"]) {
  await Deno.mkdir(fixture(folder), { recursive: true });
}
for (const side of [0, 4, 8, 17]) {
  if (await isThere(imagesOf("fresh", side))) continue;
  await writeSeries(seriesPath("training", side), side, { count: 60, seed: 11 });
  await writeSeries(seriesPath("fresh", side), side, { count: 6, seed: 12 });
}
if (!await isThere(imagesOf("fresh", LENS_SIDE))) {
  await writeLenses(seriesPath("training", LENS_SIDE), ["no_sub"], { count: 30, seed: 11 });
  await writeLenses(seriesPath("fresh", LENS_SIDE), LENS_CLASSES, { count: 2, seed: 12 });
}
for (const [name, side] of [["cae", 4], ["cae-transposed", 4], ["recurrent", 8]] as const) {
  const path = fixture(`networks/${name}.json`);
  if (await isThere(path)) continue;
  const { network } = await summary([`--size=${side}x${side}`, "--latent=4", name]);
  await json(path, { name, ...quartered(network) as object });
}

const path = fixture("verdicts.json");
const known: Expected = await isThere(path)
  ? JSON.parse(await Deno.readTextFile(path))
  : { models: {}, checkpoints: {} };
const models: Record<string, Verdicts> = { ...known.models };
const checkpoints: Record<string, Verdicts> = { ...known.checkpoints };

await withFolder(async (folder) => {
  const file = (name: string) => `${folder}/${name}`;
  for (const one of MODEL_FIXTURES) {
    if (models[one.name]) continue;
    const packed = fixture(`models/${one.name}.br`);
    await train([...trainFlags(one), `--out=${file("model")}`]);
    await pack(file("model"), packed);
    await unpack(packed, file("model"));
    models[one.name] = await verdictsOf(file("model"), one.side);
  }
  for (const one of CHECKPOINT_FIXTURES) {
    if (checkpoints[one.name]) continue;
    const packed = fixture(`checkpoints/${one.name}.br`);
    const flags = trainFlags(one);
    await train([...flags, `--out=${file("whole")}`, `--checkpoint=${file("checkpoint")}`], {
      onLine: (line) => {
        // The line of an epoch comes before its checkpoint takes the place of the one before.
        if (line.startsWith(`epoch ${CHECKPOINT_EPOCH + 1}/${EPOCHS}:`)) {
          Deno.copyFileSync(file("checkpoint"), file("half"));
        }
      },
    });
    await train([...flags, `--out=${file("resumed")}`, `--resume=${file("half")}`]);
    const [whole, resumed] = await Promise.all(
      ["whole", "resumed"].map((f) => Deno.readFile(file(f))),
    );
    assert.deepEqual(
      resumed,
      whole,
      `${one.name}: what goes on differs from what was never stopped`,
    );
    const { bestEpoch } = (await info(file("whole"))).training;
    assert.equal(bestEpoch, EPOCHS, `${one.name}: its last epoch must be its best`);
    await pack(file("half"), packed);
    await unpack(packed, file("half"));
    await train([...flags, `--out=${file("resumed")}`, `--resume=${file("half")}`]);
    checkpoints[one.name] = await verdictsOf(file("resumed"), one.side);
  }
});
await json(path, { models, checkpoints });
