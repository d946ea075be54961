// A provider of identity on loopback, for the tests of single sign-on: node provider.mjs PORT CALLBACK
import Provider from 'oidc-provider';

const [port, callback] = process.argv.slice(2);
const groups = {
  ana: ['parvis-admins', 'staff'],
  elu: ['staff', 'elus', 'elus-port'],
  passant: ['staff'],
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: 'parvis', client_secret: 'provider-secret-of-the-tests', redirect_uris: [callback] },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'groups'],
  conformIdTokenClaims: false,
  pkce: { methods: ['S256'], required: () => true },
  cookies: { keys: ['cookies-of-the-tests'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
  }),
});
provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
