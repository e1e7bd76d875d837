import { expect, it } from 'vitest'
import { elementAt, elementsAt, escapeXml, parseXml, textAt } from '../../src/core/xml.ts'

const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<!-- an answer -->
<a:List xmlns:a="urn:x" Status='OK'>
  <Item Name="one &amp; &quot;two&quot;" a:Id="1"/>
  <Item Name="three"> a &lt; b &#65;&#x42; <![CDATA[<raw> & ]]></Item>
  <Deep><Deeper>here</Deeper></Deep>
</a:List>`

it('reads elements, attributes, text, references and CDATA', () => {
  const root = parseXml(`\uFEFF${DOCUMENT}\n`)
  expect(root).toMatchObject({ name: 'List', attributes: { Status: 'OK' } })
  expect(elementsAt(root, 'Item').map(({ attributes }) => attributes)).toEqual([
    { Name: 'one & "two"', Id: '1' },
    { Name: 'three' },
  ])
  expect(elementsAt(root, 'Item')[1]?.text).toBe(' a < b AB <raw> & ')
  expect(textAt(root, 'Deep', 'Deeper')).toBe('here')
  expect(textAt(root, 'Deep', 'Other')).toBeUndefined()
  expect(elementAt(undefined, 'Deep')).toBeUndefined()
  expect(elementsAt(undefined, 'Deep')).toEqual([])
})

it.each([
  ['nothing', ''],
  ['plain text', 'good 192.0.2.1'],
  ['JSON', '{"a": "<b/>"}'],
  ['an answer that is cut off', '<a><b>1</b>'],
  ['an answer that is cut off in a tag', '<a><b x="1'],
  ['tags that cross', '<a><b></a></b>'],
  ['an end without a start', '</a>'],
  ['a second root', '<a/><b/>'],
  ['text beside the root', '<a/> more'],
  ['a document type', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
  ['a web page', '<!doctype html><html><br></html>'],
  ['an unknown entity', '<a>&nbsp;</a>'],
  ['what every object has', '<a>&toString;</a>'],
  ['an unknown entity in an attribute', '<a b="&nbsp;"/>'],
  ['an ampersand that stands alone', '<a>b & c</a>'],
  ['a reference without its end', '<a>&amp</a>'],
  ['a character that is none', '<a>&#x110000;</a>'],
  ['an attribute without quotes', '<a b=c/>'],
])('takes no XML for %s', (_, text) => expect(parseXml(text)).toBeUndefined())

it('what is escaped is read as it was', () => {
  const text = `a<b>&"c'd]]>`
  expect(parseXml(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`)).toMatchObject({ attributes: { b: text }, text })
})

it('a long text costs no more than its length', () => {
  expect(parseXml(`<a>${'<b c="d"/>'.repeat(50_000)}`)).toBeUndefined()
  expect(parseXml(`<a ${' '.repeat(100_000)}`)).toBeUndefined()
})
