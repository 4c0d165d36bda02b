import { InputError } from '@backstage/errors';

/**
 * Says which fields of a request are wrong. The answer carries them in `error.fields`, so that a form can
 * show each text at its field; the message holds all of it for people without a form.
 */
export class InvalidFieldsError extends InputError {
  /** What is wrong, by the path of the field: `expiresInDays`, `models.0`. */
  readonly fields: Record<string, string>;

  constructor(fields: Record<string, string>) {
    super(
      Object.entries(fields)
        .map(([field, text]) => (field ? `${field}: ${text}` : text))
        .join('; '),
    );
    this.fields = fields;
  }
}
