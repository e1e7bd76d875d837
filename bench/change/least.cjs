// The least that a round with these sources can be: what a bare program takes for the same three questions, in the same
// namespace. Asks at each SIGUSR1: the router by NAT-PMP and by UPnP, and the service that tells the caller's address.
const { createSocket } = require('node:dgram')
const { createServer, request } = require('node:http')

const [, , router, service] = process.argv
const SOAP = `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:GetExternalIPAddress
 xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1"/></s:Body></s:Envelope>`
const HEADERS = {
  'content-type': 'text/xml; charset="utf-8"',
  'content-length': SOAP.length,
  soapaction: '"urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress"',
}

const ask = (url, options, body) =>
  new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, ...options }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => (text += part))
      answer.on('end', () => resolve(text))
    })
    asked.on('error', reject).end(body)
  })

const natPmp = () =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4', (answer) => resolve(answer) ?? socket.close())
    socket.on('error', reject)
    socket.send(Uint8Array.of(0, 0), 5351, router)
  })

process.on('SIGUSR1', async () => {
  const upnp = ask(`http://${router}:5000/ctl/IPConn`, { method: 'POST', headers: HEADERS }, SOAP)
  const [, soap, outside] = await Promise.all([natPmp(), upnp, ask(service)])
  if (!soap.includes(`>${outside.trim()}<`)) throw new Error(`the router and the service disagree: ${soap} ${outside}`)
  process.stdout.write('answered\n')
})
createServer((_, answer) => answer.end()).listen(0, '127.0.0.1')
