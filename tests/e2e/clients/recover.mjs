// What the integration guide does about a partial failure: `node recover.mjs <post id> <failed platforms of the webhook>`.
// Media that was refused is fixed with another URL; anything else is retried, without a body. Prints each decision and answer.
const [id, failed] = process.argv.slice(2)
const MEDIA = new Set(['ASPECT_RATIO_INVALID', 'MEDIA_REJECTED'])
const post = `${process.env.VOXBURST_API_URL}/v1/posts/${id}`
const authorization = { Authorization: `Bearer ${process.env.VOXBURST_API_KEY}` }

const fix = target => fetch(`${post}/platforms/${target.postPlatformId}/fix`, {
  method: 'POST',
  headers: { ...authorization, 'Content-Type': 'application/json' },
  body: JSON.stringify({ mediaUrl: 'https://cdn.example.com/corrected-1080x1080.jpg' }),
})

const retry = () => fetch(`${post}/retry`, {
  method: 'POST',
  headers: { ...authorization, 'Idempotency-Key': `retry-${id}-${Date.now()}` },
})

const { platforms } = await fetch(post, { headers: authorization }).then(answer => answer.json())
const done = []
for (const each of JSON.parse(failed)) {
  const target = platforms.find(known => known.platform === each.platform.toLowerCase())
  if (!target) continue
  const decision = MEDIA.has(each.error?.code) ? 'fix' : 'retry'
  const answer = await (decision === 'fix' ? fix(target) : retry())
  done.push({ platform: target.platform, decision, status: answer.status, body: await answer.json() })
}
console.log(JSON.stringify(done))
