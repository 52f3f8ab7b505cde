// SPDX-License-Identifier: MIT
/// \file
/// What templates see of a request: `request`, `session`, `g`, `websocket`, `config`, url_for(),
/// get_flashed_messages().
#pragma once

#include <pottle/app/config.hpp>
#include <pottle/app/request.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/templating/environment.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::app {

struct Routing;

/// The variable `request`: Flask's names for what is known without waiting.
class RequestObject final : public templating::Object {
public:
    explicit RequestObject(Request& request) noexcept : request_(request) {}
    Request& request() noexcept { return request_; }

    std::string_view type_name() const override { return "Request"; }
    templating::Value attribute(templating::Render& render, std::string_view name) override;

private:
    Request& request_;
};

/// The variable `websocket`, in a websocket's handler: as `request`, with "ws" and "wss".
class WebsocketObject final : public templating::Object {
public:
    explicit WebsocketObject(Websocket& websocket) noexcept
        : websocket_(websocket), request_(websocket.request()) {}

    std::string_view type_name() const override { return "Websocket"; }
    templating::Value attribute(templating::Render& render, std::string_view name) override;

private:
    Websocket& websocket_;
    RequestObject request_;
};

/// The variable `g`: what Templates::expose_global() names.
class GlobalsObject final : public templating::Object {
public:
    using Names = std::vector<std::pair<std::string, templating::Value (*)(Globals&)>>;
    /// `names` outlive the object.
    GlobalsObject(Globals& globals, const Names& names) noexcept
        : globals_(globals), names_(names) {}

    std::string_view type_name() const override { return "_AppCtxGlobals"; }
    templating::Value attribute(templating::Render& render, std::string_view name) override;
    bool walk(templating::Arena& arena, templating::List& out) override;

private:
    Globals& globals_;
    const Names& names_;
};

/// The variable `session`: opened when a template first looks at it.
class SessionObject final : public templating::Object {
public:
    explicit SessionObject(Request& request) noexcept : request_(request) {}

    std::string_view type_name() const override { return "Session"; }
    templating::Value attribute(templating::Render& render, std::string_view name) override;
    templating::Value item(templating::Render& render, const templating::Value& key) override;
    bool walk(templating::Arena& arena, templating::List& out) override;
    bool truth() const override;
    bool is_mapping() const override { return true; }
    void append_text(std::string& out) const override;

private:
    const JsonValue& document() const;
    Request& request_;
    mutable std::optional<JsonValue> document_;
};

/// The variable `config`.
class ConfigObject final : public templating::Object {
public:
    explicit ConfigObject(const Config& config) noexcept : config_(config) {}

    std::string_view type_name() const override { return "Config"; }
    templating::Value item(templating::Render& render, const templating::Value& key) override;
    bool is_mapping() const override { return true; }
    bool walk(templating::Arena& arena, templating::List& out) override;

private:
    const Config& config_;
};

/// get_flashed_messages(with_categories=false, category_filter=[]).
templating::Value flashed_messages(templating::Call& call);

/// url_for(endpoint, _anchor=, _external=, _scheme=, _method=, **values): relative to the request
/// that the page is rendered for; absolute without one (UF-1).
templating::Value url_for(const Routing& routing, templating::Call& call);

}  // namespace pottle::app
