import { describe, expect, it } from 'vitest'
import { NUMBER, type Row, rowsOf, SOURCES } from '../support/problem-rows.ts'
import { load, withAccount } from './load.ts'

describe('one wrong line of YAML', () => {
  it.each<[line: string, ...Row[]]>([
    ['quorum: two', ['quorum', '"two"', NUMBER(100)]],
    ['quorum: 1.5', ['quorum', '1.5', NUMBER(100)]],
    ['quorum: [1]', ['quorum', 'a list', NUMBER(100)]],
    ['quorum: " "', ['quorum', 'nothing', NUMBER(100)]],
    ['stateDir: ""', ['stateDir', 'nothing', 'a path']],
    [
      `quorum: "\${UNREADABLE}"`,
      ['UNREADABLE_FILE', '/none: no such file', 'a file that can be read', 'correct the path, or make the file'],
      ['quorum', `\${UNREADABLE}, which cannot be read`, 'a variable of the environment'],
    ],
    [
      `quorum: "\${HOW_MANY}"`,
      [
        'quorum',
        `\${HOW_MANY}, which is not set`,
        'a variable of the environment',
        `set HOW_MANY; write $\${ for a literal \${`,
      ],
    ],
    [`quorum: "\${WORD}"`, ['quorum', `\${WORD}`, NUMBER(100)]],
    [
      `quorum: "\${two words}"`,
      [
        'quorum',
        `\${...} around what is no name`,
        'the name of an environment variable',
        `write $\${ for a literal \${`,
      ],
    ],
    ['quorm: 2', ['quorm', 'an unknown key', 'a known key', 'did you mean quorum?']],
    [
      'lines: {}',
      [
        'lines',
        'no line',
        'a map of lines, such as {dsl: {interface: eth0}, lte: {interface: wwan0}}',
        'name a line, or leave lines out: then there is one',
      ],
    ],
    ['"": 1', ['""', 'an unknown key', 'a known key', 'the nearest known one is log']],
    ['exclude: 7', ['exclude', '7', 'a full name such as mail.example.com', 'add the domain']],
    ['__proto__: 1', ['__proto__', 'an unknown key', 'a known key', 'the nearest known one is prober']],
    ['log: debug', ['log', 'text', 'a map such as {level: info, format: json}']],
    ['log: {levle: info}', ['log.levle', 'an unknown key', 'a known key', 'did you mean level?']],
    ['log: {level: loud}', ['log.level', '"loud"', 'one of error, warn, info, debug', 'the nearest known one is warn']],
    [
      'hosts: [a.example.com, {name: mail, ttl: 0}]',
      ['hosts[1].name', '"mail"', 'a full name such as mail.example.com', 'add the domain'],
      ['hosts[1].ttl', '0', NUMBER(2147483647)],
    ],
    [
      'hosts: [{name: a.example.com, constructor: x}]',
      ['hosts[0].constructor', 'an unknown key', 'a known key', 'the nearest known one is ttl'],
    ],
    ['hosts: [{ttl: 5}]', ['hosts[0].name', 'nothing', 'a host name such as mail.example.com']],
    [
      'hosts: [{name: a.example.com, whenGone: kep}]',
      ['hosts[0].whenGone', '"kep"', 'keep or remove', 'did you mean keep?'],
    ],
    ['hosts: [{name: a.example.com, types: [MX]}]', ['hosts[0].types[0]', '"MX"', 'A or AAAA', 'did you mean A?']],
    [
      'hosts: [{name: a.example.com, types: AAAA}]',
      [
        'hosts',
        'types AAAA of a.example.com, while ipv6 is off',
        'only address families that are on',
        'set ipv6 to on',
      ],
    ],
    [
      'hosts: [{name: a.example.com, provider: ionoss}]',
      ['hosts', 'provider "ionoss" of a.example.com', 'an account: ionos', 'did you mean ionos?'],
    ],
    [
      'hosts: [{name: a.example.com, provider: a b}]',
      [
        'hosts[0].provider',
        '"a b"',
        'the name of an account: letters, digits, dots, hyphens and underscores, at most 63',
      ],
    ],
    [
      'hosts: [a.example.com, {name: A.example.com, ttl: 5}]',
      ['hosts', 'a.example.com with different wishes', 'each name once'],
    ],
    [
      'hosts: [{name: a.example.com, types: A}]\nipv4: off\nipv6: on',
      ['hosts', 'types A of a.example.com, while ipv4 is off', 'only address families that are on', 'set ipv4 to on'],
    ],
    ['hosts: [~]', ['hosts[0]', 'nothing', 'a host name such as mail.example.com']],
    ['hosts: [[a.example.com]]', ['hosts[0]', 'a list', 'a host name such as mail.example.com']],
    ['ipSources:\n  - command: ls', ['ipSources[0]', 'a map', SOURCES, 'put a value that holds ": " in quotes']],
    [
      "exclude: 'a",
      ['mxhome.yaml, line 4, column 12', 'a quotation mark, bracket or comma that is missing', 'valid YAML'],
    ],
    [
      'listen: "[::]:80"',
      [
        'listen',
        '::',
        'a loopback address such as 127.0.0.1, or a token beside it',
        'set listenToken, which callers then have to send',
      ],
    ],
    ['ipSources: ["command:"]', ['ipSources[0]', '"command:"', 'command: and a program with its arguments']],
    [
      'schedule: */5 * * * *',
      [
        'mxhome.yaml, line 4, column 15',
        'something behind the end of a value',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'exclude: *all',
      [
        'mxhome.yaml, line 4, column 10',
        'an alias that nothing defines',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'ttl: 5\nttl: 6',
      ['mxhome.yaml, line 5, column 1', 'a key that stands twice in one map', 'valid YAML', 'remove one of the two'],
    ],
    [
      'exclude: [a.example.com',
      [
        'mxhome.yaml, line 4, column 24',
        'an indentation that does not fit, or a bracket that is not closed',
        'valid YAML',
      ],
    ],
    [
      'exclude: !all a',
      [
        'mxhome.yaml, line 4, column 10',
        'an unknown tag',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'exclude: "\\q"',
      [
        'mxhome.yaml, line 4, column 11',
        'an unknown escape in double quotes',
        'valid YAML',
        'use single quotes, or write \\\\ for a backslash',
      ],
    ],
    [
      'exclude: a: b',
      [
        'mxhome.yaml, line 4, column 10',
        'a second ": " in one line',
        'valid YAML',
        'put a value that holds ": " in quotes',
      ],
    ],
    ['exclude:\n\t- a', ['mxhome.yaml, line 5, column 1', 'a tab as indentation', 'valid YAML', 'use spaces']],
    ['exclude: &a [*a]', ['exclude', 'a value that is nested too deeply', 'what the documentation shows']],
  ])('%s', async (line, ...rows) => {
    const loaded = await load({ env: { WORD: 'two', UNREADABLE_FILE: '/none' }, yaml: withAccount(line) })
    const shortened = rowsOf(loaded).map(([setting, ...rest]) => [
      setting.replace(/(?:\[0\])+$/, (all) => (all.length > 9 ? '' : all)),
      ...rest,
    ])
    expect(shortened).toEqual(rows)
  })

  it.each(['- a', 'just text', '7'])('a file that is no map: %s', async (yaml) => {
    const [problem] = (await load({ yaml })).problems
    expect(problem).toMatchObject({
      setting: 'mxhome.yaml',
      expected: 'a map of settings, such as domains: example.com',
    })
  })
})
