// deno-lint-ignore-file stray/plain-english -- it quotes the phrases
/**
 * Lint rule `stray/plain-english`: phrases that are not plain technical English.
 *
 * - "N an X" for a rate: "images a second" should be "images per second"
 * - What, That, Those or Of as the first word of a comment or of a tag's text
 * - "leave it away" for "omit it"
 */

const UNITS =
  "backend|batch|call|channel|class|column|element|entry|epoch|file|folder|group|image|" +
  "label|layer|lens|line|model|network|operand|pixel|point|record|request|row|run|sample|score|" +
  "second|step|thread|unit|vector|weight|worker";
const NOUNS =
  "bytes|chain|epochs?|files?|folder|images?|lines?|loss|losses|ms|numbers?|object|pixels?|" +
  "PNG|ratio|rows?|\\/s|samples?|seconds|units?|values?|weights?|one|two|three";
/** Nouns that are verbs too, as in "to score an image": they need an article or a number. */
const VERBS = "(?:an?|one|the|\\d+) (?:label|map|number|point|record|score|step)s?";
/** A number, maybe with a noun. */
const COUNT =
  "\\d[\\d,.]*(?: (?!(?:and|as|at|but|by|for|from|if|in|is|of|on|or|than|to|when|where|with)\\b)[\\w-]+)?";

const RATE = new RegExp(
  `\\b(?:${NOUNS}|${VERBS}|${COUNT}) an? (?:${UNITS})\\b(?! (?:time|thread|signal|Ctrl|one|process|pass)\\b)`,
);

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [RATE, 'write "per" for a rate'],
  [/\bleav(?:e|es|ing) [\w-]+ away\b/, 'write "omit"'],
];

const FIRST_WORD =
  /^[\s*]*(?:(?:@(?:returns|throws|default)|@param \S+)\s+)?(What|That|Those|Of)\b/;

/** The faults of a text, in words. */
export function faultsOf(text: string, isComment: boolean): string[] {
  const flat = text.replaceAll(/\s*\n[\s*]*/g, " ");
  const faults = PHRASES.flatMap(([phrase, advice]) => {
    const found = phrase.exec(flat);
    return found ? [`"${found[0]}": ${advice}`] : [];
  });
  if (!isComment) return faults;
  const tagged = text.split(/\n(?=[\s*]*@)/);
  for (const part of tagged) {
    const word = FIRST_WORD.exec(part)?.[1];
    if (word) faults.push(`"${word}" as first word: begin with a noun or an active verb`);
  }
  return faults;
}

/** The rule. */
export const plainEnglish: Deno.lint.Rule = {
  create(context) {
    const check = (text: string, isComment: boolean, range: Deno.lint.Range) => {
      for (const message of faultsOf(text, isComment)) context.report({ range, message });
    };
    return {
      Program() {
        for (const { value, range } of context.sourceCode.getAllComments()) {
          check(value, true, range);
        }
      },
      Literal(node) {
        if (typeof node.value === "string") check(node.value, false, node.range);
      },
      TemplateElement(node) {
        check(node.cooked, false, node.range);
      },
    };
  },
};
