import { describe, expect, it } from 'vitest'
import { hiderOf, secretsInUrl } from '../../src/core/secrets.ts'

const unitsOf = (letter: string) => letter.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'))

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
    expect(hiderOf(['s3cr3t%key'], { cuts: true })('it is s3cr3t%2...')).toBe('it is ***...')
  })

  it.each(['.', '..', '...', ' .', '.&.'])('where its own %j may be taken for the dots of the cut', (dots) => {
    const secret = `s3cr3t${dots}k3y`
    const hide = hiderOf([secret], { cuts: true })
    for (let length = 's3cr3t'.length; length < secret.length; length += 1) {
      expect(hide(`(${secret.slice(0, length)}...)`)).toMatch(/^\(\*\*\*\.*\)$/)
    }
  })

  it.each<[string, (letter: string) => string]>([
    ['as it is', (letter) => letter],
    ['as URLs write it', (letter) => encodeURIComponent(letter)],
    ['as URLs write it twice', (letter) => encodeURIComponent(encodeURIComponent(letter))],
    [
      'as JSON writes it',
      (letter) =>
        unitsOf(letter)
          .map((unit) => `\\u${unit}`)
          .join(''),
    ],
    [
      'as JSON in JSON writes it',
      (letter) =>
        unitsOf(letter)
          .map((unit) => `\\\\u${unit}`)
          .join(''),
    ],
    ['as HTML writes it', (letter) => `&#${letter.codePointAt(0)};`],
    ['as XML writes it', (letter) => `&#x${letter.codePointAt(0)!.toString(16).padStart(8, '0')};`],
  ])('wherever the cut goes through a letter of several bytes, written %s', (_, written) => {
    for (const letter of ['ä', '€', '😀']) {
      const hide = hiderOf([`s3cr3t${letter}k3y`], { cuts: true })
      const long = `s3cr3t${written(letter)}k3y`
      for (let length = 's3cr3t'.length; length < long.length; length += 1) {
        const cut = long.slice(0, length)
        expect(hide(`it is ${cut}...`)).toBe('it is ***...')
        expect(hide(`it is ${cut}`)).toBe('it is ***')
      }
    }
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
