import { ChunkTap } from './ChunkTap';
import {
  Body,
  fieldsOf,
  MAX_CHOICES,
  modelOf,
  optionalCount,
  outputBound,
  streamFields,
  textCount,
} from './fields';
import { addOutputBound, addUsageOption, modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { Protocol } from './Protocol';
import { CHAT_NAMES, readTokens } from './readTokens';
import { askedTier, reportedTier } from './serviceTiers';

/** OpenAI's older `/completions`: text that goes on. */
export const completion: Protocol = {
  ...OPENAI,
  id: 'completion',
  parseFields(body) {
    const promptCount = countPrompts(body);
    const choices = optionalCount(body, 'n', MAX_CHOICES) ?? 1;
    const tried = optionalCount(body, 'best_of', MAX_CHOICES) ?? 1;
    return fieldsOf({
      model: modelOf(body),
      ...streamFields(body),
      ...outputBound(body, ['max_tokens']),
      choices: promptCount * Math.max(choices, tried), // those that are not the best are charged, too
      messageCount: promptCount,
      serviceTier: askedTier(body.service_tier),
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, 'max_tokens');
    addUsageOption(edits, options);
    return edits;
  },
  readUsage(answer) {
    return readTokens(answer.usage, CHAT_NAMES, {
      serviceTier: reportedTier(answer.service_tier),
    });
  },
  createTap(fields) {
    return new ChunkTap({ stripUsage: !fields.includeUsage });
  },
};

/** Without a prompt, a model begins a text of its own. */
function countPrompts(body: Body): number {
  const prompt = body.prompt ?? undefined;
  return prompt === undefined ? 1 : textCount(prompt, 'prompt');
}
