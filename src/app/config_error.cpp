// SPDX-License-Identifier: MIT
#include <pottle/app/config_error.hpp>

#include <utility>

namespace pottle {

ConfigError::ConfigError(std::string sentence) : sentence_(std::move(sentence)) {}

ConfigError::~ConfigError() = default;

const char* ConfigError::what() const noexcept {
    return sentence_.c_str();
}

}  // namespace pottle
