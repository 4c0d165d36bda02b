import { composeChat, tierAsked } from '../chat/composeChat';
import { decodeTokens } from '../tokens/decodeTokens';
import { countTokens } from '../tokens/tokenise';
import type { TextAnswer } from '../text/TextAnswer';
import type { CompletionsRequest } from './completionsRequest';

/** What the legacy API writes when nobody says how much. */
const DEFAULT_MAX_TOKENS = 16;

/** The answer to each prompt, `n` choices each, in the order of the prompts. */
export function composeCompletions(
  request: CompletionsRequest,
  options: { model: string; seed: number; ignoreMaxTokens: boolean },
): TextAnswer {
  const prompts = promptsOf(request.prompt ?? '');
  const answers = prompts.map(({ text: content }) =>
    composeChat(
      {
        messages: [{ role: 'user', content }],
        max_tokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
        n: request.n,
        seed: request.seed,
        stop: request.stop,
        logprobs: typeof request.logprobs === 'number',
        top_logprobs: request.logprobs,
      },
      options,
    ),
  );
  const [first] = answers;
  const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
  return {
    ...first,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    choices: answers.flatMap(answer => answer.choices),
    usage: {
      promptTokens: sum(prompts.map(prompt => prompt.tokens)),
      cachedTokens: 0,
      completionTokens: sum(
        answers.map(answer => answer.usage.completionTokens),
      ),
    },
    metadata: request.metadata ?? {},
    serviceTier: tierAsked(request.service_tier),
  };
}

/** One text, a list of texts, one list of tokens, or a list of them. */
function promptsOf(
  prompt: NonNullable<CompletionsRequest['prompt']>,
): { text: string; tokens: number }[] {
  const given: (string | number | number[])[] = Array.isArray(prompt)
    ? prompt
    : [prompt];
  const loose: number[] = [];
  const prompts = given.flatMap(each => {
    if (typeof each === 'string') {
      return { text: each, tokens: countTokens(each) };
    }
    if (typeof each === 'number') {
      loose.push(each);
      return [];
    }
    return fromTokens(each);
  });
  return loose.length > 0 ? [fromTokens(loose)] : prompts;
}

function fromTokens(tokens: readonly number[]) {
  return { text: decodeTokens(tokens).join(''), tokens: tokens.length };
}
