import { Criticality, Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { formatCount } from '../../utils/format';

/** How long a key may be asked to live, in days. */
export const EXPIRY_DAYS = [7, 30, 90, 365] as const;

/** The limits of a key, in the order of the form. */
export const LIMIT_NAMES = [
  'requestsPerMinute',
  'tokensPerMinute',
  'parallelRequests',
] as const satisfies readonly (keyof Limits)[];

/** One of {@link LIMIT_NAMES}. */
export type LimitName = (typeof LIMIT_NAMES)[number];

/** What is typed into the form; nothing is chosen for the user but the expiry and the careful criticality. */
export interface KeyForm {
  name: string;
  applicationRef: string;
  models: string[];
  expiresInDays: number;
  criticality: Criticality;
  /** As typed; empty for none. */
  limits: Record<LimitName, string>;
}

/** The form as it opens, with the model that the user came for. */
export function emptyForm(model: string): KeyForm {
  return {
    name: '',
    applicationRef: '',
    models: model ? [model] : [],
    expiresInDays: 90,
    criticality: 'critical',
    limits: {
      requestsPerMinute: '',
      tokensPerMinute: '',
      parallelRequests: '',
    },
  };
}

/** The fields of a request for a key, as the server names them in its complaints. */
export const KEY_FIELDS: readonly string[] = [
  'name',
  'applicationRef',
  'models',
  'expiresInDays',
  'criticality',
  ...LIMIT_NAMES.map(name => `limits.${name}`),
];

const NOT_A_LIMIT = 'A whole number from 1 on';

/** Reads the limits as typed: an empty field is no limit of the key's own. */
export function parseLimits(typed: KeyForm['limits']): {
  limits: Limits;
  /** By the names of {@link KEY_FIELDS}. */
  errors: Record<string, string>;
} {
  const limits: Limits = {};
  const errors: Record<string, string> = {};
  for (const name of LIMIT_NAMES) {
    const text = typed[name].trim();
    if (text === '') continue;
    if (/^[1-9]\d{0,14}$/.test(text)) limits[name] = Number(text);
    else errors[`limits.${name}`] = NOT_A_LIMIT;
  }
  return { limits, errors };
}

/** The limits in a few words each; none when the key has none of its own. */
export function limitsInWords(limits: Limits): string[] {
  const { requestsPerMinute, tokensPerMinute, parallelRequests } = limits;
  return [
    counted(requestsPerMinute, 'requests/min'),
    counted(tokensPerMinute, 'tokens/min'),
    counted(parallelRequests, 'parallel'),
  ].filter(text => text !== undefined);
}

function counted(limit: number | undefined, what: string): string | undefined {
  return limit === undefined ? undefined : `${formatCount(limit)} ${what}`;
}
