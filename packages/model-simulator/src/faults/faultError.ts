import { CONTENT_FILTER_RESULTS } from '../chat/chatBody';
import { ApiError } from '../http/ApiError';
import type { Fault } from './Fault';

/** The refusal that a fault stands for; undefined for a fault that spoils the answer itself. */
export function faultError(fault: Fault, model: string): ApiError | undefined {
  switch (fault.kind) {
    case 'rate-limit':
      return rateLimitError(model, fault.retryAfterSeconds ?? 1);
    case 'error':
      return new ApiError(
        fault.status ?? 500,
        'The server had an error while processing your request. Sorry about that!',
        { type: 'server_error' },
      );
    case 'content-filter':
      return fault.stage === 'answer' ? undefined : contentFilterError();
    default:
      return undefined;
  }
}

function rateLimitError(model: string, retryAfterSeconds: number): ApiError {
  return new ApiError(
    429,
    `Rate limit reached for ${model} on requests per min (RPM). Please try again in ${retryAfterSeconds}s.`,
    {
      type: 'requests',
      code: 'rate_limit_exceeded',
      headers: {
        'retry-after': String(Math.ceil(retryAfterSeconds)),
        'retry-after-ms': String(Math.round(retryAfterSeconds * 1_000)),
        'x-ratelimit-remaining-requests': '0',
      },
    },
  );
}

/** @see https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter */
function contentFilterError(): ApiError {
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
