// SPDX-License-Identifier: MIT
#include "corpus_environment.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/templating/object.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace pottle::templating::test {

namespace {

/// What a struct is to a template, with members that a case invents.
class Members final : public Object {
public:
    explicit Members(const Dict& members) : members_(members) {}
    std::string_view type_name() const override { return "Object"; }
    Value attribute(Render&, std::string_view name) override {
        const Value* const found = members_.find(name);
        return found ? *found : Value::missing();
    }

private:
    const Dict& members_;
};

/// Shows what it was called with.
Value echo(Call& call) {
    std::string out = "(";
    const auto separate = [&out] {
        if (out.size() > 1) out += ", ";
    };
    for (const Value& argument : call.positional()) {
        separate();
        append_repr(out, argument);
    }
    for (const Keyword& keyword : call.keywords()) {
        separate();
        out.append(keyword.name).append("=");
        append_repr(out, keyword.value);
    }
    return call.render().string(out + ")");
}

Value fail_always(Call&) {
    fail(ErrorKind::Runtime, "the function failed");
}

bool has_marks(const JsonValue& data) {
    if (data.is_array())
        return std::any_of(data.as_array().begin(), data.as_array().end(), has_marks);
    if (!data.is_object()) return false;
    return std::any_of(data.as_object().begin(), data.as_object().end(), [](const auto& member) {
        return member.key.starts_with('$') || has_marks(member.value);
    });
}

Value list_of(Arena& arena, const JsonArray& items, DataForm form) {
    List& list = *arena.make<List>(arena);
    for (const JsonValue& item : items) list.append(value_of(arena, item, form));
    return Value::list(&list);
}

Value dict_of(Arena& arena, const JsonObject& members, DataForm form) {
    Dict& dict = *arena.make<Dict>(arena);
    for (const auto& [key, value] : members) dict.set(key, value_of(arena, value, form));
    return Value::dict(&dict);
}

Value marked(Arena& arena, std::string_view mark, const JsonValue& content, DataForm form) {
    if (mark == "$markup") return Value::markup(content.as_string());
    if (mark == "$tuple") return Value::tuple(&list_of(arena, content.as_array(), form).as_list());
    if (mark == "$object")
        return Value::object(
            arena.make<Members>(dict_of(arena, content.as_object(), form).as_dict()));
    if (mark == "$function" && content.as_string() == "echo")
        return Value::object(arena.make<Function>("echo", Native{echo}));
    if (mark == "$function" && content.as_string() == "fail")
        return Value::object(arena.make<Function>("fail", Native{fail_always}));
    throw std::runtime_error("corpus: unknown mark " + std::string(mark));
}

class TestCatalogue final : public Catalogue {
public:
    explicit TestCatalogue(const JsonValue& translations) : translations_(translations) {}

    std::string gettext(Render&, std::string_view context,
                        std::string_view message) const override {
        const JsonValue* const found = translations_.find(key_of(context, message));
        return found ? found->as_string() : std::string(message);
    }
    std::string ngettext(Render&, std::string_view context, std::string_view singular,
                         std::string_view plural, std::int64_t count) const override {
        const JsonValue* const found = translations_.find(key_of(context, singular));
        if (!found) return std::string(count == 1 ? singular : plural);
        return found->at(count == 1 ? 0U : 1U).as_string();
    }

private:
    static std::string key_of(std::string_view context, std::string_view message) {
        std::string key(context);
        if (!key.empty()) key += '\x04';
        return key.append(message);
    }
    JsonValue translations_;
};

void set_extensions(Extensions& extensions, const JsonValue& names) {
    for (const JsonValue& name : names.as_array()) {
        if (name.as_string() == "i18n") extensions.i18n = true;
        if (name.as_string() == "do") extensions.do_statement = true;
        if (name.as_string() == "loopcontrols") extensions.loop_controls = true;
    }
}

UndefinedKind undefined_of(std::string_view name) {
    return name == "strict"      ? UndefinedKind::Strict
           : name == "chainable" ? UndefinedKind::Chainable
           : name == "debug"     ? UndefinedKind::Debug
                                 : UndefinedKind::Default;
}

/// Options that are texts or switches under Jinja2's names.
bool set_syntax(Syntax& syntax, std::string_view name, const JsonValue& value) {
    const std::pair<std::string_view, std::string Syntax::*> texts[] = {
        {"block_start_string", &Syntax::block_start},
        {"block_end_string", &Syntax::block_end},
        {"variable_start_string", &Syntax::variable_start},
        {"variable_end_string", &Syntax::variable_end},
        {"comment_start_string", &Syntax::comment_start},
        {"comment_end_string", &Syntax::comment_end},
        {"line_statement_prefix", &Syntax::line_statement_prefix},
        {"line_comment_prefix", &Syntax::line_comment_prefix},
        {"newline_sequence", &Syntax::newline_sequence},
    };
    const std::pair<std::string_view, bool Syntax::*> switches[] = {
        {"trim_blocks", &Syntax::trim_blocks},
        {"lstrip_blocks", &Syntax::lstrip_blocks},
        {"keep_trailing_newline", &Syntax::keep_trailing_newline},
    };
    for (const auto& [key, member] : texts)
        if (key == name) syntax.*member = value.as_string();
    for (const auto& [key, member] : switches)
        if (key == name) syntax.*member = value.as_bool();
    const auto named = [name](const auto& entry) { return entry.first == name; };
    return std::any_of(std::begin(texts), std::end(texts), named) ||
           std::any_of(std::begin(switches), std::end(switches), named);
}

}  // namespace

Options options_of(const JsonValue& options) {
    Options made;
    made.autoescape = Autoescape::Never;
    for (const auto& [name, value] : options.as_object()) {
        if (set_syntax(made.syntax, name, value)) continue;
        if (name == "autoescape") {
            made.autoescape = value.as_bool() ? Autoescape::Always : Autoescape::Never;
        } else if (name == "extensions") {
            set_extensions(made.extensions, value);
        } else if (name == "newstyle_gettext") {
            made.extensions.newstyle_gettext = value.as_bool();
        } else if (name == "undefined") {
            made.undefined = undefined_of(value.as_string());
        } else if (name == "policies") {
            made.extensions.trimmed = value.find("ext.i18n.trimmed") != nullptr;
        } else if (name != "translations" && name != "entry") {
            throw std::runtime_error("corpus: unknown option " + name);
        }
    }
    return made;
}

std::unique_ptr<Catalogue> catalogue_of(const JsonValue& translations) {
    return std::make_unique<TestCatalogue>(translations);
}

Value value_of(Arena& arena, const JsonValue& data, DataForm form) {
    if (data.is_object() && data.size() == 1 && data.as_object().begin()->key.starts_with('$')) {
        const auto& [mark, content] = *data.as_object().begin();
        return marked(arena, mark, content, form);
    }
    if (form == DataForm::Documents && !has_marks(data)) return Value::json(data);
    if (data.is_array()) return list_of(arena, data.as_array(), form);
    if (data.is_object()) return dict_of(arena, data.as_object(), form);
    return Value::json(data);
}

std::string quoted_url(std::string_view text, bool in_query) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (ascii::is_alnum(c) || std::string_view("-_.~").find(c) != std::string_view::npos ||
            (c == '/' && !in_query)) {
            out += c;
        } else if (c == ' ' && in_query) {
            out += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        }
    }
    return out;
}

}  // namespace pottle::templating::test
