import { PATHS, Route } from '../../routes';
import { RawRequest } from '../rawHttp';

/** Stands in every prompt, and must come out nowhere. */
export const PROMPT_CANARY = 'prompt-canary-8d1f';

const TEXT = `Where is my parcel? ${PROMPT_CANARY}`;
const MESSAGES = [{ role: 'user', content: TEXT }];
const BOUNDARY = 'boundary-of-the-test';

/** The least that each route takes, besides the model. */
const MEMBERS: Record<Route['name'], Record<string, unknown>> = {
  chat: { messages: MESSAGES },
  completion: { prompt: TEXT },
  response: { input: TEXT },
  message: { messages: MESSAGES, max_tokens: 10 },
  embedding: { input: TEXT },
  moderation: { input: TEXT },
  image: { prompt: TEXT },
  speech: { input: TEXT, voice: 'alloy' },
  transcription: {},
  translation: {},
  models: {},
  model: {},
};

/** A model of the tests' snapshot that serves each route. */
const MODELS: Record<Route['name'], string> = {
  chat: 'mini',
  completion: 'mini',
  response: 'mini',
  message: 'mini',
  embedding: 'text-embedding-3-small',
  moderation: 'omni-moderation-latest',
  image: 'dall-e-3',
  speech: 'tts-1',
  transcription: 'whisper-1',
  translation: 'whisper-1',
  models: '',
  model: 'mini',
};

/** A part of a form; with a file name it is a file. */
export interface FormPart {
  name: string;
  fileName?: string;
  content: string | Buffer;
}

/** One path of the gateway, and what it takes. */
export class RouteRequest {
  readonly name: Route['name'];
  readonly method: Route['method'];
  readonly template: string;
  /** How the body is encoded; undefined where there is none. */
  readonly encoding: 'json' | 'form' | undefined;
  /** Who asks; none when undefined. */
  authorization: string | undefined;

  constructor({ path, route }: (typeof PATHS)[number]) {
    this.name = route.name;
    this.method = route.method;
    this.template = path;
    const isForm =
      route.name === 'transcription' || route.name === 'translation';
    if (route.method === 'POST') this.encoding = isForm ? 'form' : 'json';
  }

  get model(): string {
    return MODELS[this.name];
  }

  /** Whether the model stands in the path, and the one in the body says nothing. */
  get isModelInPath(): boolean {
    return this.template.includes('{model}');
  }

  /** Whether a call names a model at all. */
  get hasModel(): boolean {
    return this.name !== 'models';
  }

  /** What the gateway answers errors in. */
  get dialect(): 'openai' | 'anthropic' {
    return this.name === 'message' ? 'anthropic' : 'openai';
  }

  path(model = this.model): string {
    return this.template.replace('{model}', encodeURIComponent(model));
  }

  /** A body of JSON that the route takes, but for the changes. */
  json(changes: Record<string, unknown> = {}): string {
    const members = { model: this.model, ...MEMBERS[this.name], ...changes };
    return JSON.stringify(members);
  }

  /** As many bytes of a body that is one but for its size. */
  bytes(length: number): Buffer {
    const content = 'x'.repeat(length);
    return this.encoding === 'json'
      ? Buffer.from(this.json({ user: content }))
      : this.form({ name: 'prompt', content });
  }

  /** A form that the route takes, but for the parts that are added. */
  form(...added: FormPart[]): Buffer {
    return writeForm([...this.#parts(this.model), ...added]);
  }

  /** A form of these parts alone. */
  formOf(...parts: FormPart[]): Buffer {
    return writeForm(parts);
  }

  /** A request that is served, but for the changes. */
  request(
    changes: {
      method?: string;
      model?: string;
      authorization?: string;
      contentType?: string | null;
      headers?: ReadonlyArray<readonly [string, string]>;
      body?: Buffer | string;
    } = {},
  ): RawRequest {
    const model = changes.model ?? this.model;
    const body = Buffer.from(changes.body ?? this.#body(model));
    const authorization = changes.authorization ?? this.authorization;
    const type =
      changes.contentType === undefined ? this.#type() : changes.contentType;
    return {
      method: changes.method ?? this.method,
      path: this.path(model),
      headers: [
        ['host', 'gateway'],
        ['connection', 'close'],
        ...(authorization ? [['authorization', authorization] as const] : []),
        ...(type ? [['content-type', type] as const] : []),
        ...(changes.headers ??
          (this.encoding
            ? [['content-length', `${body.length}`] as const]
            : [])),
      ],
      body,
    };
  }

  #body(model: string): Buffer | string {
    if (!this.encoding) return '';
    return this.encoding === 'json'
      ? this.json({ model })
      : writeForm(this.#parts(model));
  }

  #type(): string | undefined {
    if (!this.encoding) return undefined;
    return this.encoding === 'json'
      ? 'application/json'
      : `multipart/form-data; boundary=${BOUNDARY}`;
  }

  #parts(model: string): FormPart[] {
    return [
      { name: 'model', content: model },
      { name: 'prompt', content: TEXT },
      { name: 'file', fileName: 'call.wav', content: `RIFF ${TEXT}` },
    ];
  }
}

/** All paths of the gateway. */
export const ROUTE_REQUESTS = PATHS.map(path => new RouteRequest(path));

function writeForm(parts: readonly FormPart[]): Buffer {
  const written = parts.flatMap(({ name, fileName, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${
        fileName === undefined ? '' : `; filename="${fileName}"`
      }\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...written, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
