import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import { drawSubstructure } from "./substructure.ts";

Deno.test("the picture of the README is what the program draws", async () => {
  const file = await Deno.readFile(new URL("../../data/substructure.png", import.meta.url));
  const [kept, drawn] = [await decode(file), await decode(await drawSubstructure())];
  assert.deepEqual([kept.width, kept.height], [drawn.width, drawn.height]);
  // Other machines may round sines otherwise, which moves a photon here and there.
  const differing = drawn.data.filter((value, i) => Math.abs(value - kept.data[i]!) > 1).length;
  assert.ok(differing < drawn.data.length / 1000, `${differing} pixels differ`);
});
