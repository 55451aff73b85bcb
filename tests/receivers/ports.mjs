// The ports that Node's own fetch refuses, as JSON. Nothing is connected to.
const allowed = new Error("it would be called");
const dispatcher = {dispatch: (_options, handler) => handler.onError(allowed)};
const refused = [];

for (let port = 1; port < 65536; port++) {
  const {cause} = await fetch(`https://example.com:${port}/`, {dispatcher}).catch((error) => error);
  if (cause !== allowed) refused.push(port);
}
console.log(JSON.stringify(refused));
