// SPDX-License-Identifier: MIT
/// \file
/// What templates see of a request: `request`, `session`, `config`, get_flashed_messages().
#pragma once

#include <pottle/app/config.hpp>
#include <pottle/app/request.hpp>
#include <pottle/templating/environment.hpp>

#include <string_view>

namespace pottle::app {

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

}  // namespace pottle::app
