import type { OutgoingHttpHeaders } from 'node:http';

/** Whose words an answer is put in: OpenAI's own, Azure's or Anthropic's. */
export type Dialect = 'openai' | 'azure' | 'anthropic';

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
}

export function modelNotFound(model: string, dialect: Dialect): ApiError {
  if (dialect === 'azure') {
    return new ApiError(
      404,
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
      { code: 'DeploymentNotFound' },
    );
  }
  if (dialect === 'anthropic') return new ApiError(404, `model: ${model}`);
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
  if (dialect === 'anthropic') return new ApiError(401, 'invalid x-api-key');
  return new ApiError(401, 'Incorrect API key provided.', {
    code: 'invalid_api_key',
  });
}

/** @throws ApiError 400 when neither the path nor the body names a model */
export function requireModelName(
  model: string | null | undefined,
  deployment?: string,
): string {
  const name = deployment ?? model;
  if (name) return name;
  throw new ApiError(400, 'You must provide a model parameter.', {
    param: 'model',
  });
}
