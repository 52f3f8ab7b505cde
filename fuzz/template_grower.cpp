// SPDX-License-Identifier: MIT
/// \file
/// Grower: the grammar. 0 is always a choice that ends.
#include "template_grower.hpp"

#include <iterator>
#include <limits>

namespace pottle::fuzz {

std::string_view Grower::name() {
    static constexpr std::string_view names[] = {"a", "b", "r", "x", "y", "loop", "ns", "missing"};
    return names[below(std::size(names))];
}

std::string Grower::text() {
    static constexpr std::string_view texts[] = {"",
                                                 "a",
                                                 "Hello World",
                                                 "<b> & 'x' \"y\"",
                                                 "%s %d %5.2f%%",
                                                 "{0!r:>8} {name}",
                                                 "1.5",
                                                 "-0x1F",
                                                 " pad ",
                                                 "\xc3\x9f\xc7\x85",
                                                 "\xe2\x82\xac\xf0\x9f\x8d\xba",
                                                 "a\nb\r\nc\t",
                                                 "http://x.example/?q=1&r=2 mail@x.example",
                                                 "\xff\xc3"};
    return std::string(texts[below(std::size(texts))]);
}

std::string Grower::number() {
    static constexpr std::string_view numbers[] = {"0",
                                                   "1",
                                                   "-1",
                                                   "2",
                                                   "3",
                                                   "10",
                                                   "255",
                                                   "1000",
                                                   "9223372036854775807",
                                                   "1.5",
                                                   "0.0",
                                                   "1e300",
                                                   "-2.75",
                                                   "7.0",
                                                   "1_000",
                                                   "0x10",
                                                   "170141183460469231731687303715884105727"};
    return std::string(numbers[below(std::size(numbers))]);
}

JsonValue Grower::value(int depth) {
    switch (below(depth > 0 ? 9 : 6)) {
        case 0:
            return JsonValue(nullptr);
        case 1:
            return JsonValue(below(2) == 1);
        case 2:
            return JsonValue(static_cast<std::int64_t>(byte()) - 128);
        case 3:
            return JsonValue(below(2) ? std::numeric_limits<std::int64_t>::min()
                                      : std::numeric_limits<std::int64_t>::max());
        case 4:
            return JsonValue((static_cast<double>(byte()) - 128) / 8);
        case 5:
        case 6:
            return JsonValue(text());
        case 7: {
            JsonValue list = JsonValue::array();
            for (unsigned i = below(5); i; --i) list.push_back(value(depth - 1));
            return list;
        }
        default: {
            JsonValue object = JsonValue::object();
            static constexpr std::string_view keys[] = {"a", "b", "name", "id", "items"};
            for (unsigned i = below(5); i; --i)
                object[keys[below(std::size(keys))]] = value(depth - 1);
            return object;
        }
    }
}

Record Grower::record() {
    Record made;
    made.id = static_cast<std::int64_t>(byte()) - 100;
    made.name = text();
    made.price = static_cast<double>(byte()) / 4;
    if (below(2)) made.flag = below(2) == 1;
    for (unsigned i = below(4); i; --i) made.tags.push_back(text());
    for (unsigned i = below(3); i; --i) made.counts[text()] = static_cast<int>(byte());
    return made;
}

std::string Grower::literal() {
    static constexpr std::string_view words[] = {"none", "true", "false", "[]", "{}", "()"};
    switch (below(3)) {
        case 0:
            return number();
        case 1:
            return std::string(words[below(std::size(words))]);
        default: {
            std::string quoted = "'";
            for (const char c : text()) {
                if (c == '\'' || c == '\\') quoted += '\\';
                quoted += c;
            }
            return quoted + "'";
        }
    }
}

std::string Grower::arguments(int depth) {
    static constexpr std::string_view keywords[] = {
        "",           "attribute=", "default=", "reverse=", "width=", "case_sensitive=",
        "fill_with=", "*",          "**"};
    std::string made;
    for (unsigned i = below(4); i; --i) {
        if (!made.empty()) made += ", ";
        made += keywords[below(3) ? 0 : below(std::size(keywords))];
        made += expression(depth - 1);
    }
    return made;
}

std::string Grower::postfix(int depth) {
    static constexpr std::string_view attributes[] = {
        "id",     "name",   "tags",   "counts",  "a",        "index", "items", "upper",   "split",
        "append", "format", "length", "cycle",   "previtem", "title", "get",   "pop",     "update",
        "insert", "sort",   "join",   "replace", "center",   "super", "last",  "revindex"};
    static constexpr std::string_view globals[] = {"range",  "dict",      "cycler",  "joiner",
                                                   "lipsum", "namespace", "caller",  "super",
                                                   "m",      "loop",      "self.one"};
    switch (below(7)) {
        case 0:
            return std::string(name());
        case 1:
            return std::string(name()) + "." +
                   std::string(attributes[below(std::size(attributes))]);
        case 2:
            return std::string(name()) + "." +
                   std::string(attributes[below(std::size(attributes))]) + "(" + arguments(depth) +
                   ")";
        case 3:
            return std::string(globals[below(std::size(globals))]) + "(" + arguments(depth) + ")";
        case 4:
            return std::string(name()) + "[" + expression(depth - 1) + "]";
        case 5:
            return std::string(name()) + "[" + number() + ":" + number() + "]";
        default:
            return literal() + "." + std::string(attributes[below(std::size(attributes))]) + "(" +
                   arguments(depth) + ")";
    }
}

std::string Grower::expression(int depth) {
    static constexpr std::string_view operators[] = {
        " + ",  " - ",  " * ", " / ",  " // ", " % ",      " ** ",  " ~ ",
        " == ", " != ", " < ", " >= ", " in ", " not in ", " and ", " or "};
    if (depth <= 0) return below(2) ? std::string(name()) : literal();
    switch (below(10)) {
        case 0:
            return std::string(name());
        case 1:
            return literal();
        case 2:
        case 3: {
            std::string made = "(" + expression(depth - 1) + ")|";
            made += pick(filters_);
            return below(2) ? made + "(" + arguments(depth - 1) + ")" : made;
        }
        case 4: {
            std::string made = "(" + expression(depth - 1) + ") is ";
            if (below(2)) made += "not ";
            made += pick(tests_);
            return below(2) ? made + "(" + arguments(depth - 1) + ")" : made;
        }
        case 5:
            return "(" + expression(depth - 1) +
                   std::string(operators[below(std::size(operators))]) + expression(depth - 1) +
                   ")";
        case 6:
            return postfix(depth);
        case 7:
            return "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
        case 8:
            return "{" + literal() + ": " + expression(depth - 1) + "}";
        default:
            return "(" + expression(depth - 1) + " if " + expression(depth - 1) + " else " +
                   expression(depth - 1) + ")";
    }
}

std::string Grower::body(int depth) {
    std::string made;
    for (unsigned i = below(4); i; --i) made += statement(depth - 1);
    return made;
}

std::string Grower::block_statement(int depth) {
    const std::string inside = body(depth);
    switch (below(12)) {
        case 0:
            return "{% if " + expression(2) + " %}" + inside + "{% else %}" + body(depth) +
                   "{% endif %}";
        case 1:
            return "{% for x in " + expression(2) + " %}" + inside + "{{ loop.index }}{% else %}-" +
                   "{% endfor %}";
        case 2:
            return "{% for x, y in " + expression(2) + " if " + expression(1) + " %}" + inside +
                   "{% endfor %}";
        case 3:
            return "{% for x in " + expression(2) + " recursive %}" + inside + "{{ loop(x) }}" +
                   "{% endfor %}";
        case 4:
            return "{% macro m(x, y=" + expression(1) + ") %}" + inside +
                   "{{ caller() if caller else varargs }}{% endmacro %}";
        case 5:
            return "{% call m(" + arguments(1) + ") %}" + inside + "{% endcall %}";
        case 6: {
            std::string made = "{% filter ";
            made += pick(filters_);
            return made + " %}" + inside + "{% endfilter %}";
        }
        case 7:
            return "{% set x %}" + inside + "{% endset %}";
        case 8:
            return "{% with x=" + expression(2) + ", y=x %}" + inside + "{% endwith %}";
        case 9:
            return "{% autoescape " + expression(1) + " %}" + inside + "{% endautoescape %}";
        case 10: {
            static constexpr std::string_view names[] = {"one", "two", "three", "four"};
            const std::string block(names[static_cast<std::size_t>(blocks_++) % 4]);
            return "{% block " + block + (below(2) ? " scoped %}" : " %}") + inside +
                   "{% endblock %}";
        }
        default:
            return "{% trans x=" + expression(1) + " %}" + text() + "{{ x }}{% endtrans %}";
    }
}

std::string Grower::statement(int depth) {
    static constexpr std::string_view others[] = {
        "{% include 'other.html' %}",
        "{% include ['none.html', 'other.html'] ignore missing without context %}",
        "{% import 'other.html' as ns %}",
        "{% from 'other.html' import m, y as x with context %}",
        "{% extends 'other.html' %}",
        "{% set ns = namespace(x=1) %}{% set ns.x = ns.x + 1 %}",
        "{% break %}",
        "{% continue %}",
        "{%- raw -%} {{ raw }} {%- endraw +%}",
        "{#- comment -#}"};
    switch (below(depth > 0 ? 8 : 4)) {
        case 0:
            return text();
        case 1:
        case 2:
            return "{{ " + expression(3) + " }}";
        case 3:
            return std::string(others[below(std::size(others))]);
        case 4:
            return "{% set " + std::string(name()) + " = " + expression(2) + " %}";
        case 5:
            return "{% do " + expression(2) + " %}";
        default:
            return block_statement(depth);
    }
}

std::string Grower::page() {
    std::string made;
    blocks_ = 0;
    for (unsigned i = below(8); i; --i) made += statement(3);
    return made;
}

}  // namespace pottle::fuzz
