// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[0-9;]*m/g;
const LOG_LINE = /^\S+ (\S+ )?(error|warn|info|debug|http|verbose)\b/;
const PROBLEM = /\b(ERROR|Error:|failed|Failed to)\b/;

/** Decides, line by line, what of a part's output a visitor of the demo should see: warnings and errors. */
export class QuietFilter {
  #isInProblem = false;

  isWorthShowing(coloured) {
    const line = coloured.replace(COLOURS, '');
    const level = LOG_LINE.exec(line)?.[2];
    if (level !== undefined) {
      this.#isInProblem = level === 'error' || level === 'warn';
    } else if (!/^\s/.test(line)) {
      // no log line, no continuation of one: a message of a tool
      this.#isInProblem = PROBLEM.test(line);
    }
    return this.#isInProblem && line.trim() !== '';
  }
}
