// A client of the Comptoir counter scanner for Node 18 or later, without dependencies.
//
//   node comptoir.mjs pair https://192.168.1.20:8443 "Mon LGO" comptoir.json
//   node comptoir.mjs poll comptoir.json [COUNT]
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import https from "node:https";
import tls from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Believes one public key instead of authorities, and says so before a byte of a request is sent. */
class PinnedAgent extends https.Agent {
  constructor(key = null) {
    super({ keepAlive: true });
    this.key = key; // SHA-256 of the SubjectPublicKeyInfo; null: the first one shown, in a pairing
  }

  createConnection(options, callback) {
    const socket = tls.connect({ ...options, rejectUnauthorized: false, minVersion: "TLSv1.2" });
    socket.once("error", callback);
    socket.once("secureConnect", () => {
      const info = socket.getPeerX509Certificate().publicKey.export({ type: "spki", format: "der" });
      const shown = sha256(info);
      this.key ??= shown;
      if (shown.equals(this.key)) return callback(null, socket);
      socket.destroy();
      callback(new Error("the device shows another key than the one of its pairing"));
    });
  }
}

/** One request; resolves to { status, body }, whatever the status. */
function call(agent, url, method, path, { token, body, timeout = 35_000 } = {}) {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(content && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) }),
  };
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(path, url), { agent, method, headers, timeout }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: answer.statusCode, body: text ? JSON.parse(text) : null });
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.end(content);
  });
}

const problem = ({ status, body }) => new Error(`${status} ${body?.code}: ${body?.title}. ${body?.remedy}`);

async function pair(url, name, file) {
  const agent = new PinnedAgent();
  const nonce = randomBytes(32);
  const commitment = sha256("comptoir pairing commitment v1\0", nonce).toString("base64");
  const begun = await call(agent, url, "POST", "/v1/pairings", { body: { name, commitment } });
  if (begun.status !== 201) throw problem(begun);
  const path = `/v1/pairings/${begun.body.id}`;
  const revealed = await call(agent, url, "POST", `${path}/reveal`, { body: { nonce: nonce.toString("base64") } });
  if (revealed.status !== 200) throw problem(revealed);
  const deviceNonce = Buffer.from(begun.body.device_nonce, "base64");
  const digest = sha256("comptoir pairing number v1\0", agent.key, deviceNonce, nonce);
  console.log(`Nombre : ${String(digest.readBigUInt64BE() % 1_000_000n).padStart(6, "0")}`);
  for (;;) {
    const answer = await call(agent, url, "GET", path);
    if (answer.status === 200) {
      const kept = { url, token: answer.body.token, key: agent.key.toString("base64") };
      await writeFile(file, JSON.stringify(kept), { mode: 0o600 }); // as safely as a password
      await call(agent, url, "DELETE", path);
      console.log("Appairé");
      return agent.destroy();
    }
    if (answer.status !== 202) throw problem(answer);
    await sleep(1000);
  }
}

async function poll(file, count) {
  const { url, token, key } = JSON.parse(await readFile(file));
  const agent = new PinnedAgent(Buffer.from(key, "base64"));
  let after = 0;
  while (count > 0) {
    const answer = await call(agent, url, "GET", `/v1/events?after=${after}&wait=25`, { token });
    if (answer.status === 429 || answer.status === 503) {
      await sleep(1000);
      continue;
    }
    if (answer.status !== 200) throw problem(answer);
    for (const event of answer.body.events) {
      console.log(`${event.id} ${event.kind}`); // take it over here, durably; ignore kinds that are unknown
      count -= 1;
    }
    after = answer.body.last_id;
    if (answer.body.events.length) {
      const acked = await call(agent, url, "POST", "/v1/events/ack", { token, body: { through: after } });
      if (acked.status !== 200) throw problem(acked);
    }
  }
  agent.destroy();
}

const [command, ...rest] = process.argv.slice(2);
try {
  if (command === "pair" && rest.length === 3) await pair(...rest);
  else if (command === "poll" && rest.length >= 1) await poll(rest[0], Number(rest[1] ?? Infinity));
  else throw new Error("usage: pair URL NAME FILE | poll FILE [COUNT]");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
