import { PROTOCOLS, Protocol, ProtocolId } from '../protocols';
import { chatToMessages, messagesToChat, Translation } from '../translations';

/** How a call reaches a target: in the caller's own words, or in others'. */
export interface Passage {
  /** What the target speaks. */
  protocol: Protocol;
  /** Below the provider's base address. */
  upstreamPath: string;
  translation: Translation | undefined;
}

const OPENAI: ReadonlyMap<ProtocolId, Passage> = new Map<ProtocolId, Passage>([
  ['chat', direct('chat', '/chat/completions')],
  ['completion', direct('completion', '/completions')],
  ['response', direct('response', '/responses')],
  ['embedding', direct('embedding', '/embeddings')],
  ['moderation', direct('moderation', '/moderations')],
  ['image', direct('image', '/images/generations')],
  ['speech', direct('speech', '/audio/speech')],
  ['transcription', direct('transcription', '/audio/transcriptions')],
  ['translation', direct('translation', '/audio/translations')],
  [
    'message',
    { ...direct('chat', '/chat/completions'), translation: messagesToChat },
  ],
]);

const ANTHROPIC: ReadonlyMap<ProtocolId, Passage> = new Map<
  ProtocolId,
  Passage
>([
  ['message', direct('message', '/messages')],
  ['chat', { ...direct('message', '/messages'), translation: chatToMessages }],
]);

/** The way of a route's calls to a provider; undefined when it cannot serve them. */
export function passageOf(
  route: ProtocolId,
  provider: 'openai' | 'anthropic',
): Passage | undefined {
  return (provider === 'openai' ? OPENAI : ANTHROPIC).get(route);
}

function direct(protocol: ProtocolId, upstreamPath: string): Passage {
  return {
    protocol: PROTOCOLS[protocol],
    upstreamPath,
    translation: undefined,
  };
}
