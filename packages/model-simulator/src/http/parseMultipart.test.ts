import fc from 'fast-check';
import { ApiError } from './ApiError';
import { parseMultipart } from './parseMultipart';

const TYPE = 'multipart/form-data; boundary=limit';

function part(disposition: string, content: string | Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--limit\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

const END = Buffer.from('--limit--\r\n');

describe('parseMultipart', () => {
  it('gives every byte of a file and every text back', () =>
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }),
        (file, text) => {
          const body = Buffer.concat([
            part('name="file"; filename="a.mp3"', file),
            part('name=text', text),
            END,
          ]);
          const form = parseMultipart(body, TYPE);
          expect(form.fields).toEqual({ text });
          expect(form.files.get('file')).toEqual({
            filename: 'a.mp3',
            bytes: Buffer.from(file),
          });
        },
      ),
    ));

  it('takes a boundary in quotes, and names of any kind', () => {
    const body = Buffer.concat([part('name="__proto__"', 'x'), END]);
    const { fields } = parseMultipart(
      body,
      'Multipart/Form-Data; charset=utf-8; boundary="limit"',
    );

    expect(Object.keys(fields)).toEqual(['__proto__']);
  });

  it.each([
    ['another type', 'application/json', Buffer.from('{}')],
    ['no boundary', 'multipart/form-data', END],
    ['no type', undefined, END],
    ['no end', TYPE, part('name="a"', 'x')],
    ['no name', TYPE, Buffer.concat([part('', 'x'), END])],
    ['another beginning', TYPE, Buffer.from('hello')],
    ['nothing', TYPE, Buffer.alloc(0)],
  ])('refuses %s', (_, type, body) => {
    expect(() => parseMultipart(body, type)).toThrow(/could not parse/);
  });

  it('refuses whatever else it cannot read, but never fails otherwise', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('--limit', '\r\n', '--', 'name="a"', ';', 'x', '='),
        ),
        pieces => {
          const body = Buffer.from(`--limit${pieces.join('')}`);
          expect([undefined, 400]).toContain(statusOfRefusal(body));
        },
      ),
    ));
});

/** @returns undefined when the body is read, NaN when it fails in another way than with a refusal */
function statusOfRefusal(body: Buffer): number | undefined {
  try {
    parseMultipart(body, TYPE);
    return undefined;
  } catch (error) {
    return error instanceof ApiError ? error.status : NaN;
  }
}
