/** Is in every secret that the emulated cloud hands out, and nowhere else: where it turns up, a secret got out. */
export const SECRET_MARK = 'KeepThisToYourself';

/** The same secret, of the same length, with the mark at its beginning, where a cut leaves it. */
export function marked(secret: string): string {
  return SECRET_MARK + secret.slice(SECRET_MARK.length);
}

/** Whether a text holds the mark, as it is or in base64, wherever in a group of three bytes it begins. */
export function holdsMark(text: string): boolean {
  return FORMS.some((form) => text.includes(form));
}

const FORMS = [SECRET_MARK, ...[0, 1, 2].map(inBase64)];

/** Without the letters at either end that depend on what is beside it. */
function inBase64(before: number): string {
  const bytes = before + SECRET_MARK.length;
  const text = Buffer.from(' '.repeat(before) + SECRET_MARK).toString('base64');
  return text.slice(Math.ceil((before * 4) / 3), Math.floor((bytes * 4) / 3));
}
