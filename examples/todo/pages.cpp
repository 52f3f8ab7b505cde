// SPDX-License-Identifier: MIT
#include "pages.hpp"

#include "todo_app_templates.hpp"

#include <pottle/app/templates.hpp>

using namespace pottle;

namespace todo {

namespace {

constexpr long kShown = 100;

// doc: form
struct NewTodoForm {
    Text<1, 80> title;
};
// doc: end

std::string stars(long priority) {
    std::string text;
    for (; priority < 6; ++priority) text += "*";
    return text;
}

}  // namespace

void add_pages(App& app) {
    // doc: install
    app.use<Templates>(std::make_unique<templating::BuiltInLoader>(pottle_templates::todo_app()));
    // doc: end
    // doc: filter
    app.template_filter("stars", stars);
    // doc: end
    // doc: page
    app.get(
        "/",
        [](Store& store) { return Template("todos.html", {{"todos", store.list(0, kShown)}}); },
        endpoint("list"));
    // doc: end
    // doc: add
    app.post("/", [](Checked<Form<NewTodoForm>> form, Request& request, Store& store) {
        if (!form) {
            return make_response(Template("todos.html", {{"todos", store.list(0, kShown)},
                                                         {"errors", form.errors()}}),
                                 422);
        }
        store.add({.title = form->title, .priority = 3});
        return make_response(redirect(request.url_for("list"), 303));
    });
    // doc: end
}

}  // namespace todo
