import { CONTENT_FILTER_RESULTS } from '../chat/chatBody';
import { ApiError, type Dialect } from '../http/ApiError';
import type { Fault } from './Fault';

/** The refusal that a fault stands for; undefined for a fault that spoils the answer itself. */
export function faultError(
  fault: Fault,
  model: string,
  dialect: Dialect,
): ApiError | undefined {
  switch (fault.kind) {
    case 'rate-limit':
      return rateLimitError(model, fault.retryAfterSeconds ?? 1, dialect);
    case 'overloaded':
      return overloadedError(fault.retryAfterSeconds ?? 1, dialect);
    case 'error':
      return new ApiError(
        fault.status ?? 500,
        'The server had an error while processing your request. Sorry about that!',
        { type: 'server_error' },
      );
    case 'context-length':
      return contextLengthError(dialect);
    case 'content-filter':
      return fault.stage === 'answer' ? undefined : contentFilterError(dialect);
    default:
      return undefined;
  }
}

function rateLimitError(
  model: string,
  retryAfterSeconds: number,
  dialect: Dialect,
): ApiError {
  const headers = { 'retry-after': String(Math.ceil(retryAfterSeconds)) };
  return new ApiError(
    429,
    `Rate limit reached for ${model} on requests per min (RPM). Please try again in ${retryAfterSeconds}s.`,
    {
      type: 'requests',
      code: 'rate_limit_exceeded',
      headers:
        dialect === 'anthropic'
          ? { ...headers, 'anthropic-ratelimit-requests-remaining': '0' }
          : {
              ...headers,
              'retry-after-ms': String(Math.round(retryAfterSeconds * 1_000)),
              'x-ratelimit-remaining-requests': '0',
            },
    },
  );
}

/** Anthropic has a status of its own for it, 529. */
function overloadedError(
  retryAfterSeconds: number,
  dialect: Dialect,
): ApiError {
  const headers = { 'retry-after': String(Math.ceil(retryAfterSeconds)) };
  return dialect === 'anthropic'
    ? new ApiError(529, 'Overloaded', { headers })
    : new ApiError(
        503,
        'The engine is currently overloaded, please try again later.',
        { type: 'server_error', code: 'server_overloaded', headers },
      );
}

/** The numbers are made up: the simulator knows no context lengths of its own. */
function contextLengthError(dialect: Dialect): ApiError {
  return dialect === 'anthropic'
    ? new ApiError(400, 'prompt is too long: 200001 tokens > 200000 maximum')
    : new ApiError(
        400,
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 128001 tokens. Please reduce the length of the messages.",
        { param: 'messages', code: 'context_length_exceeded' },
      );
}

/** @see https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter */
function contentFilterError(dialect: Dialect): ApiError {
  if (dialect === 'anthropic') {
    return new ApiError(400, 'Output blocked by content filtering policy');
  }
  return new ApiError(
    400,
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    {
      param: 'prompt',
      code: 'content_filter',
      details: {
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: {
            ...CONTENT_FILTER_RESULTS,
            violence: { filtered: true, severity: 'medium' },
          },
        },
      },
    },
  );
}
