/** Completions for shells, made from the tables of commands and flags. */

import {
  type DocumentedCommand,
  type DocumentedFlag,
  flagsOf,
  operandsOf,
  valuesOf,
} from "./_documented.ts";

/** Shells that completions are made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell that completions are made for. */
export type Shell = typeof SHELLS[number];

/** The words of the program that are no commands of the table. */
const FIRST = ["help", "--help", "--version"];

/**
 * Writes the script that a shell reads to complete `stray`: commands, their flags, and the values of flags
 * and operands that have a list of them; files where they are taken.
 *
 * @param shell The shell.
 * @param commands All commands.
 * @returns A script that ends with a newline.
 *
 * @example
 * ```ts
 * import { completions } from "./completions.ts";
 *
 * const command = { name: "info", flags: ["backend"], examples: [] } as const;
 * const script = completions("bash", [{ summary: "show a model", command }]);
 * if (!script.includes("auto webgpu wasm cpu")) throw new Error("values are missing");
 * ```
 */
export function completions(shell: Shell, commands: readonly DocumentedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

function bash(commands: readonly DocumentedCommand[]): string {
  const cases = commands.map(({ command }) => {
    const flags = flagsOf(command), { name } = command;
    const valued = flags.filter(({ entry }) => entry.kind !== "boolean");
    const chosen = valued.filter(({ entry }) => valuesOf(entry).length > 0).map(
      ({ name, entry }) => `        --${name}) words=${quoted(valuesOf(entry).join(" "))};;\n`,
    );
    const free = valued.filter(({ entry, isFile }) => !isFile && valuesOf(entry).length === 0);
    const files = valued.filter(({ isFile }) => isFile);
    const arms = [
      ...chosen,
      ...files.length > 0 ? [`        ${pattern(files)}) files=1;;\n`] : [],
      ...free.length > 0 ? [`        ${pattern(free)}) ;;\n`] : [],
    ].join("");
    const all = flags.map(({ name }) => `--${name}`).join(" ");
    const { choices, areFiles } = operandsOf(command);
    const rest = `flags=${quoted(all)}; operands=${quoted(choices.join(" "))}; files=${
      areFiles ? 1 : quoted("")
    }`;
    return `    ${name})\n      case "$prev" in\n${arms}        *) ${rest};;\n      esac;;\n`;
  }).join("");
  const names = [...commands.map(({ command }) => command.name), ...FIRST].join(" ");
  return `# bash completion for stray: source <(stray completions bash)
_stray() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" 
  local words="" files="" flags="" operands=""
  # Bash splits --flag=value into three words.
  if [ "$cur" = "=" ]; then
    cur=""
  elif [ "$prev" = "=" ]; then
    prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(names)} -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) words=${quoted(commands.map(({ command }) => command.name).join(" "))};;
${cases}  esac
  if [ "\${cur:0:1}" = "-" ] && [ -n "$flags" ]; then
    words="$flags"
    files=""
  elif [ -n "$operands" ]; then
    words="$operands"
  elif [ -z "$cur" ] && [ -n "$flags" ]; then
    words="$flags"
  fi
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur"))
  fi
}
complete -F _stray stray
`;
}

function pattern(flags: readonly DocumentedFlag[]): string {
  return flags.map(({ name }) => `--${name}`).join("|");
}

function zsh(commands: readonly DocumentedCommand[]): string {
  const functions = commands.map(({ command }) => {
    const specs = flagsOf(command).map((flag) => `    ${quoted(zshSpec(flag))}`);
    const all = [...specs, ...zshOperands(command).map((spec) => `    ${quoted(spec)}`)]
      .join(" \\\n");
    return `_stray_${command.name}() {\n  _arguments -s -S \\\n${all}\n}\n`;
  }).join("\n");
  const list = commands.map(({ command, summary }) =>
    `    ${quoted(`${command.name}:${summary.replaceAll(":", "\\:")}`)}\n`
  ).join("");
  return `#compdef stray
# zsh completion for stray: source <(stray completions zsh), after compinit
${functions}
_stray() {
  local -a commands=(
${list}    'help:print the flags of a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name="\${words[2]}"
  if [[ "$name" == help ]]; then
    _describe command commands
  elif (( $+functions[_stray_$name] )); then
    shift words
    (( CURRENT-- ))
    _stray_$name
  fi
}
if [ "\${funcstack[1]}" = "_stray" ]; then _stray "$@"; else compdef _stray stray; fi
`;
}

/** The argument of zsh's `_arguments` for a flag. */
function zshSpec({ name, entry, isFile }: DocumentedFlag): string {
  const again = entry.kind === "strings" ? "*" : "";
  const head = `${again}--${name}`, help = `[${zshText(entry.help)}]`;
  if (entry.kind === "boolean") return head + help;
  const values = valuesOf(entry);
  const action = isFile ? "_files" : values.length > 0 ? `(${values.join(" ")})` : " ";
  return `${head}=${help}:${zshText(entry.placeholder ?? "VALUE")}:${action}`;
}

/** The arguments of `_arguments` for operands. */
function zshOperands(command: DocumentedCommand["command"]): string[] {
  const { operands } = command;
  if (operands === undefined) return [];
  const { choices, areFiles } = operandsOf(command), name = zshText(operands.name);
  const first = choices.length === 0
    ? "_files"
    : areFiles && operands.words === undefined
    ? `_alternative "names:${name}:(${choices.join(" ")})" "files:file:_files"`
    : `(${choices.join(" ")})`;
  return [
    `1:${name}:${first}`,
    ...operands.most === 1 ? [] : [`*:${operands.words === undefined ? name : "SRC"}:_files`],
  ];
}

function zshText(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, "\\$&");
}

function fish(commands: readonly DocumentedCommand[]): string {
  const names = commands.map(({ command }) => command.name).join(" ");
  const first = commands.map(({ command, summary }) =>
    `complete -c stray -n __fish_use_subcommand -f -a ${command.name} -d ${fishQuoted(summary)}\n`
  ).join("");
  const operands = commands.map(({ command }) => {
    const { choices, areFiles } = operandsOf(command);
    const values = choices.length > 0 ? ` -a ${fishQuoted(choices.join(" "))}` : "";
    return areFiles && values === "" ? "" : `complete -c stray -n '__fish_seen_subcommand_from ` +
      `${command.name}'${areFiles ? "" : " -f"}${values}\n`;
  }).join("");
  const flags = commands.flatMap(({ command }) =>
    flagsOf(command).map(({ name, entry, isFile }) => {
      const values = valuesOf(entry);
      const value = entry.kind === "boolean"
        ? ""
        : isFile
        ? " -r -F"
        : ` -x${values.length > 0 ? ` -a ${fishQuoted(values.join(" "))}` : ""}`;
      const short = entry.short === undefined ? "" : ` -s ${entry.short}`;
      return `complete -c stray -n '__fish_seen_subcommand_from ${command.name}'${short} -l ${name}` +
        `${value} -d ${fishQuoted(entry.help)}\n`;
    })
  ).join("");
  return `# fish completion for stray: stray completions fish | source\n${first}` +
    `complete -c stray -n __fish_use_subcommand -f -a help -d 'print the flags of a command'\n` +
    `complete -c stray -n '__fish_seen_subcommand_from help' -f -a ${
      fishQuoted(names)
    }\n${operands}${flags}`;
}

/** A word for bash and zsh, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
