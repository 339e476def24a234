import { string } from 'zod';

/**
 * Refuses whatever looks like the secret itself, without repeating it: an address with its token, a DingTalk secret (`SEC` and
 * small letters), a Feishu secret (letters of both kinds). Names are in capitals, so that none of these is taken for one.
 */
export const VariableName = string().regex(/^[A-Z_][A-Z0-9_]{0,99}$/, {
  error: ({ input }) =>
    String(input).includes('/')
      ? 'is a URL, which is a secret; put it into an environment variable of the functions and write its name here'
      : 'must be the name of an environment variable: capitals, digits and underscores; never the secret itself',
});
