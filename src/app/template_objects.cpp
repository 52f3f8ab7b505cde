// SPDX-License-Identifier: MIT
/// \file
/// Objects of an application that templates read.
#include "template_objects.hpp"

#include "make_url.hpp"

#include <pottle/app/flash.hpp>
#include <pottle/app/session.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/http/multi_dict.hpp>

namespace pottle::app {

namespace {

using templating::Call;
using templating::Kind;
using templating::List;
using templating::Native;
using templating::Object;
using templating::Render;
using templating::Value;

/// A method of an object of this file: `args.get`.
template <class T>
class Method final : public Object {
public:
    using Function = Value (T::*)(Call&);
    Method(T& object, Function function) : object_(object), function_(function) {}
    std::string_view type_name() const override { return "method"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override { return (object_.*function_)(call); }

private:
    T& object_;
    Function function_;
};

template <class T>
Value method(Render& render, T& object, typename Method<T>::Function function) {
    return Value::object(render.arena().make<Method<T>>(object, function));
}

/// `request.args` and `request.cookies`: the first value of each name.
class ArgumentsObject final : public Object {
public:
    explicit ArgumentsObject(const MultiDict& values) : values_(values) {}

    std::string_view type_name() const override { return "MultiDict"; }
    Value item(Render&, const Value& key) override {
        if (!key.is_string()) return Value::missing();
        const auto found = values_.find(key.as_string());
        return found ? Value::string(*found) : Value::missing();
    }
    Value attribute(Render& render, std::string_view name) override {
        if (name == "get") return method(render, *this, &ArgumentsObject::get);
        if (name == "getlist") return method(render, *this, &ArgumentsObject::getlist);
        if (name == "items") return method(render, *this, &ArgumentsObject::items);
        return Value::missing();
    }
    bool walk(templating::Arena&, List& out) override {
        for (const auto& [name, value] : values_) {
            const Value key = Value::string(name);
            bool is_new = true;
            for (const Value& other : out) is_new = is_new && !equal(other, key);
            if (is_new) out.append(key);
        }
        return true;
    }
    bool is_mapping() const override { return true; }

private:
    Value get(Call& call) {
        call.expect(1, 2);
        const auto found = values_.find(call.string(call.positional()[0]));
        if (found) return Value::string(*found);
        return call.positional().size() > 1 ? call.positional()[1] : Value::none();
    }
    Value getlist(Call& call) {
        call.expect(1, 1);
        List& list = call.render().new_list();
        const std::string_view wanted = call.string(call.positional()[0]);
        for (const auto& [name, value] : values_)
            if (name == wanted) list.append(Value::string(value));
        return Value::list(&list);
    }
    Value items(Call& call) {
        call.expect(0, 0);
        List& names = call.render().new_list();
        walk(call.arena(), names);
        List& list = call.render().new_list();
        for (const Value& name : names)
            list.append(
                call.render().tuple({name, Value::string(*values_.find(name.as_string()))}));
        return Value::list(&list);
    }

    const MultiDict& values_;
};

/// `request.headers`.
class HeadersObject final : public Object {
public:
    explicit HeadersObject(Request& request) : request_(request) {}

    std::string_view type_name() const override { return "Headers"; }
    Value item(Render&, const Value& key) override {
        if (!key.is_string()) return Value::missing();
        const http::Field* const found =
            request_.exchange().head().find(ascii::lower(key.as_string()));
        return found ? Value::string(found->value) : Value::missing();
    }
    Value attribute(Render& render, std::string_view name) override {
        return name == "get" ? method(render, *this, &HeadersObject::get) : Value::missing();
    }

private:
    Value get(Call& call) {
        call.expect(1, 2);
        const Value found = item(call.render(), call.positional()[0]);
        if (!found.is_missing()) return found;
        return call.positional().size() > 1 ? call.positional()[1] : Value::none();
    }
    Request& request_;
};

/// The request that a page is rendered for; nullptr outside of requests. Shared variables are this
/// layer's own, so "request" is a RequestObject.
Request* request_of(const Render& render) {
    const Value found = render.shared("request");
    return found.is_missing() ? nullptr : &static_cast<RequestObject&>(found.as_object()).request();
}

UrlValue to_url_value(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return std::nullopt;
        case Kind::Int:
            return value.as_int();
        case Kind::Float:
            return value.as_float();
        case Kind::List:
        case Kind::Tuple:
        case Kind::Sequence: {
            std::vector<std::string> items;
            const std::size_t size = templating::length(value);
            items.reserve(size);
            for (std::size_t i = 0; i < size; ++i)
                items.push_back(templating::to_text(templating::item_at(value, i)));
            return items;
        }
        case Kind::Undefined:
            templating::fail_undefined(value);
        default:
            return templating::to_text(value);
    }
}

Value text_or_none(std::string_view text) {
    return text.empty() ? Value::none() : Value::string(text);
}

}  // namespace

Value RequestObject::attribute(Render& render, std::string_view name) {
    if (name == "method") return Value::string(request_.method_text());
    if (name == "path") return Value::string(request_.path());
    if (name == "full_path") return render.string(request_.full_path());
    if (name == "query_string") return Value::string(request_.query_string());
    if (name == "url") return render.string(request_.url());
    if (name == "base_url") return render.string(request_.base_url());
    if (name == "host_url") return render.string(request_.host_url());
    if (name == "url_root" || name == "root_url") return render.string(request_.root_url());
    if (name == "host") return Value::string(request_.host());
    if (name == "scheme") return Value::string(request_.scheme());
    if (name == "is_secure") return Value::boolean(request_.is_secure());
    if (name == "remote_addr") return render.string(request_.remote_addr());
    if (name == "endpoint") return text_or_none(request_.endpoint());
    if (name == "blueprint") return text_or_none(request_.blueprint());
    if (name == "url_rule") return text_or_none(request_.url_rule());
    if (name == "args") return Value::object(render.arena().make<ArgumentsObject>(request_.args()));
    if (name == "cookies")
        return Value::object(render.arena().make<ArgumentsObject>(request_.cookies()));
    if (name == "headers") return Value::object(render.arena().make<HeadersObject>(request_));
    return Value::missing();
}

Value WebsocketObject::attribute(Render& render, std::string_view name) {
    if (name == "scheme") return Value::string(websocket_.scheme());
    if (name == "url") return render.string(websocket_.url());
    if (name == "requested_subprotocols") {
        List& list = render.new_list();
        for (const std::string_view protocol : websocket_.requested_subprotocols())
            list.append(Value::string(protocol));
        return Value::list(&list);
    }
    return request_.attribute(render, name);
}

Value GlobalsObject::attribute(Render&, std::string_view name) {
    for (const auto& [exposed, read] : names_)
        if (exposed == name) return read(globals_);
    return Value::missing();
}

bool GlobalsObject::walk(templating::Arena&, List& out) {
    for (const auto& [exposed, read] : names_)
        if (!read(globals_).is_missing()) out.append(Value::string(exposed));
    return true;
}

const JsonValue& SessionObject::document() const {
    if (!document_) document_ = request_.session().to_json();
    return *document_;
}

Value SessionObject::attribute(Render& render, std::string_view name) {
    const Value found = render.attribute(Value::json(document()), name);
    return found.is_undefined() ? Value::missing() : found;
}

Value SessionObject::item(Render&, const Value& key) {
    const Value members = Value::json(document());
    return key.is_string() ? templating::find_key(members, key) : Value::missing();
}

bool SessionObject::walk(templating::Arena& arena, List& out) {
    for (const Value& key : templating::keys_of(arena, Value::json(document()))) out.append(key);
    return true;
}

bool SessionObject::truth() const {
    return document().size() != 0;
}

void SessionObject::append_text(std::string& out) const {
    templating::append_text(out, Value::json(document()));
}

Value ConfigObject::item(Render&, const Value& key) {
    if (!key.is_string() || !config_.contains(key.as_string())) return Value::missing();
    return Value::json(config_[key.as_string()]);
}

bool ConfigObject::walk(templating::Arena&, List& out) {
    for (const auto& entry : config_.entries()) out.append(Value::string(entry.key));
    return true;
}

Value flashed_messages(Call& call) {
    static constexpr std::string_view names[] = {"with_categories", "category_filter"};
    Value a[2];
    call.bind(names, 0, a);
    Render& render = call.render();
    Request* const request = request_of(render);
    if (!request)
        templating::fail(templating::ErrorKind::Runtime,
                         "get_flashed_messages() needs a template that is rendered for a request");
    std::vector<std::string> categories;
    if (!a[1].is_missing() && !a[1].is_none())
        for (const Value& category : templating::to_list(call.arena(), a[1]))
            categories.push_back(templating::to_text(category));
    List& list = render.new_list();
    for (const FlashMessage& flash : get_flashed_messages(request->session(), categories)) {
        const Value message = render.string(flash.message);
        list.append(call.truth_or(a[0], false)
                        ? render.tuple({render.string(flash.category), message})
                        : message);
    }
    return Value::list(&list);
}

Value url_for(const Routing& routing, Call& call) {
    if (call.positional().size() != 1)
        templating::fail_type(
            "url_for() takes one endpoint; values are named: url_for('page', id=1)");
    UrlOptions options;
    UrlValues values;
    for (const templating::Keyword& keyword : call.keywords()) {
        const Value& value = keyword.value;
        if (keyword.name == "_anchor") {
            options.anchor = value.is_none() ? std::string() : templating::to_text(value);
        } else if (keyword.name == "_scheme") {
            options.scheme = value.is_none() ? std::string() : templating::to_text(value);
        } else if (keyword.name == "_method") {
            options.method = value.is_none() ? std::string() : templating::to_text(value);
        } else if (keyword.name == "_external") {
            if (!value.is_none()) options.external = templating::truth(value);
        } else {
            values.set(keyword.name, to_url_value(value));
        }
    }
    const std::string_view endpoint = call.string(call.self());
    Request* const request = request_of(call.render());
    RequestContext* const context = request ? &RequestContext::of(*request) : nullptr;
    try {
        return call.render().string(
            make_url(routing, context, endpoint, std::move(values), options));
    } catch (const UrlBuildError& error) {
        templating::fail(templating::ErrorKind::Runtime, error.what());
    }
}

}  // namespace pottle::app
