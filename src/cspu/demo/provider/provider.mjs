// The demonstration's identity provider: FranceConnect's and ProConnect's profiles, on loopback, for
// people who do not exist. Built on npm's oidc-provider, the engine FranceConnect itself runs on.
//
//   CSPU_PROVIDER_FC_SECRET=demo-… CSPU_PROVIDER_PC_SECRET=demo-… node provider.mjs \
//     --identities FILE.json --redirect-uri URL… --post-logout-redirect-uri URL… [--port N] \
//     [--fault IDENTITY=NAME…] [--until-stdin-closes]
//
// Says `ready {"france_connect": issuer, "pro_connect": issuer}` on standard output when it answers;
// ends with code 3 when the port is taken, 2 when it was called wrongly. Everything else it has to
// say goes to standard error. Keys are made at each start and never written.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import { FAULTS } from './faults.mjs';
import { makeProfile } from './profiles.mjs';

const PORT_TAKEN = 3;
const DEMO_PREFIX = 'demo-';
console.info = console.error; // the library's notices must not mix with the line above

function fail(message, code = 2) {
  console.error(message);
  process.exit(code);
}

function secret(name) {
  const value = process.env[name] ?? '';
  if (!value.startsWith(DEMO_PREFIX)) {
    fail(`${name} must start with "${DEMO_PREFIX}": no real secret belongs in a demonstration.`);
  }
  return value;
}

function readFaults(pairs, identities) {
  const faults = new Map();
  for (const [id, name] of pairs.map((pair) => pair.split('='))) {
    if (!FAULTS.has(name)) fail(`No fault is called ${name}. Known: ${[...FAULTS].join(', ')}`);
    if (!identities.some((identity) => identity.id === id)) fail(`No identity is called ${id}.`);
    faults.set(id, name);
  }
  return faults;
}

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      identities: { type: 'string' },
      'redirect-uri': { type: 'string', multiple: true, default: [] },
      'post-logout-redirect-uri': { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      'until-stdin-closes': { type: 'boolean', default: false },
    },
  });
  const identities = JSON.parse(readFileSync(values.identities, 'utf8'));
  const everyone = [...identities.persons, ...identities.agents];
  const written = everyone.filter((each) => each.fault).map((each) => `${each.id}=${each.fault}`);
  return {
    ...values,
    identities,
    faults: readFaults([...written, ...values.fault], everyone),
  };
}

const settings = readCommandLine();
const secrets = {
  france_connect: secret('CSPU_PROVIDER_FC_SECRET'),
  pro_connect: secret('CSPU_PROVIDER_PC_SECRET'),
};
const css = readFileSync(new URL('page.css', import.meta.url));
let profiles = [];

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://loopback').pathname;
  if (path === '/page.css') {
    response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(css);
    return;
  }
  const profile = profiles.find(({ mount }) => path.startsWith(`${mount}/`));
  if (profile) await profile.answer(request, response);
  else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
});

server.on('error', (error) => fail(error.message, error.code === 'EADDRINUSE' ? PORT_TAKEN : 1));
server.listen({ host: '127.0.0.1', port: Number(settings.port) }, () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const common = {
    origin,
    faults: settings.faults,
    redirectUris: settings['redirect-uri'],
    postLogoutRedirectUris: settings['post-logout-redirect-uri'],
  };
  profiles = [
    makeProfile('france_connect', settings.identities.persons, secrets.france_connect, common),
    makeProfile('pro_connect', settings.identities.agents, secrets.pro_connect, common),
  ];
  const issuers = Object.fromEntries(profiles.map(({ key, mount }) => [key, origin + mount]));
  process.stdout.write(`ready ${JSON.stringify(issuers)}\n`);
});

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Whoever started us may be killed before saying goodbye: its end of the pipe closes all the same.
if (settings['until-stdin-closes']) process.stdin.on('end', stop).resume();
