// A dyndns2 service for the container, where there is no network: takes every update and notes it, one line each.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [, , port, log] = process.argv

createServer((request, response) => {
  const login = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
  const query = new URL(request.url, 'http://localhost').searchParams
  appendFileSync(log, `${login} ${query.get('hostname')} ${query.get('myip')}\n`)
  response.end(`good ${query.get('myip')}`)
}).listen(Number(port), '127.0.0.1')
