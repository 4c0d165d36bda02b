/** One event of a stream whose events have names; the name stands in its data, too. */
export function namedEvent(
  event: { type: string } & Readonly<Record<string, unknown>>,
): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** An event whose data ends too early. */
export function brokenEvent(type: string): string {
  return `event: ${type}\ndata: {"type":"${type}","\n\n`;
}
