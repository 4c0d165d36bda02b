import { Json } from './json';

const STOP_REASONS = new Map<unknown, string>([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['content_filter', 'refusal'],
]);

const FINISH_REASONS = new Map<unknown, string>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** What a choice has said by its end. */
export interface EndOfChoice {
  finishReason: unknown;
  /** vLLM's field of the choice: the stop sequence that was met, when it was one. OpenAI does not tell. */
  stopSequence: unknown;
  hasToolUse: boolean;
  /** Whether the model said its refusal in a field of its own. */
  hasRefusal: boolean;
}

/** Why a message ended, as Anthropic says it. */
export function toStopReason(end: EndOfChoice): {
  stop_reason: string;
  stop_sequence: string | null;
} {
  const reason = STOP_REASONS.get(end.finishReason) ?? 'end_turn';
  if (reason !== 'end_turn') return named(reason);
  // a call that the client forced ends with "stop" at OpenAI; Anthropic's clients run tools on "tool_use" only
  if (end.hasToolUse) return named('tool_use');
  if (end.hasRefusal) return named('refusal');
  if (typeof end.stopSequence === 'string') {
    return { stop_reason: 'stop_sequence', stop_sequence: end.stopSequence };
  }
  return named(reason);
}

/** Why a choice ended, as OpenAI says it; "stop" for reasons that are not known yet. */
export function toFinishReason(message: Json): string {
  return FINISH_REASONS.get(message.stop_reason) ?? 'stop';
}

function named(reason: string) {
  return { stop_reason: reason, stop_sequence: null };
}
