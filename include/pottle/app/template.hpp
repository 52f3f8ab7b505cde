// SPDX-License-Identifier: MIT
/// \file
/// Template: a page as a handler's result. It is rendered when the handler has returned, so its
/// values are its own. Needs the extension Templates (templates.hpp).
#pragma once

#include <pottle/app/result.hpp>
#include <pottle/templating/context.hpp>

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pottle {

/// `return Template("todos.html", {{"todos", std::move(todos)}, {"title", "Today"}});`
///
/// The status is 200 unless a Reply or a pair says otherwise: `return
/// std::pair(Template("404.html"), 404);`. Functions, filters and context processors may await. A
/// value that moves. Errors: the request's, when the page is made: templating::TemplateError,
/// LogicError when Templates is not installed.
class Template {
public:
    /// A name and a value, which is copied or moved in.
    struct Variable {
        template <class T>
        Variable(std::string_view name, T&& data) {
            if constexpr (std::convertible_to<const T&, std::string_view>) {
                context.own(name, std::string(std::string_view(data)));
            } else {
                context.own(name, std::remove_cvref_t<T>(std::forward<T>(data)));
            }
        }
        mutable templating::Context context{};  ///< mutable: taken out of the list
    };

    explicit Template(std::string name, std::initializer_list<Variable> variables = {});
    /// The first of several templates that exists.
    static Template first_of(std::vector<std::string> names,
                             std::initializer_list<Variable> variables = {});
    /// Of a template in a string, which is escaped.
    static Template from_string(std::string source, std::initializer_list<Variable> variables = {});

    template <class T>
    Template& set(std::string_view name, T&& data) {
        append(Variable(name, std::forward<T>(data)));
        return *this;
    }
    /// For what context.set() hands over by reference: it outlives the request.
    templating::Context& context() noexcept { return context_; }

    const std::vector<std::string>& names() const noexcept { return names_; }
    const std::string& source() const noexcept { return source_; }

private:
    Template() = default;
    void append(const Variable& variable);
    void append(std::initializer_list<Variable> variables);

    std::vector<std::string> names_;  ///< empty: source_
    std::string source_;
    templating::Context context_;
};

template <>
struct IntoResponse<Template> {
    static void write(Response& response, Template&& page);
};

}  // namespace pottle
