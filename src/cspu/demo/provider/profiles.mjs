// What each provider is: its paths, what it asks of a client, what it says of somebody.
import { createHash, randomBytes } from 'node:crypto';

import Provider, { interactionPolicy } from 'oidc-provider';

import { Faults } from './faults.mjs';
import { choicePage, errorPage, headers } from './page.mjs';

const ASSURANCE = 'https://proconnect.gouv.fr/assurance/';
const PIVOT = [
  'given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry',
];
const AGENT = ['given_name', 'usual_name', 'email', 'uid', 'siret', 'idp_id'];
const COMMON_PARAMETERS = [
  'client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce', 'acr_values', 'claims',
  'prompt', 'idp_hint', 'ui_locales',
];

const PROFILES = {
  france_connect: {
    name: 'FranceConnect',
    mount: '/fc/api/v2',
    clientId: 'cspu-demo-persons',
    algorithm: 'ES256',
    claims: {
      openid: ['sub'],
      identite_pivot: PIVOT,
      preferred_username: ['preferred_username'],
      email: ['email'],
    },
    levels: { ordinary: 'eidas1', strong: 'eidas2' },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    required: ['state', 'nonce', 'acr_values'],
    shortestNonce: 22,
    parameters: new Set(COMMON_PARAMETERS), // and nothing else: PKCE is refused
    subject: (hash) => `${hash}v1`,
  },
  pro_connect: {
    name: 'ProConnect',
    mount: '/pc/api/v2',
    clientId: 'cspu-demo-agents',
    algorithm: 'RS256', // the real one signs either way: so both are tried
    claims: { openid: ['sub'], ...Object.fromEntries(AGENT.map((name) => [name, [name]])) },
    levels: { ordinary: `${ASSURANCE}self-asserted`, strong: `${ASSURANCE}self-asserted-2fa` },
    acrValues: [
      'eidas1', 'eidas2', 'eidas3',
      `${ASSURANCE}self-asserted`, `${ASSURANCE}self-asserted-2fa`,
      `${ASSURANCE}consistency-checked`, `${ASSURANCE}consistency-checked-2fa`,
    ],
    required: ['state', 'nonce'],
    shortestNonce: 32,
    parameters: new Set([
      ...COMMON_PARAMETERS, 'login_hint', 'code_challenge', 'code_challenge_method', 'response_mode',
    ]),
    subject: (hash) => hash,
  },
};

const isStrong = (acr = '') => acr.endsWith('-2fa') || ['eidas2', 'eidas3'].includes(acr);
const asksStrong = (params) => (params.acr_values ?? '').split(' ').every(isStrong);

export function makeProfile(key, identities, secret, common) {
  const profile = { key, ...PROFILES[key] };
  const people = new Map(identities.map((identity) => [identity.id, identity]));
  const faults = new Faults(common.faults, profile);
  const provider = new Provider(
    common.origin + profile.mount,
    configuration(profile, people, faults, secret, common),
  );
  provider.use(faults.middleware());
  provider.use(leaveAtOnce(provider));
  const handler = provider.callback();

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, common.origin);
    const within = pathname.slice(profile.mount.length);
    if (within.startsWith('/interaction/')) {
      await interact(provider, profile, people, request, response);
      return;
    }
    const wrong = within === '/authorize' && whatIsWrong(profile, searchParams);
    if (wrong) {
      await refuse(provider, searchParams, wrong, response);
      return;
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(profile.mount.length);
    handler(request, response);
  }
  return { key, mount: profile.mount, answer };
}

function configuration(profile, people, faults, secret, { origin, redirectUris, postLogoutRedirectUris }) {
  return {
    clients: [{
      client_id: profile.clientId,
      client_secret: secret,
      // "native" lets an address of this machine be registered without its port (RFC 8252, 7.3).
      application_type: 'native',
      redirect_uris: redirectUris,
      post_logout_redirect_uris: postLogoutRedirectUris,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: profile.algorithm,
      userinfo_signed_response_alg: profile.algorithm,
      subject_type: 'pairwise',
    }],
    jwks: { keys: [faults.keys.usual] },
    subjectTypes: ['pairwise'],
    // The same at each start: the accounts of a demonstration outlive this process.
    pairwiseIdentifier: (ctx, account, client) => profile.subject(
      createHash('sha256').update(`demonstration|${client.clientId}|${account}`).digest('hex'),
    ),
    acrValues: profile.acrValues,
    scopes: ['openid'],
    claims: { ...profile.claims, acr: null, amr: null, auth_time: null, iss: null, sid: null },
    pkce: { required: () => false },
    clientAuthMethods: ['client_secret_post'],
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256'],
    },
    features: {
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      claimsParameter: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
    },
    cookies: {
      // Cookies know no port: without names of their own they would meet those of the site.
      names: Object.fromEntries(
        ['session', 'interaction', 'resume'].map((name) => [name, `demo_${profile.key}_${name}`]),
      ),
      keys: [randomBytes(32).toString('hex')],
    },
    ttl: {
      AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Grant: 120, Interaction: 1800, Session: 1800,
    },
    interactions: {
      policy: policy(),
      url: (ctx, interaction) => `${profile.mount}/interaction/${interaction.uid}`,
    },
    findAccount: (ctx, id) => people.has(id)
      && { accountId: id, claims: () => ({ ...people.get(id).claims, sub: id }) },
    loadExistingGrant: (ctx) => grantAll(ctx, profile),
    renderError: (ctx, out) => {
      ctx.set(headers(origin));
      ctx.type = 'html';
      ctx.body = errorPage(profile, out);
    },
    routes: {
      authorization: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      end_session: '/session/end',
    },
    clientBasedCORS: () => false,
  };
}

// A session at the level asked goes straight back; below it, the person is asked again.
function policy() {
  const prompts = interactionPolicy.base();
  prompts.get('consent').checks.remove('native_client_prompt');
  prompts.get('login').checks.add(new interactionPolicy.Check(
    'level_too_low',
    'a strengthened log-in is asked for',
    ({ oidc }) => Boolean(oidc.params.acr_values)
      && asksStrong(oidc.params) && !isStrong(oidc.acr) && !oidc.result?.login,
  ));
  return prompts;
}

// Choosing an identity is consenting: everything the client may ask for is given.
async function grantAll(ctx, profile) {
  const grant = new ctx.oidc.provider.Grant({
    clientId: ctx.oidc.client.clientId,
    accountId: ctx.oidc.session.accountId,
  });
  grant.addOIDCScope(Object.keys(profile.claims).join(' '));
  await grant.save();
  return grant;
}

function whatIsWrong(profile, given) {
  for (const name of given.keys()) {
    if (!profile.parameters.has(name)) return `unknown parameter: ${name}`;
  }
  for (const name of profile.required) {
    if (!given.get(name)) return `missing parameter: ${name}`;
  }
  if (given.get('nonce').length < profile.shortestNonce) return 'nonce is too short';
  return '';
}

async function refuse(provider, given, why, response) {
  const client = await provider.Client.find(given.get('client_id') ?? '');
  const target = given.get('redirect_uri') ?? '';
  if (!client?.redirectUriAllowed(target)) {
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
    return;
  }
  const back = new URL(target);
  back.searchParams.set('error', 'invalid_request');
  back.searchParams.set('error_description', why);
  if (given.get('state')) back.searchParams.set('state', given.get('state'));
  back.searchParams.set('iss', provider.issuer);
  response.writeHead(303, { Location: back.href }).end();
}

async function interact(provider, profile, people, request, response) {
  let interaction;
  try {
    interaction = await provider.interactionDetails(request, response);
  } catch {
    const page = errorPage(profile, { error: 'session_not_found' });
    response.writeHead(400, headers()).end(page);
    return;
  }
  const client = new URL(interaction.params.redirect_uri).origin;
  if (request.method !== 'POST') {
    const page = choicePage(profile, [...people.values()], asksStrong(interaction.params));
    response.writeHead(200, headers(client)).end(page);
    return;
  }
  const chosen = new URLSearchParams(await bodyOf(request));
  const id = chosen.get('identity');
  const strong = chosen.get('level') === 'strong';
  const login = {
    accountId: id,
    acr: profile.levels[strong ? 'strong' : 'ordinary'],
    amr: strong ? ['pwd', 'mfa'] : ['pwd'],
    remember: false,
  };
  const result = people.has(id)
    ? { login, consent: {} }
    : { error: 'access_denied', error_description: 'the person left' };
  response.setHeader('Cache-Control', 'no-store');
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

// The library asks "do you really want to leave?"; the real providers do not.
function leaveAtOnce(provider) {
  return async (ctx, next) => {
    await next();
    if (ctx.oidc?.route !== 'end_session' || ctx.status !== 200) return;
    const { params, session } = ctx.oidc;
    await session.destroy();
    ctx.cookies.set(provider.cookieName('session'), null);
    ctx.body = null;
    if (params.post_logout_redirect_uri) {
      const back = new URL(params.post_logout_redirect_uri);
      if (params.state) back.searchParams.set('state', params.state);
      ctx.status = 303;
      ctx.redirect(back.href);
    } else {
      ctx.status = 204;
    }
  };
}

