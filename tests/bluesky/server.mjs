// A real Bluesky server and the directory it needs, on loopback only, gone with the process.
// usage: node server.mjs <folder with node_modules> <data folder>; prints {"url", "jwtSecret"} when it is ready

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'

const [modules, data] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(modules), 'index.js'))
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')
const { Database, PlcServer } = require('@did-plc/server')

// both would listen on every interface: they name a port and no host
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' ? listen.call(this, { port, host: '127.0.0.1' }, ...rest) : listen.call(this, port, ...rest)
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer()
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const [plcPort, pdsPort] = [await freePort(), await freePort()]
const blobs = path.join(data, 'blobs')
mkdirSync(blobs, { recursive: true })

const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
await plc.start()

const env = {
  devMode: true,
  port: pdsPort,
  hostname: 'localhost',
  dataDirectory: data,
  blobstoreDiskLocation: blobs,
  jwtSecret: randomBytes(16).toString('hex'),
  adminPassword: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  disableSsrfProtection: true,
  bskyAppViewUrl: 'https://appview.invalid',
  bskyAppViewDid: 'did:example:invalid',
  modServiceUrl: 'https://moderation.invalid',
  modServiceDid: 'did:example:invalid',
}
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()

console.log(JSON.stringify({ url: `http://localhost:${pdsPort}`, jwtSecret: env.jwtSecret }))

process.stdin.resume().on('end', () => process.exit(0)) // whoever started it is gone
