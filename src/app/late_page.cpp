// SPDX-License-Identifier: MIT
/// \file
/// Templates as results: from the handler's return to the body.
#include "late_page.hpp"

#include <pottle/app/templates.hpp>

namespace pottle {

namespace app {

namespace {

class TemplatePage final : public LatePage {
public:
    explicit TemplatePage(Template page) : page_(std::move(page)) {}

    bool awaits(Request& request) const override { return templates(request).awaits(request); }
    std::string make(Request& request) override {
        return templates(request).render(request, std::move(page_));
    }
    Task<std::string> make_async(Request& request) override {
        co_return co_await templates(request).render_async(request, std::move(page_));
    }

private:
    static const Templates& templates(Request& request) {
        const Templates* const installed = RequestContext::of(request).routing().templates;
        POTTLE_REQUIRE(installed,
                       "a handler has returned a Template: add app.use<Templates>() to the "
                       "application");
        return *installed;
    }

    Template page_;
};

LatePage* page_of(const OwnedLateBody& body) noexcept {
    return static_cast<LatePage*>(body.get());
}

}  // namespace

bool make_late_body_at_once(RequestContext& request) {
    Response& response = request.response();
    LatePage* const waiting = page_of(response.late_body());
    if (!waiting) return true;
    if (waiting->awaits(request)) return false;
    const OwnedLateBody body = response.take_late_body();
    response.set_body(page_of(body)->make(request));
    return true;
}

Task<> make_late_body(RequestContext& request) {
    const OwnedLateBody body = request.response().take_late_body();
    if (!body.get()) co_return;
    request.response().set_body(co_await page_of(body)->make_async(request));
}

}  // namespace app

Template::Template(std::string name, std::initializer_list<Variable> variables) {
    names_.push_back(std::move(name));
    append(variables);
}

Template Template::first_of(std::vector<std::string> names,
                            std::initializer_list<Variable> variables) {
    Template page;
    page.names_ = std::move(names);
    page.append(variables);
    return page;
}

Template Template::from_string(std::string source, std::initializer_list<Variable> variables) {
    Template page;
    page.source_ = std::move(source);
    page.append(variables);
    return page;
}

void Template::append(const Variable& variable) {
    context_.append(std::move(variable.context));
}

void Template::append(std::initializer_list<Variable> variables) {
    for (const Variable& variable : variables) append(variable);
}

void IntoResponse<Template>::write(Response& response, Template&& page) {
    response.set_late_body(OwnedLateBody(new app::TemplatePage(std::move(page))));
}

}  // namespace pottle
