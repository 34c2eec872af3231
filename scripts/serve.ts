/** `npm run serve`: serves the built page until Ctrl-C. Options: `--port N`, `--sub-path /PATH/`. */

import { parseArgs } from 'node:util';
import { DEFAULT_PORT, portNumber } from './ports';
import { startStaticServer } from './static-server';

const { values } = parseArgs({
  options: { port: { type: 'string' }, 'sub-path': { type: 'string', default: '/' } },
});
const server = await startStaticServer({
  folder: 'dist',
  port: portNumber(values.port, DEFAULT_PORT),
  subPath: values['sub-path'],
});
console.log(`Winnow is at ${server.url} (Ctrl-C ends it).`);
