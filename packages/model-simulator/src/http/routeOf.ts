import { ApiError, type Dialect } from './ApiError';

/** What a model can be asked for, by the path that OpenAI gives it. */
const INFERENCE = {
  'chat/completions': 'chat',
  completions: 'completions',
  responses: 'responses',
  embeddings: 'embeddings',
  moderations: 'moderations',
  'images/generations': 'images',
  'audio/speech': 'speech',
  'audio/transcriptions': 'transcriptions',
  'audio/translations': 'translations',
} as const;

/** Azure has these only where the model is named in the body. */
const WITHOUT_DEPLOYMENT = new Set(['responses', 'moderations']);

export type Operation =
  | (typeof INFERENCE)[keyof typeof INFERENCE]
  | 'messages'
  | 'models'
  | 'model'
  | 'usage'
  | 'reset'
  | 'gate';

/** Where a request goes, and whose words it speaks. */
export interface Route {
  operation: Operation;
  dialect: Dialect;
  /** The model, where the path names it. */
  deployment?: string;
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...Object.entries(INFERENCE).flatMap(([path, operation]) => [
    [`POST /v1/${path}`, { operation, dialect: 'openai' }] as const,
    [`POST /openai/v1/${path}`, { operation, dialect: 'azure' }] as const,
  ]),
  ['POST /v1/messages', { operation: 'messages', dialect: 'anthropic' }],
  ['GET /v1/models', { operation: 'models', dialect: 'openai' }],
  ['GET /openai/v1/models', { operation: 'models', dialect: 'azure' }],
  ['GET /simulator/usage', { operation: 'usage', dialect: 'openai' }],
  ['POST /simulator/reset', { operation: 'reset', dialect: 'openai' }],
  ['POST /simulator/gate', { operation: 'gate', dialect: 'openai' }],
]);

/** The routes of Azure's older API, which want an `api-version`. */
const DATED_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['POST /openai/responses', { operation: 'responses', dialect: 'azure' }],
  ['GET /openai/models', { operation: 'models', dialect: 'azure' }],
]);

const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\/(.+)$/;
const MODEL = /^(\/openai)?\/v1\/models\/(.+)$/;

/**
 * @param url path and query, as the request line has them
 * @throws ApiError 404 for everything that is not served
 */
export function routeOf(method: string, url: string): Route {
  const [path, query = ''] = url.split('?', 2);
  const route = ROUTES.get(`${method} ${path}`) ?? modelRoute(method, path);
  if (route !== undefined) return route;
  const dated =
    DATED_ROUTES.get(`${method} ${path}`) ?? deploymentRoute(method, path);
  if (dated === undefined) {
    throw new ApiError(404, `Invalid URL (${method} ${path})`);
  }
  if (new URLSearchParams(query).get('api-version')) return dated;
  throw new ApiError(404, 'Resource not found: api-version is missing', {
    code: '404',
  });
}

function modelRoute(method: string, path: string): Route | undefined {
  const [, azure, model] = MODEL.exec(path) ?? [];
  if (model === undefined || method !== 'GET') return undefined;
  return {
    operation: 'model',
    dialect: azure === undefined ? 'openai' : 'azure',
    deployment: decodeName(model),
  };
}

function deploymentRoute(method: string, path: string): Route | undefined {
  const [, deployment, rest] = DEPLOYMENT.exec(path) ?? [];
  if (method !== 'POST' || !isInferencePath(rest)) return undefined;
  if (WITHOUT_DEPLOYMENT.has(rest)) return undefined;
  return {
    operation: INFERENCE[rest],
    dialect: 'azure',
    deployment: decodeName(deployment),
  };
}

function isInferencePath(path: unknown): path is keyof typeof INFERENCE {
  return typeof path === 'string' && Object.hasOwn(INFERENCE, path);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
