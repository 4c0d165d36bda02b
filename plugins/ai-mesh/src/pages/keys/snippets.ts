import { ModelKind } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  imageSnippets,
  speechSnippets,
  transcriptionSnippets,
} from './mediaSnippets';
import { Snippets, Target } from './snippetParts';
import {
  chatSnippets,
  embeddingSnippets,
  moderationSnippets,
  streamingSnippets,
} from './textSnippets';

const SNIPPETS: Record<ModelKind, (target: Target) => Snippets> = {
  chat: chatSnippets,
  embedding: embeddingSnippets,
  moderation: moderationSnippets,
  image: imageSnippets,
  speech: speechSnippets,
  transcription: transcriptionSnippets,
};

/**
 * A first call, ready to run as it stands.
 *
 * @param options - `isStreaming`: for chats, the answer as it comes
 */
export function snippetsOf(
  options: Target & { kind: ModelKind; isStreaming: boolean },
): Snippets {
  const { kind, isStreaming, ...target } = options;
  return isStreaming && kind === 'chat'
    ? streamingSnippets(target)
    : SNIPPETS[kind](target);
}
