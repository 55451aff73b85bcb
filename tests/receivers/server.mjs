// A subscriber in Node, without a framework. It verifies what it gets and keeps what it accepts.
//
//   PUT  /secrets/<name>     the signing secret of the endpoint <name>
//   PUT  /answers/<name>     [500, 200]: what the next verified deliveries are answered; 200 when nothing is left
//   POST /voxburst/<name>    a delivery, verified as VoxBurst's guide tells
//   POST /postfuze/<name>    a delivery, verified as PostFuze's page on webhooks tells
//   POST /standard/<name>    a delivery, verified by the standardwebhooks package
//   POST /svix/<name>        a delivery, verified by the svix package
//   GET  /received/<name>    every verified delivery, in the order of arrival
//   GET  /refused/<name>     how many were not
//
// It prints {"port": …} when it is ready, and ends with its standard input.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const installed = createRequire(`${process.env.RECEIVER_MODULES}/`);
const { Webhook } = installed("standardwebhooks");
const { Webhook: Svix } = installed("svix");

const TOLERANCE = 300; // seconds
const endpoints = new Map();

function endpoint(name) {
  if (!endpoints.has(name)) endpoints.set(name, { secret: "", answers: [], received: [], refused: 0 });
  return endpoints.get(name);
}

// Of several signatures of one scheme the last one counts, as in the guides.
function stamped(scheme, header, secret, body) {
  const fields = new Map(header.split(",").map((field) => field.split("=", 2)));
  const age = Date.now() / 1000 - Number(fields.get("t"));
  const expected = createHmac("sha256", secret).update(`${fields.get("t")}.`).update(body).digest();
  const signature = Buffer.from(fields.get(scheme) ?? "", "hex");
  return Math.abs(age) <= TOLERANCE && signature.length === expected.length && timingSafeEqual(signature, expected);
}

const verifiers = {
  voxburst: (secret, headers, body) => stamped("v2", headers["x-voxburst-signature"], secret, body),
  postfuze: (secret, headers, body) => stamped("v1", headers["x-postfuze-signature"], secret, body),
  standard(secret, headers, body) {
    new Webhook(secret).verify(body, headers);
    return true;
  },
  svix(secret, headers, body) {
    new Svix(secret).verify(body, headers);
    return true;
  },
};

function verified(verifier, secret, headers, body) {
  try {
    return verifiers[verifier](secret, headers, body);
  } catch {
    return false; // a header is missing or malformed, or the package said no
  }
}

function take(verifier, target, headers, body) {
  if (!verified(verifier, target.secret, headers, body)) {
    target.refused += 1;
    return [401, "Invalid signature"];
  }
  const status = target.answers.shift() ?? 200;
  target.received.push({ verifier, headers, body: body.toString(), answered: status });
  return [status, "OK"];
}

function handle(method, action, name, headers, body) {
  const target = endpoint(name);
  if (method === "POST" && action in verifiers) return take(action, target, headers, body);
  switch (`${method} ${action}`) {
    case "PUT secrets":
      target.secret = body.toString();
      return [204, ""];
    case "PUT answers":
      target.answers = JSON.parse(body);
      return [204, ""];
    case "GET received":
      return [200, JSON.stringify(target.received)];
    case "GET refused":
      return [200, JSON.stringify(target.refused)];
    default:
      return [404, ""];
  }
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const [, action, name] = request.url.split("/");
  const [status, text] = handle(request.method, action, name, request.headers, Buffer.concat(chunks));
  response.writeHead(status).end(text);
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
