// SPDX-License-Identifier: MIT
/// \file
/// ConfigError: the application or its configuration cannot start as it is.
#pragma once

#include <pottle/base/compiler.hpp>

#include <exception>
#include <string>

namespace pottle {

/// Thrown while an application is set up or started. what() is a whole sentence for the person who
/// starts the program; it names the source line where there is one.
class ConfigError : public std::exception {
public:
    explicit ConfigError(std::string sentence);
    ConfigError(const ConfigError&) = default;
    ~ConfigError() override;
    const char* what() const noexcept override;

private:
    std::string sentence_;
};

}  // namespace pottle
