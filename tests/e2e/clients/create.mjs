// A careful client, as the integration guide advises: `node create.mjs <payload> <idempotency key>`.
// One key for every try; up to three tries over lost answers, 429 and 5xx. Prints the post. PACE shortens the pauses.
const [payload, key] = process.argv.slice(2)
const TRIES = 3
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000 * Number(process.env.PACE ?? 1)))

async function create() {
  for (let number = 0; number < TRIES; number++) {
    const backoff = 2 ** number
    let answer
    try {
      answer = await fetch(`${process.env.VOXBURST_API_URL}/v1/posts`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${process.env.VOXBURST_API_KEY}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
          Connection: 'close',
        },
        body: payload,
      })
    } catch (error) {
      if (number === TRIES - 1) throw error
      await pause(backoff)
      continue
    }
    if (answer.status === 429) await pause(Number(answer.headers.get('Retry-After') ?? 5))
    else if (answer.status >= 500) await pause(backoff)
    else return { status: answer.status, replayed: answer.headers.get('Idempotency-Replayed'), post: await answer.json() }
  }
}

console.log(JSON.stringify(await create() ?? null))
