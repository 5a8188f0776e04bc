import assert from "node:assert/strict";
import { command as score } from "../../tasks/score.ts";
import { readScoreRecords } from "../../src/cli/mod.ts";
import { PartialFile } from "../../src/partial_file.ts";
import { runStray } from "../cli/_program.ts";
import { run } from "./_in_process.ts";
import { DIGITS, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

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

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

for (const format of ["ndjson", "csv"]) {
  Deno.test(`--out is stdout byte for byte, and so it is cut anywhere and resumed: ${format}`, async () => {
    await withPhotos(async (folder, flags) => {
      const args = [...flags, `--format=${format}`], out = `${folder}/s`;
      const { stdout, code } = await run(score, args, folder);
      assert.equal(code, 3);
      const before = names(folder);
      assert.equal((await run(score, [...args, "--out=s"], folder)).code, 3);
      assert.equal(await Deno.readTextFile(out), stdout);
      assert.deepEqual(names(folder), [...before, "s"].sort());
      const bytes = await Deno.readFile(out);
      await Deno.remove(out);
      for (let length = 0; length <= bytes.length; length += 97) {
        await Deno.writeFile(`${out}.partial`, bytes.subarray(0, length));
        const resumed = await run(score, [...args, "--out=s", "--resume"], folder);
        assert.equal(resumed.code, 3);
        assert.equal(await Deno.readTextFile(out), stdout, `cut to ${length} bytes`);
        await Deno.remove(out);
      }
      // Whole, but killed before it was renamed.
      await Deno.writeFile(`${out}.partial`, bytes);
      await run(score, [...args, "--out=s", "--resume"], folder);
      assert.equal(await Deno.readTextFile(out), stdout);
      const again = await run(score, [...args, "--out=s", "--resume"], folder);
      assert.deepEqual([again.code, again.stderr.includes("s is complete: 7 records")], [3, true]);
      assert.deepEqual(names(folder), [...before, "s"].sort());
    });
  });
}

Deno.test("a part is resumed within its inputs", async () => {
  for (const format of ["ndjson", "csv"]) await resumePart(`--format=${format}`);
});

async function resumePart(format: string): Promise<void> {
  await withPhotos(async (folder, flags) => {
    const args = [...flags, "--shard=2/2", "--out=s", format];
    await run(score, args, folder);
    const whole = await Deno.readTextFile(`${folder}/s`),
      facts = await Deno.readTextFile(`${folder}/s.shard`);
    await Deno.remove(`${folder}/s`);
    await Deno.writeTextFile(`${folder}/s.partial`, whole.slice(0, 700));
    await run(score, [...args, "--resume"], folder);
    assert.equal(await Deno.readTextFile(`${folder}/s`), whole);
    assert.equal(await Deno.readTextFile(`${folder}/s.shard`), facts);
    const again = await run(score, [...args, "--resume"], folder);
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
        await recordsOf((await run(score, args, folder, input)).stdout),
        await recordsOf((await run(score, [...args, "--format=csv"], folder, input)).stdout),
      ];
      assert.ok(json.length >= 2);
      for (const [i, record] of json.entries()) {
        const { fields, ...row } = csv[i]!, { night, ...own } = record;
        const known = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
        assert.deepEqual(known, own);
        assert.equal(fields, night && JSON.stringify({ night }));
      }
    }
    await assert.rejects(
      run(score, [...flags, "--fields=scroe"], folder),
      /"scroe" must be a field/,
    );
    const { stdout } = await run(score, [...flags, "--fields=score"], folder);
    const keys = stdout.trimEnd().split("\n").map((line) => Object.keys(JSON.parse(line)).join());
    assert.deepEqual(new Set(keys), new Set(["path,score", "path,error"]));
  });
});

async function recordsOf(text: string): Promise<Record<string, unknown>[]> {
  const records = readScoreRecords(new Blob([text]).stream());
  return await Array.fromAsync(records, ({ fields }) => ({ ...fields }));
}

Deno.test("--resume refuses other inputs, models and flags, and leaves the file alone", async () => {
  await withPhotos(async (folder, flags) => {
    const { stdout } = await run(score, flags, folder);
    const start = stdout.split("\n").slice(0, 3).join("\n") + "\n", partial = `${folder}/s.partial`;
    const refuses = async (args: readonly string[], said: RegExp, text = start) => {
      await Deno.writeTextFile(partial, text);
      await assert.rejects(run(score, [...args, "--out=s", "--resume"], folder), said);
      assert.equal(await Deno.readTextFile(partial), text);
      await Deno.remove(partial);
    };
    await refuses([...flags, "--threshold=0.5"], /must have the threshold 0.5: current value is /);
    await refuses(
      [...flags, "--format=csv"],
      /must be those of the same flags: its first is "{"path/,
    );
    await refuses([...flags, "--fields=score,p"], /must have the (model|fields) /);
    await refuses(
      [...flags, "--fields=score,p,threshold,model"],
      /must have the fields path, score, p,/,
    );
    await refuses([...flags, "--limit=2"], /must have the path null: current value is "photos\/2/);
    await refuses(
      flags.map((arg) => arg === "photos" ? `${DIGITS}test-images-idx3-ubyte.gz` : arg),
      /must have the path ".*#2": current value is "photos\/2/,
    );
    await refuses(flags, /must be those of the same flags/, "nonsense\n");
    await refuses(flags, /line 2 of stdin|must be a JSON object/, `${start.split("\n")[0]}\nx\n`);
    await assert.rejects(run(score, [...flags, "--resume"], folder), /--out must be given/);
  });
});

Deno.test("the task score may not write; score:out may", async () => {
  await withPhotos(async (folder, flags) => {
    const args = [...flags.slice(0, -1), `${folder}/photos`, `--out=${folder}/s`];
    const refused = await runTask("score", args);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /deno task score:out is the same command, and may write/);
    const done = await runStray(["score", ...args], { deno: ["-P=score:out"] });
    assert.deepEqual([done.code, done.stdout], [3, ""]);
    assert.match(done.stderr, /wrote .*\/s: 7 records\n/);
  });
});

Deno.test("one program at a time writes a file; what Ctrl-C leaves is said", async () => {
  await withPhotos(async (folder, flags) => {
    const file = await PartialFile.open(`${folder}/s`);
    await assert.rejects(
      run(score, [...flags, "--out=s"], folder),
      /Cannot write ".*\/s" as another program writes it now/,
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
