/** The stream of `score`: images in, their verdicts in order, and what is written beside them. */

import { type CommandContext, type LineWriter, programName, Rate } from "../src/cli/mod.ts";
import { countOf } from "../src/count_of.ts";
import { countEntries, readSources, type SourceOptions } from "../src/datasets/mod.ts";
import type { Detector, UnlikeCalibration } from "../src/detection/mod.ts";
import type { EncodedImage } from "../src/images/mod.ts";
import type { Span } from "../src/shard.ts";
import { threadCount } from "../src/workers/mod.ts";
import type { HeatmapFolder } from "./_heatmaps.ts";
import { ImageNotes } from "./_image_notes.ts";
import type { MassMapFolder } from "./_mass_maps.ts";
import { checkContinues, type RecordsBefore } from "./_score_file.ts";
import { scoreJson } from "./_score_json.ts";
import type { ScoreLines } from "./_score_lines.ts";

type Context = CommandContext<"workers" | "threshold" | "quiet">;

/** Folders of maps, as far as there are any. */
export interface MapFolders {
  readonly heatmaps: HeatmapFolder | undefined;
  readonly masks: HeatmapFolder | undefined;
  readonly massMaps: MassMapFolder | undefined;
}

/** Model, output and companions of a stream. */
export interface ScoreStreamOptions {
  readonly detector: Detector;
  /** Hash of the model file. */
  readonly model: string;
  readonly sources: SourceOptions;
  readonly folders: MapFolders;
  readonly lines: ScoreLines;
  /** Whether records have what the model found of the image. */
  readonly details: boolean;
  /** Where lines go. */
  readonly output: Pick<LineWriter, "writeText" | "flush">;
  /** Records of an earlier run, whose images are passed over. */
  readonly before: RecordsBefore;
  /** The file of these records, for messages. */
  readonly name: string;
}

/** The end of a stream. */
export interface ScoreStreamEnd {
  /** Number of records, those of an earlier run included. */
  readonly records: number;
  /** Number of records with an error. */
  readonly errors: number;
  /** Positions of the inputs of all these records. */
  readonly span: Span;
}

/**
 * Scores sources and writes a line per image.
 *
 * @param context Operands, threshold and stderr.
 * @param options Model, output, and what is written beside it.
 * @returns Numbers of records.
 * @throws {StrayError} `usage` If an earlier run had other inputs; `write` If writing fails.
 */
export async function scoreStream(
  context: Context,
  { detector, model, sources, folders, lines, details, output, before, name }: ScoreStreamOptions,
): Promise<ScoreStreamEnd> {
  const { flags: { threshold, workers }, stderr } = context;
  const { scoreEntries, ShiftTest } = await import("../src/detection/mod.ts");
  const { heatmaps, masks, massMaps } = folders;
  const { calibrationImages: calibration } = detector, { input, labels } = detector.model;
  const shift = new ShiftTest(calibration), notes = new ImageNotes(stderr);
  const progress = new Progress(context, sources);
  // The last image of an earlier run is scored again, to see that its line goes on here.
  let { last } = before;
  const skip = last ? before.records - 1 : 0;
  let { records, errors } = before, position = skip, span: Span = { from: 0, to: 0 };
  const entries = readSources<EncodedImage>(context.arguments, {
    ...sources,
    skip,
    onSpan: ({ from, to }) => {
      position = from;
      span = { from: from - skip, to };
      progress.start(span, records);
    },
    decode: (bytes, options) => ({ bytes, options }), // decoded later, by any free thread
  });
  const outcomes = scoreEntries(entries, detector, {
    workers: threadCount(workers),
    inspect: heatmaps !== undefined || masks !== undefined,
    massMaps: massMaps !== undefined,
    onWarning: (message) => stderr.warn(message),
  });
  try {
    for await (const batch of outcomes) {
      const drawn = heatmaps && await heatmaps.drawAll(position, batch, input);
      const masked = masks && await masks.drawAll(position, batch, input);
      const masses = massMaps && await massMaps.writeAll(position, batch);
      position += batch.length;
      let text = "";
      for (const [i, entry] of batch.entries()) {
        const record = scoreJson(entry, {
          ...{ labels, model, calibration, details },
          ...{ heatmap: drawn?.[i], mask: masked?.[i], massMap: masses?.[i] },
          anomalyFrom: threshold,
        });
        if (last) {
          checkContinues(last, record, name);
          last = undefined;
          continue;
        }
        records++;
        if ("error" in entry) errors++;
        else {
          const { label, verdict } = entry;
          // Known anomalies say nothing about the camera.
          const known = labels !== undefined && label !== undefined && !labels.includes(label);
          const unlike = known ? undefined : shift.add(verdict.p);
          if (unlike) stderr.warn(describeShift(unlike));
          notes.add(entry.path, entry.notes);
        }
        text += lines.line(record);
      }
      await output.writeText(text);
      await output.flush();
      progress.show(records);
    }
  } catch (error) {
    if (context.signal.aborted) stderr.info(`interrupted after ${countOf(records, "record")}`);
    throw error;
  }
  if (last) checkContinues(last, undefined, name);
  notes.end();
  return { records, errors, span: { ...span, to: span.from + records } };
}

/** The line on stderr that tells how far the work is. */
class Progress {
  readonly #context: Context;
  readonly #sources: SourceOptions;
  #rate = new Rate();
  /** Records of an earlier run: they took no time. */
  #before = 0;
  #total: number | undefined;
  #counting = false;

  constructor(context: Context, sources: SourceOptions) {
    this.#context = context;
    this.#sources = sources;
  }

  /** Called once it is known what is read. */
  start({ from, to }: Span, before: number): void {
    this.#rate = new Rate();
    this.#before = before;
    if (Number.isFinite(to) && this.#sources.shard) this.#total = to - from;
  }

  /** Shows the number of records; begins to count inputs, where that is quick, beside the work. */
  show(records: number): void {
    if (this.#context.flags.quiet) return;
    if (!this.#counting && this.#total === undefined) {
      this.#counting = true;
      countEntries(this.#context.arguments, this.#sources).then((total) => this.#total = total);
    }
    const { stderr } = this.#context;
    const total = this.#total === undefined ? undefined : this.#total - this.#before;
    const done = records - this.#before;
    stderr.progress(this.#rate.of(done, total !== undefined && total >= done ? total : undefined));
  }
}

/** The line about images that are unlike the calibration. */
function describeShift({ small, of, level }: UnlikeCalibration): string {
  const rounded = Number(level.toPrecision(2)), expected = Math.ceil(level * of);
  return `${small} of the last ${of} images have p <= ${rounded}, where about ${expected} are ` +
    `expected: another camera or day? ${programName()} calibrate makes a model for it`;
}
