/** A Worker of `scoreEntries` that refuses every file. */

import { serveJobs } from "../../src/workers/mod.ts";

serveJobs({
  start: () =>
    Promise.resolve(({ count, spans }: { count: number; spans: Uint32Array }) => {
      const files = Array.from({ length: count }, (_, i) => i).filter((i) => spans[i * 2 + 1]! > 0);
      const error = { message: "no", code: "decode", hint: "try another" };
      return Promise.resolve({ errors: files.map((i) => [i, error]), notes: [] });
    }),
});
