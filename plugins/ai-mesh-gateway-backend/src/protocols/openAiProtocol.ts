import { openAiErrorBody, openAiStreamError } from './errorBodies';
import { Protocol } from './Protocol';

/** What all formats of OpenAI have in common: JSON in, and one shape of errors. */
export const OPENAI = {
  encoding: 'json',
  streamError: openAiStreamError,
  errorBody: openAiErrorBody,
} as const satisfies Partial<Protocol>;
