const ERROR = Buffer.from('"error"');
/** An event that is an error begins with it: further in, it is something that a model said. */
const LOOK_BYTES = 64;

/** Whether the first event of a stream is an error: then another target can still take over. */
export function startsWithError(bytes: Buffer): boolean {
  const at = bytes.subarray(0, LOOK_BYTES).indexOf(ERROR);
  if (at === -1) return false;
  // `data: {"error":…`, `event: error\ndata: {"type":"error"…`
  const before = bytes.toString('latin1', 0, at);
  return /^(event: error\r?\n)?data: ?\{\s*("type":\s*)?$/.test(before);
}
