/** Time per image and peak memory, by number of images. */

import { common, type Context, isWanted, scoreFlags, taskCommand } from "../context.ts";
import { type Command, runProcess } from "../process.ts";
import type { Row } from "../row.ts";
import { inTurns, pairwiseSpeed, summarise, type Summary } from "../statistics.ts";
import { short } from "../table.ts";

/** Scores a list of PNG files of 28 x 28 on stdin, and a list ten times as long. */
export async function* scaling(context: Context): AsyncGenerator<Row> {
  const { options, inputs } = context;
  if (!isWanted(context, "scaling", "png-28x28")) return;
  const few = options.quick ? 300 : 10_000;
  const counts = [few, 10 * few];
  const folder = await inputs.pngs(few);
  const model = await inputs.model("vae", 8, await inputs.images(few, 28));
  const paths = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => `${folder}/${name}\n`))
    .sort();
  const commands = counts.map((count): Command => ({
    ...taskCommand("score", [...scoreFlags(context, model), "-"]),
    // The long list repeats the files of the short one.
    stdin: Array.from({ length: count }, (_, i) => paths[i % few]).join(""),
  }));
  context.tell(`scaling/png-28x28: ${counts.join(" and ")} images`);
  const things = commands.map((command) => () => runProcess(command));
  await things[0]!();
  const runs = await inTurns(options.runs, things);
  // The start-up time does not depend on the number of images.
  const perImage = runs.map((processes, i) =>
    processes.map(({ seconds, firstSeconds }) => (seconds - firstSeconds) / counts[i]! * 1e6)
  );
  const row = { section: "scaling", peer: null, ratio: null, ...common(context) };
  for (const [i, images] of counts.entries()) {
    const growth = i === 0 ? undefined : pairwiseSpeed(perImage[0]!, perImage[i]!);
    yield {
      ...row,
      name: `png-28x28-${images}`,
      unit: "us/image",
      work: { images },
      stray: summarise(perImage[i]!),
      check: growth
        ? `${growthOf(growth)} of the time per image at ${few}`
        : "after the first record",
    };
  }
  const peaks: number[] = [];
  for (const [i, command] of commands.entries()) {
    const { peakMb } = await runProcess(command, true);
    peaks.push(peakMb);
    yield {
      ...row,
      name: `memory-${counts[i]}`,
      unit: "MB",
      work: { images: counts[i]! },
      stray: summarise([peakMb]),
      check: i === 0
        ? "peak memory"
        : `peak memory, ${short(peakMb / peaks[0]!)} of that at ${few}`,
    };
  }
}

function growthOf({ median, min, max }: Summary): string {
  return `${short(median)} (${short(min)}-${short(max)})`;
}
