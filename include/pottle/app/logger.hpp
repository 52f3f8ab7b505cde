// SPDX-License-Identifier: MIT
/// \file
/// Logger: lines in the program's log under the application's name.
#pragma once

#include <pottle/base/log.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace pottle {

/// `app.logger().info("stock is low")` or `request.logger()`, whose lines carry the request's id.
/// A value. Thread: any; never blocks on the output (base/log.hpp).
class Logger {
public:
    explicit Logger(std::string name, std::string request_id = {})
        : name_(std::move(name)), request_id_(std::move(request_id)) {}

    void write(log::Level level, std::string_view message) const {
        log::write({level, message, name_, request_id_});
    }
    void debug(std::string_view message) const { write(log::Level::Debug, message); }
    void info(std::string_view message) const { write(log::Level::Info, message); }
    void warning(std::string_view message) const { write(log::Level::Warning, message); }
    void error(std::string_view message) const { write(log::Level::Error, message); }
    void critical(std::string_view message) const { write(log::Level::Critical, message); }

    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    std::string request_id_;
};

}  // namespace pottle
