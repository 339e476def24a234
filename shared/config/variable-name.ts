import { string } from 'zod';

/** Refuses whatever looks like an address itself, without repeating it: a webhook's address is a secret. */
export const VariableName = string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: ({ input }) =>
      String(input).includes('/')
        ? 'is a URL, which is a secret; put it into an environment variable of the functions and write its name here'
        : 'must be the name of an environment variable: letters, digits and underscores',
  })
  .describe('Name of the environment variable that holds the URL; never the URL itself, which is a secret.');
