import fc from 'fast-check';
import { GatewayError } from '../errors';
import {
  boundaryOf,
  editMultipart,
  formFields,
  parseMultipart,
  replaceMultipartField,
} from '.';

const BOUNDARY = 'this-is-a-boundary-0123456789';
const part = (head: string, content: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const MODEL = part('name="model"', 'whisper-1');
const FILE = part('name="file"; filename="a.wav"', 'RIFF\r\n\r\n--no\u0000');
const END = `--${BOUNDARY}--\r\n`;

/** A form as a real client writes it. */
async function written(form: FormData) {
  const response = new Response(form);
  const contentType = response.headers.get('content-type') ?? '';
  return { contentType, body: Buffer.from(await response.arrayBuffer()) };
}

/** The fields of a form, as a real server reads it. */
async function read(body: Buffer, contentType: string) {
  const headers = { 'content-type': contentType };
  return new Response(body, { headers }).formData();
}

function fieldsOf(text: string | Buffer) {
  const body = Buffer.from(text);
  return formFields(body, parseMultipart(body, BOUNDARY));
}

/** @returns whether it was refused; anything but a GatewayError is thrown on */
function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof GatewayError) return true;
    throw error;
  }
}

const bytes = fc.uint8Array({ maxLength: 200 });
const text = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter(each => each.isWellFormed());

describe('parseMultipart', () => {
  it('reads what a real client writes', async () => {
    await fc.assert(
      fc.asyncProperty(text, bytes, text, async (model, content, prompt) => {
        const form = new FormData();
        form.append(
          'file',
          new Blob([content]),
          `${prompt.replaceAll('\0', '')}.wav`,
        );
        form.append('prompt', prompt);
        form.append('model', model);
        form.append('include[]', 'a');
        form.append('include[]', 'b');
        form.append('stream', 'true');
        const { contentType, body } = await written(form);
        const parsed = parseMultipart(body, boundaryOf(contentType));
        const sent = await read(body, contentType);
        expect(formFields(body, parsed)).toEqual({
          model: sent.get('model'), // forms turn a bare line feed into CRLF
          stream: 'true',
          file: content.length,
        });
        expect(parsed.parts).toHaveLength(6);
      }),
    );
  });

  it('replaces a field, so that a real server reads the new value and all else as before', async () => {
    await fc.assert(
      fc.asyncProperty(text, bytes, async (model, content) => {
        const form = new FormData();
        form.append('model', model);
        form.append('file', new Blob([content]), 'a.wav');
        const { contentType, body } = await written(form);
        const parsed = parseMultipart(body, boundaryOf(contentType));
        const edits = new Map([['model', '"größer"']]);
        const changed = editMultipart(body, parsed, edits);
        const received = await read(changed, contentType);
        expect(received.get('model')).toBe('größer');
        const file = received.get('file');
        expect(file).toBeInstanceOf(Blob);
        if (!(file instanceof Blob)) return;
        expect(new Uint8Array(await file.arrayBuffer())).toEqual(
          new Uint8Array(content),
        );
      }),
    );
  });

  it('leaves every other byte as it is', () => {
    const body = Buffer.from(FILE + MODEL + END);
    const form = parseMultipart(body, BOUNDARY);
    expect(replaceMultipartField(body, form, 'model', 'x').toString()).toBe(
      (FILE + MODEL + END).replace('whisper-1', 'x'),
    );
    expect(editMultipart(body, form, new Map())).toBe(body);
  });

  it('throws nothing but GatewayError, whatever the bytes', () => {
    const pieces = fc.constantFrom(
      `--${BOUNDARY}`,
      '--',
      '\r\n',
      '\r\n\r\n',
      '\n',
      'Content-Disposition: form-data; name="model"',
      'Content-Disposition: form-data; name="file"; filename="',
      '"',
      'x',
    );
    const parse = (body: Buffer) => isRefused(() => fieldsOf(body));
    fc.assert(
      fc.property(fc.array(pieces), bytes, (list, noise) => {
        parse(Buffer.from(list.join('')));
        parse(Buffer.concat([Buffer.from(list.join('')), noise]));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads no other model than a real server does, however a form is damaged', async () => {
    const good = Buffer.from(MODEL + FILE + END);
    const damage = fc.record({
      at: fc.nat({ max: good.length }),
      remove: fc.nat({ max: 6 }),
      insert: fc.constantFrom(
        '',
        '\r\n',
        '\n',
        '\r',
        '"',
        ';',
        '-',
        '--',
        ' ',
        'é',
        MODEL,
      ),
    });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, remove, insert }) => {
        const body = Buffer.concat([
          good.subarray(0, at),
          Buffer.from(insert),
          good.subarray(at + remove),
        ]);
        let fields: Record<string, unknown> = {};
        if (isRefused(() => (fields = fieldsOf(body)))) return;
        const type = `multipart/form-data; boundary=${BOUNDARY}`;
        const sent = await read(body, type).catch(() => undefined);
        if (!sent) return; // stricter than the gateway: refused there
        accepted += 1;
        expect(fields.model).toBe(sent.get('model') ?? undefined);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(50); // or nothing was compared
  });

  it.each([
    ['nothing', ''],
    ['text before the form', `x\r\n${MODEL}${END}`],
    ['text after the form', `${MODEL}${END}x`],
    ['no end', MODEL],
    ['an end without its dashes', `${MODEL}--${BOUNDARY}`],
    ['another boundary', (MODEL + END).replaceAll('0123', '3210')],
    ['a boundary that goes on', MODEL + MODEL.replace('6789', '6789a') + END],
    ['bare line feeds', (MODEL + END).replaceAll('\r\n', '\n')],
    ['a part without a head', `--${BOUNDARY}\r\n\r\nx\r\n${END}`],
    ['a part without content', `--${BOUNDARY}\r\nA: b\r\n--${BOUNDARY}--`],
    ['a boundary in place of content', part('name="x"', '').slice(0, -2) + END],
    ['a part without a name', part('x="model"', 'a') + END],
    ['two names', part('name="model"; name="x"', 'a') + END],
    ['an escaped name', part('name="mod\\el"', 'a') + END],
    ['an encoded name', part("name=x; name*=utf-8''model", 'a') + END],
    ['a folded header', part('\r\n name="model"', 'a') + END],
    [
      'two dispositions',
      part('name="x"\r\nContent-Disposition: form-data; name="model"', 'a') +
        END,
    ],
    [
      'an encoded content',
      part('name="model"\r\nContent-Transfer-Encoding: base64', 'YQ==') + END,
    ],
    [
      'another charset',
      part('name="model"\r\nContent-Type: text/plain; charset=utf-16', 'a') +
        END,
    ],
    ['two models', MODEL + MODEL + END],
    ['a model that is a file', part('name="model"; filename="x"', 'a') + END],
    ['a file that is a text', part('name="file"', 'a') + END],
    ['a long head', part(`name="model"; x="${'y'.repeat(9000)}"`, 'a') + END],
    ['many parts', part('name="a[]"', 'a').repeat(101) + END],
  ])('refuses %s', (_, form) => {
    expect(isRefused(() => fieldsOf(form))).toBe(true);
  });

  it('refuses a text that is no UTF-8', () => {
    const form = Buffer.from(MODEL + END);
    form[form.indexOf('whisper')] = 0xff;
    expect(isRefused(() => fieldsOf(form))).toBe(true);
  });
});

describe('boundaryOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; Boundary="a b:c"; charset=utf-8', 'a b:c'],
  ])('%s', (type, expected) => {
    expect(boundaryOf(type)).toBe(expected);
  });

  it.each([
    'application/json',
    'multipart/mixed; boundary=a',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=a; boundary=b',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
    'multipart/form-data; boundary="a\r\nb"',
    'multipart/form-data; boundary="a "',
  ])('refuses %s', type => {
    expect(isRefused(() => boundaryOf(type))).toBe(true);
  });
});
