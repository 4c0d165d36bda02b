import { ModelKind } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from './errors';
import { ProtocolId } from './protocols';

/** A path of the gateway. All of them go through every stage. */
export type Route =
  | {
      name: ProtocolId;
      method: 'POST';
      /** The kind of model that this route serves. */
      modelKind: ModelKind;
      /** Below a provider's base address. */
      upstreamPath: string;
    }
  /** The gateway answers by itself. */
  | { name: 'models' | 'model'; method: 'GET' };

type ServedRoute = Extract<Route, { method: 'POST' }>;

/** What is served by models, below each of the {@link BASES}. */
const SERVED: readonly ServedRoute[] = [
  served('chat', 'chat', '/chat/completions'),
  served('completion', 'chat', '/completions'),
  served('response', 'chat', '/responses'),
  served('message', 'chat', '/messages'),
  served('embedding', 'embedding', '/embeddings'),
  served('moderation', 'moderation', '/moderations'),
  served('image', 'image', '/images/generations'),
  served('speech', 'speech', '/audio/speech'),
  served('transcription', 'transcription', '/audio/transcriptions'),
  served('translation', 'transcription', '/audio/translations'),
];

const MODELS: Route = { name: 'models', method: 'GET' };
const MODEL: Route = { name: 'model', method: 'GET' };

/** OpenAI's base, and Azure OpenAI's of API version 1. */
const BASES = ['/v1', '/openai/v1'];
/** Azure OpenAI's older form, with a date as `api-version`: the deployment, that is the model, stands in the path. */
const DEPLOYMENTS = '/openai/deployments/';
/** The base of what has no deployment in that form: responses and models. */
const DATED_BASE = '/openai';
const MODEL_BASES = [...BASES, DATED_BASE];

/** A route, with the model that the path names. */
export interface RouteMatch {
  route: Route;
  /** Decoded; undefined when the path names none. */
  model: string | undefined;
}

const EXACT = new Map<string, RouteMatch>();
for (const base of MODEL_BASES) {
  EXACT.set(`${base}/models`, { route: MODELS, model: undefined });
}
for (const route of SERVED) {
  const bases = route.name === 'response' ? MODEL_BASES : BASES;
  for (const base of bases) {
    EXACT.set(base + route.upstreamPath, { route, model: undefined });
  }
}

/** Every path with its method, for tests that walk them all; `{model}` stands for a model's name. */
export const PATHS: ReadonlyArray<{ path: string; route: Route }> = [
  ...[...EXACT].map(([path, { route }]) => ({ path, route })),
  ...MODEL_BASES.map(base => ({
    path: `${base}/models/{model}`,
    route: MODEL,
  })),
  ...SERVED.map(route => ({
    path: `${DEPLOYMENTS}{model}${route.upstreamPath}`,
    route,
  })),
];

/**
 * Finds the route of a request.
 *
 * @param url - path and query, as in the request line
 * @throws GatewayError `unknown_url` or `method_not_allowed`
 */
export function matchRoute(method: string, url: string): RouteMatch {
  const match = matchPath(url);
  if (!match) throw new GatewayError('unknown_url');
  if (match.route.method !== method) {
    throw new GatewayError('method_not_allowed', {
      headers: ['allow', match.route.method],
    });
  }
  return match;
}

/**
 * Finds the route of a path, whatever the method.
 *
 * @param url - path and query, as in the request line
 */
export function matchPath(url: string): RouteMatch | undefined {
  const queryStart = url.indexOf('?');
  const path = queryStart === -1 ? url : url.slice(0, queryStart);
  return EXACT.get(path) ?? matchNamed(path);
}

/** Paths that name a model. */
function matchNamed(path: string): RouteMatch | undefined {
  for (const base of MODEL_BASES) {
    const prefix = `${base}/models/`;
    if (path.startsWith(prefix)) return named(MODEL, path.slice(prefix.length));
  }
  if (!path.startsWith(DEPLOYMENTS)) return undefined;
  const nameEnd = path.indexOf('/', DEPLOYMENTS.length);
  const route = SERVED.find(
    each => nameEnd !== -1 && each.upstreamPath === path.slice(nameEnd),
  );
  return route && named(route, path.slice(DEPLOYMENTS.length, nameEnd));
}

function named(route: Route, segment: string): RouteMatch | undefined {
  try {
    const model = decodeURIComponent(segment);
    return model === '' ? undefined : { route, model };
  } catch {
    return undefined;
  }
}

function served(
  name: ProtocolId,
  modelKind: ModelKind,
  upstreamPath: string,
): ServedRoute {
  return { name, method: 'POST', modelKind, upstreamPath };
}
