#!/usr/bin/env python3
"""Renders the templates beside this file, and two published ones, with jinja2.

  python make.py FOLDER-OF-PUBLISHED-TEMPLATES

The environment and its functions are set up as transformers does. Writes conversations.json,
rendered.json (template, conversation, variables, text or null where it raises) and
expressions.json ([template, text or null]). Made with jinja2 3.1.6.
"""
import copy
import datetime
import json
import os
import sys

from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

here = os.path.dirname(os.path.abspath(__file__))
now = datetime.datetime(2024, 7, 26, 9, 5, 0)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators,
                      sort_keys=sort_keys)


def raise_exception(message):
    raise ValueError(message)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = now.strftime


def render(source, variables):
    try:
        # Filters that change a list in place change only this copy.
        return environment.from_string(source).render(**copy.deepcopy(variables))
    except Exception:
        return None


tools = [
    {"type": "function", "function": {
        "name": "weather", "description": "The weather of a <place> & its 'sky' in °C",
        "parameters": {"type": "object", "properties": {
            "place": {"type": "string", "description": "a \"town\""},
            "unit": {"type": "string", "enum": ["C", "F"]},
            "days": {"type": "array", "items": {"type": "integer"}}}, "required": ["place"]}}},
    {"type": "function", "function": {"name": "now", "description": "", "parameters": None}},
]
call = {"id": "abcdefghi", "type": "function",
        "function": {"name": "weather", "arguments": {"place": "Zürich", "days": [1, 2.5, True, None]}}}


def m(role, content, **more):
    return {"role": role, "content": content, **more}


conversations = {
    "empty": [],
    "question": [m("user", "Hello?")],
    "system": [m("system", "Be brief. "), m("user", " Hello? \n")],
    "turns": [m("user", "a"), m("assistant", "b"), m("user", "c"), m("assistant", "d"), m("user", "e")],
    "system turns": [m("system", "S"), m("user", "a"), m("assistant", "b"), m("user", "c")],
    "unicode": [m("user", "Grüße 👩‍🚀 \u2028 日本 e\u0301\r\n\tend\u00a0"), m("assistant", "‮ß"), m("user", "\u3000")],
    "calls": [m("user", "Weather?"), m("assistant", None, tool_calls=[call]),
              m("tool", "21", tool_call_id="abcdefghi", name="weather"),
              m("assistant", "Mild."), m("user", "Thanks")],
    "two calls": [m("user", "Weather?"), m("assistant", "Let me see.", tool_calls=[call, call]),
                  m("tool", "21", tool_call_id="abcdefghi"), m("tool", "22", tool_call_id="abcdefghi")],
    "thoughts": [m("user", "1+1?"), m("assistant", "<think>\nhm\n</think>\n\n2"), m("user", "2+2?"),
                 m("assistant", "4", reasoning_content="\nclear\n")],
    "nothing said": [m("user", None), m("assistant", None), m("user", "")],
    "no turns": [m("assistant", "I"), m("assistant", "you")],
    "parts": [m("system", [{"type": "text", "text": "S"}]),
              m("user", [{"type": "image"}, {"type": "text", "text": " what? "}])],
    "special": [m("user", "<|im_end|>{{ 1 }}{% if %}\\n'\"")],
}
settings = [
    {"add_generation_prompt": True, "tools": None},
    {"add_generation_prompt": False, "tools": tools, "enable_thinking": False},
]
basis = {"bos_token": "<s>", "eos_token": "</s>", "documents": None}
sources = {}
for folder in [here] + sys.argv[1:]:
    for name in sorted(os.listdir(folder)):
        if name.endswith(".jinja"):
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
                sources[name] = file.read()
rendered = [
    [name, title, index, render(source, {**basis, **setting, "messages": messages})]
    for name, source in sorted(sources.items())
    for title, messages in conversations.items()
    for index, setting in enumerate(settings)
]

variables = {
    "s": "Grüße, World", "e": "", "t": "  pad\n", "n": None, "i": 7, "f": 2.5, "z": 0, "b": True,
    "l": [3, 1, 2], "w": ["b", "A", "a", "C"], "d": {"x": 1, "items": 2, "é": [None, "q"]},
    "r": [{"k": "u", "v": 1}, {"k": "v", "v": 0}, {"k": "u", "v": 3}], "m": "a\nb\n\nc\n",
    "o": {"a": {"b": [10, 20]}},
}
expressions = """
1 + 2 * 3|(1 + 2) * 3|7 // 2|-7 // 2|7 // -2|-7 % 3|7 % -3|7 / 2|2 ** 10|2 ** -1|-2 ** 2|2 ** 3 ** 2|7.5 // 2
-7.5 % 2|1e3|1_000|1.5e-7|1e16|123456789012345678.0|0.1 + 0.2|1 / 3|100000.0|1e22|5e-324|-0.0|i / z|i % z|'a' + 'b'
'a' ~ 1 ~ none ~ true ~ 2.0|'ab' * 3|3 * 'ab'|[1] * 2|'a' * -1|[1] + [2]|(1, 2) + (3,)|[1] + (2,)|'a' + 1|1 + none|u + 1|u ~ 1
1 < 2 < 3|1 < 3 < 2|1 == 1.0 == true|'a' < 'b'|'Z' < 'a'|[1, 2] < [1, 3]|1 < 'a'|none == none|u == u|u == none|[] == ()
1 in [1, 2]|'b' in 'abc'|'' in 'a'|3 not in l|'x' in d|'q' in d|1 in d|none in 'a'|1 in 5|not 1|not not e|not u
1 and 2|0 and 2|e or 'x'|none or 0 or 'y'|1 if true else 2|1 if false|(1 if false) is defined|'a' if e else 'b' if z else 'c'
[1, 'a', none, true, 1.0, [2], {'k': "it's"}, (1,), ()]|{'a': 1, 'b': {'c': [1, 2]}}|{1: 2, 'x': none}|"it's \\"q\\""|['it\\'s "q"']
['\\n\\t\\\\']|'\\x41\\u00e9\\U0001F600'|['\\x00\\x7f\\u200b']|'\\q'|'a' 'b'|"tab\\tx"|s[0]|s[-1]|s[2]|s[99]|s[99] is defined|s[1:4]|s[::-1]|s[::2]|s[-3:]|s[5:2]
l[1:]|l[:-1]|l[::-1]|l[-1]|l[5]|l[5] is defined|l[10:]|l[0:0]|l[::0]|l['a']|d.x|d['x']|d.items() | list|d['items']|d.nope|d.nope.more|d.nope is defined|o.a.b[1]|o['a']['b'][-1]|d[none]|d[1:2]
n.x|n.x.y|n['x']|i.x|u|u.x|u[0]|u()|s()|loop|range(3) | list|range(2, 8, 3) | list|range(5, 0, -2) | list|range(0) | list|range(1, 2, 0)
s | upper|s | lower|'ǆ' | upper|'straße' | upper|'hELLO wORLD-foo bar' | title|'hELLO wORLD' | capitalize|e | capitalize|t | trim|'xxaxx' | trim('x')|none | trim|5 | upper
s | length|l | length|d | length|e | length|n | length|i | length|u | length|d | items | list|u | items | list|d | list|s | list|i | list|u | list
l | first|l | last|e | first|[] | first is defined|s | first|d | first|l | reverse | list|s | reverse|l | sort|l | sort(reverse=true)|w | sort|w | sort(case_sensitive=true)|r | sort(attribute='v') | map(attribute='v') | list|[1, 'a'] | sort
w | unique | list|w | unique(case_sensitive=true) | list|l | join|l | join(', ')|r | join('-', attribute='k')|[none, true, 1.0] | join(' ')|e | join('x')|l | sum|r | sum(attribute='v')|[] | sum|l | min|l | max|w | min|w | max|[] | min
l | map('string') | list|w | map('upper') | join|r | map(attribute='k') | list|r | map(attribute='q', default='?') | list|l | select | list|l | select('odd') | list|l | reject('odd') | list|l | select('>', 1) | list
r | selectattr('v') | list | length|r | selectattr('k', 'equalto', 'u') | list | length|r | rejectattr('k', 'eq', 'u') | map(attribute='v') | list|r | selectattr('k', 'in', ['v']) | list | length|r | selectattr('q', 'defined') | list|r | selectattr('a.b', 'defined') | list|l | select('nope') | list
d | dictsort|{'b': 1, 'A': 2} | dictsort|{'b': 1, 'A': 2} | dictsort(true)|{'b': 1, 'A': 2} | dictsort(by='value')|{'b': 1, 'A': 2} | dictsort(false, 'key', true)|l | dictsort
u | default('x')|n | default('x')|n | default('x', true)|e | d('y', boolean=true)|z | default(1)|u | default|'5' | int|' 12 ' | int|'x' | int|'x' | int(9)|'3.9' | int|3.9 | int|-3.9 | int|true | int|none | int|'1.5' | float|'x' | float|'x' | float(1.5)|2 | float|'1e3' | float|'inf' | float
2.5 | round|3.5 | round|2.345 | round(2)|2.1 | round(0, 'ceil')|2.9 | round(0, 'floor')|7 | round|'x' | round|-3 | abs|-2.5 | abs|'a' | abs
s | replace('World', 'X')|'aaa' | replace('a', 'b', 2)|'abc' | replace('', '-')|'aaa' | replace('aa', 'b')|m | indent|m | indent(2)|m | indent(2, true)|m | indent(2, blank=true)|m | indent('> ')|e | indent|'a b  c' | wordcount|s | string|i | string|l | string|s | safe|l | nope|n | string | upper
l | tojson|d | tojson|d | tojson(indent=2)|[] | tojson(indent=2)|{} | tojson|[[], {}] | tojson(indent=1)|'é"\\\\\\n\\x07/<>&\\'' | tojson|'é😀' | tojson(ensure_ascii=true)|{'b': 1, 'a': 2} | tojson(sort_keys=true)|[1, 2] | tojson(separators=(',', ':'))|1.0 | tojson|1e100 | tojson|none | tojson|u | tojson|(1, 2) | tojson|{1: 2, true: 3, none: 4} | tojson|'\\x7f\\u2028' | tojson
s.upper()|s.lower()|t.strip()|t.lstrip()|t.rstrip()|'xay'.strip('xy')|'a,b,c'.split(',')|'a,b,c'.split(',', 1)|'a,b,c'.rsplit(',', 1)|' a  b c '.split()|' a  b  c '.split(none, 1)|'a'.split('')|e.split()|e.split(',')|'a--b'.split('--')|m.splitlines()|'a\\r\\nb\\x0bc\\u2028d'.splitlines()|m.splitlines(true)
s.startswith('Gr')|s.endswith(('x', 'World'))|s.startswith('')|s.replace('ü', 'u')|'aaa'.replace('a', 'b', 2)|', '.join(w)|','.join(l)|s.find('ß')|s.find('zz')|'abab'.rfind('ab')|'abab'.count('ab')|'aaaa'.count('aa')|'abc'.count('')|"they're bill's".title()|'hELLO'.capitalize()|'12'.isdigit()|'1a'.isdigit()|''.isdigit()|'ab'.isalpha()|'aé1'.isalnum()|' \\t'.isspace()|'AB1'.isupper()|'ab1'.islower()|'1'.islower()
'abc'.removeprefix('a')|'abc'.removesuffix('bc')|'abc'.removeprefix('x')|'a=b=c'.partition('=')|'a=b=c'.rpartition('=')|'abc'.partition('=')|'abc'.rpartition('=')|s.nope()|l.append(1)|l.index(2)|l.index(9)|l.count(1)|d.get('x')|d.get('q')|d.get('q', 5)|d.keys() | list|d.values() | list|d.update({'a': 1})|d.copy()|d.pop('x')
s is defined|u is defined|u is not defined|u is undefined|n is none|u is none|n is not none|s is string|l is string|d is mapping|l is mapping|l is iterable|s is iterable|i is iterable|u is iterable|l is sequence|d is sequence|i is sequence|i is number|f is number|b is number|s is number|i is integer|b is integer|f is integer|f is float|i is float|b is boolean|z is boolean|b is true|i is true|b is false
3 is odd|4 is even|-3 is odd|9 is divisibleby(3)|9 is divisibleby 2|i is eq 7|i is equalto(7)|i is ne 7|i is gt 3|i is lt 3|i is ge 7|i is le 6|3 is in l|'x' is in d|n is sameas none|b is sameas true|'abc' is lower|'ABC' is upper|'aB' is lower|'1' is lower|range is callable|i is callable|i is nope|i is divisibleby(0)|'a' is odd|not i is odd|i is odd and f is float|i is not odd or true|(i is odd) == true
namespace(a=1).a|namespace({'a': 2}).a|namespace().a is defined|dict(a=1, b='x')|dict({'q': 1}, a=2)|raise_exception('no')|strftime_now('%Y-%m-%d %H:%M:%S %d %b %Y %B %A %a %j %p %I %y %%')|strftime_now('%-d/%-m')|1 ~ 2 + 3|1 + 2 ~ 3|'a' ~ 'b' | upper|-1 | abs|(-1) | abs|2 * 3 | string|not true == false|1 if u else 2|u if u is defined else 'none'|true|True|None|none|false|{}|[]|()|(1,)|[1,]|{'a': 1,}
(1, 2)[0]|[[1, 2], [3]][0][1]|'a'.upper().lower()|('a' if true else 'b') ~ 'c'|d.é|l | length > 2|l | length == 3 and b|l[l | length - 1]|1.|.5|1..real|'a|07|0x1F|1 +|(1|[1|{1}|a b|1 = 2|@|$|s.|s[|s[1:2:3:4]|f(**1)|f(*1)|dict(**{'a': 1})|range(*[2]) | list|'a' is|l | |is|in|if|loop.x
"""
statements = [
    "{% for x in l %}{{ x }}{% endfor %}", "{% for x in [] %}a{% else %}b{% endfor %}",
    "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }},{% endfor %}",
    "{% for x in l %}{{ loop.previtem }}-{{ loop.nextitem }};{% endfor %}", "{% for x in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}", "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}", "{% for c in s %}{{ c }}.{% endfor %}",
    "{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for x in i %}{% endfor %}", "{% for x in u %}{% endfor %}", "{% for x in n %}{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% break %}",
    "{% set x = 1 %}{% for y in l %}{% set x = y %}{% endfor %}{{ x }}", "{% set ns = namespace(x=1) %}{% for y in l %}{% set ns.x = y %}{% endfor %}{{ ns.x }}",
    "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set x = 1, 2 %}{{ x }}", "{% set x %}a{{ 1 }}{% endset %}{{ x }}{{ x | length }}", "{% set x | upper %}a{% endset %}{{ x }}",
    "{% set q.x = 1 %}", "{% set d.x = 1 %}", "{% set none = 1 %}", "{% for x in l %}{{ x }}{% endfor %}{{ x }}",
    "{% macro f(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=1, a=2) }}{{ f() }}", "{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, x=2) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, a=2) }}", "{% macro f() %}{{ caller() }}!{% endmacro %}{% call f() %}x{% endcall %}", "{% macro f() %}{{ caller(1) }}{% endmacro %}{% call(y) f() %}x{{ y }}{% endcall %}",
    "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "{% set y = 1 %}{% macro f() %}{{ y }}{% endmacro %}{% set y = 2 %}{{ f() }}", "{% for y in l %}{% macro f() %}{{ y }}{% endmacro %}{{ f() }}{% endfor %}", "{% macro f(a=1, b) %}{% endmacro %}",
    "{% filter upper %}a{{ 'b' }}{% endfilter %}", "{% with a=1 %}{{ a }}{% endwith %}{{ a }}", "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}", "{% generation %}a{% endgeneration %}" if False else "a",
    "{% raw %}{{ x }}{% endraw %}", "{% raw -%}  a  {%- endraw %}b", "a {# c #} b", "a\n  {# c #}\nb", "a {#- c -#} b", "{% if 1 %}a{% elif 2 %}b{% else %}c{% endif %}", "{% if 0 %}a{% elif u %}b{% else %}c{% endif %}",
    "{% if %}{% endif %}", "{% if 1 %}", "{% endif %}", "{% else %}", "{% nope %}", "{{ }}", "{{ 1", "{% if 1", "{# a", "{% raw %}a", "a }} b %} c #}", "{ { a } }", "{{ '}}' }}{{ '%}' }}", "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {'a': {}}}}", "{{1}}{{2}}",
    "a\n  {% if 1 %}\n  b\n  {% endif %}\n  c", "a\n  {%- if 1 -%}\n  b\n  {%- endif -%}\n  c", "a\n  {%+ if 1 %}\n  b\n  {%+ endif +%}\n  c", "a  {% if 1 %} b{% endif %}  c", "a\n  {{ 1 }}\n  b", "a\n  {{- 1 -}}\n  b", "a\n  {{ 1 -}}\n  {{- 2 }}\n",
    "{% if 1 %}\n\n\na{% endif %}\n", "  {% if 1 %}a{% endif %}", "x  {% if 1 %}a{% endif %}", "{{ 1 }}  {% if 1 %}a{% endif %}", "{% if 1 %}  {% if 1 %}a{% endif %}{% endif %}", "\n\n{% set x = 1 %}\n\n{{ x }}\n\n", "a\r\n{% if 1 %}\r\nb{% endif %}\r\n", "a\n\t {% set x = 1 %} \nb", "{{ 'a\nb' }}", "a\n",
    "{{ 1 }}\n{{ 2 }}\n", "{# a #}\n{# b #}\nc", "{%- set x = 1 -%}\n\n  {%- set y = 2 %}\nz", "a{{- ' b' -}} c", "\u00a0{{- 1 -}}\u00a0", "\u2028  {% if 1 %}a{% endif %}", "{% include 'a' %}", "{% import 'a' as b %}", "{{ self }}" if False else "b", "{% for x in l recursive %}{% endfor %}" if False else "c",
    "{% set x = namespace(a=[]) %}{% for y in l %}{% set x.a = x.a + [y] %}{% endfor %}{{ x.a }}", "{% for a in l %}{% for b in w %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for m in r %}{% if loop.first or r[loop.index0 - 1].k != m.k %}[{{ m.k }}]{% endif %}{{ m.v }}{% endfor %}",
    "{{ 'a' if l is defined and l | length > 0 and l[0] == 3 else 'b' }}", "{% if not (l is defined and l) or n is none %}y{% endif %}", "{% set c = s if s is string else s | tojson %}{{ c }}", "{% if 'x' in d and d.x is not none %}{{ d.x }}{% endif %}", "{{- ('a' ~ 'b') | upper -}}  x",
]
# A bar with spaces is a filter; a bar alone parts one expression from the next.
items = []
for line in expressions.strip().split("\n"):
    part = ""
    for index, letter in enumerate(line):
        isFilter = letter == "|" and index > 0 and line[index - 1] == " "
        if letter == "|" and not isFilter:
            items.append(part)
            part = ""
        else:
            part += letter
    items.append(part)
table = [["{{ " + item + " }}", render("{{ " + item + " }}", variables)] for item in items]
table += [[source, render(source, variables)] for source in statements]


def write(name, value):
    with open(os.path.join(here, name), "w", encoding="utf-8") as file:
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            file.write("[\n" + rows + "\n]\n")
        else:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")


write("rendered.json", rendered)
write("expressions.json", table)
write("inputs.json", {"basis": basis, "settings": settings, "conversations": conversations,
                      "variables": variables})
