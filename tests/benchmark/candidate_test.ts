import assert from "node:assert/strict";
import { parseCandidates } from "./candidate.ts";

Deno.test("models are named in lists, or one with flags of train", () => {
  const candidates = parseCandidates(["knn,cvae:mse", "pca:mse --latent 4", "net.json"]);
  assert.deepEqual(candidates, [
    { name: "knn", flags: ["--model=knn"], usesLabels: false },
    { name: "cvae:mse", flags: ["--model=cvae", "--score=mse"], usesLabels: true },
    {
      name: "pca:mse --latent 4",
      flags: ["--model=pca", "--score=mse", "--latent", "4"],
      usesLabels: false,
    },
    { name: "net.json", flags: ["--model=net.json"], usesLabels: false },
  ]);
});

Deno.test("models cannot see test images or their labels", () => {
  const refusals: [text: string, message: RegExp][] = [
    ["knn --data test", /takes no --data$/],
    ["knn --hold-out 1", /takes no --hold-out$/],
    ["vae --anomalies test", /takes no --anomalies$/],
    ["knn --latents-of m.safetensors", /takes no --latents-of$/],
    ["vae --resume m.checkpoint", /takes no --resume$/],
    ["knn --calibrate test", /--calibrate must be split, cross, cross:K or loo: .* "test"$/],
    ["cvae:mse-label", /must not depend on the label of a test image: .* "mse-label"$/],
    ["cvae --score mse+mse-label", /must not depend on the label of a test image/],
    ["knn:plane --score plane", /--score is given twice$/],
    ["knm", /^Cannot train "knm"/],
  ];
  for (const [text, message] of refusals) {
    assert.throws(() => parseCandidates([text]), { name: "StrayError", message });
  }
});
