import { BodyEditOptions } from './Protocol';

/** The model's name at the provider, where it is another. */
export function modelEdit(options: BodyEditOptions): Map<string, string> {
  const edits = new Map<string, string>();
  if (options.providerModel !== options.fields.model) {
    edits.set('model', JSON.stringify(options.providerModel));
  }
  return edits;
}

/** The bound of the output: in `member` when the caller sets none, in the caller's own where it has to be lower. */
export function addOutputBound(
  edits: Map<string, string>,
  options: BodyEditOptions,
  member: string,
): void {
  const { fields, maxOutputTokens } = options;
  if (fields.maxOutputTokens === undefined) {
    edits.set(member, String(maxOutputTokens)); // the hold covers no more
    return;
  }
  if (fields.maxOutputTokens <= maxOutputTokens) return;
  for (const [name, bound] of Object.entries(fields.outputBounds)) {
    if (bound > maxOutputTokens) edits.set(name, String(maxOutputTokens));
  }
}

/** Has the usage reported at the end of a stream, as chat and completions do it. */
export function addUsageOption(
  edits: Map<string, string>,
  { fields }: BodyEditOptions,
): void {
  if (!fields.stream || fields.includeUsage) return;
  const streamOptions = { ...fields.streamOptions, include_usage: true };
  edits.set('stream_options', JSON.stringify(streamOptions));
}
