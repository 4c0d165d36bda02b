import { isUtf8 } from 'node:buffer';
import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { startsWith } from './eventBytes';
import { invalid } from './fields';
import { readPartHead } from './multipartHead';

const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const DASHES = Buffer.from('--');
const MAX_PARTS = 100;
const MAX_HEAD_BYTES = 8 * 1024;

/** One part of a form, by where its content stands in the bytes. */
export interface MultipartPart {
  name: string;
  /** Whether it has a file name. */
  isFile: boolean;
  from: number;
  /** The first byte after the content. */
  to: number;
}

/** A form, by where its parts stand. */
export interface MultipartForm {
  parts: readonly MultipartPart[];
}

/**
 * Finds the parts of a form (RFC 7578). Whatever two parsers could read in two ways is refused: what the gateway
 * has checked and charged must be what the provider serves. Takes time linear in the size of the body.
 *
 * @param boundary - of {@link boundaryOf}
 * @throws GatewayError `invalid_value` when it is malformed
 */
export function parseMultipart(body: Buffer, boundary: string): MultipartForm {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: MultipartPart[] = [];
  if (!startsWith(body, 0, delimiter.subarray(CRLF.length))) {
    throw malformed('it does not begin with its boundary');
  }
  let at = delimiter.length - CRLF.length;
  while (!startsWith(body, at, DASHES)) {
    if (!startsWith(body, at, CRLF)) throw malformed('a boundary goes on');
    if (parts.length === MAX_PARTS) throw malformed('it has too many parts');
    const part = readPart(body, at, delimiter);
    parts.push(part);
    at = part.to + delimiter.length;
  }
  const rest = body.length - at - DASHES.length;
  const isEnd = rest === 0 || (rest === 2 && body[body.length - 1] === 0x0a);
  if (!isEnd) throw malformed('it goes on after its end');
  return { parts };
}

/** @param at - the first position after the boundary before it */
function readPart(body: Buffer, at: number, delimiter: Buffer): MultipartPart {
  const headStart = at + CRLF.length;
  const to = body.indexOf(delimiter, at);
  if (to === -1) throw malformed('a part does not end');
  const headEnd = body.indexOf(BLANK_LINE, headStart);
  const from = headEnd + BLANK_LINE.length;
  if (headEnd === -1 || from > to) throw malformed('a part has no content');
  if (headEnd - headStart > MAX_HEAD_BYTES) {
    throw malformed('the head of a part is too long');
  }
  const head = readPartHead(body.toString('latin1', headStart, headEnd));
  if (!head) throw malformed('the head of a part is unreadable');
  return { ...head, from, to };
}

/** The fields that the gateway reads, as members of a body; the file by its number of bytes. */
const TEXT_FIELDS = ['model', 'stream', 'response_format'];
const FILE_FIELD = 'file';

/**
 * What a protocol's `parseFields` takes of a form.
 *
 * @throws GatewayError `invalid_value` when one of the fields comes twice, is no text or is no file
 */
export function formFields(
  body: Buffer,
  form: MultipartForm,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of TEXT_FIELDS) {
    const part = onlyPart(form, name);
    if (!part) continue;
    const content = body.subarray(part.from, part.to);
    if (part.isFile || !isUtf8(content)) throw invalid(name, 'a text');
    fields[name] = content.toString();
  }
  const file = onlyPart(form, FILE_FIELD);
  if (file) {
    if (!file.isFile) throw invalid(FILE_FIELD, 'a file with a name');
    fields[FILE_FIELD] = file.to - file.from;
  }
  return fields;
}

function onlyPart(
  form: MultipartForm,
  name: string,
): MultipartPart | undefined {
  let found: MultipartPart | undefined;
  for (const part of form.parts) {
    if (part.name !== name) continue;
    if (found) throw invalid(name, 'to find it once');
    found = part;
  }
  return found;
}

/** The form with a value in one of its fields, which may be new; every other byte as it was. */
export function replaceMultipartField(
  body: Buffer,
  form: MultipartForm,
  name: string,
  value: string,
): Buffer {
  invariant(
    !/[\r\n]/.test(value) && !value.startsWith('--'),
    'a value that could end its part',
  );
  const part = onlyPart(form, name);
  if (!part) {
    const boundary = body.toString('latin1', 0, body.indexOf(CRLF));
    const head = `content-disposition: form-data; name="${name}"`;
    const added = `${boundary}\r\n${head}\r\n\r\n${value}\r\n`;
    return Buffer.concat([Buffer.from(added), body]);
  }
  return Buffer.concat([
    body.subarray(0, part.from),
    Buffer.from(value),
    body.subarray(part.to),
  ]);
}

/**
 * Makes the changes of a protocol's `bodyEdits` in a form, as `editJson` does in JSON.
 *
 * @param edits - JSON text by name; only of strings
 */
export function editMultipart(
  body: Buffer,
  form: MultipartForm,
  edits: ReadonlyMap<string, string>,
): Buffer {
  if (edits.size === 0) return body;
  invariant(edits.size === 1, 'spans are those of the form as it came');
  let edited = body;
  for (const [name, json] of edits) {
    const value: unknown = JSON.parse(json);
    invariant(typeof value === 'string', 'a form has texts only');
    edited = replaceMultipartField(body, form, name, value);
  }
  return edited;
}

function malformed(what: string): GatewayError {
  return new GatewayError('invalid_value', {
    message: `The form is malformed: ${what}.`,
  });
}
