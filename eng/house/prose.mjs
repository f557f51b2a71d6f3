// SPDX-License-Identifier: MIT
// Rules for lines and words: at most 120 columns, none of a few words, no sentence that starts with a free "What".
import { extname } from 'node:path';

const maxColumns = 120;
const checked = new Set(
  ['.cs', '.ts', '.mjs', '.sh', '.md', '.css', '.html', '.targets', '.props', '.csproj', '.yaml'],
);
const generated =
  /^spec\/vectors\/|^samples\/[^/]+\/docs\/(telemetry|dictionary)\.md$|\.g\.cs$|\.lock\.json$|-lock\.(json|yaml)$/;
const isTest = /^test\/|^(web\/[^/]+|sdk\/browser)\/test\//;

const words = /\b(anew|nobody|somebody|whoever)\b/i;
const instead = 'Name the actor (process, client, operator, user) or write "again".';
// At the start of a line, a comment, a list item, a text or a sentence.
const freeWhat = /(?:^\s*(?:\/\/\/?|\/\*+|\*|#+|<!--|-|>|\d+\.)?\s*|[.!:;]\s+|["'`>|(]\s*)What\s/g;
const commentMark = /^\s*(\/\/\/?|\*|#|-)?\s*/;

/** The violations of one file. */
export function* proseViolations({ path, text }) {
  if (!checked.has(extname(path)) || generated.test(path)) return;
  const lines = text.split('\n');
  let inData = false;
  for (const [at, line] of lines.entries()) {
    const where = `${path}:${at + 1}`;
    const columns = [...line].length;
    if (isTest.test(path) && (line.match(/"""/g)?.length ?? 0) % 2 === 1) inData = !inData;
    if (columns > maxColumns && !inData && !mayBeLong(path, line)) {
      yield `${where}: ${columns} columns, more than ${maxColumns}. Wrap the line.`;
    }
    // This folder has to name the words. A test's texts are data: only its comments and names are checked.
    if (path.startsWith('eng/house/')) continue;
    const prose = isTest.test(path) ? line.replace(/"(?:[^"\\]|\\.)*"/g, '""') : line;
    const word = words.exec(prose);
    if (word) yield `${where}: the word "${word[0]}". ${instead}`;
    for (const match of prose.matchAll(freeWhat)) {
      if (!isQuestion(prose.slice(match.index + match[0].length), lines.slice(at + 1, at + 4))) {
        yield `${where}: a sentence that starts with "What". Start with its subject.`;
        break;
      }
    }
  }
}

/**
 * Rows of Markdown tables, lines without a place to break them, such as an address, and a test's lines that only the
 * text of a literal makes long: a test shows its data as they are.
 */
function mayBeLong(path, line) {
  const content = line.trim().replace(/^([-*#>]|\/\/\/?|\d+\.)\s+/, '');
  return (extname(path) === '.md' && line.trimStart().startsWith('|')) || !/\s/.test(content)
    || (isTest.test(path) && line.replace(/"""(.*?)"""|"(?:[^"\\]|\\.)*"/g, '""').length <= maxColumns);
}

/** Whether the sentence, which can end on a later line, ends with a question mark. */
function isQuestion(rest, following) {
  const sentence = [rest, ...following.map((line) => line.replace(commentMark, ''))].join(' ');
  return /^[^.!?]*\?/.test(sentence);
}
