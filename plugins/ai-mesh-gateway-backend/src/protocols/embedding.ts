import { fieldsOf, modelOf, textCount } from './fields';
import { modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { PassingTap } from './PassingTap';
import { Protocol } from './Protocol';
import { readInputTokens } from './readTokens';
import { usageOf } from './usage';

/** OpenAI's `/embeddings`. Never a stream. */
export const embedding: Protocol = {
  ...OPENAI,
  id: 'embedding',
  parseFields(body) {
    return fieldsOf({
      model: modelOf(body),
      maxOutputTokens: 0,
      messageCount: textCount(body.input, 'input'),
    });
  },
  bodyEdits: modelEdit,
  readUsage({ usage }) {
    const read = readInputTokens(usage);
    return read && usageOf({ ...read, embeddingTokens: read.inputTokens });
  },
  createTap: () => new PassingTap(undefined),
};
