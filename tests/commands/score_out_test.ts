import assert from "node:assert/strict";
import { readScoreRecords } from "../../src/cli/mod.ts";
import { PartialFile } from "../../src/partial_file.ts";
import { type Finished, runStray } from "../cli/_program.ts";
import { runIn, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

/** Asserts that a command ends with an error. */
async function assertRefused(
  ended: Promise<Finished>,
  said: RegExp,
  wanted: 1 | 2 = 2,
): Promise<void> {
  const { code, stdout, stderr } = await ended;
  assert.equal(code, wanted, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, new RegExp(`^error: .*${said.source}`, "m"));
}

/** A folder of photographs, one of them broken, and flags that score it. */
async function withPhotos(
  use: (folder: string, args: readonly string[]) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    await Deno.mkdir(`${folder}/photos`);
    for (let i = 0; i < 7; i++) {
      await writePng(`${folder}/photos/${i}, "x"\n.png`, 8, 8, (x, y) => (x * y * (i + 3)) % 256);
    }
    await Deno.writeTextFile(`${folder}/photos/3, "x"\n.png`, "no image");
    await use(folder, ["--model", model, "--backend=wasm", "--workers=1", "photos"]);
  });
}

/** The facts of the run that a command line of score begins. */
async function factsOf(
  args: readonly string[],
  folder: string,
): Promise<string> {
  await runIn(folder, "score", [...args, "--out=facts", "--resume"]);
  const text = await Deno.readTextFile(`${folder}/facts.shard`);
  for (const name of ["facts", "facts.shard"]) await Deno.remove(`${folder}/${name}`);
  return text;
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

for (const format of ["ndjson", "csv"]) {
  Deno.test(`--out is stdout byte for byte, and so it is cut anywhere and resumed: ${format}`, async () => {
    await withPhotos(async (folder, flags) => {
      const args = [...flags, `--format=${format}`], out = `${folder}/s`;
      const { stdout, code } = await runIn(folder, "score", args);
      assert.equal(code, 3);
      const before = names(folder);
      assert.equal((await runIn(folder, "score", [...args, "--out=s"])).code, 3);
      assert.equal(await Deno.readTextFile(out), stdout);
      assert.deepEqual(names(folder), [...before, "s"].sort());
      const bytes = await Deno.readFile(out);
      const facts = await factsOf(args, folder);
      const resumedNames = [...before, "s", "s.shard"].sort();
      await Deno.remove(out);
      for (let length = 0; length <= bytes.length; length += 97) {
        await Deno.writeFile(`${out}.partial`, bytes.subarray(0, length));
        await Deno.writeTextFile(`${out}.partial.json`, facts);
        const resumed = await runIn(folder, "score", [...args, "--out=s", "--resume"]);
        assert.equal(resumed.code, 3);
        assert.equal(await Deno.readTextFile(out), stdout, `cut to ${length} bytes`);
        await Deno.remove(out);
      }
      // Whole, but killed before it was renamed.
      await Deno.writeFile(`${out}.partial`, bytes);
      await Deno.writeTextFile(`${out}.partial.json`, facts);
      await runIn(folder, "score", [...args, "--out=s", "--resume"]);
      assert.equal(await Deno.readTextFile(out), stdout);
      const again = await runIn(folder, "score", [...args, "--out=s", "--resume"]);
      assert.deepEqual([again.code, again.stderr.includes("s is complete: 7 records")], [3, true]);
      assert.deepEqual(names(folder), resumedNames);
    });
  });
}

Deno.test("a part is resumed within its inputs", async () => {
  for (const format of ["ndjson", "csv"]) await resumePart(`--format=${format}`);
});

async function resumePart(format: string): Promise<void> {
  await withPhotos(async (folder, flags) => {
    const args = [...flags, "--shard=2/2", "--out=s", format];
    await runIn(folder, "score", args);
    const whole = await Deno.readTextFile(`${folder}/s`),
      facts = await Deno.readTextFile(`${folder}/s.shard`);
    await Deno.remove(`${folder}/s`);
    await Deno.writeTextFile(`${folder}/s.partial`, whole.slice(0, 700));
    await Deno.writeTextFile(`${folder}/s.partial.json`, facts);
    await runIn(folder, "score", [...args, "--resume"]);
    assert.equal(await Deno.readTextFile(`${folder}/s`), whole);
    assert.equal(await Deno.readTextFile(`${folder}/s.shard`), facts);
    const again = await runIn(folder, "score", [...args, "--resume"]);
    assert.match(again.stderr, /s is complete: 4 records/);
  });
}

Deno.test("the rows of CSV are read back as the records, whole or some of their fields", async () => {
  await withPhotos(async (folder, flags) => {
    const list =
      `{"path":"photos/1, \\"x\\"\\n.png","night":[1,"a,b"]}\n{"path":"none.png","label":"z"}\n`;
    const stdin = [...flags.slice(0, -1), "-"];
    for (
      const [args, input] of [[flags, ""], [stdin, list], [
        [...flags, "--fields=score,p"],
        "",
      ]] as const
    ) {
      const [json, csv] = [
        await recordsOf((await runIn(folder, "score", args, input)).stdout),
        await recordsOf((await runIn(folder, "score", [...args, "--format=csv"], input)).stdout),
      ];
      assert.ok(json.length >= 2);
      for (const [i, record] of json.entries()) {
        const { fields, ...row } = csv[i]!, { night, ...own } = record;
        const known = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
        assert.deepEqual(known, own);
        assert.equal(fields, night && JSON.stringify({ night }));
      }
    }
    await assertRefused(
      runIn(folder, "score", [...flags, "--fields=scroe"]),
      /"scroe" must be a field/,
    );
    const { stdout } = await runIn(folder, "score", [...flags, "--fields=score"]);
    const keys = stdout.trimEnd().split("\n").map((line) => Object.keys(JSON.parse(line)).join());
    assert.deepEqual(new Set(keys), new Set(["path,score", "path,error"]));
  });
});

async function recordsOf(text: string): Promise<Record<string, unknown>[]> {
  const records = readScoreRecords(new Blob([text]).stream());
  return await Array.fromAsync(records, ({ fields }) => ({ ...fields }));
}

Deno.test("--resume refuses other inputs, models, parts and flags, and leaves the files alone", async () => {
  await withPhotos(async (folder, flags) => {
    await Deno.mkdir(`${folder}/o`);
    const model = await trainDigits(`${folder}/o`, ["--epochs=2", "--model=dense"]);
    const other = flags.map((arg, i) => i === 1 ? model : arg);
    const partial = `${folder}/s.partial`;
    const began = async (args: readonly string[], count: number) => {
      const { stdout } = await runIn(folder, "score", args);
      await Deno.writeTextFile(partial, stdout.split("\n").slice(0, count).join("\n") + "\n");
      await Deno.writeTextFile(`${partial}.json`, await factsOf(args, folder));
    };
    const refuses = async (args: readonly string[], said: RegExp, wanted: 1 | 2 = 2) => {
      const before = await Deno.readTextFile(partial);
      await assertRefused(runIn(folder, "score", [...args, "--out=s", "--resume"]), said, wanted);
      assert.equal(await Deno.readTextFile(partial), before);
    };
    await began(flags, 3);
    await refuses([...flags, "--threshold=0.5"], /it has --threshold none, now 0.5$/);
    await refuses([...flags, "--format=csv"], /it has --format none, now "csv"$/);
    await refuses([...flags, "--fields=score,p"], /it has --fields none, now \["score","p"\]$/);
    await refuses([...flags, "--limit=2"], /it has --limit none, now 2$/);
    await refuses([...flags, "--score=mse"], /it has --score none, now "mse"$/);
    await refuses([...flags, "--shard=1/2"], /it has --shard "1\/1", now "1\/2"$/);
    await refuses([...flags.slice(0, -1), "./photos"], /it has other inputs$/);
    await refuses(other, /it has model "sha256:\w+", now "sha256:\w+"$/);
    await Deno.rename(`${folder}/photos/0, "x"\n.png`, `${folder}/photos/9.png`);
    await refuses(flags, /it has other inputs$/); // as many
    await Deno.rename(`${folder}/photos/9.png`, `${folder}/photos/0, "x"\n.png`);
    await began(flags, 4); // the last is an error
    assert.match((await Deno.readTextFile(partial)).trimEnd().split("\n").at(-1)!, /"error"/);
    await refuses(other, /it has model /);
    await began([...flags, "--fields=score"], 2);
    await refuses([...other, "--fields=score"], /it has model /);
    await Deno.writeTextFile(partial, "nonsense\n");
    await refuses([...flags, "--fields=score"], /"s.partial".*must be those of the same flags/);
    await Deno.writeTextFile(partial, '{"path":"a"}\nx\n');
    await refuses([...flags, "--fields=score"], /Cannot read line 2 of s.partial as/, 1);
    await assertRefused(runIn(folder, "score", [...flags, "--resume"]), /--out must be given/);
  });
});

Deno.test("--resume takes a complete file only for that of the same run", async () => {
  await withPhotos(async (folder, flags) => {
    await Deno.mkdir(`${folder}/o`);
    const model = await trainDigits(`${folder}/o`, ["--epochs=2", "--model=dense"]);
    const other = flags.map((arg, i) => i === 1 ? model : arg);
    const resume = (args: readonly string[]) =>
      runIn(folder, "score", [...args, "--out=s", "--resume"]);
    const begun = await resume([...flags, "--fields=score"]);
    const text = await Deno.readTextFile(`${folder}/s`);
    assert.match((await resume([...flags, "--fields=score"])).stderr, /s is complete: 7 records/);
    await assertRefused(resume([...other, "--fields=score"]), /Cannot resume "s".* has model /);
    await assertRefused(resume([...flags, "--fields=score", "--shard=1/2"]), /has --shard "1\/1"/);
    await writePng(`${folder}/photos/8.png`, 8, 8, () => 5);
    await assertRefused(resume([...flags, "--fields=score"]), /has other inputs$/);
    assert.equal(await Deno.readTextFile(`${folder}/s`), text);
    await Deno.writeTextFile(`${folder}/s`, `${text}{}\n`);
    await assertRefused(
      resume([...flags, "--fields=score"]),
      /Cannot resume "s" as it must hold/,
      1,
    );
    await Deno.remove(`${folder}/s.shard`);
    const anew = await resume([...other, "--fields=score"]);
    assert.match(anew.stderr, /s is scored anew, as there is no s.shard/);
    assert.equal(begun.code, anew.code);
    assert.notEqual(await Deno.readTextFile(`${folder}/s`), text);
  });
});

Deno.test("--out overwrites no file of the user under the names that it needs", async () => {
  await withPhotos(async (folder, flags) => {
    const names = ["s.partial", "s.partial.json", "s.shard"];
    for (const name of names) {
      await Deno.writeTextFile(`${folder}/${name}`, "mine\n");
      for (const more of [["--shard=1/2"], ["--resume"]]) {
        await assertRefused(
          runIn(folder, "score", [...flags, "--out=s", ...more]),
          new RegExp(`Cannot write ".*/${name}" as it must be free, or left by score`),
        );
        assert.equal(await Deno.readTextFile(`${folder}/${name}`), "mine\n");
      }
      await Deno.remove(`${folder}/${name}`);
      await Deno.remove(`${folder}/s.partial`).catch(() => {});
    }
    // A killed run's file is taken.
    const facts = await factsOf(flags, folder);
    await Deno.writeTextFile(`${folder}/s.partial`, "half");
    await Deno.writeTextFile(`${folder}/s.partial.json`, facts);
    assert.equal((await runIn(folder, "score", [...flags, "--out=s"])).code, 3);
    assert.deepEqual([...names, "s"].map((name) => exists(`${folder}/${name}`)), [
      ...[false, false, false],
      true,
    ]);
  });
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("the task score may not write; score:out may", async () => {
  await withPhotos(async (folder, flags) => {
    const args = [...flags.slice(0, -1), `${folder}/photos`, `--out=${folder}/s`];
    const refused = await runTask("score", args);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /deno task score:out is the same command, and may write/);
    const done = await runStray(["score", ...args], { deno: ["-P=score:out"] });
    assert.deepEqual([done.code, done.stdout], [3, ""]);
    assert.match(done.stderr, /wrote .*\/s: 7 records\n/);
    for (const stream of ["/dev/stdout", "/dev/full"]) {
      const refused = await runStray(["score", ...args.slice(0, -1), `--out=${stream}`], {
        deno: ["-P=score:out"],
      });
      assert.deepEqual([refused.code, refused.stdout], [2, ""]);
      assert.match(refused.stderr, /--out must be a plain file.*\nhint: omit --out/);
    }
  });
});

Deno.test("one program at a time writes a file; what Ctrl-C leaves is said", async () => {
  await withPhotos(async (folder, flags) => {
    const file = await PartialFile.open(`${folder}/s`);
    await assertRefused(
      runIn(folder, "score", [...flags, "--out=s"]),
      /Cannot write ".*\/s" as another program writes it now/,
      1,
    );
    file.close();
    const fifo = `${folder}/list`;
    assert.ok((await new Deno.Command("mkfifo", { args: [fifo] }).output()).success);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "-P=score:out"],
        ...[new URL("../../tasks/main.ts", import.meta.url).pathname, "score"],
        ...[...flags.slice(0, -1), "-", `--out=${folder}/s`],
      ],
      ...{ stdin: "piped", stdout: "null", stderr: "piped", env: { INIT_CWD: folder } },
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`photos/0, "x"\nphotos/none.png\n`));
    while (!(await Deno.readTextFile(`${folder}/s.partial`).catch(() => "")).includes("none.png")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGINT");
    const stderr = await new Response(child.stderr).text();
    assert.equal((await child.status).code, 130);
    assert.match(stderr, /interrupted after 2 records\n/);
    assert.match(stderr, /finished lines are in .*\/s.partial: --resume goes on after them/);
    await writer.close().catch(() => {});
  });
});

Deno.test("the ending of --out decides the format, and --format may not contradict", async () => {
  await withPhotos(async (folder, args) => {
    const table = await runIn(folder, "score", [...args, "--format=csv"]);
    assert.equal((await runIn(folder, "score", [...args, "--out=s.CSV"])).code, 3);
    assert.equal(await Deno.readTextFile(`${folder}/s.CSV`), table.stdout);
    const lines = await runIn(folder, "score", args);
    assert.equal((await runIn(folder, "score", [...args, "--out=s.jsonl"])).code, 3);
    assert.equal(await Deno.readTextFile(`${folder}/s.jsonl`), lines.stdout);
    for (const [out, format] of [["t.csv", "ndjson"], ["t.ndjson", "csv"]] as const) {
      await assertRefused(
        runIn(folder, "score", [...args, `--out=${out}`, `--format=${format}`]),
        /--format must be \w+ by the ending /,
      );
      assert.equal(names(folder).includes(out), false);
    }
  });
});
