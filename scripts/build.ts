import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { bundle } from './bundle.ts'
import { thirdPartyLicenses } from './bundled.ts'

rmSync('dist', { recursive: true, force: true })
const { metafile } = await bundle(true)
chmodSync('dist/mxhome.js', 0o755)
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(metafile))
