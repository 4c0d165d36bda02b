/** The languages of the snippets, in the order of their tabs. */
export const LANGUAGES = ['curl', 'Python', 'TypeScript'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** The same first call in every language. */
export type Snippets = Record<Language, string>;

/** What is called, and with which key. */
export interface Target {
  /** Ends in `/v1`. */
  baseUrl: string;
  secret: string;
  model: string;
}

/** A call with a body of JSON. */
export function curl(target: Target, path: string, body: object): string {
  return `curl ${'stream' in body ? '-N ' : ''}${target.baseUrl}${path} \\
  -H 'Authorization: Bearer ${target.secret}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`;
}

/** The head of every Python program. */
export function pythonClient(target: Target): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(
    base_url="${target.baseUrl}",
    api_key="${target.secret}",
)
`;
}

/** The head of every TypeScript program. */
export function typescriptClient(
  target: Target,
  options: { imports?: string } = {},
): string {
  return `// npm install openai
${options.imports ? `${options.imports}\n` : ''}import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${target.baseUrl}',
  apiKey: '${target.secret}',
});
`;
}
