// A real SAML 2.0 identity provider on loopback, which takes any login. Who signs in decides what it tells of them:
// "mio" is mio@corp.example; "staff-…" is in the groups "staff" and "it" too.
//
// node provider.mjs <port> <key> <certificate> <certificate of the site>; says "ready" on standard output. Faults are asked for in the address:
// ?fault=…, see FAULTS
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

import express from "express";
import samlp from "samlp";
import SignXml from "saml/lib/xml/sign.js";
import SessionParticipants from "samlp/lib/sessionParticipants/index.js";

const [port, key, cert, site] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}/metadata`;
const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const own = { issuer, key: readFileSync(key), cert: readFileSync(cert) };
const sessions = new SessionParticipants([]);
const memory = {}; // of the one browser that there is
let count = 0;
const app = express();
app.use((request, _response, next) => {
  request.session = memory;
  request.body ??= {};
  next();
});

function encryptedFor(file, more) {
  const pem = readFileSync(file);
  return { encryptionCert: pem, encryptionPublicKey: createPublicKey(pem).export({ type: "spki", format: "pem" }), ...more };
}

function userOf(login) {
  const groups = login.startsWith("staff-") ? ["staff", "it"] : ["guests"];
  const [givenName, familyName] = [login, "Sato"];
  return { id: `id-${login}`, displayName: `${login} of Corp`, name: { givenName, familyName }, emails: [{ value: `${login}@corp.example` }], groups };
}

// The library has no option for it: the end of the session is written before the assertion is signed.
let sessionEnds = "";
const { fromSignXmlOptions } = SignXml;
SignXml.fromSignXmlOptions = (options) => {
  const sign = fromSignXmlOptions(options);
  return (assertion) => {
    if (sessionEnds) assertion.getElementsByTagName("saml:AuthnStatement")[0].setAttribute("SessionNotOnOrAfter", sessionEnds);
    return sign(assertion);
  };
};

class Mapper {
  constructor(user) {
    this.user = user;
  }
  getClaims() {
    const { displayName, emails, groups } = this.user;
    return { email: emails[0].value, displayName, groups };
  }
  getNameIdentifier() {
    return { nameIdentifier: this.user.id, nameIdentifierFormat: PERSISTENT };
  }
}

const FAULTS = {
  unsigned: { signAssertion: false },
  expired: { lifetimeInSeconds: -3600 },
  audience: { audience: "https://other.example/metadata" },
  recipient: { recipient: "https://other.example/acs" },
  encrypted: encryptedFor(site),
  "encrypted unsigned": { ...encryptedFor(site), signAssertion: false },
  "encrypted to another": encryptedFor(cert),
  "encrypted weakly": encryptedFor(site, { encryptionAlgorithm: "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", disallowEncryptionWithInsecureAlgorithm: false }),
  sha1: { signatureAlgorithm: "rsa-sha1", digestAlgorithm: "sha1" },
};

// The page that asks who it is; its form comes back with what the site has sent.
app.get("/sso", (request, response) => {
  const { login, ...sent } = request.query;
  if (login) return answer(request, response);
  const fields = Object.entries(sent).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  response.send(`<title>Corp</title><h1>Corp sign-in</h1><form><input name="login" aria-label="Login">${fields.join("")}<button>Sign in</button></form>`);
});

function answer(request, response) {
  const { login, acs, audience, fault, RelayState } = request.query;
  samlp.parseRequest(request, (problem, asked) => {
    const where = asked?.assertionConsumerServiceURL ?? acs; // who asked for nothing is told by the address: IdP-initiated
    sessionEnds = request.query.ends ?? "";
    const sessionIndex = `session-${++count}`;
    sessions._participants.push({
      serviceProviderId: asked?.issuer ?? audience,
      nameId: `id-${login}`,
      nameIdFormat: PERSISTENT,
      sessionIndex,
      serviceProviderLogoutURL: where.replace(/acs$/, "slo"),
      cert: readFileSync(site),
    });
    const options = {
      ...own,
      sessionIndex,
      profileMapper: (user) => new Mapper(user),
      getUserFromRequest: () => userOf(login),
      getPostURL: (_audience, _request, _dom, done) => done(null, where),
      recipient: where,
      destination: where,
      audience: asked?.issuer ?? audience,
      RelayState,
      ...FAULTS[fault],
    };
    samlp.auth(options)(request, response, (error) => response.status(500).send(String(error ?? problem)));
  });
}

// What sites ask to end, and, without a question of one, the end of all sessions.
app.get("/slo", (request, response) => {
  const options = { ...own, deflate: true, protocolBinding: REDIRECT, sessionParticipants: sessions };
  samlp.logout(options)(request, response, (error) => response.status(500).send(String(error)));
});

app.post("/forget", (_request, response) => {
  sessions._participants.length = 0;
  response.end();
});

app.get("/metadata", samlp.metadata({ ...own, redirectEndpointPath: "/sso", postEndpointPath: "/sso", logoutEndpointPaths: { redirect: "/slo" } }));

process.stdin.on("end", () => process.exit()).resume(); // nobody is left who could ask
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
