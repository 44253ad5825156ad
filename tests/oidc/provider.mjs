// A real OpenID provider on loopback, which takes any login and password. Who signs in decides what it tells of them:
// the email of "unverified-…" is not verified, "nomail-…" has none.
//
// node provider.mjs <port> <redirect URI> …; says "ready" on standard output.
import { Provider } from "oidc-provider";

const [port, ...redirectUris] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

function claims(sub) {
  const email = sub.startsWith("nomail-") ? {} : { email: `${sub}@id.example`, email_verified: !sub.startsWith("unverified-") };
  return { sub, name: `${sub} from elsewhere`, preferred_username: sub, ...email };
}

const provider = new Provider(issuer, {
  clients: [{ client_id: "parley", client_secret: "a secret of the tests alone", redirect_uris: redirectUris }],
  pkce: { required: () => true },
  scopes: ["openid", "email", "profile"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid email profile"); // nobody is asked whether Parley may know
    await grant.save();
    return grant;
  },
});

provider.use(async (context, next) => {
  await next();
  if (typeof context.body === "string") context.body = context.body.replace(/@import url\([^)]*\);/, ""); // no fonts from afar
});

process.stdin.on("end", () => process.exit()).resume(); // nobody is left who could ask
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
