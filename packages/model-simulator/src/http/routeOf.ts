import { ApiError, type Dialect } from './ApiError';

export type Operation =
  | 'chat'
  | 'embeddings'
  | 'models'
  | 'usage'
  | 'reset'
  | 'gate';

/** Where a request goes, and whose words it speaks. */
export interface Route {
  operation: Operation;
  dialect: Dialect;
  /** Azure names the model in the path. */
  deployment?: string;
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['POST /v1/chat/completions', { operation: 'chat', dialect: 'openai' }],
  ['POST /v1/embeddings', { operation: 'embeddings', dialect: 'openai' }],
  ['GET /v1/models', { operation: 'models', dialect: 'openai' }],
  ['POST /openai/v1/chat/completions', { operation: 'chat', dialect: 'azure' }],
  ['POST /openai/v1/embeddings', { operation: 'embeddings', dialect: 'azure' }],
  ['GET /openai/v1/models', { operation: 'models', dialect: 'azure' }],
  ['GET /simulator/usage', { operation: 'usage', dialect: 'openai' }],
  ['POST /simulator/reset', { operation: 'reset', dialect: 'openai' }],
  ['POST /simulator/gate', { operation: 'gate', dialect: 'openai' }],
]);

const DEPLOYMENT =
  /^\/openai\/deployments\/([^/]+)\/(chat\/completions|embeddings)$/;

/**
 * @param url path and query, as the request line has them
 * @throws ApiError 404 for everything that is not served
 */
export function routeOf(method: string, url: string): Route {
  const [path, query = ''] = url.split('?', 2);
  const route = ROUTES.get(`${method} ${path}`);
  if (route !== undefined) return route;
  const [, deployment, operation] = DEPLOYMENT.exec(path) ?? [];
  if (deployment === undefined || method !== 'POST') {
    throw new ApiError(404, `Invalid URL (${method} ${path})`);
  }
  if (!new URLSearchParams(query).get('api-version')) {
    throw new ApiError(404, 'Resource not found: api-version is missing', {
      code: '404',
    });
  }
  return {
    operation: operation === 'embeddings' ? 'embeddings' : 'chat',
    dialect: 'azure',
    deployment: decodeName(deployment),
  };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
