import { ApiError } from './ApiError';

export interface MultipartForm {
  /** Texts by name; of several with the same name, the last. */
  fields: Record<string, string>;
  files: ReadonlyMap<string, { filename: string; bytes: Buffer }>;
}

const LINE_END = '\r\n';
const HEADER_END = '\r\n\r\n';

/**
 * Takes a form of `multipart/form-data` apart.
 *
 * @throws ApiError 400 when the body is of another type, or not in that form
 * @see RFC 7578
 */
export function parseMultipart(
  body: Buffer,
  contentType: string | undefined,
): MultipartForm {
  const fields: [string, string][] = [];
  const files = new Map<string, { filename: string; bytes: Buffer }>();
  for (const part of partsOf(body, boundaryOf(contentType))) {
    const end = part.indexOf(HEADER_END);
    const disposition = headerOf(part, end);
    const name = parameterOf(disposition, 'name');
    if (end === -1 || name === undefined) throw notAForm();
    const bytes = part.subarray(end + HEADER_END.length);
    const filename = parameterOf(disposition, 'filename');
    if (filename === undefined) fields.push([name, bytes.toString('utf8')]);
    else files.set(name, { filename, bytes });
  }
  // Own properties alone: a field may be called anything.
  return { fields: Object.fromEntries(fields), files };
}

function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
  // The first boundary may have no line before it.
  if (!body.toString('latin1', 0, boundary.length + 2).endsWith(boundary)) {
    throw notAForm();
  }
  const delimiter = `${LINE_END}--${boundary}`;
  let start = boundary.length + 2;
  while (body.toString('latin1', start, start + 2) === LINE_END) {
    const end = body.indexOf(delimiter, start);
    if (end === -1) throw notAForm();
    yield body.subarray(start + LINE_END.length, end);
    start = end + delimiter.length;
  }
  if (body.toString('latin1', start, start + 2) !== '--') throw notAForm();
}

function boundaryOf(contentType = ''): string {
  const [type] = contentType.split(';', 1);
  const boundary = parameterOf(contentType, 'boundary');
  if (type.trim().toLowerCase() !== 'multipart/form-data' || !boundary) {
    throw notAForm();
  }
  return boundary;
}

function headerOf(part: Buffer, end: number): string {
  const lines = part.toString('utf8', 0, Math.max(0, end)).split(LINE_END);
  return (
    lines.find(line => line.toLowerCase().startsWith('content-disposition:')) ??
    ''
  );
}

/** The value of `name` in `…; name="value"; …`, with or without quotes. */
function parameterOf(header: string, name: string): string | undefined {
  for (const parameter of header.split(';').slice(1)) {
    const [key, ...value] = parameter.split('=');
    if (key.trim().toLowerCase() === name) {
      return value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1');
    }
  }
  return undefined;
}

function notAForm(): ApiError {
  return new ApiError(
    400,
    'We could not parse the multipart/form-data body of your request.',
  );
}
