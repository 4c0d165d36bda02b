import type { OutgoingHttpHeaders } from 'node:http';

/** Whose words an answer is put in: OpenAI's own, or Azure's deployment API. */
export type Dialect = 'openai' | 'azure';

/** An answer other than success, in the words of the provider that is simulated. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | undefined;
  readonly code: string | undefined;
  readonly headers: OutgoingHttpHeaders;
  /** Further fields of the error object, such as Azure's `innererror`. */
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    message: string,
    options: {
      type?: string;
      param?: string;
      code?: string;
      headers?: OutgoingHttpHeaders;
      details?: Record<string, unknown>;
    } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.type = options.type ?? 'invalid_request_error';
    this.param = options.param;
    this.code = options.code;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }

  /** The body: both dialects say `error`; OpenAI spells out `param` and `code` even when there is none. */
  toJSON(): { error: Record<string, unknown> } {
    return {
      error: {
        message: this.message,
        type: this.type,
        param: this.param ?? null,
        code: this.code ?? null,
        ...this.details,
      },
    };
  }
}

export function modelNotFound(model: string, dialect: Dialect): ApiError {
  if (dialect === 'azure') {
    return new ApiError(
      404,
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
      { code: 'DeploymentNotFound' },
    );
  }
  return new ApiError(
    404,
    `The model \`${model}\` does not exist or you do not have access to it.`,
    { code: 'model_not_found' },
  );
}

export function wrongKey(dialect: Dialect): ApiError {
  if (dialect === 'azure') {
    return new ApiError(
      401,
      'Access denied due to invalid subscription key or wrong API endpoint.',
      { code: '401' },
    );
  }
  return new ApiError(401, 'Incorrect API key provided.', {
    code: 'invalid_api_key',
  });
}
