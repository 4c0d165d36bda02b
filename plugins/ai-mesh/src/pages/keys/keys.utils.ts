import { KeyIssue } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** How long a key may be asked to live, in days. */
export const EXPIRY_DAYS = [7, 30, 90, 365] as const;

/** What is typed into the form; nothing is chosen for the user but the expiry. */
export interface KeyForm {
  name: string;
  applicationRef: string;
  models: string[];
  expiresInDays: number;
}

/** The form as it opens, with the model that the user came for. */
export function emptyForm(model: string): KeyForm {
  return {
    name: '',
    applicationRef: '',
    models: model ? [model] : [],
    expiresInDays: 90,
  };
}

/** The fields of a request for a key, as the server names them in its complaints. */
export const KEY_FIELDS: readonly (keyof KeyIssue)[] = [
  'name',
  'applicationRef',
  'models',
  'expiresInDays',
];
