import { ErrorCode } from '../../errors';
import { RawRequest } from '../rawHttp';
import { RouteRequest } from './RouteRequest';
import { ContractGateway, ContractKeys } from './startContractGateway';

/** A request that is refused, by what is wrong with it. */
export interface Case {
  what: string;
  /** Which routes can be called so; all when absent. */
  on?: (route: RouteRequest) => boolean;
  request: (route: RouteRequest, keys: ContractKeys) => RawRequest | Buffer;
  code: ErrorCode;
  /** As `param`; a body of Anthropic's has none. */
  param?: string | null;
  /** The type of an error of OpenAI, where it is not the one of the code. */
  type?: string;
  headers?: Readonly<Record<string, string | RegExp>>;
  /** Whether it is refused before anybody knows its path. */
  isUnread?: boolean;
  /** Brings the gateway into the state that the case needs. */
  before?: (gateway: ContractGateway) => Promise<unknown>;
}

export const NEVER_AGAIN = { 'x-should-retry': 'false' };

export const hasBody = (route: RouteRequest) => route.encoding !== undefined;
export const isJson = (route: RouteRequest) => route.encoding === 'json';
export const isForm = (route: RouteRequest) => route.encoding === 'form';
export const hasModel = (route: RouteRequest) => route.hasModel;

export const bearer = ({ secret }: { secret: string }) => `Bearer ${secret}`;
