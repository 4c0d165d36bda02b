/** A part of a streamed answer that is opened, filled token by token, and closed. */
export interface Segment {
  opening: string;
  tokens: string[];
  closing: string;
}

/**
 * One segment out of many: what lies between the last token of one and the first of the next is sent
 * with the latter, so that every event of a token brings exactly one token.
 */
export function joinSegments(segments: readonly Segment[]): Segment {
  let opening: string | undefined;
  const tokens: string[] = [];
  let between = '';
  for (const segment of segments) {
    between += segment.opening;
    for (const token of segment.tokens) {
      if (opening === undefined) {
        opening = between;
        tokens.push(token);
      } else tokens.push(between + token);
      between = '';
    }
    between += segment.closing;
  }
  return opening === undefined
    ? { opening: '', tokens, closing: between }
    : { opening, tokens, closing: between };
}
