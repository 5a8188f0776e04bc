/**
 * `deno task bench:quality NAME`: measures how well the models find anomalies.
 *
 * @module
 */

import { StrayError } from "../../mod.ts";
import { exitCodeOf } from "../../src/cli/mod.ts";
import { calibration, CALIBRATION_HELP } from "./calibration.ts";
import { LENS_FIT_HELP, lensFit } from "./lens_fit.ts";
import { lensing, LENSING_HELP } from "./lensing.ts";
import { novelty, NOVELTY_HELP } from "./novelty.ts";
import { onnx, ONNX_HELP } from "./onnx.ts";
import { photos, PHOTOS_HELP } from "./photos.ts";
import { write } from "./write.ts";
import { zoo, ZOO_HELP } from "./zoo.ts";

const BENCHMARKS: Readonly<Record<string, { run(args: string[]): Promise<number>; help: string }>> =
  {
    zoo: { run: zoo, help: ZOO_HELP },
    lensing: { run: lensing, help: LENSING_HELP },
    "lens-fit": { run: lensFit, help: LENS_FIT_HELP },
    novelty: { run: novelty, help: NOVELTY_HELP },
    photos: { run: photos, help: PHOTOS_HELP },
    onnx: { run: onnx, help: ONNX_HELP },
    calibration: { run: calibration, help: CALIBRATION_HELP },
  };

const [name = "", ...args] = Deno.args;
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
const wantsHelp = Deno.args.includes("--help");
if (benchmark === undefined || wantsHelp) {
  const help = benchmark ? [benchmark.help] : Object.values(BENCHMARKS).map(({ help }) => help);
  write(wantsHelp ? Deno.stdout : Deno.stderr, help.join("\n"));
  Deno.exit(wantsHelp ? 0 : 2);
}
try {
  Deno.exit(await benchmark.run(args));
} catch (error) {
  if (!(error instanceof StrayError)) throw error;
  const hint = error.hint === undefined ? "" : `hint: ${error.hint}\n`;
  write(Deno.stderr, `error: ${error.message}\n${hint}`);
  Deno.exit(exitCodeOf(error));
}
