// What can go wrong between a provider and its client, done on purpose: a fault is tied to an
// identity, and everything else about the log-in stays true.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

const MINUTE = 60;
const SOMEBODY_ELSE = 'f'.repeat(64);

// Changes to the claims of the ID token.
const ID_TOKEN_CLAIMS = {
  wrong_nonce: (claims) => ({ ...claims, nonce: 'n'.repeat(43) }),
  expired_token: (claims) => ({ ...claims, iat: claims.iat - 10 * MINUTE, exp: claims.exp - 10 * MINUTE }),
  early_token: (claims) => ({ ...claims, iat: claims.iat + 10 * MINUTE, exp: claims.exp + 10 * MINUTE }),
  old_token: (claims) => ({ ...claims, iat: claims.iat - 10 * MINUTE }),
  wrong_issuer: (claims) => ({ ...claims, iss: `${claims.iss}/other` }),
  wrong_audience: (claims) => ({ ...claims, aud: 'another-client' }),
  wrong_party: (claims) => ({ ...claims, azp: 'another-client' }),
  wrong_access_token: (claims) => ({ ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  level_too_low: (claims, profile) => ({ ...claims, acr: profile.levels.ordinary }),
  unknown_level: (claims) => ({ ...claims, acr: 'a-level-of-its-own' }),
};
// Who signs the ID token, when it is not the usual key.
const ID_TOKEN_KEYS = {
  unknown_key: ({ unpublished }) => unpublished,
  new_key: ({ next }) => next,
  bad_signature: ({ usual, unpublished }) => ({ ...unpublished, kid: usual.kid }),
};
// Changes to the claims of userinfo, and who signs them.
const USERINFO_CLAIMS = {
  userinfo_of_somebody_else: (claims) => ({ ...claims, sub: SOMEBODY_ELSE }),
  userinfo_for_another_client: (claims) => ({ ...claims, aud: 'another-client' }),
};
const USERINFO_KEYS = {
  userinfo_unknown_key: ({ unpublished }) => unpublished,
  userinfo_bad_signature: ({ usual, unpublished }) => ({ ...unpublished, kid: usual.kid }),
};
// Whole answers.
const ANSWERS = {
  unsigned_token: 'token',
  no_id_token: 'token',
  token_unreachable: 'token',
  userinfo_redirected: 'userinfo',
  userinfo_refused: 'userinfo',
};

export const FAULTS = new Set(
  [ID_TOKEN_CLAIMS, ID_TOKEN_KEYS, USERINFO_CLAIMS, USERINFO_KEYS, ANSWERS].flatMap(Object.keys),
);

export class Faults {
  constructor(faults, profile) {
    this.faults = faults;
    this.profile = profile;
    this.keys = Object.fromEntries(
      ['usual', 'next', 'unpublished'].map((kid) => [kid, newKey(kid, profile.algorithm)]),
    );
    this.nextIsPublished = false;
  }

  middleware() {
    return async (ctx, next) => {
      await next();
      const { route } = ctx.oidc ?? {};
      if (route === 'jwks' && this.nextIsPublished) {
        ctx.body = { keys: [...ctx.body.keys, publicPart(this.keys.next)] };
      }
      const fault = this.faults.get(ctx.oidc?.account?.accountId);
      if (!fault || ctx.status !== 200) return;
      if (ANSWERS[fault] === route) this.spoil(ctx, fault);
      if (route === 'token') ctx.body = this.token(ctx.body, fault);
      if (route === 'userinfo') this.userinfo(ctx, fault);
    };
  }

  token(body, fault) {
    const change = ID_TOKEN_CLAIMS[fault];
    const key = ID_TOKEN_KEYS[fault]?.(this.keys);
    if (!change && !key) return body;
    if (fault === 'new_key') this.nextIsPublished = true;
    const claims = claimsOf(body.id_token);
    return {
      ...body,
      id_token: signed(change ? change(claims, this.profile) : claims, key ?? this.keys.usual),
    };
  }

  userinfo(ctx, fault) {
    const change = USERINFO_CLAIMS[fault];
    const key = USERINFO_KEYS[fault]?.(this.keys);
    if (!change && !key) return;
    const claims = claimsOf(ctx.body);
    ctx.body = signed(change ? change(claims) : claims, key ?? this.keys.usual);
  }

  spoil(ctx, fault) {
    if (fault === 'token_unreachable') ctx.req.socket.destroy();
    if (fault === 'userinfo_refused') ctx.status = 403;
    if (fault === 'userinfo_redirected') ctx.redirect(`${ctx.oidc.issuer}/userinfo?again=1`);
    if (fault === 'no_id_token') ctx.body = { ...ctx.body, id_token: undefined };
    if (fault === 'unsigned_token') {
      const [, claims] = ctx.body.id_token.split('.');
      ctx.body = { ...ctx.body, id_token: `${encoded({ alg: 'none', kid: 'usual' })}.${claims}.` };
    }
  }
}

// Made in DER, then read alone: Node 20 can wait for ever when a key that still shares its lock with the other half of
// its pair is exported as JWK while garbage is collected (in one pair of a thousand, that is one start in hundreds).
const DER = {
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  publicKeyEncoding: { type: 'spki', format: 'der' },
};

export function newKey(kid, alg) {
  const { privateKey } = alg === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048, ...DER })
    : generateKeyPairSync('ec', { namedCurve: 'P-256', ...DER });
  const alone = createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' });
  return { ...alone.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

function publicPart(key) {
  const shared = createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' });
  return { ...shared, kid: key.kid, alg: key.alg, use: key.use };
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
}

function signed(claims, key) {
  const content = `${encoded({ alg: key.alg, typ: 'JWT', kid: key.kid })}.${encoded(claims)}`;
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
