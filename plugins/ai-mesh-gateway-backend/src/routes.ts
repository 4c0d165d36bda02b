import { GatewayError } from './errors';

/** A path of the gateway. All of them go through every stage. */
export interface Route {
  name: 'chat' | 'embedding' | 'models' | 'model';
  method: 'GET' | 'POST';
  /** A path that ends in a slash takes one more segment: the model's name. */
  path: string;
  /** The kind of model that this route serves; absent where the gateway answers by itself. */
  modelKind?: 'chat' | 'embedding';
  /** Below a provider's base address. */
  upstreamPath?: string;
}

/** Every route of the data plane. */
export const ROUTES: readonly Route[] = [
  {
    name: 'chat',
    method: 'POST',
    path: '/v1/chat/completions',
    modelKind: 'chat',
    upstreamPath: '/chat/completions',
  },
  {
    name: 'embedding',
    method: 'POST',
    path: '/v1/embeddings',
    modelKind: 'embedding',
    upstreamPath: '/embeddings',
  },
  { name: 'models', method: 'GET', path: '/v1/models' },
  { name: 'model', method: 'GET', path: '/v1/models/' },
];

const EXACT = new Map(ROUTES.map(route => [route.path, route]));
const PREFIXES = ROUTES.filter(route => route.path.endsWith('/'));

/** A route, with the segment of the path that it takes. */
export interface RouteMatch {
  route: Route;
  /** The decoded rest of the path; empty when the route takes none. */
  rest: string;
}

/**
 * Finds the route of a request.
 *
 * @param url - path and query, as in the request line
 * @throws GatewayError `unknown_url` or `method_not_allowed`
 */
export function matchRoute(method: string, url: string): RouteMatch {
  const queryStart = url.indexOf('?');
  const path = queryStart === -1 ? url : url.slice(0, queryStart);
  const match = matchPath(path);
  if (!match) throw new GatewayError('unknown_url');
  if (match.route.method !== method) {
    throw new GatewayError('method_not_allowed', {
      headers: ['allow', match.route.method],
    });
  }
  return match;
}

function matchPath(path: string): RouteMatch | undefined {
  for (const route of PREFIXES) {
    if (path.startsWith(route.path) && path.length > route.path.length) {
      const rest = decode(path.slice(route.path.length));
      return rest === undefined ? undefined : { route, rest };
    }
  }
  const route = EXACT.get(path);
  return route && !route.path.endsWith('/') ? { route, rest: '' } : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
