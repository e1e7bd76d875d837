import { describe, expect, it } from 'vitest'
import { hiderOf, secretsInUrl } from '../../src/core/secrets.ts'

describe('what is hidden', () => {
  it.each([
    ['as it is', 's3cr3tKey', 'the key s3cr3tKey is wrong', 'the key *** is wrong'],
    ['within a word', 's3cr3tKey', 'xs3cr3tKeyx', 'x***x'],
    ['as URLs write it', 'p&s w', '?k=p%26s+w&x', '?k=***&x'],
    ['a short one alone', 'zq', 'zq: no such key (zq)', '***: no such key (***)'],
    ['a short one not in other words', 'ke', 'a key, speaks, ke1', 'a key, speaks, ke1'],
    ['one without letters and digits', '!?$', 'got "!?$"', 'got "***"'],
    ['one that begins with another', 'abcd', 'abcdefgh', '***efgh'],
    ['none at all', ' ', 'a b', 'a b'],
  ])('%s', (_, secret, text, shown) => {
    expect(hiderOf([secret])(text)).toBe(shown)
  })

  it('of two that overlap, the whole of both', () => {
    expect(hiderOf(['abcdef', 'defghi'])('xabcdefghix')).toBe('x***x')
  })

  it('where the cut went through the escape of one of its characters', () => {
    const hide = hiderOf(['s3cr3t&key'], { cuts: true })
    for (const cut of ['s3cr3t&', 's3cr3t&am', 's3cr3t&#3', 's3cr3t%2']) expect(hide(`it is ${cut}`)).toBe('it is ***')
    expect(hide('it is s3cr3t&b and more')).toBe('it is s3cr3t&b and more')
  })

  it.each([
    [false, 'it is s3cr3t...', 'it is s3cr3t...'],
    [true, 'it is s3cr3t...', 'it is ***...'],
    [true, 'it is s3cr', 'it is ***'],
    [true, 'it is s3cr3tK%', 'it is ***'],
    [true, 'it is s3cr here', 'it is s3cr here'],
    [true, 'it is s3c', 'it is s3c'],
  ])('where a text is cut off (%s): %j', (cuts, text, shown) => {
    expect(hiderOf(['s3cr3tK%y'], { cuts })(text)).toBe(shown)
  })
})

describe('what a URL holds of secrets', () => {
  const basic = (pair: string) => Buffer.from(pair).toString('base64')
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['no URL', []],
    ['https://example.com/', []],
    ['https://me:pa%24s@example.com/', ['pa%24s', 'pa$s', basic('me:pa$s')]],
    ['https://me:100%@example.com/', ['100%', basic('me:100%')]],
    ['https://t0ken@example.com/', ['t0ken', basic('t0ken:')]],
    ['https://example.com/?system=dyndns&key=0123456789', ['0123456789']],
  ])('%s', (text, secrets) => {
    expect(secretsInUrl(text)).toEqual(secrets)
  })
})
