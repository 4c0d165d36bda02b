import { Attachments, countAttachments, NO_ATTACHMENTS } from './contentParts';
import { Body, fieldsOf, modelOf, textCount } from './fields';
import { modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { PassingTap } from './PassingTap';
import { Protocol } from './Protocol';
import { readInputTokens } from './readTokens';
import { isObject } from './usage';

/** Clients leave the model out; it is OpenAI's choice then. */
const DEFAULT_MODEL = 'omni-moderation-latest';

/** OpenAI's `/moderations`. Never a stream; most providers report no usage. */
export const moderation: Protocol = {
  ...OPENAI,
  id: 'moderation',
  parseFields(body) {
    const model = body.model ?? DEFAULT_MODEL;
    return fieldsOf({
      model: modelOf({ model }),
      maxOutputTokens: 0,
      ...inputFields(body),
    });
  },
  bodyEdits: modelEdit,
  readUsage: ({ usage }) => readInputTokens(usage),
  createTap: () => new PassingTap(undefined),
};

function inputFields({ input }: Body) {
  const counted: Attachments = { ...NO_ATTACHMENTS };
  if (!Array.isArray(input) || !input.some(isObject)) {
    return { messageCount: textCount(input, 'input'), ...counted };
  }
  countAttachments(input, 'input', counted);
  return { messageCount: input.length, ...counted };
}
