import { GatewayError } from '../errors';

/** What the head of a part says. */
export interface PartHead {
  name: string;
  isFile: boolean;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const HEADER = new RegExp(`^(${TOKEN}):[ \\t]*([^\\r\\n\\0]*)$`);
const PARAMETER = new RegExp(
  `;[ \\t]*(${TOKEN})=(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))[ \\t]*`,
  'y',
);
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const PLAIN_ENCODINGS = new Set(['7bit', '8bit', 'binary']);
const PLAIN_CHARSETS = new Set(['utf-8', 'us-ascii']);

/**
 * The boundary of a form, from the request's `content-type`.
 *
 * @throws GatewayError `unsupported_media_type` when it is no form, `invalid_value` when it has no boundary
 */
export function boundaryOf(contentType: string): string {
  const { kind, parameters } = splitParameters(contentType) ?? {};
  if (kind !== 'multipart/form-data') {
    throw new GatewayError('unsupported_media_type', {
      message: 'The body must be sent as multipart/form-data.',
    });
  }
  const boundary = parameters?.get('boundary');
  if (boundary === undefined || !BOUNDARY.test(boundary)) {
    throw new GatewayError('invalid_value', {
      message: 'The content-type of the form has no valid boundary.',
    });
  }
  return boundary;
}

/**
 * Reads the headers of a part, byte by byte as characters.
 *
 * @returns undefined when they are malformed, ambiguous, or say that the content is encoded
 */
export function readPartHead(text: string): PartHead | undefined {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const [, header, value] = HEADER.exec(line) ?? [];
    if (header === undefined) return undefined;
    const name = header.toLowerCase();
    if (headers.has(name)) return undefined;
    headers.set(name, value);
  }
  if (!isPlain(headers)) return undefined;
  return readDisposition(headers.get('content-disposition') ?? '');
}

function readDisposition(text: string): PartHead | undefined {
  const { kind, parameters } = splitParameters(text) ?? {};
  const name = parameters?.get('name');
  if (kind !== 'form-data' || !parameters || !name) return undefined;
  // an escaped name is a name to one parser and another name to the next
  if (name.includes('\\') || parameters.has('name*')) return undefined;
  const isFile = parameters.has('filename') || parameters.has('filename*');
  return { name, isFile };
}

/** Whether the content is what its bytes are, in UTF-8 if it is text. */
function isPlain(headers: ReadonlyMap<string, string>): boolean {
  const encoding = headers.get('content-transfer-encoding') ?? 'binary';
  if (!PLAIN_ENCODINGS.has(encoding.toLowerCase())) return false;
  const type = splitParameters(headers.get('content-type') ?? 'text/plain');
  const charset = type?.parameters.get('charset') ?? 'utf-8';
  return type !== undefined && PLAIN_CHARSETS.has(charset.toLowerCase());
}

/** A value such as `form-data; name="file"`; undefined when it is malformed or names a parameter twice. */
function splitParameters(
  text: string,
): { kind: string; parameters: Map<string, string> } | undefined {
  const first = text.indexOf(';');
  const kindEnd = first === -1 ? text.length : first;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = kindEnd;
  let at = kindEnd;
  while (at < text.length) {
    const match = PARAMETER.exec(text);
    if (!match) return undefined;
    const name = match[1].toLowerCase();
    if (parameters.has(name)) return undefined;
    parameters.set(name, match[2] ?? match[3]);
    at = PARAMETER.lastIndex;
  }
  return { kind: text.slice(0, kindEnd).trim().toLowerCase(), parameters };
}
