// SPDX-License-Identifier: MIT
// Renders the pages of whole applications (corpus/README.md) and compares with what Jinja2 gave.
#include "corpus_environment.hpp"
#include "corpus_file.hpp"

#include <pottle/templating/object.hpp>

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::templating;
using namespace pottle::templating::test;

namespace {

/// Flask's url_for over a table of endpoint to rule: known values fill the rule, the others make
/// the query.
Value url_for(const JsonValue& routes, Call& call) {
    std::string url = routes.at(call.string(call.positional()[0])).as_string();
    std::string query;
    std::string anchor;
    for (const Keyword& keyword : call.keywords()) {
        const std::string text = to_text(keyword.value);
        const std::string hole = "<" + std::string(keyword.name) + ">";
        if (const std::size_t at = url.find(hole); at != std::string::npos) {
            url.replace(at, hole.size(), quoted_url(text, false));
        } else if (keyword.name == "_anchor") {
            anchor = "#" + quoted_url(text, true);
        } else if (!keyword.value.is_none()) {
            query += query.empty() ? '?' : '&';
            query += std::string(keyword.name) + "=" + quoted_url(text, true);
        }
    }
    return call.render().string(url + query + anchor);
}

Value flashed(const JsonValue& messages, Call& call) {
    static constexpr std::string_view names[] = {"with_categories", "category_filter"};
    Value a[2];
    call.bind(names, 0, a);
    List& chosen = call.render().new_list();
    for (const JsonValue& message : messages.as_array()) {
        const Value category = Value::json(message.at(0U));
        const Value text = Value::json(message.at(1U));
        if (!a[1].is_missing() && !contains(a[1], category)) continue;
        chosen.append(call.truth_or(a[0], false) ? call.render().tuple({category, text}) : text);
    }
    return Value::list(&chosen);
}

/// A function with what it answers from.
class Answer final : public Object {
public:
    using Body = Value (*)(const JsonValue&, Call&);
    Answer(Body body, const JsonValue& data) : body_(body), data_(data) {}
    std::string_view type_name() const override { return "function"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override { return body_(data_, call); }

private:
    Body body_;
    const JsonValue& data_;
};

JsonValue member(const JsonValue& document, std::string_view name, JsonValue otherwise) {
    const JsonValue* const found = document.find(name);
    return found ? *found : std::move(otherwise);
}

std::string rendered(const std::string& folder, const JsonValue& app, const JsonValue& page,
                     DataForm form) {
    const JsonValue options = member(app, "options", JsonValue::object());
    Options made = options_of(options);
    made.autoescape = Autoescape::ByName;
    Environment environment(made);
    environment.set_loader(std::make_unique<FolderLoader>(folder + "/templates"));
    if (const JsonValue* const translations = options.find("translations"))
        environment.set_catalogue(catalogue_of(*translations));
    const JsonValue routes = member(app, "routes", JsonValue::object());
    const JsonValue messages = member(page, "flashes", JsonValue::array());
    Answer url(url_for, routes);
    Answer flashes(flashed, messages);
    environment.globals().set("url_for", Value::object(&url));
    environment.globals().set("get_flashed_messages", Value::object(&flashes));
    const JsonValue app_data = member(app, "data", JsonValue::object());
    const JsonValue page_data = member(page, "data", JsonValue::object());
    Arena arena(64_MiB);
    Context context;
    for (const JsonValue* const data : {&app_data, &page_data})
        for (const auto& [name, value] : data->as_object())
            context.set(name, value_of(arena, value, form));
    return environment.render(page.at("template").as_string(), context);
}

void check_pages(DataForm form) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(POTTLE_TEMPLATE_TESTS "/pages")) {
        const std::string folder = entry.path().string();
        const JsonValue app = parse_json(read_file(folder + "/app.json"));
        for (const JsonValue& page : app.at("pages").as_array()) {
            const std::string name = page.at("name").as_string();
            CAPTURE(folder);
            CAPTURE(name);
            ++count;
            std::string output;
            CHECK_NOTHROW(output = rendered(folder, app, page, form));
            CHECK(output == read_file(folder + "/expected/" + name));
        }
    }
    CHECK(count >= 30);
}

}  // namespace

TEST_CASE("pages: ten applications' templates render as in Jinja2, data as values (TPL-6)") {
    check_pages(DataForm::Values);
}

TEST_CASE("pages: ten applications' templates render as in Jinja2, data as documents (TPL-6)") {
    check_pages(DataForm::Documents);
}
