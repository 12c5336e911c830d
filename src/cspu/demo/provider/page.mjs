// The pages a person sees at the provider's: plain HTML, French first, no script.
const escape = (text) => String(text).replace(
  /[&<>"']/g,
  (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign],
);

// A form may lead to this very server and, from there, back to the client.
export function headers(client = '') {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; "
      + `frame-ancestors 'none'; form-action 'self' ${client}`.trim(),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

function page(title, content) {
  return `<!doctype html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <meta name="color-scheme" content="light dark">
  <title>${escape(title)}</title>
  <link rel="stylesheet" href="/page.css">
</head>
<body>
  <header>
    <p><strong>Démonstration.</strong> Ni un service de l’État, ni de vraies personnes.
      <span lang="en">Demonstration: not a service of the State, no real people.</span></p>
  </header>
  <main>
${content}
  </main>
</body>
</html>
`;
}

const named = ({ claims }) => (claims.family_name
  ? `${claims.given_name ?? ''} ${claims.family_name}`
  : `${claims.given_name ?? ''} ${claims.usual_name ?? ''}`).trim();

const choice = (identity) => `
      <li>
        <h2>${escape(named(identity))}</h2>
        <p>${escape(identity.sentence.fr)}</p>
        <p lang="en">${escape(identity.sentence.en)}</p>
        <button name="identity" value="${escape(identity.id)}">Entrer avec cette identité
          <span class="hidden">: ${escape(named(identity))}</span></button>
      </li>`;

const level = (value, checked, fr, en) => `
        <label><input type="radio" name="level" value="${value}"${checked ? ' checked' : ''}>
          <span>${fr} <span lang="en">${en}</span></span></label>`;

export function choicePage(profile, identities, strong) {
  const name = escape(profile.name);
  return page(`Choisir une identité · ${profile.name} (démonstration)`, `
    <h1>Avec quelle identité entrer ?</h1>
    <p class="lead">Cette page tient la place de ${name}. Choisissez une personne inventée : ce qui
      suit est une vraie connexion.</p>
    <p class="lead" lang="en">This page stands in for ${name}. Pick a made-up person: what follows is
      a true log-in.</p>
    <form method="post">
      <fieldset>
        <legend>Niveau de la connexion <span lang="en">Level of the log-in</span></legend>
        <p>${strong
    ? 'Le site demande une connexion renforcée. <span lang="en">The site asks for a strengthened log-in.</span>'
    : 'Le site demande une connexion ordinaire. <span lang="en">The site asks for an ordinary log-in.</span>'}</p>
${level('ordinary', !strong, 'Ordinaire : un mot de passe', 'Ordinary: a password')}
${level('strong', strong, 'Renforcée : un second facteur en plus', 'Strengthened: a second factor too')}
      </fieldset>
      <ul>${identities.map(choice).join('')}
      </ul>
      <p><button class="leave" name="leave" value="1">Renoncer et revenir au site
        <span lang="en">(give up and go back)</span></button></p>
    </form>`);
}

export function errorPage(profile, { error, error_description: why = '' }) {
  return page(`Connexion impossible · ${profile.name} (démonstration)`, `
    <h1>Cette connexion ne peut pas continuer</h1>
    <p class="lead">Revenez au site et recommencez.</p>
    <p class="lead" lang="en">This log-in cannot go on. Go back to the site and start again.</p>
    <p>Code : <code>${escape(error)}</code> ${escape(why)}</p>`);
}
