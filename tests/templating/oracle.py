#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Renders the template corpus and the pages with Debian's python3-jinja2, the oracle of the template language.

    oracle.py            compares every expectation in the tree with what Jinja2 does; exits 1 on a difference
    oracle.py --write    writes the expectations: run it after adding a case, and read the diff

corpus/README.md describes the format of both. Run with the interpreter that python3-jinja2 was installed for
(/usr/bin/python3). Exits 77 (ctest: skipped) where Jinja2 3.1.2 is missing.
"""

import argparse
import json
import pathlib
import sys
import urllib.parse

try:
    import jinja2
    import jinja2.ext
    from markupsafe import Markup
except ImportError:
    print("python3-jinja2 is not installed: nothing compared")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
MAIN = "main"
UNDEFINED = {
    "default": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}
EXTENSIONS = {"do": "jinja2.ext.do", "loopcontrols": "jinja2.ext.loopcontrols", "i18n": "jinja2.ext.i18n"}


# ---- the corpus's format ------------------------------------------------------------------------------------------

class Section:
    """One `--- kind argument` block: its text is the lines below it, without the last line's newline."""

    def __init__(self, kind, argument, text):
        self.kind, self.argument, self.text = kind, argument, text

    def content(self):
        words = self.argument.split()
        return json.loads(self.text) if words and words[-1] == "json" else self.text

    def name(self):
        words = self.argument.split()
        return " ".join(words[:-1] if words and words[-1] == "json" else words)

    def written(self):
        header = f"--- {self.kind} {self.argument}".rstrip()
        return header + "\n" + (self.text + "\n" if self.text else "")


class Case:
    def __init__(self, title, line):
        self.title, self.line, self.sections = title, line, []

    def find(self, kind):
        return next((section for section in self.sections if section.kind == kind), None)

    def json_of(self, kind, default):
        section = self.find(kind)
        return json.loads(section.text) if section else default

    def templates(self):
        return {section.name() or MAIN: section.content() for section in self.sections if section.kind == "template"}


def parse(text):
    """The comment at the head of a file, the sections every case of it shares, and its cases."""
    head, shared, cases, section = [], Case("", 0), [], None
    current, body = shared, None

    def close():
        nonlocal body
        if section is not None and body is not None:
            section.text = "\n".join(body) if body else None
        body = None

    for number, line in enumerate(text.split("\n")[:-1], 1):
        if line.startswith("=== "):
            close()
            current = Case(line[4:], number)
            cases.append(current)
            section, body = Section("template", "", None), []
            current.sections.append(section)
        elif line.startswith("--- "):
            close()
            kind, _, argument = line[4:].partition(" ")
            if current.sections and current.sections[-1].kind == "template" and current.sections[-1].text is None \
                    and not current.sections[-1].argument:
                current.sections.pop()  # the main template is named below, or written as JSON
            section, body = Section(kind, argument, None), []
            current.sections.append(section)
        elif body is not None:
            body.append(line)
        else:
            head.append(line)
    close()
    for case in [shared, *cases]:
        for part in case.sections:
            if part.text is None:
                part.text = ""
    return head, shared, cases


def unparse(head, shared, cases):
    out = "".join(line + "\n" for line in head)
    for section in shared.sections:
        out += section.written()
    for case in cases:
        out += f"=== {case.title}\n"
        for i, section in enumerate(case.sections):
            if i == 0 and section.kind == "template" and not section.argument:
                out += section.text + "\n"
            else:
                out += section.written()
    return out


# ---- what data and options stand for ------------------------------------------------------------------------------

class Object:
    """What a reflected struct is to a template: named attributes, no items."""

    def __init__(self, members):
        self.__dict__.update(members)


def echo(*args, **kwargs):
    """Shows what a call was given."""
    shown = [repr(value) for value in args] + [f"{name}={value!r}" for name, value in kwargs.items()]
    return "(" + ", ".join(shown) + ")"


def fail():
    raise RuntimeError("the function failed")


FUNCTIONS = {"echo": echo, "fail": fail}


def value_of(value, functions):
    if isinstance(value, list):
        return [value_of(item, functions) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            (key, content), = value.items()
            if key == "$markup":
                return Markup(content)
            if key == "$tuple":
                return tuple(value_of(item, functions) for item in content)
            if key == "$object":
                return Object(value_of(content, functions))
            if key == "$function":
                return functions[content]
        return {key: value_of(item, functions) for key, item in value.items()}
    return value


def catalogue(translations):
    """gettext's four functions over a dictionary: text, context + U+0004 + text; plural forms are lists."""
    def plural(key, singular, plural_text, number):
        forms = translations.get(key, [singular, plural_text])
        return forms[0 if number == 1 else 1]

    return {
        "gettext": lambda text: translations.get(text, text),
        "ngettext": lambda one, many, number: plural(one, one, many, number),
        "pgettext": lambda context, text: translations.get(context + "\x04" + text, text),
        "npgettext": lambda context, one, many, number: plural(context + "\x04" + one, one, many, number),
    }


def environment_of(options, templates):
    options = dict(options)
    options.pop("entry", None)
    extensions = options.pop("extensions", [])
    translations = options.pop("translations", None)
    newstyle = options.pop("newstyle_gettext", False)
    policies = options.pop("policies", {})

    def load(name):
        # The name is also the file name, which is how a trace-back tells templates from Python code.
        return (templates[name], name, None) if name in templates else None

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        extensions=[EXTENSIONS[name] for name in extensions],
        undefined=UNDEFINED[options.pop("undefined", "default")],
        **options)
    environment.policies.update(policies)
    if "i18n" in extensions:
        functions = catalogue(translations or {})
        environment.install_gettext_callables(newstyle=newstyle, **functions)
    return environment


# ---- rendering ----------------------------------------------------------------------------------------------------

def place_of(error, templates):
    """`template:line` of the innermost template the error passed through, "" when it was raised outside of any."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.name or MAIN}:{error.lineno}"
    place, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in templates:
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def needs_json(text):
    lines = text.split("\n")
    return any(line.startswith(("--- ", "=== ")) or line != line.rstrip(" \t") for line in lines) or \
        any(ord(char) < 32 and char != "\n" or 127 <= ord(char) < 161 or ord(char) in (0x2028, 0x2029, 0xFEFF)
            for char in text)


def expectation_of(shared, case):
    """The `expect` or `error` section that Jinja2 gives for a case."""
    options = {**shared.json_of("options", {}), **case.json_of("options", {})}
    data = {**shared.json_of("data", {}), **case.json_of("data", {})}
    templates = {**shared.templates(), **case.templates()}
    try:
        environment = environment_of(options, templates)
        template = environment.get_template(options.get("entry", MAIN))
        output = template.render(value_of(data, FUNCTIONS))
    except RecursionError as error:
        return Section("error", f"RecursionError {place_of(error, templates).rpartition(':')[0]}".strip(), "")
    except Exception as error:  # every exception is a result here
        return Section("error", f"{type(error).__name__} {place_of(error, templates)}".strip(), "")
    if needs_json(output):
        return Section("expect", "json", json.dumps(output))
    return Section("expect", "", output)


def set_expectation(case, wanted):
    """Puts `wanted` where the case's expectation stands; a note that Pottle differs stays."""
    kept = [section for section in case.sections if section.kind not in ("expect", "error")]
    at = next((i for i, section in enumerate(kept) if section.kind == "differs"), len(kept))
    case.sections = kept[:at] + [wanted] + kept[at:]


def same(a, b):
    return a is not None and b is not None and (a.kind, a.argument, a.text) == (b.kind, b.argument, b.text)


def corpus(write):
    count, wrong, titles = 0, 0, set()
    for path in sorted((HERE / "corpus").glob("*.txt")):
        old = path.read_text(encoding="utf-8")
        head, shared, cases = parse(old)
        for case in cases:
            count += 1
            if (path.stem, case.title) in titles:
                print(f"{path}:{case.line}: a second case is named {case.title}")
                wrong += 1
            titles.add((path.stem, case.title))
            wanted = expectation_of(shared, case)
            found = case.find("expect") or case.find("error")
            if write:
                set_expectation(case, wanted)
            elif not same(found, wanted):
                wrong += 1
                print(f"{path}:{case.line}: {case.title}: Jinja2 gives\n{wanted.written()}", end="")
        if write:
            path.write_text(unparse(head, shared, cases), encoding="utf-8")
    print(f"corpus: {count} cases, {wrong} wrong")
    return wrong


# ---- pages --------------------------------------------------------------------------------------------------------

def url_for_of(routes):
    """Flask's url_for over a table of endpoint to rule: known values fill the rule, the others make the query."""
    def url_for(endpoint, **values):
        url, query = routes[endpoint], []
        for name, value in values.items():
            if "<" + name + ">" in url:
                url = url.replace("<" + name + ">", urllib.parse.quote(str(value), safe="/"))
            elif name == "_anchor":
                continue
            elif value is not None:
                query.append((name, str(value)))
        if query:
            url += "?" + urllib.parse.urlencode(query)
        if "_anchor" in values:
            url += "#" + urllib.parse.quote(values["_anchor"], safe="")
        return url
    return url_for


def flashed_of(messages):
    def get_flashed_messages(with_categories=False, category_filter=()):
        chosen = [(category, text) for category, text in messages if not category_filter or category in category_filter]
        return chosen if with_categories else [text for _, text in chosen]
    return get_flashed_messages


def autoescape_of(name):
    return name is None or name.endswith((".html", ".htm", ".xml", ".xhtml", ".svg"))


def pages(write):
    count, wrong = 0, 0
    for path in sorted((HERE / "pages").glob("*/app.json")):
        app = json.loads(path.read_text(encoding="utf-8"))
        folder = path.parent
        root = folder / "templates"
        templates = {str(file.relative_to(root)): file.read_text(encoding="utf-8")
                     for file in root.rglob("*") if file.is_file()}
        for page in app["pages"]:
            count += 1
            environment = environment_of({"autoescape": autoescape_of, **app.get("options", {})}, templates)
            environment.globals["url_for"] = url_for_of(app.get("routes", {}))
            environment.globals["get_flashed_messages"] = flashed_of(page.get("flashes", []))
            data = {**app.get("data", {}), **page.get("data", {})}
            output = environment.get_template(page["template"]).render(value_of(data, FUNCTIONS))
            expected = folder / "expected" / page["name"]
            if write:
                expected.parent.mkdir(parents=True, exist_ok=True)
                expected.write_text(output, encoding="utf-8", newline="")
            elif not expected.is_file() or expected.read_bytes().decode() != output:
                wrong += 1
                print(f"{expected}: not what Jinja2 renders")
    print(f"pages: {count} pages, {wrong} wrong")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the expectations")
    arguments = parser.parse_args()
    if jinja2.__version__ != "3.1.2":  # later ones mended a few cases
        print(f"Jinja2 is {jinja2.__version__}, the oracle is 3.1.2 (Debian 12): nothing compared")
        return 77
    return 1 if corpus(arguments.write) + pages(arguments.write) else 0


if __name__ == "__main__":
    sys.exit(main())
