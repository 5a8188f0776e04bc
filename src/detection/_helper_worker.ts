/** A Worker of `scoreEntries`: told once what to do, then given batches. */

import { type HelperTask, type Job, type Outcome, prepare } from "./_job.ts";

/** What a Worker sees of the thread that started it. */
interface WorkerScope {
  onmessage: (event: MessageEvent<HelperTask>) => void;
  addEventListener(type: "message", listener: (event: MessageEvent<Job>) => void): void;
  postMessage(reply: "ready" | Outcome): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data: { input, scoring } }) => {
  let last: Promise<void> = Promise.resolve();
  const detector = scoring && await (await import("./detector.ts")).Detector.open(
    scoring.model,
    { backend: "wasm", score: scoring.score },
  );
  scope.onmessage = () => {};
  scope.addEventListener("message", ({ data: job }) => {
    // A failure is not caught: it ends the Worker, and the batch is done in the other thread.
    last = last.then(async () => {
      const outcome = await prepare(job, input);
      if (detector) job.scores.set(await detector.scores(job.values, job.count, job.classes));
      scope.postMessage(outcome);
    });
  });
  scope.postMessage("ready");
};
