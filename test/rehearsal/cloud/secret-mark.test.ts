import { holdsMark, marked, SECRET_MARK } from '../../../rehearsal/cloud/secret-mark';

it('a marked secret is as long as before and begins with the mark', () => {
  expect(marked('0123456789abcdefghijklmnop')).toBe('KeepThisToYourselfijklmnop');
});

it.each([
  ['as it is', `key ${SECRET_MARK}xyz`],
  ['in a URL', `https://x.example/?t=${encodeURIComponent(`${SECRET_MARK}/+`)}`],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ token: SECRET_MARK }))],
  ['in base64', 'S2VlcFRoaXNUb1lvdXJzZWxm'],
  ['in base64, after one byte', Buffer.from(`1${SECRET_MARK}23`).toString('base64')],
  ['in base64, after two bytes', Buffer.from(`12${SECRET_MARK}3`).toString('base64')],
  ['in base64, after many', Buffer.from(`user: { token: ${SECRET_MARK}345 }`).toString('base64url')],
])('is found %s', (_, text) => {
  expect(holdsMark(text)).toBe(true);
});

it('is not found in other texts', () => {
  expect(holdsMark('keep this to yourself')).toBe(false);
  expect(holdsMark(Buffer.from('keep this to yourself').toString('base64'))).toBe(false);
});
