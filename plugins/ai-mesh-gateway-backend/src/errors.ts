import { JournalError } from './journal/Journal';
/** What an error looks like on the wire. Codes are interface: documented in docs/errors.md, one section each. */
interface ErrorDefinition {
  status: number;
  type: string;
  message: string;
  /** Extra headers, as name, value, name, value. */
  headers?: readonly string[];
}

const NO_RETRY = ['x-should-retry', 'false'];
const RETRY_SOON = ['retry-after', '1'];

/** Every error that may leave the gateway. Anything else leaves as `internal_error`, without its text. */
export const ERRORS = {
  malformed_request: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request is not valid HTTP.',
  },
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The body is not valid JSON.',
  },
  invalid_value: {
    status: 400,
    type: 'invalid_request_error',
    message: 'A field of the body has a wrong type or value.',
  },
  invalid_api_key: {
    status: 401,
    type: 'invalid_request_error',
    message:
      'The API key is not valid. Send a key of this gateway as "Authorization: Bearer <key>".',
    headers: NO_RETRY,
  },
  model_not_allowed: {
    status: 403,
    type: 'permission_error',
    message: 'The API key may not use this model.',
  },
  model_not_found: {
    status: 404,
    type: 'invalid_request_error',
    message: 'The model does not exist. GET /v1/models lists what there is.',
  },
  unknown_url: {
    status: 404,
    type: 'invalid_request_error',
    message: 'There is no such path on this gateway.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    message: 'This path does not take this method.',
  },
  request_timeout: {
    status: 408,
    type: 'invalid_request_error',
    message: 'The request took too long to arrive.',
    headers: ['connection', 'close'],
  },
  request_too_large: {
    status: 413,
    type: 'invalid_request_error',
    message: 'The body is larger than this gateway takes.',
  },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    message: 'The body must be sent as application/json, without compression.',
  },
  region_not_allowed: {
    status: 403,
    type: 'permission_error',
    message:
      'The model is not computed in a region where this department may have its data.',
  },
  insufficient_quota: {
    status: 429,
    type: 'insufficient_quota',
    message: 'The budget does not cover what this call can cost.',
    headers: NO_RETRY,
  },
  rate_limit_exceeded: {
    status: 429,
    type: 'requests',
    message: 'The provider of this model takes no more requests just now.',
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    message: 'The headers are larger than this gateway takes.',
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    message: 'The gateway made a mistake. The request id helps to find it.',
  },
  upstream_error: {
    status: 502,
    type: 'server_error',
    message: 'The provider of this model failed or gave an unreadable answer.',
  },
  price_unknown: {
    status: 503,
    type: 'server_error',
    message: 'The model has no price, so that its calls cannot be booked.',
    headers: NO_RETRY,
  },
  budget_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The budget cannot be checked just now.',
    headers: RETRY_SOON,
  },
  journal_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'Usage cannot be recorded just now, so that nothing is served.',
    headers: RETRY_SOON,
  },
  not_ready: {
    status: 503,
    type: 'server_error',
    message: 'The gateway has not received its keys and models yet.',
    headers: RETRY_SOON,
  },
  shutting_down: {
    status: 503,
    type: 'server_error',
    message: 'The gateway is shutting down.',
    headers: [...RETRY_SOON, 'connection', 'close'],
  },
  upstream_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The provider of this model fails, and is left alone for now.',
  },
  upstream_timeout: {
    status: 504,
    type: 'server_error',
    message: 'The provider of this model did not answer in time.',
  },
} as const satisfies Record<string, ErrorDefinition>;

/** The code of an error that may leave the gateway. */
export type ErrorCode = keyof typeof ERRORS;

/** An error that the caller sees. Its text never holds a key, a prompt or anything of a provider's. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** The field of the request that is wrong. */
  readonly param: string | undefined;
  readonly #type: string | undefined;
  readonly #headers: readonly string[];

  /**
   * @param options.message - instead of the code's own; a constant, or made of what the schema names
   * @param options.type - instead of the code's own: `requests` or `tokens` of `rate_limit_exceeded`
   * @param options.headers - besides the code's own: name, value, name, value
   */
  constructor(
    code: ErrorCode,
    options: {
      param?: string;
      message?: string;
      type?: string;
      headers?: readonly string[];
    } = {},
  ) {
    super(options.message ?? ERRORS[code].message);
    this.name = 'GatewayError';
    this.code = code;
    this.param = options.param;
    this.#type = options.type;
    this.#headers = options.headers ?? [];
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** Extra response headers, as name, value, name, value. */
  get headers(): readonly string[] {
    const definition: ErrorDefinition = ERRORS[this.code];
    return [...(definition.headers ?? []), ...this.#headers];
  }

  /** The body that OpenAI clients understand. */
  toJSON() {
    return {
      error: {
        message: this.message,
        type: this.#type ?? ERRORS[this.code].type,
        param: this.param ?? null, // as the protocol has it
        code: this.code,
      },
    };
  }
}

/** The caller hung up: nobody is there to be answered, but what was used is still booked. */
export class CallerGoneError extends Error {
  constructor() {
    super('The caller closed the connection');
    this.name = 'CallerGoneError';
  }
}

/** The call took longer than any may, or than its caller waits. */
export class DeadlineError extends Error {
  constructor() {
    super('The call passed its deadline');
    this.name = 'DeadlineError';
  }
}

/** What the caller may see of an error. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(
    error instanceof JournalError ? 'journal_unavailable' : 'internal_error',
  );
}
